"""The credit transfers of one message while they are worked on."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

from wissel.catalog.naming import family_of
from wissel.core.finding import Finding, Severity
from wissel.engine.answering.answers import faulty_values
from wissel.engine.booking import settlement_account
from wissel.engine.context import Context, Received
from wissel.engine.conversion.placing import Placer
from wissel.engine.conversion.relay import rejected as finding_of
from wissel.engine.interbank.moving import (
    Details,
    Move,
    booking_day,
    details_of,
    far_ahead,
    posting,
    suspense_account,
)
from wissel.engine.interbank.peer import (
    CLEARED,
    COVERED,
    DEBITED,
    behind_of,
    network_of,
    peer_of,
    sender_of,
    settles_over,
)
from wissel.engine.interbank.replying import said_of
from wissel.engine.interbank.sheet import Sheet
from wissel.engine.interbank.transfer_checks import amount_of, is_settled
from wissel.engine.orders.funds import LedgerFunds
from wissel.engine.stored import Stored
from wissel.journal.trace import Kept
from wissel.journal.values import Direction, Payment
from wissel.mapping.placement import Placement
from wissel.reply.faults import Faults
from wissel.reply.matching import NOT_PROVIDED
from wissel.reply.original import Original, ids_of, outermost
from wissel.routing.agent import Agent, same_institution
from wissel.routing.bank import Account
from wissel.routing.decide import Router
from wissel.routing.decision import Decision, Rejection
from wissel.routing.entitlement import debit_of, rejected
from wissel.routing.network import Network
from wissel.routing.order import Order, OrderReader
from wissel.xml.blocks.block import Block

CREDITED, PASSED_ON, WAITING, REJECTED, CANCELLED, HELD = "ACCC", "ACSP", "PDNG", "RJCT", "CANC", "ACSC"
"""Statuses of a payment that came in: the creditor has it; it is on its way; it waits for its cover; it was not taken;
it was called back before it was carried out; its money is here, and nobody has it yet."""


class Taken:
    """One transaction, and what becomes of it."""

    __slots__ = (
        "account", "amount", "block", "children", "decision", "kept", "network", "order", "placement", "posting",
        "reasons", "sender", "settled", "source", "status",
    )  # fmt: skip

    def __init__(self, block: Block, order: Order, network: Network | None, sender: Agent | None) -> None:
        self.block, self.order, self.network, self.sender = block, order, network, sender
        self.amount = 0
        """Minor units."""
        self.source = ""
        """The account over which its money comes; empty while it comes by a cover."""
        self.settled = False
        """Whether the money is here: then it is returned where it is not taken."""
        self.status = ""
        self.reasons: tuple[str, ...] = ()
        self.account: str | None = None
        """The account that is credited, or waits to be."""
        self.posting: str | None = None
        self.placement: Placement | None = None
        """Of the next leg, where it is passed on."""
        self.decision: Decision | None = None
        self.kept: Kept | None = None
        self.children: list[Callable[[Kept], Payment]] = []
        """What was made from it, once it is noted itself."""

    @property
    def refused(self) -> bool:
        """Whether it is not taken."""
        return self.status == REJECTED

    @property
    def number(self) -> int:
        """Which transaction of the message it is."""
        return self.block.number


class Transfers:
    """The transactions of a message, in order, with what they share."""

    def __init__(self, context: Context, received: Received, faults: Faults) -> None:
        self.context = context
        self.received = received
        self.sheet = Sheet(context, received)
        self.taken: list[Taken] = []
        self.funds = LedgerFunds(context.connection, context.bank.accounts)
        self.family = family_of(received.definition)
        self.router = Router(context.bank)
        self.placer = Placer(context.bank)
        self._faults = faults
        self._orders = OrderReader(received.definition, context.channel.name)
        self._here: set[tuple[str, str]] = set()
        self._original: Original | None = None
        self._header = received.message.header()
        self._behind = behind_of(context, received)

    @property
    def original(self) -> Original:
        """The message, as answers name it. Raises ValueError before its first transaction."""
        if self._original is None:
            raise ValueError("no transaction was read yet")
        return self._original

    @property
    def message_id(self) -> str:
        """What its sender calls the message."""
        return self.original.message_id or ""

    @property
    def day(self) -> date:
        """The day of booking."""
        return booking_day(self.context)

    def suspense(self, currency: str) -> str:
        """Where money stands that is nobody's yet."""
        return suspense_account(self.context, currency)

    def come_with_their_money(self) -> bool:
        """Whether the message was settled before it came: then what is wrong with it as a whole sends it back."""
        first = next((block for block in self.received.message.blocks() if block.kind == "transaction"), None)
        if first is None:
            return False
        order = self._orders.order(first)
        return is_settled(network_of(self.context, order), order, self.day)

    def read(self, block: Block) -> Taken:
        """The next transaction, refused already where it must not be carried out."""
        if self._original is None:
            message, faulty = outermost(block), faulty_values(self.received.report)
            self._original = Original(self.received.definition, message, self._header, faulty=faulty)
        sender = sender_of(self.context, self.received, block)
        order = self._orders.order(block)
        if order.instructing_agent is None and sender is not None:
            order = replace(order, instructing_agent=sender)
        network = network_of(self.context, order)
        taken = Taken(block, order, network, sender)
        self.taken.append(taken)
        belied = self._belied(taken)
        over = settles_over(self.context.bank, network, order, sender)
        taken.settled = belied is None and over is not None and is_settled(network, order, self.day)
        codes = self._faults.transactions.get(block.number) or self._faults.message
        if codes:
            taken.source = self._source(taken, None)
            taken.amount = self._amount(taken)
            taken.status, taken.reasons = REJECTED, codes
        elif belied is not None:
            self.reject(taken, belied)
        else:
            self._ask(taken)
        return taken

    def _amount(self, taken: Taken) -> int:
        amount = amount_of(taken.order)
        return amount if isinstance(amount, int) else 0

    def _ask(self, taken: Taken) -> None:
        """What speaks against a transaction, whoever it is for."""
        amount = amount_of(taken.order)
        if isinstance(amount, Rejection):
            taken.source = self._source(taken, None)
            self.reject(taken, amount)
            return
        taken.amount = amount
        debit = debit_of(taken.order, self.context.bank, self.funds)
        taken.source = self._source(taken, debit.account)
        why = debit.rejection or self._not_debited(taken) or self._not_settled(taken) or self._came_before(taken)
        if why is not None:
            self.reject(taken, why)

    def _not_debited(self, taken: Taken) -> Rejection | None:
        """Why the account of the sender may not be debited: which ones may is the channel's to say."""
        channel = self.context.channel
        if taken.order.settlement_method != DEBITED or channel.may_debit(taken.source):
            return None
        return rejected(
            "CHANNEL-MAY-NOT-DEBIT", f"The channel {channel.name} may not debit the account {taken.source}."
        )

    def _not_settled(self, taken: Taken) -> Rejection | None:
        """Why the money of a payment cannot come over a clearing system: this bank does not take part in it."""
        order, network = taken.order, taken.network
        if order.settlement_method not in (None, CLEARED):
            return None
        if settles_over(self.context.bank, network, order, taken.sender) is not None:
            return None
        named = order.clearing_system or "a clearing system that it does not name"
        said = f"The payment is settled in {named}, and this bank takes part in no network of that."
        return rejected("NETWORK-MEMBERSHIP-MISSING", said)

    def _belied(self, taken: Taken) -> Rejection | None:
        """Why who instructs a payment between two banks is not believed: header or channel name somebody else."""
        named, behind = taken.order.instructing_agent, self._behind
        if taken.order.settlement_method in (None, CLEARED) or named is None or behind is None:
            return None
        if same_institution(named, behind):
            return None
        said = f"The payment is instructed by {named}, and the message comes from {behind}."
        return rejected("ANSWER-NOT-OF-SENDER", said)

    def _source(self, taken: Taken, debited: str | None) -> str:
        order = taken.order
        if order.settlement_method == COVERED:
            return ""
        found = debited or settles_over(self.context.bank, taken.network, order, taken.sender)
        name = taken.network.name if taken.network is not None else self.context.channel.name
        return found or settlement_account(None, name, order.currency)

    def _came_before(self, taken: Taken) -> Rejection | None:
        """A payment with the same UETR or TxId, unless it came to nothing."""
        transaction_id = taken.block.text("PmtId/TxId")
        references = (("UETR", taken.order.uetr), ("TxId", transaction_id))
        new = {(name, text) for name, text in references if text not in (None, NOT_PROVIDED)}
        again = bool(new & self._here)
        self._here |= new
        for kept in self.sheet.earlier_ones(self.family, taken.order.uetr, transaction_id):
            same = taken.order.uetr is not None and kept.payment.uetr == taken.order.uetr
            theirs = kept.payment.party == self.context.channel.name and (
                taken.order.uetr is None or kept.payment.uetr is None
            )
            last = self.sheet.last(kept) if same or theirs else None
            again = again or (last is not None and last.status not in (REJECTED, CANCELLED))
        if not again:
            return None
        name = taken.order.uetr or transaction_id
        return rejected("PAYMENT-REPEATED", f"Transaction {taken.number:,} ({name}) came before.")

    def reject(self, taken: Taken, why: Rejection | Finding) -> None:
        """Do not take a transaction."""
        found = finding_of(why, taken.block) if isinstance(why, Rejection) else why
        self.sheet.findings.append(found)
        taken.status = REJECTED
        taken.reasons = (found.reason,) if found.reason is not None else ()

    def key(self, taken: Taken) -> str:
        """Of what is booked for a transaction."""
        return f"{self.received.base}:{taken.number}"

    def details(self, taken: Taken) -> Details:
        """What statements show of it."""
        return details_of(taken.block, self.received.definition, self.message_id, taken.order)

    def move(self, taken: Taken, debited: str, credited: str, value_date: date | None = None) -> Move:
        """A booking of its amount."""
        case = taken.network.name if taken.network is not None and taken.network.kind != "book" else "other"
        return Move(
            self.key(taken), debited, credited, taken.amount, taken.order.currency,
            value_date or taken.order.requested_date or self.day, case, self.details(taken),
        )  # fmt: skip

    def credit(self, taken: Taken, account: str, source: str | None = None) -> None:
        """Book a transaction to an account with us."""
        self.sheet.findings += far_ahead(self.context, taken.order.requested_date or self.day, taken.block)
        self.book(taken, self.move(taken, source or taken.source, account))
        taken.account, taken.status = account, CREDITED

    def book(self, taken: Taken, move: Move) -> None:
        """Book a transaction."""
        self.sheet.book(posting(self.context, move))
        taken.posting = move.key
        self.funds.move(move.debited, -move.amount)
        self.funds.move(move.credited, move.amount)

    def note(self) -> None:
        """Note all transactions, what became of them, and what was made from them."""
        message, header = said_of(self.original.message) if self.taken else {}, said_of(self._header)
        for taken in self.taken:
            taken.kept = self.sheet.keep(self._payment(taken, message, header))
            self.sheet.say(taken.kept, taken.status, taken.reasons)
            self.sheet.counts[_COUNTED[taken.status]] += 1
        for taken in self.taken:
            if taken.kept is not None:
                for child in taken.children:
                    self.sheet.keep(child(taken.kept))

    def _payment(self, taken: Taken, message: dict[str, str], header: dict[str, str]) -> Payment:
        ids = ids_of(self.family, taken.block)
        order, told = taken.order, taken.order.instructed
        content = Stored(
            network=taken.network.name if taken.network is not None else None,
            account=taken.account,
            settlement=taken.source or None,
            amount=taken.amount,
            posting=taken.posting,
            case=taken.network.name if taken.network is not None else None,
            peer=peer_of(taken.sender),
            created=self.original.creation_time,
            values=said_of(taken.block),
            message=message,
            header=header,
            header_definition=self.received.message.header_definition,
            envelope=self.received.message.envelope,
            guideline=self.received.report.guideline,
        )
        return Payment(
            Direction.IN,
            self.received.definition,
            self.message_id,
            taken.number,
            self.context.channel.name,
            business_message_id=self._header.text("BizMsgIdr") if self._header is not None else None,
            instruction_id=ids.get("InstrId"),
            end_to_end_id=ids.get("EndToEndId"),
            transaction_id=ids.get("TxId"),
            uetr=ids.get("UETR"),
            currency=order.currency or None,
            amount=f"{told.amount:f}" if told is not None else None,
            date=order.requested_date.isoformat() if order.requested_date is not None else None,
            content=content.text,
        )


_COUNTED = {
    CREDITED: "booked", PASSED_ON: "sent", WAITING: "waiting", REJECTED: "rejected", HELD: "held",
}  # fmt: skip


def account_of(context: Context, name: str | None) -> Account | None:
    """An account of the bank by its id."""
    return context.bank.accounts.get(name or "")


def is_error(found: Finding) -> bool:
    """Whether a finding refuses something."""
    return found.severity is Severity.ERROR
