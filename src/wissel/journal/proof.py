"""Prove the journal: the chain of hashes holds, and the tables hold what the chain says."""

from collections.abc import Iterator
from dataclasses import dataclass
from json import loads
from typing import Any

from sqlalchemy import Connection, Table, select

from wissel.journal.journal import conclusion_digest, entry_hash
from wissel.journal.tables import ENTRIES, GENESIS, OUTCOMES, RECORDS
from wissel.journal.values import canonical

_FETCH = 5_000


@dataclass(frozen=True, slots=True)
class Proof:
    """What a journal was found to be."""

    entries: int
    records: int
    tip: str
    """Hash of the last entry: whoever has kept it elsewhere knows that nothing was cut off."""
    faults: tuple[str, ...]
    """What does not hold, plain sentences, at most :data:`FAULTS_MAX`."""


FAULTS_MAX = 100


def prove(connection: Connection) -> Proof:
    """Go through the whole journal, in flat memory."""
    faults: list[str] = []
    previous, number, records, concluded = GENESIS, 0, 0, 0
    for row in _in_steps(connection, ENTRIES, ENTRIES.c.number):
        number += 1
        if row.number != number:
            faults.append(f"entry {number} is missing; entry {row.number} follows {number - 1}")
            number = row.number
        if row.previous != previous:
            faults.append(f"entry {row.number} does not hold the hash of the one before it")
        if row.hash != entry_hash(row.number, row.kind, row.content, row.previous):
            faults.append(f"entry {row.number} was changed: its hash does not fit")
        previous = row.hash
        if row.kind == "received":
            records += 1
            faults += _received(connection, row.number, row.content)
        else:
            concluded += 1
            faults += _concluded(connection, row.number, row.content)
        if len(faults) >= FAULTS_MAX:
            break
    if not faults:
        faults += _beside(connection, records, concluded)
    return Proof(number, records, previous, tuple(faults[:FAULTS_MAX]))


def _in_steps(connection: Connection, table: Table, by: Any) -> Iterator[Any]:
    after = -1
    while True:
        rows = connection.execute(select(table).where(by > after).order_by(by).limit(_FETCH)).all()
        yield from rows
        if len(rows) < _FETCH:
            return
        after = getattr(rows[-1], by.name)


def _received(connection: Connection, entry: int, content: str) -> Iterator[str]:
    said = loads(content)
    row = connection.execute(select(RECORDS).where(RECORDS.c.record == said["record"])).mappings().first()
    if row is None or canonical(dict(row)) != content:
        yield f"record {said['record']} is not what entry {entry} says"


def _concluded(connection: Connection, entry: int, content: str) -> Iterator[str]:
    said = loads(content)
    if conclusion_digest(connection, said["record"]) != said["digest"]:
        yield f"what follows from record {said['record']} is not what entry {entry} says"


def _beside(connection: Connection, records: int, concluded: int) -> Iterator[str]:
    """Rows that no entry speaks of."""
    for table, told in ((RECORDS, records), (OUTCOMES, concluded)):
        there = len(connection.execute(select(table.c.record)).all())
        if there != told:
            yield f"{table.name} has {there:,} rows, and the chain speaks of {told:,}"
