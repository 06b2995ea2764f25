"""Choose the status of each transaction: what is asked for, what was reported last, what the findings come to."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from wissel.core.codes import finding
from wissel.core.finding import Finding
from wissel.reply.faults import Faults
from wissel.reply.ladder import REJECTED, Standing, ladder, may_follow, status_goes_back
from wissel.reply.matching import NOT_PROVIDED, ORDER, UNIQUE
from wissel.reply.original import ids_of
from wissel.reply.reason import Reason
from wissel.reply.reported import Reported
from wissel.reply.status import Status
from wissel.xml.blocks.block import Block

FINDINGS_MAX = 100
"""Statuses that go back, told one by one."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """The statuses that are asked for."""

    chosen: Mapping[int, Status]
    """By number of the transaction."""
    others: Status | None
    """For all others; None for their last known status, else what the findings come to."""


class LastKnown:
    """What was last reported of a message's transactions, in little memory: a report may have a million lines."""

    __slots__ = ("_family", "_statuses")

    def __init__(self, family: str, report: Iterable[Reported]) -> None:
        """``family`` is that of the original message."""
        self._family = family
        self._statuses: dict[str, Status | None] = {}
        """By reference; None for one that several transactions have."""
        same: dict[Status, Status] = {}
        for one in report:
            if one.status.code is not None:
                status = same.setdefault(one.status, one.status)
                for key in _keys(one.ids):
                    self._statuses[key] = None if key in self._statuses else status

    def find(self, block: Block) -> Status | None:
        """The last status of a transaction; None where nothing was said of it, or it is not clear of which."""
        ids = ids_of(self._family, block)
        keys = (f"{name} {ids[name]}" for name in ORDER if name in ids)
        return next((status for key in keys if (status := self._statuses.get(key)) is not None), None)


def _keys(ids: Mapping[str, str]) -> Iterator[str]:
    """By which references a transaction is kept: the one that is unique by its nature, else all that it has."""
    for name in ORDER:
        text = ids.get(name)
        if text is not None and text != NOT_PROVIDED:
            yield f"{name} {text}"
            if name in UNIQUE:
                return


class Chooser:
    """Gives the status of each transaction, and notes those that would go back."""

    __slots__ = ("_derived", "_last", "_wanted", "findings")

    def __init__(self, wanted: Wanted, derived: "Derived", last: LastKnown | None) -> None:
        self._wanted, self._derived, self._last = wanted, derived, last
        self.findings: list[Finding] = []

    def __call__(self, block: Block) -> Status:
        """The status of a transaction."""
        asked = self._wanted.chosen.get(block.number, self._wanted.others)
        known = self._last.find(block) if self._last is not None else None
        if asked is None:
            return known or self._derived(block)
        if known is not None and known.code is not None and asked.code is not None:
            rung = ladder().get(known.code)
            standing = Standing(known.code, rung.rank) if rung is not None else None
            if not may_follow(standing, asked.code) and len(self.findings) < FINDINGS_MAX:
                self.findings.append(status_goes_back(known.code, asked.code, block.number))
        if asked.code == REJECTED and not asked.reasons:
            found = self._derived.reasons_of(block)
            if found:
                return replace(asked, reasons=found)
            if len(self.findings) < FINDINGS_MAX:
                self.findings.append(reason_missing(REJECTED, block.number))
        return asked


def reason_missing(status: str, transaction: int | None = None) -> Finding:
    """The finding for a refusal without a reason."""
    what = f"Transaction {transaction:,} is reported" if transaction is not None else "The answer is"
    return finding("REPLY-REASON-MISSING", f"{what} {status} and no reason is given.", transaction=transaction)


@dataclass(frozen=True, slots=True)
class Derived:
    """The statuses that the findings about a message come to."""

    faults: Faults
    accepted: Status
    """Of what nothing is said against."""
    reasons: Mapping[tuple[str, ...], tuple[Reason, ...]]
    """Codes as findings name them -> as the answer may have them."""

    def reasons_of(self, block: Block) -> tuple[Reason, ...]:
        """Why a transaction is refused; nothing for one that is not."""
        payment = block.parent.number if block.parent is not None and block.parent.kind == "group" else 0
        codes = self.faults.transactions.get(block.number) or self.faults.payments.get(payment) or self.faults.message
        return self.reasons.get(codes, ()) if codes else ()

    def __call__(self, block: Block) -> Status:
        """The status of a transaction. Of a message that is refused as a whole only what is at fault is named."""
        reasons = self.reasons_of(block)
        if not reasons:
            return self.accepted
        listed = self.faults.sound or block.number in self.faults.transactions
        return Status(REJECTED, reasons, listed=listed)
