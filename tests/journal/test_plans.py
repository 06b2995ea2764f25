"""What is asked again and again of a journal that grows for years is found by indexes, never by going through tables."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection

from wissel.engine.database import open_database, sqlite_url, transaction
from wissel.journal import journal, listing, trace
from wissel.journal.values import Direction, Key, Payment

AT = datetime(2026, 11, 23, 10, tzinfo=UTC)
ONE = Payment(Direction.IN, "pacs.008.001.08", "M-1", 1, "sct")
QUESTIONS: dict[str, Callable[[Connection], object]] = {
    "find": lambda c: trace.find(c, "X"),
    "payment": lambda c: trace.payment(c, "pacs.008.001.08", "M-1", 1),
    "referred": lambda c: [
        trace.referred(c, name, "X", Direction.IN) for name in ("uetr", "transaction_id", "message_id")
    ],
    "payments of a message": lambda c: list(trace.payments_of(c, "M-1")),
    "children": lambda c: trace.children(c, ONE, 1),
    "statuses": lambda c: trace.statuses(c, ONE, 1),
    "duplicates": lambda c: trace.duplicates(c, ["X"], AT),
    "key": lambda c: journal.seen(c, Key("S", "pacs.008.001.08", "M-1"), "X", AT, timedelta(400)),
    "files in work": lambda c: journal.records_of(c, "1~default"),
    "outcome": lambda c: journal.outcomes_of(c, (1, 2)),
    "outputs": lambda c: journal.outputs_by_record(c, (1, 2)),
    "what follows from a record": lambda c: journal.conclusion_digest(c, 1),
    "record": lambda c: listing.listed(c, 1),
    "verdicts": listing.verdict_counts,
}


@pytest.fixture
def connection(tmp_path: Path) -> Any:
    database = open_database(sqlite_url(tmp_path / "j.db"))
    with transaction(database) as opened:
        journal.open_journal(opened)
        for number in (1, 2):  # a record with an outcome, or nothing more is asked of it
            opened.exec_driver_sql(
                f"INSERT INTO journal_record VALUES ({number}, 'c', 'f', 'd', 1, '{AT.isoformat()}', 'x', '{number}')"
            )
            opened.exec_driver_sql(f"INSERT INTO journal_outcome VALUES ({number}, 'accepted', 'a', '', NULL, '[]')")
        yield opened
    database.dispose()


@pytest.mark.parametrize("question", QUESTIONS)
def test_no_table_is_gone_through(question: str, connection: Connection) -> None:
    asked: list[str] = []
    driver: Any = connection.connection.driver_connection
    driver.set_trace_callback(asked.append)  # statements with their values
    QUESTIONS[question](connection)
    driver.set_trace_callback(None)
    plans = [row[3] for statement in asked for row in driver.execute(f"EXPLAIN QUERY PLAN {statement}")]
    assert plans
    assert [plan for plan in plans if plan.startswith("SCAN journal_") and "COVERING INDEX" not in plan] == []
