"""The databases that tests run on: SQLite always, PostgreSQL where a server answers."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import Engine, create_engine
from sqlalchemy.exc import OperationalError

from wissel.engine.database import open_database, sqlite_url

POSTGRESQL = os.environ.get("WISSEL_POSTGRESQL", "postgresql+psycopg://postgres@127.0.0.1:5432/postgres")
KINDS = ("sqlite", "postgresql")


@cache
def _server() -> str | None:
    """Why no server can be used; None where one answers."""
    engine = create_engine(POSTGRESQL, connect_args={"connect_timeout": 2})
    try:
        engine.connect().close()
    except OperationalError as error:
        return str(error.orig).splitlines()[0]
    finally:
        engine.dispose()
    return None


@contextmanager
def database(kind: str, folder: Path) -> Iterator[str]:
    """The URL of an empty database of a kind; skips the test where it cannot be had."""
    if kind == "sqlite":
        yield sqlite_url(folder / "wissel.db")
        return
    if (why := _server()) is not None:
        pytest.skip(f"no PostgreSQL server answers: {why}")
    name = f"wissel_{uuid4().hex}"
    admin = create_engine(POSTGRESQL, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    try:
        yield POSTGRESQL.rsplit("/", 1)[0] + f"/{name}"
    finally:
        with admin.connect() as connection:
            connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")
        admin.dispose()


@contextmanager
def opened(kind: str, folder: Path) -> Iterator[Engine]:
    """The same, opened as the program opens it."""
    with database(kind, folder) as url:
        engine = open_database(url)
        try:
            yield engine
        finally:
            engine.dispose()
