"""An answer as a file: written beside its place, checked by schema and guideline, and only then put there."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import date
from pathlib import Path

from wissel.catalog.definitions import Catalog
from wissel.core.codes import finding
from wissel.core.finding import Finding, Severity
from wissel.engine.answering.answers import answer
from wissel.engine.answering.request import Answered, Received, Request
from wissel.message.business_message import read_messages
from wissel.reply.answers import RECEIPT
from wissel.reply.receipt import LOOK_BYTES_MAX, NOT_MET, REFERENCE_MAX, UNREADABLE, glimpse, write_receipt
from wissel.reply.stamp import stamp
from wissel.validation.names import AUTO, SCHEMA
from wissel.validation.report import Report, Verdict
from wissel.validation.validate import Options, validate
from wissel.xml.refusal import Refused
from wissel.xml.sources.source import Source
from wissel.xml.writing.message_writer import MessageWriter

_FILE_HEADER = "head.002"


def judged(source: Source, request: Request, catalog: Catalog) -> Report:
    """What validation says of an input, by the guideline that each of its messages speaks for."""
    return validate(source, Options(request.moment.date(), AUTO), catalog)


def received(source: Source, report: Report) -> Iterator[Received]:
    """The messages of an input with their reports."""
    reports = [one for one in report.messages if not (one.definition or "").startswith(_FILE_HEADER)]
    beyond = tuple(found for found in report.findings if found.code == "FINDINGS-CAPPED")
    pairs = zip(read_messages(source).messages, reports, strict=False)
    for number, (message, one) in enumerate(pairs, 1):
        told = replace(one, findings=one.findings + beyond) if beyond and one.verdict is Verdict.INVALID else one
        yield Received(message, told, report.sha256 or "", number)


PutsOff = Callable[[Path, str], bool]
"""Whether the check of a file by a guideline is put off."""


def _never(_path: Path, _guideline: str) -> bool:
    return False


def answer_into(path: Path, one: Received, request: Request, catalog: Catalog, puts_off: PutsOff = _never) -> Answered:
    """Write an answer into a new file and check it, unless the check is put off. Where it is refused, the file is gone.

    Raises UsageError as :func:`wissel.engine.answering.answers.answer` does, OSError where the file cannot be written.
    """
    try:
        with open(path, "xb") as file:
            found = answer(one, request, catalog, file.write)
        if not found.refused and not puts_off(path, found.guideline):
            faults = file_faults(path, found.guideline, request.moment.date(), catalog)
            found = replace(found, findings=(*found.findings, *faults))
    except BaseException:
        with suppress(OSError):
            path.unlink()
        raise
    if found.refused:
        path.unlink()
    return found


def file_faults(
    content: Path | bytes, guideline: str, day: date, catalog: Catalog, least: Severity = Severity.WARNING
) -> list[Finding]:
    """What our own validation says against what was written; errors, and warnings where ``least`` is them."""
    source = Source.from_bytes(content) if isinstance(content, bytes) else Source.from_path(content)
    report = validate(source, Options(day, guideline, least=least), catalog)
    worth = (Severity.ERROR,) if least is Severity.ERROR else (Severity.ERROR, Severity.WARNING)
    found = [one for one in report.all_findings if one.severity in worth]
    if report.verdict is not Verdict.VALID and not any(one.severity is Severity.ERROR for one in found):
        raise AssertionError(f"what was written is {report.verdict} without a finding that says why")
    return found


def is_unreadable(report: Report) -> bool:
    """Whether an input cannot be answered by a message about its content: it cannot be read, or has no schema."""
    return report.verdict in (Verdict.UNREADABLE, Verdict.UNSUPPORTED)


def receipt_into(path: Path, source: Source, report: Report, request: Request, catalog: Catalog) -> Answered:
    """Write a receipt for an input that cannot be read. Refused where it can be, or where nobody is known to send it
    to: then there is only the report. Where it is refused, no file is left."""
    definition = request.definition
    if not is_unreadable(report):
        name = next((one.definition for one in report.messages if one.definition), "a message")
        said = f"It can be read: it is {name}; {RECEIPT} is for what cannot be."
        return Answered(definition, (finding("REPLY-NOT-POSSIBLE", said, value=definition),))
    try:
        with source.open() as file:
            seen = glimpse(file.read(LOOK_BYTES_MAX))
    except Refused as refusal:
        return Answered(definition, (refusal.finding,))
    if seen.sender is None:
        said = "Nothing in it tells who sent it, so there is nobody to send a receipt to."
        return Answered(definition, (finding("REPLY-ADDRESSEE-UNKNOWN", said),))
    why = next((one for one in report.all_findings if one.severity is Severity.ERROR), None)
    return _receipt(path, seen.reference, why, report.sha256 or "", request, catalog)


def receipt_by_way(
    path: Path, source: Source, why: Finding | None, digest: str, request: Request, catalog: Catalog
) -> Answered:
    """Write a receipt for an input that cannot be read, to who handed it over, whatever it says of its sender. It is
    named by the identifier that the bytes show, else by the input's own name, else by its digest. Where it is refused,
    no file is left."""
    try:
        with source.open() as file:
            reference = glimpse(file.read(LOOK_BYTES_MAX)).reference
    except Refused:
        reference = None
    return _receipt(path, reference or _short(source.name) or digest[:REFERENCE_MAX], why, digest, request, catalog)


def _short(name: str) -> str | None:
    fits = len(name) <= REFERENCE_MAX and name.isascii() and name.isprintable() and name.strip()
    return name.strip() if fits else None


def rejection_into(
    path: Path, reference: str | None, why: Finding, digest: str, request: Request, catalog: Catalog
) -> Answered:
    """Write that a request, which was read, cannot be met. Where it is refused, no file is left."""
    return _receipt(path, reference, why, digest, request, catalog, NOT_MET)


def _receipt(
    path: Path,
    reference: str | None,
    why: Finding | None,
    digest: str,
    request: Request,
    catalog: Catalog,
    said: str = UNREADABLE,
) -> Answered:
    definition = request.definition
    tree = catalog.tree(definition)
    with open(path, "xb") as file:
        writer = MessageWriter(tree, file.write)
        write_receipt(writer, tree, reference, stamp(request.moment, digest), why, said)
        writer.close()
    found = Answered(definition, tuple(file_faults(path, SCHEMA, request.moment.date(), catalog)), {"receipt": 1})
    if found.refused:
        path.unlink()
    return found
