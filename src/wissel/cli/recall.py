"""``wissel recall``: payments that other banks want back, and such as this bank wants back."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from wissel.cli import console
from wissel.cli.instructing import bank_option, by_option, format_option, give, require_reason
from wissel.core.errors import UsageError

if TYPE_CHECKING:
    from wissel.engine.instructions.instruction import Action
    from wissel.journal.trace import Kept

_REFUSED, _ASKED = "ExternalPaymentCancellationRejection1Code", "ExternalCancellationReason1Code"


@click.group(
    epilog=console.examples(
        ("wissel recall list --bank bank", "Recalls that wait for an answer, and such as were sent."),
        ("wissel recall accept 2f5e7a4c-9d1b-4e7f-8a51-3c2d9be04c11 --bank bank", "Send the money back."),
        ("wissel recall refuse INVOICE-18 --reason CUST --bank bank", "Keep it, and say why."),
        ("wissel recall send INVOICE-18 --reason DUPL --bank bank", "Ask for a payment that was sent."),
    )
)
def recall() -> None:
    """Recalls of payments (camt.056): those of other banks are answered, own ones are sent."""


@recall.command("list")
@bank_option
@format_option
def list_(folder: str, form: str) -> int:
    """List the recalls that are not over: those that came and wait for this bank, and those that it has sent, until the
    money is back or refused."""
    from wissel.cli.output import opened
    from wissel.cli.render.layout import Layout
    from wissel.cli.render.recall_text import write_recalls, write_recalls_json
    from wissel.engine.database import transaction
    from wissel.engine.open_recalls import open_recalls
    from wissel.service.running import looked_into

    with looked_into(Path(folder)) as (_, database), transaction(database) as connection:
        found = open_recalls(connection)
    with opened(None) as out:
        if form == "json":
            write_recalls_json(found, out)
        else:
            write_recalls(found, out, Layout(console.color(sys.stdout), console.width(sys.stdout)))
    return 0


_NAME = click.argument("name", metavar="UETR|EndToEndId|MsgId")


@recall.command()
@_NAME
@by_option
@bank_option
def accept(name: str, by: str | None, folder: str) -> int:
    """Send back a payment that another bank has recalled: a return (pacs.004, FOCR), and where the scheme wants it a
    resolution (camt.029) beside it.

    It is refused where the account does not hold the money. A payment that was passed on has to be asked back first
    (wissel recall send); once its money is here, it goes on to the bank that recalled it by itself. The command hands
    an instruction to wissel process or wissel watch, so it works also while that works, and is carried out once.
    """
    from wissel.engine.instructions.instruction import Action

    _answer(folder, name, Action.ACCEPT_RECALL, by, None, "return")
    return 0


@recall.command()
@_NAME
@click.option("--reason", metavar="CODE", help=f"Why: a code of {_REFUSED}. Default: CUST.")
@by_option
@bank_option
def refuse(name: str, reason: str | None, by: str | None, folder: str) -> int:
    """Refuse a recall: the resolution (camt.029, RJCR) goes to the bank that sent it."""
    from wissel.engine.instructions.instruction import Action

    require_reason(reason, _REFUSED)
    _answer(folder, name, Action.REFUSE_RECALL, by, reason, "refusal")
    return 0


def _answer(folder: str, name: str, action: "Action", by: str | None, reason: str | None, what: str) -> None:
    from wissel.engine.database import transaction
    from wissel.engine.open_recalls import open_recalls
    from wissel.journal.values import Direction
    from wissel.service.running import looked_into

    with looked_into(Path(folder)) as (_, database), transaction(database) as connection:
        open_ones = [one for one in open_recalls(connection) if one.recall.payment.direction is Direction.IN]
    found = [one.recall for one in open_ones if _is_called(one.recall, name) or _is_called(one.about, name)]
    if not found:
        raise UsageError(f"no recall of '{name}' waits for an answer; see wissel recall list")
    if len(found) > 1:
        names = ", ".join(filter(None, (one.payment.uetr or one.payment.end_to_end_id for one in found)))
        raise UsageError(f"'{name}' names {len(found)} recalled payments: name one of them ({names})")
    _give(folder, action, by, reason, f"{what} of {_called(found[0])}", found[0])


@recall.command()
@_NAME
@click.option("--transaction", "number", type=click.IntRange(1), metavar="N", help="Which one, of a message.")
@click.option("--reason", metavar="CODE", help=f"Why: a code of {_ASKED}. Default: CUST.")
@by_option
@bank_option
def send(name: str, number: int | None, reason: str | None, by: str | None, folder: str) -> int:
    """Ask for a payment that this bank sent to be sent back: a recall (camt.056) goes where the payment went.

    What is answered, and the money that comes back, closes it: see wissel recall list and wissel trace.
    """
    from wissel.engine.database import transaction
    from wissel.engine.instructions.instruction import Action
    from wissel.engine.interbank.recalling import PAYMENTS
    from wissel.engine.stored import stored
    from wissel.journal.trace import find
    from wissel.journal.values import Direction
    from wissel.service.running import looked_into

    require_reason(reason, _ASKED)
    with looked_into(Path(folder)) as (_, database), transaction(database) as connection:
        every = find(connection, name)
    found = [
        one
        for one in every
        if one.payment.direction is Direction.OUT
        and one.payment.definition[:8] in PAYMENTS
        and stored(one.payment).posting is not None
        and number in (None, one.payment.position)
    ]
    if not found:
        raise UsageError(f"no payment '{name}' was sent; see wissel trace")
    if len(found) > 1:
        raise UsageError(f"'{name}' names {len(found)} payments: name one by its UETR, or give --transaction")
    _give(folder, Action.RECALL, by, reason, f"recall of {_called(found[0])}", found[0])
    return 0


def _is_called(one: "Kept", name: str) -> bool:
    own = one.payment
    names = (own.uetr, own.end_to_end_id, own.transaction_id, own.instruction_id, own.message_id)
    return name in (*names, own.business_message_id)


def _called(one: "Kept") -> str:
    own = one.payment
    return f"{own.uetr or own.end_to_end_id or own.message_id}, {own.currency} {own.amount}"


def _give(folder: str, action: "Action", by: str | None, reason: str | None, what: str, one: "Kept") -> None:
    from wissel.engine.instructions.instruction import About

    own = one.payment
    about = About(one.record, own.definition, own.message_id, own.position)
    give(folder, action, by, what, about=about, reason=reason)
