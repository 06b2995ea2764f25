"""``wissel addresses``: rows, counts, exit codes, in every format."""

import csv
import io
import json
from pathlib import Path

import pytest

from wissel.cli.main import main
from wissel.validation.address_schemes import schemes

SAMPLES = Path(__file__).resolve().parents[2] / "samples"
ORDER = SAMPLES / "valid" / "pain.001.001.03.xml"
"""Its debtor has Ctry and two AdrLine."""
RIGHT = SAMPLES / "valid" / "pacs.008.001.08.xml"


def run(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    code = main(["addresses", *map(str, arguments)])
    captured = capsys.readouterr()
    return code, captured.out, captured.err


@pytest.mark.parametrize(
    ("file", "day", "asked", "code"),
    [
        (RIGHT, "2026-11-23", [], 0),
        (ORDER, "2026-11-23", [], 1),
        (ORDER, "2026-11-15", ["sepa"], 1),
        (ORDER, "2026-11-14", ["sepa"], 0),
        (ORDER, "2026-11-14", ["sepa-sdd-core"], 0),
        (ORDER, "2026-11-14", ["sepa", "swiss-sps"], 1),
        (ORDER, "2026-11-23", ["t2"], 0),
        (ORDER, "2025-11-21", [], 0),
        (ORDER, "2025-11-22", [], 1),
    ],
)
def test_exit_codes(file: Path, day: str, asked: list[str], code: int, capsys: pytest.CaptureFixture[str]) -> None:
    options = [part for name in asked for part in ("--scheme", name)]
    assert run(capsys, file, "--as-of", day, *options)[0] == code


def test_text_says_who_refuses_what_from_when_and_what_is_proposed(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, err = run(capsys, ORDER, "--as-of", "2026-11-14")
    assert err == ""
    assert (
        out
        == f"""\
{ORDER}
transaction  party  name                    address       what the schemes say
             Dbtr   Grachtenhuis Beheer BV  unstructured  refused: cbpr-plus-2025, cbpr-plus-2026, swiss-sps; \
said to be refused: t2; refused from then on: sepa 2026-11-15
                                                          proposal from its own lines: PstCd 1017 BZ; \
TwnNm Amsterdam; Ctry NL; AdrLine Herengracht 418
1 unstructured, 4 without address

1 file · 1 message · 5 parties
1 unstructured, 4 without address
sepa            refused from 2026-11-15 on: 1 address in 1 file (older pages say 22 November 2026)
cbpr-plus-2025  refused on 2026-11-14: 1 address in 1 file, the first since 2025-11-22
cbpr-plus-2026  refused on 2026-11-14: 1 address in 1 file, the first since 2025-11-22
t2              said to be refused on 2026-11-14: 1 address in 1 file, the first since 2026-11-14
swiss-sps       refused on 2026-11-14: 1 address in 1 file, the first since 2026-11-14
"""
    )


def test_what_is_listed(capsys: pytest.CaptureFixture[str]) -> None:
    def listed(*options: str) -> int:
        rows = run(capsys, RIGHT, ORDER, *options)[1].partition("\n2 files")[0].splitlines()
        return sum(any(word in row for word in (" structured  ", "  unstructured  ", "  none  ")) for row in rows)

    usual, quiet, everything = listed(), listed("-q"), listed("--all")
    assert (usual, quiet, everything) == (5, 1, 11)


def test_a_clean_folder_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, RIGHT, "--as-of", "2026-11-23", "-q")
    assert code == 0
    assert out.splitlines() == [
        "1 file · 1 message · 6 parties",
        "4 structured, 2 without address",
        "none of them is refused on 2026-11-23 or later, as far as is known",
    ]


def test_json_has_a_row_for_each_party_and_counts(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, ORDER, RIGHT, "--format", "json", "--as-of", "2026-11-14", "--scheme", "sepa")
    told = json.loads(out)
    assert code == 0
    assert [told["format"], told["as_of"], told["schemes"]] == [1, "2026-11-14", ["sepa"]]
    assert [len(file["parties"]) for file in told["files"]] == [5, 6]
    row = next(row for row in told["files"][0]["parties"] if row["address"] == "unstructured")
    assert row == {
        "message": 1,
        "definition": "pain.001.001.03",
        "transaction": None,
        "role": "Dbtr",
        "name": "Grachtenhuis Beheer BV",
        "path": "/Document/CstmrCdtTrfInitn/PmtInf[1]/Dbtr/PstlAdr",
        "line": 27,
        "address": "unstructured",
        "faults": ["ADDRESS-TOWN-MISSING"],
        "schemes": {"sepa": {"says": "later", "since": "2026-11-15"}},
        "proposal": {"PstCd": "1017 BZ", "TwnNm": "Amsterdam", "Ctry": "NL", "AdrLine": ["Herengracht 418"]},
        "missing": None,
    }
    assert told["summary"]["parties"] == {"structured": 4, "hybrid": 0, "unstructured": 1, "faulty": 0, "none": 6}
    assert told["summary"]["schemes"] == {
        "sepa": {
            "later": {
                "parties": 1,
                "files": 1,
                "since": "2026-11-15",
                "conflicts": ["older pages say 22 November 2026"],
            }
        }
    }


def test_csv_has_a_column_for_each_scheme(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, ORDER, "--format", "csv", "--as-of", "2026-11-23")
    rows = list(csv.DictReader(io.StringIO(out)))
    assert code == 1
    assert {scheme.name for scheme in schemes()} <= set(rows[0])
    row = next(row for row in rows if row["role"] == "Dbtr")
    assert [row[name] for name in ("address", "faults", "sepa", "t2", "fedwire", "line")] == [
        "unstructured", "ADDRESS-TOWN-MISSING", "refused", "doubtful", "", "27",
    ]  # fmt: skip
    assert row["proposal"] == "PstCd 1017 BZ; TwnNm Amsterdam; Ctry NL; AdrLine Herengracht 418"


def test_several_files_add_up_per_scheme(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("a", "b"):
        (tmp_path / f"{name}.xml").write_bytes(ORDER.read_bytes())
    (tmp_path / "note.txt").write_text("nothing")
    _, out, _ = run(capsys, tmp_path, "--as-of", "2026-11-23", "--format", "json", "--scheme", "sepa")
    summary = json.loads(out)["summary"]
    assert [summary["files"], summary["skipped"]] == [2, 1]
    assert summary["schemes"]["sepa"]["refused"] == {
        "parties": 2, "files": 2, "since": "2026-11-15", "conflicts": ["older pages say 22 November 2026"],
    }  # fmt: skip


def test_a_file_that_breaks_off_is_told_and_does_not_pass(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    whole = RIGHT.read_bytes()
    cut = tmp_path / "cut.xml"
    cut.write_bytes(whole[: whole.index(b"</CdtTrfTxInf>") + 14])
    code, out, _ = run(capsys, cut, "--as-of", "2026-11-23")
    assert code == 1
    assert "XML-TRUNCATED" in out
    assert "1 not readable" in out
    assert "none of them is refused" not in out


def test_a_name_that_acts_on_a_terminal_is_escaped(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "x.xml"
    file.write_bytes(ORDER.read_bytes().replace(b"Grachtenhuis Beheer", "Gracht\u202ehuis".encode()))
    out = run(capsys, file, "--as-of", "2026-11-23")[1]
    assert "Gracht\\u202ehuis" in out
    assert "\u202e" not in out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nowhere.xml"], "there is no 'nowhere.xml'"),
        ([RIGHT, "--as-of", "15.11.2026"], "'15.11.2026' is no date"),
        ([RIGHT, "--scheme", "fednow"], "of the scheme 'fednow' no rule for addresses is known"),
        ([RIGHT, "--scheme", "seppa"], "did you mean 'sepa'?"),
        ([], "missing argument"),
    ],
)
def test_wrong_calls(arguments: list[object], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capsys, *arguments)
    assert (code, out) == (2, "")
    assert said in err.lower() if said.islower() else said in err


def test_statements_are_judged_by_nobody_and_that_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    statement = (SAMPLES / "valid" / "camt.053.001.08.xml").read_bytes()
    file = tmp_path / "x.xml"
    file.write_bytes(statement.replace(b"</Ownr>", b"<PstlAdr><AdrLine>a</AdrLine></PstlAdr></Ownr>", 1))
    code, out, _ = run(capsys, file, "--as-of", "2026-11-23")
    assert code == 0
    assert "unstructured  no scheme asked judges it" in out
    assert out.endswith("no scheme asked judges addresses in these messages\n")


def test_files_without_a_message_are_no_answer(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "other.xml").write_text("<a><b/></a>")
    code, _, err = run(capsys, tmp_path)
    assert code == 2
    assert "no ISO 20022 message was found" in err
    (tmp_path / "other.xml").unlink()
    code, _, err = run(capsys, tmp_path)
    assert code == 2
    assert "there is nothing to look at" in err
