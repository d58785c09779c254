"""The rules of curriculum, pure: a state and a command give a new state and its events."""
