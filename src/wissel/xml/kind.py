"""What a file is, told from its first bytes: XML, an archive, or neither."""

import re
from enum import StrEnum

from wissel.xml.tar_archive import is_header

HEAD_BYTES = 1024


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
    if is_header(head[:512]):
        return Kind.TAR
    if _XML_START.match(head) or (len(head) >= HEAD_BYTES and head.isspace()):
        return Kind.XML  # after so much white space XML may still come
    return Kind.OTHER
