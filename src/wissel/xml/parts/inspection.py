"""Read a file, check each of its parts against its schema, and explain what is wrong in a second reading.

The first reading is libxml2's speed and flat memory. Only parts that failed, or whose transactions cannot be counted
by their tags alone, are read again.
"""

from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field, replace

from lxml import etree

from wissel.core.codes import finding
from wissel.core.finding import Finding
from wissel.core.limits import Limits
from wissel.xml.parser import refuse_undeclared, streaming_parser
from wissel.xml.parts.cursor import Cursor
from wissel.xml.parts.exchange import check_exchanges
from wissel.xml.parts.part_report import PartReport, explain_checked
from wissel.xml.parts.reading import Knowledge, Reading, read_parts
from wissel.xml.parts.skeleton import SkeletonElement
from wissel.xml.parts.syntax import syntax_finding
from wissel.xml.refusal import Refused
from wissel.xml.sources.encoding import first_fault
from wissel.xml.sources.text import Openable, Text

_DEPTH_OF_SCHEMAS = 40
"""No bundled schema nests deeper than this; a valid part without foreign content need not be measured."""


@dataclass(frozen=True, slots=True)
class Inspection:
    """What one file holds and what is wrong with it."""

    text: Text
    """The file, for reading its parts again."""
    digest: str | None
    """SHA-256 in hex; None where not all bytes could be read."""
    size_bytes: int
    parts: tuple[PartReport, ...] = ()
    refused: Finding | None = None
    """Why the file could not be read (on), where that lies in no part."""
    roots: int = 0
    following: Mapping[int, SkeletonElement] = field(default_factory=dict)
    """The element that begins next after a header, by the header's offset; none where it is a part itself."""
    elements: tuple[SkeletonElement, ...] = field(default=())
    """The first elements outside parts, and the parts' own."""


@dataclass(slots=True)
class _Attempt:
    """One way through a file: the first reading and the reports made of it."""

    reading: Reading
    reports: list[PartReport] = field(default_factory=list)
    error: etree.XMLSyntaxError | None = None
    truncated: bool = False


def inspect(source: Openable, knowledge: Knowledge, limits: Limits, findings_max: int) -> Inspection:
    """Inspect a file. What is wrong with it is returned; InstallationError is raised for a broken schema."""
    text = Text(source, limits)
    attempt = _attempt(text, knowledge, limits, findings_max, careful=False)
    if attempt.error is not None:
        attempt = _attempt(text, knowledge, limits, findings_max, careful=True)
    reading, refused = attempt.reading, attempt.reading.refused
    if attempt.error is not None:
        fault = _syntax_fault(text, attempt)
        if attempt.reports and attempt.reports[-1].broken:
            last = attempt.reports[-1]
            attempt.reports[-1] = replace(last, findings=(*last.findings, fault))
        else:
            refused = fault
    last_findings = attempt.reports[-1].findings if attempt.reports else ()
    if refused is not None and any(refused.code == said.code for said in last_findings):
        refused = None  # said of the part in which it stands, with its place
    if refused is not None and refused.line is None:
        refused = _placed(refused, text, reading)
    reports = attempt.reports
    if refused is None and attempt.error is None:
        left = max(0, findings_max - sum(len(report.findings) for report in reports))
        exchanges = list(check_exchanges(text, reading.segmenter.skeletons, knowledge, limits, left))
        reports = sorted([*exchanges, *reports], key=lambda report: report.part.offset)
    digest = text.digest()
    return Inspection(
        text=text,
        digest=digest,
        size_bytes=text.size_bytes,
        parts=tuple(reports),
        refused=refused,
        roots=len(reading.segmenter.skeletons),
        following=reading.segmenter.following,
        elements=tuple(element for skeleton in reading.segmenter.skeletons for element in skeleton.first),
    )


_PLACED = {"DOCTYPE-REFUSED": b"<!DOCTYPE", "XML-NOT-WELL-FORMED": None}
"""Refusals whose place is looked for: where this stands first, or where reading stopped."""


def _placed(refused: Finding, text: Text, reading: Reading) -> Finding:
    """The finding with the place it is about, where that can be told."""
    if refused.code == "PREFIX-UNDECLARED" and len(reading.segmenter.skeletons) == 1:
        return _undeclared(text) or refused
    if refused.code not in _PLACED:
        return refused
    offset = reading.segmenter.offset
    mark = _PLACED[refused.code]
    if mark is not None:
        at = next(text.chunks(), b"").find(mark)
        if at < 0:
            return refused
        offset = at
    cursor = Cursor(text.chunks())
    place = cursor.advance(offset)
    place = cursor.line_place(place.line, place.column)
    return replace(
        refused, line=place.line, column=place.column, excerpt=place.excerpt, excerpt_column=place.excerpt_column
    )


