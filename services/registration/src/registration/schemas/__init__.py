"""HTTP requests and responses by subject; each request loads into a frozen dataclass that makes its command."""
