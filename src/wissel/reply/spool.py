"""Bytes written now and read once later, in flat memory: counts and sums stand in a message before what they count."""

from collections.abc import Iterator
from tempfile import TemporaryFile
from typing import BinaryIO

MEMORY_BYTES_MAX = 4 * 1024**2
"""What is more goes to a file without a name, which ends with the process."""
_CHUNK_BYTES = 256 * 1024


class Spool:
    """Takes bytes in order and gives them back in chunks."""

    __slots__ = ("_file", "_parts", "_size")

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self._size = 0
        self._file: BinaryIO | None = None

    def write(self, data: bytes) -> None:
        """Add bytes at the end."""
        self._parts.append(data)
        self._size += len(data)
        if self._size > MEMORY_BYTES_MAX:
            if self._file is None:
                self._file = TemporaryFile()  # noqa: SIM115 - closed in clear
            self._file.write(b"".join(self._parts))
            self._parts, self._size = [], 0

    def chunks(self) -> Iterator[bytes]:
        """All bytes so far, in order."""
        if self._file is not None:
            self._file.seek(0)
            while data := self._file.read(_CHUNK_BYTES):
                yield data
        yield b"".join(self._parts)

    def clear(self) -> None:
        """Forget all bytes."""
        self._parts, self._size = [], 0
        if self._file is not None:
            self._file.close()
            self._file = None
