"""Insert many rows at once, handed to the driver as they are: nothing is worked out for each row.

Who opens the database hands in its connection and table (of SQLAlchemy); nothing of it is imported here.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from operator import itemgetter
from typing import Any, Protocol


class _Connection(Protocol):
    @property
    def dialect(self) -> Any:
        """Of the database."""

    def exec_driver_sql(self, statement: str, parameters: Any) -> Any:
        """Hand a statement to the driver."""


def insert_all(connection: _Connection, table: Any, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows that all have the same columns, with values that the driver takes as they are (texts, whole numbers,
    None)."""
    if not rows:
        return
    statement, places = _statement(connection.dialect, table, tuple(rows[0]))
    if places is None:
        connection.exec_driver_sql(statement, list(rows))
    elif len(places) == 1:
        connection.exec_driver_sql(statement, [(row[places[0]],) for row in rows])
    else:
        connection.exec_driver_sql(statement, list(map(itemgetter(*places), rows)))


@lru_cache(maxsize=64)
def _statement(dialect: Any, table: Any, names: tuple[str, ...]) -> tuple[str, tuple[str, ...] | None]:
    """The statement, and the columns in the order of its parameters; None where they go by name."""
    compiled = table.insert().compile(dialect=dialect, column_keys=list(names))
    places = compiled.positiontup
    return str(compiled), None if places is None else tuple(places)
