"""The source programmes as data: the files, their checked form and the invented people."""
