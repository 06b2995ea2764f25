"""What was last reported of a message's transactions, in little memory: a report may have a million lines."""

from collections.abc import Iterable, Iterator, Mapping

from wissel.core.codes import finding
from wissel.core.finding import Finding
from wissel.reply.ladder import PARTIAL, RECEIVED
from wissel.reply.matching import NOT_PROVIDED, UNIQUE, ambiguous, told
from wissel.reply.original import ORDERS, ids_of
from wissel.reply.reported import Reported
from wissel.reply.status import Status
from wissel.xml.blocks.block import Block

FINDINGS_MAX = 100
_OF_WHOLE = (None, PARTIAL, RECEIVED)
"""Statuses of a whole that say nothing of its transactions: some of them differ, or none was looked at."""


class LastKnown:
    """The last statuses of one message's transactions. Each transaction is asked for once."""

    __slots__ = ("_family", "_lines", "_more", "_payments", "_unique", "_whole", "findings", "others")

    def __init__(self, family: str, message_id: str | None, report: Iterable[Reported]) -> None:
        """``family`` and ``message_id`` are those of the original message; what the report says of other messages
        does not count."""
        self._family = family
        self._lines: dict[str, Status | None] = {}
        """By reference; None for one that several lines have, with different statuses, or that was asked for."""
        self._more: dict[str, int] = {}
        """How many lines more than one have a reference and the same status."""
        self._payments: dict[str, Status | None] = {}
        self._whole: Status | None = None
        self._unique: set[str] = set()
        """Names of the unique references by which lines are kept."""
        self.findings: list[Finding] = []
        """Of transactions that are not told apart."""
        self.others: str | None = None
        """The message that the report is about, where it is not this one."""
        wanted, same, about = (message_id or "").strip(), dict[Status, Status](), False
        for one in report:
            if one.message_id not in (None, NOT_PROVIDED, wanted):
                self.others = one.message_id
                continue
            about = True
            self._note(one, same.setdefault(one.status, one.status))
        self.others = None if about else self.others

    def _note(self, one: Reported, status: Status) -> None:
        if one.ids:
            if status.code is not None:
                for key in self._keys(told(one.ids), one.payment_id):
                    if key in self._lines:
                        self._lines[key] = status if self._lines[key] == status else None
                        self._more[key] = self._more.get(key, 0) + 1
                    else:
                        self._lines[key] = status
        elif status.code not in _OF_WHOLE:
            if one.payment_id is None:
                self._whole = status
            else:
                known = self._payments.get(one.payment_id, status)
                self._payments[one.payment_id] = status if known == status else None

    def _keys(self, ids: Mapping[str, str], payment: str | None) -> Iterator[str]:
        """By which references a line is kept: the one that is unique by its nature, else those that it has."""
        unique = next((name for name in ids if name in UNIQUE), None)
        if unique is not None:
            self._unique.add(unique)
            yield f"{unique} {ids[unique]}"
            return
        yield from _weak(ids, payment, asking=False)

    def find(self, block: Block) -> Status | None:
        """The last status of a transaction; None where nothing was said of it. Where it is not clear what was, a
        finding is noted."""
        ids = told(ids_of(self._family, block))
        parent = block.parent if self._family in ORDERS else None
        payment = parent.text("PmtInfId") or NOT_PROVIDED if parent is not None else None
        unique = (f"{name} {ids[name]}" for name in ids if name in UNIQUE)
        for key in (*unique, *_weak(ids, payment, asking=True)):
            if key in self._lines:
                status, more = self._lines[key], self._more.get(key, 0)
                if more:
                    self._more[key] = more - 1
                else:
                    self._lines[key] = None
                if status is None:
                    self._unclear(block, ids)
                return status
        if self._unique and self._unique.isdisjoint(ids):
            self._unclear(block, ids)
        known = self._payments.get(payment, self._whole) if payment is not None else self._whole
        if known is None and payment in self._payments:
            self._unclear(block, ids)
        return known

    def _unclear(self, block: Block, ids: Mapping[str, str]) -> None:
        if len(self.findings) < FINDINGS_MAX:
            what = f"In the last report, transaction {block.number:,}"
            self.findings.append(ambiguous(what, ids, block.number))


class Numbered:
    """The last statuses of a message's transactions by number, as a bank's own journal has them."""

    __slots__ = ("_statuses", "_whole", "findings")

    def __init__(self, statuses: Mapping[int, Status], whole: Status | None) -> None:
        """``whole`` is for those that ``statuses`` does not have."""
        self._statuses, self._whole = statuses, whole
        self.findings: list[Finding] = []

    def find(self, block: Block) -> Status | None:
        """The last status of a transaction; None where nothing was said of it."""
        return self._statuses.get(block.number, self._whole)


def _weak(ids: Mapping[str, str], payment: str | None, asking: bool) -> Iterator[str]:
    """Keys of references that several may have, within their payment: both where both are there, else the one.

    A line with both answers who asks with one of them; who asks with both is not answered by a line whose other one
    differs.
    """
    end, instruction, start = ids.get("EndToEndId"), ids.get("InstrId"), f"{payment or ''} "
    if end is not None and instruction is not None:
        yield f"{start}both {end} {instruction}"
        yield f"{start}end {end}" if asking else f"{start}end of both {end}"
        yield f"{start}instruction {instruction}" if asking else f"{start}instruction of both {instruction}"
    elif end is not None:
        yield f"{start}end {end}"
        if asking:
            yield f"{start}end of both {end}"
    elif instruction is not None:
        yield f"{start}instruction {instruction}"
        if asking:
            yield f"{start}instruction of both {instruction}"


def report_of_another(about: str, message_id: str | None) -> Finding:
    """The finding for a last report that is about another message."""
    said = f"The last report is about the message {about}, not about {message_id or 'this one'}."
    return finding("REPLY-REPORT-OF-ANOTHER", said, value=about, allowed=message_id)
