"""Plumbing that every service shares: outbox, relay, consumer, tenancy, web edge; not one domain word."""
