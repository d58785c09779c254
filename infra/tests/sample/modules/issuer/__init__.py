"""Stands in for the development issuer where only the launcher is tested."""
