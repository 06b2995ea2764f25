"""What comes of a message that is not taken: an answer to who sent it, where one can be given."""

from dataclasses import replace
from pathlib import Path

from wissel.catalog.naming import family_of
from wissel.core.codes import finding
from wissel.core.finding import Finding, Severity
from wissel.engine.answering.file import answer_into, receipt_by_way, rejection_into
from wissel.engine.answering.request import Received as Answerable
from wissel.engine.answering.request import Request
from wissel.engine.conclusion import Made
from wissel.engine.context import Context, Effects, Received
from wissel.engine.prepared import Prepared
from wissel.validation.report import Verdict as Validity
from wissel.xml.sources.source import Source

ANSWERS = {"pain.001": "pain.002.001.10", "pain.008": "pain.002.001.10", "pacs.008": "pacs.002.001.10",
           "pacs.009": "pacs.002.001.10", "pacs.003": "pacs.002.001.10", "pacs.004": "pacs.002.001.10"}  # fmt: skip
"""Family of what was received -> definition of the answer."""
_OLDER = {"pain.001.001.03": "pain.002.001.03", "pain.008.001.02": "pain.002.001.03"}
"""Who sends these reads answers of the same age (ISO 20022 messages of 2009, still those of many customers)."""
RECEIPT = "admi.002.001.01"
REJECTED = "RJCT"
UNSPECIFIED = "MS03"
"""NotSpecifiedReasonAgentGenerated: said where a scheme does not know the reason that was found."""


def answer_definition(received: str) -> str | None:
    """The definition of the answer to a message; None for one that is not answered by a status report."""
    return _OLDER.get(received) or ANSWERS.get(family_of(received))


def refused(context: Context, received: Received, why: Finding | None) -> Effects:
    """A message that is refused as a whole: for ``why``, or for what validation found."""
    found = () if why is None else (why,)
    wanted = answer_definition(received.definition)
    counts = {"refused": 1}
    if received.report.verdict is Validity.UNSUPPORTED:
        return _unsupported(context, received, found)
    if wanted is None:
        return Effects(False, found, counts=counts)
    path = context.folder / f"refusal-{received.number}.xml"
    one = Answerable(received.message, received.report, received.base, 1)
    for reason in (why.reason if why is not None else None, UNSPECIFIED):
        request = Request(wanted, context.at, REJECTED, reason, bic=context.bank.identity.bic)
        answered = answer_into(path, one, request, context.catalog, context.puts_off)
        if not answered.refused:
            break
    else:
        return Effects(False, (*found, *answered.findings), counts=counts)
    return Effects(False, found, (answer_made(context, received, path, wanted),), counts=counts)


def _unsupported(context: Context, received: Received, found: tuple[Finding, ...]) -> Effects:
    """A message without a schema can be answered by a receipt alone."""
    report = received.prepared.report
    why = next((one for one in (*found, *received.report.findings) if one.severity is Severity.ERROR), None)
    alone = len(report.messages) == 1  # else the bytes show the identifier of another message first
    source = replace(Source.from_path(context.path), name=report.file) if alone else Source.from_bytes(b"", report.file)
    said, made = _receipt(context, source, why, report.sha256, received.number)
    return Effects(False, (*found, *said), made, counts={"refused": 1})


def unreadable(context: Context, source: Source, prepared: Prepared, number: int) -> Effects:
    """A file, or a member of an archive, that cannot be read: a receipt that says so, to the channel. ``number`` is its
    place among the messages of the file."""
    report = prepared.report
    why = next((one for one in report.all_findings if one.severity is Severity.ERROR), None)
    found, made = _receipt(context, source, why, report.sha256, number)
    return Effects(False, found, made, counts={"unreadable": 1})


def without_message(context: Context) -> Effects:
    """An archive in which nothing looks like a message: a receipt to the channel."""
    file = context.record.receipt.file
    why = finding("MESSAGE-MISSING", "The archive holds nothing that begins like XML, and no other archive that does.")
    found, made = _receipt(context, replace(Source.from_path(context.path), name=file), why, None, 1)
    return Effects(False, (why, *found), made, counts={"unreadable": 1})


def not_met(context: Context, received: Received, reference: str | None, why: Finding) -> Effects:
    """A request of which nothing can be given: a receipt that says so, named by the request's identifier."""
    path, counts = context.folder / f"receipt-{received.number}.xml", {"refused": 1}
    request = Request(RECEIPT, context.at, bic=context.bank.identity.bic)
    digest = context.record.receipt.digest
    answered = rejection_into(path, reference, why, digest, request, context.catalog)
    if answered.refused:
        return Effects(False, answered.findings, counts=counts)
    return Effects(False, made=(answer_made(context, received, path, RECEIPT),), counts=counts)


def _receipt(
    context: Context, source: Source, why: Finding | None, digest: str | None, number: int
) -> tuple[tuple[Finding, ...], tuple[Made, ...]]:
    """The receipt, or why there is none. It is made anew each time the file comes, so no stored answer."""
    path = context.folder / f"receipt-{number}.xml"
    request = Request(RECEIPT, context.at, bic=context.bank.identity.bic)
    known = digest or context.record.receipt.digest
    answered = receipt_by_way(path, source, why, known, request, context.catalog)
    if answered.refused:
        return answered.findings, ()
    name = f"{context.record.number}-{number}-{RECEIPT}.xml"
    return (), (Made(context.channel.name, name, path, RECEIPT),)


def answer_made(context: Context, received: Received, path: Path, definition: str) -> Made:
    """An answer to who handed the message over."""
    name = f"{context.record.number}-{received.number}-{definition}.xml"
    return Made(context.channel.name, name, path, definition, answer=True)
