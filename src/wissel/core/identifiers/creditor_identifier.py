"""SEPA creditor identifier (AT-02): country, check digits, business code, national identifier.

Source: EPC creditor identifier overview (EPC262-08), secondary source; check digits by ISO 7064 over the national
identifier, country and check digits, the business code left out. The national part may hold the punctuation of the
SEPA character set, which does not count, and small letters, which count as capitals. Reasons of a flaw: ``empty``,
``space``, ``character``, ``length``, ``structure``, ``country``, ``lower-case``, ``check-digits``.
"""

from wissel.core.identifiers.checksum import IMPOSSIBLE_97, check_digits_97, remainder_97, swap_hint
from wissel.core.identifiers.country import accepted_countries, country_in_words, current_code
from wissel.core.identifiers.flaw import Flaw
from wissel.core.identifiers.structure import look_alike_hint, misfit_message, misfits
from wissel.core.identifiers.writing import quoted

LENGTH_MIN = 8
LENGTH_MAX = 35
_PUNCTUATION = "+?/-:().,'"
_WITHOUT = str.maketrans("", "", _PUNCTUATION)
_ALLOWED = "country code, 2 check digits, business code of 3 (ZZZ where none), national identifier of 1 to 28"
_NATIONAL_LENGTHS = {"DE": 18}
"""Countries whose identifiers have one length. Source: secondary, confidence high."""


def check_creditor_identifier(text: str) -> Flaw | None:
    """The flaw of a SEPA creditor identifier; None where it is right."""
    return None if _is_right(text) else _explained(text)


def _counted(text: str) -> str:
    """The characters the check digits are reckoned over, country and check digits last."""
    return (text[7:].translate(_WITHOUT) + text[:4]).upper()


def _is_right(text: str) -> bool:
    if not LENGTH_MIN <= len(text) <= LENGTH_MAX or not text.isascii():
        return False
    counted = _counted(text)
    return (
        text[:2] in accepted_countries()
        and text[2:4].isdigit()
        and text[4:7].translate(_WITHOUT).isalnum()
        and counted.isalnum()
        and len(counted) > 4
        and len(text) == _NATIONAL_LENGTHS.get(text[:2], len(text))
        and remainder_97(counted) == 1
        and text[2:4] not in IMPOSSIBLE_97
    )


def _explained(text: str) -> Flaw:
    if not text:
        return Flaw("empty", "The creditor identifier is missing: the element has no value.", _ALLOWED)
    for place, letter in enumerate(text):
        if letter.isspace():
            joined = "".join(text.split())
            hint = f"write it as {joined}" if _is_right(joined) else "leave the spaces out"
            return Flaw("space", f"Character {place + 1} of the creditor identifier is a space.", _ALLOWED, hint)
        if not (letter.isascii() and letter.isalnum()) and (letter not in _PUNCTUATION or place < 4):
            message = f"Character {place + 1} of the creditor identifier is {quoted(letter)} (U+{ord(letter):04X})."
            return Flaw("character", message, _ALLOWED)
    if not LENGTH_MIN <= len(text) <= LENGTH_MAX:
        message = f"A creditor identifier has {LENGTH_MIN} to {LENGTH_MAX} characters, this one has {len(text):,}."
        return Flaw("length", message, _ALLOWED)
    if misfits(text[:4].upper(), "aann"):
        expected = "aann" + "c" * (len(text) - 4)
        message = misfit_message(text[:4].upper(), "aann", "a creditor identifier")
        return Flaw("structure", message, _ALLOWED, look_alike_hint(text.upper(), expected, _is_right))
    if not _counted(text)[:-4]:
        message = "The creditor identifier has punctuation only behind the business code."
        return Flaw("structure", message, _ALLOWED)
    return _deeper(text)


def _deeper(text: str) -> Flaw:
    country = text[:2].upper()
    if country not in accepted_countries():
        meant = current_code(country)
        hint = f"the code of {country_in_words(meant)} is {meant}" if meant else None
        message = f"A creditor identifier begins with a country code, and {quoted(country)} is none."
        return Flaw("country", message, _ALLOWED, hint)
    if len(text) != (length := _NATIONAL_LENGTHS.get(country, len(text))):
        message = (
            f"A creditor identifier of {country_in_words(country)} has {length} characters, this one has {len(text)}."
        )
        return Flaw("length", message, _ALLOWED)
    if country != text[:2] and _is_right(country + text[2:]):
        message = "The country code of a creditor identifier is written in capitals."
        return Flaw("lower-case", message, _ALLOWED, f"write it as {country + text[2:]}")
    if not text[4:7].translate(_WITHOUT):
        return Flaw("structure", "The business code of the creditor identifier has punctuation only.", _ALLOWED)
    right = check_digits_97(_counted(text)[:-2])
    message = f"The check digits of the creditor identifier are {text[2:4]}; for the rest of it they would be {right}."
    allowed = "check digits by ISO 7064 modulo 97-10, business code left out"
    return Flaw("check-digits", message, allowed, swap_hint(text, _is_right))
