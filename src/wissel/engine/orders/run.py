"""One way through an order: each transaction is judged, decided, and put into the message that carries it.

Nothing is booked here. What became of each transaction stands in :class:`wissel.engine.orders.rows.Rows`.
"""

from array import array
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

from wissel.core.codes import finding
from wissel.core.finding import Finding, Severity
from wissel.engine.booking import settlement_account
from wissel.engine.context import Context, Received
from wissel.engine.conversion.relay import rejected
from wissel.engine.memory import Memory
from wissel.engine.orders.duplicates import Duplicates
from wissel.engine.orders.funds import LedgerFunds
from wissel.engine.orders.outgoing import Messages
from wissel.engine.orders.rows import Debit, Outgoing, Row, Rows
from wissel.engine.orders.warehouse import HELD, PENDING, moment_name, waits_until
from wissel.reply.faults import Faults
from wissel.routing.bank import OnDuplicate
from wissel.routing.decision import Decision
from wissel.routing.order import Order, OrderReader
from wissel.xml.blocks.block import Block

SENT, BOOKED, REJECTED = "ACSP", "ACSC", "RJCT"
UNSPECIFIED = "MS03"
FINDINGS_MAX = 100
"""Of rejected transactions that the report of the file names one by one."""
_TOGETHER = 250
"""Transactions that the journal is asked about at once."""
_REMITTANCE, _REFERENCE = "RmtInf/Ustrd", "RmtInf/Strd/CdtrRefInf/Ref"
_YES = ("true", "1")


class _Payment(NamedTuple):
    """What a PmtInf says to all of its transactions."""

    block: Block
    number: int
    name: str | None
    batch: bool


class _One(NamedTuple):
    """One transaction as it is read."""

    block: Block
    order: Order
    remittance: str | None
    fingerprint: str | None


