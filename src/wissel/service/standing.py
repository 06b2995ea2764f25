"""How a bank directory stands: its folders, its journal, what waits, and whether the books are right."""

import os
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from wissel.engine.database import Engine, transaction
from wissel.engine.open_recalls import open_recalls
from wissel.engine.orders.listing import shelved
from wissel.engine.unanswered import Unanswered, unanswered
from wissel.engine.waiting import Waiting, waiting_between_banks
from wissel.journal.journal import Tip, tip
from wissel.journal.listing import open_records, verdict_counts
from wissel.journal.values import Direction, Record, Verdict
from wissel.ledger.books import totals
from wissel.routing.bank import Bank
from wissel.service.file_names import is_report
from wissel.service.ownership import owner_of
from wissel.service.spool import Spool, instructed, left_over, waiting

OPEN_MAX = 20
_ENDS = ("done", "failed", "shunt")


@dataclass(frozen=True, slots=True)
class Waits:
    """One order of the warehouse."""

    name: str
    due: datetime | None
    """None for one that is held until a person says so."""
    transactions: int


@dataclass(frozen=True, slots=True)
class Standing:
    """How a bank directory stands."""

    owner: str | None
    """The process at work on it."""
    inboxes: Mapping[str, int]
    """Files that wait, by channel."""
    in_work: int
    ends: Mapping[str, int]
    """Files in ``done``, ``failed`` and ``shunt``."""
    out: Mapping[str, int]
    """Files to be fetched, by addressee."""
    verdicts: Mapping[Verdict | None, int]
    """Records of the journal; under None those that are open."""
    open: tuple[Record, ...]
    """The first of those that are open."""
    warehouse: tuple[Waits, ...]
    instructions: int
    """Those that were given and not taken up yet."""
    recalls: Mapping[Direction, int]
    """Recalls that are open: those that came and wait for an answer, and own ones that were sent."""
    unanswered: Unanswered
    between_banks: tuple[Waiting, ...]
    """What waits for a cover, for its payment, or for a person."""
    totals: Mapping[str, int]
    """The sum of all balances for each currency, in minor units: zero where the books are right."""
    tip: Tip

    @property
    def sound(self) -> bool:
        """Whether nothing asks for a person: the books are right, nothing was set aside."""
        return not any(self.totals.values()) and not self.ends["shunt"]


def standing(bank: Bank, database: Engine) -> Standing:
    """Look at all of it. Raises InstallationError where the database cannot be read."""
    spool = Spool(bank.folder)
    with transaction(database) as connection:
        verdicts = verdict_counts(connection)
        open_ones = open_records(connection, OPEN_MAX) if verdicts.get(None) else ()
        sums = totals(connection)
        last = tip(connection)
        missing = unanswered(connection, bank)
        between_banks = waiting_between_banks(connection, bank)
        recalls = open_recalls(connection)
        warehouse = tuple(Waits(one.name, one.due, len(one.positions)) for one in shelved(connection, spool.warehouse))
    return Standing(
        owner=owner_of(spool),
        inboxes=dict(sorted(Counter(one.channel for one in waiting(spool)).items())),
        in_work=len(left_over(spool)),
        ends={name: _files(bank.folder / name) for name in _ENDS},
        out={folder.name: _files(folder) for folder in _folders(spool.out)},
        verdicts=verdicts,
        open=open_ones,
        warehouse=warehouse,
        instructions=len(instructed(spool)),
        recalls={side: sum(one.recall.payment.direction is side for one in recalls) for side in Direction},
        unanswered=missing,
        between_banks=between_banks,
        totals=sums,
        tip=last,
    )


def _folders(above: Path) -> list[Path]:
    return sorted(path for path in above.iterdir() if path.is_dir()) if above.is_dir() else []


def _files(folder: Path) -> int:
    """Files in a folder, without their reports."""
    if not folder.is_dir():
        return 0
    with os.scandir(folder) as found:
        return sum(not one.name.startswith(".") and not is_report(folder / one.name) for one in found)
