"""National read models for BPSDM Kemendagri: programmes, coverage, participation and results.

Everything here is folded from the other services' events and can be rebuilt from the topics at any time.
It never stores who a person is, takes no decision and publishes no event of its own.
"""
