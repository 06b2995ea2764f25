"""Returns of payments that were sent (pacs.004): the money is credited to who paid, or passed on to the bank before us.

Each transaction is joined with its payment by stored links. One that no payment is known for, that is larger than its
payment, in another currency, or for a payment that came back before, credits nobody. Where its money is here already
(see :func:`wissel.engine.interbank.transfer_checks.is_settled`), it stands on the suspense account, since a return
cannot be returned; where it is still to come, it is rejected (pacs.002), and nothing is booked. That of a stranger is
always rejected: who may not speak about a payment is not believed about the money either. A payment comes back once, in
one sum: what the other bank kept of it are its charges.
"""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from wissel.core.codes import finding
from wissel.core.finding import Finding
from wissel.core.money import Money, parse_amount, parse_money
from wissel.engine.answering.answers import faulty_values
from wissel.engine.context import Context, Effects, Received
from wissel.engine.interbank.cover_sent import cover_of, is_rejected, is_returned, payment_of
from wissel.engine.interbank.customer_news import News, concerns_customer
from wissel.engine.interbank.meant import allowed, families_of, only
from wissel.engine.interbank.moving import (
    RETURNED,
    Details,
    Move,
    booking_day,
    far_ahead,
    minor_units_of,
    posting,
    suspense_account,
)
from wissel.engine.interbank.peer import network_of, peer_of, sender_of, settles_over
from wissel.engine.interbank.replying import (
    UNSPECIFIED,
    Way,
    back,
    definition_for,
    report_bodies,
    signed_for,
    stamp_of,
    status_for,
)
from wissel.engine.interbank.return_relay import Coming, pass_back
from wissel.engine.interbank.sheet import Sheet
from wissel.engine.interbank.taking_back import details_of_sent, key_of, payer
from wissel.engine.interbank.transfer_checks import is_settled
from wissel.engine.refusals import ANSWERS
from wissel.engine.stored import Stored, stored
from wissel.journal.trace import Kept
from wissel.journal.values import Direction, Payment
from wissel.reply.faults import faults_of
from wissel.reply.ladder import REJECTED
from wissel.reply.original import ids_of, opened, outermost
from wissel.reply.status import Status, Statuses
from wissel.routing.agent import Agent
from wissel.routing.network import Network
from wissel.routing.order import Order
from wissel.xml.blocks.block import Block

FAMILY, PAYMENTS = "pacs.004", ("pacs.008", "pacs.009")
CREDITED, PASSED_ON, HELD = "ACCC", "ACSP", "ACSC"
"""Statuses of a return: who paid has the money; it is on its way; nobody has it yet."""
_SETTLED = "ACSC"
"""Of a return that was taken, in a report about others: counted, not named."""


def handle_return(context: Context, received: Received) -> Effects:
    """What comes of one message of returns."""
    handling = _Returns(context, received)
    for block in received.message.blocks():
        if block.kind == "transaction":
            handling.take(block)
    pass_back(handling.sheet, handling.coming)
    handling.customers.tell(handling.sheet)
    handling.answer()
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
    network: Network | None
    order: Order


