"""Rows that are written once: the triggers by which a database refuses to change or delete them.

Text only, for SQLite and PostgreSQL; who opens a database runs it. Refusals begin with the name of the table.
"""

from collections.abc import Iterator, Mapping
from typing import Literal

Dialect = Literal["sqlite", "postgresql"]


def append_only(dialect: str, table: str) -> Iterator[str]:
    """Statements after which rows of ``table`` can be added, and neither changed nor deleted.

    On SQLite an insert that replaces a row deletes it without asking the triggers for deletion; a condition in
    :func:`guarded_insert` that the key is new keeps that out.
    """
    if dialect == "sqlite":
        for event in ("UPDATE", "DELETE"):
            yield (
                f"CREATE TRIGGER IF NOT EXISTS {table}_no_{event.lower()} BEFORE {event} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table}: rows are never changed or deleted'); END"
            )
        return
    yield (
        f"CREATE OR REPLACE FUNCTION {table}_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ "
        f"BEGIN RAISE EXCEPTION '{table}: rows are never changed or deleted'; END $$"
    )
    yield (
        f"CREATE OR REPLACE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION {table}_refuse()"
    )
    yield (
        f"CREATE OR REPLACE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {table}_refuse()"
    )


def trigger_names(dialect: str, table: str) -> tuple[str, ...]:
    """What the triggers of a table are called, those of :func:`append_only` and of :func:`guarded_insert`."""
    events = ("no_update", "no_delete", "insert") if dialect == "sqlite" else ("no_change", "no_truncate", "insert")
    return tuple(f"{table}_{event}" for event in events)


def guarded_insert(dialect: str, table: str, refusals: Mapping[str, str]) -> Iterator[str]:
    """Statements after which an insert into ``table`` is refused where a condition holds: reason -> condition on
    ``NEW`` and other tables, in SQL that both databases understand. The reasons are asked in order."""
    if dialect == "sqlite":
        asked = " ".join(
            f"SELECT RAISE(ABORT, '{table}: {reason}') WHERE {condition};" for reason, condition in refusals.items()
        )
        yield f"CREATE TRIGGER IF NOT EXISTS {table}_insert BEFORE INSERT ON {table} BEGIN {asked} END"
        return
    asked = " ".join(
        f"IF {condition} THEN RAISE EXCEPTION '{table}: {reason}'; END IF;" for reason, condition in refusals.items()
    )
    yield (
        f"CREATE OR REPLACE FUNCTION {table}_insert() RETURNS trigger LANGUAGE plpgsql AS $$ "
        f"BEGIN {asked} RETURN NEW; END $$"
    )
    yield (
        f"CREATE OR REPLACE TRIGGER {table}_insert BEFORE INSERT ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION {table}_insert()"
    )


def kept_table(dialect: str, table: str, refusals: Mapping[str, str]) -> Iterator[str]:
    """Both: rows that are never changed or deleted, and inserts that are refused where a condition holds."""
    yield from append_only(dialect, table)
    yield from guarded_insert(dialect, table, refusals)
