"""``wissel codes``: sets, codes, one code, a new edition; text, JSON and CSV; and the exit codes."""

import csv
import io
import json
from pathlib import Path

import pytest

from wissel.cli.main import main

JSON_FILE = b'{"definitions": {"ExternalEntryStatus1Code": {"enum": ["BOOK", "PDNG", "NEWC"]}}}'


@pytest.fixture(autouse=True)
def user(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The user's folder of code sets, not there yet; the current folder is another."""
    monkeypatch.setenv("WISSEL_SCHEMAS", str(tmp_path / "schemas"))
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    return tmp_path / "codes"


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    """Exit code, standard output and standard error of ``wissel codes ...``."""
    code = main(["codes", *arguments])
    out, err = capsys.readouterr()
    return code, out, err


def test_all_sets(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys)
    lines = out.splitlines()
    assert code == 0
    assert ["ExternalPurpose1Code", "366", "2Q2026"] in [line.split() for line in lines]
    assert lines[-1] == "165 sets with 3,745 codes in use"
    assert len(lines) == 165 + 2


def test_a_word_filters_the_sets(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, "purp")[1].splitlines() == [
        "ExternalCategoryPurpose1Code     49  2Q2026",
        "ExternalDocumentPurpose1Code      2  2Q2026",
        "ExternalPurpose1Code            366  2Q2026",
        "ExternalSecuritiesPurpose1Code    3  2Q2026",
        "",
        "4 sets with 420 codes in use",
    ]
    assert len(run(capsys, "purp", "--quiet")[1].splitlines()) == 4


@pytest.mark.parametrize("word", ["EntryStatus", "entrystatus", "ExternalEntryStatus1Code"])
def test_the_codes_of_a_set(capsys: pytest.CaptureFixture[str], word: str) -> None:
    code, out, _ = run(capsys, word)
    assert code == 0
    assert out.splitlines()[0].startswith("ExternalEntryStatus1Code  2Q2026, ISO 20022 external code sets")
    assert out.splitlines()[2:] == ["BOOK  Booked", "FUTR  Future", "INFO  Information", "PDNG  Pending"]


def test_a_code_that_is_not_in_use_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    lines = run(capsys, "LocalInstrument")[1].splitlines()
    (row,) = [line.split() for line in lines if line.startswith("SVC ")]
    assert row == ["SVC", "older", "before", "2Q2026"]


def test_a_code_alone_is_found_in_all_sets(capsys: pytest.CaptureFixture[str]) -> None:
    sets = ["Mandate", "PaymentCancellationRejection", "Return", "Reversal", "Status"]
    for word in ("AC04", "ac04"):
        code, out, _ = run(capsys, word, "--format", "json")
        assert code == 0
        found = json.loads(out)
        assert [
            row["set"].removeprefix("External").removesuffix("1Code").removesuffix("Reason") for row in found
        ] == sets
        assert {row["name"] for row in found} == {"ClosedAccountNumber"}


def test_one_code_with_schemes_and_messages(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "StatusReason", "ac04")
    said = dict(line.split(maxsplit=1) for line in out.splitlines())
    assert code == 0
    assert said["name"] == "ClosedAccountNumber"
    assert (said["status"], said["edition"]) == ("active", "2Q2026")
    assert "sepa-sdd-core reject (pacs.002, pain.002, confidence high)" in said["schemes"]
    assert "pacs.002.001." in said["messages"]
    assert "pacs.008" not in said["messages"]


def test_one_code_in_one_message(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "Purpose", "SALA", "--message", "pain.001.001.09", "--format", "json")
    assert code == 0
    found = json.loads(out)
    assert found["message"] == "pain.001.001.09"
    assert found["places"] == ["/Document/CstmrCdtTrfInitn/PmtInf/CdtTrfTxInf/Purp/Cd"]
    assert (
        "/Document/CstmrCdtTrfInitn/PmtInf/CdtTrfTxInf/Purp/Cd"
        in run(capsys, "Purpose", "SALA", "--message", "pain.001")[1]
    )
    none = run(capsys, "Purpose", "SALA", "--message", "head.001")[1]
    assert "none takes a code of this set" in none


def test_codes_of_networks_and_statuses_say_what_they_mean(capsys: pytest.CaptureFixture[str]) -> None:
    assert "Fedwire" in run(capsys, "ServiceLevel", "URGP")[1]
    assert "payee verification not finished" in run(capsys, "PaymentTransactionStatus", "RVNC")[1]
    assert "no source has one" in run(capsys, "PaymentTransactionStatus", "RVNC")[1]


def test_csv(capsys: pytest.CaptureFixture[str]) -> None:
    rows = list(csv.reader(io.StringIO(run(capsys, "EntryStatus", "--format", "csv")[1])))
    assert rows[:2] == [["code", "name", "status", "edition"], ["BOOK", "Booked", "active", "2Q2026"]]
    assert len(list(csv.reader(io.StringIO(run(capsys, "--format", "csv")[1])))) == 166


def test_json_of_a_set_says_where_it_is_from(capsys: pytest.CaptureFixture[str]) -> None:
    found = json.loads(run(capsys, "EntryStatus", "--format", "json")[1])
    assert (found["set"], found["edition"], found["origin"], found["confidence"]) == (
        "ExternalEntryStatus1Code",
        "2Q2026",
        "bundled",
        "high",
    )
    assert [row["code"] for row in found["codes"]] == ["BOOK", "FUTR", "INFO", "PDNG"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["Purpose", "SLAA"], "has no code 'SLAA'; did you mean SALA"),
        (["Purpose", "\x1b[31m"], r"has no code '\x1b[31m'"),
        (["Purpse"], "did you mean 'Purpose'?"),
        (["Purpse", "SALA"], "there is no code set 'Purpse'; did you mean 'Purpose'?"),
        (["ExternalPurpos1Code"], "did you mean 'ExternalPurpose1Code'?"),
        (["Priority"], "may be Priority2Code or Priority3Code"),
        (["ExternalMandateSetupReason1Code"], "2Q2026 that was read has no such set"),
        (["xyzzy"], "is no code set and no code"),
        (["Purpose", "SALA", "more"], "a set and one code"),
        (["Purpose", "SALA", "--message", "pacs.999"], "no schema for 'pacs.999'"),
        (["Purpose", "--message", "pacs.008"], "--message goes with a set and a code"),
        (["--edition", "3Q2026"], "--edition goes with"),
        (["import"], "give one file"),
        (["import", "a", "b"], "give one file"),
        (["import", "none.json"], "there is no 'none.json'"),
        (["import", "."], "cannot be read"),
    ],
)
def test_a_wrong_call_exits_2(capsys: pytest.CaptureFixture[str], arguments: list[str], said: str) -> None:
    code, out, err = run(capsys, *arguments)
    assert code == 2
    assert out == ""
    assert said in err


