"""PostgreSQL: how connections are made, how writers take turns, and what its errors mean."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from wissel.core.errors import InstallationError

WAIT_MS = 10_000
"""How long a writer waits for another one."""
CONNECTING: Mapping[str, str] = {
    "connect_timeout": "10",
    "keepalives_idle": "30",
    "keepalives_interval": "10",
    "keepalives_count": "3",
    "tcp_user_timeout": "60000",
    "client_encoding": "utf8",
    "application_name": "wissel",
}
"""Parameters of libpq where the URL gives none: a server that no longer answers is noticed within a minute."""
READING: Mapping[str, Any] = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
"""Options of a transaction that sees one moment of the database and changes nothing."""

_LATER = ("08", "40", "53", "55", "57", "58", "XX")
"""Classes of SQLSTATE that speak of connection, conflicts, resources, operators and damage, not of what was handed in.
https://www.postgresql.org/docs/current/errcodes-appendix.html"""
_LATER_STATES = ("25006", "42501", "42P01", "3D000", "3F000")
"""Read-only (a standby), a right that is missing, a table, database or schema that is gone."""


def prepare_connection(connection: Any, _record: object) -> None:
    """What a new connection is asked and told before it is used: a commit is on disk when it is confirmed, whatever the
    server is set to. Raises InstallationError for a database that cannot hold every character."""
    with connection.cursor() as cursor:
        (encoding,) = cursor.execute("SELECT current_setting('server_encoding')").fetchone()
        if encoding != "UTF8":
            raise InstallationError(f"the encoding of the database is {encoding}; it has to be UTF8")
        cursor.execute(f"SET lock_timeout = {WAIT_MS}")
        cursor.execute(
            "SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'"
        )
    connection.commit()


def lock_for_writing(connection: Connection) -> None:
    """One writer at a time, as on SQLite: what is read (the end of the chain, a balance) is still so when what follows
    from it is written. Who only reads is never kept waiting. The lock ends with the transaction."""
    connection.exec_driver_sql("SELECT pg_advisory_xact_lock(hashtext('wissel ' || current_schema()))")


def said_by(error: DBAPIError) -> str:
    """What the database said, in one line without what was handed to it."""
    if getattr(error.orig, "sqlstate", None) == "55P03":
        return f"another process has been writing to it for more than {WAIT_MS // 1_000} seconds"
    return str(error.orig).splitlines()[0]


def is_passing(state: str) -> bool:
    """Whether an SQLSTATE says that trying again later may help."""
    return state[:2] in _LATER or state in _LATER_STATES
