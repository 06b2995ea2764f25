"""Write the journal and read it back. The caller opens the connection and owns the transaction."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, astuple
from datetime import UTC, datetime, timedelta
from itertools import groupby, islice
from typing import Any, NamedTuple

from sqlalchemy import Column, Connection, Row, Table, bindparam, func, insert, select

from wissel.core.errors import WisselError
from wissel.database.bulk_insert import insert_all
from wissel.database.statement import Statement
from wissel.journal.tables import (
    ENTRIES,
    GENESIS,
    KEYS,
    OUTCOMES,
    OUTPUTS,
    PAYMENTS,
    RECORDS,
    STATUSES,
    create,
)
from wissel.journal.values import Key, Outcome, Output, Payment, Receipt, Record, RowsDigest, Status, Verdict, canonical

_ROWS = 2_000
"""Rows handed to the database at a time."""
_ENTRY = ("number", "kind", "content", "previous", "hash")
_LAST_ENTRY = Statement(select(ENTRIES.c.number, ENTRIES.c.hash).order_by(ENTRIES.c.number.desc()).limit(1))
_CONCLUDED = Statement(select(OUTCOMES.c.record).where(OUTCOMES.c.record == bindparam("record")))
_SEEN = Statement(
    select(KEYS.c.record, KEYS.c.digest)
    .where(KEYS.c.sender == bindparam("sender"), KEYS.c.definition == bindparam("definition"))
    .where(KEYS.c.message_id == bindparam("message_id"), KEYS.c.at >= bindparam("since"))
    .order_by(KEYS.c.key.desc())
    .limit(1)
)


class JournalError(WisselError):
    """The journal does not hold what it should."""


class Tip(NamedTuple):
    """The last entry of the chain."""

    number: int
    hash: str


class Seen(NamedTuple):
    """A key that was claimed before."""

    record: int
    same: bool
    """Whether the message had the same bytes."""


def open_journal(connection: Connection) -> None:
    """Make the journal's tables where they are not there yet."""
    create(connection)


def tip(connection: Connection) -> Tip:
    """The last entry; number 0 before the first."""
    row = _LAST_ENTRY.first(connection)
    return Tip(row.number, row.hash) if row is not None else Tip(0, GENESIS)


def hash_of(connection: Connection, number: int) -> str | None:
    """The hash of an entry; None where there is none of that number."""
    return connection.execute(select(ENTRIES.c.hash).where(ENTRIES.c.number == number)).scalar()


def holds(connection: Connection, hash_: str) -> bool:
    """Whether an entry has this hash: whoever noted it knows that nothing before it was changed or cut off."""
    return connection.execute(select(ENTRIES.c.number).where(ENTRIES.c.hash == hash_).limit(1)).first() is not None


def entry_hash(number: int, kind: str, content: str, previous: str) -> str:
    """The hash of an entry: SHA-256 over its parts and the hash before it, one a line, in hex."""
    return hashlib.sha256(f"{number}\n{kind}\n{content}\n{previous}".encode()).hexdigest()


def _append(connection: Connection, said: Iterable[tuple[str, str]]) -> None:
    number, previous = tip(connection)
    rows = []
    for kind, content in said:
        number += 1
        made = entry_hash(number, kind, content, previous)
        rows.append((number, kind, content, previous, made))
        previous = made
    insert_all(connection, ENTRIES, _ENTRY, rows)


def receive(connection: Connection, receipts: Sequence[Receipt]) -> tuple[Record, ...]:
    """Record files that were claimed, in order: the first of the two commits. Nothing is derived from them before."""
    first = 1 + (connection.execute(select(func.max(RECORDS.c.record))).scalar() or 0)
    records = tuple(Record(first + place, receipt) for place, receipt in enumerate(receipts))
    if records:
        connection.execute(insert(RECORDS), [_record_row(record) for record in records])
        _append(connection, (("received", canonical(_record_row(record))) for record in records))
    return records


