"""The books: post, and read what was posted. The caller opens the connection and owns the transaction."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime

from sqlalchemy import Connection, Row, and_, bindparam, func, insert, select
from sqlalchemy.exc import IntegrityError

from wissel.core.errors import WisselError
from wissel.database.bulk_insert import insert_all
from wissel.database.statement import Statement
from wissel.ledger.posting import Detail, Entry, PostingSet, reference_of
from wissel.ledger.tables import ACCOUNTS, LEGS, POSTINGS, SEALS, create

_FETCH = 2_000
_POSTING = ("key", "digest", "at", "booking_date")
_LEG = (
    "posting", "account", "currency", "sequence", "amount", "balance", "booking_date", "value_date", "reference",
    "case", "reversal", "details", "information",
)  # fmt: skip
_POSTED = Statement(select(POSTINGS.c.posting, POSTINGS.c.digest).where(POSTINGS.c.key == bindparam("key")))
_HEAD = Statement(
    select(LEGS.c.sequence, LEGS.c.balance)
    .where(LEGS.c.account == bindparam("account"))
    .order_by(LEGS.c.sequence.desc())
    .limit(1)
)
_CREDITED = Statement(
    select(LEGS.c.account)
    .join(POSTINGS, POSTINGS.c.posting == LEGS.c.posting)
    .where(POSTINGS.c.key == bindparam("key"), LEGS.c.amount > 0)
)


class LedgerError(WisselError):
    """Something cannot be booked, or the books contradict what they are asked to hold."""


@dataclass(frozen=True, slots=True)
class Balance:
    """How an account stands."""

    sequence: int
    """Number of its last entry; 0 before the first."""
    amount: int
    """In minor units."""


def open_books(connection: Connection) -> None:
    """Make the ledger's tables where they are not there yet."""
    create(connection)


def add_account(connection: Connection, account: str, currency: str) -> None:
    """Make an account known. Raises LedgerError where it is known with another currency."""
    known = connection.execute(select(ACCOUNTS.c.currency).where(ACCOUNTS.c.account == account)).scalar()
    if known is None:
        connection.execute(insert(ACCOUNTS).values(account=account, currency=currency))
    elif known != currency:
        raise LedgerError(f"account {account} is kept in {known}, not in {currency}")


def post(connection: Connection, posting: PostingSet) -> bool:
    """Book a posting. False where its key was booked before, with the same content; nothing is then changed.

    Raises LedgerError for one that does not balance, names an account that is not known in that currency, or brings
    other content under a key that was booked.
    """
    if faults := posting.faults():
        raise LedgerError(f"posting {posting.key}: {'; '.join(faults)}")
    digest = posting.digest()
    known = _POSTED.first(connection, key=posting.key)
    if known is not None:
        if known.digest != digest:
            raise LedgerError(f"posting {posting.key}: its key was booked with other content")
        return False
    at, day = posting.at.astimezone(UTC).isoformat(), posting.booking_date.isoformat()
    insert_all(connection, POSTINGS, _POSTING, [(posting.key, digest, at, day)])
    number = _POSTED.rows(connection, key=posting.key)[0].posting
    try:
        insert_all(connection, LEGS, _LEG, list(_rows(connection, posting, number)))
        insert_all(connection, SEALS, ("posting", "legs"), [(number, len(posting.legs))])
    except IntegrityError as error:
        raise LedgerError(f"posting {posting.key}: {_first_line(error)}") from None
    return True


def _rows(connection: Connection, posting: PostingSet, number: int) -> Iterator[tuple[object, ...]]:
    heads: dict[str, Balance] = {}
    day = posting.booking_date.isoformat()
    for place, leg in enumerate(posting.legs, 1):
        head = heads.get(leg.account) or balance(connection, leg.account)
        heads[leg.account] = now = Balance(head.sequence + 1, head.amount + leg.amount)
        yield (
            number, leg.account, leg.currency, now.sequence, leg.amount, now.amount, day, leg.value_date.isoformat(),
            reference_of(posting.key, place), leg.case, leg.reversal, _packed(leg.details), leg.information or None,
        )  # fmt: skip


