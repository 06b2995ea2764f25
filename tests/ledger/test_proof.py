"""The proof of the books: sound as they are made, and each change around the triggers is told."""

import sqlite3
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine

from tests.databases import KINDS, opened
from wissel.engine.database import transaction
from wissel.ledger.books import add_account, open_books, post
from wissel.ledger.issued import Issued, record
from wissel.ledger.posting import Detail, Leg, PostingSet
from wissel.ledger.proof import BooksProof, prove_books

DAY, AT = date(2026, 11, 23), datetime(2026, 11, 23, 20, tzinfo=UTC)


@pytest.fixture(params=KINDS)
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    with opened(request.param, tmp_path) as engine:
        yield engine


def fill(engine: Engine) -> None:
    with transaction(engine) as connection:
        open_books(connection)
        for account in ("A", "B"):
            add_account(connection, account, "EUR")
        for number, amount in enumerate((-5, 7, -9), 1):
            details = (Detail(amount, {"remittance": "Grüße"}),) if number == 2 else ()
            legs = (Leg("A", "EUR", amount, DAY, details=details), Leg("B", "EUR", -amount, DAY))
            post(connection, PostingSet(f"p{number}", AT, DAY, legs))
        record(connection, Issued("A", "camt.053", 1, DAY, DAY, 2, 2, 0, 2, AT, "d"))
        record(connection, Issued("A", "camt.053", 2, date(2026, 11, 24), date(2026, 11, 24), 2, 3, 2, -7, AT, "d"))


def test_books_as_they_are_made_are_sound(engine: Engine) -> None:
    with transaction(engine) as connection:
        assert prove_books(connection) == BooksProof(0, 0, 0, ())
    fill(engine)
    with transaction(engine) as connection:
        assert prove_books(connection) == BooksProof(3, 6, 2, ())


@pytest.mark.parametrize(
    ("changes", "faults"),
    [
        (["UPDATE ledger_leg SET amount = 8 WHERE leg = 3"],
         ["posting p2: the legs in EUR sum to 1, not to zero", "posting p2 was changed: its digest does not fit",
          "account A: entry 2 does not follow from the one before it",
          "camt.053 number 1 of A: opening balance and entries do not make the closing balance"]),
        (["UPDATE ledger_leg SET details = replace(details, 'Gr', 'gr') WHERE leg = 3"],
         ["posting p2 was changed: its digest does not fit"]),
        (["UPDATE ledger_leg SET reference = 'R' WHERE leg = 3"],
         ["posting p2: leg 1 has another reference than it was booked with"]),
        (["UPDATE ledger_leg SET booking_date = '2026-11-24' WHERE leg = 4"],
         ["posting p2: leg 2 has another booking date than its posting"]),
        (["UPDATE ledger_leg SET balance = 3 WHERE leg = 4"], ["account B: entry 2 does not follow from the one before it"]),
        (["DELETE FROM ledger_leg WHERE leg = 6"],
         ["posting p3 has 1 legs, and its seal says 2", "posting p3: the legs in EUR sum to -9, not to zero",
          "posting p3 was changed: its digest does not fit"]),
        (["DELETE FROM ledger_seal WHERE posting = 3"],
         ["posting p3 has 2 legs, and its seal says nothing", "ledger_seal has 2 rows, and the postings have 3"]),
        (["DELETE FROM ledger_posting WHERE posting = 3"],
         ["ledger_seal has 3 rows, and the postings have 2", "ledger_leg has 6 rows, and the postings have 4"]),
        (["DELETE FROM ledger_statement WHERE number = 1"],
         ["camt.053 number 2 of A: there is a gap before it"]),
        (["UPDATE ledger_statement SET opening = 3, closing = -6 WHERE number = 2"],
         ["camt.053 number 2 of A does not begin where the one before it ends"]),
        (["DROP TRIGGER ledger_leg_no_update"], ["the trigger ledger_leg_no_update is missing"]),
    ],
)  # fmt: skip
def test_each_change_is_told(changes: list[str], faults: list[str], tmp_path: Path) -> None:
    with opened("sqlite", tmp_path) as engine:
        fill(engine)
    raw = sqlite3.connect(tmp_path / "wissel.db")
    triggers = raw.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
    for name, _ in triggers:
        raw.execute(f"DROP TRIGGER {name}")
    for change in changes:
        if not change.startswith("DROP"):
            raw.execute(change)
    for name, text in triggers:
        if f"DROP TRIGGER {name}" not in changes:
            raw.execute(text)
    raw.commit()
    raw.close()
    with opened("sqlite", tmp_path) as engine, transaction(engine) as connection:
        assert list(prove_books(connection).faults) == faults


def test_a_trigger_that_is_switched_off_is_told(tmp_path: Path) -> None:
    with opened("postgresql", tmp_path) as engine:
        fill(engine)
        with transaction(engine) as connection:
            connection.exec_driver_sql("ALTER TABLE ledger_leg DISABLE TRIGGER ledger_leg_no_change")
            assert prove_books(connection).faults == ("the trigger ledger_leg_no_change is missing",)
