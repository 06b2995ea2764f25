"""Amounts of money: exact decimals with a currency, and exact sums. Never floating point."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Context, Decimal, Inexact, Rounded

DIGITS_MAX = 18
"""Digits that an ISO 20022 amount may have in all (ActiveCurrencyAndAmount and its kin, DecimalNumber)."""

_SPACE = " \t\r\n"
_NUMBER = r"[0-9]+(?:\.[0-9]*)?|\.[0-9]+"
_AMOUNT = re.compile(rf"\+?({_NUMBER})")
_SIGNED = re.compile(rf"[+-]?({_NUMBER})")
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
    return _parsed(text, _AMOUNT)


def parse_decimal(text: str) -> Decimal | None:
    """Likewise, but with a sign where it has one: a control sum (DecimalNumber)."""
    return _parsed(text, _SIGNED)


def _parsed(text: str, form: re.Pattern[str]) -> Decimal | None:
    stripped = text.strip(_SPACE)
    found = form.fullmatch(stripped)
    if found is None:
        return None
    whole, _, decimals = found[1].partition(".")
    digits = len(whole.lstrip("0")) + len(decimals.rstrip("0"))
    return Decimal(stripped) if digits <= DIGITS_MAX else None


DECIMALS_MAX = 5
"""Decimals that ISO amounts may have, whatever the currency."""


def sound_amount(text: str) -> Decimal | None:
    """The number that an amount's text is, where the schema could accept it; None for one that is negative, too long,
    or has too many decimals: sums over such amounts say nothing."""
    amount = parse_amount(text)
    return (
        amount if amount is not None and len(text.strip(_SPACE).partition(".")[2].rstrip("0")) <= DECIMALS_MAX else None
    )


def parse_money(text: str, currency: str | None) -> Money | None:
    """An amount's text and the value of its attribute Ccy; None where either cannot be one."""
    amount = parse_amount(text)
    return Money(amount, currency) if amount is not None and currency is not None and is_currency(currency) else None


def is_currency(text: str | None) -> bool:
    """Whether ``text`` has the form of a currency code: three capital letters."""
    return text is not None and _CURRENCY.fullmatch(text) is not None


def exact_sum(one: Decimal, other: Decimal) -> Decimal:
    """``one + other`` with every digit kept. Raises decimal.Inexact beyond 200 digits, which amounts cannot reach."""
    return _EXACT.add(one, other)


def exact_total(amounts: Iterable[Decimal]) -> Decimal:
    """All amounts added up with every digit kept; 0 for none. Raises as :func:`exact_sum` does."""
    total, add = Decimal(0), _EXACT.add
    for amount in amounts:
        total = add(total, amount)
    return total


def totals(amounts: Iterable[Money]) -> dict[str, Decimal]:
    """The sum per currency, in the order in which the currencies first come. Raises as :func:`exact_sum` does."""
    found: dict[str, Decimal] = {}
    for money in amounts:
        found[money.currency] = _EXACT.add(found.get(money.currency, Decimal(0)), money.amount)
    return found


def in_minor_units(money: Money) -> int | None:
    """The amount as a whole number of cents (yen, fils): None where it has a fraction of one, or where the currency
    is not known or has no minor units by ISO 4217."""
    from wissel.core.identifiers.currency import minor_units  # reads its table only where it is wanted

    units = minor_units(money.currency)
    if units is None:
        return None
    scaled = _EXACT.scaleb(money.amount, units)
    return int(scaled) if scaled == scaled.to_integral_value() else None
