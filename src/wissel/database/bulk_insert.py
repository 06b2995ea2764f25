"""Insert many rows at once, handed to the driver as they are: nothing is worked out for each row."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Dialect, Table

from wissel.database.driver import handed_over


def insert_all(connection: Connection, table: Table, names: tuple[str, ...], rows: Sequence[tuple[Any, ...]]) -> None:
    """Insert rows of values of the columns ``names``, which the driver takes as they are (texts, whole numbers, None).
    The names have to be in the order of the table. Raises as the connection itself would."""
    if not rows:
        return
    statement, by_place = _statement(connection.dialect, table, names)
    given = rows if by_place else [dict(zip(names, row, strict=True)) for row in rows]
    handed_over(connection, statement, given, many=True).close()


@lru_cache(maxsize=64)
def _statement(dialect: Dialect, table: Table, names: tuple[str, ...]) -> tuple[str, bool]:
    """The statement, and whether its parameters go by their place and not by name."""
    compiled: Any = table.insert().compile(dialect=dialect, column_keys=list(names))
    if compiled.positiontup is not None and tuple(compiled.positiontup) != names:
        raise AssertionError(f"the columns of {table.name} are in another order: {compiled.positiontup}")
    return str(compiled), compiled.positiontup is not None
