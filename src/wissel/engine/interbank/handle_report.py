"""Reports of networks and other banks (pacs.002) on payments that were sent.

Each line is joined with the payment by stored links, moves it along the ladder of statuses, and is passed on to who the
payment came from: the customer, or the bank before us. A rejection takes the booking back, once; for payments with a
cover see :mod:`wissel.engine.interbank.cover_sent`. What a network says of payments that it brought to us moves
nothing: where it rejects one that has been credited, a person has to look.
"""

from collections.abc import Iterator

from wissel.core.codes import finding
from wissel.core.finding import Finding
from wissel.engine.bank.news import Legs
from wissel.engine.context import Context, Effects, Received
from wissel.engine.interbank.cover_sent import is_rejected, is_returned, payment_of, take_back_sent
from wissel.engine.interbank.customer_news import News, concerns_customer
from wissel.engine.interbank.meant import allowed, families_of, only
from wissel.engine.interbank.sheet import Sheet
from wissel.engine.interbank.transfer import CANCELLED
from wissel.journal.trace import Kept
from wissel.journal.values import Direction
from wissel.reply.ladder import PARTIAL, REJECTED, ladder, status_goes_back
from wissel.reply.reported import Reported, reported
from wissel.xml.blocks.block import Block

PAYMENTS, RETURN = ("pacs.008", "pacs.009"), "pacs.004"
FAMILIES = (*PAYMENTS, RETURN)
"""What is reported on: payments that were sent, and returns."""
_SAID = ("reported", "repeated", "refused", "unknown", "confirmed")


def handle_report(context: Context, received: Received) -> Effects:
    """What comes of one report."""
    report = _Report(context, received)
    report.take()
    report.customers.tell(report.sheet)
    report.banks.tell(report.sheet)
    counts = report.sheet.counts
    return report.sheet.effects(not counts["refused"] or bool(counts["reported"]))


