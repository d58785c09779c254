"""One function per command: one transaction that loads, lets the domain decide, and saves with the events."""
