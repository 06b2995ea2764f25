"""Names and files that mean harm, handed to the real program: each is worked on or left alone, and harms nobody."""

import os
import socket
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from tests.databases import placed
from tests.routing.messages import SEPA, pain001
from tests.service.echo import drop, files, run
from wissel.cli.render.files_text import line_of
from wissel.engine.bank.init import init_bank
from wissel.service import spool
from wissel.service.file_names import report_path
from wissel.service.filedrop import Station, take
from wissel.service.files import DiskFiles
from wissel.service.shunted import shunted
from wissel.service.spool import left_alone, waiting

NAMES = [
    "..xml.", "a..xml", "new\nline.xml", "tab\there.xml", "\x1b[2Jclear.xml", "-rf", "--help", "'\";$(touch owned).xml",
    "%s%n.xml", "CON.xml", "ü€😀.xml", "\udcff\udcfe.xml", "x" * 255, "y" * 251 + ".xml", "z" * 246 + ".tar.gz~a",
    "report.json", "a.xml.report.json",
]  # fmt: skip


def process(root: Path) -> "subprocess.CompletedProcess[bytes]":
    call = [sys.executable, "-m", "wissel", "process", "--bank", str(root), "--settle", "0", "--jobs", "1"]
    return subprocess.run(call, capture_output=True, check=False, cwd=root)


@pytest.fixture
def root(tmp_path: Path, kind: str) -> Path:
    init_bank(tmp_path / "bank")
    placed(tmp_path / "bank")
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
    ours = ("lock", "journal", "tip", "warehouse/")
    assert [name for name in files(root / "work") if not name.startswith(ours)] == []


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


class Kept(DiskFiles):
    """A disk on which some files may not be moved."""

    def __init__(self, name: str) -> None:
        self.name = name

    def _refuse(self, path: Path) -> None:
        if path.name == self.name and path.parent.name == "web":
            raise PermissionError(1, "Operation not permitted", str(path))

    def rename(self, source: Path, target: Path) -> None:
        self._refuse(source)
        super().rename(source, target)

    def remove(self, path: Path) -> None:
        self._refuse(path)
        super().remove(path)


@pytest.mark.parametrize("copied", [False, True])
def test_a_file_that_may_not_be_moved_stops_no_other(
    station: Station, monkeypatch: pytest.MonkeyPatch, copied: bool
) -> None:
    for name in ("a.xml", "b.xml", "c.xml"):
        drop(station, name)
    if copied:
        monkeypatch.setattr(spool, "_is_anothers", lambda _: True)
    kept = replace(station, files=Kept("b.xml"))
    assert run(kept) == [("accepted", "a.xml"), ("accepted", "c.xml")]
    assert run(kept) == []
    assert files(station.spool.inbox) == ["web/b.xml"]
    assert sorted(os.listdir(station.spool.work)) == ["outbox", "scratch"]


@pytest.mark.parametrize("mode", [0o755, 0o1777])
def test_what_another_user_keeps_is_left_and_told(station: Station, monkeypatch: pytest.MonkeyPatch, mode: int) -> None:
    drop(station, "a.xml")
    folder = station.spool.inbox / "web"
    folder.chmod(mode)
    asked = os.access
    monkeypatch.setattr(
        os, "access", lambda path, how, **more: bool(mode & 0o002 or how == os.R_OK) and asked(path, how, **more)
    )
    monkeypatch.setattr(os, "geteuid", lambda: 12_345)
    assert list(waiting(station.spool)) == []
    why = "it may not be moved out of its folder"
    assert [(path.name, reason) for path, reason in left_alone(station.spool)] == [("a.xml", why)]


@pytest.mark.parametrize("name", ["\udcff", "two\nlines", "\x1b[31mred", "n" * 65])
def test_a_folder_that_can_be_no_channel_stops_no_other(station: Station, name: str) -> None:
    drop(station, "a.xml")
    (station.spool.inbox / name).mkdir()
    drop(station, "z.xml", channel=name)
    assert run(station) == [("accepted", "a.xml")]
    assert [(path.name, why) for path, why in left_alone(station.spool)] == [(name, "its name is none of a channel")]


def test_a_file_that_is_called_like_a_report_is_no_report(station: Station) -> None:
    for name in ("a.xml", "a.xml.report.json"):
        drop(station, name, "bug")
    run(station)
    assert sorted(one.path.name for one in shunted(station.spool)) == ["a.xml", "a~2.xml.report.json"]


def test_a_name_makes_no_line_of_its_own_in_a_log(station: Station) -> None:
    drop(station, "a.xml\n2026-11-23T10:00:00Z accepted default\u2044b.xml")
    (done,) = take(station, tuple(waiting(station.spool)))
    assert line_of(done).startswith("accepted web/a.xml\\n2026-11-23T10:00:00Z accepted")
    assert len(line_of(done).splitlines()) == 1
