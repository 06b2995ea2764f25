"""The schema files that a user hands in: plain XSDs, folders, and archives as releases and exports come
in."""

from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass

from wissel.core.limits import Limits
from wissel.xml.refusal import Refused
from wissel.xml.sources.source import Skipped, Source, expand
from wissel.xml.xsd.normal_form import SCHEMA_BYTES_MAX

LIMITS = Limits(
    file_bytes_max=SCHEMA_BYTES_MAX,
    archive_members_max=20_000,
    archive_bytes_max=2 * 1024**3,
)
"""A yearly release has about 2,000 schemas of 300 KB and unpacks to some 700 MB."""
_INCLUDE = ("*.xsd", "*.XSD")
"""In folders and archives; a file named by itself is taken whatever its name."""


@dataclass(frozen=True, slots=True)
class Given:
    """One file that was handed in: its bytes, or why there are none."""

    file: str
    """Name as given; members of an archive after ``!``."""
    data: bytes = b""
    refused: str | None = None
    """Why it cannot be read, in one sentence; None where it can."""
    skipped: bool = False
    """True where it is no XSD and was left aside, as the documents are that come with a release."""


def given_schemas(paths: Sequence[str]) -> Iterator[Given]:
    """Everything in ``paths``, archives opened (three deep), one file in memory at a time."""
    for item in expand(paths, include=_INCLUDE, limits=LIMITS):
        if isinstance(item, Skipped):
            yield Given(item.name, skipped=True)
            continue
        try:
            yield Given(item.name, _whole(item))
        except Refused as refused:
            yield Given(item.name, refused=refused.finding.message)
        except OSError as error:
            yield Given(item.name, refused=f"it cannot be read: {error.strerror or error}")


def _whole(source: Source) -> bytes:
    """All bytes of a source, and one over the limit where there are more, which the reader of schemas
    refuses."""
    data = bytearray()
    with closing(source.open()) as file:
        while len(data) <= SCHEMA_BYTES_MAX and (piece := file.read(SCHEMA_BYTES_MAX + 1 - len(data))):
            data += piece
    return bytes(data)
