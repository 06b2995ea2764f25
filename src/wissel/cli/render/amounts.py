"""Amounts of the ledger for a person."""

from decimal import Decimal

from wissel.core.identifiers.currency import minor_units


def money_text(amount: int, currency: str, sign: bool = False) -> str:
    """Minor units as ``EUR 1,234.50``; with ``sign``, a plus too."""
    units = minor_units(currency) or 0
    return f"{currency} {Decimal(amount).scaleb(-units):{'+' if sign else ''},.{units}f}"
