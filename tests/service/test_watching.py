"""The watcher: files as they come, a clean stop, and disks that refuse for a while."""

import errno
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from tests.service.echo import Echo, drop, echoing, files
from wissel.core.errors import UsageError
from wissel.engine.conclusion import Conclusion
from wissel.engine.database import Connection, transaction
from wissel.journal.proof import prove
from wissel.journal.values import Record
from wissel.service.draining import Pace
from wissel.service.filedrop import Preparing, Station, Work
from wissel.service.files import DiskFiles
from wissel.service.waking import Polling, Told, wake_for
from wissel.service.watching import RETRY_MS, Rhythm, Tell, watch


@dataclass
class World:
    """Time passes only while the watcher waits; then one thing happens each time, and after the last it stops."""

    happens: list[Callable[[], object]]
    now_ms: int = 0
    said: list[str] = field(default_factory=list)
    waited: list[int] = field(default_factory=list)
    over: bool = False

    def wait(self, wait_ms: int) -> None:
        self.waited.append(wait_ms)
        self.now_ms += wait_ms
        if self.happens:
            self.happens.pop(0)()
        else:
            self.over = True

    def run(self, station: Station, settle_ms: int = 0) -> list[str]:
        tell = Tell(
            finished=lambda done: self.said.append(f"{done.verdict.value} {done.target.name}"),
            trouble=lambda reason: self.said.append(f"trouble: {reason.partition(' (')[0]}"),
            over=lambda: self.said.append("over"),
            left=lambda path, reason: self.said.append(f"left {path.name}: {reason}"),
        )
        pace = Pace(settle_ms, lambda: self.now_ms, self.wait)
        watch(station, Rhythm(pace, 5_000, self.wait, lambda: self.over), tell)
        return self.said


@dataclass
class FailingFiles:
    """A disk that refuses every change while ``fault`` says so, or each write after ``room`` of them."""

    fault: int | None = None
    room: int | None = None
    real: DiskFiles = field(default_factory=DiskFiles)

    def _check(self) -> None:
        if self.fault is not None:
            raise OSError(self.fault, errno.errorcode[self.fault])

    def make_folder(self, path: Path) -> None:
        self._check()
        self.real.make_folder(path)

    def write(self, path: Path, chunks: Iterable[bytes]) -> None:
        if self.room is not None:
            if self.room == 0:
                raise OSError(errno.ENOSPC, "No space left on device")
            self.room -= 1
        self._check()
        self.real.write(path, chunks)

    def force(self, paths: Sequence[Path]) -> None:
        self._check()
        self.real.force(paths)

    def rename(self, source: Path, target: Path) -> None:
        self._check()
        self.real.rename(source, target)

    def remove(self, path: Path) -> None:
        self._check()
        self.real.remove(path)

    def remove_folder(self, path: Path) -> None:
        self._check()
        self.real.remove_folder(path)

    def sync_folder(self, path: Path) -> None:
        self._check()
        self.real.sync_folder(path)


@pytest.fixture
def failing(tmp_path: Path, kind: str) -> Iterator[tuple[Station, FailingFiles]]:
    disk = FailingFiles()
    with echoing(tmp_path, disk) as made:
        yield made, disk


def test_files_are_taken_as_they_come(station: Station) -> None:
    drop(station, "a.xml")
    world = World([lambda: drop(station, "b.xml", "bad"), lambda: None, lambda: drop(station, "c.xml", "bug")])
    assert world.run(station) == ["accepted a.xml", "failed b.xml", "shunted c.xml"]
    assert set(world.waited) == {5_000}


def test_instructions_are_taken_up_as_they_are_given(station: Station) -> None:
    station.spool.instructions.mkdir()

    def given() -> None:
        (station.spool.instructions / "a.instruction").write_text("good", "utf-8")

    assert World([given]).run(station) == ["accepted a.instruction"]


def test_a_growing_file_is_looked_at_when_it_can_be_ready(station: Station) -> None:
    drop(station, "a.xml", "go")
    world = World([lambda: drop(station, "a.xml", "good"), lambda: None])
    assert world.run(station, settle_ms=700) == ["accepted a.xml"]
    assert world.waited == [700, 700, 5_000]


def test_a_stop_finishes_what_is_in_work_and_takes_no_more(station: Station) -> None:
    for number in range(450):
        drop(station, f"{number:03}.xml")
    world = World([])
    taken: list[str] = []

    def first(done: object) -> None:
        taken.append(str(done))
        world.over = True

    tell = Tell(finished=first, trouble=taken.append, over=lambda: None, left=lambda *_: None)
    watch(station, Rhythm(Pace(0, lambda: 0, world.wait), 1_000, world.wait, lambda: world.over), tell)
    assert len(taken) == 400  # one lot is prepared while the one before is concluded
    assert len(files(station.spool.inbox)) == 50
    assert files(station.spool.work) == []


