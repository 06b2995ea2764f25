"""What customers are told of their orders after the first answer: a report (pain.002) with their own references."""

from collections.abc import Iterable, Sequence

from wissel.engine.interbank.replying import Way, forth, report_bodies, stamp_of, status_for
from wissel.engine.interbank.sheet import Sheet
from wissel.engine.refusals import answer_definition
from wissel.engine.stored import stored
from wissel.journal import trace
from wissel.journal.trace import Kept
from wissel.journal.values import Direction, Payment
from wissel.reply.original import opened
from wissel.reply.relayed_report import CustomerOrder, OrderedPayment, order_blocks
from wissel.reply.status import Status, Statuses

GUIDELINE = "iso"
"""By which a report to a customer is checked: what the customer's own bank and market want is not known."""
ORDERS = "pain."
_COVER = "pacs.009"
New = tuple[Kept, str, tuple[str, ...]]
"""A transaction of an order, its new status, and the reasons."""


class News:
    """New statuses of transactions, by the order they stand in."""

    __slots__ = ("_orders",)

    def __init__(self) -> None:
        self._orders: dict[tuple[int, str, str], dict[int, New]] = {}

    def add(self, ordered: Kept, status: str, reasons: Iterable[str]) -> None:
        """A transaction of an order has come further; the last word counts."""
        one = ordered.payment
        order = self._orders.setdefault((ordered.record, one.definition, one.message_id), {})
        order[one.position] = (ordered, status, tuple(reasons))

    def tell(self, sheet: Sheet) -> None:
        """Write a report for each order, and note what it says."""
        for some in self._orders.values():
            new = [one for one in some.values() if sheet.is_news(one[0], one[1])]
            if new:
                tell_of(sheet, new)


def tell_of(sheet: Sheet, new: Sequence[New]) -> None:
    """Write a report for one order, and note what it says of some of its transactions."""
    _report(sheet, new)
    for ordered, status, reasons in new:
        sheet.say(ordered, status, reasons)


def concerns_customer(sent: Payment) -> bool:
    """Whether a payment that was sent was made from an order, and is not the cover of another one."""
    parent = sent.parent
    return parent is not None and parent[0].startswith(ORDERS) and not sent.definition.startswith(_COVER)


def _report(sheet: Sheet, new: Sequence[New]) -> None:
    ordered = new[0][0]
    one = ordered.payment
    definition = answer_definition(one.definition)
    if definition is None:
        return
    way = Way(definition, one.party, GUIDELINE)
    statuses = {at: Status(code, listed=False) for at, code in _last_statuses(sheet, ordered).items()}
    for kept, status, reasons in new:
        statuses[kept.payment.position] = status_for(sheet, definition, GUIDELINE, status, reasons)
    order = _order(sheet, ordered)
    original, _ = opened(one.definition, order_blocks(order), None)
    if original is None:
        return
    stamped = stamp_of(sheet, definition, one.message_id, str(ordered.record))
    chosen = Statuses(Status(None, listed=False), statuses)
    bodies = report_bodies(sheet, definition, original, lambda: order_blocks(order), chosen, stamped, GUIDELINE)
    forth(sheet, way, None, None, bodies, stamped)


def _last_statuses(sheet: Sheet, ordered: Kept) -> dict[int, str]:
    """What was last said of each transaction of an order."""
    steps = trace.statuses_of_message(sheet.context.connection, ordered.payment, ordered.record)
    return {step.status.position: step.status.status for step in steps if step.status.position}


def _order(sheet: Sheet, ordered: Kept) -> CustomerOrder:
    """An order as it was noted when it came."""
    one = ordered.payment
    whole = trace.payment(sheet.context.connection, one.definition, one.message_id, 0, ordered.record)
    known = stored(whole.payment) if whole is not None else None
    payments: list[OrderedPayment] = []
    group, name = 0, object()
    for kept in sheet.message(Direction.IN, one.message_id):
        row = kept.payment
        if kept.record != ordered.record or row.definition != one.definition:
            continue
        if row.payment_information_id != name:
            group, name = group + 1, row.payment_information_id
        payments.append(
            OrderedPayment(
                row.position,
                group,
                row.payment_information_id or "",
                row.end_to_end_id or "",
                row.amount or "",
                row.currency or "",
                row.instruction_id,
                row.uetr,
            )
        )
    return CustomerOrder(
        one.definition,
        one.message_id,
        tuple(payments),
        known.created if known is not None else None,
        known.count if known is not None else None,
        known.control_sum if known is not None else None,
    )
