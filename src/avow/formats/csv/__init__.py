"""Comma-separated files: read in whatever encoding and dialect they come, filled without changing either."""
