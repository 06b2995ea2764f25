"""Values of another kind in another version: a date and time where only a date may stand, a year, and back."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from wissel.mapping.loss import Category
from wissel.xml.xsd.schema_tree import SimpleType

_DATE = re.compile(r"\s*(\d{4}-\d\d-\d\d)")
_YEAR = re.compile(r"\s*(\d{4})")


@dataclass(frozen=True, slots=True)
class Recast:
    """How a value of one kind is written as another kind, and what that loses or adds."""

    change: Callable[[str], str]
    category: Category
    why: str


def _date_of(text: str) -> str:
    found = _DATE.match(text)
    return found[1] if found else text


def _year_of(text: str) -> str:
    found = _YEAR.match(text)
    return found[1] if found else text


def _first_day_of(text: str) -> str:
    return f"{_year_of(text)}-01-01"


_RECASTS = {
    ("dateTime", "date"): Recast(_date_of, Category.TRUNCATED, "this version takes a date without a time"),
    ("date", "gYear"): Recast(_year_of, Category.TRUNCATED, "this version takes a year only"),
    ("gYear", "date"): Recast(
        _first_day_of, Category.DEFAULTED, "this version takes a date; the first day of the year is our decision"
    ),
}


def recast_of(source: SimpleType, target: SimpleType) -> Recast | None:
    """How values of ``source`` become values of ``target`` where they are of another kind; None for as they are."""
    return _RECASTS.get((source.base, target.base))
