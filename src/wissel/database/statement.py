"""Statements that are worked out once and then handed to the driver as they are.

SQLAlchemy knows how each database wants a statement, and takes fifty times as long as SQLite to work that out again
for each question. What is asked of every message is therefore kept as the driver wants it. What goes in and comes out
is not converted: texts, whole numbers and None, which drivers take and give as they are.
"""

from collections import namedtuple
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Executable, Select

from wissel.database.driver import handed_over


def _row_of(columns: Sequence[str]) -> Any:
    made: Any = namedtuple("Row", columns, rename=True)  # type: ignore[misc]
    return made


class Statement:
    """One statement, with its parameters (``bindparam``) by their names. Those of an insertion are its columns."""

    __slots__ = ("_expression", "_forms", "_names", "_row")

    def __init__(self, expression: Executable, *names: str) -> None:
        """``names``: the columns of an insertion."""
        self._expression = expression
        self._names = names
        self._forms: dict[str, tuple[str, dict[str, Any], tuple[str, ...] | None]] = {}
        columns = expression.selected_columns.keys() if isinstance(expression, Select) else ()
        self._row: Any = _row_of(columns)

    def rows(self, connection: Connection, **values: Any) -> list[Any]:
        """The rows that a question finds, with its columns as attributes. Raises what the connection itself would."""
        cursor = self._carried_out(connection, values)
        try:
            return [self._row._make(row) for row in cursor.fetchall()]
        finally:
            cursor.close()

    def first(self, connection: Connection, **values: Any) -> Any | None:
        """The first of the rows; None where there is none. Raises as :meth:`rows` does."""
        cursor = self._carried_out(connection, values)
        try:
            row = cursor.fetchone()
        finally:
            cursor.close()
        return None if row is None else self._row._make(row)

    def scalar(self, connection: Connection, **values: Any) -> Any | None:
        """The first value of the first row; None where there is none. Raises as :meth:`rows` does."""
        row = self.first(connection, **values)
        return None if row is None else row[0]

    def run(self, connection: Connection, **values: Any) -> None:
        """Carry it out. Raises as :meth:`rows` does."""
        self._carried_out(connection, values).close()

    def _carried_out(self, connection: Connection, values: dict[str, Any]) -> Any:
        text, known, places = self._forms.get(connection.dialect.name) or self._form(connection)
        named = {**known, **values} if known else values
        given = named if places is None else [named[name] for name in places]
        return handed_over(connection, text, given)

    def _form(self, connection: Connection) -> tuple[str, dict[str, Any], tuple[str, ...] | None]:
        options = {"column_keys": list(self._names)} if self._names else {}
        compiled: Any = self._expression.compile(dialect=connection.dialect, **options)  # type: ignore[attr-defined]
        places = None if compiled.positiontup is None else tuple(compiled.positiontup)
        known = {name: value for name, value in compiled.params.items() if value is not None}
        form = (str(compiled), known, places)
        self._forms[connection.dialect.name] = form
        return form
