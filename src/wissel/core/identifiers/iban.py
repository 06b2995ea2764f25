"""IBAN: country, length, structure and check digits, and where the registry places the bank.

Source: ISO 13616 and ISO 7064; formats from the IBAN registry, release 101 (secondary sources, see the data file).

Reasons of a flaw, beside those of writing (``empty separator character lower-case``): ``prefix`` (the word IBAN before
it), ``country`` (no IBANs there, or no such country), ``length``, ``structure``, ``check-digits``, and two that a
registry alone does not settle (:data:`UNCERTAIN`): ``unregistered`` and ``territory``.
"""

from dataclasses import dataclass
from functools import cache

from wissel.core.identifiers.checksum import IMPOSSIBLE_97, check_digits_97, remainder_97, swap_hint
from wissel.core.identifiers.country import country_in_words, current_code, is_official
from wissel.core.identifiers.flaw import Flaw
from wissel.core.identifiers.structure import in_words, kinds, look_alike_hint, matcher, misfit_message, misfits
from wissel.core.identifiers.table import rows
from wissel.core.identifiers.writing import count, quoted, writing_flaw

CHARACTERS_MAX = 34
UNCERTAIN = frozenset({"unregistered", "territory"})
"""Reasons to warn, not to reject: the number may well be in use."""


@dataclass(frozen=True, slots=True)
class IbanFormat:
    """How the IBANs of one country look. Spans are character positions from 0, end excluded."""

    country: str
    length: int
    structure: str
    """The whole IBAN, country code included, in the registry's notation (``2!a2!n8!n10!n``)."""
    bank: tuple[int, int] | None
    branch: tuple[int, int] | None
    standing: str
    """``registered``, ``included`` (a territory under another country) or ``unregistered``."""
    under: str
    """The country whose code the IBANs of an included territory carry; else empty."""
    confidence: str
    """high, medium or low."""


@cache
def iban_formats() -> dict[str, IbanFormat]:
    """All formats by country code, those outside the registry included."""
    return {
        row["country"]: IbanFormat(
            country=row["country"],
            length=int(row["length"]),
            structure="2!a2!n" + row["structure"],
            bank=_span(row["bank"]),
            branch=_span(row["branch"]),
            standing=row["standing"],
            under=row["under"],
            confidence=row["confidence"],
        )
        for row in rows("iban_registry")
    }


def _span(text: str) -> tuple[int, int] | None:
    first, _, last = text.partition("-")
    return (int(first) - 1, int(last)) if first else None


def check_iban(text: str) -> Flaw | None:
    """The flaw of an IBAN in electronic form (capitals, no spaces); None where it is right and registered."""
    form = iban_formats().get(text[:2])
    if form is not None and form.standing == "registered" and _fits(text, form):
        return None
    return _explained(text)


def _fits(text: str, form: IbanFormat) -> bool:
    return (
        len(text) == form.length
        and matcher(form.structure)(text) is not None
        and remainder_97(text[4:] + text[:4]) == 1
        and text[2:4] not in IMPOSSIBLE_97
    )


def _is_right(text: str) -> bool:
    """Right by the format of its country, in or outside the registry."""
    form = iban_formats().get(text[:2])
    return form is not None and _fits(text, form)


def _explained(text: str) -> Flaw | None:
    noun, general = "An IBAN", f"country code, 2 check digits, up to {CHARACTERS_MAX - 4} capitals or digits"
    if text[:4].upper() == "IBAN" and (rest := text[4:].lstrip(" :")):
        message = "The word IBAN stands before the number."
        return Flaw("prefix", message, general, f"write it as {rest}" if _is_right(rest) else "leave the word out")
    if (flaw := writing_flaw(text, noun, general, _is_right)) is not None:
        return flaw
    text = text.upper()
    form = iban_formats().get(text[:2])
    if form is None:
        return _country_flaw(text, general)
    whose = f"An IBAN of {country_in_words(form.country)}"
    allowed = f"{form.country}, 2 check digits, {in_words(form.structure[6:])}"
    if form.standing == "unregistered":
        return _unregistered_flaw(text, form, allowed)
    if len(text) != form.length:
        message = f"{whose} has {count(form.length, 'character')}, this one has {len(text):,}."
        return Flaw("length", message, allowed, _length_hint(len(text) - form.length))
    if misfits(text, kinds(form.structure)):
        message = misfit_message(text, kinds(form.structure), whose[0].lower() + whose[1:])
        return Flaw("structure", message, allowed, look_alike_hint(text, kinds(form.structure), _is_right))
    if not _is_right(text):
        return _check_digit_flaw(text)
    if form.standing == "included":
        message = (
            f"The IBAN registry has {country_in_words(form.country)} ({form.country}) under "
            f"{country_in_words(form.under)}: its IBANs usually begin with {form.under}."
        )
        return Flaw("territory", message, allowed)
    return None


