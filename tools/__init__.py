"""What developers run: the generator of the published contracts and of new services; never shipped."""
