"""The bank transaction code of an entry: by what happened, on which side, and in which market. Data in
``data/entry_codes.toml``."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from typing import Any

from wissel.core.errors import UsageError
from wissel.ledger.posting import Entry

RETURN = "-return"
"""Ends the case of an entry that brings back a payment: ``sct-return``."""


@dataclass(frozen=True, slots=True)
class EntryCode:
    """A bank transaction code (BkTxCd/Domn) and the mark of a reversal that goes with it."""

    domain: str
    family: str
    subfamily: str
    reversal: bool = False


@cache
def _data() -> dict[str, Any]:
    with resources.files("wissel.ledger").joinpath("data/entry_codes.toml").open("rb") as file:
        return tomllib.load(file)


@cache
def cases() -> tuple[str, ...]:
    """All cases that entries may have, in the order of the table; each may end in ``-return``."""
    return (*_data()["code"], *_data()["alias"])


def is_case(case: str) -> bool:
    """Whether there is a code for a case."""
    return case.removesuffix(RETURN) in cases()


def markets() -> tuple[str, ...]:
    """The markets whose returns are known, the default first."""
    default: str = _data()["default_market"]
    return (default, *(one for one in _data()["return"] if one != default))


def market_of(chosen: str | None, account: str) -> str:
    """The market of an account's statements: the chosen one, else the country of its IBAN, where there are rows of
    it, else the default (DE)."""
    known = markets()
    wanted = chosen if chosen is not None else account[:2]
    return wanted if wanted in known else known[0]


def is_return(entry: Entry) -> bool:
    """Whether an entry brings back a payment: its case says so, or one of its details has the reason of a return."""
    return entry.case.endswith(RETURN) or any("return_reason" in detail.values for detail in entry.details)


def code_of(entry: Entry, market: str) -> EntryCode:
    """The code of an entry. One that is marked as a reversal carries that of the entry it takes back."""
    if entry.code is not None:
        return EntryCode(*entry.code, entry.reversal)
    credited = entry.amount > 0
    if entry.reversal and not is_return(entry):
        found = code_for(entry.case, not credited, False, market)
        return EntryCode(found.domain, found.family, found.subfamily, True)
    return code_for(entry.case.removesuffix(RETURN), credited, is_return(entry), market)


@lru_cache(maxsize=1024)
def code_for(case: str, credited: bool, returned: bool, market: str) -> EntryCode:
    """The code of a case, side and market. Raises UsageError for a case that is not known."""
    data, side = _data(), "credit" if credited else "debit"
    name = data["alias"].get(case, case)
    if name not in data["code"]:
        raise UsageError(f"there is no bank transaction code for the case '{case}'; known are {', '.join(cases())}")
    if returned:
        rows: list[Mapping[str, Any]] = [data["return"].get(one, {}) for one in (market, data["default_market"])]
        found = next((row[name][side] for row in rows if side in row.get(name, {})), None)
        return _parsed(found if found is not None else data["code"]["other"][side])
    return _parsed(data["code"][name][side])


def original_code(case: str, credited: bool) -> EntryCode | None:
    """The code of the payment that a return on one side brings back: it stood on the other side."""
    name = case.removesuffix(RETURN)
    if _data()["alias"].get(name, name) == "other":
        return None
    return code_for(name, not credited, False, _data()["default_market"])


def _parsed(text: str) -> EntryCode:
    domain, family, subfamily, *marks = text.split()
    return EntryCode(domain, family, subfamily, "reversal" in marks)
