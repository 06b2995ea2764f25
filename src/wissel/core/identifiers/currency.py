"""Currency codes and their minor units.

Source: ISO 4217 lists one and three (secondary sources, see the data file). Reasons of a flaw of a code, beside those
of writing: ``length``, ``historic`` (withdrawn), ``unknown``. Reasons of a flaw of an amount: ``minor-units``,
``trailing-zeros`` (too many decimals, but those beyond are zeros, so that the value is right).
"""

from dataclasses import dataclass
from functools import cache

from wissel.core.identifiers.flaw import Flaw
from wissel.core.identifiers.table import rows
from wissel.core.identifiers.writing import count, quoted, writing_flaw

_ALLOWED = "a currency code of ISO 4217, three capitals"
_NAME_MAX = 60
_CURRENT = frozenset({"money", "fund", "metal", "unit", "testing", "none"})
NOT_PAYABLE = frozenset({"metal", "testing", "none"})
"""Kinds that no payment can be made in, though their codes are current."""


@dataclass(frozen=True, slots=True)
class Currency:
    """One row of the currency table."""

    code: str
    name: str
    numeric: str
    minor_units: int | None
    """Digits behind the decimal point; None where ISO gives none."""
    kind: str
    """``money``, ``fund``, ``metal``, ``unit``, ``testing``, ``none``, ``historic`` or ``informal`` (not in ISO)."""
    withdrawn: str
    """``2002-03`` or a span of years, for historic codes; else empty."""
    instead: str
    """What is written today; else empty."""
    confidence: str


@cache
def currencies() -> dict[str, Currency]:
    """All rows of the table by code."""
    return {
        row["code"]: Currency(
            code=row["code"],
            name=row["name"],
            numeric=row["numeric"],
            minor_units=int(row["minor_units"]) if row["minor_units"] else None,
            kind=row["kind"],
            withdrawn=row["withdrawn"],
            instead=row["instead"],
            confidence=row["confidence"],
        )
        for row in rows("currencies")
    }


@cache
def active_currencies() -> frozenset[str]:
    """The codes of list one, funds, metals and special codes included."""
    return frozenset(code for code, row in currencies().items() if row.kind in _CURRENT)


@cache
def _units() -> dict[str, int]:
    return {code: row.minor_units for code, row in currencies().items() if row.minor_units is not None}


def minor_units(currency: str) -> int | None:
    """Digits behind the decimal point; None for what has none by ISO (gold), is historic or unknown."""
    return _units().get(currency)


def currency_kind(code: str) -> str | None:
    """The kind of a code (see :class:`Currency`); None where it is unknown."""
    row = currencies().get(code)
    return row.kind if row else None


def check_currency(text: str, *, historic_allowed: bool = False) -> Flaw | None:
    """The flaw of a currency code; None where ISO 4217 has it today (or ever had it, with ``historic_allowed``)."""
    return None if text in active_currencies() else _explained(text, historic_allowed)


def check_payable(code: str) -> Flaw | None:
    """Reason ``not-payable``: metals, XTS and XXX are current codes that no payment can be made in."""
    row = currencies().get(code)
    if row is None or row.kind not in NOT_PAYABLE:
        return None
    what = {"metal": "a metal", "testing": "reserved for tests", "none": "no currency at all"}[row.kind]
    return Flaw("not-payable", f"{code} is {what}: no payment can be made in it.", "the code of a currency")


def _explained(text: str, historic_allowed: bool) -> Flaw | None:
    row = currencies().get(text)
    if row is not None and row.kind == "historic":
        if historic_allowed:
            return None
        when = f"in {row.withdrawn}" if len(row.withdrawn) == 7 else row.withdrawn
        message = f"{text} ({row.name}) is no longer a currency: it was withdrawn {when}."
        return Flaw("historic", message, _ALLOWED, f"today’s code is {row.instead}" if row.instead else None)
    if row is not None:
        message = f"{text} ({row.name}) is in use here and there, but not a code of ISO 4217."
        return Flaw("unknown", message, _ALLOWED, f"the code is {row.instead}")
    message = f"A currency code has 3 letters, this one has {count(len(text), 'character')}."
    length = Flaw("length", message, _ALLOWED, _named(text))
    if length.hint:
        return length
    if (flaw := writing_flaw(text, "A currency code", _ALLOWED, active_currencies().__contains__)) is not None:
        return flaw
    if len(text) != 3:
        return length
    return Flaw("unknown", f"{quoted(text)} is not a currency code.", _ALLOWED, _nearest(text.upper()))


def _named(text: str) -> str | None:
    """The code of a currency given by its name."""
    if not 3 <= len(text) <= _NAME_MAX:
        return None
    wanted = text.casefold()
    codes = [row.code for row in currencies().values() if row.kind == "money" and row.name.casefold() == wanted]
    return f"the code of {text} is {codes[0]}" if len(codes) == 1 else None


def _nearest(code: str) -> str | None:
    swapped = {code[1] + code[0] + code[2], code[0] + code[2] + code[1]}
    near = sorted(swapped & active_currencies())
    if not near:
        from difflib import get_close_matches  # only for a faulty code

        near = get_close_matches(code, sorted(active_currencies()), n=3, cutoff=0.6)
    return f"did you mean {' or '.join(near)}?" if near else None


def check_decimals(amount: str, currency: str) -> Flaw | None:
    """The flaw of an amount's text with more decimals than its currency has; None where they fit, none are known,
    or the text is no number (that is told by its type)."""
    whole, _, decimals = amount.partition(".")
    units = minor_units(currency)
    if units is None or len(decimals) <= units or not (decimals.isascii() and decimals.isdigit()):
        return None
    has = f"{count(units, 'decimal')}" if units else "no minor units"
    message = f"{currency} has {has}; the amount {quoted(amount)} has {count(len(decimals), 'decimal')}."
    allowed = f"{'at most ' if units else ''}{count(units, 'decimal')}" if units else "a whole number"
    if decimals[units:].strip("0"):
        return Flaw("minor-units", message, allowed)
    short = f"{whole}.{decimals[:units]}" if units else whole
    return Flaw("trailing-zeros", message, allowed, f"the value is right; write it as {short}")
