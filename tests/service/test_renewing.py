"""A changed configuration is gone by from the next files on; a wrong one is said once and leaves the old one in force."""

import errno
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from tests.engine.orders import ANNA, Pay, order
from wissel.core.errors import InstallationError
from wissel.engine.bank.init import init_bank
from wissel.engine.database import transaction
from wissel.engine.engine import Engine
from wissel.journal.journal import record
from wissel.journal.values import Record
from wissel.ledger.books import balance
from wissel.service.draining import Pace
from wissel.service.filedrop import Finished, Station, recover, take
from wissel.service.pooled import Pooled, with_processes
from wissel.service.renewing import AGAIN_MS, LOOK_MS, Renewal, renewal_of
from wissel.service.running import opened
from wissel.service.spool import waiting
from wissel.service.watching import Rhythm, Tell, watch

NEW_CHANNEL = '\n[channel.new]\ndefinitions = ["pain.001"]\naccounts = ["DE*"]\n'


@dataclass
class Watched:
    """A bank that is watched; between two rounds one thing happens each, and after the last it stops."""

    station: Station
    happens: list[Callable[[], object]] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    done: list[Finished] = field(default_factory=list)
    now_ms: int = 0
    asked: bool = False
    over: bool = False

    @property
    def root(self) -> Path:
        return self.station.spool.root

    def wait(self, _milliseconds: int) -> None:
        self.now_ms += LOOK_MS
        if self.happens:
            self.happens.pop(0)()
        else:
            self.over = True

    def was_asked(self) -> bool:
        asked, self.asked = self.asked, False
        return asked

    def run(self, *happens: Callable[[], object]) -> list[str]:
        """What was said while these things happened."""
        self.happens, self.over, self.said = list(happens), False, []
        renewal = renewal_of(self.station, lambda: self.now_ms, self.was_asked, self.said.append)
        assert renewal is not None
        self.told(renewal)
        return self.said

    def told(self, renewal: Renewal) -> None:
        tell = Tell(self.finished, self.said.append, lambda: self.said.append("over"), lambda *_: None)
        pace = Pace(0, lambda: self.now_ms, self.wait)
        watch(self.station, Rhythm(pace, 5_000, self.wait, lambda: self.over, renewal), tell)

    def finished(self, done: Finished) -> None:
        self.done.append(done)
        self.said.append(f"{done.verdict.value} {done.target.name}")

    def changed(self, name: str, old: str, new: str) -> Callable[[], object]:
        path = self.root / name

        def change() -> None:
            text = path.read_text("utf-8")
            assert old in text
            path.write_text(text.replace(old, new, 1), "utf-8")

        return change

    def dropped(self, name: str, channel: str = "default", number: int = 1) -> Callable[[], object]:
        content = order(Pay(end_to_end=f"E-{name}-{number}"), message_id=f"M-{name}")
        return lambda: (self.root / "in" / channel / name).write_bytes(content)


@pytest.fixture
def watched(tmp_path: Path) -> Iterator[Watched]:
    init_bank(tmp_path / "bank")
    with opened(tmp_path / "bank") as station:
        yield Watched(station)


def digests(watched: Watched) -> list[str]:
    with transaction(watched.station.database) as connection:
        found = [record(connection, done.record.number) for done in watched.done]
    return [one.receipt.configuration for one in found if one is not None]


def test_a_new_channel_works_without_a_new_start(watched: Watched) -> None:
    said = watched.run(
        watched.dropped("a.xml"),
        watched.changed("wissel.toml", "\n# ---", NEW_CHANNEL + "\n# ---"),
        watched.dropped("b.xml", "new"),
    )
    first, second = digests(watched)
    assert first == watched.station.configuration != second
    assert said == ["accepted a.xml", f"configuration {second[:12]} is in force", "accepted b.xml"]


