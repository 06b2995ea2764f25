"""A stretch of bytes passed from first to last, as a tar is read: by seeking in a file, or by unpacking."""

from collections.abc import Callable, Iterator
from typing import BinaryIO

from wissel.xml.sources.stored import CHUNK_BYTES, Stream
from wissel.xml.sources.unpack import broken


class FileTape:
    """Part of an opened file; what is passed over is not read."""

    def __init__(self, file: BinaryIO, start: int, size_bytes: int) -> None:
        self._file = file
        self._start = start
        self.size_bytes = size_bytes
        self.position = 0
        """Bytes passed so far."""

    def read(self, size: int, /) -> bytes:
        """Exactly ``size`` bytes; fewer at the end."""
        self._file.seek(self._start + self.position)  # others move in the same file
        data = self._file.read(min(size, self.size_bytes - self.position))
        self.position += len(data)
        return data

    def move_to(self, position: int) -> None:
        """Go forward to ``position``. Raises Refused (ARCHIVE-BROKEN) where the tape ends before it."""
        if position > self.size_bytes:
            raise broken("it is cut short")
        self.position = position


class StreamTape:
    """A stream of unpacked bytes, each of them counted."""

    def __init__(self, stream: Stream, count: Callable[[int], None]) -> None:
        self._stream = stream
        self._count = count
        self.position = 0
        """Bytes passed so far."""

    def read(self, size: int, /) -> bytes:
        """Exactly ``size`` bytes; fewer at the end. Raises what the stream and the counter raise."""
        parts = []
        while size and (data := self._stream.read(size)):
            self._count(len(data))
            self.position += len(data)
            size -= len(data)
            parts.append(data)
        return b"".join(parts)

    def move_to(self, position: int) -> None:
        """Go forward to ``position``. Raises Refused (ARCHIVE-BROKEN) where the tape ends before it."""
        for _ in self.chunks_to(position):
            pass

    def chunks_to(self, position: int) -> Iterator[bytes]:
        """The bytes up to ``position``. Raises Refused (ARCHIVE-BROKEN) where the tape ends before it."""
        while self.position < position:
            wanted = min(CHUNK_BYTES, position - self.position)
            data = self.read(wanted)
            if len(data) < wanted:
                raise broken("it is cut short")
            yield data

    def chunks(self) -> Iterator[bytes]:
        """All bytes that are left."""
        while data := self.read(CHUNK_BYTES):
            yield data
