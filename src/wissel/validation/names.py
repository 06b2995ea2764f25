"""Names of the guidelines that the program itself speaks of."""

SCHEMA = "schema"
"""Asks for nothing beyond the XSD."""
ISO = "iso"
"""The base of all guidelines: what ISO 20022 itself asks for."""
