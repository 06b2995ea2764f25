"""Find the parts of a file without checking them: what it holds, and where."""

from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from wissel.core.finding import Finding
from wissel.core.limits import Limits
from wissel.xml.cursor import Cursor
from wissel.xml.place import Place
from wissel.xml.refusal import Refused
from wissel.xml.schema import PartCheck
from wissel.xml.segment import Part, PartEnd, Segmenter
from wissel.xml.skeleton import SkeletonElement
from wissel.xml.syntax import syntax_finding
from wissel.xml.text import Openable, Text


@dataclass(frozen=True, slots=True)
class Located:
    """A part of a file and the byte (of the UTF-8 text) after its end; 0 where the file breaks off inside."""

    part: Part
    end: int


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

    def bytes_of(self, located: Located) -> tuple[Place, Iterator[bytes]]:
        """Where a part stands, and its bytes as in the file. Raises Refused."""
        cursor = Cursor(self.text.chunks())
        place = cursor.advance(located.part.offset)
        return place, cursor.range(located.end or 1 << 62)


def locate(source: Openable, limits: Limits, checked: bool = True) -> Locations:
    """The parts of a file. ``checked`` says whether libxml2 goes through the parts' content as well; without, their
    ends are found by their literal end tags alone, at the speed of a search."""
    text = Text(source, limits)
    found = _locate(text, limits, checked, careful=False)
    if isinstance(found.refused, Finding) and found.refused.code in ("XML-NOT-WELL-FORMED", "XML-TRUNCATED"):
        found = _locate(text, limits, checked, careful=True)
    return found


def _locate(text: Text, limits: Limits, checked: bool, careful: bool) -> Locations:
    segmenter = Segmenter(lambda _: True, limits, careful)
    located: list[Located] = []
    check: PartCheck | None = None
    refused: Finding | None = None
    try:
        for segment in segmenter.segments(text.chunks()):
            if isinstance(segment, bytes):
                if check is not None:
                    check.feed(segment)
            elif isinstance(segment, Part):
                located.append(Located(segment, 0))
                check = PartCheck(segment, (), None) if checked else None
            elif isinstance(segment, PartEnd):
                if check is not None:
                    check.finish()
                located[-1] = Located(located[-1].part, segment.offset)
            if check is not None and check.syntax_error is not None:
                located[-1] = Located(located[-1].part, 0)
                raise check.syntax_error
    except Refused as stop:
        refused = stop.finding
    except etree.XMLSyntaxError as error:
        truncated = segmenter.truncated or (check is not None and check.truncated)
        refused = syntax_finding(error, None, truncated)
    elements = tuple(element for skeleton in segmenter.skeletons for element in skeleton.first)
    encoding = text.encoding.name if text.encoding else None
    return Locations(text, tuple(located), elements, refused, encoding)
