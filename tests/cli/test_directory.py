"""``wissel directory`` from call to exit code."""

import json
from pathlib import Path

import pytest

from wissel.cli.main import main

ROWS = """\
network,bic,member_id,clearing_system,iban_country,iban_bank_code,name,access,via,valid_to
sepa-sct,DEUTDEFF,,,DE,50070010,Bank A,,,
sepa-sct,ABNANL2A,,,NL,ABNA,Bank C,indirect,DEUTDEFF,
t2,DEUTDEFF,,,,,Bank A,,,2025-12-31
fedwire,,021000021,USABA,,,Bank H,,,
"""
MAP = """\
delimiter = ";"
[columns]
bic = "BIC"
name = "Name"
[constants]
network = "sepa-sct"
"""


@pytest.fixture
def file(tmp_path: Path) -> str:
    path = tmp_path / "directory.csv"
    path.write_text(ROWS, "utf-8")
    return str(path)


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = main(["directory", *arguments])
    said = capsys.readouterr()
    return code, said.out, said.err


def test_find(capsys: pytest.CaptureFixture[str], file: str) -> None:
    code, out, err = run(capsys, "find", "DEUTDEFF", "--directory", file, "--at", "2026-11-23")
    assert (code, err) == (0, "")
    lines = [line.split() for line in out.splitlines()]
    assert lines[0] == ["found", "by", "BIC"]
    assert lines[2:] == [
        ["sepa-sct", "DEUTDEFF", "Bank", "A", "direct", "DE", "50070010"],
        ["t2", "DEUTDEFF", "Bank", "A", "not", "valid", "2025-12-31"],
    ]


def test_find_by_iban_and_member_id(capsys: pytest.CaptureFixture[str], file: str) -> None:
    code, out, _ = run(capsys, "find", "NL91 ABNA 0417 1643 00", "--directory", file)
    assert code == 0
    assert "ABNANL2A     Bank C  through DEUTDEFF" in out
    code, out, _ = run(capsys, "find", "USABA021000021", "--directory", file)
    assert code == 0
    assert "fedwire  USABA 021000021  Bank H  direct" in out


def test_find_says_what_stands_for_a_branch(capsys: pytest.CaptureFixture[str], file: str) -> None:
    _, out, _ = run(capsys, "find", "DEUTDEFF123", "--directory", file, "--network", "t2")
    assert out.splitlines()[0] == "found by BIC, of the head office: the branch 123 has no row"
    assert "sepa-sct" not in out


def test_find_as_json(capsys: pytest.CaptureFixture[str], file: str) -> None:
    code, out, _ = run(
        capsys, "find", "DEUTDEFF", "--directory", file, "--network", "t2", "--at", "2025-12-31", "--format", "json"
    )
    value = json.loads(out)
    assert code == 0
    assert (value["found_by"], value["at"]) == ("BIC", "2025-12-31")
    assert [(one["network"], one["reached"], one["valid_to"], one["lei"]) for one in value["participants"]] == [
        ("t2", True, "2025-12-31", None)
    ]


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("BNPAFRPP", "'BNPAFRPP' is not in the directory"),
        ("DE12500700100532013000",
         "'DE12500700100532013000' is not in the directory: The check digits of the IBAN are 12; for the other "
         "characters they would be 04"),
        ("DEUTXXFF", "'DEUTXXFF' is not in the directory: Characters 5 and 6 of a BIC are a country code, and “XX” is "
         "none"),
        ("GB82WEST12345698765432", "'GB82WEST12345698765432' is not in the directory"),
    ],
)  # fmt: skip
def test_find_nothing(capsys: pytest.CaptureFixture[str], file: str, text: str, complaint: str) -> None:
    assert run(capsys, "find", text, "--directory", file) == (1, "", f"wissel: {complaint}\n")


def test_find_nothing_as_json(capsys: pytest.CaptureFixture[str], file: str) -> None:
    code, out, _ = run(capsys, "find", "BNPAFRPP", "--directory", file, "--at", "2026-11-23", "--format", "json")
    assert code == 1
    assert json.loads(out) == {"text": "BNPAFRPP", "found_by": None, "at": "2026-11-23", "participants": []}


