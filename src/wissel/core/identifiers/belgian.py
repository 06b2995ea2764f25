"""Belgian structured message (OGM, VCS): ten digits and two check digits, in XML without the printed signs.

Source: Febelfin, secondary source (python-stdnum): the check digits are the first ten digits modulo 97, and 97 for 0.
Reasons of a flaw, beside those of writing: ``length``, ``structure``, ``check-digits``.
"""

from wissel.core.identifiers.checksum import swap_hint
from wissel.core.identifiers.flaw import Flaw
from wissel.core.identifiers.structure import look_alike_hint, misfit_message, misfits
from wissel.core.identifiers.writing import writing_flaw

LENGTH = 12
_KINDS = "n" * LENGTH
_ALLOWED = "10 digits, 2 check digits"


def check_belgian_reference(text: str) -> Flaw | None:
    """The flaw of a Belgian structured message as it stands in XML (issuer BBA); None where it is right."""
    return None if _is_right(text) else _explained(text)


def _check_digits(digits: str) -> str:
    return f"{int(digits) % 97 or 97:02d}"


def _is_right(text: str) -> bool:
    return len(text) == LENGTH and text.isascii() and text.isdigit() and _check_digits(text[:10]) == text[10:]


def _explained(text: str) -> Flaw:
    if len(text) > LENGTH and text[:3] == text[-3:] and text[:3] in ("+++", "***"):
        message = "The signs around and inside a Belgian structured message are for paper; in XML it has 12 digits."
        digits = text[3:-3].replace("/", "")
        return Flaw("separator", message, _ALLOWED, f"write it as {digits}" if _is_right(digits) else None)
    if (flaw := writing_flaw(text, "A Belgian structured message", _ALLOWED, _is_right)) is not None:
        return flaw
    if len(text) != LENGTH:
        message = f"A Belgian structured message has {LENGTH} digits, this one has {len(text):,} characters."
        return Flaw("length", message, _ALLOWED)
    if misfits(text.upper(), _KINDS):
        hint = look_alike_hint(text.upper(), _KINDS, _is_right)
        return Flaw("structure", misfit_message(text.upper(), _KINDS, "a Belgian structured message"), _ALLOWED, hint)
    right = _check_digits(text[:10])
    message = f"The check digits of the structured message are {text[10:]}; for the other digits they would be {right}."
    return Flaw("check-digits", message, "the first ten digits modulo 97, and 97 for 0", swap_hint(text, _is_right))
