"""Read the business messages of a file: header and document as blocks, valid against a schema or not."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice

from wissel.catalog.blocks import blocks_of
from wissel.catalog.naming import definition_of
from wissel.core.finding import Finding
from wissel.core.limits import Limits
from wissel.message.assembly import envelope_of, pair
from wissel.xml.blocks.block import Block
from wissel.xml.blocks.block_reader import BlockReader
from wissel.xml.parts.location import Located, Locations, locate
from wissel.xml.sources.text import KEPT_BYTES_MAX, Openable

_DEFAULT_LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class BusinessMessage:
    """One message of a file. Its blocks are read from the source when asked for; those of a small one are kept."""

    definition: str | None
    """Such as ``pacs.008.001.08``, by the document's namespace; None where it names none, or without a document."""
    header_definition: str | None
    """Such as ``head.001.001.02``; None without a header."""
    envelope: tuple[str, ...]
    """Names of the elements around the document (or lone header), outermost first."""
    complete: bool
    """False where the file breaks off inside the message, or is not well-formed there."""
    _locations: Locations
    _header: Located | None
    _document: Located | None
    _kept: dict[str, tuple[Block, ...]] = field(default_factory=dict, repr=False, compare=False)

    def header(self) -> Block | None:
        """The business application header, its values by path below ``AppHdr``; None without one."""
        if self._header is None:
            return None
        if "header" not in self._kept:
            place, chunks = self._locations.bytes_of(self._header)
            self._kept["header"] = tuple(islice(BlockReader().blocks(chunks, place, root_depth=1), 1))
        return next(iter(self._kept["header"]), None)

    def blocks(self) -> Iterator[Block]:
        """The document's blocks: transactions in order, each group after its own, the message's other values last."""
        if self._document is None:
            return iter(())
        if not 0 < self._document.end - self._document.part.offset <= KEPT_BYTES_MAX:
            return self._read(self._document)
        if "document" not in self._kept:
            self._kept["document"] = tuple(self._read(self._document))
        return iter(self._kept["document"])

    def _read(self, document: Located) -> Iterator[Block]:
        known = blocks_of(self.definition) if self.definition else None
        reader = BlockReader(known.transactions, known.groups) if known else BlockReader()
        place, chunks = self._locations.bytes_of(document)
        return reader.blocks(chunks, place)

    @property
    def envelope_namespaces(self) -> tuple[str | None, ...]:
        """The namespaces of the elements around the message, in the order of ``envelope``; None for one without."""
        known = {element.tag: element.namespace for element in reversed(self._locations.elements)}
        return tuple(known.get(tag) for tag in self.envelope)

    def header_xml(self, bytes_max: int) -> bytes | None:
        """The header as an XML document of its own in UTF-8; None without a complete one of at most that size."""
        return self._xml(self._header, bytes_max)

    def document_xml(self, bytes_max: int) -> bytes | None:
        """The document as an XML document of its own in UTF-8; None without a complete one of at most that size."""
        return self._xml(self._document, bytes_max)

    @property
    def sizes_bytes(self) -> tuple[int | None, int | None]:
        """Bytes of header and document in UTF-8; 0 for one that is not complete, None for one that is not there."""

        def size(located: Located | None) -> int | None:
            return None if located is None else max(0, located.end - located.part.offset)

        return size(self._header), size(self._document)

    def _xml(self, located: Located | None, bytes_max: int) -> bytes | None:
        if located is None or not located.end:
            return None
        return self._locations.xml_of(located, bytes_max)


@dataclass(frozen=True, slots=True)
class Reading:
    """The messages of a file, and why it could not be read to its end (None where it could)."""

    messages: tuple[BusinessMessage, ...]
    refused: Finding | None


def read_messages(source: Openable, limits: Limits = _DEFAULT_LIMITS) -> Reading:
    """The business messages of a file, in order. Nothing is raised for a bad one."""
    locations = locate(source, limits, doubtful=names_no_message)
    messages = []
    for header, document in pair([located.part for located in locations.located]):
        one = locations.located[header] if header is not None else None
        other = locations.located[document] if document is not None else None
        messages.append(_message(locations, one, other))
    return Reading(tuple(messages), locations.refused)


def names_no_message(namespace: str | None) -> bool:
    """Whether a namespace says nothing of a message definition."""
    return namespace is None or definition_of(namespace) is None


def _message(locations: Locations, header: Located | None, document: Located | None) -> BusinessMessage:
    return BusinessMessage(
        definition=_definition(document),
        header_definition=_definition(header),
        envelope=envelope_of(header.part if header else None, document.part if document else None),
        complete=all(located.end for located in (header, document) if located is not None),
        _locations=locations,
        _header=header,
        _document=document,
    )


def _definition(located: Located | None) -> str | None:
    namespace = located.part.namespace if located else None
    return definition_of(namespace) if namespace else None
