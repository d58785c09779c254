"""The commands of `bina`, one module per subject; each gives data, and shows it as a table or as JSON."""
