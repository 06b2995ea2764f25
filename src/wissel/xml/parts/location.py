"""Find the parts of a file without checking them: what it holds, and where."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from lxml import etree

from wissel.core.codes import finding
from wissel.core.finding import Finding
from wissel.core.limits import Limits
from wissel.xml.parts.cursor import Cursor
from wissel.xml.parts.schema import PartCheck, TransactionTag, counter_of
from wissel.xml.parts.segment import Part, Segmenter
from wissel.xml.parts.skeleton import SkeletonElement
from wissel.xml.parts.syntax import syntax_finding
from wissel.xml.place import Place
from wissel.xml.refusal import Refused
from wissel.xml.sources.text import Openable, Text

_TAIL_BYTES = 1024
"""Enough for an end tag."""

Namespaces = Callable[[str | None], bool]
Tags = Callable[[str | None], TransactionTag | None]


def _none(_: str | None) -> bool:
    return False


def _no_tag(_: str | None) -> TransactionTag | None:
    return None


@dataclass(frozen=True, slots=True)
class Located:
    """A part of a file and the byte (of the UTF-8 text) after its end; 0 where the file breaks off inside."""

    part: Part
    end: int
    tags: int = 0
    """How many start tags there are of the element asked for, those in comments and the like included."""


@dataclass(frozen=True, slots=True)
class Locations:
    """The parts of a file."""

    text: Text
    located: tuple[Located, ...]
    elements: tuple[SkeletonElement, ...]
    """The first elements outside parts, and the parts' own."""
    refused: Finding | None
    """Why the file could not be read (on)."""
    encoding: str | None
    """Name of its encoding."""

    def xml_of(self, located: Located, bytes_max: int) -> bytes | None:
        """A complete part as an XML document of its own, in UTF-8; None where it has more bytes. Raises Refused."""
        part = located.part
        if located.end - part.offset > bytes_max:
            return None
        _, chunks = self.bytes_of(located)
        return part.start + b"".join(chunks)[len(part.start) - part.shift :]

    def bytes_of(self, located: Located) -> tuple[Place, Iterator[bytes]]:
        """Where a part stands, and its bytes as in the file; of one that breaks off, as far as they can be read.
        Raises Refused where the file has changed since it was located."""
        cursor = Cursor(self.text.chunks())
        place = cursor.advance(located.part.offset)
        return place, cursor.range(located.end) if located.end else _readable(cursor.range(1 << 62))


def _readable(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """The chunks up to where they are refused: why, the locations say."""
    try:
        yield from chunks
    except Refused:
        return


def locate(
    source: Openable, limits: Limits, checked: bool = True, doubtful: Namespaces = _none, tags: Tags = _no_tag
) -> Locations:
    """The parts of a file. ``checked`` says whether libxml2 goes through the parts' content as well; without, their
    ends are found by their literal end tags alone, at the speed of a search.

    ``doubtful`` says of a namespace that it names no message: an element called ``Document`` in it may be a wrapper
    of other parts, which then are found in its place. ``tags`` gives the element to count in parts of a namespace.
    """
    text = Text(source, limits)
    found = _locate(text, limits, checked, _none, tags)
    if not any(doubtful(located.part.namespace) for located in found.located):
        return found
    inside = _locate(text, limits, checked, doubtful, tags)
    wrappers = {one.part.namespace for one, after in pairwise(inside.located) if _holds(one.part, after.part)}
    return _locate(text, limits, checked, wrappers.__contains__, tags) if wrappers else found


def tag_counter(part: Part, tag: TransactionTag | None) -> Callable[[bytes], int] | None:
    """What counts the start tags of an element in bytes of a part, which never end inside a tag; None for no tag."""
    if tag is None:
        return None
    return counter_of(part, tag)


def too_many_messages(limit: int) -> Finding:
    """The finding for a file of more messages than the limit."""
    return finding("LIMIT-MESSAGES", f"The file has more than {limit:,} messages.", allowed=f"at most {limit:,}")


def _ended(part: Part, tail: bytes) -> bool:
    """Whether a part whose last bytes are ``tail`` has its end tag."""
    if part.start.endswith(b"/>"):
        return True
    last = tail.rpartition(b"<")[2]
    return last.endswith(b">") and last[:-1].rstrip(b" \t\r\n") == b"/" + part.name.encode()


def _holds(part: Part, following: Part) -> bool:
    inside = (*part.ancestors, part.tag)
    return not part.supported and following.root == part.root and following.ancestors[: len(inside)] == inside


def _locate(text: Text, limits: Limits, checked: bool, passed: Namespaces, tags: Tags) -> Locations:
    found = _attempt(text, limits, checked, passed, tags, careful=False)
    if found.refused is not None and found.refused.code in ("XML-NOT-WELL-FORMED", "XML-TRUNCATED"):
        found = _attempt(text, limits, checked, passed, tags, careful=True)
    return found


def _attempt(text: Text, limits: Limits, checked: bool, passed: Namespaces, tags: Tags, careful: bool) -> Locations:
    segmenter = Segmenter(lambda namespace: not passed(namespace), limits, careful)
    located: list[Located] = []
    check: PartCheck | None = None
    count: Callable[[bytes], int] | None = None
    counted, tail = 0, b""
    refused: Finding | None = None
    try:
        for segment in segmenter.segments(text.chunks()):
            if isinstance(segment, bytes):
                if check is not None:
                    check.feed(segment)
                else:
                    tail = (tail + segment)[-_TAIL_BYTES:] if len(segment) < _TAIL_BYTES else segment[-_TAIL_BYTES:]
                if count is not None:
                    counted += count(segment)
            elif isinstance(segment, Part):
                located.append(Located(segment, 0))
                check, tail = PartCheck(segment, (), None) if checked else None, segment.start[-_TAIL_BYTES:]
                count, counted = tag_counter(segment, tags(segment.namespace)), 0
                if len(located) > 2 * limits.messages_max:
                    raise Refused(too_many_messages(limits.messages_max))
            else:
                if check is not None:
                    check.finish()
                elif not _ended(located[-1].part, tail):
                    raise Refused(finding("XML-TRUNCATED", f"The file ends inside <{located[-1].part.name}>."))
                located[-1] = Located(located[-1].part, segment.offset, counted)
            if check is not None and check.syntax_error is not None:
                located[-1] = Located(located[-1].part, 0, counted)
                raise check.syntax_error
    except Refused as stop:
        refused = stop.finding
    except etree.XMLSyntaxError as error:
        truncated = segmenter.truncated or (check is not None and check.truncated)
        refused = syntax_finding(error, None, truncated)
    if refused is not None and located and not located[-1].end:
        located[-1] = Located(located[-1].part, 0, counted)
    elements = tuple(element for skeleton in segmenter.skeletons for element in skeleton.first)
    encoding = text.encoding.name if text.encoding else None
    return Locations(text, tuple(located), elements, refused, encoding)
