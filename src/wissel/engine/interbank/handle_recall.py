"""Recalls of payments that came in (camt.056), answered by a resolution (camt.029), and by a return where that is yes.

* A payment that is not known, or was not exchanged with who recalls it: refused (RJCR, NOOR: never received).
* One that came to nothing or was sent back before: refused (RJCR, ARDT: already returned).
* One that waits and has not been credited: cancelled (CNCL); what comes for it later is not carried out.
* One that was credited: as the bank chooses it: pending (PDCR) until a person answers it (see
  :mod:`wissel.engine.instructions.recalls`), refused (RJCR, CUST), or sent back (CNCL, and a
  pacs.004 with FOCR) where the account still holds the money, else pending.
* One that was passed on: pending, for a person to ask the bank that has it.

Reasons are codes of ISO 20022, ExternalPaymentCancellationRejection1Code.
"""

from dataclasses import replace

from wissel.engine.answering.answers import faulty_values
from wissel.engine.context import Context, Effects, Received
from wissel.engine.interbank.peer import may_speak, peer_of, sender_of
from wissel.engine.interbank.recalled import RECALL as FAMILY
from wissel.engine.interbank.recalled import RESOLUTION, is_returned, sent_back
from wissel.engine.interbank.replying import Way, back, definition_for, resolution_bodies, said_of, signed_for, stamp_of
from wissel.engine.interbank.sheet import Sheet
from wissel.engine.interbank.transfer import CANCELLED as CALLED_BACK
from wissel.engine.interbank.transfer import CREDITED, HELD, REJECTED, WAITING
from wissel.engine.orders.funds import LedgerFunds
from wissel.engine.stored import Stored, stored
from wissel.journal.trace import Kept
from wissel.journal.values import Direction, Payment
from wissel.reply.investigation import CANCELLED, PENDING, REFUSED
from wissel.reply.original import ids_of, opened, outermost
from wissel.reply.reason import Reason
from wissel.reply.status import Status
from wissel.routing.bank import Recall
from wissel.xml.blocks.block import Block

PAYMENTS = ("pacs.008", "pacs.009")
NEVER_RECEIVED, ALREADY_RETURNED, CUSTOMER_SAYS_NO = "NOOR", "ARDT", "CUST"
_SAID = {CANCELLED: "ACCC", REFUSED: "RJCT", PENDING: "PDNG"}
"""Statuses by which the journal notes what a recall came to; those that are pending wait for a person."""
_COUNTED = {CANCELLED: "cancelled", REFUSED: "denied", PENDING: "pending"}
_WHOLE = "OrgnlGrpInfAndCxl"


def handle_recall(context: Context, received: Received) -> Effects:
    """What comes of one recall."""
    recalls = _Recalls(context, received)
    for block in received.message.blocks():
        if block.kind == "transaction":
            recalls.take(block)
        elif block.kind == "group" and not block.children and block.has(f"{_WHOLE}/OrgnlMsgId"):
            recalls.take_whole(block)
    recalls.answer()
    refused = recalls.sheet.counts["refused"]
    return recalls.sheet.effects(not refused or refused < len(recalls.said) + len(recalls.wholes))


