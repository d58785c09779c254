"""Registration: who is sent, to what, and when; the only owner of personal data.

It never teaches, scores or judges, and nothing that it publishes names a person.
"""
