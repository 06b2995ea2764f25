"""Returns of payments that were sent (pacs.004): the money is credited to who paid, or passed on to the bank before us.

Each transaction is joined with its payment by stored links. One that is larger than the payment, in another currency,
for a payment that came back before, or from a stranger, is refused and nothing is booked. Where no payment is known,
the money is here all the same and stands on the suspense account.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from wissel.core.codes import finding
from wissel.core.finding import Finding
from wissel.core.money import Money, in_minor_units, parse_amount, parse_money
from wissel.engine.booking import settlement_account
from wissel.engine.context import Context, Effects, Received
from wissel.engine.interbank.customer_news import News, concerns_customer
from wissel.engine.interbank.moving import RETURNED, Details, Move, booking_day, posting, suspense_account
from wissel.engine.interbank.peer import may_speak, network_of, peer_of, sender_of, settles_over
from wissel.engine.interbank.return_relay import Coming, pass_back
from wissel.engine.interbank.sheet import Sheet
from wissel.engine.interbank.taking_back import details_of_sent, is_taken_back, key_of, payer
from wissel.engine.stored import Stored, stored
from wissel.journal.trace import Kept
from wissel.journal.values import Direction, Payment
from wissel.reply.faults import faults_of
from wissel.reply.ladder import REJECTED
from wissel.reply.original import ids_of, outermost
from wissel.routing.agent import Agent
from wissel.routing.order import Order
from wissel.xml.blocks.block import Block

FAMILY, PAYMENTS = "pacs.004", ("pacs.008", "pacs.009")
CREDITED, PASSED_ON, HELD = "ACCC", "ACSP", "ACSC"
"""Statuses of a return: who paid has the money; it is on its way; nobody has it yet."""


def handle_return(context: Context, received: Received) -> Effects:
    """What comes of one message of returns."""
    handling = _Returns(context, received)
    for block in received.message.blocks():
        if block.kind == "transaction":
            handling.take(block)
    pass_back(handling.sheet, handling.coming)
    handling.customers.tell(handling.sheet)
    counts = handling.sheet.counts
    refused = counts["refused"] and not (counts["returned"] or counts["sent"] or counts["held"])
    return handling.sheet.effects(not refused)


@dataclass(frozen=True, slots=True)
class _One:
    """One transaction of the message."""

    block: Block
    money: Money
    amount: int
    sender: Agent | None
    day: date
    reason: str


class _Returns:
    def __init__(self, context: Context, received: Received) -> None:
        self.context = context
        self.received = received
        self.sheet = Sheet(context, received)
        self.customers = News()
        self.coming: list[Coming] = []
        self.faults = faults_of(received.report.findings, received.definition, received.report.unlisted)

    def take(self, block: Block) -> None:
        """One transaction."""
        one = self._read(block)
        if isinstance(one, Finding):
            self._refuse(one)
            return
        ids = ids_of(FAMILY, block)
        found = self._found(block, ids)
        if not found:
            self._hold(one, next(iter(ids.values()), ""))
            return
        known = [(kept, stored(kept.payment)) for kept in found]
        faults = [may_speak(self.context, content, kept.payment.party, one.sender) for kept, content in known]
        allowed = [kept for kept, fault in zip(found, faults, strict=True) if fault is None]
        if not allowed:
            self._refuse(next(fault for fault in faults if fault is not None))
            return
        sent = self._booked(allowed[-1])
        fault = self._fault(one, sent)
        if fault is not None:
            self._refuse(fault)
        else:
            self._carry_out(one, sent)

    def _read(self, block: Block) -> _One | Finding:
        where = {"path": block.path, "transaction": block.number}
        codes = self.faults.transactions.get(block.number) or self.faults.message
        money = parse_money(block.text("RtrdIntrBkSttlmAmt") or "", block.text("RtrdIntrBkSttlmAmt/@Ccy"))
        amount = in_minor_units(money) if money is not None else None
        if codes or money is None or not amount:
            said = f"Return {block.number:,} names no amount that can be booked, or is not valid."
            return finding("AMOUNT-NOT-BOOKABLE", said, **where)  # type: ignore[arg-type]
        text = block.text("IntrBkSttlmDt") or outermost(block).text("GrpHdr/IntrBkSttlmDt")
        day = date.fromisoformat(text[:10]) if text else booking_day(self.context)
        reason = block.first("RtrRsnInf/Rsn/Cd", "RtrRsnInf/Rsn/Prtry") or "MS03"
        return _One(block, money, amount, sender_of(self.context, self.received, block), day, reason)

    def _found(self, block: Block, ids: dict[str, str]) -> tuple[Kept, ...]:
        around = outermost(block)
        message_id = block.text("OrgnlGrpInf/OrgnlMsgId") or around.text("OrgnlGrpInf/OrgnlMsgId")
        name = (block.text("OrgnlGrpInf/OrgnlMsgNmId") or around.text("OrgnlGrpInf/OrgnlMsgNmId") or "")[:8]
        families = (name,) if name in PAYMENTS else PAYMENTS
        return self.sheet.matching(Direction.OUT, families, message_id, ids)

    def _booked(self, sent: Kept) -> Kept:
        """The payment itself, or the one that it covers: what is booked is booked for that one."""
        if stored(sent.payment).posting is not None:
            return sent
        parent = self.sheet.parent(sent)
        others = self.sheet.children(parent) if parent is not None else ()
        return next((kept for kept in others if stored(kept.payment).posting is not None), sent)

    def _fault(self, one: _One, sent: Kept) -> Finding | None:
        """Why a return is not taken."""
        where = {"path": one.block.path, "transaction": one.block.number, "value": f"{one.money.amount:f}"}
        payment, known = sent.payment, stored(sent.payment)
        if is_taken_back(self.sheet, sent) or known.posting is None or known.settlement is None:
            said = f"The payment {payment.message_id} {payment.position:,} came back before; this return is refused."
            return finding("PAYMENT-TAKEN-BACK", said, **where)  # type: ignore[arg-type]
        if one.money.currency != payment.currency:
            said = f"The payment was in {payment.currency}, the return is in {one.money.currency}."
            return finding("RETURN-CURRENCY-DIFFERS", said, **where)  # type: ignore[arg-type]
        if one.amount > (known.amount or 0):
            said = f"The payment was of {payment.amount} {payment.currency}, the return is of {one.money.amount:f}."
            return finding("RETURN-EXCEEDS-PAYMENT", said, allowed=payment.amount, **where)  # type: ignore[arg-type]
        return None

    def _refuse(self, why: Finding) -> None:
        self.sheet.findings.append(why)
        self.sheet.counts["refused"] += 1

    def _carry_out(self, one: _One, sent: Kept) -> None:
        parent = self.sheet.parent(sent)
        known = stored(sent.payment)
        details = (*details_of_sent(sent), *_told(one, sent.payment))
        currency = one.money.currency
        to = payer(self.sheet, known, currency)
        case = f"{known.case or 'other'}{RETURNED}"
        move = Move(key_of(sent), known.settlement or "", to, one.amount, currency, one.day, case, details)
        if parent is not None and parent.payment.definition[:8] in PAYMENTS:
            kept = self._keep(one, sent, to, known.settlement, move.key)
            self.coming.append(Coming(one.block, kept, sent, parent, move))
            return
        self.sheet.book(posting(self.context, move))
        self.sheet.say(self._keep(one, sent, to, known.settlement, move.key), CREDITED)
        self.sheet.counts["returned"] += 1
        told = parent is not None and concerns_customer(sent.payment)
        if told and parent is not None and self.context.bank.incoming.return_report:
            self.customers.add(parent, REJECTED, (one.reason,))

    def _hold(self, one: _One, name: str) -> None:
        """Money that came back for no payment that is known."""
        currency = one.money.currency
        order = _as_order(one, self.received.definition)
        network = network_of(self.context, order)
        named = network.name if network is not None else self.context.channel.name
        source = settles_over(self.context.bank, network, order, one.sender)
        source = source or settlement_account(None, named, currency)
        suspense = suspense_account(self.context, currency)
        case = network.name if network is not None else "other"
        key = f"{self.received.base}:{one.block.number}"
        details = (("return_reason", one.reason), ("end_to_end_id", one.block.text("OrgnlEndToEndId") or ""))
        told = tuple((field, text) for field, text in details if text)
        move = Move(key, source, suspense, one.amount, currency, one.day, f"{case}{RETURNED}", told)
        self.sheet.book(posting(self.context, move))
        self.sheet.say(self._keep(one, None, suspense, source, key), HELD)
        said = f"Nothing is known of the payment {name} that comes back; its money stands on {suspense}."
        self.sheet.find("ORIGINAL-UNKNOWN", said, value=name, transaction=one.block.number, path=one.block.path)
        self.sheet.counts["held"] += 1

    def _keep(self, one: _One, sent: Kept | None, account: str, settlement: str | None, key: str) -> Kept:
        block, around = one.block, outermost(one.block)
        header = self.received.message.header()
        ids = ids_of(FAMILY, block)
        about = sent.payment if sent is not None else None
        network = stored(about).network if about is not None else self.context.channel.network
        content = Stored(
            network=network,
            account=account,
            settlement=settlement,
            amount=one.amount,
            posting=key,
            peer=peer_of(one.sender),
            created=around.text("GrpHdr/CreDtTm"),
        )
        return self.sheet.keep(
            Payment(
                Direction.IN,
                self.received.definition,
                around.text("GrpHdr/MsgId") or "",
                block.number,
                self.context.channel.name,
                business_message_id=header.text("BizMsgIdr") if header is not None else None,
                instruction_id=block.text("RtrId"),
                end_to_end_id=ids.get("EndToEndId"),
                transaction_id=ids.get("TxId"),
                uetr=ids.get("UETR"),
                currency=one.money.currency,
                amount=f"{one.money.amount:f}",
                date=one.day.isoformat(),
                parent=(about.definition, about.message_id, about.position) if about is not None else None,
                content=content.text,
                parent_record=sent.record if sent is not None else None,
            )
        )


def _told(one: _One, payment: Payment) -> Details:
    """What a statement says of a return: why, and what was taken from it on the way."""
    found = [("return_reason", one.reason)]
    before = parse_amount(payment.amount or "") or Decimal(0)
    if before > one.money.amount:
        found += [("instructed_amount", payment.amount or ""), ("instructed_currency", payment.currency or "")]
        taken = f"{before - one.money.amount:f}"
        found += [("charges_amount", taken), ("charges_currency", one.money.currency)]
    return tuple(found)


def _as_order(one: _One, definition: str) -> Order:
    """What is needed to tell over which account a return was settled."""
    around = outermost(one.block)
    return Order(
        transaction=one.block.number,
        definition=definition,
        currency=one.money.currency,
        amount=one.money.amount,
        instructed=one.money,
        instructing_agent=one.sender,
        settlement_method=around.text("GrpHdr/SttlmInf/SttlmMtd"),
        clearing_system=around.first("GrpHdr/SttlmInf/ClrSys/Cd", "GrpHdr/SttlmInf/ClrSys/Prtry"),
        settlement_account=around.first("GrpHdr/SttlmInf/SttlmAcct/Id/IBAN", "GrpHdr/SttlmInf/SttlmAcct/Id/Othr/Id"),
    )
