"""Alembic migrations of the work store.

A change of `tables.py` comes with a module in `versions` and its number at the end of `schema.REVISIONS`.
They run through `schema.migrate`, in one transaction; there is no way down but a backup.
"""
