"""Amounts of money: exact decimals with a currency, and exact sums. Never floating point."""

import re
from dataclasses import dataclass
from decimal import Context, Decimal, Inexact, Rounded

DIGITS_MAX = 18
"""Digits that an ISO 20022 amount may have in all (ActiveCurrencyAndAmount and its kin, DecimalNumber)."""

_SPACE = " \t\r\n"
_AMOUNT = re.compile(r"\+?([0-9]+)(?:\.([0-9]*))?|\+?\.([0-9]+)")
_CURRENCY = re.compile(r"[A-Z]{3}")
# room for the sum of more amounts than any file holds; what would have to be rounded raises instead
_EXACT = Context(prec=200, traps=[Inexact, Rounded])


@dataclass(frozen=True, slots=True)
class Money:
    """An amount and its currency (ISO 4217 code)."""

    amount: Decimal
    currency: str


def parse_amount(text: str) -> Decimal | None:
    """The number that an amount's text is: a plain decimal, not negative, of at most 18 digits; else None.

    White space around it does not count, as in XML Schema. Source: xs:decimal with the facets of ISO amounts.
    """
    stripped = text.strip(_SPACE)
    found = _AMOUNT.fullmatch(stripped)
    if found is None:
        return None
    digits = (found[1] or "").lstrip("0") + (found[2] or found[3] or "").rstrip("0")
    return Decimal(stripped) if len(digits) <= DIGITS_MAX else None


def is_currency(text: str | None) -> bool:
    """Whether ``text`` has the form of a currency code: three capital letters."""
    return text is not None and _CURRENCY.fullmatch(text) is not None


def exact_sum(one: Decimal, other: Decimal) -> Decimal:
    """``one + other`` with every digit kept. Raises decimal.Inexact beyond 200 digits, which amounts cannot reach."""
    return _EXACT.add(one, other)
