"""Statements that were made: each is numbered for its account, begins where the one before it ended, and stays.

A statement holds what is *cut off* the books: all entries booked up to a day, as far as the account's entries had been
numbered when it was made, without those that the statement before it had. So every entry stands in exactly one
statement of each kind, also one that is booked later for a day that was stated already.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Connection, Row, and_, func, insert, not_, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql.elements import ColumnElement

from wissel.ledger.books import LedgerError, entry_of
from wissel.ledger.posting import Entry
from wissel.ledger.tables import LEGS, POSTINGS, SEALS, STATEMENTS

_FETCH = 2_000


@dataclass(frozen=True, slots=True)
class Cut:
    """All entries booked up to a day and numbered up to a number."""

    last: date
    sequence: int


@dataclass(frozen=True, slots=True)
class Issued:
    """One statement that was made."""

    account: str
    kind: str
    """``camt.053`` ...; of notifications on one side alone ``camt.054 CRDT``, which are numbered apart."""
    number: int
    first: date
    last: date
    before: int
    """How far the account's entries were numbered when the statement before it was made."""
    until: int
    """And when this one was."""
    opening: int
    closing: int
    at: datetime
    digest: str
    """Over its entries, whatever the version of the message."""

    @property
    def cut(self) -> Cut:
        """What it and all before it hold."""
        return Cut(self.last, self.until)


def last_issued(connection: Connection, account: str, kind: str) -> Issued | None:
    """The newest statement of an account, None before the first."""
    wanted = _of(account, kind).order_by(STATEMENTS.c.number.desc()).limit(1)
    return _issued(connection.execute(wanted).first())


def issued_number(connection: Connection, account: str, kind: str, number: int) -> Issued | None:
    """A statement by its number."""
    return _issued(connection.execute(_of(account, kind).where(STATEMENTS.c.number == number)).first())


def issued_for(connection: Connection, account: str, kind: str, first: date | None, last: date) -> Issued | None:
    """The newest statement that ends with a day and, where one is given, begins with another."""
    wanted = _of(account, kind).where(STATEMENTS.c.last_date == last.isoformat())
    if first is not None:
        wanted = wanted.where(STATEMENTS.c.first_date == first.isoformat())
    return _issued(connection.execute(wanted.order_by(STATEMENTS.c.number.desc()).limit(1)).first())


def issued_within(connection: Connection, account: str, kind: str, first: date, last: date) -> list[int]:
    """The numbers of all statements of an account whose days lie between two days, in order."""
    inside = and_(STATEMENTS.c.first_date >= first.isoformat(), STATEMENTS.c.last_date <= last.isoformat())
    wanted = _of(account, kind).with_only_columns(STATEMENTS.c.number).where(inside).order_by(STATEMENTS.c.number)
    return [int(number) for number in connection.execute(wanted).scalars()]


def issued_at(connection: Connection, account: str, kind: str, at: datetime) -> Issued | None:
    """The newest statement that was made at a moment."""
    wanted = _of(account, kind).where(STATEMENTS.c.at == at.isoformat())
    return _issued(connection.execute(wanted.order_by(STATEMENTS.c.number.desc()).limit(1)).first())


def every_issued(connection: Connection) -> Iterator[tuple[tuple[str, str], list[Issued]]]:
    """All statements of each account and kind, by their numbers."""
    columns = (STATEMENTS.c.account, STATEMENTS.c.kind)
    for account, kind in connection.execute(select(*columns).distinct().order_by(*columns)).all():
        rows = connection.execute(_of(account, kind).order_by(STATEMENTS.c.number))
        yield (account, kind), [one for one in map(_issued, rows) if one is not None]


def _of(account: str, kind: str):  # type: ignore[no-untyped-def]  # a Select of many columns
    return select(STATEMENTS).where(STATEMENTS.c.account == account, STATEMENTS.c.kind == kind)


def _issued(row: Row[tuple[object, ...]] | None) -> Issued | None:
    if row is None:
        return None
    return Issued(
        account=row.account,
        kind=row.kind,
        number=row.number,
        first=date.fromisoformat(row.first_date),
        last=date.fromisoformat(row.last_date),
        before=row.first_sequence,
        until=row.last_sequence,
        opening=row.opening,
        closing=row.closing,
        at=datetime.fromisoformat(row.at),
        digest=row.digest,
    )


def record(connection: Connection, issued: Issued) -> None:
    """Keep that a statement was made. Raises LedgerError where it does not follow the one before it."""
    row = {
        "account": issued.account,
        "kind": issued.kind,
        "number": issued.number,
        "first_date": issued.first.isoformat(),
        "last_date": issued.last.isoformat(),
        "first_sequence": issued.before,
        "last_sequence": issued.until,
        "opening": issued.opening,
        "closing": issued.closing,
        "at": issued.at.isoformat(),
        "digest": issued.digest,
    }
    try:
        connection.execute(insert(STATEMENTS).values(row))
    except DBAPIError as error:  # a trigger's refusal is an integrity error on SQLite alone
        said = str(error.orig).splitlines()[0]
        if STATEMENTS.name not in said:
            raise
        raise LedgerError(f"statement {issued.number} of {issued.account}: {said}") from None


