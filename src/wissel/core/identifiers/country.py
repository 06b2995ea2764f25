"""Country codes: ISO 3166-1 alpha-2, and what is met beside them.

Source: ISO 3166-1 and 3166-3 (secondary sources, see the data file). Reasons of a flaw, beside those of writing:
``length``, ``user-assigned``, ``reserved``, ``withdrawn``, ``elsewhere`` and ``unknown``. XK (Kosovo) is
user-assigned but in wide use for accounts and banks, and passes.
"""

from dataclasses import dataclass
from functools import cache

from wissel.core.identifiers.flaw import Flaw
from wissel.core.identifiers.table import rows
from wissel.core.identifiers.writing import quoted, writing_flaw

IN_USE = frozenset({"XK"})
"""User-assigned codes that are met in practice for one country."""
_NAME_MAX = 60
_ALLOWED = "a country code of ISO 3166-1, two capitals"


@dataclass(frozen=True, slots=True)
class Country:
    """One row of the country table."""

    code: str
    alpha_3: str
    name: str
    """As ISO has it."""
    in_words: str
    """As it stands in a sentence."""
    standing: str
    """``official``, ``user-assigned``, ``reserved``, ``withdrawn`` or ``elsewhere`` (used by others only)."""
    instead: str
    """The code meant today; else empty."""
    sepa: bool
    """Whether it takes part in the SEPA schemes (secondary source, confidence medium)."""
    confidence: str


@cache
def countries() -> dict[str, Country]:
    """All rows of the table by two-letter code."""
    return {
        row["code"]: Country(
            code=row["code"],
            alpha_3=row["alpha_3"],
            name=row["name"],
            in_words=row["in_words"] or row["name"],
            standing=row["standing"],
            instead=row["instead"],
            sepa=row["sepa"] == "y",
            confidence=row["confidence"],
        )
        for row in rows("countries")
    }


@cache
def accepted_countries() -> frozenset[str]:
    """The official codes and those in use beside them."""
    return frozenset(code for code, row in countries().items() if row.standing == "official") | IN_USE


@cache
def sepa_countries() -> frozenset[str]:
    """The countries and territories of the SEPA schemes."""
    return frozenset(code for code, row in countries().items() if row.sepa)


def is_official(code: str) -> bool:
    """Whether ISO 3166-1 has the code today."""
    row = countries().get(code)
    return row is not None and row.standing == "official"


def country_in_words(code: str) -> str:
    """The country's name as it stands in a sentence; the code itself where it is not known."""
    row = countries().get(code)
    return row.in_words if row else code


def current_code(code: str) -> str | None:
    """What is written today for a code that is withdrawn, reserved or used elsewhere; None where nothing is known."""
    row = countries().get(code)
    return (row.instead or None) if row else None


def check_country(text: str) -> Flaw | None:
    """The flaw of a country code; None where it is official, or in use as XK is."""
    return None if text in accepted_countries() else _explained(text)


def _explained(text: str) -> Flaw:
    length = Flaw("length", f"A country code has 2 characters, this one has {len(text):,}.", _ALLOWED, _named(text))
    if length.hint:
        return length
    flaw = writing_flaw(text, "A country code", _ALLOWED, accepted_countries().__contains__)
    if flaw is not None:
        return flaw
    if len(text) != 2:
        return length
    row = countries().get(text.upper())
    if row is None:
        return Flaw("unknown", f"{quoted(text)} is not a country code.", _ALLOWED)
    told = {
        "user-assigned": f"{row.code} is free for private use: it names no country.",
        "reserved": f"{row.code} ({row.in_words}) is reserved in ISO 3166, and not a country code.",
        "withdrawn": f"{row.code} ({row.in_words}) is no longer a country code.",
        "elsewhere": f"{row.code} ({row.in_words}) is not a code of ISO 3166.",
    }
    hint = f"today’s code is {row.instead}" if row.standing == "withdrawn" else f"the ISO code is {row.instead}"
    return Flaw(row.standing, told[row.standing], _ALLOWED, hint if row.instead else None)


def _named(text: str) -> str | None:
    """A hint for the three-letter code or the name of a country: its code."""
    if not 3 <= len(text) <= _NAME_MAX:
        return None
    wanted = text.casefold().removeprefix("the ")
    for row in countries().values():
        if row.standing == "official" and wanted in (
            row.alpha_3.casefold(),
            row.name.casefold(),
            row.in_words.removeprefix("the ").casefold(),
        ):
            return f"the code of {row.in_words} is {row.code}"
    return None
