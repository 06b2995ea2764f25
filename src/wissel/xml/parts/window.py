"""A window over a stream of bytes: what has been read and not yet been passed on."""

from collections.abc import Iterable, Iterator


class Window:
    """Bytes ``data`` of a stream, the first of them at ``offset``; grows by chunks, shrinks as they are taken."""

    __slots__ = ("_chunks", "data", "final", "offset")

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._chunks: Iterator[bytes] = iter(chunks)
        self.data = b""
        self.offset = 0
        self.final = False
        """True once the stream has ended: ``data`` is all that is left."""

    def more(self) -> bool:
        """Append the next chunk; False (and ``final``) where there is none."""
        chunk = next(self._chunks, None)
        if chunk is None:
            self.final = True
            return False
        self.data = self.data + chunk if self.data else chunk
        return True

    def take(self, size_bytes: int) -> bytes:
        """Remove and return the first ``size_bytes`` bytes."""
        taken = self.data[:size_bytes]
        self.data = self.data[size_bytes:]
        self.offset += size_bytes
        return taken
