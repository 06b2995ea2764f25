"""The outline of a file: its elements as rows in document order, for a person to look at.

It shows what a validator cannot use: files that are invalid, cut short or not well-formed, as far as they go. The
parser runs in recovery mode and is given the file inside an element of our own. So several root elements, text
before the XML declaration and the like do no harm, and a document type declaration has no effect: it stands where
none may stand, hence no entity is ever defined. Nothing is fetched.
"""

import codecs
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from lxml import etree

from wissel.xml.refusal import Refused
from wissel.xml.sources.encoding import HEAD_BYTES, detect, utf8_chunks

if TYPE_CHECKING:
    from wissel.xml.sources.source import Source

TEXT = "#text"
"""The tag of a row for text that stands between elements, where no text should be."""
TEXT_CHARACTERS_MAX = 1_000
"""Characters kept of one text or attribute value; the rest is cut off, marked by an ellipsis."""
ATTRIBUTES_MAX = 50
"""Attributes kept of one element."""
_LINE_MAX = 65_535  # libxml2 keeps the line of an element in 16 bits; beyond, it guesses from elements around
_PARTS = ("AppHdr", "Document")

# After its first error libxml2 drops references to the five entities of XML, though not references to characters.
# An XML declaration inside an element would be such an error.
_SPELLED_OTHERWISE = re.compile(
    r"<!\[CDATA\[.*?\]\]>|(?P<declaration><\?xml\s[^<>]*\?>)|&(?P<entity>amp|lt|gt|quot|apos);", re.DOTALL
)
_CHARACTERS = {"amp": "&#38;", "lt": "&#60;", "gt": "&#62;", "quot": "&#34;", "apos": "&#39;"}
_HELD_CHARACTERS_MAX = 4_096
"""What may be cut in two by the end of a chunk is held back, if it is no longer."""


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
    """Where the start tag ends; None from shortly before line 65,535 on."""
    left_out: bool = False
    """True where the caller asked to skip what is inside; no value is given then."""


Skip = Callable[[int, str], bool]
"""Asked of each element by its message and path: is its content of no interest? It costs far less then."""


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


def _nothing(_message: int, _path: str) -> bool:
    return False


def outline(source: "Source", skip: Skip = _nothing) -> Iterator[Row]:
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
    walk = _Walk(skip)
    for chunk in _wrapped(source):
        walk.line_last += chunk.count(b"\n")
        try:
            parser.feed(chunk)
        except etree.XMLSyntaxError:
            break
        for event, element in cast("Iterator[tuple[str, etree._Element]]", parser.read_events()):
            if walk.skipped:
                walk.pass_over(event, element)
            elif event == "start":
                yield from walk.started(element)
            else:
                yield from walk.ended(element)
    yield from walk.flush()


def _wrapped(source: "Source") -> Iterator[bytes]:
    """The file as good UTF-8 inside one element, up to where it can be read."""
    yield b"<_>"
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    held = ""
    try:
        with source.open() as file:
            encoding = detect(file.read(HEAD_BYTES))
        with source.open() as file:
            for chunk in utf8_chunks(file, encoding):
                text = held + decoder.decode(chunk)
                cut = max(text.rfind("<"), text.rfind("&"))
                cut = cut if cut >= len(text) - _HELD_CHARACTERS_MAX and cut >= 0 else len(text)
                held = text[cut:]
                yield _SPELLED_OTHERWISE.sub(_spelled, text[:cut]).encode()
    except Refused:
        pass
    yield _SPELLED_OTHERWISE.sub(_spelled, held).encode()
    yield b"</_>"


def _spelled(found: re.Match[str]) -> str:
    entity = found["entity"]
    if entity:
        return _CHARACTERS[entity]
    return "\n" * found[0].count("\n") if found["declaration"] else found[0]


class _Walk:
    """Turns parser events into rows. A row is complete when the next element begins or its own one ends."""

    def __init__(self, skip: Skip) -> None:
        self.skip = skip
        self.skipped = 0
        """Elements open inside one that is left out."""
        self.open: list[_Open] = []
        self.pending: etree._Element | None = None
        self.pending_line: int | None = None
        self.messages = 0
        self.header_waits = False
        self.line_last = 1
        """The last line that the parser has been given."""

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
        line = element.sourceline
        self.pending_line = line if isinstance(line, int) and self.line_last < _LINE_MAX else None
        if self.skip(self.open[-1].message, self.open[-1].path):
            self.skipped = 1
            yield from self.flush(left_out=True)

    def pass_over(self, event: str, element: etree._Element) -> None:
        """An element inside one that is left out, or its own end; as short as can be: there are millions."""
        if event == "start":
            self.skipped += 1
            return
        self.skipped -= 1
        if self.skipped == 1:
            element.clear()
            before = element.getprevious()
            if before is not None:
                cast(etree._Element, element.getparent()).remove(before)
        elif not self.skipped:
            self.open.pop()
            _empty(element)

    def ended(self, element: etree._Element) -> Iterator[Row]:
        yield from self.flush()
        if len(element):
            yield from self._stray(element[-1].tail)
        if self.open:
            self.open.pop()
        _empty(element)

    def _entered(self, element: etree._Element) -> _Open:
        parent = self.open[-1]
        namespace, tag = _name(element.tag)
        count = parent.tags[tag] = parent.tags.get(tag, 0) + 1
        if tag in _PARTS and not parent.inside_part:
            if tag == "AppHdr" or not self.header_waits:
                self.messages += 1
            self.header_waits = tag == "AppHdr"
            return _Open(f"/{tag}", self.messages, True, namespace)
        index = f"[{count}]" if count > 1 else ""
        return _Open(f"{parent.path}/{tag}{index}", parent.message, parent.inside_part, namespace)

    def flush(self, left_out: bool = False) -> Iterator[Row]:
        """The row of the element that began last, unless it is out already."""
        element, self.pending = self.pending, None
        if element is None:
            return
        here, around = self.open[-1], self.open[-2]
        attributes = [(_name(name)[1], _cut(str(value))) for name, value in element.items()[:ATTRIBUTES_MAX]]
        if here.namespace != around.namespace:
            attributes.insert(0, ("xmlns", _cut(here.namespace or "")))
        yield Row(
            depth=len(self.open) - 2,
            message=here.message,
            path=here.path,
            tag=_name(element.tag)[1],
            attributes=tuple(attributes),
            text=None if left_out else _value(element.text),
            line=self.pending_line,
            left_out=left_out,
        )

    def _stray(self, text: str | None) -> Iterator[Row]:
        value = _value(text)
        if value is not None and len(self.open) > 1:
            here = self.open[-1]
            yield Row(len(self.open) - 1, here.message, here.path, TEXT, (), value, None)


def _empty(element: etree._Element) -> None:
    """Drop all of an element but the text behind it."""
    tail = element.tail
    element.clear()
    element.tail = tail


def _name(name: object) -> tuple[str | None, str]:
    """Namespace and local name; the parser leaves a prefix that was never declared where it is."""
    namespace, brace, local = str(name).rpartition("}")
    return (namespace[1:] if brace else None), local.rpartition(":")[2] or local


def _cut(value: str) -> str:
    return value if len(value) <= TEXT_CHARACTERS_MAX else value[:TEXT_CHARACTERS_MAX] + "…"


def _value(text: str | None) -> str | None:
    stripped = text.strip(" \t\r\n") if text else ""
    return _cut(stripped) if stripped else None
