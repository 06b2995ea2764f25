"""Tags, texts and their places, straight from the bytes of a well-formed part.

libxml2 gives a line but no offset, and no column worth having; what is wrong with a document is therefore explained
from these tokens. They are exact for well-formed XML only, which libxml2 has checked before.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import NamedTuple

from wissel.xml.place import Place, place_at

_TOKEN = re.compile(
    rb"<(?:(/?)([^\s<>/!?]+)((?:\s+[^\s=<>/]+\s*=\s*(?:\"[^\"<]*\"|'[^'<]*'))*+)\s*+(/?)>"
    rb"|!\[CDATA\[(.*?)\]\]>|!--.*?-->|\?.*?\?>)([^<]*+)",
    re.DOTALL,
)
_ATTRIBUTE = re.compile(rb"([^\s=<>/]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
_NAME = re.compile(rb"[^\s<>/!?]+")
_REFERENCE = re.compile(r"&(?:#x([0-9a-fA-F]+)|#([0-9]+)|(amp|lt|gt|quot|apos));")
_NAMED = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}


_SECTIONS = {b"<!--": b"-->", b"<![CDATA[": b"]]>", b"<?": b"?>"}
TOKEN_BYTES_MAX = 20_000_000
"""Twice of what libxml2 lets through: what begins no token within so many bytes never will."""

START, END, TEXT, SKIPPED = "start", "end", "text", "skipped"

Token = tuple[str, str, bytes]
"""One step through the part: kind; name as written, or character data with references resolved; attributes as
written. Character data follows a tag, comment or section. ``skipped`` says that something was passed on."""


class Mark(NamedTuple):
    """Where a token stands, with the bytes it stands in: a :class:`Place` not yet worked out."""

    data: bytes
    at: int
    tag_end: int
    line: int
    line_start: int
    before_characters: int

    def place(self) -> Place:
        """The place of the tag."""
        return place_at(self.data, self.at, self.line, self.line_start, self.before_characters)

    def place_within(self, text: str, offset: int) -> Place:
        """The place ``offset`` characters into the decoded ``text`` that begins with the tag."""
        lines = text.count("\n", 0, offset)
        data = text.encode()
        before = len(text[:offset].encode())
        start = data.rfind(b"\n", 0, before) + 1 if lines else 0
        if lines:
            return place_at(data, before, self.line + lines, start)
        return place_at(self.data, self.at + before, self.line, self.line_start, self.before_characters)

    def value_place(self) -> Place:
        """The place of what follows the tag."""
        lines = self.data.count(b"\n", self.at, self.tag_end)
        start = self.data.rfind(b"\n", self.at, self.tag_end) + 1 if lines else self.line_start
        return place_at(self.data, self.tag_end, self.line + lines, start, 0 if lines else self.before_characters)


def attributes_of(written: bytes) -> dict[str, str]:
    """Attributes of a start tag by name as written, values with references resolved."""
    return {
        name.decode(): resolve((double or single).decode("utf-8", "replace"))
        for name, double, single in _ATTRIBUTE.findall(written)
    }


def attributes_at(written: bytes) -> Iterator[tuple[str, str, int]]:
    """The same one by one, each with where in ``written`` its value begins."""
    for found in _ATTRIBUTE.finditer(written):
        group = 2 if found[2] is not None else 3
        yield found[1].decode(), resolve(found[group].decode("utf-8", "replace")), found.start(group)


def resolve(text: str) -> str:
    """Text with character references and the five predefined entities resolved, line ends as XML has them."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if "&" not in text:
        return text
    return _REFERENCE.sub(_resolved, text)


def _resolved(reference: re.Match[str]) -> str:
    hexadecimal, number, name = reference.groups()
    if name:
        return _NAMED[name]
    point = int(hexadecimal, 16) if hexadecimal else int(number)
    return chr(point) if point < 0x110000 else "\ufffd"


def declarations(scope: Mapping[str, str] | Mapping[str | None, str]) -> str:
    """Namespaces in scope (prefix to name, the empty prefix or None for the default) as attributes of a start tag."""
    return "".join(f' xmlns{":" + prefix if prefix else ""}="{_escaped(name)}"' for prefix, name in scope.items())