@pytest.mark.parametrize("fault", [errno.ENOSPC, errno.EROFS, errno.EDQUOT, errno.EIO])
def test_a_disk_that_refuses_is_said_once_and_waited_for(failing: tuple[Station, FailingFiles], fault: int) -> None:
    station, disk = failing

    def mend() -> None:
        disk.fault = None

    def fill() -> None:
        drop(station, "a.xml")
        disk.fault = fault

    world = World([fill, lambda: None, lambda: None, mend])
    assert world.run(station) == [f"trouble: the disk refuses: {errno.errorcode[fault]}", "accepted a.xml", "over"]
    assert world.waited[1:3] == [RETRY_MS, RETRY_MS]
    assert files(station.spool.root / "done") == ["a.xml", "a.xml.report.json"]


@pytest.mark.parametrize("room", range(12))
def test_a_disk_that_fills_up_anywhere_loses_and_doubles_nothing(
    failing: tuple[Station, FailingFiles], room: int
) -> None:
    station, disk = failing
    for name, content in (("a.xml", "good 1"), ("b.xml", "bad"), ("c.xml", "bug"), ("d.xml", "good 2")):
        drop(station, name, content)
    disk.room = room

    def mend() -> None:
        disk.room = None

    said = World([mend]).run(station)
    assert sorted(line for line in said if " " in line and line.split()[0] in ("accepted", "failed", "shunted")) == [
        "accepted a.xml", "accepted d.xml", "failed b.xml", "shunted c.xml",
    ]  # fmt: skip
    root = station.spool.root
    assert files(root / "out") == ["web/1.xml", "web/2.xml", "web/4.xml"]
    assert (root / "out/web/4.xml").read_text("utf-8") == "re: good 2"
    assert files(root / "work") == []
    with transaction(station.database) as connection:
        assert prove(connection).faults == ()


@dataclass(frozen=True)
class Wrapping(Work):
    """A work that makes a sentence of a full disk, the first times."""

    faults: list[int]
    real: Echo = field(default_factory=Echo)

    def prepare(self, files: Sequence[tuple[Record, Path]]) -> Preparing:
        return self.real.prepare(files)

    def process(self, record: Record, path: Path, prepared: Any, connection: Connection, folder: Path) -> Conclusion:
        if self.faults:
            try:
                raise OSError(self.faults.pop(), "No space left on device")
            except OSError as error:
                raise UsageError(f"it cannot be written: {error.strerror}") from None
        return self.real.process(record, path, prepared, connection, folder)


def test_a_full_disk_told_as_something_else_is_known(station: Station) -> None:
    drop(station, "a.xml")
    work = Wrapping([errno.ENOSPC])
    assert World([lambda: None]).run(replace(station, work=work)) == [
        "trouble: the disk refuses: No space left on device", "accepted a.xml", "over",
    ]  # fmt: skip
    drop(station, "b.xml")
    assert World([]).run(replace(station, work=Wrapping([errno.ENOENT]))) == ["shunted b.xml"]


def test_a_database_that_refuses_is_waited_for(station: Station) -> None:
    """Another program holds the database: as long as it does, nothing is taken for done."""
    from sqlalchemy import event, text

    drop(station, "a.xml")
    kind = station.database.dialect.name
    short, said = {
        "sqlite": ("PRAGMA busy_timeout=1", "database is locked"),
        "postgresql": ("SET SESSION lock_timeout=1", "another process has been writing to it for more than 10 seconds"),
    }[kind]

    def hurry(connection, _record):  # type: ignore[no-untyped-def]
        connection.execute(short)
        connection.commit()

    event.listen(station.database, "connect", hurry, insert=False)
    station.database.dispose()
    other = station.database.connect()
    other.execute(text("SELECT 1"))  # the lock is held from the beginning until this ends
    world = World([other.close])
    assert world.run(station) == [f"trouble: the database refuses: {said}", "accepted a.xml", "over"]


def test_what_is_never_taken_is_said_once(station: Station, tmp_path: Path) -> None:
    link = station.spool.inbox / "web" / "link.xml"
    link.symlink_to(tmp_path)
    (station.spool.inbox / "web" / "sub").mkdir()
    world = World([lambda: None, link.unlink, lambda: link.symlink_to(tmp_path)])
    assert world.run(station) == [
        "left link.xml: it is a link",
        "left sub: it is a folder",
        "left link.xml: it is a link",
    ]


# --- waiting for a change ---


def test_polling_ends_with_the_stop() -> None:
    stop = Event()
    stop.set()
    Polling(stop)(60_000)


def test_a_change_ends_the_wait(tmp_path: Path) -> None:
    pytest.importorskip("watchfiles", reason="the extra watch is not installed")
    stop = Event()
    wake = wake_for([tmp_path], stop, 60_000)
    assert isinstance(wake, Told)
    from threading import Timer

    timer = Timer(0.3, (tmp_path / "a.xml").touch)
    timer.start()
    wake(60_000)
    assert (tmp_path / "a.xml").exists()
    stop.set()
    wake(60_000)


def test_where_the_system_tells_nothing_more_the_time_is_waited_for() -> None:
    stop = Event()

    def broken() -> Iterator[set[object]]:
        raise OSError(errno.ENOSPC, "no more watches")
        yield set()

    wake = replace(Told(stop, iter(()), 20), changes=broken())  # type: ignore[arg-type]
    wake(20)
    wake(20)
