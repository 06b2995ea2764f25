"""``wissel reply``: answer a message, or say which answers are possible."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from wissel.cli import console
from wissel.core.errors import UsageError

if TYPE_CHECKING:
    from datetime import datetime

    from wissel.engine.answering.last_known import Ask
    from wissel.engine.answering.request import Request
    from wissel.message.business_message import BusinessMessage
    from wissel.xml.sources.source import Source

_REPORTS = ("pain.002", "pacs.002")
_EXIT_WRITTEN, _EXIT_REFUSED, _EXIT_USAGE = 0, 1, 2


@click.command(
    epilog=console.examples(
        ("wissel reply order.xml --list", "Which answers are possible, and why."),
        ("wissel reply order.xml --with pain.002.001.10", "What validation found, as statuses and reasons."),
        ("wissel reply order.xml --with pain.002.001.10 --status RJCT --reason AC04 --transaction 2", "One refused."),
        ("wissel reply payment.xml --with pacs.004.001.09 --reason AC04 -o return.xml", "Send the money back."),
        ("wissel reply recall.xml --with camt.029.001.09 --status RJCR --reason ARDT", "Refuse a recall."),
        ("wissel reply in/*.xml --with pacs.002.001.10 --status ACSP -o out/", "Many at once."),
    )
)
@click.argument("files", nargs=-1, required=True, type=click.Path(), metavar="FILE...")
@click.option("--with", "definitions", multiple=True, metavar="DEFINITION", help="The answer, such as pain.002.001.10.")
@click.option("--status", metavar="S", help="The status; default: what validation says.")
@click.option("--reason", metavar="R", help="The reason, a code of the answer's code set.")
@click.option("--transaction", "transactions", multiple=True, type=int, metavar="N", help="Only these; from 1.")
@click.option(
    "--others",
    metavar="S",
    help="The status of the others; default: their last known one (--last, --bank), else what validation says.",
)
@click.option(
    "--last", type=click.Path(), metavar="FILE", help="The last report on the message: no status may go back behind it."
)
@click.option("--original", type=click.Path(), metavar="FILE", help="The payment or order that FILE is about.")
@click.option("--charges", metavar="AMOUNT", help="Of a return: what is taken from each transaction.")
@click.option("--at", "moment", metavar="TIME", help="The time of the answer (ISO 8601); default: now.")
@click.option(
    "--bank", type=click.Path(), metavar="DIR", help="The bank directory: who answers, and what its journal told last."
)
@click.option("--list", "listing", is_flag=True, help="Only say which answers are possible, and why.")
@click.option("-o", "--output", type=click.Path(), metavar="OUT", help="A file, or a folder: one file per answer.")
def reply(
    files: tuple[str, ...],
    definitions: tuple[str, ...],
    status: str | None,
    reason: str | None,
    transactions: tuple[int, ...],
    others: str | None,
    last: str | None,
    original: str | None,
    charges: str | None,
    moment: str | None,
    bank: str | None,
    listing: bool,
    output: str | None,
) -> int:
    """Answer messages: status reports, returns, resolutions of recalls, receipts.

    Without --status the answer says what validation found: what is invalid is rejected with its reasons, the rest is
    accepted (ACTC). With --transaction, the others keep their last known status. What is written is valid against its
    schema and the guideline of the original, or it is not written. The same input and --at give the same bytes. With
    -o FOLDER/, answers that are there already are kept.

    \b
    Exit codes: 0 written, 1 refused (what is wrong is said, and nothing is
    written), 2 the call was wrong, 3 the installation or bank directory is.
    """
    console.require_paths([*files, *(one for one in (last, original) if one is not None)])
    if listing:
        from wissel.cli.reply_list import list_answers

        return list_answers(_sources(files))
    if not definitions:
        raise UsageError("say which answer to write: --with DEFINITION (--list shows those that are possible)")
    if others is not None and not transactions:
        raise UsageError("--others goes with --transaction: without it the status is for all")
    if transactions and status is None and not any(one.startswith("pacs.004") for one in definitions):
        raise UsageError("--transaction goes with --status")
    from wissel.cli.reply_run import Target, answer_all

    beside = tuple(one for one in (last, original) if one is not None)
    target = Target(output, len(files) > 1 or len(definitions) > 1, beside)
    requests = _requests(definitions, status, reason, transactions, others, last, original, charges, moment, bank)
    written, refused = answer_all(_sources(files), requests, target, files)
    if not written and not refused:
        console.complain("there is nothing to answer")
        return _EXIT_USAGE
    return _EXIT_REFUSED if refused else _EXIT_WRITTEN


def _requests(
    definitions: tuple[str, ...],
    status: str | None,
    reason: str | None,
    transactions: tuple[int, ...],
    others: str | None,
    last: str | None,
    original: str | None,
    charges: str | None,
    moment: str | None,
    bank: str | None,
) -> "list[Request]":
    """What is asked for, once for each answer. A return has no status, where another answer is asked for beside it."""
    from wissel.catalog.definitions import default_catalog
    from wissel.core.money import parse_amount
    from wissel.engine.answering.request import Request

    catalog = default_catalog()
    amount = None
    if charges is not None:
        amount = parse_amount(charges)
        if amount is None:
            raise UsageError(f"'{charges}' is no amount; write it as 12.50")
    at, (bic, journal) = _moment(moment), _bank(bank)
    report, payment = _message(last, _REPORTS), _message(original)
    beside = _digest([path for path in (last, original) if path is not None])
    found = []
    for definition in definitions:
        catalog.tree(definition)
        is_return = definition.startswith("pacs.004")
        own = status if not is_return or len(definitions) == 1 else None
        why = "FOCR" if is_return and len(definitions) > 1 else reason
        rest = None if is_return and len(definitions) > 1 else others
        taken = amount if is_return or len(definitions) == 1 else None
        one = Request(definition, at, own, why, transactions, rest, taken, bic, report, payment, beside, journal)
        found.append(one)
    return found


def _moment(text: str | None) -> "datetime":
    from wissel.cli.verify import parsed_moment
    from wissel.core.clock import system_clock

    return parsed_moment(text) if text is not None else system_clock().replace(microsecond=0)


def _bank(folder: str | None) -> "tuple[str | None, Ask | None]":
    """Who answers, and what its journal knows."""
    if folder is None:
        return None, None
    from wissel.engine.answering.last_known import journal_of
    from wissel.engine.bank.files import load_bank

    bank = load_bank(Path(folder))
    return bank.identity.bic, journal_of(bank)


def _message(path: str | None, families: tuple[str, ...] = ()) -> "BusinessMessage | None":
    """The one message of a file. Raises UsageError where it has none or several, is cut short, or is not of one of
    some families."""
    if path is None:
        return None
    from wissel.message.business_message import read_messages
    from wissel.xml.sources.source import Source

    reading = read_messages(Source.from_path(path))
    if reading.refused is not None or len(reading.messages) != 1 or reading.messages[0].definition is None:
        count = len(reading.messages)
        what = "it cannot be read" if reading.refused is not None else f"it holds {count:,} messages, not one"
        raise UsageError(f"'{path}': {what}")
    message = reading.messages[0]
    if not message.complete:
        raise UsageError(f"'{path}': it cannot be read to its end")
    if families and (message.definition or "")[:8] not in families:
        raise UsageError(f"'{path}' is a {message.definition}, not a report ({' or '.join(families)})")
    return message


def _digest(paths: list[str]) -> str:
    """The digest of some files; empty for none."""
    from hashlib import file_digest, sha256

    found = []
    for path in paths:
        with open(path, "rb") as file:
            found.append(file_digest(file, "sha256").hexdigest())
    return sha256("".join(found).encode()).hexdigest() if found else ""


def _sources(files: tuple[str, ...]) -> "Iterator[Source]":
    from wissel.core.limits import Limits
    from wissel.xml.sources.source import Source, expand

    for item in expand(files, limits=Limits(), stdin=sys.stdin.buffer):
        if isinstance(item, Source):
            yield item
