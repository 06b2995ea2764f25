"""Names and files that mean harm, handed to the real program: each is worked on or left alone, and harms nobody."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.routing.messages import SEPA, pain001
from tests.service.echo import drop, files, run
from wissel.engine.bank.init import init_bank
from wissel.service.filedrop import Station
from wissel.service.shunted import shunted
from wissel.service.spool import left_alone, report_path, waiting

NAMES = [
    "..xml.", "a..xml", "new\nline.xml", "tab\there.xml", "\x1b[2Jclear.xml", "-rf", "--help", "'\";$(touch owned).xml",
    "%s%n.xml", "CON.xml", "ü€😀.xml", "\udcff\udcfe.xml", "x" * 255, "y" * 251 + ".xml", "z" * 246 + ".tar.gz~a",
    "report.json", "a.xml.report.json",
]  # fmt: skip


def process(root: Path) -> "subprocess.CompletedProcess[bytes]":
    call = [sys.executable, "-m", "wissel", "process", "--bank", str(root), "--settle", "0", "--jobs", "1"]
    return subprocess.run(call, capture_output=True, check=False, cwd=root)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    init_bank(tmp_path / "bank")
    return tmp_path / "bank"


def test_any_name_ends_in_one_place_with_a_report(root: Path) -> None:
    for number, name in enumerate(n for n in NAMES if not n.startswith(".")):
        text = pain001(SEPA).replace("ORDER-1", f"O-{number}")
        (root / "in/default" / name).write_text(text, "utf-8")
    outside = {path.name for path in root.parent.iterdir()}
    done = process(root)
    assert done.returncode == 0, done.stderr
    assert b"\x1b" not in done.stdout
    kept = set(os.listdir(root / "done"))
    for name in NAMES:
        if not name.startswith("."):
            assert name in kept
            assert report_path(root / "done" / name).is_file()
    assert not (root / "owned").exists()
    assert {path.name for path in root.parent.iterdir()} == outside
    assert [name for name in files(root / "work") if not name.startswith(("lock", "warehouse/"))] == []


def test_hidden_names_pipes_sockets_and_devices_are_left_alone(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    inbox = root / "in/default"
    (inbox / "...xml").write_text("x", "utf-8")
    os.mkfifo(inbox / "pipe.xml")
    (inbox / "link.xml").symlink_to("/etc/passwd")
    (inbox / "dangling.xml").symlink_to(root / "none")
    (inbox / "folder.xml").mkdir()
    monkeypatch.chdir(inbox)
    listening = socket.socket(socket.AF_UNIX)
    listening.bind("socket.xml")
    done = process(root)
    listening.close()
    assert done.returncode == 0
    assert b"nothing to do" in done.stdout
    reasons = sorted(line.rpartition(b"/")[2] for line in done.stderr.splitlines())
    assert reasons == [
        b"dangling.xml is left where it is: it is a link", b"folder.xml is left where it is: it is a folder",
        b"link.xml is left where it is: it is a link", b"pipe.xml is left where it is: it is no file",
        b"socket.xml is left where it is: it is no file",
    ]  # fmt: skip
    assert sorted(os.listdir(inbox)) == [
        "...xml", "dangling.xml", "folder.xml", "link.xml", "pipe.xml", "socket.xml",
    ]  # fmt: skip


def test_a_channel_that_is_a_link_is_not_entered(root: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "a.xml").write_text(pain001(SEPA), "utf-8")
    (root / "in" / "other").symlink_to(tmp_path / "elsewhere")
    assert b"nothing to do" in process(root).stdout
    assert (tmp_path / "elsewhere" / "a.xml").is_file()


def test_a_file_that_may_not_be_read_is_left(station: Station, monkeypatch: pytest.MonkeyPatch) -> None:
    drop(station, "a.xml")
    monkeypatch.setattr(os, "access", lambda *_, **__: False)
    assert list(waiting(station.spool)) == []
    assert [(path.name, why) for path, why in left_alone(station.spool)] == [("a.xml", "it may not be read")]


def test_a_file_that_is_called_like_a_report_is_no_report(station: Station) -> None:
    for name in ("a.xml", "a.xml.report.json"):
        drop(station, name, "bug")
    run(station)
    assert sorted(one.path.name for one in shunted(station.spool)) == ["a.xml", "a~2.xml.report.json"]