def test_an_import_says_what_changed_and_is_used(capsys: pytest.CaptureFixture[str], user: Path) -> None:
    Path("3Q2026_sets.json").write_bytes(JSON_FILE)
    code, out, _ = run(capsys, "import", "3Q2026_sets.json")
    assert code == 0
    assert out.splitlines() == [
        "ExternalEntryStatus1Code  2Q2026 -> 3Q2026: 1 added (NEWC), 2 removed (FUTR INFO)",
        f"1 set changed, 0 with the same codes; your sets are in {user}",
    ]
    assert run(capsys, "import", "3Q2026_sets.json")[1].splitlines() == [
        f"0 sets changed, 1 with the same codes; your sets are in {user}"
    ]
    lines = run(capsys, "EntryStatus")[1].splitlines()
    assert lines[0].startswith("ExternalEntryStatus1Code  3Q2026, ")
    assert [line.split() for line in lines[2:]] == [
        ["BOOK", "Booked"],
        ["FUTR", "Future", "removed", "3Q2026"],
        ["INFO", "Information", "removed", "3Q2026"],
        ["NEWC"],
        ["PDNG", "Pending"],
    ]
    assert "ExternalEntryStatus1Code  3  3Q2026  imported" in run(capsys, "ExternalEntrySt")[1]


def test_an_import_in_other_forms(capsys: pytest.CaptureFixture[str]) -> None:
    Path("sets.json").write_bytes(JSON_FILE)
    assert run(capsys, "import", "sets.json")[0] == 2
    found = json.loads(run(capsys, "import", "sets.json", "--edition", "3Q2026", "--format", "json")[1])
    assert found == [
        {
            "name": "ExternalEntryStatus1Code",
            "before": "2Q2026",
            "edition": "3Q2026",
            "codes": 3,
            "added": ["NEWC"],
            "removed": ["FUTR", "INFO"],
        }
    ]
    rows = run(capsys, "import", "sets.json", "--edition", "4Q2026", "--format", "csv")[1].splitlines()
    assert rows == ["set,before,edition,codes,added,removed", "ExternalEntryStatus1Code,3Q2026,4Q2026,3,,"]


def test_a_refused_import_changes_nothing(capsys: pytest.CaptureFixture[str], user: Path) -> None:
    Path("3Q2026.json").write_bytes(b'{"definitions": {"External/x1Code": {"enum": ["BOOK"]}}}')
    code, _, err = run(capsys, "import", "3Q2026.json")
    assert code == 2
    assert "no name of an external code set" in err
    assert not user.exists()


def test_a_damaged_set_is_a_fault_of_the_installation(capsys: pytest.CaptureFixture[str], user: Path) -> None:
    user.mkdir()
    (user / "ExternalPurpose1Code.csv").write_text("nonsense")
    code, _, err = run(capsys, "Purpose")
    assert code == 3
    assert "import it again or remove it" in err
