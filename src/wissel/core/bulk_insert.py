"""Insert many rows at once, handed to the driver as they are: nothing is worked out for each row.

Who opens the database hands in its connection and table (of SQLAlchemy); nothing of it is imported here.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Protocol


class _Connection(Protocol):
    @property
    def dialect(self) -> Any:
        """Of the database."""

    def exec_driver_sql(self, statement: str, parameters: Any) -> Any:
        """Hand a statement to the driver."""


def insert_all(connection: _Connection, table: Any, names: tuple[str, ...], rows: Sequence[tuple[Any, ...]]) -> None:
    """Insert rows of values of the columns ``names``, which the driver takes as they are (texts, whole numbers, None).
    The names have to be in the order of the table."""
    if not rows:
        return
    statement, by_place = _statement(connection.dialect, table, names)
    given = rows if by_place else [dict(zip(names, row, strict=True)) for row in rows]
    connection.exec_driver_sql(statement, list(given))


@lru_cache(maxsize=64)
def _statement(dialect: Any, table: Any, names: tuple[str, ...]) -> tuple[str, bool]:
    """The statement, and whether its parameters go by their place and not by name."""
    compiled = table.insert().compile(dialect=dialect, column_keys=list(names))
    if compiled.positiontup is not None and tuple(compiled.positiontup) != names:
        raise AssertionError(f"the columns of {table.name} are in another order: {compiled.positiontup}")
    return str(compiled), compiled.positiontup is not None
