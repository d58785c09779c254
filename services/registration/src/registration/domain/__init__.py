"""The rules of registration, without any I/O: state and command give new state and events.

One module per subject; nothing here reads a clock, a file or a key.
"""
