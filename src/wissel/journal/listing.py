"""The journal by records: the latest, and how many there are of each kind."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from wissel.journal.journal import record as record_by_number
from wissel.journal.tables import OUTCOMES, OUTPUTS, RECORDS
from wissel.journal.values import Record, Verdict


@dataclass(frozen=True, slots=True)
class Listed:
    """A record and what became of its file."""

    record: Record
    verdict: Verdict | None
    """None while it is open."""
    report: str
    """JSON; empty while it is open."""
    outputs: int


def latest(connection: Connection, count: int) -> tuple[Listed, ...]:
    """The last records, oldest first."""
    newest = select(RECORDS.c.record).order_by(RECORDS.c.record.desc()).limit(count)
    numbers = sorted(row.record for row in connection.execute(newest))
    return tuple(one for number in numbers if (one := listed(connection, number)) is not None)


def listed(connection: Connection, number: int) -> Listed | None:
    """One record; None where there is none of that number."""
    found = record_by_number(connection, number)
    if found is None:
        return None
    row = connection.execute(select(OUTCOMES).where(OUTCOMES.c.record == number)).first()
    outputs = connection.execute(select(func.count()).select_from(OUTPUTS).where(OUTPUTS.c.record == number)).scalar()
    return Listed(found, Verdict(row.verdict) if row else None, row.report if row else "", outputs or 0)


def verdict_counts(connection: Connection) -> Mapping[Verdict | None, int]:
    """How many files there were of each verdict; under None those that are open."""
    rows = connection.execute(select(OUTCOMES.c.verdict, func.count()).group_by(OUTCOMES.c.verdict))
    counts: dict[Verdict | None, int] = {Verdict(verdict): int(count) for verdict, count in rows}
    total = connection.execute(select(func.count()).select_from(RECORDS)).scalar() or 0
    return counts | {None: int(total) - sum(counts.values())}


def open_records(connection: Connection, count: int) -> tuple[Record, ...]:
    """The first records whose files are not concluded."""
    wanted = (
        select(RECORDS.c.record)
        .where(~select(OUTCOMES.c.record).where(OUTCOMES.c.record == RECORDS.c.record).exists())
        .order_by(RECORDS.c.record)
        .limit(count)
    )
    numbers = [row.record for row in connection.execute(wanted)]
    return tuple(one for number in numbers if (one := record_by_number(connection, number)) is not None)