def _attempt(text: Text, knowledge: Knowledge, limits: Limits, findings_max: int, careful: bool) -> _Attempt:
    reading = read_parts(text.chunks(), knowledge, limits, text.source.size_bytes, careful)
    attempt = _Attempt(reading, error=reading.error, truncated=reading.truncated)
    cursor: Cursor | None = None
    set_aside: Cursor | None = None
    for checked in reading.checked:
        part, check = checked.part, checked.check
        if check is None:
            cursor = cursor or Cursor(text.chunks())
            begin = cursor.advance(part.offset)
            attempt.reports.append(PartReport(part, (), place=cursor.line_place(begin.line, begin.column)))
        elif not checked.end or check.syntax_error is not None:
            attempt.reports.append(PartReport(part, checked.schemas, broken=True))
        elif check.valid and check.plain and limits.depth_max >= _DEPTH_OF_SCHEMAS:
            attempt.reports.append(PartReport(part, checked.schemas, check.transactions, end=checked.end))
        else:
            cursor = cursor or Cursor(text.chunks())
            try:
                report = explain_checked(cursor, text, checked, knowledge, limits, findings_max)
            except etree.XMLSyntaxError as error:
                attempt.reports.append(PartReport(part, checked.schemas, broken=True))
                attempt.error = error
                break
            except Refused as stop:
                attempt.reports.append(PartReport(part, checked.schemas, findings=(stop.finding,), broken=True))
                break
            attempt.reports.append(report)
            findings_max = max(0, findings_max - len(report.findings))
        if checked.set_aside is not None and not attempt.reports[-1].broken:
            set_aside = set_aside or Cursor(text.chunks())
            attempt.reports[-1] = _with_signature(attempt.reports[-1], checked.set_aside[0], set_aside, findings_max)
            findings_max = max(0, findings_max - 1)
    return attempt


def _with_signature(report: PartReport, offset: int, cursor: Cursor, findings_max: int) -> PartReport:
    """The report with a note that the signature at ``offset`` was not checked."""
    if not findings_max:
        return replace(report, unlisted=report.unlisted + 1)
    begin = cursor.advance(offset)
    place = cursor.line_place(begin.line, begin.column)
    note = finding(
        "SIGNATURE-SET-ASIDE",
        f"A signature stands at the end of {report.part.tag}; whether it holds was not looked at.",
        path=f"/{report.part.tag}/Signature",
        line=place.line,
        column=place.column,
        hint="wissel verify FILE --trust DIR says whether it holds",
        excerpt=place.excerpt,
        excerpt_column=place.excerpt_column,
    )
    return replace(report, findings=(*report.findings, note))


def _syntax_fault(text: Text, attempt: _Attempt) -> Finding:
    """Where and why the file is not well-formed."""
    if text.encoding is not None and (fault := _encoding_fault(text)) is not None:
        return fault
    error, truncated = attempt.error, attempt.truncated
    if len(attempt.reading.segmenter.skeletons) == 1:
        # the whole file in one go: the parser's own line and column are those of the file
        whole, at_end = _whole_error(text)
        error, truncated = (whole, at_end) if whole is not None else (error, truncated)
        line, column = error.position if error is not None else (1, 1)
        place = Cursor(text.chunks()).line_place(line, max(1, column))
    else:
        place = Cursor(text.chunks()).advance(attempt.reading.segmenter.offset)
    if error is None:
        raise AssertionError("a broken file without an error")
    return syntax_finding(error, place, truncated)


def _encoding_fault(text: Text) -> Finding | None:
    if text.encoding is None:
        return None
    try:
        with closing(text.source.open()) as file:
            return first_fault(file, text.encoding)
    except (Refused, OSError):
        return None


def _undeclared(text: Text) -> Finding | None:
    """The first prefix in a file that is not declared, with its line: from the parser that is given all of it."""
    parser = streaming_parser()
    try:
        for chunk in text.chunks():
            parser.feed(chunk)
            refuse_undeclared(parser.feed_error_log, 0)
        parser.close()
        refuse_undeclared(parser.feed_error_log, 0)
    except Refused as stop:
        return stop.finding
    except etree.XMLSyntaxError:
        return None
    return None


def _whole_error(text: Text) -> tuple[etree.XMLSyntaxError | None, bool]:
    parser = streaming_parser()
    try:
        for chunk in text.chunks():
            parser.feed(chunk)
    except etree.XMLSyntaxError as error:
        return error, False
    try:
        parser.close()
    except etree.XMLSyntaxError as error:
        return error, True
    return None, False
