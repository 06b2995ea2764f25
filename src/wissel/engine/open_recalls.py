"""Recalls that wait for somebody: those of other banks for this one, those of this bank for others."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Connection, select

from wissel.journal.tables import PAYMENTS, RECORDS
from wissel.journal.trace import Kept, children, kept_payment, of_family, payment, statuses
from wissel.journal.values import Direction
from wissel.reply.ladder import Standing, may_follow, moved

_RECALL, _RETURN = "camt.056", "pacs.004"
PENDING, AGREED = "PDNG", "ACCC"


@dataclass(frozen=True, slots=True)
class Open:
    """A recall that is not over."""

    recall: Kept
    about: Kept
    """The payment."""
    since: str
    """When the recall came or was sent."""
    agreed: bool
    """Of one that this bank sent: whether the other bank has agreed; the money is still to come."""
    reasons: tuple[str, ...]
    """Of one that this bank sent: why it asks."""


def open_recalls(connection: Connection) -> tuple[Open, ...]:
    """Recalls that came and were not answered, and such as were sent and whose money is not back, oldest first."""
    table = PAYMENTS.c
    wanted = (
        select(PAYMENTS, RECORDS.c.received_at)
        .join(RECORDS, RECORDS.c.record == table.record)
        .where(of_family(_RECALL))
        .order_by(table.payment)
    )
    rows = [(kept_payment(row), row.received_at) for row in connection.execute(wanted)]
    return tuple(_open(connection, rows))


def _open(connection: Connection, rows: list[tuple[Kept, str]]) -> Iterator[Open]:
    for recall, since in rows:
        one = recall.payment
        about = payment(connection, *one.parent, one.parent_record) if one.parent is not None else None
        if about is None:
            continue
        status, reasons = _last(connection, recall)
        ours = one.direction is Direction.OUT
        back = Direction.IN if ours else Direction.OUT
        if status == PENDING or (ours and status == AGREED):
            found = (kept.payment for kept in children(connection, about.payment, about.record))
            if not any(kept.direction is back and kept.definition.startswith(_RETURN) for kept in found):
                yield Open(recall, about, since, status == AGREED, reasons if ours else ())


def _last(connection: Connection, recall: Kept) -> tuple[str | None, tuple[str, ...]]:
    """The status that a recall has reached, and the reasons it began with."""
    standing: Standing | None = None
    last: str | None = None
    first: tuple[str, ...] = ()
    for number, step in enumerate(statuses(connection, recall.payment, recall.record)):
        first = step.status.reasons if not number else first
        if may_follow(standing, step.status.status):
            standing, last = moved(standing, step.status.status), step.status.status
    return last, first
