"""Messages that are made in answer to others, written, checked by schema and guideline, signed, and ready to go.

Some answer the message at hand, and bear its header turned round. Others go to a bank or customer further back, from
whom an earlier message came: their header is made anew, as the network wants it.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from wissel.core.finding import Finding, Severity
from wissel.engine.answering.answers import written
from wissel.engine.answering.file import file_faults
from wissel.engine.answering.request import Answered, Request, Task
from wissel.engine.answering.request import Received as Answerable
from wissel.engine.conclusion import Made
from wissel.engine.conversion.placing import own_agent
from wissel.engine.draft import Draft
from wissel.engine.interbank.sheet import Sheet
from wissel.engine.stored import Stored
from wissel.mapping.header import header_values, write_message
from wissel.mapping.placement import HeaderPlan, agent_values
from wissel.reply.investigation import ResolutionOptions, write_resolution
from wissel.reply.original import Original
from wissel.reply.payment_return import ReturnOptions, write_return
from wissel.reply.reason import Reason, fitting
from wissel.reply.relayed_report import values_block
from wissel.reply.stamp import Stamp, stamp
from wissel.reply.status import Choose, Status
from wissel.reply.status_report import ReportOptions, transaction_path, write_status_report
from wissel.reply.style import scheme_of, style_for
from wissel.routing.network import Network
from wissel.xml.blocks.block import Block
from wissel.xml.writing.message_writer import MessageWriter
from wissel.xml.xsd.schema_tree import SchemaTree

UNSPECIFIED = "MS03"
Body = Callable[[MessageWriter, int], tuple[Finding, ...]]
"""Writes the content of a document whose root stands at a depth; gives what speaks against sending it."""
Bodies = tuple[Body, ...]
"""Ways to write the same, the fullest first: a copy of a faulty original would be refused by our own check."""
Write = Callable[[Callable[[bytes], object]], tuple[Finding, ...]]


@dataclass(frozen=True, slots=True)
class Way:
    """Where a message goes, and in which form."""

    definition: str
    addressee: str
    guideline: str
    network: str | None = None
    """By whose profile it is signed; None for one that is not."""
    answer: bool = False
    """Whether it is the answer to who handed the message at hand over."""


def stamp_of(sheet: Sheet, *what: str) -> Stamp:
    """The identifiers of something made from the message at hand; ``what`` tells several such apart."""
    return stamp(sheet.context.at, sheet.base, *what)


def back(sheet: Sheet, way: Way, bodies: Bodies, stamped: Stamp) -> bool:
    """Write an answer to the message at hand, its header turned round. False, with a finding, where it is not sent."""
    context, received = sheet.context, sheet.received
    one = Answerable(received.message, received.report, received.base, received.number)
    request = Request(way.definition, context.at, bic=context.bank.identity.bic)
    task = Task(one, request, context.catalog, context.catalog.tree(way.definition))

    def writes(body: Body) -> Write:
        def content(writer: MessageWriter, depth: int) -> Answered:
            return Answered(way.definition, body(writer, depth))

        return lambda sink: written(task, received.message.header(), content, sink, stamped).findings

    return _made(sheet, way, map(writes, bodies))


def forth(
    sheet: Sheet, way: Way, network: Network | None, receiver: str | None, bodies: Bodies, stamped: Stamp
) -> bool:
    """Write a message to somebody else, with the header that the network wants; ``receiver`` is the BIC of a bank.
    False, with a finding, where it is not sent."""
    context = sheet.context
    tree = context.catalog.tree(way.definition)
    header = None
    if network is not None and network.header is not None and receiver is not None:
        sender = own_agent(context.bank, network)
        plan = HeaderPlan(network.header, network.business_services, sender, agent_values(receiver))
        values = header_values(plan, way.definition, stamped.base, stamped.created)
        header = (context.catalog.tree(network.header), values)
    envelope = network.envelope if network is not None and header is not None else None

    def writes(body: Body) -> Write:
        def write(sink: Callable[[bytes], object]) -> tuple[Finding, ...]:
            found: list[Finding] = []
            depth = 0 if header is None else 1
            write_message(sink, tree, header, envelope, lambda writer: found.extend(body(writer, depth)))
            return tuple(found)

        return write

    return _made(sheet, way, map(writes, bodies))


def _made(sheet: Sheet, way: Way, ways: Iterable[Write]) -> bool:
    """The first of some ways to write a message that our own check lets pass."""
    context = sheet.context
    name = f"{context.record.number}-{sheet.number}-{len(sheet.made) + 1}-{way.definition}.xml"
    path = context.folder / name
    worst: Finding | None = None
    for write in ways:
        draft = Draft(path)
        found = write(draft.write)
        content = draft.content()
        if not _is_refused(found) and not context.puts_off(content, way.guideline):
            found = (*found, *file_faults(content, way.guideline, context.at.date(), context.catalog, Severity.ERROR))
        if not _is_refused(found):
            made = Made(way.addressee, name, content, way.definition, way.answer)
            sheet.made.append(context.sign(made, way.network) if way.network is not None else made)
            return True
        draft.drop()
        worst = worst or next(one for one in found if one.severity is Severity.ERROR)
    if worst is not None:
        said = f"A {way.definition} to {way.addressee} cannot be sent: {worst.message}"
        sheet.find("ANSWER-NOT-SENT", said, value=worst.code)
    return False


def _is_refused(found: Iterable[Finding]) -> bool:
    return any(one.severity is Severity.ERROR for one in found)


def signed_for(network: Network | None) -> str | None:
    """The network whose profile signs, where it has one."""
    return network.name if network is not None and network.signature_profile is not None else None


def definition_for(network: Network | None, family: str, default: str) -> str:
    """The version of a family that a network takes."""
    return network.definitions.get(family, default) if network is not None else default


# --- reports ---


def reasons_for(tree: SchemaTree, path: str, codes: Iterable[str], guideline: str) -> tuple[Reason, ...]:
    """The reasons that a definition and the scheme of a guideline take; not specified (MS03) where they take none."""
    codes = tuple(dict.fromkeys(codes))
    scheme, most = scheme_of(guideline), style_for(guideline).reasons_max
    kept = [code for code in codes if fitting((code,), tree, path, scheme, most) == (Reason(code),)]
    return tuple(Reason(code) for code in kept[:most]) or fitting((UNSPECIFIED,), tree, path, scheme, 1)


def status_for(sheet: Sheet, definition: str, guideline: str, status: str, codes: Iterable[str] = ()) -> Status:
    """A status with the reasons that fit the report."""
    tree, codes = sheet.context.catalog.tree(definition), tuple(codes)
    path = f"{transaction_path(tree)}/StsRsnInf/Rsn/Cd"
    return Status(status, reasons_for(tree, path, codes, guideline) if codes else ())


def report_bodies(
    sheet: Sheet, definition: str, original: Original, blocks: Callable[[], Iterator[Block]], statuses: Choose,
    stamped: Stamp, guideline: str, *, copies: bool = True,
) -> Bodies:  # fmt: skip
    """The content of a status report about a message; ``copies``: with those of the originals that the style wants."""
    tree, style = sheet.context.catalog.tree(definition), style_for(guideline)
    between = definition.startswith("pacs.")

    def made(reference: bool) -> Body:
        options = ReportOptions(
            stamped,
            sheet.context.bank.identity.bic,
            original_in_transaction=style.original_in_transaction and between,
            reference=reference,
        )

        def body(writer: MessageWriter, depth: int) -> tuple[Finding, ...]:
            write_status_report(writer, tree, original, blocks(), statuses, options, depth)
            return ()

        return body

    return tuple(made(one) for one in _copies(style.reference and between and copies))


def _copies(wanted: bool) -> tuple[bool, ...]:
    return (True, False) if wanted else (False,)


# --- returns ---


def return_bodies(
    sheet: Sheet, definition: str, original: Original, blocks: Iterable[Block], stamped: Stamp, reason: str, day: str,
    guideline: str,
) -> Bodies:  # fmt: skip
    """The content of a return of some transactions of a message."""
    tree, style = sheet.context.catalog.tree(definition), style_for(guideline)
    why = reasons_for(tree, "PmtRtr/TxInf/RtrRsnInf/Rsn/Cd", (reason,), guideline)[0]
    bic = sheet.context.bank.identity.bic
    found = tuple(blocks)

    def made(copies: bool) -> Body:
        options = ReturnOptions(stamped, why, day, None, bic, None, copies and style.chain, copies and style.reference)

        def body(writer: MessageWriter, depth: int) -> tuple[Finding, ...]:
            return write_return(writer, tree, original, iter(found), options, depth).findings

        return body

    return tuple(made(one) for one in _copies(style.chain or style.reference))


# --- resolutions ---


def resolution_bodies(
    sheet: Sheet, definition: str, original: Original, blocks: Callable[[], Iterator[Block]],
    statuses: Mapping[int, Status], whole: Status | None, stamped: Stamp, guideline: str,
) -> Bodies:  # fmt: skip
    """The content of the answer to a recall; ``whole`` is said of messages that are recalled as such."""
    tree, style = sheet.context.catalog.tree(definition), style_for(guideline)

    def made(copies: bool) -> Body:
        options = ResolutionOptions(stamped, sheet.context.bank.identity.bic, copies, whole)

        def body(writer: MessageWriter, depth: int) -> tuple[Finding, ...]:
            write_resolution(writer, tree, original, blocks(), lambda block: statuses[block.number], options, depth)
            return ()

        return body

    return tuple(made(one) for one in _copies(style.reference))


# --- what was received earlier ---


def original_of(definition: str, known: Stored) -> Original:
    """The message in which a stored payment came."""
    name = {"pacs.008": "FIToFICstmrCdtTrf", "pacs.009": "FICdtTrf"}[definition[:8]]
    header = values_block("message", "/AppHdr", 1, None, dict(known.header)) if known.header else None
    return Original(definition, values_block("message", f"/Document/{name}", 1, None, dict(known.message)), header)


def block_of(original: Original, number: int, values: Mapping[str, str]) -> Block:
    """A stored transaction as a block of its message."""
    return values_block("transaction", "CdtTrfTxInf", number, original.message, dict(values))


def said_of(block: Block | None) -> dict[str, str]:
    """The values of a block by path, as the journal keeps them."""
    return {} if block is None else dict(zip(block.shape.paths, block.texts, strict=True))
