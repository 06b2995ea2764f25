"""A source of bytes: a file, a member of an archive, or bytes in memory; opened as often as wanted, in any process."""

import os
import stat
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import BinaryIO, Protocol, Self, cast

from wissel.core.codes import finding
from wissel.core.finding import Finding
from wissel.core.limits import Limits
from wissel.xml.refusal import Refused

CHUNK_BYTES = 65_536
NAME_CHARACTERS_MAX = 1_000
_DEFAULT_LIMITS = Limits()


class Stream(Protocol):
    """Bytes from first to last."""

    def read(self, size: int, /) -> bytes:
        """Between 1 and ``size`` bytes; none at the end. Raises Refused where they cannot be had."""

    def close(self) -> None:
        """Let go of the file."""


@dataclass(frozen=True, slots=True)
class Packing:
    """How a stretch of bytes is packed."""

    method: str
    """``gzip``, ``bzip2``, ``xz`` for a whole stream; ``stored``, ``deflate``, ``bzip2``, ``lzma`` in a zip."""
    size_bytes: int | None = None
    """Bytes after unpacking as a zip states them; None for a whole stream, which ends by itself."""
    crc: int | None = None
    """CRC-32 of the unpacked bytes as a zip states it."""


@dataclass(frozen=True, slots=True)
class Stored:
    """Where bytes are: a stretch of a file (or of bytes in memory), packed or not."""

    origin: Path | bytes = field(repr=False)
    start: int = 0
    packed_bytes: int | None = None
    """Length of the stretch; None reaches to the end."""
    packing: Packing | None = None

    def open(self, limits: Limits) -> Stream:
        """The unpacked bytes. Raises Refused (FILE-UNREADABLE) where the file cannot be opened."""
        stretch = Stretch(self.open_origin(), self.start, self.packed_bytes)
        if self.packing is None:
            return stretch
        from wissel.xml.sources.unpack import Unpacked  # the decompressors are for archives only

        return Unpacked(stretch, self.packing, limits.compression_ratio_max)

    def open_origin(self) -> BinaryIO:
        """The whole file that the stretch lies in, seekable. Raises Refused (FILE-UNREADABLE)."""
        if isinstance(self.origin, bytes):
            return BytesIO(self.origin)
        try:
            # Without O_NONBLOCK, opening a named pipe would wait for a writer for ever.
            descriptor = os.open(self.origin, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
            status = os.fstat(descriptor)
            if stat.S_ISREG(status.st_mode):
                return os.fdopen(descriptor, "rb")
            os.close(descriptor)
        except (OSError, ValueError) as error:
            raise unreadable(error) from None
        what = "it is a folder" if stat.S_ISDIR(status.st_mode) else "it is a pipe or device, not a regular file"
        raise unreadable(what, hint="Pipe the data in and give - as the path.")


class Stretch:
    """A part of an opened file as a stream."""

    def __init__(self, file: BinaryIO, start: int, size_bytes: int | None) -> None:
        self._file = file
        self._left = size_bytes
        file.seek(start)

    def read(self, size: int, /) -> bytes:
        """Between 1 and ``size`` bytes; none at the end. Raises Refused (FILE-UNREADABLE)."""
        wanted = size if self._left is None else min(size, self._left)
        try:
            data = self._file.read(wanted)
        except OSError as error:
            raise unreadable(error) from None
        if self._left is not None:
            if wanted and not data:
                raise unreadable("it became shorter while it was read")
            self._left -= len(data)
        return data

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()


class Reader:
    """A stream with no more bytes than a limit, and the usual face of a file."""

    def __init__(self, stream: Stream, bytes_max: int) -> None:
        self._stream = stream
        self._bytes_max = bytes_max
        self._bytes_read = 0

    def read(self, size: int = -1, /) -> bytes:
        """Between 1 and ``size`` bytes, all that are left where ``size`` is negative; none at the end.

        Raises Refused: LIMIT-BYTES beyond the limit; FILE-UNREADABLE, ARCHIVE-BROKEN or LIMIT-COMPRESSION-RATIO
        where the stream fails.
        """
        if size < 0:
            return b"".join(iter(lambda: self.read(CHUNK_BYTES), b""))
        data = self._stream.read(size)
        self._bytes_read += len(data)
        if self._bytes_read > self._bytes_max:
            raise too_large(self._bytes_max)
        return data

    def head(self, size: int) -> bytes:
        """The next ``size`` bytes, fewer only at the end. Raises as :meth:`read`."""
        head = b""
        while len(head) < size and (data := self.read(size - len(head))):
            head += data
        return head

    def close(self) -> None:
        """Let go of the file."""
        self._stream.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


@dataclass(frozen=True, slots=True)
class Source:
    """Something to read, by name. It can be sent to another process and is opened there."""

    name: str
    """As reports show it: the path as given, members of an archive after ``!``."""
    content: Stored | Finding
    """Where the bytes are, or why there are none."""
    size_bytes: int | None = None
    """Bytes to be read; None where only reading tells."""
    limits: Limits = _DEFAULT_LIMITS

    @staticmethod
    def from_path(path: str | os.PathLike[str], limits: Limits = _DEFAULT_LIMITS) -> "Source":
        """The file at ``path``; whether it can be read shows when it is opened."""
        try:
            size_bytes = os.stat(path).st_size
        except (OSError, ValueError):
            size_bytes = None
        return Source(printable(os.fspath(path)), Stored(Path(path)), size_bytes, limits)

    @staticmethod
    def from_bytes(data: bytes, name: str = "<bytes>", limits: Limits = _DEFAULT_LIMITS) -> "Source":
        """Bytes in memory."""
        return Source(name, Stored(data), len(data), limits)

    def open(self) -> BinaryIO:
        """The bytes from the first on: a file to read forward and close. Raises Refused, here or while reading,
        where it cannot or must not be read."""
        if isinstance(self.content, Finding):
            raise Refused(self.content)
        if self.size_bytes is not None and self.size_bytes > self.limits.file_bytes_max:
            raise too_large(self.limits.file_bytes_max)
        return cast(BinaryIO, Reader(self.content.open(self.limits), self.limits.file_bytes_max))


@dataclass(frozen=True, slots=True)
class Skipped:
    """Something in a folder or archive that is not read, and why."""

    name: str
    why: str


def unreadable(why: Exception | str, hint: str | None = None) -> Refused:
    """The refusal of a file that the system does not hand over."""
    text = why.strerror or str(why) if isinstance(why, OSError) else str(why)
    return Refused(finding("FILE-UNREADABLE", f"The file cannot be read: {text}.", hint=hint))


def too_large(bytes_max: int) -> Refused:
    """The refusal of a file or member that has more bytes than the limit."""
    return Refused(
        finding(
            "LIMIT-BYTES",
            f"The file is larger than {bytes_max:,} bytes.",
            allowed=f"at most {bytes_max:,} bytes (file_bytes_max)",
        )
    )


def printable(name: str) -> str:
    """``name`` on one line: control, direction and undecodable characters escaped, and not without end."""
    if not name.isprintable():
        name = "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in name)
    return name if len(name) <= NAME_CHARACTERS_MAX else name[:NAME_CHARACTERS_MAX] + "…"


def unwanted(path: str) -> str | None:
    """Why a file in a folder or archive is left alone whatever it holds; None where it is not."""
    parts = path.split("/")
    if any(part.startswith(".") and part not in (".", "..") for part in parts):
        return "hidden"
    return "not complete yet (.tmp, .part)" if parts[-1].endswith((".tmp", ".part")) else None
