"""The databases that tests run on: SQLite always, PostgreSQL where a server answers."""

import os
import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import OperationalError, ProgrammingError

from wissel.engine.database import open_database, sqlite_url

POSTGRESQL = os.environ.get("WISSEL_POSTGRESQL", "postgresql+psycopg://postgres@127.0.0.1:5432/postgres")
KINDS = ("sqlite", "postgresql")
_NAME = "wissel_tests"
"""The database in which each test has a schema of its own. It sorts texts as a language does, which nothing may notice."""
_LATIN = "wissel_tests_latin1"


def _server() -> Engine:
    """The database of the tests; skips the test where no server answers."""
    found = _prepared()
    if isinstance(found, str):
        pytest.skip(f"no PostgreSQL server answers: {found}")
    return found


@cache
def _prepared() -> Engine | str:
    admin = create_engine(POSTGRESQL, connect_args={"connect_timeout": 2}, isolation_level="AUTOCOMMIT")
    try:
        with admin.connect() as connection:
            _make(connection, _NAME, "ENCODING 'UTF8' LOCALE_PROVIDER icu ICU_LOCALE 'en-US'")
            _make(connection, _LATIN, "ENCODING 'LATIN1' LOCALE 'C'")
    except OperationalError as error:
        return str(error.orig).splitlines()[0]
    finally:
        admin.dispose()
    return create_engine(make_url(POSTGRESQL).set(database=_NAME), isolation_level="AUTOCOMMIT")


def _make(connection: Connection, name: str, how: str) -> None:
    if connection.exec_driver_sql(f"SELECT FROM pg_database WHERE datname = '{name}'").first() is not None:
        return
    try:
        connection.exec_driver_sql(f"CREATE DATABASE {name} TEMPLATE template0 {how}")
    except ProgrammingError as error:  # another run made it meanwhile
        if getattr(error.orig, "sqlstate", "") != "42P04":
            raise


def latin_url() -> str:
    """The URL of a database that cannot hold every character."""
    return _server().url.set(database=_LATIN).render_as_string(hide_password=False)


@contextmanager
def schema() -> Iterator[str]:
    """The URL of an empty schema on the server; skips the test where no server answers."""
    server, name = _server(), f"wissel_{uuid4().hex}"
    with server.connect() as connection:
        connection.exec_driver_sql(f"CREATE SCHEMA {name}")
    try:
        yield server.url.update_query_dict({"options": f"-csearch_path={name}"}).render_as_string(hide_password=False)
    finally:
        with server.connect() as connection:
            connection.exec_driver_sql(f"DROP SCHEMA {name} CASCADE")


@contextmanager
def database(kind: str, folder: Path) -> Iterator[str]:
    """The URL of an empty database of a kind; skips the test where it cannot be had."""
    if kind == "sqlite":
        yield sqlite_url(folder / "wissel.db")
        return
    with schema() as url:
        yield url


@contextmanager
def opened(kind: str, folder: Path) -> Iterator[Engine]:
    """The same, opened as the program opens it."""
    with database(kind, folder) as url:
        engine = open_database(url)
        try:
            yield engine
        finally:
            engine.dispose()


def quick(engine: Engine) -> Engine:
    """The same database, whose own writes need not reach the real disk: they are not what is tested."""
    setting = "PRAGMA synchronous=OFF" if engine.dialect.name == "sqlite" else "SET synchronous_commit=off"

    def relax(connection, _record):  # type: ignore[no-untyped-def]
        connection.execute(setting)
        connection.commit()

    event.listen(engine, "connect", relax)
    return engine


_NEW: ContextVar[Callable[[], str] | None] = ContextVar("_NEW", default=None)


@contextmanager
def banks_on(kind: str) -> Iterator[None]:
    """Bank directories that tests make meanwhile keep their database there, each its own."""
    with ExitStack() as stack:
        if kind == "sqlite":
            made = None
        else:
            _server()

            def made() -> str:
                return stack.enter_context(schema())

        token = _NEW.set(made)
        try:
            yield
        finally:
            _NEW.reset(token)


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> Iterator[str]:
    """The test runs on each kind of database; banks that it makes keep theirs there."""
    with banks_on(request.param):
        yield request.param


def placed(root: Path) -> None:
    """Tell a bank directory that was just made where its database is."""
    if (new := _NEW.get()) is not None:
        at(root, new())


def at(root: Path, url: str) -> None:
    """Write the URL of its database into a bank directory."""
    main = root / "wissel.toml"
    text, count = re.subn(r"(?m)^#?database = .*$", lambda _: f'database = "{url}"', main.read_text("utf-8"), count=1)
    assert count == 1
    main.write_text(text, "utf-8")


def new_url(folder: Path) -> str:
    """The URL of a new database, where the test that runs wants it: by default a file in the folder. That of a database
    on a server is noted beside, for :func:`noted`."""
    if (new := _NEW.get()) is not None:
        (folder / _NOTED).write_text(new(), "utf-8")
    return noted(folder)


def noted(folder: Path) -> str:
    """The URL of the database that belongs to a folder; it stays so in a copy of that."""
    path = folder / _NOTED
    return path.read_text("utf-8") if path.exists() else sqlite_url(folder / "wissel.db")


_NOTED = "wissel.db.url"
