"""Statements that are handed to the driver as they are give what SQLAlchemy gives, and raise what it raises."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Column, Connection, Engine, Integer, MetaData, Table, Text, bindparam, func, insert, select
from sqlalchemy.exc import DBAPIError, IntegrityError

from tests.databases import KINDS, opened
from wissel.database.bulk_insert import insert_all
from wissel.database.statement import Statement
from wissel.engine.database import savepoint, transaction

TABLE = Table(
    "said", MetaData(), Column("number", Integer, primary_key=True), Column("who", Text, nullable=False), Column("what", Text)
)  # fmt: skip
INSERT = Statement(insert(TABLE), "number", "who", "what")
ASK = Statement(select(TABLE).where(TABLE.c.who == bindparam("who")).order_by(TABLE.c.number).limit(2))
COUNT = Statement(select(func.count()).select_from(TABLE))


@pytest.fixture(params=KINDS)
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    with opened(request.param, tmp_path) as engine:
        with transaction(engine) as connection:
            TABLE.create(connection)
            for number, who, what in ((1, "a", "x"), (2, "b", None), (3, "a", "%(y)s ?"), (4, "a", "z")):
                INSERT.run(connection, number=number, who=who, what=what)
        yield engine
        TABLE.drop(engine)


def test_it_finds_what_sqlalchemy_finds(database: Engine) -> None:
    with transaction(database) as connection:
        rows = ASK.rows(connection, who="a")
        assert [tuple(row) for row in rows] == [(1, "a", "x"), (3, "a", "%(y)s ?")]
        assert rows == [tuple(row) for row in connection.execute(select(TABLE).where(TABLE.c.who == "a").limit(2))]
        assert rows[1].what == "%(y)s ?"
        first = ASK.first(connection, who="b")
        assert first is not None
        assert (first.number, first.what) == (2, None)
        assert ASK.first(connection, who="c") is None
        assert ASK.rows(connection, who="c") == []
        assert COUNT.scalar(connection) == 4


def test_what_is_not_committed_is_gone(database: Engine) -> None:
    with database.connect() as connection:
        INSERT.run(connection, number=5, who="e", what=None)
        assert COUNT.scalar(connection) == 5
    with transaction(database) as connection:
        assert COUNT.scalar(connection) == 4


def refused(connection: Connection) -> None:
    with savepoint(connection):
        INSERT.run(connection, number=6, who="e", what=None)
        with savepoint(connection):
            INSERT.run(connection, number=7, who="e", what=None)
        INSERT.run(connection, number=1, who="e", what=None)


def test_a_part_of_a_transaction_is_undone_alone(database: Engine) -> None:
    with transaction(database) as connection:
        INSERT.run(connection, number=5, who="e", what=None)
        with pytest.raises(IntegrityError):
            refused(connection)
        with savepoint(connection):
            INSERT.run(connection, number=8, who="e", what=None)
    with transaction(database) as connection:
        assert [row.number for row in ASK.rows(connection, who="e")] == [5, 8]


def test_a_refusal_is_what_sqlalchemy_raises_and_tells_no_values(database: Engine) -> None:
    with database.connect() as connection, pytest.raises(IntegrityError) as caught:
        INSERT.run(connection, number=1, who="secret", what="x")
    assert "secret" not in str(caught.value)
    with database.connect() as connection, pytest.raises(IntegrityError):
        insert_all(connection, TABLE, ("number", "who", "what"), [(8, "a", "x"), (1, "a", "x")])
    with database.connect() as connection, pytest.raises(DBAPIError):
        Statement(select(Table("nowhere", MetaData(), Column("x", Integer)))).rows(connection)
    with transaction(database) as connection:
        assert COUNT.scalar(connection) == 4


def test_a_missing_parameter_is_a_fault_of_ours(database: Engine) -> None:
    with database.connect() as connection, pytest.raises((KeyError, DBAPIError)):
        ASK.rows(connection)
