"""Addresses for tests."""

from wissel.validation.addresses import ELEMENTS, Address


def address(*lines: str, **elements: str) -> Address:
    """An address of lines and elements."""
    return Address("Dbtr/PstlAdr", lines, tuple((tag, elements[tag]) for tag in ELEMENTS if tag in elements))