def test_a_wrong_one_is_said_once_with_file_and_line_and_the_old_one_stays(watched: Watched) -> None:
    main = watched.root / "wissel.toml"
    line = main.read_text("utf-8").splitlines().index('zone = "Europe/Berlin"') + 1
    said = watched.run(
        watched.changed("wissel.toml", "Europe/Berlin", "Europe/Berlim"),
        watched.dropped("a.xml"),
        lambda: os.utime(main),  # touched and still as wrong
        watched.dropped("b.xml"),
        watched.changed("wissel.toml", "Europe/Berlim", "Europe/Paris"),
        watched.dropped("c.xml"),
    )
    old, again, new = digests(watched)
    assert old == again == watched.station.configuration != new
    assert said == [
        f"the configuration has changed and cannot be used; {old[:12]} stays in force",
        f"  {main}:{line}: zone: there is no time zone 'Europe/Berlim'; did you mean 'Europe/Berlin'?",
        "accepted a.xml",
        "accepted b.xml",
        f"configuration {new[:12]} is in force",
        "accepted c.xml",
    ]


def test_of_very_many_faults_the_first_are_said(watched: Watched) -> None:
    accounts = watched.root / "accounts.csv"
    text = accounts.read_text("utf-8")
    said = watched.run(lambda: accounts.write_text(text + "\n".join(f"X-{n},,,EURO" for n in range(50)), "utf-8"))
    assert len(said) == 22
    assert said[-1].endswith(f"more; wissel check {watched.root} lists them")


@pytest.mark.parametrize(
    ("name", "more", "state"),
    [
        ("accounts.csv", "X-7,Account,,EUR,customer,open,,,,\n", "is in force"),
        ("directory.csv", "# changed\n", "stays in force; the keys were read again"),
        ("routes.toml", "# changed\n", "stays in force; the keys were read again"),
    ],
)
def test_each_file_is_looked_at(watched: Watched, name: str, more: str, state: str) -> None:
    path = watched.root / name
    said = watched.run(lambda: path.write_text(path.read_text("utf-8") + more, "utf-8"))
    assert [one.partition(" ")[2].partition(" ")[2] for one in said] == [state]


def test_a_new_account_can_be_paid_to(watched: Watched) -> None:
    row = "X-7,Current account,Emil,EUR,customer,open,,70.00,,\n"
    accounts = watched.root / "accounts.csv"
    watched.run(lambda: accounts.write_text(accounts.read_text("utf-8") + row, "utf-8"))
    with transaction(watched.station.database) as connection:
        assert balance(connection, "X-7").amount == 7_000


def test_a_key_and_a_calendar_are_looked_at(watched: Watched) -> None:
    calendars = watched.root / "calendars" / "target.csv"
    said = watched.run(
        lambda: (watched.root / "keys" / "unused.pem").write_text("none", "utf-8"),
        lambda: calendars.write_text("date,name,open\n2026-12-23,Closed,no\n", "utf-8"),
    )
    assert [one.partition(" ")[2].partition(" ")[2] for one in said] == [
        "stays in force; the keys were read again", "is in force",
    ]  # fmt: skip


def test_an_opening_balance_that_was_booked_is_no_configuration(watched: Watched) -> None:
    said = watched.run(watched.changed("accounts.csv", "12500.00", "12600.00"), watched.dropped("a.xml"))
    assert [line.partition(f" of {ANNA}")[0] for line in said[1:]] == [
        "  accounts.csv: the opening balance", "accepted a.xml",
    ]  # fmt: skip
    assert said[0].endswith(f"{watched.station.configuration[:12]} stays in force")


def test_another_database_needs_a_new_start(watched: Watched) -> None:
    change = watched.changed("wissel.toml", "#database = ", 'database = "sqlite:///other.db"\n#database = ')
    assert watched.run(change)[1:] == ["  the database is another one; for that wissel watch has to be started again"]


