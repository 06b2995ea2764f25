"""Stop the drop directory before every operation in turn, lose what was not forced, start again: the result is the same."""

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any
from unittest.mock import patch

import pytest
from sqlalchemy import event

from tests.crash.disk import Counter, LossyFiles, Stopped
from tests.databases import banks_on, new_url, noted, quick
from wissel.core.clock import fixed_clock
from wissel.database import bulk_insert, statement
from wissel.database.driver import handed_over
from wissel.engine.conclusion import Conclusion, Made
from wissel.engine.database import Connection, open_database, transaction
from wissel.journal.journal import open_journal
from wissel.journal.proof import prove
from wissel.journal.values import Record, Verdict
from wissel.ledger.books import add_account, balance, open_books, post
from wissel.ledger.posting import Leg, PostingSet
from wissel.service.filedrop import Preparing, Station, Work, recover, take
from wissel.service.spool import Spool, waiting

AT = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
FOLDERS = ("in/web", "in/net", "work/outbox", "work/scratch", "out", "done", "failed", "shunt")
EACH = 1 if os.environ.get("WISSEL_HYPOTHESIS") == "thorough" else 13
"""On PostgreSQL it is stopped before so many operations less."""
DROPPED = {"in/web/a.xml": "good 1", "in/web/b.xml": "bad", "in/web/c.xml": "bug", "in/net/a.xml": "good 2"}


@dataclass(frozen=True, slots=True)
class Books(Work):
    """Books 100 for each good file and answers with two files."""

    def prepare(self, files: Sequence[tuple[Record, Path]]) -> Preparing:
        return lambda: [path.read_bytes() for _, path in files]

    def process(self, record: Record, path: Path, prepared: Any, connection: Connection, folder: Path) -> Conclusion:
        if prepared == b"bad":
            return Conclusion(Verdict.FAILED, {}, (Made("web", f"{record.number}-no.xml", b"no"),))
        legs = (Leg("A", "EUR", -100, AT.date()), Leg("B", "EUR", 100, AT.date()))
        post(connection, PostingSet(f"{record.base}", AT, AT.date(), legs))
        if prepared == b"bug":
            raise RuntimeError
        made = [Made(to, f"{record.number}.xml", prepared + to.encode()) for to in ("net", "web")]
        return Conclusion(Verdict.ACCEPTED, {}, tuple(made), postings=(record.base,))


def prepared(root: Path) -> None:
    for name in FOLDERS:
        (root / name).mkdir(parents=True)
    for name, content in DROPPED.items():
        (root / name).write_text(content, "utf-8")
    engine = quick(open_database(new_url(root)))
    with transaction(engine) as connection:
        open_journal(connection)
        open_books(connection)
        for account in ("A", "B"):
            add_account(connection, account, "EUR")
    engine.dispose()


def run(root: Path, counter: Counter, *, forced: bool = True) -> LossyFiles:
    files = LossyFiles(root, counter, forced)
    engine = quick(open_database(noted(root)))
    event.listen(engine, "before_cursor_execute", lambda *_: counter.step())
    event.listen(engine, "commit", lambda _: counter.step())

    def counted(*arguments: Any, **options: Any) -> Any:
        counter.step()
        return handed_over(*arguments, **options)

    station = Station(Spool(root), files, engine, Books(), fixed_clock(AT), "c")
    try:
        with patch.object(statement, "handed_over", counted), patch.object(bulk_insert, "handed_over", counted):
            recover(station)
            take(station, tuple(waiting(station.spool)))
    except Stopped:
        pass
    finally:
        engine.dispose()
    return files


