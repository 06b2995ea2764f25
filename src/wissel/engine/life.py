"""The life of a payment: what it came from, what was made of it, what was said of it, and what was booked for it."""

import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from sqlalchemy import Connection, select

from wissel.journal.journal import outputs_of
from wissel.journal.listing import Listed, listed
from wissel.journal.tables import OUTCOMES
from wissel.journal.trace import Kept, Step, children, find, payment, statuses
from wissel.journal.values import Output
from wissel.ledger.books import entry_of
from wissel.ledger.posting import Entry
from wissel.ledger.tables import LEGS, POSTINGS, SEALS

DEPTH_MAX = 20
"""Payments above or below one another; more would be a circle in references of others."""
CHILDREN_MAX = 50
_KEYS_AT_ONCE = 500
_OUTPUTS_MAX = 20


@dataclass(frozen=True, slots=True)
class Came:
    """A file that has to do with a payment."""

    listed: Listed
    outputs: tuple[Output, ...]
    """What was written because of it, the first few."""


@dataclass(frozen=True, slots=True)
class Life:
    """A payment and all that followed from it."""

    kept: Kept
    steps: tuple[Step, ...]
    booked: tuple[tuple[int, Entry], ...]
    """Record that led to it, and the entry, in the order of booking."""
    children: tuple["Life", ...]


@dataclass(frozen=True, slots=True)
class Lives:
    """What was found."""

    found: int
    """Payments that bear the identifier; there may be more than lives are shown."""
    lives: tuple[Life, ...]
    files: dict[int, Came]
    """By record."""


def lives_of(connection: Connection, wanted: str, lives_max: int) -> Lives:
    """The lives of the payments that have an identifier: UETR, EndToEndId, TxId, InstrId, MsgId or BizMsgIdr. Each
    begins where the payment came in first, or was made; at most ``lives_max`` of them."""
    found = find(connection, wanted)
    roots: dict[tuple[int, str, str, int], Kept] = {}
    for kept in found:
        if len(roots) == lives_max:
            break
        top = _root(connection, kept)
        roots.setdefault((top.record, top.payment.definition, top.payment.message_id, top.payment.position), top)
    lives = tuple(_life(connection, root, 0) for root in roots.values())
    records = sorted({number for life in lives for number in _records(life)})
    files = {number: came for number in records if (came := _came(connection, number)) is not None}
    return Lives(len(found), lives, files)


def _root(connection: Connection, kept: Kept) -> Kept:
    """The payment that one was made from in the end. One that stands for a message as a whole is no root of others."""
    for _ in range(DEPTH_MAX):
        if kept.payment.parent is None:
            break
        above = payment(connection, *kept.payment.parent, kept.payment.parent_record)
        if above is None or above == kept:
            break
        kept = above
    return kept


def _life(connection: Connection, kept: Kept, depth: int) -> Life:
    own = kept.payment
    steps = statuses(connection, own, kept.record)
    below: tuple[Kept, ...] = ()
    if depth < DEPTH_MAX:
        made = children(connection, own, kept.record)
        below = tuple(one for one in made if one.payment.parent_record in (None, kept.record))[:CHILDREN_MAX]
    lives = tuple(_life(connection, one, depth + 1) for one in below if one != kept)
    return Life(kept, steps, tuple(_booked(connection, kept, steps)), lives)


def _booked(connection: Connection, kept: Kept, steps: Collection[Step]) -> Iterator[tuple[int, Entry]]:
    """Entries that name the payment, among those that were booked for the files that it or a status of it came by."""
    own = kept.payment
    names = {name for name in (own.uetr, own.end_to_end_id) if name and name != "NOTPROVIDED"}
    if not own.position or not names:
        return
    for record in sorted({kept.record, *(step.record for step in steps)}):
        keys = json.loads(
            connection.execute(select(OUTCOMES.c.postings).where(OUTCOMES.c.record == record)).scalar() or "[]"
        )
        for first in range(0, len(keys), _KEYS_AT_ONCE):
            for entry in _entries(connection, keys[first : first + _KEYS_AT_ONCE]):
                if any(not names.isdisjoint(detail.values.values()) for detail in entry.details):
                    yield record, entry


def _entries(connection: Connection, keys: Collection[str]) -> Iterator[Entry]:
    wanted = (
        select(LEGS, POSTINGS.c.at)
        .join(POSTINGS, POSTINGS.c.posting == LEGS.c.posting)
        .join(SEALS, SEALS.c.posting == LEGS.c.posting)
        .where(POSTINGS.c.key.in_(keys))
        .order_by(LEGS.c.leg)
    )
    yield from map(entry_of, connection.execute(wanted))


def _records(life: Life) -> Iterator[int]:
    yield life.kept.record
    yield from (step.record for step in life.steps)
    for below in life.children:
        yield from _records(below)


def _came(connection: Connection, number: int) -> Came | None:
    row = listed(connection, number)
    return None if row is None else Came(row, outputs_of(connection, number)[:_OUTPUTS_MAX])
