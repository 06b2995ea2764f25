"""``wissel guideline`` and ``wissel validate --guideline`` from call to exit code."""

import json
from pathlib import Path

import pytest

from tests.cases import base
from wissel.cli.main import main

OWN = 'parent = "sepa-sct"\ntitle = "My bank"\n[severity]\nTRANSACTION-ID-MISSING = "error"\n'


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = main(list(arguments))
    said = capsys.readouterr()
    return code, said.out, said.err


def test_list(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "guideline", "list")
    assert code == 0
    names = [line.split()[0] for line in out.splitlines()[1:]]
    assert names == [
        "cbpr-plus-2025", "cbpr-plus-2026", "chaps", "fednow", "fedwire", "iso", "rtp", "sepa-sct", "sepa-sct-inst",
        "sepa-sdd-b2b", "sepa-sdd-core", "swiss-sps", "t2",
    ]  # fmt: skip


def test_list_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = run(capsys, "guideline", "list", "--format", "json")
    rows = {row["name"]: row for row in json.loads(out)}
    assert rows["sepa-sct-inst"]["chain"] == ["sepa-sct-inst", "sepa-sct", "iso"]
    assert rows["iso"]["own_rules"] == 0
    assert rows["rtp"]["coverage"] == "minimal"
    assert rows["rtp"]["rules"] == rows["iso"]["rules"] + rows["rtp"]["own_rules"]


def test_show(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "guideline", "show", "sepa-sct-inst")
    assert code == 0
    assert "coverage  partial: a good part" in out
    assert "in force  2025-10-05 to 2027-11-21" in out
    assert "inherits  sepa-sct-inst > sepa-sct > iso" in out
    assert "  pacs.008 " in out
    assert "  error    ACCEPTANCE-TIME-MISSING" in out
    assert "SETTLEMENT-ON-CLOSED-DAY" not in out


def test_show_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = run(capsys, "guideline", "show", "fedwire", "--format", "json")
    value = json.loads(out)
    rules = {rule["code"]: rule for rule in value["rule_list"]}
    assert value["rules"] == len(rules)
    assert rules["CHARGE-BEARER-NOT-OF-NETWORK"]["severity"] == "warning"
    assert rules["CURRENCY-NOT-DOLLAR"]["own"] is True
    assert rules["IBAN-CHECK-DIGITS"]["own"] is False
    assert value["rules_by_message"]["pacs.008"] > value["rules_by_message"]["pacs.002"]


def test_an_unknown_name_gets_the_nearest(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, "guideline", "show", "sepa-st") == (
        2, "", "wissel: there is no guideline 'sepa-st'; did you mean 'sepa-sct'?\n",
    )  # fmt: skip
    code, _, err = run(capsys, "validate", "--guideline", "fednwo", "x.xml")
    assert (code, err) == (2, "wissel: there is no guideline 'fednwo'; did you mean 'fednow'?\n")
    code, _, err = run(capsys, "validate", "--guideline", "mine.toml", "x.xml")
    assert (code, err) == (2, "wissel: there is no guideline file 'mine.toml'\n")


def test_diff(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "guideline", "diff", "sepa-sct", "sepa-sct-inst")
    assert code == 0
    assert "  + ACCEPTANCE-TIME-MISSING" in out
    assert "  - SETTLEMENT-ON-CLOSED-DAY" in out
    assert out.endswith("5 added, 1 gone, 0 weighed otherwise, 1 asked otherwise\n")
    _, out, _ = run(capsys, "guideline", "diff", "rtp", "rtp")
    assert out == "rtp and rtp have the same rules.\n"


def test_diff_with_a_file(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    own.write_text(OWN, "utf-8")
    _, out, _ = run(capsys, "guideline", "diff", "sepa-sct", str(own), "--format", "json")
    (change,) = json.loads(out)["rules"]
    assert (change["code"], change["before"], change["after"]) == ("TRANSACTION-ID-MISSING", "warning", "error")


def test_check(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    own.write_text(OWN, "utf-8")
    code, out, _ = run(capsys, "guideline", "check", str(own))
    assert code == 0
    assert out.startswith(f"{own}: right · ")
    assert out.endswith("own > sepa-sct > iso\n")
    own.write_text(OWN.replace("TRANSACTION-ID-MISSING", "TRANSACTION-ID-MISING"), "utf-8")
    code, out, _ = run(capsys, "guideline", "check", str(own))
    assert code == 1
    assert out.startswith(f"{own}:4: neither this guideline nor its parent has a rule TRANSACTION-ID-MISING")
    assert "did you mean TRANSACTION-ID-MISSING?" in out
    code, out, _ = run(capsys, "guideline", "check", str(own), "--format", "json")
    assert (code, json.loads(out)["errors"][0]["line"]) == (1, 4)


def test_check_wants_a_toml_file_that_is_there(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "own.txt").write_text(OWN, "utf-8")
    assert run(capsys, "guideline", "check", str(tmp_path / "own.txt"))[0] == 2
    assert run(capsys, "guideline", "check", str(tmp_path / "gone.toml"))[0] == 2


def test_validate_by_a_file_and_by_auto(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    own, message = tmp_path / "own.toml", tmp_path / "pay.xml"
    own.write_text(OWN, "utf-8")
    message.write_bytes(base("pacs.008.001.08-sepa").replace(b"<TxId>RHEU-000317-1</TxId>", b""))
    arguments = ("validate", str(message), "--as-of", "2026-11-24")
    code, out, _ = run(capsys, *arguments, "--guideline", str(own))
    assert code == 1
    assert "error TRANSACTION-ID-MISSING" in out
    code, out, _ = run(capsys, *arguments, "--guideline", "auto")
    assert code == 0
    assert "info GUIDELINE-CHOSEN" in out
    assert "guideline sepa-sct, no fault found by " in out
    assert "(partial coverage)" in out


def test_validate_by_iso_unless_told_otherwise(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    message = tmp_path / "pay.xml"
    message.write_bytes(base("pain.001.001.09"))
    _, out, _ = run(capsys, "validate", str(message), "--format", "json", "--as-of", "2026-11-24")
    (one,) = json.loads(out)["files"][0]["messages"]
    assert one["guideline"] == "iso"
    assert one["rules"] > 40