def result(root: Path) -> dict[str, object]:
    """Everything that anybody outside can see, and what the books say."""
    kept = {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file() and not path.name.startswith("wissel.db")
    }
    # a fault's report holds a traceback, whose lines differ where a stop was raised elsewhere
    seen: dict[str, object] = {name: None if name.startswith("shunt/") else data for name, data in kept.items()}
    engine = quick(open_database(noted(root)))
    with transaction(engine) as connection:
        seen["proof"] = prove(connection).faults
        seen["balances"] = [balance(connection, account) for account in ("A", "B")]
    engine.dispose()
    return seen


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> tuple[int, dict[str, object]]:
    """How many operations a run has that nothing stops, and its result."""
    root = tmp_path_factory.mktemp("whole")
    prepared(root)
    counter = Counter()
    run(root, counter)
    return counter.count, result(root)


def without_numbers(seen: dict[str, object]) -> dict[str, object]:
    """Where a claim was lost and made again, files may have been recorded in another order."""

    def plain(value: object) -> object:
        return re.sub(rb'"record": [0-9]+|"[0-9]+(-no)?.xml"', b"", value) if isinstance(value, bytes) else value

    return {re.sub("^(out/.*/)[0-9]+", r"\1", name) + str(value)[:40] if name.startswith("out/") else name: plain(value)
            for name, value in seen.items()}  # fmt: skip


def after_stop(tmp_path: Path, stop: int, *, ordered: bool, forced: bool = True) -> dict[str, object]:
    root, again = tmp_path / f"{stop}", tmp_path / f"{stop}-again"
    prepared(root)
    files = run(root, Counter(stop), forced=forced)
    again.mkdir()
    files.after_power_loss(again, Random(stop), ordered=ordered)
    run(again, Counter())
    return result(again)


def test_the_whole_run_is_as_it_should_be(whole: tuple[int, dict[str, object]]) -> None:
    count, seen = whole
    assert count > 60
    assert sorted(name for name in seen if name.startswith(("done/", "failed/", "shunt/", "out/"))) == [
        "done/a.xml", "done/a.xml.report.json", "done/a~2.xml", "done/a~2.xml.report.json", "failed/b.xml",
        "failed/b.xml.report.json", "out/net/1.xml", "out/net/2.xml", "out/web/1.xml", "out/web/2.xml",
        "out/web/3-no.xml", "shunt/c.xml", "shunt/c.xml.report.json",
    ]  # fmt: skip
    assert seen["out/net/2.xml"] == b"good 1net"
    assert [balance.amount for balance in seen["balances"]] == [-200, 200]  # type: ignore[attr-defined]
    assert seen["proof"] == ()


def test_stopped_before_each_operation_the_result_is_the_same(
    whole: tuple[int, dict[str, object]], tmp_path: Path
) -> None:
    count, expected = whole
    for stop in range(1, count + 1):
        assert after_stop(tmp_path, stop, ordered=True) == expected, f"stopped before operation {stop}"


def test_no_order_among_unforced_changes_is_relied_on(whole: tuple[int, dict[str, object]], tmp_path: Path) -> None:
    count, expected = whole
    for stop in range(1, count + 1):
        seen = after_stop(tmp_path, stop, ordered=False)
        assert without_numbers(seen) == without_numbers(expected), f"stopped before operation {stop}"


def test_without_forced_writes_something_is_lost(whole: tuple[int, dict[str, object]], tmp_path: Path) -> None:
    # the control: the same proof must fail where forcing does nothing, else it proves nothing
    count, expected = whole
    results = [after_stop(tmp_path, stop, ordered=True, forced=False) for stop in range(1, count + 1)]
    assert any(without_numbers(seen) != without_numbers(expected) for seen in results)


def test_on_postgresql_it_comes_to_the_same(whole: tuple[int, dict[str, object]], tmp_path: Path) -> None:
    _, expected = whole
    with banks_on("postgresql"):
        prepared(tmp_path / "whole")
        counter = Counter()
        run(tmp_path / "whole", counter)
        assert result(tmp_path / "whole") == expected
        for stop in range(1, counter.count + 1, EACH):
            assert after_stop(tmp_path, stop, ordered=True) == expected, f"stopped before operation {stop}"
