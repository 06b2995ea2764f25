"""What is asked of a database on a server alone: writers take turns, texts sort by bytes, and which faults pass."""

import re
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from random import Random
from string import ascii_letters, digits
from threading import Event, Thread

import pytest
from sqlalchemy import make_url, text
from sqlalchemy.exc import DBAPIError

from tests.databases import banks_on, latin_url, schema
from tests.engine.interbank import Pay, sct, uetr
from tests.engine.orders import Pay as Transfer
from tests.engine.orders import order, world
from wissel.core.errors import InstallationError
from wissel.engine.database import Connection, Engine, is_unavailable, open_database, savepoint, transaction
from wissel.journal.journal import open_journal
from wissel.journal.mark import set_mark
from wissel.ledger.books import accounts, add_account, open_books


@pytest.fixture
def url() -> Iterator[str]:
    with schema() as made:
        yield made


@pytest.fixture
def database(url: str) -> Iterator[Engine]:
    engine = open_database(url)
    with transaction(engine) as connection:
        open_journal(connection)
        open_books(connection)
    yield engine
    engine.dispose()


def test_writers_take_turns_and_readers_do_not_wait(database: Engine, url: str) -> None:
    began, seen = Event(), []

    def second() -> None:
        began.set()
        with transaction(database) as connection:
            seen.append(sorted(accounts(connection)))

    reader = open_database(url, read_only=True)
    with transaction(database) as connection:
        waiting = Thread(target=second)
        waiting.start()
        began.wait()
        add_account(connection, "A", "EUR")
        with transaction(reader) as other:
            assert list(accounts(other)) == []
        assert seen == []
    waiting.join()
    reader.dispose()
    assert seen == [["A"]]


def test_a_reader_changes_nothing_and_sees_one_moment(database: Engine, url: str) -> None:
    reader = open_database(url, read_only=True)
    with transaction(reader) as reading:
        assert list(accounts(reading)) == []
        with transaction(database) as connection:
            add_account(connection, "A", "EUR")
        assert list(accounts(reading)) == []
    with pytest.raises(InstallationError, match="read-only transaction"), transaction(reader) as reading:
        add_account(reading, "B", "EUR")
    reader.dispose()


def test_texts_are_compared_by_their_bytes(database: Engine) -> None:
    """As a language sorts them, a comes before B and a moment with a fraction before the one without."""
    given = ["a", "B", "_", "10:00:00+00:00", "10:00:00.5+00:00", "Ä", "Z"]
    with transaction(database) as connection:
        for name in given:
            add_account(connection, name, "EUR")
        rows = connection.execute(text("SELECT account FROM ledger_account ORDER BY account")).scalars().all()
        assert list(rows) == sorted(given)
        columns = text(
            "SELECT table_name || '.' || column_name FROM information_schema.columns "
            "WHERE table_schema = current_schema() AND data_type = 'text' AND collation_name IS DISTINCT FROM 'C'"
        )
        assert connection.execute(columns).scalars().all() == []


def test_a_second_mark_is_refused(database: Engine) -> None:
    with transaction(database) as connection:
        set_mark(connection, "one")
    said = "it belongs to a bank directory already"
    with pytest.raises(InstallationError, match=said), transaction(database) as connection:
        set_mark(connection, "two")


def test_a_commit_is_on_disk_even_where_the_server_is_set_otherwise(url: str) -> None:
    lax = make_url(url).query["options"] + " -csynchronous_commit=off"  # type: ignore[operator]
    engine = open_database(make_url(url).update_query_dict({"options": lax}).render_as_string(hide_password=False))
    with transaction(engine) as connection:
        assert connection.execute(text("SHOW synchronous_commit")).scalar_one() == "on"
    engine.dispose()


def test_a_database_that_cannot_hold_every_character_is_refused() -> None:
    engine = open_database(latin_url())
    with pytest.raises(InstallationError, match=r"^the encoding of the database is LATIN1"), transaction(engine):
        pass
    engine.dispose()


@pytest.mark.parametrize(
    ("statement", "passes"),
    [
        ("SELECT 1/0", False),
        ("INSERT INTO ledger_account SELECT string_agg(md5(n::text), ''), 'EUR' FROM generate_series(1, 999) n", False),
        ("SELECT * FROM gone", True),
        ("SELECT pg_terminate_backend(pg_backend_pid())", True),
        ("DO $$ BEGIN RAISE 'time is up' USING ERRCODE = '57014'; END $$", True),
    ],
    ids=["a value", "a key too long", "a table that is gone", "a connection that is ended", "time is up"],
)
def test_faults_that_pass_are_told_from_those_of_a_file(database: Engine, statement: str, passes: bool) -> None:
    with database.connect() as connection:
        with pytest.raises(DBAPIError) as told:
            connection.exec_driver_sql(statement)
        assert is_unavailable(told.value) is passes


def fail_in_part(connection: Connection) -> None:
    with savepoint(connection):
        add_account(connection, "B", "EUR")
        connection.exec_driver_sql("SELECT 1/0")


def test_after_a_fault_of_one_file_the_transaction_goes_on(database: Engine) -> None:
    with transaction(database) as connection:
        add_account(connection, "A", "EUR")
        with pytest.raises(DBAPIError):
            fail_in_part(connection)
        add_account(connection, "C", "EUR")
    with transaction(database) as connection:
        assert sorted(accounts(connection)) == ["A", "C"]


def test_values_longer_than_an_index_takes_stop_nothing(tmp_path: Path) -> None:
    """Random, so that it cannot be packed: an index of PostgreSQL takes 2,704 bytes."""
    long = "".join(Random(7).choices(ascii_letters + digits, k=20_000))
    texts = [sct("M-1", Pay(1)), order(Transfer(uetr=uetr(1))).decode()]
    with banks_on("postgresql"), world(tmp_path / "bank") as bank:
        for number, (tag, whole) in enumerate(product(("MsgId", "EndToEndId", "UETR", "IBAN", "PmtInfId"), texts)):
            wrong = re.sub(f"<{tag}>[^<]*</{tag}>", f"<{tag}>{long}</{tag}>", whole)
            for name, content in ((f"{number}.xml", wrong), (f"{number}-cut.xml", wrong[:-30])):
                report = bank.drop(content.encode(), name)
                assert report["verdict"] in ("failed", "accepted"), (tag, report)
