"""The business file header (head.002): an envelope that has a schema of its own.

Its payloads are foreign content to that schema; they are checked as messages of their own. So the whole file is passed
once more through libxml2 with the header's schema, and explained where it fails.
"""

from wissel.core.limits import Limits
from wissel.xml.cursor import Cursor
from wissel.xml.parser import streaming_parser
from wissel.xml.part_report import PartReport, explain_part
from wissel.xml.reading import Checked, Knowledge
from wissel.xml.schema import compiled
from wissel.xml.segment import Part
from wissel.xml.skeleton import Skeleton
from wissel.xml.text import Text

ROOT_TAG = "Xchg"


def check_exchange(
    text: Text, skeletons: list[Skeleton], knowledge: Knowledge, limits: Limits, findings_max: int
) -> PartReport | None:
    """The report on a file's own header; None for a file without one. The file has been found well-formed before."""
    root = skeletons[0].first[0] if len(skeletons) == 1 and skeletons[0].first else None
    if root is None or root.tag != ROOT_TAG:
        return None
    schemas = knowledge.schemas(root.namespace)
    offset = _root_offset(text)
    if not schemas or offset is None:
        return None
    part = Part(ROOT_TAG, ROOT_TAG, root.namespace, 0, (), offset, b"", 0, True)
    base = schemas[:1]
    parser = streaming_parser(schema=compiled(base[0].path))
    for chunk in text.chunks():
        parser.feed(chunk)
    parser.close()
    if not len(parser.feed_error_log):
        return PartReport(part, base)
    found = explain_part(
        Cursor(text.chunks()), Checked(part, base, None, 1 << 62), base[0], knowledge, limits, findings_max
    )
    return PartReport(part, base, 0, tuple(found.findings), found.beyond)


def _root_offset(text: Text) -> int | None:
    """Where the root element's start tag begins."""
    head = next(text.chunks(), b"")
    at = head.find(b"<" + ROOT_TAG.encode())
    if at < 0 and (colon := head.find(b":" + ROOT_TAG.encode())) >= 0:
        at = head.rfind(b"<", 0, colon)
    return at if at >= 0 else None
