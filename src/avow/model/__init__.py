"""Frozen values, no I/O: the nouns that every other layer speaks."""
