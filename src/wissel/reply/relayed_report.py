"""Pass a report on: the pacs.002 of a network becomes the customer's pain.002, with the customer's own identifiers.

What joins the two are stored links, given as values: which transaction of which order became which payment between
banks. The report names the transactions that it is about; the others count with their last known status.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from wissel.core.codes import finding
from wissel.core.finding import Finding
from wissel.reply.ladder import PARTIAL, ladder, may_follow, moved, status_goes_back
from wissel.reply.matching import Link, Links, ambiguous
from wissel.reply.original import ORDERS, Original, ids_of, outermost
from wissel.reply.reported import Reported
from wissel.reply.status import Status, Statuses
from wissel.xml.blocks.block import Block

_ELEMENTS = {"pain.001": ("CstmrCdtTrfInitn", "CdtTrfTxInf"), "pain.008": ("CstmrDrctDbtInitn", "DrctDbtTxInf")}
FINDINGS_MAX = 100
"""Findings of a report that are told one by one."""
_AMOUNTS = {"pain.001": "Amt/InstdAmt", "pain.008": "InstdAmt"}


@dataclass(frozen=True, slots=True)
class OrderedPayment:
    """A transaction of a customer's order, and what it became between banks."""

    number: int
    """In the order, from 1."""
    payment: int
    """Number of its payment (PmtInf) in the order, from 1."""
    payment_id: str
    end_to_end_id: str
    amount: str
    """As the order has it; for sums per status."""
    currency: str
    instruction_id: str | None = None
    """The customer's own."""
    uetr: str | None = None
    sent_as: Mapping[str, str] | None = None
    """References of the payment between banks: ``InstrId``, ``TxId``, ``UETR``, ``EndToEndId``."""
    sent_in: str | None = None
    """Identifier of the message between banks."""
    status: str | None = None
    """Last status told to the customer."""


@dataclass(frozen=True, slots=True)
class CustomerOrder:
    """A customer's order as far as a report about it needs it."""

    definition: str
    message_id: str
    payments: tuple[OrderedPayment, ...]
    """In the order's own order: the transactions of one payment stand together."""
    created: str | None = None
    number_of_transactions: str | None = None
    control_sum: str | None = None


@dataclass(frozen=True, slots=True)
class Relayed:
    """What a report comes to for the customer."""

    statuses: Statuses
    told: int
    """How many transactions have something new."""
    findings: tuple[Finding, ...]


def values_block(kind: str, below: str, number: int, parent: Block | None, values: Mapping[str, str | None]) -> Block:
    """A block made of stored values; those that are None are left out."""
    block = Block(kind, below, number, parent)
    kept = {path: text for path, text in values.items() if text is not None}
    block.fill(tuple(kept), list(kept.values()), [])
    return block


def order_blocks(order: CustomerOrder) -> Iterator[Block]:
    """The order as blocks, as if it were read again."""
    family = ".".join(order.definition.split(".")[:2])
    name, transaction = _ELEMENTS[family]
    header = {
        "GrpHdr/MsgId": order.message_id,
        "GrpHdr/CreDtTm": order.created,
        "GrpHdr/NbOfTxs": order.number_of_transactions,
        "GrpHdr/CtrlSum": order.control_sum,
    }
    message = values_block("message", f"/Document/{name}", 1, None, header)
    group: Block | None = None
    for one in order.payments:
        if group is None or group.number != one.payment:
            if group is not None:
                yield group
            group = values_block("group", "PmtInf", one.payment, message, {"PmtInfId": one.payment_id})
        amount = _AMOUNTS[family]
        values = {
            "PmtId/InstrId": one.instruction_id,
            "PmtId/EndToEndId": one.end_to_end_id,
            "PmtId/UETR": one.uetr,
            amount: one.amount,
            f"{amount}/@Ccy": one.currency,
        }
        group.children += 1
        yield values_block("transaction", f"PmtInf/{transaction}", one.number, group, values)
    if group is not None:
        yield group
    yield message


def order_of(original: Original, blocks: Iterator[Block]) -> CustomerOrder:
    """An order as values, read from the order itself: the payments between banks are taken to bear its references."""
    family = original.family
    payments = []
    for block in blocks:
        if block.kind != "transaction" or block.parent is None:
            continue
        ids = ids_of(family, block)
        amount = block.first("Amt/InstdAmt", "Amt/EqvtAmt/Amt", "InstdAmt") or ""
        currency = block.first("Amt/InstdAmt/@Ccy", "Amt/EqvtAmt/Amt/@Ccy", "InstdAmt/@Ccy") or ""
        payments.append(
            OrderedPayment(
                block.number,
                block.parent.number,
                block.parent.text("PmtInfId") or "",
                ids.get("EndToEndId", ""),
                amount,
                currency,
                ids.get("InstrId"),
                ids.get("UETR"),
                {name: ids[name] for name in ("EndToEndId", "UETR") if name in ids},
            )
        )
    message = outermost(original.message)
    return CustomerOrder(
        original.definition,
        original.message_id or "",
        tuple(payments),
        original.creation_time,
        message.text("GrpHdr/NbOfTxs"),
        message.text("GrpHdr/CtrlSum"),
    )


def relay(order: CustomerOrder, report: Iterable[Reported]) -> Relayed:
    """What a network's report says to the customer: new statuses by number of the order's transactions.

    A status that goes back is not passed on. What the report says of payments of other orders is left out; where
    nothing in it is about this order, a finding says so.
    """
    if ".".join(order.definition.split(".")[:2]) not in ORDERS:
        raise ValueError(f"{order.definition} is no customer's order")
    known = {one.number: one for one in order.payments}
    links = Links(Link(one.number, one.sent_as or {}) for one in order.payments)
    chosen: dict[int, Status] = {}
    findings: list[Finding] = []
    for said in report:
        meant = _meant(said, order, links)
        if said.ids and len(meant) > 1:
            if len(findings) < FINDINGS_MAX:
                findings.append(ambiguous(f"What the report says of a payment of {order.message_id}", said.ids))
            continue
        for number in meant:
            last, status = known[number].status, said.status.code
            if status is None or status == PARTIAL or status not in ladder():
                continue
            if last is not None and not may_follow(moved(None, last), status):
                if len(findings) < FINDINGS_MAX:
                    findings.append(status_goes_back(last, status, number))
                continue
            chosen[number] = said.status
    if not chosen and not findings:
        message = f"The report is about none of the {len(order.payments):,} transactions of {order.message_id}."
        findings.append(finding("REPLY-LINK-MISSING", message, value=order.message_id))
    told = len(chosen)
    for one in order.payments:
        if one.number not in chosen:
            chosen[one.number] = Status(one.status or "ACTC", listed=False)
    return Relayed(Statuses(Status(None, listed=False), chosen), told, tuple(findings))


def _meant(said: Reported, order: CustomerOrder, links: Links) -> tuple[int, ...]:
    """The order's transactions that a line of a report is about."""
    if said.ids:
        return links.matching(said.ids)
    return tuple(one.number for one in order.payments if one.sent_in is not None and one.sent_in == said.message_id)
