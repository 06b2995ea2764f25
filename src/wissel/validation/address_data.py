"""What is known of addresses in general: names of countries, shapes of post codes. Data in ``addresses.toml``."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from wissel.core.identifiers.country import countries
from wissel.validation.rows import rows_of

_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class PostCode:
    """How post codes of a country look and where they stand."""

    code: str
    """A regular expression."""
    before: bool
    """True where it stands before the town."""
    also_after: bool
    """True where it may as well stand after the town, as it cannot be taken for a house number."""
    letters: str | None
    """Letters that are written before it in older habit, beside the country's code: D-10115."""
    region: str | None
    """A regular expression of what may stand between town and code: a state."""


@cache
def address_data() -> Mapping[str, Any]:
    """The data file. Raises InstallationError where it cannot be read."""
    return rows_of("addresses.toml")


@cache
def post_codes() -> Mapping[str, PostCode]:
    """What is known of post codes, by country code."""
    return {
        country: PostCode(
            row["code"], row["place"] == "before", row.get("also_after", False), row.get("letters"), row.get("region")
        )
        for country, row in address_data()["post_codes"].items()
    }


@lru_cache(maxsize=10_000)
def plain_words(text: str) -> tuple[str, ...]:
    """The words of a text without accents and capitals: ``Zürich, CH-8000`` is zurich, ch, 8000."""
    if text.isascii():
        return tuple(_WORD.findall(text.lower()))
    bare = "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))
    return tuple(_WORD.findall(bare))


@cache
def _names() -> Mapping[tuple[str, ...], frozenset[str]]:
    """The codes of the countries that a name may mean, by the words of the name."""
    found: dict[tuple[str, ...], set[str]] = {}
    for row in countries().values():
        if row.standing == "official":
            for name in (row.name, row.in_words, *address_data()["country_names"].get(row.code, ())):
                found.setdefault(plain_words(name), set()).add(row.code)
    return {words: frozenset(codes) for words, codes in found.items()}


def countries_named(text: str) -> frozenset[str]:
    """The codes of the countries whose name ends ``text``; none where none does. The longest name counts."""
    words = plain_words(text)
    for start in range(len(words)):
        codes = _names().get(words[start:])
        if codes:
            return codes
    return frozenset()


def country_named(text: str) -> str | None:
    """The code of the country whose name is all of ``text``; None where it is no name, or that of several."""
    codes = _names().get(plain_words(text), frozenset())
    return next(iter(codes)) if len(codes) == 1 else None
