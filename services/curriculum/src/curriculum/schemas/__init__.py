"""HTTP requests and responses; each request loads into a frozen dataclass."""
