"""Open the one database that journal and ledger share, so that what it confirms is on disk."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError, DBAPIError, OperationalError, SQLAlchemyError

from wissel.core.errors import InstallationError
from wissel.database.statement import Statement
from wissel.engine.server import CONNECTING, READING, is_passing, lock_for_writing, prepare_connection, said_by

__all__ = ["Connection", "Engine", "is_unavailable", "open_database", "savepoint", "sqlite_url", "transaction"]

BUSY_MS = 10_000
CACHE_KIB = 48_000
"""Pages of an SQLite database that a connection keeps in memory: what comes of a large file is one transaction."""


def open_database(url: str, *, read_only: bool = False, cache_kib: int = CACHE_KIB) -> Engine:
    """The database at a URL (``sqlite:///path``, ``postgresql://...``). Raises InstallationError for a URL that
    is none, another kind of database, or one whose driver is not installed; never with the URL in it, which may hold a
    password.

    ``read_only``: transactions see the database as it was when they began and change nothing; who works on it is not
    kept waiting. ``cache_kib``: of an SQLite database that is written to.
    """
    parsed = _parsed(url)
    if parsed.get_backend_name() == "postgresql":
        return _on_server(parsed, read_only)
    try:
        engine = create_engine(parsed)
    except (SQLAlchemyError, ImportError):
        raise InstallationError("the URL of the database cannot be used: sqlite:///name.db is how it looks") from None
    event.listen(engine, "connect", _read_only if read_only else partial(_durable, cache_kib))
    event.listen(engine, "begin", _begin_reading if read_only else _begin)
    return engine


def _parsed(url: str) -> URL:
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        raise InstallationError(
            "the URL of the database cannot be read: postgresql://user@host/name is how it looks"
        ) from None
    kind = parsed.get_backend_name()
    if kind not in ("sqlite", "postgresql"):
        raise InstallationError(f"the database is sqlite or postgresql, not {kind}")
    if "@" in (parsed.host or ""):
        raise InstallationError("the URL of the database cannot be read: an @ in its password is written %40")
    return parsed


def _on_server(parsed: URL, read_only: bool) -> Engine:
    given = {name: value for name, value in CONNECTING.items() if name not in parsed.query}
    try:
        engine = create_engine(
            parsed.set(drivername="postgresql+psycopg"),
            connect_args=given,
            execution_options=READING if read_only else {},
            pool_pre_ping=True,  # a server that was started anew in the meantime is no trouble
        )
    except ImportError as error:
        hint = "pip install 'wissel[postgresql]'"
        raise InstallationError(f"the driver of the database is missing ({error.name}): {hint}") from None
    except SQLAlchemyError:
        raise InstallationError(
            "the URL of the database cannot be used: postgresql://user@host/name is how it looks"
        ) from None
    event.listen(engine, "connect", prepare_connection)
    if not read_only:
        event.listen(engine, "begin", lock_for_writing)
    return engine


def sqlite_url(path: Path) -> str:
    """The URL of an SQLite file."""
    return f"sqlite:///{path}"


def _durable(cache_kib: int, connection: Any, _record: object) -> None:
    """A transaction that was confirmed survives a power cut; foreign keys hold; replacing a row asks the triggers."""
    connection.isolation_level = None  # the driver's own transactions begin too late for reads
    for setting in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "recursive_triggers=ON",
        f"cache_size=-{cache_kib}",
        f"busy_timeout={BUSY_MS}",
    ):
        connection.execute(f"PRAGMA {setting}")


def _read_only(connection: Any, _record: object) -> None:
    connection.isolation_level = None
    for setting in ("query_only=ON", f"busy_timeout={BUSY_MS}"):
        connection.execute(f"PRAGMA {setting}")


def _begin_reading(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN")


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


@contextmanager
def transaction(engine: Engine) -> Iterator[Connection]:
    """A connection in one transaction: all of it is kept, or nothing. Raises InstallationError where the database
    cannot be reached, is read-only or damaged, or its disk is full."""
    try:
        with engine.begin() as connection:
            yield connection
    except DBAPIError as error:
        raise InstallationError(f"the database refuses: {said_by(error)}") from error
    except SQLAlchemyError as error:
        raise InstallationError(f"the database cannot be used: {error}") from error


def is_unavailable(error: BaseException) -> bool:
    """Whether an exception says that the database cannot be used now, which trying again later may mend; else it is
    what was handed to it that it refuses."""
    if not isinstance(error, DBAPIError):
        return False
    state = getattr(error.orig, "sqlstate", None)
    if state is None:  # SQLite, or no answer at all
        return error.connection_invalidated or isinstance(error, OperationalError)
    return error.connection_invalidated or is_passing(state)


_SAVE, _UNDO, _FORGET = (
    Statement(text(f"{what} one_file")) for what in ("SAVEPOINT", "ROLLBACK TO SAVEPOINT", "RELEASE SAVEPOINT")
)


@contextmanager
def savepoint(connection: Connection) -> Iterator[None]:
    """A part of a transaction that can fail alone: what it did is undone where it raises."""
    _SAVE.run(connection)
    try:
        yield
    except BaseException:
        if not connection.invalidated:
            _UNDO.run(connection)
            _FORGET.run(connection)
        raise
    _FORGET.run(connection)
