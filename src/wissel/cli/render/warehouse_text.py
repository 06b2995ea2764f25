"""What waits in the warehouse, for a person and as JSON."""

from collections.abc import Sequence
from typing import Any, TextIO

from wissel.cli.render.files_text import FORMAT
from wissel.cli.render.json import dumped
from wissel.cli.render.layout import Layout
from wissel.cli.render.table import Column, write_table
from wissel.cli.render.tally import plural
from wissel.engine.orders.listing import Waits
from wissel.routing.order import Order

_COLUMNS = (
    Column("order"), Column("no", right=True), Column("until", whole=True), Column("amount", right=True, whole=True),
    Column("from"), Column("to"), Column("EndToEndId"),
)  # fmt: skip


def write_waiting(rows: Sequence[Waits], count: int, out: TextIO, layout: Layout) -> None:
    """A table of transactions; ``count`` is how many wait altogether."""
    if not rows:
        out.write("nothing waits\n")
        return
    write_table(_COLUMNS, [_cells(row) for row in rows], out, layout)
    if count > len(rows):
        out.write(f"{len(rows):,} of {plural(count, 'transaction')} shown, see --last\n")


def _cells(row: Waits) -> list[str]:
    order, due = row.order, row.shelved.due
    money = f"{order.instructed.currency} {order.instructed.amount:,f}" if order.instructed is not None else ""
    until = f"{due:%Y-%m-%d %H:%M} UTC" if due is not None else " ".join(("held", *row.reasons))
    sides = (_side(order, "debtor"), _side(order, "creditor"))
    return [row.shelved.waited.message_id, str(order.transaction), until, money, *sides, order.end_to_end_id or ""]


def _side(order: Order, who: str) -> str:
    account = getattr(order, f"{who}_account")
    return "\n".join(filter(None, (getattr(order, f"{who}_name"), account.identifier if account else None)))


def write_waiting_json(rows: Sequence[Waits], count: int, out: TextIO) -> None:
    """One object: how many wait, and those that are shown."""
    out.write(dumped({"format": FORMAT, "waiting": count, "transactions": [_as_dict(row) for row in rows]}) + "\n")


def _as_dict(row: Waits) -> dict[str, Any]:
    order, one = row.order, row.shelved
    money = order.instructed
    return {
        "file": one.name,
        "record": one.waited.record,
        "channel": one.waited.channel,
        "definition": one.waited.definition,
        "message_id": one.waited.message_id,
        "transaction": order.transaction,
        "held": one.due is None,
        "due": one.due.isoformat() if one.due is not None else None,
        "reasons": list(row.reasons),
        "currency": money.currency if money is not None else None,
        "amount": f"{money.amount:f}" if money is not None else None,
        "debtor": order.debtor_name,
        "debtor_account": order.debtor_account.identifier if order.debtor_account else None,
        "creditor": order.creditor_name,
        "creditor_account": order.creditor_account.identifier if order.creditor_account else None,
        "end_to_end_id": order.end_to_end_id,
        "uetr": order.uetr,
    }