def _escaped(value: str) -> str:
    for character, reference in (("&", "&amp;"), ("<", "&lt;"), ('"', "&quot;"), ("\t", "&#9;"), ("\n", "&#10;")):
        value = value.replace(character, reference)
    return value


class Lexer:
    """Reads the tokens of one part and knows where the last one stands."""

    def __init__(self, line: int, column: int) -> None:
        """``line`` and ``column`` are those of the part's first character."""
        self.data = b""
        self.at = 0
        """Where in ``data`` the last token begins."""
        self.tag_end = 0
        """Where in ``data`` the last tag ends."""
        self.line = line
        self.line_start = 0
        """Where in ``data`` the current line begins; below 0 where that has been passed on."""
        self._before = column - 1
        """Characters of the current line that stand before ``data``."""
        self._counted = 0
        self.skip: Callable[[bytes, int], int] | None = None

    def tokens(self, chunks: Iterable[bytes]) -> Iterator[Token]:
        """The tokens of the part. Stops at what is not well-formed.

        Where ``skip`` is set it is asked at each tag how far to pass on without tokens: it gives a place in ``data``,
        or -1 where it has to see more first.
        """
        source = iter(chunks)
        final = False
        at = 0
        while True:
            data = self.data
            while found := _TOKEN.match(data, at):
                if self.skip is not None and (passed := self.skip(data, at)) != at:
                    if passed < 0:
                        if not final:
                            break
                    else:
                        at = passed
                        yield SKIPPED, "", b""
                        continue
                if found.end() == len(data) and not final:
                    break
                self.at = at
                self.tag_end = found.start(6)
                close, name, attributes, empty, section, text = found.groups()
                at = found.end()
                if name is not None:
                    decoded = name.decode("utf-8", "replace")
                    if close:
                        yield END, decoded, b""
                    else:
                        yield START, decoded, attributes
                        if empty:
                            yield END, decoded, b""
                elif section:
                    yield TEXT, section.decode("utf-8", "replace"), b""
                if text:
                    yield TEXT, resolve(text.decode("utf-8", "replace")), b""
            if final:
                return
            if len(data) - at > TOKEN_BYTES_MAX:
                return
            chunk = self._more(source, at)
            final = chunk is None
            self._advance(at, chunk or b"")
            at = 0

    def _more(self, source: Iterator[bytes], at: int) -> bytes | None:
        """The next chunk; as many as it takes where a comment or the like begins at ``at`` and is still open."""
        chunk = next(source, None)
        end = next((end for begin, end in _SECTIONS.items() if self.data.startswith(begin, at)), None)
        if chunk is None or end is None or self.data.find(end, at) >= 0:
            return chunk
        pieces, last, size_bytes = [chunk], self.data[-2:] + chunk, len(chunk)
        while end not in last and size_bytes < TOKEN_BYTES_MAX and (chunk := next(source, None)) is not None:
            pieces.append(chunk)
            last, size_bytes = last[-2:] + chunk, size_bytes + len(chunk)
        return b"".join(pieces)

    def _advance(self, at: int, chunk: bytes) -> None:
        self._count_to(at)
        if self.line_start <= at:
            self._before += len(self.data[max(self.line_start, 0) : at].decode("utf-8", "replace"))
        self.line_start -= at
        self._counted = 0
        self.data = self.data[at:] + chunk
        self.at = 0

    def _count_to(self, position: int) -> None:
        lines = self.data.count(b"\n", self._counted, position)
        if lines:
            self.line += lines
            self.line_start = self.data.rfind(b"\n", self._counted, position) + 1
            self._before = 0
        self._counted = position

    def mark(self) -> "Mark":
        """The place of the last token, cheap enough to keep for every element."""
        self._count_to(self.at)
        return Mark(self.data, self.at, self.tag_end, self.line, self.line_start, self._before)

    def mark_at(self, at: int) -> "Mark":
        """The place of a tag that has not become a token."""
        self.at = self.tag_end = at
        return self.mark()

    def name_at(self, at: int) -> str:
        """The name, as written, of the tag at ``data[at]``."""
        found = _NAME.match(self.data, at + 1)
        return found.group().decode("utf-8", "replace") if found else ""

    def place(self) -> Place:
        """The place of the last token."""
        return self.mark().place()
