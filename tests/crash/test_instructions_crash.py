"""Instructions, stopped before every operation on files and at every commit: each has its effect once, by the same bytes.

What is instructed: held payments are released and rejected, an order that waits is rejected, a recall is accepted, a
payment is asked back; one instruction comes twice, one is none, one comes too late.
"""

import shutil
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import event

from tests.crash.disk import Counter, LossyFiles, Stopped
from tests.crash.test_orders_crash import differing, outputs, result
from tests.databases import quick
from tests.engine.interbank import Pay as Came
from tests.engine.interbank import recall, sct
from tests.engine.orders import ANNA, AT, BRUNO, Pay, order
from wissel.core.clock import fixed_clock
from wissel.engine.bank.files import load_bank
from wissel.engine.bank.init import init_bank
from wissel.engine.database import open_database, sqlite_url, transaction
from wissel.engine.instructions.instruction import About, Action, Instruction, instruction_bytes, new_instruction
from wissel.engine.opening import make_ready
from wissel.engine.signing import signers_of
from wissel.journal.trace import find
from wissel.journal.values import Direction
from wissel.routing.bank import Bank
from wissel.service.draining import release
from wissel.service.filedrop import Station, take
from wissel.service.files import DiskFiles
from wissel.service.instructing import instruct, resuming
from wissel.service.running import make_folders, station_of
from wissel.service.spool import Spool, waiting

LATER = datetime(2026, 11, 27, 9, 0, tzinfo=UTC)
HELD, DATED = "held-2-1.order", "20261125T203000Z-3-1.order"
DROPPED = (
    ("", order(Pay(), Pay("20.00"), message_id="FIRST")),
    ("", order(Pay(), Pay("20.00"), message_id="AGAIN")),
    ("", order(Pay("30.00"), message_id="LATER", requested="2026-11-26")),
    ("interbank", sct("M-1", Came(1, to=BRUNO)).encode()),
    ("interbank", recall("C-1", "M-1", Came(1)).encode()),
)


@dataclass(frozen=True)
class Made:
    """A bank directory to be copied, with instructions to be taken up."""

    root: Path
    bank: Bank


def given(
    action: Action, second: int, order: str | None = None, at: int = 1, about: About | None = None
) -> Instruction:
    positions = (at,) if order is not None else ()
    moment = AT.replace(hour=9, second=second)
    return new_instruction(action, "anna", moment, order=order, transactions=positions, about=about)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    root = tmp_path_factory.mktemp("made") / "bank"
    init_bank(root)
    bank = load_bank(root)
    spool = Spool(root)
    make_folders(spool, bank)
    database = quick(open_database(sqlite_url(root / "wissel.db")))
    make_ready(database, bank)
    station = station_of(bank, database, fixed_clock(AT), DiskFiles(), signers_of(bank))
    for number, (channel, content) in enumerate(DROPPED, 1):
        (root / "in" / channel / f"{number}.xml").write_bytes(content)
        take(station, tuple(waiting(spool)))
    with transaction(database) as connection:
        came = next(one for one in find(connection, "C-1") if one.payment.definition.startswith("camt.056"))
        sent = next(one for one in find(connection, "E-2") if one.payment.direction is Direction.OUT)
    database.dispose()
    recalled, asked = (
        About(one.record, one.payment.definition, one.payment.message_id, one.payment.position) for one in (came, sent)
    )
    first = given(Action.RELEASE, 1, HELD)
    for one in (
        first,
        given(Action.REJECT, 2, HELD, 2),
        given(Action.REJECT, 3, DATED),
        given(Action.ACCEPT_RECALL, 4, about=recalled),
        given(Action.RECALL, 5, about=asked),
        given(Action.REJECT, 6, HELD, 2),
    ):
        instruct(spool, DiskFiles(), one)
    (spool.instructions / "again.instruction").write_bytes(instruction_bytes(first))
    (spool.instructions / "none.instruction").write_bytes(b"{}")
    return Made(root, bank)


@dataclass
class Run:
    """One process at work until it is done, or stopped."""

    world: Made
    root: Path
    counter: Counter
    done: int = 0
    """How many of the two days it got through."""

    def go(self, first: int = 0, *, forced: bool = True) -> LossyFiles:
        files = LossyFiles(self.root, self.counter, forced)
        database = quick(open_database(sqlite_url(self.root / "wissel.db")))
        event.listen(database, "commit", lambda _: self.counter.step())
        bank = replace(self.world.bank, folder=self.root)
        self.done = first
        try:
            for at in (AT, LATER)[first:]:
                station = station_of(bank, database, fixed_clock(at), files, signers_of(bank))
                worked(station)
                self.done += 1
        except Stopped:
            pass
        finally:
            database.dispose()
        return files