def _length_hint(over: int) -> str:
    much = (
        f"{count(abs(over), 'character')} {'is' if abs(over) == 1 else 'are'} {'missing' if over < 0 else 'too many'}"
    )
    return f"{much}: compare it with the original"


def _country_flaw(text: str, allowed: str) -> Flaw:
    code = text[:2]
    if is_official(code):
        message = f"No IBAN format is registered for {country_in_words(code)} ({code})."
        return Flaw("country", message, allowed, "where accounts have no IBAN, their number goes into Othr/Id")
    message = f"An IBAN begins with a country code, and {quoted(code)} is none."
    meant = current_code(code)
    if meant is not None and _is_right(meant + text[2:]):
        return Flaw("country", message, allowed, f"the check digits are right with the country code {meant}")
    return Flaw("country", message, allowed, look_alike_hint(text, "aann" + "c" * (len(text) - 4), _is_right))


def _check_digit_flaw(text: str) -> Flaw:
    right = check_digits_97(text[4:] + text[:2])
    message = f"The check digits of the IBAN are {text[2:4]}; for the other characters they would be {right}."
    return Flaw("check-digits", message, "check digits by ISO 7064 modulo 97-10", swap_hint(text, _is_right))


def _unregistered_flaw(text: str, form: IbanFormat, allowed: str) -> Flaw:
    """Outside the registry the check digits still hold for every IBAN; length and structure are hearsay."""
    sound = 5 <= len(text) <= CHARACTERS_MAX and text[2:4].isdigit()
    if sound and (text[2:4] in IMPOSSIBLE_97 or remainder_97(text[4:] + text[:4]) != 1):
        return _check_digit_flaw(text)
    name = country_in_words(form.country)
    message = f"{name} ({form.country}) is not in the IBAN registry; some banks there issue such numbers."
    hint = None
    if not _fits(text, form):
        hint = f"those known have {count(form.length, 'character')}: {allowed}; this one has {len(text):,}"
    return Flaw("unregistered", message[0].upper() + message[1:], allowed, hint)


def country_of_iban(text: str) -> str | None:
    """The country code an IBAN begins with; None where no IBAN format is known for it."""
    code = text[:2]
    return code if code in iban_formats() else None


def bank_code_of_iban(text: str) -> str | None:
    """The national bank code inside the IBAN, where the registry tells its place and the length is right."""
    form = iban_formats().get(text[:2])
    return _part(text, form, form.bank) if form else None


def branch_code_of_iban(text: str) -> str | None:
    """The national branch code inside the IBAN (in the United Kingdom the sort code), likewise."""
    form = iban_formats().get(text[:2])
    return _part(text, form, form.branch) if form else None


def _part(text: str, form: IbanFormat, span: tuple[int, int] | None) -> str | None:
    return text[span[0] : span[1]] if span and len(text) == form.length else None


def same_banking_country(iban_country: str, other: str) -> bool:
    """Whether two country codes mean one country for accounts: equal, or one is a territory that the registry has
    under the other (an account in Guadeloupe has an IBAN with FR and may be with a bank whose BIC says GP)."""
    return _banking_country(iban_country) == _banking_country(other)


def _banking_country(code: str) -> str:
    form = iban_formats().get(code)
    return form.under if form and form.under else code
