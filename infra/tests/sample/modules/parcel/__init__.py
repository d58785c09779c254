"""A service that does nothing but answer; its api starts a child, as a web server with workers does."""