def _packed(details: Iterable[Detail]) -> str | None:
    rows = [[detail.amount, dict(sorted(detail.values.items()))] for detail in details]
    return json.dumps(rows, ensure_ascii=False, separators=(",", ":")) if rows else None


def _first_line(error: IntegrityError) -> str:
    return str(error.orig).splitlines()[0]


def balance(connection: Connection, account: str, until: date | None = None) -> Balance:
    """How an account stands, now or by what is booked up to the day ``until``, whenever that was booked; an unknown
    account stands at nothing."""
    if until is None:
        row = _HEAD.first(connection, account=account)
        return Balance(row.sequence, row.balance) if row is not None else Balance(0, 0)
    booked = and_(LEGS.c.account == account, LEGS.c.booking_date <= until.isoformat())
    last, total = connection.execute(select(func.max(LEGS.c.sequence), func.sum(LEGS.c.amount)).where(booked)).one()
    return Balance(int(last or 0), int(total or 0))


def entries(
    connection: Connection, account: str, first: date | None = None, last: date | None = None, after: int = 0
) -> Iterator[Entry]:
    """The entries of an account by their numbers, those after number ``after``, booked from ``first`` to ``last``
    (both days included), a few thousand in memory at a time."""
    conditions = [LEGS.c.account == account]
    if first is not None:
        conditions.append(LEGS.c.booking_date >= first.isoformat())
    if last is not None:
        conditions.append(LEGS.c.booking_date <= last.isoformat())
    while True:
        wanted = (
            select(LEGS, POSTINGS.c.at)
            .join(POSTINGS, POSTINGS.c.posting == LEGS.c.posting)
            .join(SEALS, SEALS.c.posting == LEGS.c.posting)
            .where(and_(LEGS.c.sequence > after, *conditions))
            .order_by(LEGS.c.sequence)
            .limit(_FETCH)
        )
        rows = connection.execute(wanted).all()
        yield from map(entry_of, rows)
        if len(rows) < _FETCH:
            return
        after = rows[-1].sequence


def entry_of(row: Row[tuple[object, ...]]) -> Entry:
    """The entry that a row of the legs, joined with its posting, says."""
    details = json.loads(row.details) if row.details else ()
    return Entry(
        account=row.account,
        currency=row.currency,
        sequence=row.sequence,
        amount=row.amount,
        balance=row.balance,
        booking_date=date.fromisoformat(row.booking_date),
        value_date=date.fromisoformat(row.value_date),
        reference=row.reference,
        case=row.case,
        reversal=bool(row.reversal),
        at=datetime.fromisoformat(row.at),
        details=tuple(Detail(amount, values) for amount, values in details),
        information=row.information or "",
    )


def credited(connection: Connection, keys: Iterable[str]) -> set[str]:
    """The accounts that some postings, by their keys, credit."""
    return {row.account for key in keys for row in _CREDITED.rows(connection, key=key)}


def accounts(connection: Connection) -> dict[str, str]:
    """All accounts that are known, with their currencies, in order."""
    rows = connection.execute(select(ACCOUNTS).order_by(ACCOUNTS.c.account))
    return {row.account: row.currency for row in rows}


def totals(connection: Connection) -> dict[str, int]:
    """The sum of all balances per currency: zero, each of them, unless the books were tampered with. It is the last
    entries of accounts that are asked, however many there are before them."""
    last = select(LEGS.c.balance).where(LEGS.c.account == ACCOUNTS.c.account).order_by(LEGS.c.sequence.desc()).limit(1)
    rows = connection.execute(
        select(ACCOUNTS.c.currency, func.sum(last.scalar_subquery())).group_by(ACCOUNTS.c.currency)
    )
    return {currency: int(total) for currency, total in rows if total is not None}
