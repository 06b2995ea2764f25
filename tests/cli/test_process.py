"""``wissel process`` from call to exit code."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.banks import AT, SEPA, UNKNOWN, data, drop, new_bank, order, process, run
from wissel.service.ownership import owned
from wissel.service.spool import Spool


@pytest.fixture
def bank(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    return new_bank(tmp_path, capsys)


def test_each_file_has_a_row(bank: Path, capsys: pytest.CaptureFixture[str]) -> None:
    drop(bank, "a.xml", order(SEPA, UNKNOWN))
    drop(bank, "b.xml", order()[:200])
    drop(bank, "c.xml", order(), "interbank")
    code, out, err = process(capsys, bank)
    assert (code, err) == (1, "")
    rows = [line.split("  ") for line in out.splitlines()]
    found = [[cell.strip() for cell in row if cell.strip()] for row in rows]
    assert found[0] == ["file", "channel", "ended in", "what happened", "files written"]
    assert found[1] == [
        "a.xml",
        "default",
        "done",
        "1 sent, 1 rejected: CREDITOR-AGENT-UNKNOWN",
        "sepa-sct 1, default 1",
    ]
    assert found[2][:3] == ["b.xml", "default", "failed"]
    assert found[2][3].startswith("1 unreadable: ")
    assert found[3][:4] == ["c.xml", "interbank", "failed", "1 refused: DEFINITION-NOT-OF-CHANNEL"]
    assert out.splitlines()[-1].startswith(
        "3 files: 1 in done/, 2 in failed/ · 1 sent, 1 rejected, 1 refused, 1 unreadable"
    )


def test_json_says_the_same(bank: Path, capsys: pytest.CaptureFixture[str]) -> None:
    drop(bank, "a.xml", order(SEPA, UNKNOWN))
    drop(bank, "b.xml", order(), "interbank")
    found = data(capsys, "process", "--bank", bank, "--settle", "0", "--at", AT)
    first, second = found["files"]
    assert (first["file"], first["record"], first["verdict"], first["kept"]) == ("a.xml", 1, "accepted", "done/a.xml")
    assert (first["counts"], first["codes"]) == ({"rejected": 1, "sent": 1}, ["CREDITOR-AGENT-UNKNOWN"])
    assert [one["to"] for one in first["written"]] == ["sepa-sct", "default"]
    for one in first["written"]:
        assert (bank / "out" / one["to"] / one["file"]).is_file()
    assert (second["verdict"], second["kept"]) == ("failed", "failed/b.xml")
    assert found["summary"]["files"] == {"accepted": 1, "failed": 1, "shunted": 0}
    assert found["summary"]["written"] == 3


def test_all_accepted_is_0_and_nothing_to_do_too(bank: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert process(capsys, bank) == (0, "nothing to do: no file waits\n", "")
    drop(bank, "a.xml", order())
    assert process(capsys, bank)[0] == 0
    assert process(capsys, bank)[:2] == (0, "nothing to do: no file waits\n")


def test_quiet_shows_what_was_not_accepted(bank: Path, capsys: pytest.CaptureFixture[str]) -> None:
    drop(bank, "a.xml", order())
    drop(bank, "b.xml", "x")
    out = process(capsys, bank, "--quiet")[1]
    assert "b.xml" in out
    assert "a.xml" not in out


def test_of_very_many_files_only_those_are_shown_that_were_not_accepted(
    bank: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("wissel.cli.render.files_text.ROWS_MAX", 2)
    for number in range(4):
        drop(bank, f"{number}.xml", order(name=f"O-{number}"))
    drop(bank, "9.xml", "x")
    lines = process(capsys, bank)[1].splitlines()
    assert [line.split()[0] for line in lines[1:4]] == ["0.xml", "1.xml", "9.xml"]
    assert lines[4] == "and 2 more files"


def test_the_same_files_give_the_same_bytes(bank: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    seen = []
    for folder in (bank, new_bank(tmp_path / "second", capsys) if (tmp_path / "second").mkdir() is None else bank):
        drop(folder, "a.xml", order())
        process(capsys, folder)
        seen.append({path.name: path.read_bytes() for path in (folder / "out").rglob("*.xml")})
    assert len(seen[0]) == 3
    assert seen[0] == seen[1]


def test_what_lies_there_and_is_not_taken_is_said(
    bank: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (bank / "in/default/link.xml").symlink_to(tmp_path)
    code, _, err = process(capsys, bank)
    assert code == 0
    assert err == f"wissel: {bank}/in/default/link.xml is left where it is: it is a link\n"


def test_a_report_goes_into_a_file(bank: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    drop(bank, "a.xml", order())
    assert process(capsys, bank, "--format", "json", "-o", str(tmp_path / "out.json")) == (0, "", "")
    assert json.loads((tmp_path / "out.json").read_text("utf-8"))["summary"]["files"]["accepted"] == 1


@pytest.mark.parametrize(
    ("options", "why"),
    [
        (("--settle", "-1"), "--settle: '-1' is no number of seconds from 0 to 86400"),
        (("--settle", "soon"), "--settle: 'soon' is no number of seconds from 0 to 86400"),
        (("--settle", "NaN"), "--settle: 'NaN' is no number of seconds from 0 to 86400"),
        (("--at", "noon"), "'noon' is no time; write it like 2026-05-01T12:00:00Z"),
    ],
)
def test_a_wrong_call_is_2(bank: Path, capsys: pytest.CaptureFixture[str], options: tuple[str, ...], why: str) -> None:
    code, out, err = run(capsys, "process", "--bank", bank, *options)
    assert (code, out) == (2, "")
    assert why in err


# --- what is not right with the directory ---


def test_no_bank_directory_is_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert process(capsys, tmp_path / "none")[0] in (2, 3)


def test_a_wrong_configuration_is_3_with_line_and_reason(bank: Path, capsys: pytest.CaptureFixture[str]) -> None:
    drop(bank, "a.xml", order())
    main = bank / "wissel.toml"
    text = main.read_text("utf-8").replace('zone = "Europe/Berlin"', 'zone = "Europe/Atlantis"', 1)
    main.write_text(text, "utf-8")
    code, out, err = process(capsys, bank)
    line = text.splitlines().index('zone = "Europe/Atlantis"') + 1
    assert (code, out) == (3, "")
    assert err.startswith(f"{main}:{line}: ")
    assert (bank / "in/default/a.xml").is_file()


def test_a_key_that_others_may_read_is_3(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, "init", tmp_path / "bank", "--demo", "-q")[0] == 0
    key = tmp_path / "bank" / "keys" / "default.pem"
    key.chmod(0o644)
    drop(tmp_path / "bank", "a.xml", order())
    code, _, err = process(capsys, tmp_path / "bank")
    assert code == 3
    assert str(key) in err
    assert (tmp_path / "bank/in/default/a.xml").is_file()


def test_a_second_process_is_told_who_works(bank: Path, capsys: pytest.CaptureFixture[str]) -> None:
    drop(bank, "a.xml", order())
    with owned(Spool(bank)):
        code, _, err = process(capsys, bank)
    assert code == 3
    assert f"{bank} is in use by process {os.getpid()}; only one may work on it" in err
    assert (bank / "in/default/a.xml").is_file()


def limited(bank: Path, size_bytes: int) -> "subprocess.CompletedProcess[bytes]":
    """The real program where no file may grow beyond a size, as on a disk that is full."""
    code = (
        "import resource, signal, sys; signal.signal(signal.SIGXFSZ, signal.SIG_IGN); "
        f"resource.setrlimit(resource.RLIMIT_FSIZE, ({size_bytes}, {size_bytes})); "
        "from wissel.cli.main import main; sys.exit(main(sys.argv[1:]))"
    )
    call = [sys.executable, "-c", code, "process", "--bank", str(bank), "--settle", "0", "--at", AT, "--jobs", "1"]
    return subprocess.run(call, capture_output=True, check=False)


@pytest.mark.parametrize("size_bytes", [0, 2_000, 40_000, 200_000])
def test_a_full_disk_is_3_and_the_next_run_goes_on(
    bank: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], size_bytes: int
) -> None:
    """Wherever the disk is full: no traceback, nothing lost, and what was begun is finished as if nothing had been."""
    drop(bank, "b.xml", order(name="FIRST"))
    assert process(capsys, bank)[0] == 0
    drop(bank, "a.xml", order(*[SEPA] * 200, name="MANY"))
    done = limited(bank, size_bytes)
    assert done.returncode == 3
    assert b"Traceback" not in done.stderr
    assert done.stderr.startswith(b"wissel: ")
    assert process(capsys, bank)[0] == 0
    assert (bank / "done" / "a.xml").is_file()
    assert data(capsys, "journal", "verify", "--bank", bank)["sound"] is True
    status = data(capsys, "status", "--bank", bank)
    assert (status["in_work"], status["records"]["open"], status["records"]["accepted"]) == (0, 0, 2)
    assert status["out"] == {"default": 2, "sepa-sct": 2, "sepa-sct-inst": 1}
