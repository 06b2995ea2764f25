"""Payments between banks, and their money, that wait: for the other half of a cover, or for a person.

Nothing here ends by itself after some time: no standard says after how long a bank gives up waiting, and money that
belongs to somebody is not moved by a clock. So what waits is shown, the oldest first, until it is done with.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from sqlalchemy import ColumnElement, Connection, Select, and_, or_, select

from wissel.engine.stored import stored
from wissel.journal import trace
from wissel.journal.tables import PAYMENTS, RECORDS, STATUSES
from wissel.journal.trace import Kept, kept_payment, said_of
from wissel.journal.values import Direction

COUNTED_MAX = 1_000
SHOWN_MAX = 20
_PAYMENT, _COVER, _RETURN = "pacs.008", "pacs.009", "pacs.004"
_WAITS, _HELD, _REJECTED = "PDNG", "ACSC", "RJCT"


class Wait(Enum):
    """What is waited for."""

    COVER = "cover"
    """A payment that came, for its cover."""
    PAYMENT = "payment"
    """A cover that came, for its payment; the money stands on the suspense account."""
    RETURN = "return"
    """Money that came back and could be credited to nobody, for a person; it stands there, too."""
    NEW_COVER = "new-cover"
    """A payment that was sent and whose cover was rejected, for another cover or its recall."""
    COVER_BACK = "cover-back"
    """The cover of a payment that was sent and rejected, for its return."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """All that waits for one thing."""

    wait: Wait
    count: int
    """At most ``COUNTED_MAX``: then there may be more."""
    since: str
    """When the oldest was received or sent."""
    first: tuple[Kept, ...]


def waiting_between_banks(connection: Connection) -> tuple[Waiting, ...]:
    """What waits, for each thing that anything waits for."""
    came, sent = Direction.IN, Direction.OUT
    return tuple(
        found
        for found in (
            _found(Wait.COVER, connection, _standing(came, _PAYMENT, _WAITS)),
            _found(Wait.PAYMENT, connection, _standing(came, _COVER, _HELD)),
            _found(Wait.RETURN, connection, _standing(came, _RETURN, _HELD)),
            _found(Wait.NEW_COVER, connection, _standing(sent, _COVER, _REJECTED)),
            _found(Wait.COVER_BACK, connection, _standing(sent, _PAYMENT, _REJECTED).where(_has_cover())),
        )
        if found is not None
    )


def _found(wait: Wait, connection: Connection, wanted: Select[tuple[object, ...]]) -> Waiting | None:
    count, since, first = 0, "", list[Kept]()
    for row in connection.execute(wanted.limit(COUNTED_MAX)):
        kept = kept_payment(row)
        if wait in (Wait.NEW_COVER, Wait.COVER_BACK) and not _is_open(connection, kept):
            continue
        count, since = count + 1, since or row.received_at
        first += [kept] if count <= SHOWN_MAX else []
    return Waiting(wait, count, since, tuple(first)) if count else None


def _standing(direction: Direction, family: str, status: str) -> Select[tuple[object, ...]]:
    """Payments of a family whose last status is the one that is wanted, oldest first."""
    table, later = PAYMENTS.c, STATUSES.alias("later")
    overtaken = (
        select(later.c.number)
        .where(later.c.message_id == table.message_id, later.c.definition == table.definition)
        .where(later.c.number > STATUSES.c.number, later.c.position <= table.position)
        .where(or_(later.c.last_position >= table.position, later.c.position == 0))
        .where(or_(later.c.about == table.record, later.c.about.is_(None)))
        .exists()
    )
    return (
        select(PAYMENTS, RECORDS.c.received_at)
        .select_from(STATUSES.join(PAYMENTS, _about_payment()).join(RECORDS, RECORDS.c.record == table.record))
        .where(table.direction == direction.value, table.position > 0, STATUSES.c.status == status, ~overtaken)
        .where(table.definition.like(f"{family}.%"))
        .order_by(table.payment)
    )


def _about_payment() -> ColumnElement[bool]:
    table, said = PAYMENTS.c, STATUSES.c
    of_message = and_(said.message_id == table.message_id, said.definition == table.definition)
    return and_(of_message, said_of(table.position), or_(said.about == table.record, said.about.is_(None)))


def _has_cover() -> ColumnElement[bool]:
    """Whether a cover was sent beside a payment."""
    table, other = PAYMENTS.c, PAYMENTS.alias("cover")
    same = and_(
        other.c.parent_message_id == table.parent_message_id,
        other.c.parent_definition == table.parent_definition,
        other.c.parent_position == table.parent_position,
    )
    cover = and_(other.c.direction == Direction.OUT.value, other.c.definition.like(f"{_COVER}.%"))
    return select(other.c.payment).where(same, cover).exists()


def _is_open(connection: Connection, sent: Kept) -> bool:
    """Whether only one of a payment and its cover has come to nothing."""
    both = tuple(_with_its_other(connection, sent))
    rejected = [kept for kept in both if _last(connection, kept) == _REJECTED]
    back = any(
        child.payment.direction is Direction.IN and child.payment.definition.startswith(_RETURN)
        for kept in both
        for child in trace.children(connection, kept.payment, kept.record)
    )
    return len(both) > 1 and len(rejected) < len(both) and not back


def _with_its_other(connection: Connection, sent: Kept) -> Iterator[Kept]:
    one = sent.payment
    if one.parent is None:
        return
    parent = trace.payment(connection, *one.parent, one.parent_record)
    if parent is None:
        return
    for kept in trace.children(connection, parent.payment, parent.record):
        booked = stored(kept.payment).posting is not None
        is_cover = kept.payment.definition.startswith(_COVER)
        if kept.payment.direction is Direction.OUT and (booked or is_cover):
            yield kept


def _last(connection: Connection, kept: Kept) -> str | None:
    steps = trace.statuses(connection, kept.payment, kept.record)
    return steps[-1].status.status if steps else None
