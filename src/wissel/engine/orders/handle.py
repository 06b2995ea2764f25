"""An order of a customer (pain.001): each transaction is rejected, sent, booked or put aside, and the order answered.

1. The order is gone through, see :mod:`wissel.engine.orders.run`; nothing is booked.
2. What was made is checked as its networks want it, while it is booked and linked. Where one cannot be written
   so, that is undone, and the order is gone through once more without it: then nothing of it is in any message.
3. The order is answered.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from wissel.core.errors import InstallationError
from wissel.core.finding import Finding
from wissel.engine.booking import Booked, book
from wissel.engine.conclusion import Made
from wissel.engine.context import Context, Effects, Received
from wissel.engine.database import savepoint
from wissel.engine.orders.outgoing import Fault
from wissel.engine.orders.report import report_on
from wissel.engine.orders.rows import Outgoing, Row
from wissel.engine.orders.run import FINDINGS_MAX, UNSPECIFIED, OrderRun
from wissel.engine.orders.warehouse import PENDING, Waited, last_statuses, stored
from wissel.engine.stored import Stored
from wissel.journal.values import SAID_TOGETHER_MAX, Direction, Payment, Status
from wissel.reply.faults import faults_of
from wissel.xml.blocks.block import Block

ATTEMPTS_MAX = 5


def handle_order(context: Context, received: Received) -> Effects:
    """All that comes of an order, or of what is released of one. Raises InstallationError where a message cannot be
    written or signed."""
    message = _outermost(received)
    message_id = message.text("GrpHdr/MsgId") or ""
    known: dict[int, str] = {}
    if context.waited is not None:
        before = last_statuses(context.connection, context.waited)
        known = {position: said.status for position, said in before.items()}
        left = frozenset(position for position in context.waited.positions if known.get(position) == PENDING)
        if not left:
            return Effects(True, counts={"nothing waits": 1})
        context = replace(context, waited=replace(context.waited, positions=left))
    order = _Order(context, received, message, message_id)
    run, postings, found = _gone_through(order)
    context.ordered.update(run.ordered)
    answer, said = report_on(context, received, run, _others(known, context.waited))
    made = [*run.messages.made(), *_put_away(context, received, message_id, run)]
    if answer is not None:
        made.append(answer)
    accepted = any(run.counts[name] for name in ("sent", "booked", "waiting", "held"))
    return Effects(
        accepted=accepted,
        findings=(*run.findings, *found, *said),
        made=tuple(made),
        postings=tuple(one.key for one in postings),
        counts=dict(run.counts),
        said={"definition": received.definition, "message": message_id, "transactions": run.decisions},
    )


def _booked(context: Context, received: Received, run: OrderRun) -> list[Booked]:
    return list(book(context, received.base, run.rows))


def _outermost(received: Received) -> Block:
    block = next(received.message.blocks())
    while block.parent is not None:
        block = block.parent
    return block


def _others(known: Mapping[int, str], waited: Waited | None) -> dict[int, str]:
    """What was said of those transactions that a release leaves alone."""
    return {} if waited is None else {at: said for at, said in known.items() if at not in waited.positions}


def _gone_through(order: "_Order") -> tuple[OrderRun, list[Booked], tuple[Finding, ...]]:
    """The run whose messages are right, what was booked, and what was wrong with the transactions that it leaves out.
    It is booked and journalled while its messages are checked; where they are wrong, that is undone."""
    context, received = order.context, order.received
    faults = faults_of(received.report.findings, received.definition, received.report.unlisted)
    excluded: dict[int, tuple[str, ...]] = {}
    said: list[Finding] = []
    for attempt in range(ATTEMPTS_MAX):
        folder = context.folder if attempt == 0 else context.folder / f"{received.number}-{attempt}"
        folder.mkdir(exist_ok=attempt == 0)
        run = context.ahead if attempt == 0 and faults.none else None
        run = run or OrderRun(context, received, faults, excluded, folder)
        with run.messages:
            run.run()
            run.messages.finish()
        try:
            with context.journal.undone(), savepoint(context.connection):
                postings = _booked(context, received, run)
                context.journal.add(order.payments(run, postings), order.statuses(run))
                if wrong := run.messages.faults():
                    raise _WrongError(wrong)
            return run, postings, tuple(said[:FINDINGS_MAX])
        except _WrongError as error:
            last = error.faults
        for position, fault in _positions(run, last):
            excluded.setdefault(position, (fault.finding.reason or UNSPECIFIED,))
            said.append(_about(fault, position))
    raise InstallationError(f"what is made of {context.record.receipt.file} is still not valid: {last[0].finding}")


class _WrongError(Exception):
    """Messages of a run are not valid."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        super().__init__(faults)
        self.faults = faults


