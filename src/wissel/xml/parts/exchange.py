"""The business file header (head.002): an envelope that has a schema of its own.

Its payloads are foreign content to that schema; they are checked as messages of their own. So each root element of this
kind is passed once more through libxml2 with the header's schema, and explained where it fails.
"""

from collections.abc import Iterator

from wissel.core.limits import Limits
from wissel.xml.parser import streaming_parser
from wissel.xml.parts.cursor import Cursor
from wissel.xml.parts.part_report import PartReport, explain_part, quoted
from wissel.xml.parts.reading import Checked, Knowledge
from wissel.xml.parts.schema import MESSAGES_MAX, Schema, compiled
from wissel.xml.parts.segment import Part
from wissel.xml.parts.skeleton import Skeleton
from wissel.xml.refusal import Refused
from wissel.xml.sources.text import Text

ROOT_TAG = "Xchg"


def check_exchanges(
    text: Text, skeletons: list[Skeleton], knowledge: Knowledge, limits: Limits, findings_max: int
) -> Iterator[PartReport]:
    """A report on each root element that is a file header. The file has been found well-formed before."""
    cursors: tuple[Cursor, Cursor] | None = None
    for number, skeleton in enumerate(skeletons):
        root = skeleton.first[0]
        schemas = knowledge.schemas(root.namespace) if root.tag == ROOT_TAG else ()
        if not schemas:
            continue
        part = Part(ROOT_TAG, skeleton.root_name, root.namespace, number, (), skeleton.offset, b"", 0, True)
        cursors = cursors or (Cursor(text.chunks()), Cursor(text.chunks()))
        report = _check(cursors, Checked(part, schemas[:1], None, skeleton.after), knowledge, limits, findings_max)
        findings_max = max(0, findings_max - len(report.findings))
        yield report


def _check(
    cursors: tuple[Cursor, Cursor], checked: Checked, knowledge: Knowledge, limits: Limits, findings_max: int
) -> PartReport:
    part, base = checked.part, checked.schemas[0]
    messages = _messages(cursors[0], checked, base)
    if not messages:
        return PartReport(part, (base,))
    try:
        found = explain_part(cursors[1], checked, base, knowledge, limits, findings_max)
    except Refused as stop:
        return PartReport(part, (base,), findings=(stop.finding,), broken=True)
    findings = found.findings
    if not findings and not found.beyond:
        findings = [quoted(message, base) for message in messages]
    return PartReport(part, (base,), 0, tuple(findings), found.beyond)


def _messages(cursor: Cursor, checked: Checked, schema: Schema) -> list[str]:
    """libxml2's words for the first faults; more it is not asked for, its log slows down by the square of them."""
    cursor.advance(checked.part.offset)
    parser = streaming_parser(schema=compiled(schema.path))
    for chunk in cursor.range(checked.end):
        parser.feed(chunk)
        if len(parser.feed_error_log):
            return [entry.message for entry in list(parser.feed_error_log)[:MESSAGES_MAX]]
    parser.close()
    return [entry.message for entry in list(parser.feed_error_log)[:MESSAGES_MAX]]