def _record_row(record: Record) -> dict[str, Any]:
    row = asdict(record.receipt)
    return {"record": record.number, **row, "received_at": _moment(record.receipt.received_at)}


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat()


def records_of(connection: Connection, folder: str) -> dict[str, Record]:
    """The records of the files of a folder below ``work/``, by their names; without those not recorded yet."""
    rows = connection.execute(select(RECORDS).where(RECORDS.c.folder == folder))
    return {row.file: _record(row) for row in rows}


def record(connection: Connection, number: int) -> Record | None:
    """A record by its number."""
    row = connection.execute(select(RECORDS).where(RECORDS.c.record == number)).first()
    return None if row is None else _record(row)


def _record(row: Row[Any]) -> Record:
    values = {
        name: getattr(row, name) for name in ("channel", "file", "digest", "size_bytes", "configuration", "folder")
    }
    return Record(row.record, Receipt(received_at=datetime.fromisoformat(row.received_at), **values))


def last_folder(connection: Connection) -> str | None:
    """The folder of the newest record; None before the first."""
    wanted = select(RECORDS.c.folder).order_by(RECORDS.c.record.desc()).limit(1)
    return connection.execute(wanted).scalar()


def seen(connection: Connection, key: Key, digest: str, at: datetime, window: timedelta) -> Seen | None:
    """Who claimed a key before, within ``window`` before ``at``; None where nobody did."""
    row = _SEEN.first(
        connection, sender=key.sender, definition=key.definition, message_id=key.message_id, since=_moment(at - window)
    )
    return None if row is None else Seen(row.record, row.digest == digest)


def conclude(
    connection: Connection,
    record: Record,
    outcome: Outcome,
    payments: Iterable[Payment] = (),
    statuses: Iterable[Status] = (),
    begun: "Writing | None" = None,
) -> None:
    """Write all that follows from a file: the second of the two commits. ``begun`` has taken some payments and statuses
    of it before. Raises JournalError where it was concluded before."""
    number, at = record.number, _moment(outcome.at)
    if _CONCLUDED.first(connection, record=number) is not None:
        raise JournalError(f"record {number} was concluded before")
    row = {
        "record": number,
        "verdict": outcome.verdict.value,
        "at": at,
        "report": outcome.report,
        "repeats": outcome.repeats,
        "postings": canonical(outcome.postings),
    }
    received_at = _moment(record.receipt.received_at)
    claimed = (record.receipt.digest, received_at, number)
    keys = [(key.sender, key.definition, key.message_id, *claimed) for key in outcome.keys]
    outputs = [(number, place, *astuple(output)) for place, output in enumerate(outcome.outputs, 1)]
    insert_all(connection, OUTCOMES, tuple(row), [tuple(row.values())])
    begun = begun or Writing(connection, record)
    begun.add(payments, statuses)
    said = {
        "outcome": row,
        "keys": _added(connection, KEYS, keys),
        "outputs": _added(connection, OUTPUTS, outputs),
        "payments": begun.payments.hex(),
        "statuses": begun.statuses.hex(),
    }
    _append(connection, [("concluded", canonical({"record": number, "digest": _digest(said)}))])


def _given(table: Table) -> tuple[Column[Any], ...]:
    """The columns of a table that a row brings, in their order: all but a number that the database gives."""
    return tuple(column for column in table.columns if column.autoincrement is not True)


def _added(connection: Connection, table: Table, rows: Iterable[tuple[Any, ...]]) -> str:
    """Insert rows; the digest of them all."""
    digest = RowsDigest()
    _insert(connection, table, rows, digest)
    return digest.hex()


def _insert(connection: Connection, table: Table, rows: Iterable[tuple[Any, ...]], digest: RowsDigest) -> None:
    """Insert rows a few at a time, and take them into a digest."""
    iterator = iter(rows)
    names = tuple(column.name for column in _given(table))
    while some := list(islice(iterator, _ROWS)):
        digest.add(*some)
        insert_all(connection, table, names, some)


