"""BIC: eight or eleven characters with a country in the middle.

Source: ISO 9362; the country from ISO 3166-1 and XK. Whether a BIC is registered needs a licensed directory and is
not checked. Reasons of a flaw, beside those of writing: ``length``, ``structure``, ``country``.
"""

from wissel.core.identifiers.country import accepted_countries, country_in_words, current_code
from wissel.core.identifiers.flaw import Flaw
from wissel.core.identifiers.structure import look_alike_hint, misfit_message, misfits
from wissel.core.identifiers.writing import quoted, writing_flaw

_ALLOWED = "4 capitals or digits, country code, 2 capitals or digits, and 3 more or none"
_KINDS = "ccccaaccccc"


def check_bic(text: str) -> Flaw | None:
    """The flaw of a BIC; None where it is well formed and its country exists."""
    return None if _is_right(text) else _explained(text)


def _is_right(text: str) -> bool:
    return (
        len(text) in (8, 11)
        and text.isascii()
        and text.isalnum()
        and text.isupper()
        and text[4:6] in accepted_countries()
    )


def _explained(text: str) -> Flaw:
    if (flaw := writing_flaw(text, "A BIC", _ALLOWED, _is_right)) is not None:
        return flaw
    text = text.upper()
    if len(text) not in (8, 11):
        message = f"A BIC has 8 or 11 characters, this one has {len(text):,}."
        return Flaw("length", message, _ALLOWED, _length_hint(text))
    expected = _KINDS[: len(text)]
    if misfits(text, expected):
        hint = look_alike_hint(text, expected, _is_right)
        return Flaw("structure", misfit_message(text, expected, "a BIC"), _ALLOWED, hint)
    code = text[4:6]
    meant = current_code(code)
    message = f"Characters 5 and 6 of a BIC are a country code, and {quoted(code)} is none."
    hint = f"the code of {country_in_words(meant)} is {meant}" if meant else None
    return Flaw("country", message, _ALLOWED, hint)


def _length_hint(text: str) -> str | None:
    if len(text) == 12 and _is_right(short := text[:8] + text[9:]):
        return f"12 characters are a network address with a terminal letter in place 9; the BIC is {short}"
    if 8 < len(text) < 11 and _is_right(text[:8]):
        return f"a branch has 3 characters; without one the BIC is {text[:8]}"
    return None


def bic_country(text: str) -> str | None:
    """The country code inside a well-formed BIC; else None."""
    return text[4:6] if _is_right(text) else None


def is_test_bic(text: str) -> bool:
    """Whether a well-formed BIC is one for test and training: its location code ends in 0."""
    return _is_right(text) and text[7] == "0"


def bic_institution(text: str) -> str:
    """The first eight characters, by which agents are compared: a BIC of eight means the head office ``XXX``."""
    return text[:8]


def has_letter_prefix(text: str) -> bool:
    """Whether the first four characters are letters, as Swift's own policy (2023) asks; ISO 9362 allows digits too.

    Source: secondary, confidence high; what fails it deserves a warning.
    """
    return text[:4].isalpha()
