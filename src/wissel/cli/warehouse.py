"""``wissel warehouse``: orders that wait for their day, or for a person."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from wissel.cli import console
from wissel.cli.instructing import bank_option, by_option, format_option, give, require_reason
from wissel.core.errors import UsageError

if TYPE_CHECKING:
    from wissel.engine.orders.listing import Shelved

_REASONS = "ExternalStatusReason1Code"


@click.group(
    epilog=console.examples(
        ("wissel warehouse list --bank bank", "What is held, and what waits for its day."),
        ("wissel warehouse release ORDER-7 --bank bank", "Carry out all of an order that is held."),
        ("wissel warehouse release ORDER-7 --transaction 2 --bank bank", "Only its second transaction."),
        ("wissel warehouse reject INVOICE-18 --reason AM05 --bank bank", "One payment; the customer is told."),
    )
)
def warehouse() -> None:
    """Orders that wait for their day, and such as are held until a person has looked at them."""


@warehouse.command("list")
@bank_option
@click.option("--last", type=click.IntRange(1, 100_000), default=50, show_default=True, metavar="N", help="How many.")
@format_option
def list_(folder: str, last: int, form: str) -> int:
    """List the transactions that wait, one a line: what is due first first, then what is held, with the reason."""
    from itertools import chain, islice

    from wissel.cli.output import opened
    from wissel.cli.render.layout import Layout
    from wissel.cli.render.warehouse_text import write_waiting, write_waiting_json
    from wissel.engine.database import transaction
    from wissel.engine.orders.listing import shelved, transactions
    from wissel.service.running import looked_into
    from wissel.service.spool import Spool

    with looked_into(Path(folder)) as (_, database), transaction(database) as connection:
        found = list(shelved(connection, Spool(Path(folder)).warehouse))
        shown = list(islice(chain.from_iterable(transactions(connection, one) for one in found), last))
    count = sum(len(one.positions) for one in found)
    with opened(None) as out:
        if form == "json":
            write_waiting_json(shown, count, out)
        else:
            write_waiting(shown, count, out, Layout(console.color(sys.stdout), console.width(sys.stdout)))
    return 0


_NAMES = click.argument("names", nargs=-1, required=True, metavar="NAME...")
_SOME = click.option(
    "--transaction", "numbers", type=click.IntRange(1), multiple=True, metavar="N",
    help="Only this transaction of the order; may be given several times.",
)  # fmt: skip


@warehouse.command()
@_NAMES
@_SOME
@by_option
@bank_option
def release(names: tuple[str, ...], numbers: tuple[int, ...], by: str | None, folder: str) -> int:
    """Carry out what is held. NAME is an order's MsgId or the file that the list names, or a payment's EndToEndId or
    UETR.

    The order is then decided like a new one, by accounts, funds and cut-offs as they are; the customer is told what
    becomes of it. What waits for its day is not released before it. The command hands an instruction to wissel process
    or wissel watch, so it works also while that works, and is carried out once.
    """
    from wissel.engine.instructions.instruction import Action

    for one, positions in _chosen(folder, names, numbers, held=True):
        what = f"release of {_count(positions)} of {one.waited.message_id}"
        give(folder, Action.RELEASE, by, what, order=one.name, transactions=positions)
    return 0


@warehouse.command()
@_NAMES
@_SOME
@click.option("--reason", metavar="CODE", help=f"Why, for the customer: a code of {_REASONS}. Default: AM05 or DS02.")
@by_option
@bank_option
def reject(names: tuple[str, ...], numbers: tuple[int, ...], reason: str | None, by: str | None, folder: str) -> int:
    """Reject what is held, or cancel what waits for its day; the customer is told (pain.002, RJCT). NAME is as for
    release.

    Without --reason, what is held is called a duplicate (AM05), and what waits cancelled (DS02).
    """
    from wissel.engine.instructions.instruction import Action

    require_reason(reason, _REASONS)
    for one, positions in _chosen(folder, names, numbers, held=False):
        what = f"rejection of {_count(positions)} of {one.waited.message_id}"
        give(folder, Action.REJECT, by, what, order=one.name, transactions=positions, reason=reason)
    return 0


def _count(positions: Sequence[int]) -> str:
    if len(positions) == 1:
        return f"transaction {positions[0]:,}"
    return f"{len(positions):,} transactions"


def _chosen(
    folder: str, names: Sequence[str], numbers: Sequence[int], *, held: bool
) -> "list[tuple[Shelved, list[int]]]":
    """What is named, by files of the warehouse. Raises UsageError for a name that nothing has, or that is not one
    order's."""
    from wissel.engine.database import transaction
    from wissel.engine.orders.listing import shelved, transactions
    from wissel.service.running import looked_into
    from wissel.service.spool import Spool

    chosen: dict[str, tuple[Shelved, set[int]]] = {}
    with looked_into(Path(folder)) as (_, database), transaction(database) as connection:
        found = list(shelved(connection, Spool(Path(folder)).warehouse))
        for name in dict.fromkeys(names):
            orders = [one for one in found if name in (one.name, one.waited.message_id)]
            hits = [(one, _positions(one, numbers)) for one in orders]
            if not orders:
                if numbers:
                    raise UsageError(f"no order '{name}' waits; --transaction goes with an order's MsgId or file")
                rows = ((one, row.order) for one in found for row in transactions(connection, one))
                hits = [(one, [row.transaction]) for one, row in rows if name in (row.end_to_end_id, row.uetr)]
            _require_one(name, hits, numbers, held=held)
            for one, positions in hits:
                if positions and (one.due is None or not held):
                    chosen.setdefault(one.name, (one, set()))[1].update(positions)
    return [(one, sorted(positions)) for one, positions in chosen.values()]


def _positions(one: "Shelved", numbers: Sequence[int]) -> list[int]:
    return sorted(one.positions.intersection(numbers) if numbers else one.positions)


def _require_one(
    name: str, hits: "Sequence[tuple[Shelved, Sequence[int]]]", numbers: Sequence[int], *, held: bool
) -> None:
    records = {one.waited.record for one, _ in hits}
    if len(records) > 1:
        files = ", ".join(one.name for one, _ in hits)
        raise UsageError(f"'{name}' is in several orders: name the file ({files})")
    there = {at for _, positions in hits for at in positions}
    missing = sorted(set(numbers) - there)
    if not there or missing:
        which = f"transaction {missing[0]} of '{name}'" if missing else f"'{name}'"
        raise UsageError(f"{which} does not wait; see wissel warehouse list")
    dated = [one for one, positions in hits if positions and one.due is not None]
    if held and dated and (numbers or len(dated) == len([one for one, at in hits if at])):
        raise UsageError(f"'{name}' is not held: it waits for its day")
