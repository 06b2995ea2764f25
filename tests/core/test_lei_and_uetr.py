"""LEI and UETR."""

import uuid

import pytest

from wissel.core.identifiers.flaw import Flaw
from wissel.core.identifiers.lei import check_lei
from wissel.core.identifiers.uetr import check_uetr


# published: Deutsche Bank, Apple, Goldman Sachs, the example of python-stdnum
@pytest.mark.parametrize(
    "text", ["7LTWFZYICNSX8D621K86", "HWUPKR0MPOU8FGXBT394", "784F5XWPLTWKTBV3E584", "213800KUD8LAJWSQ9D15"]
)
def test_right_leis(text: str) -> None:
    assert check_lei(text) is None


@pytest.mark.parametrize(
    ("text", "reason", "message", "hint"),
    [
        ("", "empty", "An LEI is missing: the element has no value.", None),
        ("213800KUD8LAJWSQ9D1", "length", "An LEI has 20 characters, this one has 19.", None),
        (
            "213800KUD8LAJWSQ9D1S",
            "structure",
            "Character 20 of an LEI is a digit; here it is “S”.",
            "with the digit 5 for S at character 20 it would be right; compare it with the original",
        ),
        (
            "213800KUD8LXJWSQ9D15",
            "check-digits",
            "The check digits of the LEI are 15; for the other characters they would be 58.",
            "at least one character is wrong: compare it with the original",
        ),
        (
            "213800KUD8LJAWSQ9D15",
            "check-digits",
            None,
            "exchanging characters 12 and 13 (AJ for JA) would make the check digits right; compare it with the original",
        ),
        (
            "213800kud8lajwsq9d15",
            "lower-case",
            "An LEI is written in capitals; this one has small letters.",
            "write it in capitals: 213800KUD8LAJWSQ9D15",
        ),
        ("213800 KUD8LAJWSQ9D15", "separator", None, "write it as 213800KUD8LAJWSQ9D15"),
    ],
)
def test_wrong_leis(text: str, reason: str, message: str | None, hint: str | None) -> None:
    flaw = check_lei(text)
    assert flaw is not None
    assert (flaw.reason, flaw.hint) == (reason, hint)
    assert message is None or flaw.message == message


def reason_of(flaw: Flaw | None) -> str | None:
    return flaw and flaw.reason


@pytest.mark.parametrize(
    ("text", "reason", "hint"),
    [
        ("97ed4827-7b6f-4491-a06f-b548d5a7512d", None, None),
        ("", "empty", None),
        (
            "97ED4827-7B6F-4491-A06F-B548D5A7512D",
            "upper-case",
            "write it in small letters: 97ed4827-7b6f-4491-a06f-b548d5a7512d",
        ),
        ("97ed48277b6f4491a06fb548d5a7512d", "length", "write it as 97ed4827-7b6f-4491-a06f-b548d5a7512d"),
        ("{97ed4827-7b6f-4491-a06f-b548d5a7512d}", "length", "write it as 97ed4827-7b6f-4491-a06f-b548d5a7512d"),
        ("urn:uuid:97ed4827-7b6f-4491-a06f-b548d5a7512d", "length", "write it as 97ed4827-7b6f-4491-a06f-b548d5a7512d"),
        ("97ed4827-7b6f-4491-a06f-b548d5a7512", "length", None),
        ("97ed4827-7b6f-4491-a06f-b548d5a7512g", "structure", None),
        ("97ed4827x7b6f-4491-a06f-b548d5a7512d", "structure", None),
        ("97ed4827-7b6f-1491-a06f-b548d5a7512d", "version", "have the UUID made by a version 4 generator"),
        ("97ed4827-7b6f-4491-c06f-b548d5a7512d", "variant", "have the UUID made by a version 4 generator"),
        ("00000000-0000-0000-0000-000000000000", "version", "have the UUID made by a version 4 generator"),
    ],
)
def test_uetr(text: str, reason: str | None, hint: str | None) -> None:
    flaw = check_uetr(text)
    assert reason_of(flaw) == reason
    assert (flaw and flaw.hint) == hint


def test_uetr_version_is_named() -> None:
    flaw = check_uetr(str(uuid.uuid1(node=1, clock_seq=1)))
    assert flaw is not None
    assert flaw.message == "The UETR is a UUID of version 1; it must be of version 4 (random): character 15 is 4."


def test_uetr_agrees_with_the_standard_library() -> None:
    for number in range(200):
        made = uuid.UUID(int=number * 0x1F3D5B79A2C4E6081B2D3F4A5C6E7081 % 2**128, version=4)
        assert check_uetr(str(made)) is None
        other = uuid.UUID(int=made.int, version=1 + number % 3)
        assert reason_of(check_uetr(str(other))) == "version"