def worked(station: Station) -> None:
    """What a run does, see :mod:`wissel.service.draining`."""
    tuple(resuming(station))
    tuple(release(station))


def stopped(made: Made, tmp_path: Path, stop: int, *, ordered: bool, forced: bool = True) -> dict[str, object]:
    root, again = tmp_path / "bank", tmp_path / "again"
    shutil.copytree(made.root, root)
    first = Run(made, root, Counter(stop))
    files = first.go(forced=forced)
    again.mkdir()
    files.after_power_loss(again, Random(stop), ordered=ordered)
    second = Run(made, again, Counter())
    second.go(min(first.done, 1))
    assert second.done == 2
    seen = result(again)
    shutil.rmtree(root)
    shutil.rmtree(again)
    return seen


@pytest.fixture(scope="module")
def whole(made: Made, tmp_path_factory: pytest.TempPathFactory) -> tuple[int, dict[str, object]]:
    root = tmp_path_factory.mktemp("whole") / "bank"
    shutil.copytree(made.root, root)
    run = Run(made, root, Counter())
    run.go()
    return run.counter.count, result(root)


def test_the_whole_run_is_as_it_should_be(whole: tuple[int, dict[str, object]]) -> None:
    count, seen = whole
    assert count > 40
    ends = [name.partition("/")[0] for name in seen if name.endswith(".instruction")]
    assert (ends.count("done"), ends.count("failed"), len(ends)) == (6, 2, 8)
    balances = seen["balances"]
    assert isinstance(balances, dict)
    assert (balances[ANNA], balances[BRUNO]) == (1_250_000 - 3250 - 1250, 8_000_000)
    kinds = sorted(name.rpartition("-")[2] for name, _ in outputs(seen))
    assert [(kind, kinds.count(kind)) for kind in dict.fromkeys(kinds)] == [
        ("camt.029.001.09.xml", 2), ("camt.056.001.08.xml", 1), ("pacs.004.001.09.xml", 1),
        ("pacs.008.001.08.xml", 2), ("pain.002.001.10.xml", 6),
    ]  # fmt: skip
    assert not [name for name in seen if name.startswith("work/")]


def test_stopped_before_each_operation_the_same_bytes_come_out(
    made: Made, whole: tuple[int, dict[str, object]], tmp_path: Path
) -> None:
    count, expected = whole
    for stop in range(1, count + 1):
        seen = stopped(made, tmp_path, stop, ordered=True)
        assert seen == expected, f"stopped before operation {stop}: {differing(seen, expected)}"


def test_no_order_among_unforced_changes_is_relied_on(
    made: Made, whole: tuple[int, dict[str, object]], tmp_path: Path
) -> None:
    count, expected = whole
    for stop in range(1, count + 1, 7):
        seen = stopped(made, tmp_path, stop, ordered=False)
        assert (seen["balances"], seen["proof"]) == (expected["balances"], ()), f"stopped before operation {stop}"


def test_without_forced_writes_something_is_lost(
    made: Made, whole: tuple[int, dict[str, object]], tmp_path: Path
) -> None:
    # the control: the same proof must fail where forcing does nothing, else it proves nothing
    count, expected = whole
    failures = 0
    for stop in range(1, count + 1, 11):
        try:
            failures += stopped(made, tmp_path, stop, ordered=True, forced=False) != expected
        except Exception:  # noqa: BLE001 - a directory that cannot even be opened is a loss, too
            failures += 1
            shutil.rmtree(tmp_path / "bank", ignore_errors=True)
            shutil.rmtree(tmp_path / "again", ignore_errors=True)
    assert failures


@pytest.mark.parametrize("stop", range(1, 9))
def test_an_instruction_is_dropped_whole_or_not_at_all(stop: int, tmp_path: Path) -> None:
    root, again = tmp_path / "bank", tmp_path / "again"
    (root / "work").mkdir(parents=True)
    files = LossyFiles(root, Counter(stop))
    one = given(Action.RELEASE, 1, HELD)
    finished = False
    try:
        instruct(Spool(root), files, one)
        finished = True
    except Stopped:
        pass
    again.mkdir()
    files.after_power_loss(again, Random(stop))
    (again / "work" / "instructions").mkdir(parents=True, exist_ok=True)
    found = list((again / "work" / "instructions").glob("*.instruction"))
    assert [path.read_bytes() for path in found] in ([instruction_bytes(one)], [] if not finished else None)
    instruct(Spool(again), DiskFiles(), one)
    assert [path.read_bytes() for path in (again / "work" / "instructions").glob("*.instruction")] == [
        instruction_bytes(one)
    ]