class _Report:
    def __init__(self, context: Context, received: Received) -> None:
        self.context = context
        self.received = received
        self.sheet = Sheet(context, received)
        self.customers, self.banks = News(), Legs()
        self._block: Block | None = None

    def take(self) -> None:
        """Go through the report: what it says of single payments counts more than what it says of a whole message."""
        singles: list[tuple[Kept, Reported]] = []
        wholes: dict[tuple[int, str, int], tuple[Kept, Reported]] = {}
        for line in reported("pacs.002", self._blocks()):
            if line.status.code is None or (not line.ids and line.status.code == PARTIAL):
                continue
            if line.ids:
                singles += ((kept, line) for kept in self._single(line))
            else:
                wholes |= {_key(kept): (kept, line) for kept in self._whole(line)}
        for kept, line in singles:
            wholes.pop(_key(kept), None)
            self._apply(kept, line)
        for kept, line in wholes.values():
            self._apply(kept, line)
        if not any(self.sheet.counts[name] for name in _SAID):
            said = "The report gives no payment a status, and says nothing of a message that holds for all of it."
            self.sheet.find("REPORT-WITHOUT-STATUS", said)

    def _blocks(self) -> Iterator[Block]:
        for block in self.received.message.blocks():
            self._block = block
            yield block

    @property
    def block(self) -> Block:
        """Where the report is being read."""
        if self._block is None:
            raise TypeError("a line comes with its block")
        return self._block

    def _single(self, line: Reported) -> tuple[Kept, ...]:
        """The payment that a line is about, as far as its sender may speak about it."""
        families = families_of(line.message_definition, FAMILIES)
        found = self.sheet.matching(Direction.OUT, families, line.message_id, line.ids)
        if not found:
            came = self.sheet.matching(Direction.IN, families, line.message_id, line.ids)
            self._not_sent(line, allowed(self.sheet, came, self.block)[0])
            return ()
        chosen = self._allowed(found)
        if not chosen:
            return ()
        one = only(chosen, line.ids, "The payment that is reported on", self.block.number)
        if isinstance(one, Finding):
            self._refuse(one)
            return ()
        return (one,)

    def _whole(self, line: Reported) -> tuple[Kept, ...]:
        """The payments of a message that a report is about as a whole, those of which its sender may speak."""
        families = families_of(line.message_definition, FAMILIES)
        every = self.sheet.message(Direction.OUT, line.message_id or "")
        found = tuple(kept for kept in every if kept.payment.definition[:8] in families)
        if not found:
            every = self.sheet.message(Direction.IN, line.message_id or "")
            came = (kept for kept in every if kept.payment.definition[:8] in families)
            self._not_sent(line, allowed(self.sheet, came, self.block)[0])
            return ()
        return self._allowed(found)

    def _allowed(self, found: tuple[Kept, ...]) -> tuple[Kept, ...]:
        chosen, why = allowed(self.sheet, found, self.block)
        if why is not None:
            self._refuse(why)
        return chosen

    def _refuse(self, why: Finding) -> None:
        self.sheet.findings.append(why)
        self.sheet.counts["refused"] += 1

    def _not_sent(self, line: Reported, came: tuple[Kept, ...]) -> None:
        """A report on nothing that was sent: the network may report to both sides, and then it is about what came."""
        name = next(iter(line.ids.values()), None) or line.message_id or ""
        if not came:
            said = f"Nothing is known of the payment {name} that the report is about; it is filed."
            self.sheet.find("ORIGINAL-UNKNOWN", said, value=name, path=self.block.path)
            self.sheet.counts["unknown"] += 1
            return
        self.sheet.counts["confirmed"] += len(came)
        for kept in came if line.status.code == REJECTED else ():
            last = self.sheet.last(kept)
            if last is not None and last.status not in (REJECTED, CANCELLED):
                one = kept.payment
                said = (
                    f"The payment {one.uetr or one.transaction_id or name} of {one.currency} {one.amount} came and was "
                    f"carried out ({last.status}); the report rejects it."
                )
                self.sheet.find("PAYMENT-REJECTED-LATER", said, value=one.uetr, path=self.block.path)

    def _apply(self, kept: Kept, line: Reported) -> None:
        status = line.status.code or ""
        reasons = tuple(reason.code for reason in line.status.reasons)
        last = self.sheet.last(kept)
        number = kept.payment.position
        if last is not None and last.status == status:
            self.sheet.counts["repeated"] += 1
            return
        if status not in ladder():
            said = f"{status} is no status that wissel knows; nothing is done with it."
            self._refuse(finding("REPLY-STATUS-UNKNOWN", said, transaction=number, value=status))
            return
        if not self.sheet.may_become(kept, status):
            if not line.ids:  # what is said of a whole message is not meant for those that are done with
                self.sheet.counts["repeated"] += 1
                return
            self._refuse(status_goes_back(last.status if last else "", status, number))
            return
        if status == REJECTED and self._is_taken_back(kept):
            said = f"The payment {kept.payment.message_id} {number:,} came back before; it is not taken back again."
            self._refuse(finding("PAYMENT-TAKEN-BACK", said, value=kept.payment.uetr))
            return
        self.sheet.say(kept, status, reasons)
        self.sheet.counts["reported"] += 1
        if status == REJECTED:
            take_back_sent(self.sheet, kept)
        parent = self.sheet.parent(kept)
        if parent is None:
            return
        if concerns_customer(kept.payment):
            self.customers.add(parent, status, reasons)
        elif kept.payment.definition[:8] != RETURN and parent.payment.definition[:8] in PAYMENTS:
            self.banks.add(parent, status, reasons)

    def _is_taken_back(self, kept: Kept) -> bool:
        return is_rejected(self.sheet, kept) or is_returned(self.sheet, payment_of(self.sheet, kept))


def _key(kept: Kept) -> tuple[int, str, int]:
    return kept.record, kept.payment.message_id, kept.payment.position
