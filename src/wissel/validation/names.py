"""Names of guidelines: those that the program itself speaks of, and those that are bundled."""

from functools import cache
from pathlib import Path

SCHEMA = "schema"
"""Asks for nothing beyond the XSD."""
ISO = "iso"
"""The base of all guidelines: what ISO 20022 itself asks for."""
AUTO = "auto"
"""Each message by the guideline that it speaks for itself."""


@cache
def names() -> tuple[str, ...]:
    """All bundled guidelines. Cheap: nothing of them is read."""
    return tuple(sorted(file.stem for file in Path(__file__).with_name("guidelines").glob("*.toml")))
