"""The drop directory with a simple work in place of the engine: every file ends in one place, with its report."""

import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from wissel.core.clock import fixed_clock
from wissel.core.errors import InstallationError
from wissel.engine.conclusion import Conclusion, Made
from wissel.engine.database import Connection, open_database, sqlite_url, transaction
from wissel.journal.journal import open_journal
from wissel.journal.proof import prove
from wissel.journal.values import Record, Verdict
from wissel.service.filedrop import Station, recover, take
from wissel.service.files import DiskFiles
from wissel.service.ownership import owned
from wissel.service.spool import Spool, claim, waiting

AT = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
FOLDERS = ("in", "in/web", "work", "work/outbox", "work/scratch", "out", "done", "failed", "shunt")


@dataclass(frozen=True, slots=True)
class Echo:
    """Answers each file with its own content; some words in it do something else."""

    def prepare(self, files: Sequence[tuple[Record, Path]]) -> Sequence[Any]:
        return [path.read_bytes() for _, path in files]

    def process(self, record: Record, path: Path, prepared: Any, connection: Connection, folder: Path) -> Conclusion:
        if b"bug" in prepared:
            raise RuntimeError("we are wrong")
        if b"installation" in prepared:
            raise InstallationError("the key of t2 is missing")
        verdict = Verdict.FAILED if b"bad" in prepared else Verdict.ACCEPTED
        return Conclusion(verdict, {}, (Made("web", f"{record.number}.xml", b"re: " + prepared, answer=True),))


@pytest.fixture
def station(tmp_path: Path) -> Iterator[Station]:
    for name in FOLDERS:
        (tmp_path / name).mkdir()
    engine = open_database(sqlite_url(tmp_path / "wissel.db"))
    with transaction(engine) as connection:
        open_journal(connection)
    yield Station(Spool(tmp_path), DiskFiles(), engine, Echo(), fixed_clock(AT), "c")
    engine.dispose()


def drop(station: Station, name: str, content: str = "good", channel: str = "web") -> None:
    folder = station.spool.inbox / channel
    (folder / name).write_text(content, "utf-8")


def run(station: Station) -> list[tuple[str, str]]:
    finished = [*recover(station), *take(station, tuple(waiting(station.spool)))]
    return [(done.verdict.value, done.target.name) for done in finished]


def files(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def test_each_file_ends_in_one_place_with_its_report(station: Station) -> None:
    for name, content in (("a.xml", "good"), ("b.xml", "bad"), ("c.xml", "bug"), ("d.xml", "installation")):
        drop(station, name, content)
    assert run(station) == [
        ("accepted", "a.xml"), ("failed", "b.xml"), ("shunted", "c.xml"), ("shunted", "d.xml"),
    ]  # fmt: skip
    root = station.spool.root
    assert files(root / "done") == ["a.xml", "a.xml.report.json"]
    assert files(root / "failed") == ["b.xml", "b.xml.report.json"]
    assert files(root / "shunt") == ["c.xml", "c.xml.report.json", "d.xml", "d.xml.report.json"]
    assert files(root / "out") == ["web/1.xml", "web/2.xml"]
    assert (root / "out/web/1.xml").read_text("utf-8") == "re: good"
    assert files(root / "in") == []
    assert files(root / "work") == []
    report = json.loads((root / "shunt/c.xml.report.json").read_text("utf-8"))
    assert report["verdict"] == "shunted"
    assert "RuntimeError: we are wrong" in report["details"]
    said = json.loads((root / "shunt/d.xml.report.json").read_text("utf-8"))
    assert (said["fault"], said["details"]) == ("the key of t2 is missing", "")
    with transaction(station.database) as connection:
        assert prove(connection).faults == ()


def test_a_name_that_is_taken_gets_a_number(station: Station) -> None:
    for content in ("one", "two", "three"):
        drop(station, "a.tar.gz", content)
        run(station)
    assert files(station.spool.root / "done") == [
        "a.tar.gz", "a.tar.gz.report.json", "a~2.tar.gz", "a~2.tar.gz.report.json", "a~3.tar.gz",
        "a~3.tar.gz.report.json",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "name",
    ["a b.xml", "new\nline.xml", "..xml..", "ü.xml", "-rf", "x" * 255, "y" * 250 + ".xml", "'\"$(x).xml", "\udcff.xml"],
)
def test_any_name_passes_through(station: Station, name: str) -> None:
    if name.startswith("."):
        name = f"a{name}"
    for _ in range(2):
        drop(station, name)
        assert run(station)[0][0] == "accepted"
    kept = os.listdir(station.spool.root / "done")
    assert len([found for found in kept if not found.endswith(".report.json")]) == 2
    assert len(kept) == 4
    assert name in kept


@pytest.mark.parametrize("name", [".hidden", "a.tmp", "a.part", "a.xml~"])
def test_unfinished_names_are_left_alone(station: Station, name: str) -> None:
    drop(station, name)
    assert run(station) == []
    assert files(station.spool.inbox) == [f"web/{name}"]


def test_links_and_folders_are_left_alone(station: Station, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("x", "utf-8")
    (station.spool.inbox / "web" / "link.xml").symlink_to(tmp_path / "secret")
    (station.spool.inbox / "web" / "folder.xml").mkdir()
    assert run(station) == []


def test_a_file_directly_in_the_inbox_belongs_to_the_default_channel(station: Station) -> None:
    (station.spool.inbox / "a.xml").write_text("good", "utf-8")
    run(station)
    report = json.loads((station.spool.root / "done/a.xml.report.json").read_text("utf-8"))
    assert report["channel"] == "default"


def test_what_was_claimed_and_not_recorded_is_taken_up(station: Station) -> None:
    drop(station, "a.xml")
    claim(station.spool, station.files, tuple(waiting(station.spool)))
    assert run(station) == [("accepted", "a.xml")]


def test_a_directory_has_one_owner(station: Station) -> None:
    refused = pytest.raises(InstallationError, match=f"in use by process {os.getpid()}; only one may work on it")
    with owned(station.spool), refused, owned(station.spool):
        pass
    with owned(station.spool):
        pass


def test_a_disk_that_refuses_loses_nothing(station: Station) -> None:
    drop(station, "a.xml")
    (station.spool.root / "done").rmdir()
    with pytest.raises(InstallationError, match="the disk refuses: No such file or directory"):
        run(station)
    (station.spool.root / "done").mkdir()
    assert run(station) == [("accepted", "a.xml")]
    assert files(station.spool.root / "out") == ["web/1.xml"]
