"""Choose the status of each transaction: what is asked for, what was reported last, what the findings come to."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from wissel.core.codes import finding
from wissel.core.finding import Finding
from wissel.reply.faults import Faults
from wissel.reply.ladder import REJECTED, ladder, may_follow, moved, status_goes_back
from wissel.reply.last_known import LastKnown, Numbered
from wissel.reply.reason import Reason
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


class Chooser:
    """Gives the status of each transaction, and notes those that would go back."""

    __slots__ = ("_derived", "_last", "_wanted", "findings")

    def __init__(self, wanted: Wanted, derived: "Derived", last: LastKnown | Numbered | None) -> None:
        self._wanted, self._derived, self._last = wanted, derived, last
        self.findings: list[Finding] = []

    def __call__(self, block: Block) -> Status:
        """The status of a transaction."""
        asked = self._wanted.chosen.get(block.number, self._wanted.others)
        known = self._last.find(block) if self._last is not None else None
        if asked is None:
            return known or self._derived(block)
        if known is not None and known.code is not None and asked.code is not None:
            standing = moved(None, known.code) if known.code in ladder() else None
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
