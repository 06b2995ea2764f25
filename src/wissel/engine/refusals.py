"""What comes of a message that is not taken: an answer to who sent it, where one can be given."""

from pathlib import Path

from wissel.catalog.naming import family_of
from wissel.core.finding import Finding
from wissel.engine.answering.file import answer_into, receipt_into
from wissel.engine.answering.request import Received as Answerable
from wissel.engine.answering.request import Request
from wissel.engine.conclusion import Made
from wissel.engine.context import Context, Effects, Received
from wissel.engine.prepared import Prepared
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
    if wanted is None:
        return Effects(False, found, counts=counts)
    path = context.folder / f"refusal-{received.number}.xml"
    one = Answerable(received.message, received.report, received.base, 1)
    for reason in (why.reason if why is not None else None, UNSPECIFIED):
        request = Request(wanted, context.at, REJECTED, reason, bic=context.bank.identity.bic)
        answered = answer_into(path, one, request, context.catalog)
        if not answered.refused:
            break
    else:
        return Effects(False, (*found, *answered.findings), counts=counts)
    return Effects(False, found, (answer_made(context, received, path, wanted),), counts=counts)


def unreadable(context: Context, source: Source, prepared: Prepared) -> Effects:
    """A file, or a member of an archive, that cannot be read: a receipt that says so, to the channel."""
    path = context.folder / "receipt.xml"
    request = Request(RECEIPT, context.at, bic=context.bank.identity.bic)
    answered = receipt_into(path, source, prepared.report, request, context.catalog)
    counts = {"unreadable": 1}
    if answered.refused:
        return Effects(False, counts=counts)
    name = f"{context.record.number}-{RECEIPT}.xml"
    made = Made(context.channel.name, name, path.read_bytes(), RECEIPT, answer=True)
    return Effects(False, made=(made,), counts=counts)


def answer_made(context: Context, received: Received, path: Path, definition: str) -> Made:
    """An answer to who handed the message over."""
    name = f"{context.record.number}-{received.number}-{definition}.xml"
    return Made(context.channel.name, name, path, definition, answer=True)
