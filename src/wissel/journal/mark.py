"""The mark of a journal: to which bank directory it belongs."""

from sqlalchemy import Connection, insert, inspect, select

from wissel.journal.tables import BANKS


def is_open(connection: Connection) -> bool:
    """Whether a journal was ever opened in the database."""
    return inspect(connection).has_table(BANKS.name)


def mark_of(connection: Connection) -> str | None:
    """The mark; None where it has none yet."""
    return connection.execute(select(BANKS.c.bank)).scalar()


def set_mark(connection: Connection, mark: str) -> None:
    """Mark a journal that has none; the database refuses a second one."""
    connection.execute(insert(BANKS).values(bank=mark))
