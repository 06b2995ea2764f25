"""LEI: 18 capitals or digits and two check digits.

Source: ISO 17442 and ISO 7064. Whether an LEI is registered and in force is not checked. Reasons of a flaw, beside
those of writing: ``length``, ``structure``, ``check-digits``.
"""

from wissel.core.identifiers.checksum import IMPOSSIBLE_97, check_digits_97, remainder_97, swap_hint
from wissel.core.identifiers.flaw import Flaw
from wissel.core.identifiers.structure import look_alike_hint, misfit_message, misfits
from wissel.core.identifiers.writing import writing_flaw

LENGTH = 20
_KINDS = "c" * 18 + "nn"
_ALLOWED = "18 capitals or digits, 2 check digits"


def check_lei(text: str) -> Flaw | None:
    """The flaw of an LEI; None where length, characters and check digits are right."""
    return None if _is_right(text) else _explained(text)


def _is_right(text: str) -> bool:
    return (
        len(text) == LENGTH
        and text.isascii()
        and text.isalnum()
        and text[18:].isdigit()
        and text == text.upper()
        and remainder_97(text) == 1
        and text[18:] not in IMPOSSIBLE_97
    )


def _explained(text: str) -> Flaw:
    if (flaw := writing_flaw(text, "An LEI", _ALLOWED, _is_right)) is not None:
        return flaw
    text = text.upper()
    if len(text) != LENGTH:
        return Flaw("length", f"An LEI has {LENGTH} characters, this one has {len(text):,}.", _ALLOWED)
    if misfits(text, _KINDS):
        hint = look_alike_hint(text, _KINDS, _is_right)
        return Flaw("structure", misfit_message(text, _KINDS, "an LEI"), _ALLOWED, hint)
    right = check_digits_97(text[:18])
    message = f"The check digits of the LEI are {text[18:]}; for the other characters they would be {right}."
    return Flaw("check-digits", message, "check digits by ISO 7064 modulo 97-10", swap_hint(text, _is_right))
