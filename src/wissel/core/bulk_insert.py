"""Insert many rows at once, handed to the driver as they are: nothing is worked out for each row.

Who opens the database hands in its connection and table (of SQLAlchemy); nothing of it is imported here.
"""

from collections.abc import Mapping, Sequence
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
    names = list(rows[0])
    compiled = table.insert().compile(dialect=connection.dialect, column_keys=names)
    places = compiled.positiontup
    if places is None:
        connection.exec_driver_sql(str(compiled), list(rows))
    elif len(places) == 1:
        connection.exec_driver_sql(str(compiled), [(row[places[0]],) for row in rows])
    else:
        connection.exec_driver_sql(str(compiled), list(map(itemgetter(*places), rows)))
