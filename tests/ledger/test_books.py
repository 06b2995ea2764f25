"""The books: what is posted adds up, is posted once, and stays; the database itself refuses everything else."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, create_engine
from sqlalchemy.exc import DBAPIError

from tests.databases import KINDS, opened
from wissel.engine.database import transaction
from wissel.ledger.books import LedgerError, add_account, balance, entries, open_books, post, totals
from wissel.ledger.posting import Detail, Leg, PostingSet, reference_of

DAY = date(2026, 11, 23)
AT = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)


@pytest.fixture(params=KINDS)
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    with opened(request.param, tmp_path) as engine:
        with transaction(engine) as connection:
            open_books(connection)
            for account, currency in (("A", "EUR"), ("B", "EUR"), ("C", "USD"), ("P-EUR", "EUR"), ("P-USD", "USD")):
                add_account(connection, account, currency)
        yield engine


def leg(account: str, amount: int, currency: str = "EUR", **more: object) -> Leg:
    return Leg(account, currency, amount, DAY, **more)  # type: ignore[arg-type]


def posting(key: str, *legs: Leg, day: date = DAY) -> PostingSet:
    return PostingSet(key, AT, day, legs)


def test_a_posting_moves_balances_and_is_read_back(engine: Engine) -> None:
    detail = Detail(-500, {"end_to_end_id": "E-1", "creditor_name": "Müller"})
    with transaction(engine) as connection:
        assert post(connection, posting("k1", leg("A", -500, case="sct", details=(detail,)), leg("B", 500)))
        assert post(connection, posting("k2", leg("B", -200, reversal=True), leg("A", 200)))
    with transaction(engine) as connection:
        first, second = entries(connection, "A")
        assert (first.amount, first.balance, first.sequence, first.case) == (-500, -500, 1, "sct")
        assert first.details == (detail,)
        assert (first.reference, first.at, first.value_date) == (reference_of("k1", 1), AT, DAY)
        assert (second.amount, second.balance, second.sequence) == (200, -300, 2)
        assert [entry.reversal for entry in entries(connection, "B")] == [False, True]
        assert balance(connection, "A").amount == -300
        assert balance(connection, "nobody").sequence == 0
        assert totals(connection) == {"EUR": 0}


def test_a_key_books_once(engine: Engine) -> None:
    with transaction(engine) as connection:
        assert post(connection, posting("k", leg("A", -5), leg("B", 5)))
        assert not post(connection, posting("k", leg("A", -5), leg("B", 5)))
        with pytest.raises(LedgerError, match="posting k: its key was booked with other content"):
            post(connection, posting("k", leg("A", -6), leg("B", 6)))
        assert balance(connection, "A").amount == -5


def test_an_exchange_goes_through_the_positions(engine: Engine) -> None:
    with transaction(engine) as connection:
        legs = (leg("A", -100), leg("P-EUR", 100), leg("P-USD", -110, "USD"), leg("C", 110, "USD"))
        assert post(connection, posting("fx", *legs))
        assert totals(connection) == {"EUR": 0, "USD": 0}


@pytest.mark.parametrize(
    ("legs", "said"),
    [
        ((leg("A", -5), leg("B", 4)), "the legs in EUR sum to -1, not to zero"),
        ((leg("A", -5), leg("C", 5, "USD")), "the legs in EUR sum to -5, not to zero; the legs in USD sum to 5"),
        ((leg("A", 0),), "a posting has at least two legs; the amount 0 on A cannot be booked"),
        ((leg("A", -5, details=(Detail(-4),)), leg("B", 5)), "the details on A do not add up to its amount -5"),
        ((leg("A", -(10**18)), leg("B", 10**18)), "the amount -1000000000000000000 on A cannot be booked"),
        ((leg("A", -5), leg("X", 5)), r"posting k: .*(FOREIGN KEY|foreign key)"),
        ((leg("A", -5), leg("C", 5)), r"posting k: .*(FOREIGN KEY|foreign key)"),
    ],
)
def test_what_does_not_balance_is_refused_whole(engine: Engine, legs: tuple[Leg, ...], said: str) -> None:
    with pytest.raises(LedgerError, match=said), transaction(engine) as connection:
        post(connection, posting("k", *legs))
    with transaction(engine) as connection:
        assert list(entries(connection, "A")) == []


def test_an_account_keeps_its_currency(engine: Engine) -> None:
    with pytest.raises(LedgerError, match="account A is kept in EUR, not in USD"), transaction(engine) as connection:
        add_account(connection, "A", "USD")


def test_entries_are_chosen_by_booking_day(engine: Engine) -> None:
    days = [date(2026, 11, day) for day in (20, 23, 23, 24)]
    with transaction(engine) as connection:
        for number, day in enumerate(days):
            post(connection, posting(f"k{number}", leg("A", -1), leg("B", 1), day=day))
        chosen = entries(connection, "A", date(2026, 11, 23), date(2026, 11, 23))
        assert [entry.sequence for entry in chosen] == [2, 3]
        assert balance(connection, "A", date(2026, 11, 23)).amount == -3
        assert balance(connection, "A", date(2026, 11, 19)).amount == 0
        assert [entry.sequence for entry in entries(connection, "A", after=3)] == [4]


LEG = (
    'INSERT INTO ledger_leg (posting, account, currency, sequence, amount, balance, booking_date, value_date, reference, "case", '
    "reversal) VALUES ({posting}, '{account}', 'EUR', {sequence}, {amount}, {balance}, '{day}', '2026-11-23', '{reference}', "
    "'other', FALSE)"
)
POSTING = (
    "INSERT INTO ledger_posting (posting, key, digest, at, booking_date) VALUES (9, 'raw', 'd', 'a', '2026-11-23')"
)


def leg_row(
    account: str, amount: int, balance: int, sequence: int = 2, posting: int = 9, day: str = "2026-11-23"
) -> str:
    return LEG.format(
        posting=posting, account=account, sequence=sequence, amount=amount, balance=balance, day=day,
        reference=f"R{account}",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("statements", "said"),
    [
        (["UPDATE ledger_leg SET amount = 7"], "ledger_leg: rows are never changed or deleted"),
        (["DELETE FROM ledger_leg"], "ledger_leg: rows are never changed or deleted"),
        (["UPDATE ledger_posting SET key = 'x'"], "ledger_posting: rows are never changed or deleted"),
        (["DELETE FROM ledger_seal"], "ledger_seal: rows are never changed or deleted"),
        (["DELETE FROM ledger_account"], "ledger_account: rows are never changed or deleted"),
        ([POSTING, leg_row("A", -7, -12), leg_row("B", 8, 13), "INSERT INTO ledger_seal VALUES (9, 2)"],
         "ledger_seal: the legs do not sum to zero"),
        ([POSTING, leg_row("A", -7, -12), "INSERT INTO ledger_seal VALUES (9, 1)"], "ledger_seal: the legs do not sum"),
        ([POSTING, "INSERT INTO ledger_seal VALUES (9, 0)"], "ledger_seal: the number of legs is wrong"),
        ([POSTING, leg_row("A", -7, -12), leg_row("B", 7, 12), "INSERT INTO ledger_seal VALUES (9, 3)"],
         "ledger_seal: the number of legs is wrong"),
        ([POSTING, leg_row("A", -7, -13)], "ledger_leg: the balance does not follow"),
        ([POSTING, leg_row("A", -7, -12, day="2026-11-24")], "ledger_leg: the booking date is not that of the posting"),
        ([POSTING, leg_row("A", -7, -12, sequence=4)], "ledger_leg: the entry does not follow"),
        ([POSTING, leg_row("A", -7, -12, sequence=1)], "ledger_leg: the entry does not follow"),
        ([leg_row("A", -7, -12, posting=1)], "ledger_leg: the posting is sealed"),
        ([POSTING, leg_row("A", -7, -12), leg_row("B", 7, 12)], "(?i)foreign key"),
        ([POSTING], "(?i)foreign key"),
        (["INSERT INTO ledger_seal VALUES (9, 2)"], "ledger_seal: the number of legs is wrong"),
        ([POSTING.replace("'raw'", "'k'")], "ledger_posting: the key is booked already"),
    ],
)  # fmt: skip
def test_the_database_refuses_what_raw_sql_tries(engine: Engine, statements: list[str], said: str) -> None:
    with transaction(engine) as connection:
        post(connection, posting("k", leg("A", -5), leg("B", 5)))
    with pytest.raises(DBAPIError, match=said), engine.begin() as connection:
        run(connection, statements)
    assert standing(engine) == [("A", -5), ("B", 5)]


@pytest.mark.parametrize("table", ["ledger_leg", "ledger_posting", "ledger_seal", "ledger_account"])
def test_replacing_or_truncating_is_refused(engine: Engine, table: str) -> None:
    with transaction(engine) as connection:
        post(connection, posting("k", leg("A", -5), leg("B", 5)))
    statement = f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}"
    if engine.dialect.name == "postgresql":
        statement = f"TRUNCATE {table} CASCADE"
    with pytest.raises(DBAPIError, match=r"ledger_\w+: "), engine.begin() as connection:
        connection.exec_driver_sql(statement)
    assert standing(engine) == [("A", -5), ("B", 5)]


def run(connection: Connection, statements: list[str]) -> None:
    for statement in statements:
        connection.exec_driver_sql(statement)


def standing(engine: Engine) -> list[tuple[str, int]]:
    def read(connection: Connection) -> list[tuple[str, int]]:
        return [(account, balance(connection, account).amount) for account in ("A", "B")]

    with transaction(engine) as connection:
        return read(connection)


def test_opening_the_books_again_changes_nothing(engine: Engine) -> None:
    with transaction(engine) as connection:
        post(connection, posting("k", leg("A", -5), leg("B", 5)))
        open_books(connection)
    assert standing(engine) == [("A", -5), ("B", 5)]


def test_nobody_else_adds_to_a_posting_that_is_not_finished(tmp_path: Path) -> None:
    """Neither sees what the other one has not committed: without a seal nothing of a posting is there for others."""
    with opened("postgresql", tmp_path) as engine:
        with transaction(engine) as connection:
            open_books(connection)
            for account in ("A", "B", "D"):
                add_account(connection, account, "EUR")
        with pytest.raises(DBAPIError, match="foreign key"), engine.begin() as connection:
            connection.exec_driver_sql(POSTING)
        strangers = create_engine(engine.url)  # who has SQL at hand waits for nobody
        with engine.connect() as one, strangers.connect() as other:
            run(one, [POSTING, leg_row("A", -7, -7, 1), leg_row("B", 7, 7, 1), "INSERT INTO ledger_seal VALUES (9, 2)"])
            with pytest.raises(DBAPIError, match="the booking date is not that of"):
                other.exec_driver_sql(leg_row("D", 3, 3, 1))
        strangers.dispose()
