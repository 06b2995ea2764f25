"""Files that were set aside are listed with the reason, and put back without harming any other."""

import errno
import os
from pathlib import Path

import pytest

from tests.service.echo import AT, drop, files, run
from wissel.core.errors import InstallationError
from wissel.service.filedrop import Station, take
from wissel.service.shunted import retry, shunted
from wissel.service.spool import due, instructed


def test_they_are_listed_with_the_reason(station: Station) -> None:
    for name, content in (("a.xml", "installation"), ("b.xml", "bug"), ("c.xml", "good")):
        drop(station, name, content)
    run(station)
    found = [(one.name, one.channel, one.record, one.why) for one in shunted(station.spool)]
    assert found == [
        ("a.xml", "web", 1, "the key of t2 is missing"),
        ("b.xml", "web", 2, "a fault of wissel, not of the file: RuntimeError"),
    ]


def test_one_is_put_back_and_worked_on_anew(station: Station) -> None:
    drop(station, "a.xml", "installation")
    run(station)
    (one,) = shunted(station.spool)
    assert retry(station.spool, station.files, one) == station.spool.inbox / "web" / "a.xml"
    assert files(station.spool.root / "shunt") == []
    (station.spool.inbox / "web" / "a.xml").write_text("good", "utf-8")  # the cause is mended
    assert run(station) == [("accepted", "a.xml")]


def test_no_file_that_came_meanwhile_is_replaced(station: Station) -> None:
    drop(station, "a.xml", "bug")
    run(station)
    drop(station, "a.xml", "good")
    (one,) = shunted(station.spool)
    assert retry(station.spool, station.files, one).name == "a~2.xml"
    assert (station.spool.inbox / "web" / "a.xml").read_text("utf-8") == "good"


def test_a_channel_that_is_gone_is_the_default_one(station: Station) -> None:
    drop(station, "a.xml", "bug")
    run(station)
    (station.spool.inbox / "web").rmdir()
    (one,) = shunted(station.spool)
    assert retry(station.spool, station.files, one) == station.spool.inbox / "a.xml"


def test_an_order_that_was_released_goes_back_into_the_warehouse(station: Station) -> None:
    name = "20261123T100000Z-3-1.order"
    station.spool.warehouse.mkdir()
    (station.spool.warehouse / name).write_text("bug", "utf-8")
    take(station, due(station.spool, AT))
    (one,) = shunted(station.spool)
    assert retry(station.spool, station.files, one) == station.spool.warehouse / name


def test_an_instruction_goes_back_to_the_instructions(station: Station) -> None:
    station.spool.instructions.mkdir()
    (station.spool.instructions / "a.instruction").write_text("bug", "utf-8")
    take(station, instructed(station.spool))
    (one,) = shunted(station.spool)
    assert one.channel == ".operator"
    assert retry(station.spool, station.files, one) == station.spool.instructions / "a.instruction"


def test_an_inbox_on_another_disk_gets_a_copy(station: Station, monkeypatch: pytest.MonkeyPatch) -> None:
    drop(station, "a.xml", "bug")
    run(station)

    def link(*_: object, **__: object) -> None:
        raise OSError(errno.EXDEV, "Invalid cross-device link")

    monkeypatch.setattr(os, "link", link)
    (one,) = shunted(station.spool)
    assert retry(station.spool, station.files, one).read_text("utf-8") == "bug"
    assert files(station.spool.root / "shunt") == []
    assert files(station.spool.inbox) == ["web/a.xml"]


def test_a_report_that_is_gone_or_damaged_is_no_obstacle(station: Station) -> None:
    for name in ("a.xml", "b.xml"):
        drop(station, name, "bug")
    run(station)
    folder = station.spool.root / "shunt"
    (folder / "a.xml.report.json").unlink()
    (folder / "b.xml.report.json").write_text("[", "utf-8")
    assert [(one.channel, one.why) for one in shunted(station.spool)] == [("default", "its report is missing")] * 2


@pytest.mark.parametrize("name", ["\udcff.xml", "a\nb.xml", "x" * 255, "y" * 251 + ".xml"])
def test_any_name_comes_back(station: Station, name: str) -> None:
    drop(station, name, "bug")
    run(station)
    (one,) = shunted(station.spool)
    assert retry(station.spool, station.files, one).name == name
    assert os.listdir(station.spool.root / "shunt") == []


def test_a_disk_that_refuses_is_said(station: Station, tmp_path: Path) -> None:
    drop(station, "a.xml", "bug")
    run(station)
    (one,) = shunted(station.spool)
    one.path.unlink()
    with pytest.raises(InstallationError, match="cannot be put back: No such file"):
        retry(station.spool, station.files, one)
