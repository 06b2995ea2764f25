"""A source as UTF-8 text that can be read more than once, with the digest of its bytes."""

from collections.abc import Iterator
from contextlib import closing
from hashlib import sha256
from typing import BinaryIO, Protocol

from wissel.core.codes import finding
from wissel.core.finding import Finding
from wissel.core.limits import Limits
from wissel.xml.refusal import Refused
from wissel.xml.sources.encoding import CHUNK_BYTES, HEAD_BYTES, Encoding, detect, utf8_chunks

_BEGINNINGS = {
    b"%PDF": "this is a PDF document",
    b"{1:": "this is a SWIFT FIN (MT) message",
    b":20:": "this is a SWIFT FIN (MT) message without its header",
    b"PK\x03\x04": "this is a ZIP archive",
    b"\x1f\x8b": "this is gzip data",
    b"{": "this looks like JSON",
    b"[": "this looks like JSON",
    b"-----BEGIN": "this is PEM or PGP armoured data; decrypt or decode it first",
}


KEPT_BYTES_MAX = 65_536
"""A text no longer than this stays in memory: it is gone through several times, and opening a file costs more."""


class Openable(Protocol):
    """A file, archive member or bytes that can be opened more than once."""

    @property
    def size_bytes(self) -> int | None:
        """How many bytes it has, where that is known before reading."""

    def open(self) -> BinaryIO:
        """A new stream from the first byte. Raises Refused."""


class Text:
    """Reads a source; the first complete reading also makes its digest."""

    def __init__(self, source: Openable, limits: Limits) -> None:
        self.source = source
        self.limits = limits
        self.encoding: Encoding | None = None
        """Known once the first chunk has been read."""
        self.size_bytes = 0
        self._hash = sha256()
        self._hashed = False
        self._kept: bytes | None = None

    def chunks(self) -> Iterator[bytes]:
        """The text from its beginning as UTF-8; a small one is kept once it was read to its end. Raises Refused for
        what cannot be read or is not XML at all."""
        if self._kept is not None:
            yield self._kept
            return
        pieces: list[bytes] | None = []
        for piece in self._read():
            if pieces is not None:
                pieces.append(piece)
                if sum(map(len, pieces)) > KEPT_BYTES_MAX:
                    pieces = None
            yield piece
        if pieces is not None:
            self._kept = b"".join(pieces)

    def _read(self) -> Iterator[bytes]:
        with closing(self._open()) as file:
            reader = _Reader(file, self)
            head = reader.read(CHUNK_BYTES)
            if self.encoding is None:
                if not head.strip():
                    head = _first_text(head, reader)
                self.encoding = detect(head[:HEAD_BYTES])
                _refuse_what_is_no_xml(head, self.encoding)
            reader.again = head
            yield from utf8_chunks(reader, self.encoding)
            self._hashed = True

    def digest(self) -> str | None:
        """SHA-256 of the bytes in hex; reads the source (again) where it has not been read to its end. None where it
        cannot be read."""
        if not self._hashed:
            self._hash, self.size_bytes = sha256(), 0
            try:
                with closing(self._open()) as file:
                    reader = _Reader(file, self)
                    while reader.read(1 << 20):
                        pass
            except Refused:
                return None
            self._hashed = True
        return self._hash.hexdigest()

    def take(self, data: bytes) -> None:
        """Count and hash some bytes of the first complete reading. Raises Refused beyond the limit."""
        if self._hashed:
            return
        self._hash.update(data)
        self.size_bytes += len(data)
        limit = self.limits.file_bytes_max
        if self.size_bytes > limit:
            message = f"The file is larger than {limit:,} bytes."
            raise Refused(finding("LIMIT-BYTES", message, allowed=f"at most {limit:,} bytes"))

    def _open(self) -> BinaryIO:
        if not self._hashed:
            self._hash, self.size_bytes = sha256(), 0
        try:
            return self.source.open()
        except OSError as error:
            raise Refused(unreadable(error)) from None


class _Reader:
    """A stream whose bytes are counted and hashed as they are read; ``again`` is given once more first."""

    def __init__(self, file: BinaryIO, text: Text) -> None:
        self._file = file
        self._text = text
        self.again = b""

    def read(self, size: int = CHUNK_BYTES, /) -> bytes:
        if self.again:
            data, self.again = self.again, b""
            return data
        # a stream may give less than it is asked for, a byte at a time if it likes: pieces are made whole here
        pieces = []
        while size > 0 and (data := self._read(size)):
            self._text.take(data)
            pieces.append(data)
            size -= len(data)
        return b"".join(pieces)

    def _read(self, size: int) -> bytes:
        try:
            return self._file.read(size)
        except OSError as error:
            raise Refused(unreadable(error)) from None


def unreadable(error: OSError) -> Finding:
    """The finding for what the operating system would not hand over."""
    return finding("FILE-UNREADABLE", f"The file cannot be read: {error.strerror or error}.")


def _first_text(head: bytes, reader: _Reader) -> bytes:
    """Read over leading white space. Raises Refused where there is nothing else."""
    while not head.strip():
        more = reader.read(CHUNK_BYTES)
        if not more:
            raise Refused(
                finding("FILE-EMPTY", "The file is empty." if not head else "The file holds only white space.")
            )
        head += more
        if len(head) > 16 * CHUNK_BYTES:
            raise Refused(finding("NOT-XML", "The file begins with more than a megabyte of white space."))
    return head


def _refuse_what_is_no_xml(head: bytes, encoding: Encoding) -> None:
    start = head[encoding.bom_bytes : encoding.bom_bytes + 4 * HEAD_BYTES].decode(encoding.name, "replace").lstrip()
    if start.startswith("<"):
        return
    if not start:
        raise Refused(finding("FILE-EMPTY", "The file holds nothing but a byte order mark and white space."))
    stripped = head.lstrip()
    hint = next((said for magic, said in _BEGINNINGS.items() if stripped.startswith(magic)), None)
    if hint is None and "<?xml" in start:
        hint = "remove what stands before <?xml"
    shown = start[:40].split("\n")[0]
    raise Refused(
        finding(
            "NOT-XML",
            f"The file begins with “{shown}”, not with “<”.",
            line=1,
            column=1,
            value=shown,
            hint=hint,
        )
    )
