"""Reports of networks and other banks (pacs.002) on payments that were sent.

Each line is joined with the payment by stored links, moves it along the ladder of statuses, and is passed on to who the
payment came from: the customer, or the bank before us. A rejection takes the booking back, once.
"""

from collections.abc import Iterable, Iterator

from wissel.core.codes import finding
from wissel.engine.bank.news import Legs
from wissel.engine.context import Context, Effects, Received
from wissel.engine.interbank.customer_news import News, concerns_customer
from wissel.engine.interbank.peer import may_speak, sender_of
from wissel.engine.interbank.sheet import Sheet
from wissel.engine.interbank.taking_back import is_taken_back, take_back
from wissel.engine.stored import stored
from wissel.journal.trace import Kept
from wissel.journal.values import Direction
from wissel.reply.ladder import PARTIAL, REJECTED, ladder, status_goes_back
from wissel.reply.reported import Reported, reported
from wissel.xml.blocks.block import Block

FAMILIES = ("pacs.008", "pacs.009", "pacs.004")
"""What is reported on: payments that were sent, and returns."""


def handle_report(context: Context, received: Received) -> Effects:
    """What comes of one report."""
    report = _Report(context, received)
    report.take()
    report.customers.tell(report.sheet)
    report.banks.tell(report.sheet)
    refused = report.sheet.counts["refused"] and not report.sheet.counts["reported"]
    return report.sheet.effects(not refused)


class _Report:
    def __init__(self, context: Context, received: Received) -> None:
        self.context = context
        self.received = received
        self.sheet = Sheet(context, received)
        self.customers, self.banks = News(), Legs()
        self._block: Block | None = None

    def take(self) -> None:
        """Go through the report: what it says of single payments counts more than what it says of a whole message."""
        chosen: dict[tuple[str, int], tuple[Kept, Reported]] = {}
        single: set[tuple[str, int]] = set()
        for line in reported("pacs.002", self._blocks()):
            if line.status.code is None or (not line.ids and line.status.code == PARTIAL):
                continue
            for kept in self._meant(line):
                key = (kept.payment.message_id, kept.payment.position)
                if line.ids or key not in single:
                    chosen[key] = (kept, line)
                if line.ids:
                    single.add(key)
        for kept, line in chosen.values():
            self._apply(kept, line)

    def _blocks(self) -> Iterator[Block]:
        for block in self.received.message.blocks():
            self._block = block
            yield block

    def _meant(self, line: Reported) -> Iterable[Kept]:
        """The payments that a line is about, as far as its sender may speak about them."""
        if self._block is None:
            raise TypeError("a line comes with its block")
        wanted = (line.message_definition or "")[:8]
        families = (wanted,) if wanted in FAMILIES else FAMILIES
        if line.ids:
            found = self.sheet.matching(Direction.OUT, families, line.message_id, line.ids)
        else:
            every = self.sheet.message(Direction.OUT, line.message_id or "")
            found = tuple(kept for kept in every if kept.payment.definition[:8] in families)
        sender = sender_of(self.context, self.received, self._block)
        faults = [may_speak(self.context, stored(kept.payment), kept.payment.party, sender) for kept in found]
        allowed = tuple(kept for kept, fault in zip(found, faults, strict=True) if fault is None)
        if not found:
            name = next(iter(line.ids.values()), None) or line.message_id or ""
            said = f"Nothing is known of the payment {name} that the report is about; it is filed."
            self.sheet.find("ORIGINAL-UNKNOWN", said, value=name, path=self._block.path)
            self.sheet.counts["unknown"] += 1
        elif not allowed:
            self.sheet.findings += [fault for fault in faults if fault is not None][:1]
            self.sheet.counts["refused"] += 1
        return allowed[-1:] if line.ids else allowed

    def _apply(self, kept: Kept, line: Reported) -> None:
        status = line.status.code or ""
        reasons = tuple(reason.code for reason in line.status.reasons)
        last = self.sheet.last(kept)
        if status not in ladder() or (last is not None and last.status == status):
            self.sheet.counts["repeated"] += 1
            return
        number = kept.payment.position
        if not self.sheet.may_become(kept, status):
            if not line.ids:  # what is said of a whole message is not meant for those that are done with
                self.sheet.counts["repeated"] += 1
                return
            self.sheet.findings.append(status_goes_back(last.status if last else "", status, number))
            self.sheet.counts["refused"] += 1
            return
        if status == REJECTED and is_taken_back(self.sheet, kept):
            said = f"The payment {kept.payment.message_id} {number:,} came back before; it is not taken back again."
            self.sheet.findings.append(finding("PAYMENT-TAKEN-BACK", said, value=kept.payment.uetr))
            self.sheet.counts["refused"] += 1
            return
        self.sheet.say(kept, status, reasons)
        self.sheet.counts["reported"] += 1
        if status == REJECTED:
            take_back(self.sheet, kept)
        parent = self.sheet.parent(kept)
        if parent is None:
            return
        if concerns_customer(kept.payment):
            self.customers.add(parent, status, reasons)
        elif kept.payment.definition[:8] != "pacs.004" and parent.payment.direction is Direction.IN:
            self.banks.add(parent, status, reasons)
