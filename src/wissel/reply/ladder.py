"""The ladder of payment statuses: which status may be reported after which, and what a group comes to.

Data in ``catalog/data/payment_statuses.csv``. Reports may repeat a status and jump over others; none goes back.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cache

from wissel.catalog.tables import data_table
from wissel.core.codes import finding
from wissel.core.finding import Finding

REJECTED, PARTIAL, RECEIVED = "RJCT", "PART", "RCVD"
SIDE = frozenset({"PDNG", "PATC", "PRES", "BLCK"})
"""States beside the ladder: a payment waits there and comes back to the ladder no lower than it left it.

Source: their definitions in ISO 20022 external code sets; that they stand beside the order is our reading."""


@dataclass(frozen=True, slots=True)
class Rung:
    """One status."""

    code: str
    meaning: str
    levels: frozenset[str]
    """``transaction``, ``group``; a payment has the statuses of a group."""
    rank: int
    """How far a payment has come; -1 for a status that is derived from others."""
    kind: str
    """``interim``, ``interim-positive``, ``final-positive``, ``final-negative``, ``hold`` or ``derived``."""
    follows: frozenset[str]
    before: frozenset[str]


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a payment has come by the reports so far."""

    status: str
    rank: int
    """The highest rank on the ladder that was reached; side states do not count."""


@cache
def ladder() -> dict[str, Rung]:
    """All statuses by code, in the order of the table. Raises InstallationError where it is damaged."""
    return {
        code: Rung(
            code,
            meaning,
            frozenset(levels.split()),
            int(rank or -1),
            kind,
            frozenset(follows.split()),
            frozenset(before.split()),
        )
        for code, meaning, levels, rank, kind, follows, before, _ in data_table("payment_statuses").rows
    }


def is_status(code: str, level: str) -> bool:
    """Whether a code is a status of a ``transaction`` or ``group``."""
    rung = ladder().get(code)
    return rung is not None and level in rung.levels


def is_final(code: str) -> bool:
    """Whether nothing but the same status may be reported after it."""
    rung = ladder().get(code)
    return rung is not None and not rung.before


@cache
def _ahead(code: str) -> frozenset[str]:
    """The statuses on the ladder that can be reached from one without going down, jumps included."""
    rungs, found, waiting = ladder(), set[str](), [code]
    while waiting:
        here = rungs[waiting.pop()]
        for step in here.before - found - SIDE:
            if rungs[step].rank >= here.rank or here.code in SIDE:
                found.add(step)
                waiting.append(step)
    return frozenset(found)


def may_follow(standing: Standing | None, status: str) -> bool:
    """Whether a status of one transaction may be reported after what was reported before.

    Any status may be the first, and any may be repeated. Nothing follows a final one; a rejection is possible before
    settlement only. A side state is entered from the statuses that the table names.
    """
    rungs = ladder()
    if status not in rungs or rungs[status].kind == "derived":
        return False
    if standing is None or standing.status == status:
        return True
    last = rungs[standing.status]
    if status in SIDE or rungs[status].kind == "final-negative":
        return status in last.before
    return status in _ahead(last.code) and rungs[status].rank >= standing.rank


def moved(standing: Standing | None, status: str) -> Standing:
    """Where a payment stands once a status has been reported. Raises ValueError where it may not follow."""
    if not may_follow(standing, status):
        raise ValueError(f"{status} does not follow {standing.status if standing else 'the start'}")
    reached = standing.rank if standing else 0
    return Standing(status, reached if status in SIDE else max(reached, ladder()[status].rank))


def standing_after(statuses: Iterable[str]) -> Standing | None:
    """Where a payment stands after some reports in order; None after none. Raises ValueError for an order that goes
    back."""
    standing = None
    for status in statuses:
        standing = moved(standing, status)
    return standing


def group_status(statuses: Collection[str]) -> str | None:
    """The status of a group (or payment) from those of its transactions: theirs where all agree, else PART.

    None where there are none, or where theirs is no status of a group.
    """
    different = set(statuses)
    if len(different) > 1:
        return PARTIAL
    only = next(iter(different), None)
    return only if only is not None and is_status(only, "group") else None


def status_goes_back(last: str, status: str, transaction: int) -> Finding:
    """The finding for a status that does not follow the last known one."""
    ahead = sorted(code for code in ladder() if may_follow(moved(None, last), code))
    return finding(
        "REPLY-STATUS-GOES-BACK",
        f"Transaction {transaction:,} was last reported {last}; {status} cannot be reported after that.",
        transaction=transaction,
        value=status,
        allowed=", ".join(ahead),
    )