class _Recalls:
    def __init__(self, context: Context, received: Received) -> None:
        self.context = context
        self.received = received
        self.sheet = Sheet(context, received)
        self.funds = LedgerFunds(context.connection, context.bank.accounts)
        self.said: dict[int, Status] = {}
        self.wholes: list[Status] = []

    def take(self, block: Block) -> None:
        """One transaction that is recalled."""
        ids, group = ids_of(FAMILY, block), block.parent
        message_id = block.text("OrgnlGrpInf/OrgnlMsgId")
        if message_id is None and group is not None:
            message_id = group.text(f"{_WHOLE}/OrgnlMsgId")
        name = (block.text("OrgnlGrpInf/OrgnlMsgNmId") or "")[:8]
        families = (name,) if name in PAYMENTS else PAYMENTS
        found = self.sheet.matching(Direction.IN, families, message_id, ids)
        allowed = self._allowed(block, found, ids.get("UETR") or next(iter(ids.values()), ""))
        self.said[block.number] = self._recalled(block, allowed[-1]) if allowed else self._never()

    def take_whole(self, block: Block) -> None:
        """A message that is recalled with all its transactions, none of them named."""
        message_id = block.text(f"{_WHOLE}/OrgnlMsgId") or ""
        found = self.sheet.message(Direction.IN, message_id)
        of_payments = tuple(kept for kept in found if kept.payment.definition[:8] in PAYMENTS)
        allowed = self._allowed(block, of_payments, message_id)
        some = [self._recalled(block, kept) for kept in allowed] or [self._never()]
        same = all(one == some[0] for one in some)
        self.wholes.append(some[0] if same else Status(PENDING))

    def _recalled(self, block: Block, came: Kept) -> Status:
        status, reason = self._decided(came)
        self.sheet.counts[_COUNTED[status]] += 1
        self.sheet.say(self._keep(block, came), _SAID[status], (reason,) if reason is not None else ())
        return Status(status, (Reason(reason),) if reason is not None else ())

    def _never(self) -> Status:
        self.sheet.counts["denied"] += 1
        return Status(REFUSED, (Reason(NEVER_RECEIVED),))

    def _allowed(self, block: Block, found: tuple[Kept, ...], name: str) -> list[Kept]:
        """Those of the payments that the sender may recall; a finding where there are none."""
        sender = sender_of(self.context, self.received, block)
        faults = [may_speak(self.context, stored(kept.payment), kept.payment.party, sender) for kept in found]
        allowed = [kept for kept, fault in zip(found, faults, strict=True) if fault is None]
        if not allowed and faults and faults[0] is not None:
            self.sheet.findings.append(faults[0])
            self.sheet.counts["refused"] += 1
        elif not allowed:
            said = f"Nothing is known of the payment {name} that is recalled."
            self.sheet.find("ORIGINAL-UNKNOWN", said, value=name, path=block.path)
        return allowed

    def _decided(self, came: Kept) -> tuple[str, str | None]:
        """What the recall comes to, and why; what follows is booked and written."""
        last = self.sheet.last(came)
        status = last.status if last is not None else None
        if status in (REJECTED, CALLED_BACK) or is_returned(self.sheet, came):
            return REFUSED, ALREADY_RETURNED
        if status == WAITING:
            self.sheet.say(came, CALLED_BACK)
            return CANCELLED, None
        if status not in (CREDITED, HELD):
            return self._left_to_a_person(came)
        choice = self.context.bank.incoming.recall
        if choice is Recall.REJECT:
            return REFUSED, CUSTOMER_SAYS_NO
        if choice is Recall.RETURN_IF_FUNDS and sent_back(self.sheet, self.funds, came) is None:
            return CANCELLED, None
        return self._left_to_a_person(came)

    def _left_to_a_person(self, came: Kept) -> tuple[str, None]:
        one = came.payment
        said = f"The payment {one.uetr or one.end_to_end_id} of {one.currency} {one.amount} is recalled; decide."
        self.sheet.find("RECALL-PENDING", said, value=one.uetr)
        return PENDING, None

    def _keep(self, block: Block, came: Kept) -> Kept:
        one, around = came.payment, outermost(block)
        header = self.received.message.header()
        content = Stored(
            network=self.context.channel.network,
            peer=peer_of(sender_of(self.context, self.received, block)),
            values=said_of(block) if block.kind == "transaction" else {},
            message=said_of(around),
            header=said_of(header),
            guideline=self.received.report.guideline,
        )
        return self.sheet.keep(
            Payment(
                Direction.IN,
                self.received.definition,
                around.text("Assgnmt/Id") or "",
                block.number if block.kind == "transaction" else one.position,
                self.context.channel.name,
                business_message_id=header.text("BizMsgIdr") if header is not None else None,
                instruction_id=block.text("CxlId"),
                end_to_end_id=one.end_to_end_id,
                transaction_id=one.transaction_id,
                uetr=one.uetr,
                currency=one.currency,
                amount=one.amount,
                content=content.text,
                parent=(one.definition, one.message_id, one.position),
                parent_record=came.record,
            )
        )

    def answer(self) -> None:
        """The resolution."""
        message = self.received.message
        original, _ = opened(self.received.definition, message.blocks(), message.header())
        if original is None or not (self.said or self.wholes):
            return
        original = replace(original, faulty=faulty_values(self.received.report))
        name = self.context.channel.network
        network = self.context.bank.networks.get(name) if name is not None else None
        definition = definition_for(network, "camt.029", RESOLUTION)
        guideline = self.received.report.guideline
        way = Way(definition, self.context.channel.name, guideline, signed_for(network), answer=True)
        stamped = stamp_of(self.sheet, definition)
        same = all(one == self.wholes[0] for one in self.wholes)
        whole = (self.wholes[0] if same else Status(PENDING)) if self.wholes else None
        bodies = resolution_bodies(
            self.sheet, definition, original, message.blocks, self.said, whole, stamped, guideline
        )
        back(self.sheet, way, bodies, stamped)
