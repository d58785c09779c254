"""Runs the source programmes through the public HTTP APIs and reports what the platform then knows.

It knows no store, no topic and no module of a service.
"""
