"""Statements that were made: numbered without a gap, each beginning where the last one ended, kept by the database."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from tests.databases import KINDS, opened
from wissel.engine.database import transaction
from wissel.ledger.books import LedgerError, add_account, open_books, post
from wissel.ledger.issued import Cut, Issued, ahead, all_between, last_issued, moved, record, standing
from wissel.ledger.posting import Leg, PostingSet

AT = datetime(2026, 11, 23, 20, tzinfo=UTC)
FIRST = Issued("A", "camt.053", 1, date(2026, 11, 20), date(2026, 11, 20), 2, 2, 0, -3, AT, "d1")
SECOND = replace(FIRST, number=2, first=date(2026, 11, 21), last=date(2026, 11, 23), until=3, opening=-3, closing=-6)


@pytest.fixture(params=KINDS)
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    with opened(request.param, tmp_path) as engine:
        with transaction(engine) as connection:
            open_books(connection)
            add_account(connection, "A", "EUR")
            add_account(connection, "B", "EUR")
        yield engine


def booked(engine: Engine, *rows: tuple[int, int, int]) -> None:
    """Rows of booking day, value day and amount, both days in November."""
    with transaction(engine) as connection:
        for number, (day, value, amount) in enumerate(rows):
            legs = (Leg("A", "EUR", amount, date(2026, 11, value)), Leg("B", "EUR", -amount, date(2026, 11, value)))
            key = f"{day}-{value}-{amount}-{number}"
            post(connection, PostingSet(key, AT, date(2026, 11, day), legs))


def test_numbers_follow_each_other(engine: Engine) -> None:
    with transaction(engine) as connection:
        assert last_issued(connection, "A", "camt.053") is None
        record(connection, FIRST)
        record(connection, SECOND)
        record(connection, replace(FIRST, kind="camt.052"))
        assert last_issued(connection, "A", "camt.053") == SECOND


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (replace(SECOND, number=3), "the statement does not follow the one before it"),
        (replace(SECOND, number=1), "the statement is there already"),
        (replace(SECOND, opening=-4), "the opening balance is not the closing one before it"),
        (replace(SECOND, before=1), "it does not begin where the one before it ends"),
        (replace(SECOND, first=date(2026, 11, 1), last=date(2026, 11, 2)), "it does not begin where the one before it"),
        (replace(SECOND, until=1), "it ends before it begins"),
        (replace(SECOND, last=date(2026, 11, 20)), "it ends before it begins"),
    ],
)
def test_what_does_not_follow_is_refused(engine: Engine, wrong: Issued, said: str) -> None:
    with transaction(engine) as connection:
        record(connection, FIRST)
    # a trigger's refusal is an integrity error on one database and another error on the other
    with pytest.raises(Exception, match=said) as caught, transaction(engine) as connection:
        record(connection, wrong)
    assert isinstance(caught.value, LedgerError) or "the database refuses" in str(caught.value)
    with transaction(engine) as connection:
        assert last_issued(connection, "A", "camt.053") == FIRST


@pytest.mark.parametrize("statement", ["UPDATE ledger_statement SET closing = 1", "DELETE FROM ledger_statement"])
def test_what_was_made_stays(engine: Engine, statement: str) -> None:
    with transaction(engine) as connection:
        record(connection, FIRST)
    with pytest.raises(DBAPIError, match="ledger_statement: rows are never changed"), engine.begin() as connection:
        connection.exec_driver_sql(statement)


def test_a_cut_holds_what_was_booked_until_then_by_day_and_by_number(engine: Engine) -> None:
    booked(engine, (20, 20, -1), (24, 24, 7), (20, 25, -2), (23, 23, -4))
    with transaction(engine) as connection:
        early = Cut(date(2026, 11, 20), 3)
        assert standing(connection, "A", early) == -3
        assert ahead(connection, "A", early, date(2026, 11, 20)) == {date(2026, 11, 25): -2}
        later = Cut(date(2026, 11, 24), 4)
        assert moved(connection, "A", early, later) == (2, 3)
        assert [entry.amount for entry in all_between(connection, "A", early, later)] == [7, -4]
        assert standing(connection, "A", later) == 0


def test_what_is_booked_late_for_a_stated_day_is_in_the_next_one(engine: Engine) -> None:
    booked(engine, (20, 20, -1))
    with transaction(engine) as connection:
        before = Cut(date(2026, 11, 20), 1)
        assert standing(connection, "A", before) == -1
    booked(engine, (20, 20, -5), (23, 23, -7))
    with transaction(engine) as connection:
        until = Cut(date(2026, 11, 23), 3)
        assert [entry.amount for entry in all_between(connection, "A", before, until)] == [-5, -7]
