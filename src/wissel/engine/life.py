"""The life of a payment: what it came from, what was made of it, what was said of it, and what was booked for it."""

import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import groupby, islice

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
class Booked:
    """An entry that was booked for a payment."""

    record: int
    """Of the file that led to it."""
    entry: Entry
    together: bool
    """Whether it is one for several payments."""


@dataclass(frozen=True, slots=True)
class Life:
    """A payment and all that followed from it."""

    kept: Kept
    steps: tuple[Step, ...]
    booked: tuple["Booked", ...]
    """In the order of booking; what stands with a payment above is not said again."""
    children: tuple["Life", ...]


@dataclass(frozen=True, slots=True)
class Lives:
    """What was found."""

    found: int
    """How many there are, which may be more than are in ``lives``."""
    lives: tuple[Life, ...]
    files: dict[int, Came]
    """By record."""


def lives_of(connection: Connection, wanted: str, lives_max: int) -> Lives:
    """The lives of the payments that have an identifier: UETR, EndToEndId, TxId, InstrId, MsgId or BizMsgIdr. Each
    begins where the payment came in first, or was made; at most ``lives_max`` of them."""
    found = find(connection, wanted)
    roots: dict[tuple[int, str, str, int], Kept] = {}
    for kept in found:
        top = _root(connection, kept)
        roots.setdefault((top.record, top.payment.definition, top.payment.message_id, top.payment.position), top)
    lives = tuple(_life(connection, root, frozenset()) for root in islice(roots.values(), lives_max))
    records = sorted({number for life in lives for number in _records(life)})
    files = {number: came for number in records if (came := _came(connection, number)) is not None}
    return Lives(len(roots), lives, files)


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


def _life(connection: Connection, kept: Kept, above: frozenset[str], depth: int = 0) -> Life:
    """``above`` are references of entries that stand with the payments above it."""
    own = kept.payment
    steps = statuses(connection, own, kept.record)
    booked = tuple(one for one in _booked(connection, kept, steps) if one.entry.reference not in above)
    known = above.union(one.entry.reference for one in booked)
    below: tuple[Kept, ...] = ()
    if depth < DEPTH_MAX:
        made = children(connection, own, kept.record)
        below = tuple(one for one in made if one.payment.parent_record in (None, kept.record))[:CHILDREN_MAX]
    lives = tuple(_life(connection, one, known, depth + 1) for one in below if one != kept)
    return Life(kept, steps, booked, lives)


def _booked(connection: Connection, kept: Kept, steps: Collection[Step]) -> Iterator[Booked]:
    """Entries that name the payment, among those that were booked for the files that it or a status of it came by; and
    what was booked with them for several payments as one."""
    own = kept.payment
    names = {name for name in (own.uetr, own.end_to_end_id) if name and name != "NOTPROVIDED"}
    if not own.position or not names:
        return
    for record in sorted({kept.record, *(step.record for step in steps)}):
        stored = connection.execute(select(OUTCOMES.c.postings).where(OUTCOMES.c.record == record)).scalar()
        keys = json.loads(stored or "[]")
        for first in range(0, len(keys), _KEYS_AT_ONCE):
            found = _entries(connection, keys[first : first + _KEYS_AT_ONCE])
            for _, together in groupby(found, key=lambda one: one[0]):
                entries = [entry for _, entry in together]
                named = [entry for entry in entries if _names(entry, names)]
                if named:
                    yield from (Booked(record, entry, len(entry.details) > 1) for entry in named)
                    cases = {entry.case for entry in named}
                    shared = (entry for entry in entries if not entry.details and entry.case in cases)
                    yield from (Booked(record, entry, True) for entry in shared)


def _names(entry: Entry, names: Collection[str]) -> bool:
    return any(value in names for detail in entry.details for value in detail.values.values())


def _entries(connection: Connection, keys: Collection[str]) -> Iterator[tuple[int, Entry]]:
    """Number of the posting, and entry."""
    wanted = (
        select(LEGS, POSTINGS.c.at)
        .join(POSTINGS, POSTINGS.c.posting == LEGS.c.posting)
        .join(SEALS, SEALS.c.posting == LEGS.c.posting)
        .where(POSTINGS.c.key.in_(keys))
        .order_by(LEGS.c.posting, LEGS.c.leg)
    )
    for row in connection.execute(wanted):
        yield row.posting, entry_of(row)


def _records(life: Life) -> Iterator[int]:
    yield life.kept.record
    yield from (step.record for step in life.steps)
    for below in life.children:
        yield from _records(below)


def _came(connection: Connection, number: int) -> Came | None:
    row = listed(connection, number)
    return None if row is None else Came(row, outputs_of(connection, number)[:_OUTPUTS_MAX])
