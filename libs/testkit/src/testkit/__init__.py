"""Real engines, tokens and deadlines for tests; never shipped."""
