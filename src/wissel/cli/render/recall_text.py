"""Recalls that are not over, for a person and as JSON."""

from collections.abc import Sequence
from typing import Any, TextIO

from wissel.cli.render.files_text import FORMAT
from wissel.cli.render.json import dumped
from wissel.cli.render.layout import Layout
from wissel.cli.render.table import Column, write_table
from wissel.engine.open_recalls import Open
from wissel.engine.stored import stored
from wissel.journal.values import Direction

_COLUMNS = (
    Column("since", whole=True), Column("recall"), Column("bank"), Column("payment"), Column("amount", right=True),
    Column("state"),
)  # fmt: skip


def write_recalls(found: Sequence[Open], out: TextIO, layout: Layout) -> None:
    """A table, the oldest first."""
    if not found:
        out.write("no recall is open\n")
        return
    write_table(_COLUMNS, [_cells(one) for one in found], out, layout)


def _cells(one: Open) -> list[str]:
    recall, about = one.recall.payment, one.about.payment
    ours = recall.direction is Direction.OUT
    bank = stored(recall).peer or recall.party
    if not ours:
        state = "waits for your answer"
    elif one.agreed:
        state = "agreed, the money is to come"
    else:
        state = "waits for theirs"
    when = f"{one.since[:10]} {one.since[11:16]} UTC"
    name = about.uetr or about.end_to_end_id or about.message_id
    amount = f"{about.currency} {about.amount}"
    return [when, f"{'sent' if ours else 'came'} {recall.message_id}", bank, name, amount, state]


def write_recalls_json(found: Sequence[Open], out: TextIO) -> None:
    """One object."""
    out.write(dumped({"format": FORMAT, "recalls": [_as_dict(one) for one in found]}) + "\n")


def _as_dict(one: Open) -> dict[str, Any]:
    recall, about = one.recall.payment, one.about.payment
    names = ("definition", "message_id", "position", "end_to_end_id", "transaction_id", "uetr", "currency", "amount")
    return {
        "record": one.recall.record,
        "direction": recall.direction.value,
        "definition": recall.definition,
        "message_id": recall.message_id,
        "since": one.since,
        "bank": stored(recall).peer,
        "party": recall.party,
        "agreed": one.agreed,
        "reasons": list(one.reasons),
        "payment": {name: getattr(about, name) for name in names},
    }
