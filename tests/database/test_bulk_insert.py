"""Rows handed to the driver as they are."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Column, Engine, Integer, MetaData, Table, Text, select

from tests.databases import KINDS, opened
from wissel.database.bulk_insert import insert_all

TABLE = Table(
    "bulk_row", MetaData(), Column("number", Integer, primary_key=True), Column("name", Text), Column("more", Text)
)


@pytest.fixture(params=KINDS)
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    with opened(request.param, tmp_path) as engine:
        TABLE.create(engine)
        yield engine
        TABLE.drop(engine)


def test_values_stand_in_their_columns(engine: Engine) -> None:
    with engine.begin() as connection:
        insert_all(connection, TABLE, ("number", "more"), [(1, "a"), (2, None)])
        insert_all(connection, TABLE, ("number", "name", "more"), [(3, "%s :x ?", "b")])
        insert_all(connection, TABLE, ("name",), [])
        rows = [tuple(row) for row in connection.execute(select(TABLE).order_by(TABLE.c.number))]
    assert rows == [(1, None, "a"), (2, None, None), (3, "%s :x ?", "b")]