def cut_before(connection: Connection, issued: Issued) -> Cut:
    """What the statements before one hold."""
    previous = issued_number(connection, issued.account, issued.kind, issued.number - 1)
    last = previous.last if previous is not None else issued.first - timedelta(days=1)
    return Cut(last, issued.before)


def _inside(account: str, before: Cut, until: Cut) -> ColumnElement[bool]:
    return and_(
        LEGS.c.account == account,
        LEGS.c.sequence <= until.sequence,
        LEGS.c.booking_date <= until.last.isoformat(),
        not_(and_(LEGS.c.booking_date <= before.last.isoformat(), LEGS.c.sequence <= before.sequence)),
    )


def _held(account: str, cut: Cut) -> ColumnElement[bool]:
    return and_(LEGS.c.account == account, LEGS.c.sequence <= cut.sequence, LEGS.c.booking_date <= cut.last.isoformat())


def standing(connection: Connection, account: str, cut: Cut) -> int:
    """The sum of all entries that a cut holds, in minor units."""
    return int(connection.execute(select(func.sum(LEGS.c.amount)).where(_held(account, cut))).scalar() or 0)


def ahead(connection: Connection, account: str, cut: Cut, day: date) -> dict[date, int]:
    """Of the entries that a cut holds, those with a value date after ``day``: their sums by value date, in order."""
    rows = connection.execute(
        select(LEGS.c.value_date, func.sum(LEGS.c.amount))
        .where(_held(account, cut), LEGS.c.value_date > day.isoformat())
        .group_by(LEGS.c.value_date)
        .order_by(LEGS.c.value_date)
    )
    return {date.fromisoformat(value): int(total) for value, total in rows}


def moved(connection: Connection, account: str, before: Cut, until: Cut) -> tuple[int, int]:
    """Number and sum of the entries between two cuts, as the database adds them up."""
    wanted = select(func.count(), func.sum(LEGS.c.amount)).where(_inside(account, before, until))
    count, total = connection.execute(wanted).one()
    return int(count), int(total or 0)


def is_sound(connection: Connection, account: str, after: int, until: int) -> bool:
    """Whether the entries of an account after one number up to another are all there, sealed, and make the balance that
    the last of them says. The database keeps it so; whoever went around its triggers is found out."""
    wanted = select(func.count(), func.count(SEALS.c.posting), func.sum(LEGS.c.amount)).select_from(
        LEGS.outerjoin(SEALS, SEALS.c.posting == LEGS.c.posting)
    )
    inside = and_(LEGS.c.account == account, LEGS.c.sequence > after, LEGS.c.sequence <= until)
    count, sealed, total = connection.execute(wanted.where(inside)).one()
    change = _balance_at(connection, account, until) - _balance_at(connection, account, after)
    return (count, sealed, int(total or 0)) == (until - after, until - after, change)


def _balance_at(connection: Connection, account: str, sequence: int) -> int:
    wanted = select(LEGS.c.balance).where(LEGS.c.account == account, LEGS.c.sequence == sequence)
    return int(connection.execute(wanted).scalar() or 0)


def first_after(connection: Connection, account: str, before: Cut) -> int:
    """The lowest number of an entry that a cut does not hold, or a number beyond all: where to begin to read."""
    late = select(func.min(LEGS.c.sequence)).where(
        LEGS.c.account == account, LEGS.c.booking_date > before.last.isoformat()
    )
    found = connection.execute(late).scalar()
    return before.sequence + 1 if found is None else min(int(found), before.sequence + 1)


def entries_between(
    connection: Connection, account: str, before: Cut, until: Cut, begin: int, count: int = _FETCH
) -> list[Entry]:
    """The first ``count`` entries between two cuts from number ``begin`` on, in the order of their numbers."""
    rows = connection.execute(
        select(LEGS, POSTINGS.c.at)
        .join(POSTINGS, POSTINGS.c.posting == LEGS.c.posting)
        .where(_inside(account, before, until), LEGS.c.sequence >= begin)
        .order_by(LEGS.c.sequence)
        .limit(count)
    )
    return [entry_of(row) for row in rows]


def all_between(connection: Connection, account: str, before: Cut, until: Cut) -> Iterator[Entry]:
    """All entries between two cuts, a few thousand in memory at a time."""
    begin = first_after(connection, account, before)
    while found := entries_between(connection, account, before, until, begin):
        yield from found
        begin = found[-1].sequence + 1
