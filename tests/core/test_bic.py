"""BIC: form, country, test and training codes."""

import pytest

from wissel.core.identifiers import bic
from wissel.core.identifiers.bic import check_bic


@pytest.mark.parametrize("text", ["DEUTDEFF", "DEUTDEFF500", "CHASUS33", "NCBVXKPR", "BNPAFRPPXXX", "1234DEFF"])
def test_right(text: str) -> None:
    assert check_bic(text) is None


@pytest.mark.parametrize(
    ("text", "reason", "message", "hint"),
    [
        ("", "empty", "A BIC is missing: the element has no value.", None),
        ("DEUTDEF", "length", "A BIC has 8 or 11 characters, this one has 7.", None),
        (
            "DEUTDEFF5",
            "length",
            "A BIC has 8 or 11 characters, this one has 9.",
            "a branch has 3 characters; without one the BIC is DEUTDEFF",
        ),
        (
            "DEUTDEFFA500",
            "length",
            "A BIC has 8 or 11 characters, this one has 12.",
            "12 characters are a network address with a terminal letter in place 9; the BIC is DEUTDEFF500",
        ),
        (
            "BCDMD0FF",
            "structure",
            "Character 6 of a BIC is a capital; here it is “0”.",
            "with the letter O for 0 at character 6 it would be right; compare it with the original",
        ),
        ("DEUTD3FF", "structure", "Character 6 of a BIC is a capital; here it is “3”.", None),
        ("DEUTJJFF", "country", "Characters 5 and 6 of a BIC are a country code, and “JJ” is none.", None),
        (
            "BARCUK22",
            "country",
            "Characters 5 and 6 of a BIC are a country code, and “UK” is none.",
            "the code of the United Kingdom is GB",
        ),
        (
            "deutdeff",
            "lower-case",
            "A BIC is written in capitals; this one has small letters.",
            "write it in capitals: DEUTDEFF",
        ),
        (
            "DEUT DE FF",
            "separator",
            "A BIC is written without separators; character 5 is a space.",
            "write it as DEUTDEFF",
        ),
        ("DEUTDE_F", "character", "A BIC has letters A to Z and digits only; character 7 is “_” (U+005F).", None),
    ],
)
def test_faults(text: str, reason: str, message: str, hint: str | None) -> None:
    flaw = check_bic(text)
    assert flaw is not None
    assert (flaw.reason, flaw.message, flaw.hint) == (reason, message, hint)


def test_parts() -> None:
    assert bic.bic_country("DEUTDEFF500") == "DE"
    assert bic.bic_country("DEUTJJFF") is None
    assert bic.bic_institution("DEUTDEFF500") == bic.bic_institution("DEUTDEFFXXX") == "DEUTDEFF"


@pytest.mark.parametrize(
    ("text", "test"),
    [("DEUTDEF0", True), ("DEUTDEF0XXX", True), ("DEUTDEFF000", False), ("DEUTDE00", True), ("DEUTJJF0", False)],
)
def test_test_codes_have_a_location_that_ends_in_zero(text: str, test: bool) -> None:
    assert bic.is_test_bic(text) is test


def test_letters_in_the_prefix() -> None:
    assert bic.has_letter_prefix("DEUTDEFF")
    assert not bic.has_letter_prefix("D3UTDEFF")
