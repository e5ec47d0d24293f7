"""Avow answers security questionnaires with answers a company can stand behind."""

__version__ = "0.1.0"
