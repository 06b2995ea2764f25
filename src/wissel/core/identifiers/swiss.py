"""Swiss QR-IBAN and QR reference.

Source: SIX, Swiss Payment Standards and QR-bill guidelines; the check digit from a secondary source (python-stdnum,
confidence high), the range of institution numbers recalled (confidence medium): what depends on it deserves a warning.
Reasons of a flaw, beside those of writing: ``length``, ``structure``, ``check-digits``.
"""

from wissel.core.identifiers.checksum import COMPARE_HINT, check_digit_10
from wissel.core.identifiers.flaw import Flaw
from wissel.core.identifiers.structure import look_alike_hint, misfit_message, misfits
from wissel.core.identifiers.writing import writing_flaw

REFERENCE_LENGTH = 27
QR_INSTITUTION_MIN = "30000"
QR_INSTITUTION_MAX = "31999"
QR_IBAN_CONFIDENCE = "medium"
_IBAN_LENGTH = 21
_KINDS = "n" * REFERENCE_LENGTH
_ALLOWED = "27 digits, the last one a check digit"


def is_qr_iban(text: str) -> bool:
    """Whether an IBAN of Switzerland or Liechtenstein has the institution number of a QR-IBAN (30000 to 31999).

    A payment to a QR-IBAN carries a QR reference, and one to any other IBAN does not.
    """
    return (
        text[:2] in ("CH", "LI")
        and len(text) == _IBAN_LENGTH
        and text[4:9].isdigit()
        and QR_INSTITUTION_MIN <= text[4:9] <= QR_INSTITUTION_MAX
    )


def check_qr_reference(text: str) -> Flaw | None:
    """The flaw of a QR reference (QRR); None where it is right."""
    return None if _is_right(text) else _explained(text)


def _is_right(text: str) -> bool:
    return len(text) == REFERENCE_LENGTH and text.isascii() and text.isdigit() and check_digit_10(text[:-1]) == text[-1]


def _explained(text: str) -> Flaw:
    if (flaw := writing_flaw(text, "A QR reference", _ALLOWED, _is_right)) is not None:
        return flaw
    if len(text) != REFERENCE_LENGTH:
        message = f"A QR reference has {REFERENCE_LENGTH} digits, this one has {len(text):,} characters."
        padded = text.zfill(REFERENCE_LENGTH)
        hint = f"with leading zeros it is right: {padded}" if _is_right(padded) else None
        return Flaw("length", message, _ALLOWED, hint)
    if misfits(text.upper(), _KINDS):
        hint = look_alike_hint(text.upper(), _KINDS, _is_right)
        return Flaw("structure", misfit_message(text.upper(), _KINDS, "a QR reference"), _ALLOWED, hint)
    right = check_digit_10(text[:-1])
    message = f"The check digit of the QR reference is {text[-1]}; for the other digits it would be {right}."
    return Flaw("check-digits", message, "check digit by recursive modulo 10", COMPARE_HINT)
