"""Identifiers that are known by their type: IBAN, BIC, LEI, country. One check each, told apart by what is wrong.

The shape of a UETR, and most of the shape of a BIC and an LEI, are the schema's business.
"""

from wissel.core.finding import Severity
from wissel.core.identifiers import flaw as found
from wissel.core.identifiers.bic import check_bic, has_letter_prefix, is_test_bic
from wissel.core.identifiers.country import check_country
from wissel.core.identifiers.iban import UNCERTAIN, check_iban
from wissel.core.identifiers.lei import check_lei
from wissel.validation.rule import Flaw, Rule, value_rule

_IBAN = ("IBAN2007Identifier", "IBANIdentifier")
_BIC = ("BICFIDec2014Identifier", "BICFIIdentifier", "BICIdentifier", "AnyBICDec2014Identifier", "AnyBICIdentifier")
_REGISTRY = "ISO 13616, IBAN registry release 101, secondary source"


def told(flaw: found.Flaw | None, *reasons: str) -> Flaw | None:
    """The flaw of an identifier as that of a rule, where it is for one of these reasons."""
    if flaw is None or (reasons and flaw.reason not in reasons):
        return None
    return Flaw(flaw.message, allowed=flaw.allowed, hint=flaw.hint)


@value_rule("IBAN-COUNTRY", _IBAN, source=_REGISTRY, screen=check_iban, reason="AC01")
def iban_country(text: str) -> Flaw | None:
    """An IBAN begins with the code of a country that has IBANs.

    In other countries accounts have numbers of their own, which go into Othr/Id.
    """
    return told(check_iban(text), "country")


@value_rule("IBAN-LENGTH", _IBAN, source=_REGISTRY, screen=check_iban, reason="AC01")
def iban_length(text: str) -> Flaw | None:
    """An IBAN has the length of its country.

    A character was lost or typed twice; banks refuse the payment before they look at the check digits.
    """
    return told(check_iban(text), "length")


@value_rule("IBAN-STRUCTURE", _IBAN, source=_REGISTRY, screen=check_iban, reason="AC01")
def iban_structure(text: str) -> Flaw | None:
    """An IBAN has letters and digits where its country has them.

    Mostly the letter O was typed for the digit 0, or an I for a 1.
    """
    return told(check_iban(text), "structure")


@value_rule(
    "IBAN-CHECK-DIGITS", _IBAN, source="ISO 13616 and ISO 7064 (modulo 97-10)", screen=check_iban, reason="AC01"
)
def iban_check_digits(text: str) -> Flaw | None:
    """The check digits of an IBAN fit the rest of it.

    They catch nearly all slips of typing; the payment would go to no account or to the wrong one.
    """
    return told(check_iban(text), "check-digits")


@value_rule("IBAN-WRITING", _IBAN, source=_REGISTRY, screen=check_iban, reason="AC01")
def iban_writing(text: str) -> Flaw | None:
    """An IBAN is written in capitals, without spaces and without the word IBAN.

    Groups of four are for paper; banks compare the electronic form.
    """
    return told(check_iban(text), "lower-case", "separator", "character", "prefix", "empty")


@value_rule(
    "IBAN-NOT-REGISTERED",
    _IBAN,
    source="lists of countries with partial use of IBANs, secondary source",
    screen=check_iban,
    reason="AC01",
    severity=Severity.WARNING,
    confidence="medium",
)
def iban_not_registered(text: str) -> Flaw | None:
    """An IBAN is of a country in the IBAN registry.

    Some countries outside it use numbers of the same form; not every bank takes them.
    """
    return told(check_iban(text), *UNCERTAIN)


@value_rule("BIC-COUNTRY", _BIC, source="ISO 9362 and ISO 3166-1", screen=check_bic, reason="RC01")
def bic_country(text: str) -> Flaw | None:
    """Characters 5 and 6 of a BIC are the code of a country (or XK for Kosovo).

    A BIC with another code belongs to no bank.
    """
    return told(check_bic(text), "country")


@value_rule(
    "BIC-TEST",
    _BIC,
    source="ISO 9362, practice of Swift, secondary source",
    reason="RC01",
    severity=Severity.WARNING,
    confidence="medium",
)
def bic_test(text: str) -> Flaw | None:
    """A BIC is not one for tests.

    With a 0 in place 8 it belongs to test and training and reaches nobody in live traffic.
    """
    if text[7:8] != "0" or not is_test_bic(text):
        return None
    return Flaw("The 0 in place 8 marks this BIC as one for tests.", allowed="a BIC without 0 in place 8")


@value_rule(
    "BIC-PREFIX-NOT-LETTERS",
    _BIC,
    source="Swift policy of 2023, secondary source",
    reason="RC01",
    severity=Severity.WARNING,
)
def bic_prefix(text: str) -> Flaw | None:
    """The first four characters of a BIC are letters.

    ISO 9362 allows digits too, but Swift, which registers all BICs, gives out letters only.
    """
    if has_letter_prefix(text):
        return None
    return Flaw(f"The BIC begins with {text[:4]}; no bank has one with digits in the first four places.")


@value_rule("LEI-CHECK-DIGITS", ("LEIIdentifier",), source="ISO 17442 and ISO 7064 (modulo 97-10)", reason="CH16")
def lei_check_digits(text: str) -> Flaw | None:
    """The check digits of an LEI fit the rest of it.

    A wrong LEI names no company or another one, and cannot be screened.
    """
    return told(check_lei(text))


@value_rule("COUNTRY-UNKNOWN", ("CountryCode",), source="ISO 3166-1, secondary source", reason="CH16")
def country(text: str) -> Flaw | None:
    """A country is given by its code of ISO 3166-1 (XK for Kosovo passes).

    Screening and reporting go by it; withdrawn, reserved and home-made codes (UK for GB) are not understood.
    """
    return told(check_country(text))


RULES: tuple[Rule, ...] = (
    iban_country,
    iban_length,
    iban_structure,
    iban_check_digits,
    iban_writing,
    iban_not_registered,
    bic_country,
    bic_test,
    bic_prefix,
    lei_check_digits,
    country,
)
