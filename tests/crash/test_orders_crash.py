"""The engine over a mixed workload, stopped before every operation on files and at every commit: the result is the same.

What is dropped: orders that are sent, booked, rejected, held and put aside, a file that nobody can read, the same file
again. Days later what waited is released. Whatever is killed in between, and whatever the disk then loses of what was
not forced to it, the same bytes come out, the same is booked, and the journal holds.
"""

import os
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import pytest
from cryptography.hazmat.primitives import serialization
from sqlalchemy import event

from tests.crash.disk import Counter, LossyFiles, Stopped
from tests.databases import banks_on, new_url, noted, quick
from tests.engine.orders import ANNA, AT, BRUNO, INSIDE, INSTANT, MUSTER, T2, TARGET, Group, Order, Pay, order
from wissel.core.clock import fixed_clock
from wissel.engine.bank.files import load_bank
from wissel.engine.bank.init import init_bank
from wissel.engine.database import open_database, sqlite_url, transaction
from wissel.engine.opening import make_ready
from wissel.engine.signing import Signers, signers_of
from wissel.journal.journal import tip
from wissel.journal.proof import prove
from wissel.ledger.books import accounts, balance, totals
from wissel.routing.bank import Bank
from wissel.service.draining import release
from wissel.service.filedrop import recover, take
from wissel.service.running import make_folders, station_of
from wissel.service.spool import Spool, waiting
from wissel.signature.demo_keys import new_authority, new_signer

LATER = datetime(2026, 11, 27, 9, 0, tzinfo=UTC)
EACH = 1 if os.environ.get("WISSEL_HYPOTHESIS") == "thorough" else 31
"""On PostgreSQL it is stopped before so many operations less."""
KEPT = ("out", "done", "failed", "shunt", "work")
MIXED = Order(
    (
        Group((Pay(), INSIDE, INSTANT, Pay("9999999.00"), Pay("2.00", bic="ZZWIDE20", iban=MUSTER, level=None))),
        Group((Pay("7.00"), Pay("8.00")), batch=True, account=MUSTER),
        Group((Pay("5.00", end_to_end="LATER"), Pay("6.00", end_to_end="LATER TOO")), requested="2026-11-26"),
    ),
    "MIXED",
).xml()
DROPPED = {
    "a.xml": MIXED,
    "b.xml": order(TARGET, Pay(), message_id="SIGNED", account=MUSTER),
    "c.xml": b"<Document><GrpHdr><MsgId>M-1",
    "d.xml": MIXED,
    "e.xml": order(Pay(), Pay("3.00"), message_id="DOUBLE"),
    "f.xml": Order((Group((Pay(),)),), "WRONG", count=2).xml(),
}


@dataclass(frozen=True)
class Made:
    """A bank directory to be copied, and what would be read from it each time."""

    root: Path
    bank: Bank
    signers: Signers


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """A bank whose database is ready and whose inbox is full."""
    root = tmp_path_factory.mktemp("made") / "bank"
    init_bank(root)
    signer = new_signer("wissel", new_authority("test", AT), AT)
    key = root / "keys" / "default.pem"
    form, plain = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    pem = serialization.Encoding.PEM
    key.write_bytes(signer.key.private_bytes(pem, form, plain) + signer.certificate.public_bytes(pem))
    key.chmod(0o600)
    bank = load_bank(root)
    make_folders(Spool(root), bank)
    for name, content in DROPPED.items():
        (root / "in" / name).write_bytes(content)
    database = open_database(sqlite_url(root / "wissel.db"))
    make_ready(database, bank)
    database.dispose()
    return Made(root, bank, signers_of(bank))


@dataclass
class Run:
    """One process at work until it is done, or stopped."""

    world: "Made"
    root: Path
    counter: Counter
    done: int = 0
    """How many of the two days it got through."""

    def go(self, first: int = 0, *, forced: bool = True) -> LossyFiles:
        files = LossyFiles(self.root, self.counter, forced)
        database = quick(open_database(noted(self.root)))
        event.listen(database, "commit", lambda _: self.counter.step())
        bank = replace(self.world.bank, folder=self.root)
        self.done = first
        try:
            for at in (AT, LATER)[first:]:
                station = station_of(bank, database, fixed_clock(at), files, self.world.signers)
                recover(station)
                tuple(release(station))
                take(station, tuple(waiting(station.spool)))
                self.done += 1
        except Stopped:
            pass
        finally:
            database.dispose()
        return files


def copied(made: Made, root: Path) -> Path:
    """The bank directory again; on a server with a database of its own."""
    shutil.copytree(made.root, root)
    database = quick(open_database(new_url(root)))
    if database.dialect.name != "sqlite":
        make_ready(database, made.bank)
    database.dispose()
    return root


def result(root: Path) -> dict[str, object]:
    """Everything that anybody outside can see, and what journal and books say."""
    seen: dict[str, object] = {
        path.relative_to(root).as_posix(): path.read_bytes()
        for folder in KEPT
        for path in sorted((root / folder).rglob("*"))
        if path.is_file() and path.name != "lock"
    }
    seen["inbox"] = [path.name for path in (root / "in").rglob("*") if path.is_file()]
    database = quick(open_database(noted(root)))
    with transaction(database) as connection:
        seen["proof"] = prove(connection).faults
        seen["entries"] = tip(connection).number  # its hash also says which folder a claim had
        seen["balances"] = {name: balance(connection, name).amount for name in accounts(connection)}
        seen["totals"] = totals(connection)
    database.dispose()
    return seen


