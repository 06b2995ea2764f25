"""The members of a zip archive, one at a time from its directory: never all in memory, nothing written by name.

Source: PKWARE APPNOTE 6.3.10; the numbers in comments are its sections.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from wissel.xml.sources.stored import Packing
from wissel.xml.sources.unpack import broken

METHODS = {0: "stored", 8: "deflate", 12: "bzip2", 14: "lzma"}
_METHOD_NAMES = {9: "Deflate64", 93: "Zstandard", 95: "xz", 97: "WavPack", 98: "PPMd", 99: "AES"}
_DIRECTORY_END = struct.Struct("<4s4H2LH")  # 4.3.16
_DIRECTORY_END_64 = struct.Struct("<4sQ2H2L4Q")  # 4.3.14
_LOCATOR_64 = struct.Struct("<4sLQL")  # 4.3.15
_ENTRY = struct.Struct("<4s6H3L5H2L")  # 4.3.12
_LOCAL = struct.Struct("<4s5H3L2H")  # 4.3.7
_COMMENT_BYTES_MAX = 65_535
_ENCRYPTED, _UTF8 = 0x0001, 0x0800
_UNIX, _LINK = 3, 0o120000


@dataclass(frozen=True, slots=True)
class ZipEntry:
    """A line of a zip's directory."""

    name: str
    method: int
    encrypted: bool
    link: bool
    crc: int
    packed_bytes: int
    size_bytes: int
    header_start: int
    """Where the member's own header stands, from the start of the archive."""

    @property
    def folder(self) -> bool:
        """True for a folder, which holds no data."""
        return self.name.endswith("/")

    @property
    def method_name(self) -> str:
        """The compression method for a person."""
        return METHODS.get(self.method) or _METHOD_NAMES.get(self.method) or f"number {self.method}"

    def packing(self) -> Packing:
        """How the data is packed; KeyError for a method that is not in METHODS."""
        return Packing(METHODS[self.method], self.size_bytes, self.crc)


def entries(file: BinaryIO, start: int, archive_bytes: int) -> Iterator[ZipEntry]:
    """The directory of the zip that takes ``archive_bytes`` of ``file`` from ``start``, in its order.

    Raises Refused (ARCHIVE-BROKEN) where the directory is missing or damaged.
    """
    position, end = _directory(file, start, archive_bytes)
    while position < end:
        file.seek(start + position)
        fixed = file.read(_ENTRY.size)
        if len(fixed) < _ENTRY.size or fixed[:4] != b"PK\1\2":
            raise broken("the directory of the zip is damaged")
        name_bytes, extra_bytes, comment_bytes = _ENTRY.unpack(fixed)[10:13]
        position += _ENTRY.size + name_bytes + extra_bytes + comment_bytes
        if position > end:
            raise broken("the directory of the zip is cut short")
        yield _entry(fixed, file.read(name_bytes), file.read(extra_bytes))


def data_start(file: BinaryIO, start: int, archive_bytes: int, entry: ZipEntry) -> int:
    """Where the packed data of a member begins, from the start of the archive. Raises Refused (ARCHIVE-BROKEN)."""
    file.seek(start + entry.header_start)
    fixed = file.read(_LOCAL.size)
    if len(fixed) < _LOCAL.size or fixed[:4] != b"PK\3\4":
        raise broken("the member is not where the directory of the zip says")
    name_bytes, extra_bytes = _LOCAL.unpack(fixed)[9:11]
    position: int = entry.header_start + _LOCAL.size + name_bytes + extra_bytes
    if position + entry.packed_bytes > archive_bytes:
        raise broken("the member reaches beyond the end of the zip")
    return position


def _directory(file: BinaryIO, start: int, archive_bytes: int) -> tuple[int, int]:
    """Start and end of the directory, from the start of the archive (4.3.16)."""
    tail_start = max(0, archive_bytes - _DIRECTORY_END.size - _COMMENT_BYTES_MAX)
    file.seek(start + tail_start)
    tail = file.read(archive_bytes - tail_start)
    found = tail.rfind(b"PK\5\6", 0, max(0, len(tail) - _DIRECTORY_END.size + 4))
    if found < 0:
        raise broken("the directory at the end of the zip is missing, so it was probably cut short")
    fields = _DIRECTORY_END.unpack_from(tail, found)
    disk, directory_bytes, directory_start = fields[1], fields[5], fields[6]
    end = tail_start + found
    locator = tail[max(0, found - _LOCATOR_64.size) : found]
    if locator.startswith(b"PK\6\7") and len(locator) == _LOCATOR_64.size:
        end = _LOCATOR_64.unpack(locator)[2]
        if end > archive_bytes - _DIRECTORY_END_64.size:
            raise broken("the directory of the zip lies outside of it")
        file.seek(start + end)
        fields = _DIRECTORY_END_64.unpack(file.read(_DIRECTORY_END_64.size))
        disk, directory_bytes, directory_start = fields[4], fields[8], fields[9]
    if disk:
        raise broken("it is one part of a zip in several parts")
    if directory_start + directory_bytes > end:
        raise broken("the directory of the zip lies outside of it")
    return directory_start, directory_start + directory_bytes


def _entry(fixed: bytes, name: bytes, extra: bytes) -> ZipEntry:
    """A directory line from its three parts (4.3.12)."""
    (_, version, _, flags, method, _, _, crc, packed, size, *_, attributes, header_start) = _ENTRY.unpack(fixed)
    size, packed, header_start = _with_64_bits(extra, [size, packed, header_start])
    return ZipEntry(
        name=name.decode("utf-8" if flags & _UTF8 else "cp437", "surrogateescape"),
        method=method,
        encrypted=bool(flags & _ENCRYPTED),
        link=version >> 8 == _UNIX and (attributes >> 16) & 0o170000 == _LINK,
        crc=crc,
        packed_bytes=packed,
        size_bytes=size,
        header_start=header_start,
    )


def _with_64_bits(extra: bytes, numbers: list[int]) -> list[int]:
    """The numbers, those that do not fit into 32 bits replaced from the zip64 field (4.5.3)."""
    position = 0
    while position + 4 <= len(extra):
        kind, length = struct.unpack_from("<2H", extra, position)
        position += 4
        if kind == 1:
            wide = [int.from_bytes(extra[i : i + 8], "little") for i in range(position, position + length - 7, 8)]
            numbers = [wide.pop(0) if number == 0xFFFFFFFF and wide else number for number in numbers]
            break
        position += length
    return numbers
