"""The members of a tar archive from first to last, read like the tape it was made for.

Source: POSIX.1-2017 pax (ustar and extended headers) and the GNU tar manual (long names, large numbers).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from wissel.xml.sources.kind import BLOCK_BYTES, is_tar_header
from wissel.xml.sources.unpack import broken

_HEADER_BYTES_MAX = 1024**2
"""Bytes of one extended header; a name needs no more."""
_NOT_FILES = {
    "1": "a hard link",
    "2": "a symbolic link",
    "3": "a device",
    "4": "a device",
    "6": "a named pipe",
    "V": "a volume label",
}
_SPARSE = "a sparse file, which is not read here"


class Tape(Protocol):
    """Bytes that are read from first to last."""

    position: int
    """Bytes passed so far."""

    def read(self, size: int, /) -> bytes:
        """Exactly ``size`` bytes; fewer at the end."""

    def move_to(self, position: int) -> None:
        """Pass over bytes up to ``position``. Raises Refused where the tape ends before it."""


@dataclass(frozen=True, slots=True)
class TarEntry:
    """A member of a tar."""

    name: str
    start: int
    """Where its data begins, from the start of the tar."""
    size_bytes: int
    oddity: str | None = None
    """What it is, where it is no plain file: ``a symbolic link`` ..."""


def entries(tape: Tape) -> Iterator[TarEntry]:
    """The members but for folders; while one is in hand, its data is what ``tape`` gives next.

    Raises Refused (ARCHIVE-BROKEN) for damage and where the end mark is missing, since members may be missing too.
    """
    long_name: bytes | None = None
    extended: dict[bytes, bytes] = {}
    while True:
        block = tape.read(BLOCK_BYTES)
        if len(block) < BLOCK_BYTES:
            raise broken("the tar is cut short: its end mark is missing")
        if not any(block):
            return
        if not is_tar_header(block):
            raise broken("the header of a tar member is damaged")
        kind = chr(block[156])
        start, size_bytes = tape.position, _number(block[124:136])
        if kind not in "LKxg" and b"size" in extended:
            size_bytes = _decimal(extended[b"size"])
        padded_bytes = -(-size_bytes // BLOCK_BYTES) * BLOCK_BYTES
        if kind in "LKxg":
            if size_bytes > _HEADER_BYTES_MAX:
                raise broken("an extended header of the tar is unreasonably long")
            data = tape.read(size_bytes)
            if kind == "L":
                long_name = data.split(b"\0")[0]
            elif kind == "x":
                extended = _records(data)
            tape.move_to(start + padded_bytes)
            continue
        header = block
        if kind == "S":  # the map of holes goes on in blocks of its own
            more = block[482]
            while more and len(block := tape.read(BLOCK_BYTES)) == BLOCK_BYTES:
                more = block[504]
            start = tape.position
        name = extended.get(b"path") or long_name or _name(header)
        if kind not in "123456":  # those have no data, whatever size they state
            folder = kind == "D" or name.endswith(b"/")
            if not folder:
                sparse = kind == "S" or any(key.startswith(b"GNU.sparse") for key in extended)
                oddity = _SPARSE if sparse else _NOT_FILES.get(kind)
                yield TarEntry(name.decode("utf-8", "surrogateescape"), start, size_bytes, oddity)
            tape.move_to(start + padded_bytes)
        elif kind != "5":
            yield TarEntry(name.decode("utf-8", "surrogateescape"), start, 0, _NOT_FILES[kind])
        long_name, extended = None, {}


def _name(block: bytes) -> bytes:
    """The name in a header; ustar keeps the first part of a long one apart."""
    name = block[:100].split(b"\0")[0]
    prefix = block[345:500].split(b"\0")[0] if block[257:263] == b"ustar\0" else b""
    return prefix + b"/" + name if prefix else name


def _number(field: bytes) -> int:
    """A size: octal digits, or binary where the first bit is set (GNU)."""
    if field[0] & 0x80:
        if field[0] != 0x80:
            raise broken("a size in the tar is negative or far too large")
        return int.from_bytes(field[1:], "big")
    digits = field.strip(b" \0")
    if not digits:
        return 0
    if digits.strip(b"01234567"):
        raise broken("a size in the tar is no number")
    return int(digits, 8)


def _decimal(value: bytes) -> int:
    if not value.isdigit() or len(value) > 20:
        raise broken("a size in the tar is no number")
    return int(value)


def _records(data: bytes) -> dict[bytes, bytes]:
    """The records of a pax extended header: ``length key=value`` and a line end, the length counting all of it."""
    records = {}
    position = 0
    while position < len(data) and data[position] != 0:
        length, space, _ = data[position : position + 20].partition(b" ")
        if not space or not length.isdigit() or int(length) < len(length) + 3:
            raise broken("an extended header of the tar is damaged")
        key, _, value = data[position + len(length) + 1 : position + int(length) - 1].partition(b"=")
        records[key] = value
        position += int(length)
    return records
