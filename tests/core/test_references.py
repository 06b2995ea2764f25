"""Creditor reference (RF), SEPA creditor identifier, QR reference and QR-IBAN, Belgian structured message."""

import pytest

from wissel.core.identifiers.belgian import check_belgian_reference
from wissel.core.identifiers.creditor_identifier import check_creditor_identifier
from wissel.core.identifiers.creditor_reference import check_creditor_reference
from wissel.core.identifiers.flaw import Flaw
from wissel.core.identifiers.swiss import check_qr_reference, is_qr_iban


def told(flaw: Flaw | None) -> tuple[str | None, str | None]:
    return (flaw.reason, flaw.hint) if flaw else (None, None)


COMPARE = "at least one character is wrong: compare it with the original"


@pytest.mark.parametrize(
    ("text", "reason", "hint"),
    [
        ("RF18539007547034", None, None),
        ("RF185390075470Y", None, None),
        ("RF185390075470y", None, None),  # small letters are allowed and count as capitals
        ("RF2012345678", None, None),
        ("RF17539007547034", "check-digits", COMPARE),
        (
            "RF18539007547304",
            "check-digits",
            "exchanging characters 14 and 15 (03 for 30) would make the check digits right; compare it with the original",
        ),
        ("rf18539007547034", "prefix", "write it as RF18539007547034"),
        ("XX18539007547034", "prefix", "write it as RF18539007547034"),
        ("539007547034", "prefix", None),
        ("RF18 5390 0754 7034", "separator", "write it as RF18539007547034"),
        ("RF18", "length", None),
        ("RF" + "1" * 24, "length", None),
        (
            "RFI8539007547034",
            "structure",
            "with the digit 1 for I at character 3 it would be right; compare it with the original",
        ),
        ("RF18539007547_34", "character", None),
        ("", "empty", None),
    ],
)
def test_creditor_reference(text: str, reason: str | None, hint: str | None) -> None:
    assert told(check_creditor_reference(text)) == (reason, hint)


@pytest.mark.parametrize(
    ("text", "reason", "hint"),
    [
        ("ES23ZZZ47690558N", None, None),
        ("ES2300047690558N", None, None),  # the business code is not reckoned in
        ("DE98ZZZ09999999999", None, None),
        ("NL79ZZZ999999990000", None, None),
        ("AT61ZZZ01234567890", None, None),
        ("ES23ZZZ4769-0558n", None, None),  # punctuation does not count, small letters count as capitals
        ("es23ZZZ47690558N", "lower-case", "write it as ES23ZZZ47690558N"),
        ("ES23 ZZZ 47690558N", "space", "write it as ES23ZZZ47690558N"),
        ("ES23ZZZ47690559N", "check-digits", COMPARE),
        (
            "ES23ZZZ47695058N",
            "check-digits",
            "exchanging characters 12 and 13 (05 for 50) would make the check digits right; compare it with the original",
        ),
        ("DE98ZZZ0999999999", "length", None),
        ("ES23ZZZ", "length", None),
        ("ES23ZZZ" + "1" * 29, "length", None),
        ("JJ23ZZZ47690558N", "country", None),
        ("UK23ZZZ47690558N", "country", "the code of the United Kingdom is GB"),
        ("ES2OZZZ47690558N", "structure", None),
        (
            "ESZ3ZZZ47690558N",
            "structure",
            "with the digit 2 for Z at character 3 it would be right; compare it with the original",
        ),
        ("ES23ZZZ---", "structure", None),
        ("ES23---47690558N", "structure", None),
        ("ES23ZZZ4769Ñ558N", "character", None),
        ("E+23ZZZ47690558N", "character", None),
        ("", "empty", None),
    ],
)
def test_creditor_identifier(text: str, reason: str | None, hint: str | None) -> None:
    assert told(check_creditor_identifier(text)) == (reason, hint)


def test_german_creditor_identifiers_have_18_characters() -> None:
    flaw = check_creditor_identifier("DE98ZZZ0999999999")
    assert flaw is not None
    assert flaw.message == "A creditor identifier of Germany has 18 characters, this one has 17."


@pytest.mark.parametrize(
    ("text", "reason", "hint"),
    [
        ("210000000003139471430009017", None, None),
        ("21 00000 00003 13947 14300 09017", "separator", "write it as 210000000003139471430009017"),
        ("210000000003139471430009071", "check-digits", COMPARE),
        ("210000000003139471430009018", "check-digits", COMPARE),
        ("21000000000313947143000901", "length", None),
        ("13947143000901" + "7", "length", None),
        (
            "21OOOO000003139471430009017",
            "structure",
            "with the digit 0 for O at character 3, the digit 0 for O at character 4, the digit 0 for O at character 5, "
            "the digit 0 for O at character 6 it would be right; compare it with the original",
        ),
        ("", "empty", None),
    ],
)
def test_qr_reference(text: str, reason: str | None, hint: str | None) -> None:
    flaw = check_qr_reference(text)
    assert (flaw and flaw.reason) == reason
    if hint is not None:
        assert told(flaw) == (reason, hint)


def test_qr_reference_without_its_leading_zeros() -> None:
    # 3139471430 0090 1: the check digit does not change with zeros in front
    right = "000000000003139471430009014"
    candidates = [right[:-1] + digit for digit in "0123456789"]
    (only,) = [text for text in candidates if check_qr_reference(text) is None]
    flaw = check_qr_reference(only.lstrip("0"))
    assert flaw is not None
    assert flaw.hint == f"with leading zeros it is right: {only}"


@pytest.mark.parametrize(
    ("text", "is_qr"),
    [
        ("CH4431999123000889012", True),  # the example of the Swiss QR-bill guidelines
        ("CH9300762011623852957", False),
        ("CH9330000011623852957", True),
        ("CH9329999011623852957", False),
        ("CH9332000011623852957", False),
        ("LI2131000000232401311", True),
        ("DE89310000440532013000", False),
        ("CH44319991230008890", False),
        ("", False),
    ],
)
def test_qr_iban(text: str, is_qr: bool) -> None:
    assert is_qr_iban(text) is is_qr


@pytest.mark.parametrize(
    ("text", "reason", "hint"),
    [
        ("090933755493", None, None),
        ("000000009797", None, None),  # a remainder of 0 is written 97
        ("000000009700", "check-digits", COMPARE),
        ("+++090/9337/55493+++", "separator", "write it as 090933755493"),
        ("***090/9337/55493***", "separator", "write it as 090933755493"),
        ("090/9337/55493", "separator", "write it as 090933755493"),
        (
            "090933755943",
            "check-digits",
            "exchanging characters 10 and 11 (49 for 94) would make the check digits right; compare it with the original",
        ),
        ("09093375549", "length", None),
        (
            "O90933755493",
            "structure",
            "with the digit 0 for O at character 1 it would be right; compare it with the original",
        ),
        ("", "empty", None),
    ],
)
def test_belgian_reference(text: str, reason: str | None, hint: str | None) -> None:
    assert told(check_belgian_reference(text)) == (reason, hint)