def test_where_to_look(
    capsys: pytest.CaptureFixture[str], file: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(capsys, "find", "DEUTDEFF")[0] == 0
    (tmp_path / "directory.csv").unlink()
    code, _, err = run(capsys, "find", "DEUTDEFF")
    assert code == 2
    assert err == (
        "wissel: give the directory to look in: --directory FILE, or --bank DIR; there is no directory.csv here\n"
    )


def test_the_directory_of_a_bank(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    bank = tmp_path / "bank"
    assert main(["init", str(bank)]) == 0
    capsys.readouterr()
    code, out, _ = run(capsys, "check", str(bank / "directory.csv"), "--bank", str(bank), "--format", "json")
    assert code == 0
    assert json.loads(out)["errors"] == []
    assert run(capsys, "find", "BNPAFRPP999", "--bank", str(bank))[0] in (0, 1)


def test_check(capsys: pytest.CaptureFixture[str], file: str) -> None:
    assert run(capsys, "check", file) == (0, f"{file}: right · 4 rows · fedwire, sepa-sct, t2\n", "")
    _, out, _ = run(capsys, "check", file, "--format", "json")
    assert json.loads(out) == {"file": file, "rows": 4, "errors": []}


def test_check_names_every_wrong_row(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    wrong = tmp_path / "d.csv"
    wrong.write_text("network,bic\nt2,DEUTDE\nt9,DEUTDEFF\n", "utf-8")
    code, out, _ = run(capsys, "check", str(wrong))
    assert code == 1
    assert out.splitlines()[0] == f"{wrong}:2: A BIC has 8 or 11 characters, this one has 6"
    assert out.splitlines()[1].startswith(f"{wrong}:3: there is no network 't9'; known are ")
    code, out, _ = run(capsys, "check", str(wrong), "--format", "json")
    assert (code, [one["line"] for one in json.loads(out)["errors"]]) == (1, [2, 3])


def test_check_of_what_is_not_there(capsys: pytest.CaptureFixture[str], file: str) -> None:
    code, _, err = run(capsys, "check", file + "x")
    assert code == 2
    assert "did you mean" in err


@pytest.fixture
def listed(tmp_path: Path) -> tuple[str, str]:
    (tmp_path / "list.csv").write_text("BIC;Name\nDEUTDEFF;Bank A\nXX;Bank X\n", "utf-8")
    (tmp_path / "map.toml").write_text(MAP, "utf-8")
    return str(tmp_path / "list.csv"), str(tmp_path / "map.toml")


def test_import_refuses_a_wrong_row(
    capsys: pytest.CaptureFixture[str], listed: tuple[str, str], tmp_path: Path
) -> None:
    out = tmp_path / "out.csv"
    code, _, err = run(capsys, "import", listed[0], "--map", listed[1], "-o", str(out))
    assert code == 1
    assert err.splitlines() == [
        f"{listed[0]}:3: A BIC has 8 or 11 characters, this one has 2",
        "wissel: nothing was written; mend the rows or the map, or leave them out with --skip-faulty",
    ]
    assert not out.exists()


def test_import_leaves_wrong_rows_out_where_asked(
    capsys: pytest.CaptureFixture[str], listed: tuple[str, str], tmp_path: Path
) -> None:
    out = tmp_path / "out.csv"
    code, _, err = run(capsys, "import", listed[0], "--map", listed[1], "-o", str(out), "--skip-faulty")
    assert code == 1
    assert err.splitlines()[-1] == "wissel: 1 row · 1 fault"
    assert out.read_text("utf-8").splitlines()[1] == "sepa-sct,DEUTDEFF,,,,,,Bank A,,,,,"
    assert run(capsys, "check", str(out))[0] == 0


def test_import_to_standard_output(capsys: pytest.CaptureFixture[str], listed: tuple[str, str], tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_text("BIC;Name\nDEUTDEFF;Bank A\n", "utf-8")
    code, out, err = run(capsys, "import", listed[0], "--map", listed[1])
    assert (code, err) == (0, "wissel: 1 row\n")
    assert len(out.splitlines()) == 2


def test_import_of_a_wrong_map(capsys: pytest.CaptureFixture[str], listed: tuple[str, str], tmp_path: Path) -> None:
    (tmp_path / "map.toml").write_text('[columns]\nbic = "SWIFT"\n', "utf-8")
    code, _, err = run(capsys, "import", listed[0], "--map", listed[1])
    assert (code, err) == (3, f"{listed[0]}:1: it has no column 'SWIFT'; it has BIC;Name\n")
    code, _, err = run(capsys, "import", listed[0], "--map", listed[1], "-o", listed[1])
    assert code == 2
