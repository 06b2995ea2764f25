"""Payments that were sent over a network that answers every one, and have no answer yet."""

from dataclasses import dataclass

from sqlalchemy import Connection, and_, select

from wissel.journal.tables import PAYMENTS, RECORDS, STATUSES
from wissel.journal.trace import Kept, kept_payment, said_of
from wissel.journal.values import Direction
from wissel.routing.bank import Bank

SHOWN_MAX = 20


@dataclass(frozen=True, slots=True)
class Unanswered:
    """What is waited for."""

    count: int
    since: str | None
    """When the oldest of them was sent."""
    first: tuple[Kept, ...]


def unanswered(connection: Connection, bank: Bank) -> Unanswered:
    """Payments for which no status has come."""
    networks = [name for name, one in bank.networks.items() if one.answers == "all"]
    table = PAYMENTS.c
    answered = (
        select(STATUSES.c.number)
        .where(STATUSES.c.message_id == table.message_id, STATUSES.c.definition == table.definition)
        .where(said_of(table.position))
        .exists()
    )
    missing = and_(table.direction == Direction.OUT.value, table.position > 0, table.party.in_(networks), ~answered)
    # once through all that was ever sent: to count first and then to ask for some would take twice as long
    numbers, count = list[int](), 0
    for row in connection.execute(select(table.payment).where(missing).order_by(table.payment)):
        numbers += [row.payment] if count < SHOWN_MAX else []
        count += 1
    rows = connection.execute(
        select(PAYMENTS, RECORDS.c.received_at)
        .join(RECORDS, RECORDS.c.record == table.record)
        .where(table.payment.in_(numbers))
        .order_by(table.payment)
    ).all()
    return Unanswered(count, rows[0].received_at if rows else None, tuple(map(kept_payment, rows)))