@pytest.fixture(scope="module")
def whole(made: Made, tmp_path_factory: pytest.TempPathFactory) -> tuple[int, dict[str, object]]:
    """How many operations a run has that nothing stops, and its result."""
    root = copied(made, tmp_path_factory.mktemp("whole") / "bank")
    run = Run(made, root, Counter())
    run.go()
    assert run.done == 2
    return run.counter.count, result(root)


def stopped(made: Made, tmp_path: Path, stop: int, *, ordered: bool, forced: bool = True) -> dict[str, object]:
    """What comes of it when a process is stopped before an operation, the disk loses what it may, and another goes on."""
    root, again = copied(made, tmp_path / "bank"), tmp_path / "again"
    first = Run(made, root, Counter(stop))
    files = first.go(forced=forced)
    again.mkdir()
    files.after_power_loss(again, Random(stop), ordered=ordered)
    for path in ("keys", "trust", "calendars"):
        (again / path).mkdir(exist_ok=True)
    (again / "keys" / "default.pem").chmod(0o600)
    second = Run(made, again, Counter())
    second.go(min(first.done, 1))
    assert second.done == 2
    seen = result(again)
    shutil.rmtree(root)
    shutil.rmtree(again)
    return seen


def test_the_whole_run_is_as_it_should_be(whole: tuple[int, dict[str, object]]) -> None:
    count, seen = whole
    assert count > 100
    names = [name for name in seen if name.startswith(("done/", "failed/", "shunt/")) and not name.endswith(".json")]
    assert names == ["done/20261125T203000Z-1-1.order", "done/a.xml", "done/b.xml", "done/d.xml", "done/e.xml",
                     "failed/c.xml", "failed/f.xml"]  # fmt: skip
    balances = seen["balances"]
    assert isinstance(balances, dict)
    sent, inside = 1250 + 100 + 300 + 500 + 600, 10_000 + 200
    assert balances[ANNA] == 1_250_000 - sent - inside
    assert balances[MUSTER] == 25_000_000 - 1500 - 500_000 - 1250 + 200
    assert balances[BRUNO] == 8_000_000 + 10_000
    assert balances[T2] == -149_300_000 + sent + 1500 + 500_000 + 1250
    assert (seen["proof"], seen["totals"]) == ((), {"CHF": 0, "EUR": 0, "GBP": 0, "USD": 0})
    assert b"<ds:Signature" in b"".join(data for name, data in outputs(seen) if name.startswith("out/t2/"))
    assert [name for name, _ in outputs(seen) if "camt.054" in name] == [f"out/{MUSTER}/1-1-camt.054.001.08.xml"]
    assert [name for name in seen if name.startswith("work/warehouse/")] == ["work/warehouse/held-5-1.order"]


def outputs(seen: dict[str, object]) -> Iterator[tuple[str, bytes]]:
    for name, data in seen.items():
        if name.startswith("out/") and isinstance(data, bytes):
            yield name, data


def test_stopped_before_each_operation_the_same_bytes_come_out(
    made: Made, whole: tuple[int, dict[str, object]], tmp_path: Path
) -> None:
    count, expected = whole
    for stop in range(1, count + 1):
        seen = stopped(made, tmp_path, stop, ordered=True)
        assert seen == expected, f"stopped before operation {stop}: {differing(seen, expected)}"


def test_on_postgresql_the_same_bytes_come_out(
    made: Made, whole: tuple[int, dict[str, object]], tmp_path: Path
) -> None:
    _, expected = whole
    with banks_on("postgresql"):
        all_of_it = Run(made, copied(made, tmp_path / "whole"), Counter())
        all_of_it.go()
        seen = result(all_of_it.root)
        assert seen == expected, differing(seen, expected)
        for stop in range(1, all_of_it.counter.count + 1, EACH):
            seen = stopped(made, tmp_path, stop, ordered=True)
            assert seen == expected, f"stopped before operation {stop}: {differing(seen, expected)}"


def differing(seen: dict[str, object], expected: dict[str, object]) -> list[str]:
    return sorted(name for name in seen.keys() | expected.keys() if seen.get(name) != expected.get(name))


def test_no_order_among_unforced_changes_is_relied_on(
    made: Made, whole: tuple[int, dict[str, object]], tmp_path: Path
) -> None:
    # where a claim is lost files may be recorded in another order, and all identifiers come from that; money does not
    count, expected = whole
    for stop in range(1, count + 1, 7):
        seen = stopped(made, tmp_path, stop, ordered=False)
        assert seen["balances"] == expected["balances"], f"stopped before operation {stop}"
        assert seen["proof"] == ()
        assert kinds(seen) == kinds(expected), f"stopped before operation {stop}"


def kinds(seen: dict[str, object]) -> list[str]:
    """What was sent to whom, without numbers that come from records."""
    return sorted(re.sub(r"(?<=/)([0-9]+-)+", "", name) for name, _ in outputs(seen))


def test_without_forced_writes_something_is_lost(
    made: Made, whole: tuple[int, dict[str, object]], tmp_path: Path
) -> None:
    # the control: the same proof must fail where forcing does nothing, else it proves nothing
    count, expected = whole
    failures = 0
    for stop in range(1, count + 1, 11):
        try:
            failures += stopped(made, tmp_path, stop, ordered=True, forced=False)["balances"] != expected["balances"]
        except Exception:  # noqa: BLE001 - a directory that cannot even be opened is a loss, too
            failures += 1
            shutil.rmtree(tmp_path / "bank", ignore_errors=True)
            shutil.rmtree(tmp_path / "again", ignore_errors=True)
    assert failures
