"""Open the one database that journal and ledger share, so that what it confirms is on disk."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, SQLAlchemyError
from sqlalchemy.exc import OperationalError as DatabaseUnavailable

from wissel.core.errors import InstallationError

__all__ = ["Connection", "DatabaseUnavailable", "Engine", "open_database", "savepoint", "sqlite_url", "transaction"]

BUSY_MS = 10_000
CACHE_KIB = 48_000
"""Pages of an SQLite database that a connection keeps in memory: what comes of a large file is one transaction."""


def open_database(url: str, *, read_only: bool = False, cache_kib: int = CACHE_KIB) -> Engine:
    """The database at a URL (``sqlite:///path``, ``postgresql+psycopg://...``). Raises InstallationError for a URL that
    is none, another kind of database, or one whose driver is not installed.

    ``read_only``: transactions see the database as it was when they began and change nothing; who works on it is not
    kept waiting. ``cache_kib``: of an SQLite database that is written to.
    """
    try:
        parsed = make_url(url)
        kind = parsed.get_backend_name()
        if kind not in ("sqlite", "postgresql"):
            raise InstallationError(f"the database is sqlite or postgresql, not {kind}")
        if kind == "postgresql" and "+" not in parsed.drivername:
            parsed = parsed.set(drivername="postgresql+psycopg")
        options = _READER if kind == "postgresql" and read_only else {}
        engine = create_engine(parsed, execution_options=options)
    except ArgumentError as error:
        raise InstallationError(f"the URL of the database cannot be read: {error}") from None
    except ImportError as error:
        raise InstallationError(f"the driver of the database is missing ({error.name}): {_HINT}") from None
    if kind == "sqlite":
        event.listen(engine, "connect", _read_only if read_only else partial(_durable, cache_kib))
        event.listen(engine, "begin", _begin_reading if read_only else _begin)
    return engine


_READER = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
_HINT = "pip install 'wissel[postgresql]'"


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
        raise InstallationError(f"the database refuses: {str(error.orig).splitlines()[0]}") from error
    except SQLAlchemyError as error:
        raise InstallationError(f"the database cannot be used: {error}") from error


@contextmanager
def savepoint(connection: Connection) -> Iterator[None]:
    """A part of a transaction that can fail alone: what it did is undone where it raises."""
    with connection.begin_nested():
        yield
