"""``wissel watch`` as it runs: lines, stop, and what it says of a disk that refuses."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.banks import SEPA, UNKNOWN, data, drop, new_bank, order, run

_PATIENCE_S = 60


@pytest.fixture
def bank(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    return new_bank(tmp_path, capsys)


@pytest.fixture
def watcher(bank: Path) -> Iterator["subprocess.Popen[str]"]:
    call = [sys.executable, "-m", "wissel", "watch", "--bank", str(bank), "--settle", "0", "--poll", "0.05"]
    process = subprocess.Popen(call, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8")
    assert process.stdout is not None
    assert re.fullmatch(r"\S+Z watching .*/in\n", process.stdout.readline())
    yield process
    process.kill()
    process.communicate()


def line(watcher: "subprocess.Popen[str]") -> str:
    """The next line without its time."""
    assert watcher.stdout is not None
    moment, _, text = watcher.stdout.readline().rstrip("\n").partition(" ")
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", moment)
    return text


def put(bank: Path, name: str, content: str) -> None:
    """Hand a file over as one should: under another name first."""
    drop(bank, f"{name}.tmp", content)
    (bank / "in/default" / f"{name}.tmp").rename(bank / "in/default" / name)


def test_each_file_has_a_line_without_payment_data(bank: Path, watcher: "subprocess.Popen[str]") -> None:
    put(bank, "a.xml", order(SEPA, UNKNOWN))
    first = line(watcher)
    assert first == (
        "accepted default/a.xml · record 1 · 1 sent, 1 rejected: CREDITOR-AGENT-UNKNOWN · "
        "written to sepa-sct 1, default 1"
    )
    put(bank, "b.xml", "<a>")
    assert line(watcher).startswith("failed default/b.xml · record 2 · 1 unreadable: ")
    put(bank, "a.xml", order())
    assert line(watcher).startswith("failed default/a.xml · record 3 · 1 refused: MESSAGE-IDENTIFIER-REUSED")
    watcher.send_signal(signal.SIGTERM)
    assert line(watcher) == "stopped"
    assert watcher.wait(timeout=_PATIENCE_S) == 0
    assert watcher.stderr is not None
    assert watcher.stderr.read() == ""


def test_others_may_look_meanwhile_but_not_work(
    bank: Path, watcher: "subprocess.Popen[str]", capsys: pytest.CaptureFixture[str]
) -> None:
    put(bank, "a.xml", order())
    line(watcher)
    assert data(capsys, "status", "--bank", bank)["owner"] == str(watcher.pid)
    assert data(capsys, "journal", "verify", "--bank", bank)["sound"] is True
    assert run(capsys, "trace", "E-1", "--bank", bank)[0] == 0
    assert run(capsys, "shunt", "list", "--bank", bank)[:2] == (0, "nothing was set aside\n")
    code, _, err = run(capsys, "process", "--bank", bank)
    assert (code, f"is in use by process {watcher.pid}" in err) == (3, True)


def test_a_folder_that_is_gone_is_said_once_and_waited_for(bank: Path, watcher: "subprocess.Popen[str]") -> None:
    (bank / "done").rename(bank / "elsewhere")
    put(bank, "a.xml", order())
    assert line(watcher).startswith("waiting: the disk refuses: No such file or directory")
    time.sleep(3)  # it tries again meanwhile, and says nothing
    (bank / "elsewhere").rename(bank / "done")
    assert line(watcher).startswith("accepted default/a.xml · record 1 · 2 sent")
    assert line(watcher) == "it works again"


def test_a_name_cannot_act_on_the_terminal(bank: Path, watcher: "subprocess.Popen[str]") -> None:
    put(bank, "a\n2026-11-23T10:00:00Z accepted forged.xml\x1b[2J.xml", order())
    assert line(watcher).startswith(
        r"accepted default/a\n2026-11-23T10:00:00Z accepted forged.xml\x1b[2J.xml · record 1"
    )


def test_a_name_that_is_no_text_is_shown_in_hex(bank: Path, watcher: "subprocess.Popen[str]") -> None:
    put(bank, os.fsdecode(b"\xff.xml"), order())
    assert line(watcher).startswith("accepted default/hex:ff2e786d6c · record 1")


def test_a_directory_that_is_not_right_is_3(bank: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (bank / "wissel.toml").write_text("[bank]\n", "utf-8")
    code, out, err = run(capsys, "watch", "--bank", bank)
    assert (code, out) == (3, "")
    assert f"{bank}/wissel.toml:" in err


def replace(path: Path, old: str, new: str) -> None:
    """Change a file as one should: another one takes its name."""
    text = path.read_text("utf-8")
    assert old in text
    beside = path.with_name(f".{path.name}.tmp")
    beside.write_text(text.replace(old, new, 1), "utf-8")
    beside.rename(path)


def test_a_changed_configuration_is_gone_by_while_it_runs(bank: Path, watcher: "subprocess.Popen[str]") -> None:
    main = bank / "wissel.toml"
    replace(main, 'definitions = ["pain.001"]', 'definitions = ["pain.008"]')
    digest = re.fullmatch(r"configuration ([0-9a-f]{12}) is in force", line(watcher))
    assert digest is not None
    put(bank, "a.xml", order())
    assert line(watcher).startswith("failed default/a.xml · record 1 · 1 refused: DEFINITION-NOT-OF-CHANNEL")
    replace(main, 'definitions = ["pain.008"]', 'definitions = ["pain.0o1"]')
    number = main.read_text("utf-8").splitlines().index('definitions = ["pain.0o1"]') + 1
    assert line(watcher) == f"the configuration has changed and cannot be used; {digest[1]} stays in force"
    assert line(watcher).startswith(f"  {main}:{number}: definitions: 'pain.0o1'")
    put(bank, "b.xml", order(name="B"))
    assert line(watcher).startswith("failed default/b.xml · record 2 · 1 refused: DEFINITION-NOT-OF-CHANNEL")
    replace(main, 'definitions = ["pain.0o1"]', 'definitions = ["pain.001"]')
    assert re.fullmatch(r"configuration (?!" + digest[1] + r")[0-9a-f]{12} is in force", line(watcher))
    put(bank, "c.xml", order(name="C"))
    assert line(watcher).startswith("accepted default/c.xml · record 3 · 2 sent")


def test_sighup_asks_for_a_look(watcher: "subprocess.Popen[str]") -> None:
    watcher.send_signal(signal.SIGHUP)
    assert re.fullmatch(r"configuration [0-9a-f]{12} stays in force; the keys were read again", line(watcher))
    watcher.send_signal(signal.SIGTERM)
    assert line(watcher) == "stopped"
