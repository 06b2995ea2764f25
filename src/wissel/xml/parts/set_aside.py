"""The one thing that may stand in a Document and that no schema of a message knows: an enveloped signature at its end.

A ``ds:Signature`` that is the last child of ``Document`` is taken out of the bytes that are checked against the schema,
and said in the report; whether it holds is for ``wissel verify`` to say. Any other stays where it is, and the schema
refuses it.

Why this is sound: what is taken out is one whole well-formed element, and what is left is well-formed with nothing
but white space between its place and the end tag. So it stood directly in ``Document``, as its last child. Nothing is
searched in files without a signature: the last bytes of a part are held back until it ends, and only its very end is
looked at.
"""

import re
from collections import deque

from lxml import etree

from wissel.xml.parser import streaming_parser
from wissel.xml.parts.segment import Part
from wissel.xml.refusal import Refused

XML_SIGNATURE = "http://www.w3.org/2000/09/xmldsig#"
SIGNATURE_TAG = "Signature"
SIGNATURE_BYTES_MAX = 1024**2
"""A larger one is left where it is."""
DEPTH_MAX = 32
"""Elements that may be nested in it; those of XAdES are nested a dozen deep."""
_LAST = re.compile(rb"(<(?:/((?:[^\s<>/:]+:)?Signature)\s*|((?:[^\s<>/:]+:)?Signature)[^<>]*/)>)\s*\Z")


class HeldBack:
    """Passes the bytes of one part on, all but its last ones, until it is known whether a signature ends it."""

    def __init__(self, part: Part) -> None:
        self._part = part
        self._held: deque[bytes] = deque()
        self._size = 0
        self._offset = part.offset + len(part.start) - part.shift
        self.range: tuple[int, int] | None = None
        """Where the signature stands that was taken out, in bytes of the UTF-8 text; None without one."""

    def passed(self, data: bytes) -> bytes:
        """Take some more bytes of the part; those that can be checked now."""
        self._held.append(data)
        self._size += len(data)
        if self._size - len(self._held[0]) < SIGNATURE_BYTES_MAX:
            return b""
        first = self._held.popleft()
        self._size -= len(first)
        self._offset += len(first)
        return first

    def rest(self) -> bytes:
        """The part is complete: what is left of it to be checked."""
        data = b"".join(self._held)
        self._held.clear()
        found = _signature_at_end(data, self._part)
        if found is None:
            return data
        start, end = found
        self.range = (self._offset + start, self._offset + end)
        return data[:start] + data[end:]


def _signature_at_end(data: bytes, part: Part) -> tuple[int, int] | None:
    """Where in the last bytes of a part the signature stands that is its last child."""
    close = data.rfind(b"</")
    if close < 0:
        return None
    last = data.rfind(b"<", 0, close)
    found = _LAST.match(data, last, close) if last >= 0 else None
    if found is None:
        return None
    end = found.end(1)
    start = _start_of(data, found[2], end) if found[2] else last
    if start is None or not _is_signature(data[start:end], part):
        return None
    return start, end


def _start_of(data: bytes, name: bytes, end: int) -> int | None:
    """Where the element begins whose end tag ends at ``end``; None where that cannot be told from its tags alone."""
    tags = re.compile(rb"<(/?)" + re.escape(name) + rb"(?=[\s/>])(?:[^<>\"']|\"[^\"<]*\"|'[^'<]*')*+>")
    opened: list[int] = []
    first = None
    for found in tags.finditer(data, 0, end):
        if not found[1]:
            first = found.start() if first is None else first
            if not found[0].endswith(b"/>"):
                opened.append(found.start())
        elif opened:
            start = opened.pop()
            if found.end() == end:
                # a tag in a comment or a section is none: where there are such, nothing is taken for certain
                doubtful = data.find(b"<!", first, end) >= 0 or data.find(b"<?", first, end) >= 0
                return None if doubtful else start
    return None


def _is_signature(data: bytes, part: Part) -> bool:
    """Whether bytes are one whole ``ds:Signature`` where they stand."""
    target = _Target()
    parser = streaming_parser(target)
    try:
        for piece in (part.start, data, b"</" + part.name.encode() + b">"):
            parser.feed(piece)
        parser.close()
    except (etree.XMLSyntaxError, Refused):
        return False
    return not len(parser.feed_error_log) and target.depth_max <= DEPTH_MAX and target.children == [_SIGNATURE]


_SIGNATURE = f"{{{XML_SIGNATURE}}}{SIGNATURE_TAG}"


class _Target:
    """Notes what stands directly in the root."""

    def __init__(self) -> None:
        self.children: list[str] = []
        self.depth_max = 0
        self._depth = 0

    def start(self, tag: str, attributes: object) -> None:
        """An element begins."""
        self._depth += 1
        self.depth_max = max(self.depth_max, self._depth - 1)
        if self._depth == 2:
            self.children.append(tag)

    def end(self, tag: str) -> None:
        """An element ends."""
        self._depth -= 1

    def close(self) -> None:
        """libxml2 has come to the end."""
