"""The outline of a file: its elements as rows in document order, for a person to look at.

It shows what a validator cannot use: files that are invalid, cut short or not well-formed, as far as they go. The
parser runs in recovery mode and is given the file inside an element of our own. So several root elements, text
before the XML declaration and the like do no harm, and a document type declaration has no effect: it stands where
none may stand, hence no entity is ever defined. Nothing is fetched.
"""

import codecs
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lxml import etree

from wissel.xml.encoding import HEAD_BYTES, detect, utf8_chunks
from wissel.xml.refusal import Refused

if TYPE_CHECKING:
    from wissel.xml.source import Source

TEXT = "#text"
"""The tag of a row for text that stands between elements, where no text should be."""
TEXT_CHARACTERS_MAX = 1_000
"""Characters kept of one text or attribute value; the rest is cut off, marked by an ellipsis."""
ATTRIBUTES_MAX = 50
"""Attributes kept of one element."""
_LINE_MAX = 65_535  # libxml2 keeps the line of an element in 16 bits
_PARTS = ("AppHdr", "Document")


@dataclass(frozen=True, slots=True)
class Row:
    """One element."""

    depth: int
    """0 for a root element of the file."""
    message: int
    """Which message of the file it belongs to, from 1; 0 for what stands around the messages."""
    path: str
    """Path in ISO tags in the normal form of :func:`canonical`; inside a message it begins with ``/AppHdr`` or
    ``/Document``."""
    tag: str
    """Local name."""
    attributes: tuple[tuple[str, str], ...]
    """Names and values; ``xmlns`` stands first where the namespace is not that of the element around."""
    text: str | None
    """The value, without white space around it; None where there is none."""
    line: int | None
    """Where the start tag ends; None beyond line 65,534."""


def canonical(path: str) -> str:
    """``path`` without ``[1]``: an index of one says the same as none."""
    return path.replace("[1]", "")


class _Open:
    """An element that has begun and not yet ended; ``tags`` counts the children that have begun, by tag."""

    __slots__ = ("inside_part", "message", "namespace", "path", "tags")

    def __init__(self, path: str, message: int, inside_part: bool, namespace: str | None) -> None:
        self.path = path
        self.message = message
        self.inside_part = inside_part
        self.namespace = namespace
        self.tags: dict[str, int] = {}


def outline(source: "Source") -> Iterator[Row]:
    """The rows of ``source``, lazily and with flat memory; what cannot be read at all gives none."""
    parser = etree.XMLPullParser(
        events=("start", "end"),
        encoding="utf-8",
        recover=True,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        remove_comments=True,
        remove_pis=True,
    )
    walk = _Walk()
    for chunk in _wrapped(source):
        try:
            parser.feed(chunk)
        except etree.XMLSyntaxError:
            break
        for event, element in parser.read_events():
            if isinstance(element, etree._Element):
                yield from walk.started(element) if event == "start" else walk.ended(element)
    yield from walk.flush()


def _wrapped(source: "Source") -> Iterator[bytes]:
    """The file as good UTF-8 inside one element, up to where it can be read."""
    yield b"<_>"
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    try:
        with source.open() as file:
            encoding = detect(file.read(HEAD_BYTES))
        with source.open() as file:
            for chunk in utf8_chunks(file, encoding):
                yield decoder.decode(chunk).encode()
    except Refused:
        pass
    yield b"</_>"


class _Walk:
    """Turns parser events into rows. A row is complete when the next element begins or its own one ends."""

    def __init__(self) -> None:
        self.open: list[_Open] = []
        self.pending: etree._Element | None = None
        self.messages = 0
        self.header_waits = False

    def started(self, element: etree._Element) -> Iterator[Row]:
        yield from self.flush()
        before = element.getprevious()
        if before is not None:
            yield from self._stray(before.tail)
            parent = element.getparent()
            if parent is not None:
                parent.remove(before)  # it has ended: memory stays flat
        if not self.open:
            self.open.append(_Open("", 0, False, None))  # our own element
            return
        self.open.append(self._entered(element))
        self.pending = element

    def ended(self, element: etree._Element) -> Iterator[Row]:
        yield from self.flush()
        if len(element):
            yield from self._stray(element[-1].tail)
        if self.open:
            self.open.pop()
        tail = element.tail
        element.clear()
        element.tail = tail

    def _entered(self, element: etree._Element) -> _Open:
        parent = self.open[-1]
        name = etree.QName(element)
        tag = name.localname
        count = parent.tags[tag] = parent.tags.get(tag, 0) + 1
        if tag in _PARTS and not parent.inside_part:
            if tag == "AppHdr" or not self.header_waits:
                self.messages += 1
            self.header_waits = tag == "AppHdr"
            return _Open(f"/{tag}", self.messages, True, name.namespace)
        index = f"[{count}]" if count > 1 else ""
        return _Open(f"{parent.path}/{tag}{index}", parent.message, parent.inside_part, name.namespace)

    def flush(self) -> Iterator[Row]:
        """The row of the element that began last, unless it is out already."""
        element, self.pending = self.pending, None
        if element is None:
            return
        here, around = self.open[-1], self.open[-2]
        attributes = [
            (etree.QName(name).localname, _cut(str(value))) for name, value in element.items()[:ATTRIBUTES_MAX]
        ]
        if here.namespace != around.namespace:
            attributes.insert(0, ("xmlns", _cut(here.namespace or "")))
        line = element.sourceline
        yield Row(
            depth=len(self.open) - 2,
            message=here.message,
            path=here.path,
            tag=etree.QName(element).localname,
            attributes=tuple(attributes),
            text=_value(element.text),
            line=line if isinstance(line, int) and 0 < line < _LINE_MAX else None,
        )

    def _stray(self, text: str | None) -> Iterator[Row]:
        value = _value(text)
        if value is not None and len(self.open) > 1:
            here = self.open[-1]
            yield Row(len(self.open) - 1, here.message, here.path, TEXT, (), value, None)


def _cut(value: str) -> str:
    return value if len(value) <= TEXT_CHARACTERS_MAX else value[:TEXT_CHARACTERS_MAX] + "…"


def _value(text: str | None) -> str | None:
    stripped = text.strip(" \t\r\n") if text else ""
    return _cut(stripped) if stripped else None
