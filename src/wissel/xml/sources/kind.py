"""What a file is, told from its first bytes: XML, an archive, or neither."""

import re
from enum import StrEnum

from wissel.core.finding import Finding
from wissel.xml.refusal import Refused
from wissel.xml.sources.stored import Reader, Source

HEAD_BYTES = 1024
BLOCK_BYTES = 512
"""A tar consists of blocks of this size."""


class Kind(StrEnum):
    """What the first bytes of something say it is."""

    EMPTY = "empty"
    OTHER = "other"
    XML = "xml"
    ZIP = "zip"
    TAR = "tar"
    GZIP = "gzip"
    BZIP2 = "bzip2"
    XZ = "xz"


LEAVES = frozenset([Kind.EMPTY, Kind.OTHER, Kind.XML])
"""What holds no files."""
_XML_START = re.compile(
    rb"""(?:\xef\xbb\xbf)?[ \t\r\n]*<
    | (?:\xff\xfe)?(?:[ \t\r\n]\0)*<\0     | (?:\xfe\xff)?(?:\0[ \t\r\n])*\0<
    | (?:\xff\xfe\0\0)?(?:[ \t\r\n]\0{3})*<\0{3} | (?:\0\0\xfe\xff)?(?:\0{3}[ \t\r\n])*\0{3}<
    | \x4c\x6f\xa7\x94  # '<?xm' in EBCDIC
    """,
    re.VERBOSE,
)
_MAGIC = (
    (b"PK\3\4", Kind.ZIP),
    (b"PK\5\6", Kind.ZIP),  # an empty one
    (b"\x1f\x8b\x08", Kind.GZIP),
    (b"BZh", Kind.BZIP2),
    (b"\xfd7zXZ\0", Kind.XZ),
)


def kind_of(head: bytes) -> Kind:
    """What begins with ``head`` (1024 bytes, fewer only where there are no more). Names play no part."""
    if not head:
        return Kind.EMPTY
    for magic, kind in _MAGIC:
        if head.startswith(magic):
            return kind
    if is_tar_header(head[:BLOCK_BYTES]):
        return Kind.TAR
    if _XML_START.match(head) or (len(head) >= HEAD_BYTES and head.isspace()):
        return Kind.XML  # after so much white space XML may still come
    return Kind.OTHER


def kind_of_source(source: Source) -> Kind:
    """What the source is. Raises Refused where its first bytes cannot be read."""
    if isinstance(source.content, Finding):
        raise Refused(source.content)
    with Reader(source.content.open(source.limits), HEAD_BYTES) as reader:
        return kind_of(reader.head(HEAD_BYTES))


def is_tar_header(block: bytes) -> bool:
    """Whether 512 bytes are the header of a tar member: its checksum is right."""
    if len(block) < BLOCK_BYTES or not any(block):
        return False
    try:
        stated = int(block[148:156].strip(b" \0"), 8)
    except ValueError:
        return False
    others = block[:148] + b" " * 8 + block[156:BLOCK_BYTES]
    signed = sum(byte - 256 if byte > 127 else byte for byte in others)  # as some old programs counted
    return stated in (sum(others), signed)