def _positions(run: OrderRun, faults: tuple[Fault, ...]) -> Iterator[tuple[int, Fault]]:
    """The transactions of the order that faults of messages are about."""
    wanted: dict[tuple[str, int], list[Fault]] = {}
    for fault in faults:
        wanted.setdefault((fault.message_id, fault.number), []).append(fault)
    for row in run.rows:
        for one in (row.sent, row.cover):
            if one is not None:
                yield from ((row.position, fault) for fault in wanted.get((one.message_id, one.position), ()))


def _about(fault: Fault, position: int) -> Finding:
    """A fault of what was made, as one of the order's transaction; places in the made message say nothing to anyone."""
    return replace(fault.finding, transaction=position, path=None, line=None, column=None, excerpt=None)


def _put_away(context: Context, received: Received, message_id: str, run: OrderRun) -> Iterator[Made]:
    """What waits, one file for each time that it waits for. Raises OSError."""
    receipt, before = context.record.receipt, context.waited
    for until, positions in sorted(run.waiting.items()):
        waits = Waited(
            record=before.record if before is not None else context.record.number,
            channel=context.channel.name,
            file=before.file if before is not None else receipt.file,
            message=received.number,
            definition=received.definition,
            message_id=message_id,
            until=until,
            positions=frozenset(positions),
        )
        yield stored(context.path, context.folder, context.record.number, waits)


@dataclass(frozen=True, slots=True)
class _Order:
    """What the journal keeps of an order."""

    context: Context
    received: Received
    message: Block
    message_id: str

    @property
    def record(self) -> int:
        """Of the order as it came."""
        waited = self.context.waited
        return self.context.record.number if waited is None else waited.record

    def statuses(self, run: OrderRun) -> Iterator[Status]:
        """What is said of each transaction."""
        for first, last, (status, reasons) in run.said(SAID_TOGETHER_MAX):
            yield Status(self.received.definition, self.message_id, first, status, reasons, self.record, last)

    def payments(self, run: OrderRun, postings: list[Booked]) -> Iterator[Payment]:
        """The order itself, its transactions, and what was made of each."""
        if self.context.waited is None:
            yield self._whole()
        number = 0
        for row in run.rows:
            if self.context.waited is None:
                yield self._ordered(row)
            if row.debit is not None:
                while postings[number].last < row.position:
                    number += 1
            if row.sent is not None:
                yield self._sent(row, row.sent, postings[number].key)
            if row.cover is not None:
                yield self._sent(row, row.cover, None)

    def _whole(self) -> Payment:
        message, header = self.message, self.received.message.header()
        kept = Stored(
            created=message.text("GrpHdr/CreDtTm"),
            count=message.text("GrpHdr/NbOfTxs"),
            control_sum=message.text("GrpHdr/CtrlSum"),
        )
        named = header.text("BizMsgIdr") if header is not None else None
        return Payment(
            Direction.IN, self.received.definition, self.message_id, 0, self.context.channel.name, named,
            content=kept.text,
        )  # fmt: skip

    def _ordered(self, row: Row) -> Payment:
        return Payment(
            direction=Direction.IN,
            definition=self.received.definition,
            message_id=self.message_id,
            position=row.position,
            party=self.context.channel.name,
            payment_information_id=row.payment_information_id,
            instruction_id=row.instruction_id,
            end_to_end_id=row.end_to_end_id,
            uetr=row.uetr,
            currency=row.currency,
            amount=row.amount,
            date=row.date,
            fingerprint=row.fingerprint,
        )

    def _sent(self, row: Row, one: Outgoing, posting: str | None) -> Payment:
        kept, debit = Stored(network=one.party, peer=one.peer), row.debit
        if posting is not None and debit is not None:
            kept = Stored(one.party, debit.account, debit.credited, debit.amount, posting, debit.case, one.peer)
        return Payment(
            direction=Direction.OUT,
            definition=one.definition,
            message_id=one.message_id,
            position=one.position,
            party=one.party,
            instruction_id=one.instruction_id,
            end_to_end_id=one.end_to_end_id,
            transaction_id=one.transaction_id,
            uetr=one.uetr,
            currency=one.currency,
            amount=one.amount,
            date=one.date,
            parent=(self.received.definition, self.message_id, row.position),
            content=kept.text,
            parent_record=self.record,
        )
