"""Go through a stream once, from place to place: lines are counted, ranges handed out, flat memory."""

from collections.abc import Iterable, Iterator

from wissel.xml.place import Place, place_at
from wissel.xml.window import Window

_LINE_BYTES_MAX = 65_536


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
        while b"\n" not in window.data and len(window.data) < _LINE_BYTES_MAX and window.more():
            pass
        text = window.data.split(b"\n", 1)[0].decode("utf-8", "replace")
        before = len(text[: max(0, column - self.column)].encode())
        return place_at(window.data, before, line, 0, self.column - 1)

    def _count(self, piece: bytes) -> None:
        lines = piece.count(b"\n")
        if lines:
            self.line += lines
            self.column = 1 + len(piece[piece.rfind(b"\n") + 1 :].decode("utf-8", "replace"))
        else:
            self.column += len(piece.decode("utf-8", "replace"))
