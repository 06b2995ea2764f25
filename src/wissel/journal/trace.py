"""Follow payments: from a message to what was made from it and back, and what is known of each."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Connection, FromClause, Row, Select, and_, bindparam, or_, select

from wissel.database.statement import Statement
from wissel.journal.tables import PAYMENTS, RECORDS, STATUSES
from wissel.journal.values import SAID_TOGETHER_MAX, Direction, Payment, Status

FOUND_MAX = 1_000
"""Payments that one question may find; ids such as NOTPROVIDED name very many."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A payment as the journal keeps it."""

    record: int
    payment: Payment


@dataclass(frozen=True, slots=True)
class Step:
    """A status and where it came from."""

    record: int
    at: str
    status: Status


def find(connection: Connection, wanted: str, found_max: int = FOUND_MAX) -> tuple[Kept, ...]:
    """Payments whose UETR, EndToEndId, TxId, InstrId, MsgId or BizMsgIdr is ``wanted``, in the order they came."""
    if any(character == "\0" or "\ud800" <= character <= "\udfff" for character in wanted):
        return ()  # bytes that are no text, which no database takes
    table = PAYMENTS.c
    names = (table.uetr, table.end_to_end_id, table.transaction_id, table.instruction_id, table.message_id)
    numbers = {
        row.payment
        for column in (*names, table.business_message_id)
        for row in connection.execute(select(table.payment).where(column == wanted).limit(found_max))
    }
    chosen = sorted(numbers)[:found_max]
    rows = connection.execute(select(PAYMENTS).where(table.payment.in_(chosen)).order_by(table.payment))
    return tuple(map(kept_payment, rows))


def of_family(family: str, table: FromClause = PAYMENTS) -> ColumnElement[bool]:
    """Payments of a family (``pacs.008``), found by an index; LIKE would go through all of them. ``table`` is that of
    the payments, or another name of it."""
    return and_(table.c.definition >= f"{family}.", table.c.definition < f"{family}/")


def payment(
    connection: Connection, definition: str, message_id: str, position: int, record: int | None = None
) -> Kept | None:
    """One payment by the message it stands in; without ``record`` the latest, where a message id came again."""
    table = PAYMENTS.c
    wanted = select(PAYMENTS).where(
        table.definition == definition, table.message_id == message_id, table.position == position
    )
    if record is not None:
        wanted = wanted.where(table.record == record)
    row = connection.execute(wanted.order_by(table.payment.desc()).limit(1)).first()
    return None if row is None else kept_payment(row)


def referred(
    connection: Connection, name: str, value: str, direction: Direction, found_max: int = FOUND_MAX
) -> tuple[Kept, ...]:
    """Payments of one direction whose reference ``name`` (``uetr``, ``transaction_id``, ``end_to_end_id``,
    ``message_id``) is ``value``, in the order they came, of too many the newest; no rows of messages as a whole."""
    found = _referring(name).rows(connection, value=value, direction=direction.value, found_max=found_max)
    return tuple(map(kept_payment, reversed(list(found))))


@cache
def _referring(name: str) -> Statement:
    """The question, made once for each reference."""
    table = PAYMENTS.c
    return Statement(
        select(PAYMENTS)
        .where(table[name] == bindparam("value"), table.direction == bindparam("direction"), table.position > 0)
        .order_by(table.payment.desc())
        .limit(bindparam("found_max"))
    )


def payments_of(connection: Connection, message_id: str, direction: Direction | None = None) -> Iterator[Kept]:
    """All payments of a message, in their order."""
    wanted = select(PAYMENTS).where(PAYMENTS.c.message_id == message_id)
    if direction is not None:
        wanted = wanted.where(PAYMENTS.c.direction == direction.value)
    for row in connection.execute(wanted.order_by(PAYMENTS.c.payment)):
        yield kept_payment(row)


def duplicates(connection: Connection, fingerprints: Collection[str], since: datetime) -> dict[str, tuple[Kept, ...]]:
    """Payments that bear one of some fingerprints, by it, of files that came at or after ``since``, oldest first."""
    table = PAYMENTS.c
    rows = connection.execute(
        select(PAYMENTS)
        .join(RECORDS, RECORDS.c.record == table.record)
        .where(table.fingerprint.in_(fingerprints), RECORDS.c.received_at >= since.astimezone(UTC).isoformat())
        .order_by(table.payment)
    )
    found: dict[str, tuple[Kept, ...]] = {}
    for row in rows:
        found[row.fingerprint] = (*found.get(row.fingerprint, ()), kept_payment(row))
    return found


def children(connection: Connection, of: Payment, record: int | None = None) -> tuple[Kept, ...]:
    """The payments that were made from one, in order; ``record`` is that of the one, where it is known."""
    table = PAYMENTS.c
    wanted = (
        select(PAYMENTS)
        .where(table.parent_message_id == of.message_id, table.parent_definition == of.definition)
        .where(or_(table.parent_position == of.position, table.parent_position == 0))
    )
    if record is not None:
        wanted = wanted.where(or_(table.parent_record == record, table.parent_record.is_(None)))
    return tuple(map(kept_payment, connection.execute(wanted.order_by(table.payment))))


def statuses(connection: Connection, of: Payment, record: int | None = None) -> tuple[Step, ...]:
    """What was said of a payment, oldest first; what was said of its message as a whole included. ``record`` is that
    of the payment, where it is known."""
    wanted = _statuses_of(of, record).where(said_of(of.position))
    rows = connection.execute(wanted.order_by(STATUSES.c.number))
    return tuple(_step(row, of.position if row.position else 0) for row in rows)


def said_of(position: Any) -> ColumnElement[bool]:
    """Whether a status is said of the payment at a position (a number or a column), or of its message as a whole."""
    table = STATUSES.c
    first = table.position.between(position - (SAID_TOGETHER_MAX - 1), position)
    return or_(table.position == 0, and_(first, table.last_position >= position))


def statuses_of_message(connection: Connection, of: Payment, record: int | None = None) -> Iterator[Step]:
    """What was said of each payment of the message that a payment stands in, oldest first."""
    for row in connection.execute(_statuses_of(of, record).order_by(STATUSES.c.number)):
        for position in range(row.position, row.last_position + 1):
            yield _step(row, position)


def _statuses_of(of: Payment, record: int | None) -> Select[Any]:
    table = STATUSES.c
    wanted = select(STATUSES).where(table.message_id == of.message_id, table.definition == of.definition)
    return wanted if record is None else wanted.where(or_(table.about == record, table.about.is_(None)))


def _step(row: Row[Any], position: int) -> Step:
    said = Status(row.definition, row.message_id, position, row.status, _words(row.reasons), row.about)
    return Step(row.record, row.at, said)


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


def kept_payment(row: Row[Any]) -> Kept:
    """A row of the table of payments as values."""
    names = [name for name in Payment._fields if name not in ("direction", "parent")]
    parent = None
    if row.parent_message_id is not None:
        parent = (row.parent_definition, row.parent_message_id, row.parent_position)
    values = {name: getattr(row, name) for name in names}
    return Kept(row.record, Payment(direction=Direction(row.direction), parent=parent, **values))
