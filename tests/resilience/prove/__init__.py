"""The proof on real engines: load, injected faults, and a checker of what must hold; nothing of this is shipped."""
