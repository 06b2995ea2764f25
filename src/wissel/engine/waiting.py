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
from wissel.journal.trace import Kept, kept_payment, of_family
from wissel.journal.values import SAID_TOGETHER_MAX, Direction
from wissel.routing.bank import Bank

COUNTED_MAX = 1_000
SHOWN_MAX = 20
_PAYMENT, _COVER, _RETURN = "pacs.008", "pacs.009", "pacs.004"
_WAITS, _HELD, _REJECTED, _CREDITED = "PDNG", "ACSC", "RJCT", "ACCC"
_BY_COVER = '%"GrpHdr/SttlmInf/SttlmMtd":"COVE"%'
"""In what the journal keeps of a payment that came: its money comes by a cover."""


class Wait(Enum):
    """What is waited for."""

    COVER = "cover"
    """A payment that came, for its cover."""
    COVER_OF_CREDITED = "cover-of-credited"
    """A payment that was credited before its cover came, as the bank has chosen, for the cover."""
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


def waiting_between_banks(connection: Connection, bank: Bank) -> tuple[Waiting, ...]:
    """What waits, for each thing that anything waits for."""
    late = None if bank.incoming.wait_for_cover else _found(Wait.COVER_OF_CREDITED, connection, _credited())
    came, sent = Direction.IN, Direction.OUT
    return tuple(
        found
        for found in (
            _found(Wait.COVER, connection, _standing(came, _PAYMENT, _WAITS)),
            late,
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
    table = PAYMENTS.c
    last = select(STATUSES.c.status).where(_about_payment()).order_by(STATUSES.c.number.desc()).limit(1)
    return (
        select(PAYMENTS, RECORDS.c.received_at)
        .select_from(PAYMENTS.join(RECORDS, RECORDS.c.record == table.record))
        .where(table.direction == direction.value, of_family(family), table.position > 0)
        .where(last.correlate(PAYMENTS).scalar_subquery() == status)
        .order_by(table.payment)
    )


def _credited() -> Select[tuple[object, ...]]:
    """Payments that were credited, and whose cover has not come."""
    table, other = PAYMENTS.c, PAYMENTS.alias("cover")
    same = and_(other.c.uetr == table.uetr, other.c.direction == Direction.IN.value)
    cover = select(other.c.payment).where(same, other.c.definition.like(f"{_COVER}.%")).exists()
    return _standing(Direction.IN, _PAYMENT, _CREDITED).where(table.content.like(_BY_COVER), ~cover)


def _about_payment() -> ColumnElement[bool]:
    """Whether a status is said of a payment; between banks nothing is said of messages as a whole."""
    payment, said = PAYMENTS.c, STATUSES.c
    near = said.position.between(payment.position - (SAID_TOGETHER_MAX - 1), payment.position)
    same = and_(said.message_id == payment.message_id, said.definition == payment.definition, near)
    return and_(same, said.last_position >= payment.position, or_(said.about == payment.record, said.about.is_(None)))


def _has_cover() -> ColumnElement[bool]:
    """Whether a cover was sent beside a payment."""
    table, other = PAYMENTS.c, PAYMENTS.alias("cover")
    same = and_(
        other.c.parent_message_id == table.parent_message_id,
        other.c.parent_definition == table.parent_definition,
        other.c.parent_position == table.parent_position,
    )
    cover = and_(other.c.direction == Direction.OUT.value, other.c.definition.like(f"{_COVER}.%"))
    sent = PAYMENTS.alias("sent")
    few = select(sent.c.parent_message_id).where(of_family(_COVER, sent), sent.c.direction == Direction.OUT.value)
    return and_(table.parent_message_id.in_(few), select(other.c.payment).where(same, cover).exists())


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
