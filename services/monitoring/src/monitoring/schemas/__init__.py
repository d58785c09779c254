"""HTTP bodies and answers, one module per subject; each request loads into a frozen dataclass or a command."""
