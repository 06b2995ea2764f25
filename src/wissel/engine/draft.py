"""What is being written: in memory while it is small, in a file once it is not."""

from pathlib import Path
from typing import BinaryIO

MEMORY_BYTES_MAX = 262_144
"""Most messages between banks carry one payment; a file for each would cost more than writing it."""


class Draft:
    """One message being written."""

    __slots__ = ("_file", "_path", "_pieces", "_size_bytes")

    def __init__(self, path: Path) -> None:
        """``path``: the file that it becomes where it is large; nothing stands there yet."""
        self._path = path
        self._pieces: list[bytes] = []
        self._size_bytes = 0
        self._file: BinaryIO | None = None

    def write(self, data: bytes) -> None:
        """Add to it. Raises OSError."""
        if self._file is not None:
            self._file.write(data)
            return
        self._pieces.append(data)
        self._size_bytes += len(data)
        if self._size_bytes > MEMORY_BYTES_MAX:
            self._file = self._path.open("xb")
            self._file.writelines(self._pieces)
            self._pieces = []

    def content(self) -> bytes | Path:
        """All of it; nothing is added afterwards. Raises OSError."""
        if self._file is None:
            return b"".join(self._pieces)
        self._file.close()
        return self._path

    def drop(self) -> None:
        """Leave nothing of it."""
        if self._file is not None:
            self._file.close()
            self._path.unlink(missing_ok=True)
