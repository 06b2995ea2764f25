"""Instructions are dropped whole, and taken up before what is due and what lies in the inboxes."""

from datetime import timedelta

import pytest

from tests.service.echo import AT, drop, files
from wissel.core.errors import InstallationError
from wissel.engine.instructions.instruction import Action, new_instruction, read_file
from wissel.service.draining import Pace, drain
from wissel.service.filedrop import Station
from wissel.service.files import DiskFiles
from wissel.service.instructing import instruct, obey

GIVEN = new_instruction(Action.RELEASE, "anna", AT, order="held-1-1.order", transactions=(1,))
PACE = Pace(0, lambda: 0, lambda _: None)


def test_an_instruction_stands_there_whole(station: Station) -> None:
    name = instruct(station.spool, station.files, GIVEN)
    assert files(station.spool.instructions) == [name]
    assert read_file(station.spool.instructions / name) == GIVEN


def test_what_an_earlier_try_left_is_no_obstacle(station: Station) -> None:
    station.spool.instructions.mkdir()
    (station.spool.instructions / f".{GIVEN.id}.instruction.tmp").write_bytes(b"half of i")
    instruct(station.spool, station.files, GIVEN)
    assert files(station.spool.instructions) == [f"{GIVEN.id}.instruction"]


def test_instructions_come_before_everything_else_in_the_order_they_were_given(station: Station) -> None:
    drop(station, "a.xml")
    station.spool.warehouse.mkdir()
    (station.spool.warehouse / "20261123T100000Z-3-1.order").write_text("good", "utf-8")
    later = new_instruction(
        Action.RELEASE, "anna", AT + timedelta(seconds=1), order="held-1-1.order", transactions=(2,)
    )
    for one in (later, GIVEN):
        instruct(station.spool, station.files, one)
    done = [(one.record.receipt.channel, one.record.receipt.file) for one in drain(station, PACE)]
    assert done == [
        (".operator", f"{GIVEN.id}.instruction"), (".operator", f"{later.id}.instruction"),
        (".warehouse", "20261123T100000Z-3-1.order"), ("web", "a.xml"),
    ]  # fmt: skip
    assert files(station.spool.instructions) == []


def test_what_is_no_instruction_stays(station: Station) -> None:
    station.spool.instructions.mkdir()
    (station.spool.instructions / "notes.txt").write_text("notes", "utf-8")
    (station.spool.instructions / "a.instruction").symlink_to(station.spool.instructions / "notes.txt")
    (station.spool.instructions / "b.instruction").mkdir()
    assert list(obey(station)) == []


def test_a_disk_that_refuses_is_said(station: Station) -> None:
    station.spool.instructions.write_text("a file in its place", "utf-8")
    with pytest.raises(InstallationError, match="takes no instruction: File exists"):
        instruct(station.spool, DiskFiles(), GIVEN)
