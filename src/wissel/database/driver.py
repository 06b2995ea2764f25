"""Hand a statement to the driver as it is, and raise what SQLAlchemy would have raised."""

from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError


def handed_over(connection: Connection, statement: str, parameters: Any, *, many: bool = False) -> Any:
    """The cursor of a statement that was carried out, ``many``: once for each of the parameters. The caller closes it.
    Raises DBAPIError, or the kind of it that fits."""
    if not connection.in_transaction():
        connection.begin()  # as any statement of SQLAlchemy does
    cursor = connection.connection.cursor()
    fault: type[Exception] = connection.dialect.loaded_dbapi.Error
    try:
        (cursor.executemany if many else cursor.execute)(statement, parameters)
    except fault as error:
        raw: Any = connection.connection.dbapi_connection
        lost = connection.dialect.is_disconnect(error, raw, cursor)  # type: ignore[arg-type]
        cursor.close()
        if lost:
            connection.invalidate(error)
        raise DBAPIError.instance(
            statement, None, error, fault, connection_invalidated=lost, dialect=connection.dialect
        ) from error
    return cursor
