"""Answer a message: what validation found becomes statuses, and the answer is written, with header and envelope.

What is written here is not checked yet: see :mod:`wissel.engine.answering.file`.
"""

from collections.abc import Callable
from dataclasses import replace

from wissel.catalog.definitions import Catalog
from wissel.core.codes import finding
from wissel.core.finding import Finding, Severity
from wissel.engine.answering.request import Answered, Received, Request, Task, Write
from wissel.message.business_message import BusinessMessage
from wissel.reply.answers import check_answer
from wissel.reply.completeness import fault_key
from wissel.reply.header import write_header
from wissel.reply.ladder import REJECTED
from wissel.reply.original import Original, opened, without_id
from wissel.reply.stamp import Stamp
from wissel.validation.report import MessageReport
from wissel.xml.blocks.block import Block
from wissel.xml.writing.element_template import INDENT
from wissel.xml.writing.message_writer import DECLARATION, MessageWriter

Body = Callable[[MessageWriter, int], Answered]
"""Writes the content of a document whose root stands at a depth."""
_PLAIN_ENVELOPE = "Envelope"
_MESSAGE_NAME_CHARACTERS = 10
"""Of a message's name, from its end: so many make an element one of that message."""


def answer(received: Received, request: Request, catalog: Catalog, write: Write) -> Answered:
    """Answer one message. What is wrong comes as findings; then what was written is not to be sent.

    Raises UsageError for a definition that is not known, or a request that says what the answer has no place for.
    """
    message = received.message
    tree = catalog.tree(request.definition)
    if message.definition is None or not message.complete:
        return Answered(request.definition, (unreadable(message),))
    refused = check_answer(message.definition, request.definition, catalog)
    if refused is not None:
        return Answered(request.definition, (refused,))
    if catalog.find(message.definition) is None and not _rejects(request):
        said = f"No schema of {message.definition} is known, so nothing of it was checked; it can only be rejected."
        return Answered(request.definition, (finding("REPLY-ORIGINAL-UNREADABLE", said, value=message.definition),))
    header = message.header()
    from wissel.reply.faults import faults_of

    faults = faults_of(received.report.findings, message.definition, received.report.unlisted)
    original, blocks = opened(message.definition, message.blocks(), header, faults.sound)
    if original is None:
        return Answered(request.definition, (unreadable(message),))
    original = replace(original, faulty=faulty_values(received.report))
    task = Task(received, request, catalog, tree)
    if request.journal is not None:
        from wissel.engine.answering.last_known import with_journal

        task = with_journal(task, original)
    missing = None if original.family in ("pacs.002", "pacs.028") else _without_id(original)
    if missing is not None:
        return Answered(request.definition, (missing,))
    from wissel.engine.answering import bodies as answer_bodies

    body = answer_bodies.body(task, original, blocks, faults)
    if isinstance(body, Answered):
        return body
    return written(task, header, body, write)


def _rejects(request: Request) -> bool:
    """Whether a report is asked for that refuses all of a message."""
    return request.status in (None, REJECTED) and not request.transactions


def faulty_values(report: MessageReport) -> frozenset[tuple[str, str]]:
    """The values of a message that rules refuse, with their tags: answers do not repeat them."""
    found = (one for one in report.findings if one.severity is Severity.ERROR)
    return frozenset(fault_key(one.path, one.value) for one in found if one.path is not None and one.value is not None)


def unreadable(message: BusinessMessage) -> Finding:
    """The finding for a message that cannot be read to its end, or is none."""
    what = message.definition or "a document of no known definition"
    return finding("REPLY-ORIGINAL-UNREADABLE", f"It is {what}, and cannot be read to its end.", value=what)


def _without_id(original: Original) -> Finding | None:
    name = original.message_id
    return without_id(original) if name is None or len(name) > 35 else None


def written(task: Task, header: Block | None, body: Body, write: Write, stamped: Stamp | None = None) -> Answered:
    """An answer with a header where the original has one, in an envelope of the same kind. ``body`` writes the content
    of the document; ``stamped`` are identifiers other than those that follow from the request."""
    message, tree, stamp = task.received.message, task.tree, stamped or task.stamp
    envelope = list(zip(message.envelope, message.envelope_namespaces, strict=True))
    if header is None or message.header_definition is None:
        envelope = []  # an envelope around a bare document is the sender's own
        writer = MessageWriter(tree, write)
        found = body(writer, 0)
        writer.close()
        return found
    if not envelope or any(_is_of_message(tag, task) for tag, _ in envelope):
        envelope = [(_PLAIN_ENVELOPE, None)]
    depth = len(envelope)
    write(DECLARATION)
    above: str | None = None
    for level, (tag, namespace) in enumerate(envelope):
        named = f' xmlns="{_quoted(namespace or "")}"' if namespace != above else ""
        write(f"\n{INDENT * level}<{tag}{named}>".encode())
        above = namespace
    header_tree = task.catalog.tree(message.header_definition)
    first = MessageWriter(header_tree, write, declared=False, depth=depth)
    write_header(first, header_tree, header, task.request.definition, stamp)
    first.close()
    writer = MessageWriter(tree, write, declared=False, depth=depth)
    found = body(writer, depth)
    writer.close()
    for level, (tag, _) in reversed(list(enumerate(envelope))):
        write(f"\n{INDENT * level}</{tag}>".encode())
    write(b"\n")
    return found


def _is_of_message(tag: str, task: Task) -> bool:
    """Whether the name of an envelope's element is of the message inside, as ``FedNowCustomerCreditTransfer`` is: it
    would be wrong around the answer, and which one is right only the network's schema tells."""
    name = task.catalog.tree(task.received.message.definition or "").message_name.rpartition("V")[0]
    return tag.endswith(name[-_MESSAGE_NAME_CHARACTERS:])


def _quoted(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")
