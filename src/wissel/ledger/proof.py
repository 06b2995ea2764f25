"""Prove the books: what the database refuses is not there either, and nothing was changed around its triggers."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any

from sqlalchemy import Connection, Row, and_, func, inspect, select

from wissel.ledger.books import entry_of
from wissel.ledger.issued import cut_before, every_issued, moved
from wissel.ledger.posting import Leg, PostingSet, reference_of
from wissel.ledger.tables import LEGS, POSTINGS, SEALS, missing_triggers

FAULTS_MAX = 100
_FETCH, _LEGS_AT_ONCE = 200, 2_000
_Rows = list[Row[Any]]


@dataclass(frozen=True, slots=True)
class BooksProof:
    """What the books were found to be."""

    postings: int
    entries: int
    statements: int
    faults: tuple[str, ...]
    """What does not hold, plain sentences, at most :data:`FAULTS_MAX`."""


def prove_books(connection: Connection) -> BooksProof:
    """Go through all postings, accounts and statements, in flat memory. Books that were never opened are sound."""
    if not inspect(connection).has_table(LEGS.name):
        return BooksProof(0, 0, 0, ())
    faults: list[str] = [f"the trigger {name} is missing" for name in missing_triggers(connection)]
    postings = entries = 0
    for some in _in_steps(connection):
        legs = _legs(connection, [row.posting for row in some])
        for row in some:
            postings += 1
            own = legs.get(row.posting, [])
            entries += len(own)
            faults += _of_posting(row, own)
        if len(faults) >= FAULTS_MAX:
            break
    else:
        faults += _beside(connection, postings, entries)
        faults += _of_accounts(connection)
    statements = 0
    for fault in _of_statements(connection):
        statements += fault is None
        faults += [fault] if fault is not None else []
    return BooksProof(postings, entries, statements, tuple(faults[:FAULTS_MAX]))


def _in_steps(connection: Connection) -> Iterator[_Rows]:
    """The postings, some at a time, with the number of legs that their seals say."""
    after = -1
    while True:
        wanted = select(POSTINGS, SEALS.c.legs).outerjoin(SEALS, SEALS.c.posting == POSTINGS.c.posting)
        rows = list(
            connection.execute(wanted.where(POSTINGS.c.posting > after).order_by(POSTINGS.c.posting).limit(_FETCH))
        )
        if not rows:
            return
        some: _Rows = []
        for row in rows:
            if some and sum(one.legs or 0 for one in some) + (row.legs or 0) > _LEGS_AT_ONCE:
                yield some
                some = []
            some.append(row)
        yield some
        after = rows[-1].posting


def _legs(connection: Connection, postings: Iterable[int]) -> dict[int, _Rows]:
    found: dict[int, _Rows] = {}
    wanted = select(LEGS, POSTINGS.c.at).join(POSTINGS, POSTINGS.c.posting == LEGS.c.posting)
    for row in connection.execute(wanted.where(LEGS.c.posting.in_(postings)).order_by(LEGS.c.leg)):
        found.setdefault(row.posting, []).append(row)
    return found


def _of_posting(row: Row[Any], legs: _Rows) -> Iterator[str]:
    if row.legs != len(legs):
        yield f"posting {row.key} has {len(legs)} legs, and its seal says {row.legs or 'nothing'}"
    entries = [entry_of(leg) for leg in legs]
    sums: dict[str, int] = {}
    for place, entry in enumerate(entries, 1):
        sums[entry.currency] = sums.get(entry.currency, 0) + entry.amount
        if entry.reference != reference_of(row.key, place):
            yield f"posting {row.key}: leg {place} has another reference than it was booked with"
        if entry.booking_date.isoformat() != row.booking_date:
            yield f"posting {row.key}: leg {place} has another booking date than its posting"
    for currency, total in sums.items():
        if total:
            yield f"posting {row.key}: the legs in {currency} sum to {total}, not to zero"
    booked = PostingSet(
        row.key,
        datetime.fromisoformat(row.at),
        datetime.fromisoformat(row.booking_date).date(),
        tuple(
            Leg(
                one.account, one.currency, one.amount, one.value_date, one.case, one.reversal, one.details,
                one.information,
            )
            for one in entries
        ),
    )  # fmt: skip
    if booked.digest() != row.digest:
        yield f"posting {row.key} was changed: its digest does not fit"


def _beside(connection: Connection, postings: int, entries: int) -> Iterator[str]:
    for table, seen in ((SEALS, postings), (LEGS, entries)):
        there = int(connection.execute(select(func.count()).select_from(table)).scalar() or 0)
        if there != seen:
            yield f"{table.name} has {there:,} rows, and the postings have {seen:,}"


def _of_accounts(connection: Connection) -> Iterator[str]:
    before = LEGS.alias()
    chained = LEGS.outerjoin(before, and_(before.c.account == LEGS.c.account, before.c.sequence == LEGS.c.sequence - 1))
    follows = LEGS.c.balance == LEGS.c.amount + func.coalesce(before.c.balance, 0)
    begins = (LEGS.c.sequence == 1) | before.c.sequence.is_not(None)
    wanted = select(LEGS.c.account, func.min(LEGS.c.sequence).label("sequence")).select_from(chained)
    for row in connection.execute(wanted.where(~(follows & begins)).group_by(LEGS.c.account).order_by(LEGS.c.account)):
        yield f"account {row.account}: entry {row.sequence} does not follow from the one before it"


def _of_statements(connection: Connection) -> Iterator[str | None]:
    """A fault, or None for each statement."""
    for (account, kind), some in every_issued(connection):
        for one, following in pairwise([None, *some]):
            assert following is not None
            name = f"{kind} number {following.number} of {account}"
            yield None
            if following.number != (one.number + 1 if one is not None else 1):
                yield f"{name}: there is a gap before it"
            elif one is not None and (following.opening, following.before) != (one.closing, one.until):
                yield f"{name} does not begin where the one before it ends"
            _, change = moved(connection, account, cut_before(connection, following), following.cut)
            if following.opening + change != following.closing:
                yield f"{name}: opening balance and entries do not make the closing balance"