class Writing:
    """Payments of a file and what is said of them, written as they become known, before the rest that follows from the
    file: :func:`conclude` takes it on."""

    __slots__ = ("_connection", "_record", "payments", "statuses")

    def __init__(self, connection: Connection, record: Record) -> None:
        self._connection = connection
        self._record = record
        self.payments = RowsDigest()
        """Over the rows so far."""
        self.statuses = RowsDigest()

    def add(self, payments: Iterable[Payment], statuses: Iterable[Status]) -> None:
        """Write some more; the payments are gone over first."""
        number, at = self._record.number, _moment(self._record.receipt.received_at)
        _insert(self._connection, PAYMENTS, (_payment_row(number, one) for one in payments), self.payments)
        _insert(self._connection, STATUSES, (_status_row(number, at, one) for one in statuses), self.statuses)

    @contextmanager
    def undone(self) -> Iterator[None]:
        """Forget what is written in the block where it raises; the caller's savepoint takes back the rows."""
        before = (self.payments.copy(), self.statuses.copy())
        try:
            yield
        except BaseException:
            self.payments, self.statuses = before
            raise


def _digest(said: Any) -> str:
    digest = RowsDigest()
    digest.add(said)
    return digest.hex()


def conclusion_digest(connection: Connection, number: int) -> str | None:
    """The digest of all that the tables hold of a record's outcome, as :func:`conclude` put it into the chain; None
    where it has none."""
    row = connection.execute(select(OUTCOMES).where(OUTCOMES.c.record == number)).mappings().first()
    if row is None:
        return None

    def stored(table: Table, by: Any) -> str:
        digest = RowsDigest()
        wanted = select(*_given(table)).where(table.c.record == number).order_by(by)
        for some in connection.execute(wanted).partitions(_ROWS):
            digest.add(*map(tuple, some))
        return digest.hex()

    return _digest(
        {
            "outcome": dict(row),
            "keys": stored(KEYS, KEYS.c.key),
            "outputs": stored(OUTPUTS, OUTPUTS.c.position),
            "payments": stored(PAYMENTS, PAYMENTS.c.payment),
            "statuses": stored(STATUSES, STATUSES.c.number),
        }
    )


_PARENT = Payment._fields.index("parent")
_NO_PARENT = (None, None, None)


def _payment_row(record: int, payment: Payment) -> tuple[Any, ...]:
    return (record, *payment[:_PARENT], *(payment.parent or _NO_PARENT), *payment[_PARENT + 1 :])


def _status_row(record: int, at: str, said: Status) -> tuple[Any, ...]:
    last = said.position if said.last is None else said.last
    of = (record, said.definition, said.message_id, said.position, last)
    return (*of, said.status, " ".join(said.reasons), at, said.about)


def outcomes_of(connection: Connection, numbers: Sequence[int]) -> dict[int, tuple[Verdict, str]]:
    """Verdicts and reports of records, by their numbers; without those that are not concluded."""
    rows = connection.execute(select(OUTCOMES).where(OUTCOMES.c.record.in_(numbers)))
    return {row.record: (Verdict(row.verdict), row.report) for row in rows}


def outputs_of(connection: Connection, number: int) -> tuple[Output, ...]:
    """What a record's file led to, in the order in which it was made."""
    return outputs_by_record(connection, (number,)).get(number, ())


def outputs_by_record(connection: Connection, numbers: Sequence[int]) -> dict[int, tuple[Output, ...]]:
    """What files led to, by the numbers of their records, each in the order in which it was made."""
    found: dict[int, tuple[Output, ...]] = {}
    wanted = select(OUTPUTS).where(OUTPUTS.c.record.in_(numbers)).order_by(OUTPUTS.c.record, OUTPUTS.c.position)
    for record, rows in groupby(connection.execute(wanted), key=lambda row: row.record):
        found[record] = tuple(Output(row.addressee, row.name, row.digest, row.size_bytes, row.content) for row in rows)
    return found
