"""The transactions behind entries: which names their values have, and where a version of a statement holds them.

Names and places are rows of ``data/details.toml``.
"""

import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources

from wissel.core.identifiers.creditor_reference import check_creditor_reference
from wissel.core.identifiers.iban import check_iban
from wissel.xml.xsd.schema_tree import SchemaTree

LINE_CHARACTERS_MAX = 140
"""Of one line of free remittance text (RmtInf/Ustrd, Max140Text)."""
_LIKE_IBAN = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}")

Placed = Callable[[str], tuple[tuple[str, ...], tuple[str, ...]]]
"""A value's text -> paths below TxDtls, and the texts that stand there."""


@dataclass(frozen=True, slots=True)
class DetailField:
    """One thing that may be known of a transaction."""

    name: str
    title: str
    places: tuple[str, ...]
    """Below TxDtls; the first that a version has is taken."""
    form: str
    """``text``, ``account``, ``lines`` or ``reference``."""
    currency: str | None
    """Name of the value that is its attribute Ccy."""
    characters_max: int


@cache
def detail_fields() -> Mapping[str, DetailField]:
    """All fields by name, in the order of the table."""
    with resources.files("wissel.ledger").joinpath("data/details.toml").open("rb") as file:
        rows = tomllib.load(file)
    return {
        name: DetailField(name, row["title"], tuple(row["places"]), row.get("as", "text"), row.get("with"), row["max"])
        for name, row in rows.items()
    }


@cache
def detail_names() -> frozenset[str]:
    """All names that a detail's values may have: the fields, and the currencies of amounts."""
    fields = detail_fields()
    return frozenset(fields) | {one.currency for one in fields.values() if one.currency is not None}


def detail_places(tree: SchemaTree, below: str) -> dict[str, Placed | None]:
    """How each name is placed in a version, ``below`` being the path of TxDtls; None for what it has no place for.
    Names of currencies have none of their own and are not in it."""
    found: dict[str, Placed | None] = {}
    for name, field in detail_fields().items():
        place = next((one for one in field.places if _has(tree, f"{below}/{one}")), None)
        found[name] = None if place is None else _FORMS[field.form](place)
    return found


def _has(tree: SchemaTree, path: str) -> bool:
    try:
        tree.find(path)
    except KeyError:
        return False
    return True


def _text(place: str) -> Placed:
    paths = (place,)
    return lambda text: (paths, (text,))


def _account(place: str) -> Placed:
    iban, other = (f"{place}/IBAN",), (f"{place}/Othr/Id",)
    return lambda text: (iban if is_iban(text) else other, (text,))


def _lines(place: str) -> Placed:
    single = (place,)

    def placed(text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
        if len(text) <= LINE_CHARACTERS_MAX:
            return single, (text,)
        starts = range(0, len(text), LINE_CHARACTERS_MAX)
        lines = tuple(text[at : at + LINE_CHARACTERS_MAX] for at in starts)
        return tuple(f"{place}[{number}]" for number in range(1, len(lines) + 1)), lines

    return placed


def _reference(place: str) -> Placed:
    plain, typed = (f"{place}/Ref",), (f"{place}/Tp/CdOrPrtry/Cd", f"{place}/Ref")

    def placed(text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
        if text.startswith("RF") and check_creditor_reference(text) is None:
            return typed, ("SCOR", text)
        return plain, (text,)

    return placed


_FORMS: Mapping[str, Callable[[str], Placed]] = {
    "text": _text,
    "account": _account,
    "lines": _lines,
    "reference": _reference,
}


@lru_cache(maxsize=10_000)
def is_iban(text: str) -> bool:
    """Whether an account's identifier is an IBAN, and so stands in the element of that name."""
    return _LIKE_IBAN.fullmatch(text) is not None and check_iban(text) is None
