"""Look at a file without checking it: which parts it has and how many, at the speed of reading.

No tree is built and no content is parsed; only what stands around the parts goes through libxml2. So a file that is
broken inside a message still counts as what it says it is: whether it is true, validation tells.
"""

from dataclasses import dataclass
from enum import StrEnum

from wissel.core.finding import Finding
from wissel.core.limits import Limits
from wissel.xml.parts.location import Located, Namespaces, Tags, locate
from wissel.xml.sources.text import Openable


class Look(StrEnum):
    """What a file looks like from outside."""

    PARTS = "parts"
    """XML with at least one Document or AppHdr."""
    OTHER_XML = "other XML"
    BROKEN_XML = "broken XML"
    """Not well-formed, or not in its encoding, before any part."""
    REFUSED_XML = "refused XML"
    """Beyond a limit, or with a document type declaration."""
    NOT_XML = "not XML"
    EMPTY = "empty"
    ARCHIVE_BROKEN = "archive broken"
    UNREADABLE = "unreadable"


_LOOKS = {
    "FILE-EMPTY": Look.EMPTY,
    "NOT-XML": Look.NOT_XML,
    "FILE-UNREADABLE": Look.UNREADABLE,
    "ARCHIVE-BROKEN": Look.ARCHIVE_BROKEN,
    "ARCHIVE-ENCRYPTED": Look.ARCHIVE_BROKEN,
    "LIMIT-ARCHIVE-MEMBERS": Look.ARCHIVE_BROKEN,
    "LIMIT-ARCHIVE-BYTES": Look.ARCHIVE_BROKEN,
    "LIMIT-ARCHIVE-DEPTH": Look.ARCHIVE_BROKEN,
    "LIMIT-COMPRESSION-RATIO": Look.ARCHIVE_BROKEN,
    "XML-NOT-WELL-FORMED": Look.BROKEN_XML,
    "XML-TRUNCATED": Look.BROKEN_XML,
    "PREFIX-UNDECLARED": Look.BROKEN_XML,
    "ENCODING-UNKNOWN": Look.BROKEN_XML,
    "ENCODING-INVALID": Look.BROKEN_XML,
}


@dataclass(frozen=True, slots=True)
class Sniffed:
    """What a look at a file showed."""

    look: Look
    located: tuple[Located, ...]
    """Its parts; ``tags`` of each counts the element asked for."""
    root: str | None
    """Local name of its first element; None where there is none."""
    root_namespace: str | None
    encoding: str | None
    """Name of its encoding; None where it is not known."""
    size_bytes: int | None
    """Bytes as far as they were read, all of them where ``refused`` is None."""
    refused: Finding | None
    """Why it could not be read, or not to its end."""


def sniff(source: Openable, limits: Limits, doubtful: Namespaces, tags: Tags) -> Sniffed:
    """Look at one file. ``doubtful`` and ``tags`` as in :func:`wissel.xml.parts.location.locate`.

    Raises nothing for what is wrong with the file.
    """
    found = locate(source, limits, checked=False, doubtful=doubtful, tags=tags)
    refused = found.refused
    if found.located:
        look = Look.PARTS
    else:
        look = Look.OTHER_XML if refused is None else _LOOKS.get(refused.code, Look.REFUSED_XML)
    root = found.elements[0] if found.elements else None
    size_bytes = source.size_bytes if refused is not None and source.size_bytes is not None else found.text.size_bytes
    return Sniffed(
        look=look,
        located=found.located,
        root=root.tag if root else None,
        root_namespace=root.namespace if root else None,
        encoding=found.encoding,
        size_bytes=size_bytes,
        refused=refused,
    )
