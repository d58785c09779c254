"""One function per command: one transaction loads, decides, saves with events; nothing is sent from here.

Work may run again after a conflict, so ids and times come in with the command.
"""
