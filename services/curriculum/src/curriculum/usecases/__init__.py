"""What can be done here: one function per command, each one transaction."""