class OrderRun:
    """Goes through one order once."""

    def __init__(
        self,
        context: Context,
        received: Received,
        faults: Faults,
        excluded: Mapping[int, tuple[str, ...]],
        folder: Path,
    ) -> None:
        """``excluded`` are transactions that cannot be written as their network wants them, with the reasons; files
        are made in ``folder``."""
        self.rows = Rows(folder / f"rows-{received.number}")
        self.statuses: list[tuple[str, tuple[str, ...]]] = [("", ())]
        """The different statuses and reasons."""
        self.status_of = array("H", [0])
        """By position: which of them a transaction has; the first for one that this run has nothing to say of."""
        self.counts: Counter[str] = Counter()
        self.waiting: dict[str, set[int]] = {}
        """Until when -> positions."""
        self.findings: list[Finding] = []
        self.decisions: list[dict[str, object]] = []
        self._context = context
        self._received = received
        self._faults = faults
        self._excluded = excluded
        self._only = context.waited.positions if context.waited is not None else None
        self._reader = OrderReader(received.definition, context.channel.name)
        memory = context.memory or Memory(context.bank)
        memory.tidy()
        self._router, self._placer = memory.router, memory.placer
        self._funds = LedgerFunds(context.connection, context.bank.accounts)
        self._duplicates = Duplicates(context)
        self._dues: dict[tuple[str, str, date], datetime | None] = {}
        self._numbers: dict[tuple[str, tuple[str, ...]], int] = {}
        self._payment: _Payment | None = None
        self._done = False
        self.messages = Messages(context, received, folder, memory.plans(received.definition))

    @property
    def ordered(self) -> Collection[str]:
        """Fingerprints of the payments that are carried out or wait to be."""
        return self._duplicates.here

    def run(self) -> None:
        """Go through it, where that was not done before. Raises InstallationError where a result cannot be written."""
        if self._done:
            return
        self._done = True
        waiting: list[_One] = []
        for block in self._received.message.blocks():
            if block.kind == "transaction":
                if self._only is None or block.number in self._only:
                    waiting.append(self._read(block))
                    if len(waiting) == _TOGETHER:
                        self._take(waiting)
                        waiting = []
            else:  # what belongs to it is mapped before it is closed
                self._take(waiting)
                waiting = []
                self.messages.ended(block)

    def said(self, together_max: int) -> Iterator[tuple[int, int, tuple[str, tuple[str, ...]]]]:
        """First and last position of transactions in a row that have the same status, and that with its reasons."""
        begin = 0
        for number, some in groupby(self.status_of):
            end = begin + sum(1 for _ in some)
            if number:
                for first in range(begin, end, together_max):
                    yield first, min(first + together_max, end) - 1, self.statuses[number]
            begin = end

    def _read(self, block: Block) -> _One:
        order = self._reader.order(block)
        remittance = " ".join(block.all_texts(_REMITTANCE)) or None
        asked = self._only is None and self._duplicates.asked
        return _One(block, order, remittance, self._duplicates.fingerprint(order, remittance) if asked else None)

    def _take(self, some: list[_One]) -> None:
        fingerprints = [one.fingerprint for one in some if one.fingerprint is not None]
        if fingerprints:
            self._duplicates.look_up(fingerprints)
        for one in some:
            self._add(self._taken(one))

    def _add(self, row: Row) -> None:
        self.rows.add(row)
        status = (row.status, row.reasons)
        number = self._numbers.get(status)
        if number is None:
            number = self._numbers[status] = len(self.statuses)
            self.statuses.append(status)
        missing = row.position - len(self.status_of)
        if missing > 0:
            self.status_of.extend([0] * missing)
        self.status_of.append(number)
        if row.waits is not None:
            self.waiting.setdefault(row.waits, set()).add(row.position)

    def _taken(self, one: _One) -> Row:
        """What becomes of a transaction. The questions stand in the order in which they are asked."""
        block, order = one.block, one.order
        reasons = self._excluded.get(block.number) or self._judged(block)
        if reasons:
            return self._refused(one, reasons)
        held = self._duplicates.came_before(one.fingerprint)
        if held and self._context.bank.settings.duplicates.action is OnDuplicate.REJECT:
            return self._refused(one, ("AM05",), _duplicate(block))
        decision = self._router.decide(order, self._context.at, self._funds)
        if decision.rejection is not None:
            return self._refused(one, (decision.rejection.reason,), rejected(decision.rejection, block))
        if held:
            self._find(replace(_duplicate(block), severity=Severity.WARNING))
            return self._waits(one, HELD, "held", ("AM05",))
        due = self._due(decision, order.currency)
        if due is not None:
            self._duplicates.taken(one.fingerprint)
            return self._waits(one, moment_name(due), "waiting", ())
        return self._carried_out(one, decision)

    def _carried_out(self, one: _One, decision: Decision) -> Row:
        block, order = one.block, one.order
        settlement, account, amount = decision.settlement, decision.account, decision.amount
        if settlement is None or decision.network is None or account is None or amount is None:
            raise AssertionError(f"transaction {block.number} is neither rejected nor decided")
        placement = self._placer.place(order, decision)
        sent = cover = None
        if placement is not None:
            added = self.messages.add(block, placement, block.number)
            if isinstance(added[0], Finding):
                found = [one for one in added if isinstance(one, Finding)]
                return self._refused(one, tuple(dict.fromkeys(each.reason or UNSPECIFIED for each in found)), *found)
            sent, cover = added
        credited = settlement_account(settlement.account, decision.network, order.currency)
        self._funds.move(account, -amount)
        if placement is None:
            self._funds.move(credited, amount)
        self._duplicates.taken(one.fingerprint)
        self.counts["booked" if placement is None else "sent"] += 1
        self._told(one, decision.network, settlement.date.isoformat(), BOOKED if placement is None else SENT)
        debit = Debit(
            account=account,
            amount=amount,
            currency=order.currency,
            credited=credited,
            value_date=settlement.date.isoformat(),
            case=decision.network,
            batch=self._around(block).batch,
            inside=placement is None,
            details=self._details(one, sent.uetr if sent is not None else order.uetr, placement is None),
        )
        status = BOOKED if placement is None else SENT
        return self._row(one, status, (), debit=debit, date=debit.value_date, sent=sent, cover=cover)

    def _judged(self, block: Block) -> tuple[str, ...]:
        """Reasons by which validation refuses a transaction: its own, those of its payment, those of the message."""
        faults = self._faults
        if self._only is not None or faults.none:
            return ()
        return (
            faults.transactions.get(block.number) or faults.payments.get(self._around(block).number) or faults.message
        )

    def _refused(self, one: _One, reasons: tuple[str, ...], *why: Finding) -> Row:
        self.counts["rejected"] += 1
        for found in why:
            self._find(found)
        return self._row(one, REJECTED, reasons)

    def _waits(self, one: _One, until: str, count: str, reasons: tuple[str, ...]) -> Row:
        self.counts[count] += 1
        self._told(one, None, until, PENDING)
        return self._row(one, PENDING, reasons, waits=until)

    def _row(
        self,
        one: _One,
        status: str,
        reasons: tuple[str, ...],
        waits: str | None = None,
        debit: Debit | None = None,
        date: str | None = None,
        sent: Outgoing | None = None,
        cover: Outgoing | None = None,
    ) -> Row:
        order, payment = one.order, self._around(one.block)
        money = order.instructed
        return Row(
            position=one.block.number,
            payment=payment.number,
            status=status,
            reasons=reasons,
            payment_information_id=payment.name,
            instruction_id=order.instruction_id,
            end_to_end_id=order.end_to_end_id,
            uetr=order.uetr,
            currency=money.currency if money is not None else None,
            amount=f"{money.amount:f}" if money is not None else None,
            date=date or (order.requested_date.isoformat() if order.requested_date is not None else None),
            fingerprint=one.fingerprint if status != REJECTED else None,
            waits=waits,
            debit=debit,
            sent=sent,
            cover=cover,
        )

    def _around(self, block: Block) -> _Payment:
        group = block.parent
        if group is None or group.kind != "group":
            return _Payment(block, 0, None, False)
        if self._payment is None or self._payment.block is not group:
            batch = group.text("BtchBookg") in _YES
            self._payment = _Payment(group, group.number, group.text("PmtInfId"), batch)
        return self._payment

    def _due(self, decision: Decision, currency: str) -> datetime | None:
        settlement, network = decision.settlement, decision.network
        if settlement is None or network is None:
            return None
        key = (network, currency, settlement.date)
        if key not in self._dues:
            context = self._context
            self._dues[key] = waits_until(context.bank, network, currency, settlement.date, context.at)
        return self._dues[key]

    def _details(self, one: _One, uetr: str | None, both: bool) -> tuple[tuple[str, str], ...]:
        order = one.order
        creditor_agent = order.creditor_agent.bic if order.creditor_agent is not None else None
        found = [
            ("payment_information_id", self._around(one.block).name),
            ("instruction_id", order.instruction_id),
            ("end_to_end_id", order.end_to_end_id),
            ("uetr", uetr),
            ("creditor_name", order.creditor_name),
            ("creditor_account", order.creditor_account.identifier if order.creditor_account is not None else None),
            ("creditor_agent", creditor_agent),
            ("remittance", one.remittance),
            ("creditor_reference", one.block.text(_REFERENCE)),
        ]
        if both:
            account = order.debtor_account
            found += [
                ("debtor_name", order.debtor_name),
                ("debtor_account", account.identifier if account is not None else None),
            ]
        return tuple([(name, text) for name, text in found if text is not None])

    def _find(self, found: Finding) -> None:
        if len(self.findings) < FINDINGS_MAX:
            self.findings.append(found)

    def _told(self, one: _One, network: str | None, when: str, status: str) -> None:
        """For the report of the file: what was decided, as far as a person reads on."""
        if len(self.decisions) < FINDINGS_MAX:
            said = {"transaction": one.block.number, "status": status, "network": network, "when": when}
            self.decisions.append({name: value for name, value in said.items() if value is not None})


def _duplicate(block: Block) -> Finding:
    said = f"The payment of transaction {block.number:,} came before."
    return finding("PAYMENT-DUPLICATE", said, path=block.path, transaction=block.number)