class _Returns:
    def __init__(self, context: Context, received: Received) -> None:
        self.context = context
        self.received = received
        self.sheet = Sheet(context, received)
        self.customers = News()
        self.coming: list[Coming] = []
        self.faults = faults_of(received.report.findings, received.definition, received.report.unlisted)
        self.refused: dict[int, tuple[str, ...]] = {}
        """Number of a transaction -> why it is rejected."""
        self.network: Network | None = None
        """Over which the returns come."""

    def take(self, block: Block) -> None:
        """One transaction."""
        one = self._read(block)
        if isinstance(one, Finding):
            self._refuse(block, one)
            return
        self.network = one.network
        ids = ids_of(FAMILY, block)
        found, stranger = allowed(self.sheet, self._found(block, ids), block)
        if stranger is not None:
            self._refuse(block, stranger, (UNSPECIFIED,))
            return
        sent = self._one_of(found, ids, block.number)
        why = self._fault(one, sent) if isinstance(sent, Kept) else sent
        if isinstance(sent, Kept) and why is None:
            self._carry_out(one, sent)
        else:
            self._without_payment(one, why or _unknown(one, ids))

    def _read(self, block: Block) -> _One | Finding:
        money = parse_money(block.text("RtrdIntrBkSttlmAmt") or "", block.text("RtrdIntrBkSttlmAmt/@Ccy"))
        amount = minor_units_of(money) if money is not None else None
        if money is None or not amount:
            said = f"Return {block.number:,} names no amount that can be booked."
            return finding("AMOUNT-NOT-BOOKABLE", said, path=block.path, transaction=block.number)
        text = block.text("IntrBkSttlmDt") or outermost(block).text("GrpHdr/IntrBkSttlmDt")
        day = _day(text) or booking_day(self.context)
        reason = block.first("RtrRsnInf/Rsn/Cd", "RtrRsnInf/Rsn/Prtry") or UNSPECIFIED
        sender = sender_of(self.context, self.received, block)
        order = _as_order(block, money, day, sender, self.received.definition)
        return _One(block, money, amount, sender, day, reason, network_of(self.context, order), order)

    def _found(self, block: Block, ids: dict[str, str]) -> tuple[Kept, ...]:
        around = outermost(block)
        message_id = block.text("OrgnlGrpInf/OrgnlMsgId") or around.text("OrgnlGrpInf/OrgnlMsgId")
        name = block.text("OrgnlGrpInf/OrgnlMsgNmId") or around.text("OrgnlGrpInf/OrgnlMsgNmId")
        return self.sheet.matching(Direction.OUT, families_of(name, PAYMENTS), message_id, ids)

    def _one_of(self, found: tuple[Kept, ...], ids: dict[str, str], number: int) -> Kept | Finding | None:
        """The payment that comes back: itself, or the one that it covers, for what is booked is booked for that one."""
        paid = tuple({(kept.record, kept.payment[1:4]): kept for kept in map(self._paid, found)}.values())
        return only(paid, ids, "The payment that comes back", number) if paid else None

    def _paid(self, sent: Kept) -> Kept:
        return payment_of(self.sheet, sent)

    def _fault(self, one: _One, sent: Kept) -> Finding | None:
        """Why a return is not taken."""
        where = {"path": one.block.path, "transaction": one.block.number, "value": f"{one.money.amount:f}"}
        payment, known = sent.payment, stored(sent.payment)
        if self.faults.message or one.block.number in self.faults.transactions:
            said = f"Return {one.block.number:,} is not valid; its money goes to nobody."
            return finding("RETURN-INVALID", said, **where)  # type: ignore[arg-type]
        if self._is_back(sent) or known.posting is None or known.settlement is None:
            said = f"The payment {payment.message_id} {payment.position:,} came back before; this return is refused."
            return finding("PAYMENT-TAKEN-BACK", said, **where)  # type: ignore[arg-type]
        if one.money.currency != payment.currency:
            said = f"The payment was in {payment.currency}, the return is in {one.money.currency}."
            return finding("RETURN-CURRENCY-DIFFERS", said, **where)  # type: ignore[arg-type]
        if one.amount > (known.amount or 0):
            said = f"The payment was of {payment.amount} {payment.currency}, the return is of {one.money.amount:f}."
            return finding("RETURN-EXCEEDS-PAYMENT", said, allowed=payment.amount, **where)  # type: ignore[arg-type]
        return None

    def _is_back(self, sent: Kept) -> bool:
        """Whether nothing of a payment is outside any more: it was rejected, or its money came back."""
        cover = cover_of(self.sheet, sent)
        return is_returned(self.sheet, sent) or is_rejected(self.sheet, sent if cover is None else cover)

    def _refuse(self, block: Block, why: Finding, reasons: tuple[str, ...] = ()) -> None:
        self.sheet.findings.append(why)
        self.sheet.counts["refused"] += 1
        faults = self.faults.transactions.get(block.number) or self.faults.message
        self.refused[block.number] = reasons or faults or (why.reason or UNSPECIFIED,)

    def _without_payment(self, one: _One, why: Finding) -> None:
        """A return that cannot be taken: its money is here, or it is still to come."""
        source = settles_over(self.context.bank, one.network, one.order, one.sender)
        if source is not None and is_settled(one.network, one.order, booking_day(self.context)):
            self._hold(one, why, source)
        else:
            self._refuse(one.block, why)

    def answer(self) -> None:
        """Reject what was refused (pacs.002), where the network takes answers."""
        network, message = self.network, self.received.message
        original, _ = opened(self.received.definition, message.blocks(), message.header())
        if not self.refused or original is None or (network is not None and network.answers == "none"):
            return
        original = replace(original, faulty=faulty_values(self.received.report))
        guideline = self.received.report.guideline
        definition = definition_for(network, "pacs.002", ANSWERS[FAMILY])
        statuses = {
            number: status_for(self.sheet, definition, guideline, REJECTED, codes)
            for number, codes in self.refused.items()
        }
        chosen = Statuses(Status(_SETTLED, listed=False), statuses)
        way = Way(definition, self.context.channel.name, guideline, signed_for(network), answer=True)
        stamped = stamp_of(self.sheet, definition)
        bodies = report_bodies(self.sheet, definition, original, message.blocks, chosen, stamped, guideline)
        back(self.sheet, way, bodies, stamped)

    def _carry_out(self, one: _One, sent: Kept) -> None:
        parent = self.sheet.parent(sent)
        known = stored(sent.payment)
        details = (*details_of_sent(sent), *_told(one, sent.payment))
        currency = one.money.currency
        cover = cover_of(self.sheet, sent)
        key = key_of(sent)
        if cover is not None and is_rejected(self.sheet, sent):  # then the payer has been credited
            to, key = suspense_account(self.context, currency), key_of(cover)
        else:
            to = payer(self.sheet, known, currency)
        case = f"{known.case or 'other'}{RETURNED}"
        move = Move(key, known.settlement or "", to, one.amount, currency, one.day, case, details)
        self.sheet.findings += far_ahead(self.context, one.day, one.block)
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

    def _hold(self, one: _One, why: Finding, source: str) -> None:
        """Money that came back over an account and goes to nobody."""
        currency, network = one.money.currency, one.network
        suspense = suspense_account(self.context, currency)
        case = network.name if network is not None else "other"
        key = f"{self.received.base}:{one.block.number}"
        details = (("return_reason", one.reason), ("end_to_end_id", one.block.text("OrgnlEndToEndId") or ""))
        told = tuple((field, text) for field, text in details if text)
        move = Move(key, source, suspense, one.amount, currency, one.day, f"{case}{RETURNED}", told)
        self.sheet.book(posting(self.context, move))
        self.sheet.say(self._keep(one, None, suspense, source, key), HELD)
        self.sheet.findings.append(replace(why, message=f"{why.message} Its money stands on {suspense}."))
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


