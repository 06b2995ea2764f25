"""Go through a stream once, from place to place: lines are counted, ranges handed out, flat memory."""

from collections.abc import Iterable, Iterator

from wissel.xml.parts.window import Window
from wissel.xml.place import EXCERPT_CHARACTERS_MAX, Place, place_at

_CHARACTER_BYTES_MAX = 4
_CONTINUATION = bytes(range(0x80, 0xC0))
"""What follows the first byte of a character."""
_KEPT_BYTES = 4 * EXCERPT_CHARACTERS_MAX
"""So much of a long line is kept before a place, to show it."""


class Cursor:
    """A stream of UTF-8 bytes and the line and column it has come to."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._window = Window(chunks)
        self.line = 1
        self.column = 1

    def advance(self, offset: int) -> Place:
        """Pass on to ``offset`` (bytes from the start); the place there."""
        for _ in self.range(offset):
            pass
        return Place(self.line, self.column)

    def range(self, end: int) -> Iterator[bytes]:
        """The bytes from here to ``end``, in chunks."""
        window = self._window
        while window.offset < end:
            if not window.data and not window.more():
                return
            piece = window.take(min(len(window.data), end - window.offset))
            self._count(piece)
            yield piece

    def line_place(self, line: int, column: int) -> Place:
        """Pass on to a line that is still to come; its place with the line's text. ``column`` counts from 1."""
        window = self._window
        while self.line < line:
            if not window.data and not window.more():
                return Place(line, column)
            at = window.data.find(b"\n")
            self._count(window.take(at + 1 if at >= 0 else len(window.data)))
        while (end := window.data.find(b"\n")) < 0:
            wanted = max(0, column - self.column)
            if len(window.data) >= _CHARACTER_BYTES_MAX * (wanted + EXCERPT_CHARACTERS_MAX):
                break
            if characters(window.data) < wanted:
                cut = max(0, len(window.data) - _KEPT_BYTES)
                while cut and window.data[cut] in _CONTINUATION:
                    cut -= 1
                self._count(window.take(cut))
            if not window.more():
                end = len(window.data)
                break
        wanted = max(0, column - self.column)
        text = window.data[: end if end >= 0 else None][: _CHARACTER_BYTES_MAX * wanted].decode("utf-8", "replace")
        before = len(text[:wanted].encode())
        return place_at(window.data, before, line, 0, self.column - 1)

    def _count(self, piece: bytes) -> None:
        lines = piece.count(b"\n")
        if lines:
            self.line += lines
            self.column = 1 + characters(piece[piece.rfind(b"\n") + 1 :])
        else:
            self.column += characters(piece)


def characters(data: bytes) -> int:
    """How many characters begin in a piece of UTF-8, wherever it was cut."""
    return len(data) if data.isascii() else len(data.translate(None, _CONTINUATION))