def test_what_was_refused_for_a_while_is_tried_again(watched: Watched) -> None:
    """A folder that cannot be made, say: nothing in the configuration changes, and it can be used later."""
    blocked = watched.root / "in" / "new"

    def block() -> None:
        blocked.symlink_to("nowhere")
        watched.changed("wissel.toml", "\n# ---", NEW_CHANNEL + "\n# ---")()

    waits: list[Callable[[], object]] = [lambda: None] * (AGAIN_MS // LOOK_MS)
    said = watched.run(block, blocked.unlink, *waits)
    assert [len(said), said[-1].endswith("is in force")] == [3, True]
    assert said[1].startswith(f"  {blocked} cannot be made")


def test_who_asks_is_answered_even_where_nothing_changed(watched: Watched) -> None:
    def ask() -> None:
        watched.asked = True

    digest = watched.station.configuration[:12]
    assert watched.run(ask) == [f"configuration {digest} stays in force; the keys were read again"]


def test_files_that_wait_are_taken_by_the_new_one(watched: Watched) -> None:
    """The configuration changes while many files are worked on: the lots that are left go by the new one."""
    for number in range(450):
        watched.dropped(f"{number:03}.xml")()
    change = watched.changed("wissel.toml", "Europe/Berlin", "Europe/Paris")
    renewal = renewal_of(watched.station, lambda: watched.now_ms, watched.was_asked, watched.said.append)
    assert renewal is not None

    def first(done: Finished) -> None:
        if not watched.done:
            change()
            watched.now_ms += LOOK_MS
        watched.done.append(done)

    tell = Tell(first, watched.said.append, lambda: None, lambda *_: None)
    pace = Pace(0, lambda: watched.now_ms, watched.wait)
    watch(watched.station, Rhythm(pace, 5_000, watched.wait, lambda: watched.over, renewal), tell)
    found = digests(watched)
    assert len(found) == 450
    assert found == sorted(found, key=lambda digest: digest != watched.station.configuration)
    assert 0 < found.count(watched.station.configuration) < 450


def test_the_processes_that_read_are_kept(watched: Watched) -> None:
    renewal = renewal_of(watched.station, lambda: 0, lambda: False, watched.said.append)
    assert renewal is not None
    with with_processes(watched.station, 2) as working:
        watched.changed("wissel.toml", "Europe/Berlin", "Europe/Paris")()
        after = renewal.renewed(working)
        assert isinstance(working.work, Pooled)
        assert isinstance(after.work, Pooled)
        assert isinstance(after.work.engine, Engine)
        assert after.work.pools is working.work.pools
        assert after.work.engine.bank.settings.zone == "Europe/Paris"
        assert after.configuration == after.work.engine.bank.digest


class Refusing:
    """A work for which the disk is full."""

    def prepare(self, files: Sequence[tuple[Record, Path]]) -> Any:
        raise OSError(errno.ENOSPC, "No space left on device")

    def process(self, *_: Any) -> Any:
        raise AssertionError("nothing was prepared")


def test_what_was_recorded_under_the_old_one_and_not_concluded_goes_by_the_new_one(tmp_path: Path) -> None:
    """The record names the configuration in force when the file was received; it is worked on by the one in force."""
    init_bank(tmp_path / "bank")
    main = tmp_path / "bank" / "wissel.toml"
    (tmp_path / "bank/in/default/a.xml").write_bytes(order(Pay()))
    with opened(tmp_path / "bank") as station:
        with pytest.raises(InstallationError, match="No space left"):
            take(replace(station, work=Refusing()), tuple(waiting(station.spool)))
        old = station.configuration
    main.write_text(
        main.read_text("utf-8").replace('definitions = ["pain.001"]', 'definitions = ["pain.008"]'), "utf-8"
    )
    with opened(tmp_path / "bank") as station:
        (done,) = recover(station)
        assert done.record.receipt.configuration == old != station.configuration
    assert (done.verdict.value, "DEFINITION-NOT-OF-CHANNEL" in done.report) == ("failed", True)