def _unknown(one: _One, ids: dict[str, str]) -> Finding:
    name = next(iter(ids.values()), "")
    said = f"Nothing is known of the payment {name} that comes back."
    return finding("ORIGINAL-UNKNOWN", said, value=name, transaction=one.block.number, path=one.block.path)


def _day(text: str | None) -> date | None:
    """A day of XML Schema, where it is one of a year that has four digits."""
    try:
        return date.fromisoformat((text or "")[:10])
    except ValueError:
        return None


def _as_order(block: Block, money: Money, day: date, sender: Agent | None, definition: str) -> Order:
    """What is needed to tell over which account a return was settled, and whether it is."""
    around = outermost(block)
    return Order(
        transaction=block.number,
        definition=definition,
        currency=money.currency,
        amount=money.amount,
        instructed=money,
        requested_date=day,
        instructing_agent=sender,
        settlement_method=around.text("GrpHdr/SttlmInf/SttlmMtd"),
        clearing_system=around.first("GrpHdr/SttlmInf/ClrSys/Cd", "GrpHdr/SttlmInf/ClrSys/Prtry"),
        settlement_account=around.first("GrpHdr/SttlmInf/SttlmAcct/Id/IBAN", "GrpHdr/SttlmInf/SttlmAcct/Id/Othr/Id"),
    )
