"""The drop directory with a simple work in place of the engine: every file ends in one place, with its report."""

import json
import os
from pathlib import Path

import pytest

from tests.service.echo import AT, drop, files, run
from wissel.core.errors import InstallationError
from wissel.engine.database import transaction
from wissel.journal.proof import prove
from wissel.service.filedrop import Station, take
from wissel.service.ownership import owned
from wissel.service.spool import claim, due, waiting


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


def test_a_fault_of_ours_while_reading_stops_no_other_file(station: Station) -> None:
    for name, content in (("a.xml", "good"), ("b.xml", "unreadable by us"), ("c.xml", "good")):
        drop(station, name, content)
    assert run(station) == [("accepted", "a.xml"), ("shunted", "b.xml"), ("accepted", "c.xml")]


def test_a_file_with_a_second_name_is_copied(station: Station, tmp_path: Path) -> None:
    """Whoever has the other name could change the content after it was checked."""
    drop(station, "a.xml")
    os.link(station.spool.inbox / "web" / "a.xml", tmp_path / "other")
    (taken,) = claim(station.spool, station.files, tuple(waiting(station.spool)))
    (tmp_path / "other").write_text("changed", "utf-8")
    assert taken.path(station.spool).read_text("utf-8") == "good"
    assert files(station.spool.inbox) == []


def test_a_link_put_in_the_place_of_a_file_is_not_taken(station: Station, tmp_path: Path) -> None:
    drop(station, "a.xml")
    seen = tuple(waiting(station.spool))
    path = station.spool.inbox / "web" / "a.xml"
    path.unlink()
    path.symlink_to(tmp_path / "wissel.db")
    assert claim(station.spool, station.files, seen) == ()
    assert path.is_symlink()


def test_an_order_of_the_warehouse_is_taken_when_it_is_due(station: Station) -> None:
    names = ("20261123T100000Z-10-1.order", "20261123T100000Z-9-2.order", "20261123T100001Z-1-1.order",
             "held-3-1.order")  # fmt: skip
    station.spool.warehouse.mkdir()
    for name in names:
        (station.spool.warehouse / name).write_text("good", "utf-8")
    found = due(station.spool, AT)
    assert [one.path.name for one in found] == [names[1], names[0]]
    assert [done.target.name for done in take(station, found)] == [names[1], names[0]]
    assert files(station.spool.warehouse) == sorted(names[2:])


def test_a_file_of_the_same_name_is_another_file(station: Station) -> None:
    # a folder below work/ once had the name of an earlier one, and its file was taken for the one recorded there
    for content in ("one", "two", "three"):
        drop(station, "a.xml", content)
        run(station)
    answers = sorted((station.spool.out / "web").iterdir())
    assert [path.read_text("utf-8") for path in answers] == ["re: one", "re: two", "re: three"]
    assert len({path.read_bytes() for path in (station.spool.root / "done").glob("*.report.json")}) == 3
