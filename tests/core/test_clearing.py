"""Member ids of national clearing systems."""

from pathlib import Path

import pytest

from wissel.core.identifiers.clearing import check_clearing_member, clearing_systems

RIGHT = {
    "ATBLZ": ["19043"], "AUBSB": ["012003"], "CACPA": ["000103601"], "CHBCC": ["762", "9000", "30000"],
    "CHSIC": ["007627"], "CNAPS": ["102100099996"], "DEBLZ": ["37040044"], "ESNCC": ["21000418", "210004184"],
    "GBDSC": ["200000"], "GRBIC": ["0110125"], "HKNCC": ["004"], "IENCC": ["931152"], "INFSC": ["SBIN0001234"],
    "ITNCC": ["0542811101"], "JPZGN": ["0001001"], "NZNCC": ["020368"], "PLKNR": ["10901014"], "PTNCC": ["00020123"],
    "RUCBC": ["044525225"], "SESBA": ["5000"], "SGIBG": ["717", "7171", "7171001"], "THCBC": ["002"],
    "TWNCC": ["0040037"], "USABA": ["021000021", "111000025", "026009593"], "USPID": ["0002"], "ZANCC": ["051001"],
}  # fmt: skip


def test_right_ones_for_every_system() -> None:
    assert set(RIGHT) == set(clearing_systems())
    for system, texts in RIGHT.items():
        for text in texts:
            assert check_clearing_member(system, text) is None, (system, text)


def test_a_digit_more_or_less_is_a_fault_in_every_system() -> None:
    for system, texts in RIGHT.items():
        for wrong in (texts[0][1:-1] if system in ("CHBCC", "ESNCC", "SGIBG") else texts[0][:-1], texts[-1] + "00"):
            flaw = check_clearing_member(system, wrong)
            assert flaw is not None, (system, wrong)
            assert flaw.reason == "length", (system, wrong)


@pytest.mark.parametrize(
    ("system", "text", "reason", "message", "hint"),
    [
        (
            "USABA",
            "112000025",
            "check-digits",
            "The check digit of the US routing number is 5; for the other digits it would be 4.",
            "at least one character is wrong: compare it with the original",
        ),
        (
            "USABA",
            "02100021",
            "length",
            "The member id in USABA (US routing number) has 9 digits, this one has 8.",
            None,
        ),
        (
            "GBDSC",
            "20-00-00",
            "separator",
            "The member id in GBDSC (British sort code) is written without separators; character 3 is a hyphen.",
            "write it as 200000",
        ),
        (
            "DEBLZ",
            "DEBLZ37040044",
            "prefix",
            "The member id repeats the code of its clearing system, DEBLZ, which stands in ClrSysId.",
            "write it as 37040044",
        ),
        (
            "DEBLZ",
            "3704O044",
            "structure",
            "Character 5 of the German bank code is a digit; here it is “O”.",
            "with the digit 0 for O at character 5 it would be right; compare it with the original",
        ),
        (
            "INFSC",
            "SBINO001234",
            "structure",
            "Character 5 of the Indian IFSC code is a zero; here it is “O”.",
            "with the digit 0 for O at character 5 it would be right; compare it with the original",
        ),
        (
            "SGIBG",
            "12345",
            "length",
            "The member id in SGIBG (Singapore bank code) has 3 to 4 digits or 7 digits, this one has 5.",
            None,
        ),
        ("SGIBG", "71A", "structure", "Character 3 of the Singapore bank code is a digit; here it is “A”.", None),
        (
            "GBDSC",
            "",
            "empty",
            "The member id in GBDSC (British sort code) is missing: the element has no value.",
            None,
        ),
    ],
)
def test_faults(system: str, text: str, reason: str, message: str, hint: str | None) -> None:
    flaw = check_clearing_member(system, text)
    assert flaw is not None
    assert (flaw.reason, flaw.message, flaw.hint) == (reason, message, hint)


def test_a_system_without_known_format_is_not_judged() -> None:
    assert check_clearing_member("KRBOK", "anything") is None
    assert check_clearing_member("", "") is None


def test_confidence_says_what_may_reject() -> None:
    high = {code for code, form in clearing_systems().items() if form.confidence == "high"}
    assert high == {"DEBLZ", "GBDSC", "HKNCC", "USABA"}
    assert {form.confidence for form in clearing_systems().values()} == {"high", "medium", "low"}


def test_every_system_is_in_the_external_code_list(shared: Path) -> None:
    lines = (shared / "rules/codes/ExternalClearingSystemIdentification1Code.csv").read_text("utf-8").splitlines()
    assert set(clearing_systems()) <= {line.split(",")[0] for line in lines}
