"""Values of blocks in the form that rules of schemes reckon with."""

from datetime import date
from decimal import Decimal, InvalidOperation

from wissel.xml.blocks.block import Block

EEA_COUNTRIES = (
    "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IS", "IT", "LI", "LT",
    "LU", "LV", "MT", "NL", "NO", "PL", "PT", "RO", "SE", "SI", "SK",
)  # fmt: skip
"""ISO 3166 codes of the thirty countries of the European Economic Area."""


def amount(block: Block, path: str) -> Decimal | None:
    """The amount at a path; None where there is none, or no number."""
    text = block.text(path)
    try:
        return None if text is None else Decimal(text)
    except InvalidOperation:
        return None


def day_of(text: str | None) -> date | None:
    """The day of a date, or of a date with a time or offset; None where there is none."""
    try:
        return None if text is None else date.fromisoformat(text[:10])
    except ValueError:
        return None
