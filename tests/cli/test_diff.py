"""``wissel diff`` as a person and a program see it."""

import json

import pytest

from wissel.catalog.difference import Change
from wissel.cli.diff import change_words
from wissel.cli.main import main


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = main(["diff", *arguments])
    captured = capsys.readouterr()
    return code, captured.out, captured.err


def test_text_shows_each_change_once_with_the_first_place(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "pacs.008.001.08", "pacs.008.001.12")
    assert code == 0
    lines = out.splitlines()
    at = lines.index("  and 41 more places, all PostalAddress24 -> PostalAddress27")
    assert lines[at - 1] == "/Document/FIToFICstmrCdtTrf/GrpHdr/SttlmInf/InstgRmbrsmntAgt/FinInstnId/PstlAdr"
    assert lines[at + 1] == "  + CareOf     0..1, 1 to 140 characters"
    assert "  ~ TwnNm      1 to 35 characters -> 1 to 140 characters" in lines
    assert "  ~ Id  1..1 -> 0..1 (now optional)" in lines
    assert "  ~ PrefrdMtd  codes added: ONLI" in lines
    assert sum("PostalAddress27" in line for line in lines) == 1
    assert lines[-1].startswith("33 changes in 15 types used at 96 places: added 8, removed 10, ")


def test_renames_are_told_as_such(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = run(capsys, "pacs.008.001.02", "pacs.008.001.03")
    assert "~ BICFI" in out
    assert "was BIC" in out
    assert "- BIC " not in out


def test_json(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "pacs.008.001.08", "pacs.008.001.12", "--format", "json")
    value = json.loads(out)
    assert code == 0
    assert value["before"] == "pacs.008.001.08"
    assert value["summary"]["added"] == 8
    address = next(d for d in value["differences"] if d["type_after"] == "PostalAddress27")
    assert len(address["paths"]) == 42
    assert address["changes"][0] == {
        "kind": "added",
        "element": "CareOf",
        "before": None,
        "after": "0..1, 1 to 140 characters",
    }


def test_no_difference(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "head.001.001.02", "head.001.001.02")
    assert code == 0
    assert out.endswith("head.001.001.02 and head.001.001.02 do not differ\n")


def test_unknown_definition(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capsys, "pacs.008.001.08", "pacs.008.001.99")
    assert code == 2
    assert out == ""
    assert "there is no schema for 'pacs.008.001.99'; known are pacs.008.001.01," in err


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (Change("occurrence", "A", "1..1", "0..1"), "1..1 -> 0..1 (now optional)"),
        (Change("occurrence", "A", "0..1", "1..*"), "0..1 -> 1..* (now mandatory, any number)"),
        (Change("occurrence", "A", "1..1 or", "0..1"), "1..1 or -> 0..1 (no longer one of a choice)"),
        (Change("occurrence", "A", "0..1", "1..1 or"), "0..1 -> 1..1 or (now one of a choice)"),
        (Change("occurrence", "A", "0..*", "0..3"), "0..* -> 0..3 (at most 3)"),
        (Change("order", "A", "first", "after C"), "moved: was first, now after C"),
        (Change("codes", "A", "X", "Y, Z"), "codes added: Y, Z; codes removed: X"),
        (Change("attribute", "A/@c", None, "text"), "new: text"),
        (Change("attribute", "A/@c", "text", None), "gone; was text"),
        (Change("renamed", "A", "B", "A"), "was B"),
    ],
)
def test_words(change: Change, words: str) -> None:
    assert change_words(change) == words
