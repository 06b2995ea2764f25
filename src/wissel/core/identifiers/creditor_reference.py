"""Creditor reference: RF, two check digits, 1 to 21 letters or digits.

Source: ISO 11649 (format 2!a2!n21c; small letters are allowed and count as capitals) and ISO 7064. Reasons of a flaw:
``empty``, ``separator``, ``character``, ``prefix`` (it does not begin with RF), ``length``, ``structure``,
``check-digits``.
"""

from wissel.core.identifiers.checksum import IMPOSSIBLE_97, check_digits_97, remainder_97, swap_hint
from wissel.core.identifiers.flaw import Flaw
from wissel.core.identifiers.structure import look_alike_hint, misfit_message, misfits
from wissel.core.identifiers.writing import quoted, writing_flaw

LENGTH_MIN = 5
LENGTH_MAX = 25
_ALLOWED = "RF, 2 check digits, 1 to 21 letters or digits"


def check_creditor_reference(text: str) -> Flaw | None:
    """The flaw of a reference that is meant to be one of ISO 11649; None where it is right."""
    return None if _is_right(text) else _explained(text)


def _is_right(text: str) -> bool:
    return (
        LENGTH_MIN <= len(text) <= LENGTH_MAX
        and text.startswith("RF")
        and text.isascii()
        and text.isalnum()
        and text[2:4].isdigit()
        and remainder_97((text[4:] + text[:4]).upper()) == 1
        and text[2:4] not in IMPOSSIBLE_97
    )


def _explained(text: str) -> Flaw:
    if (flaw := writing_flaw(text, "A creditor reference", _ALLOWED, _is_right, small_letters=True)) is not None:
        return flaw
    if not text.startswith("RF"):
        message = f"A creditor reference of ISO 11649 begins with RF, this one with {quoted(text[:2])}."
        hint = f"write it as RF{text[2:]}" if _is_right("RF" + text[2:]) else None
        return Flaw("prefix", message, _ALLOWED, hint)
    if not LENGTH_MIN <= len(text) <= LENGTH_MAX:
        message = f"A creditor reference has {LENGTH_MIN} to {LENGTH_MAX} characters, this one has {len(text):,}."
        return Flaw("length", message, _ALLOWED)
    capitals = text.upper()
    expected = "aann" + "c" * (len(text) - 4)
    if misfits(capitals, expected):
        hint = look_alike_hint(capitals, expected, _is_right)
        return Flaw("structure", misfit_message(capitals, expected, "a creditor reference"), _ALLOWED, hint)
    right = check_digits_97(capitals[4:] + "RF")
    message = f"The check digits of the creditor reference are {text[2:4]}; for the rest of it they would be {right}."
    return Flaw("check-digits", message, "check digits by ISO 7064 modulo 97-10", swap_hint(text, _is_right))
