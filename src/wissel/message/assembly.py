"""Put the parts of a file together to messages: a document with the header before it, or either alone."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile

from wissel.catalog.naming import definition_of
from wissel.xml.parts.inspection import Inspection
from wissel.xml.parts.part_report import PartReport
from wissel.xml.parts.segment import Part
from wissel.xml.parts.skeleton import HEADER_TAG, SkeletonElement


@dataclass(frozen=True, slots=True)
class Assembled:
    """One message: its header, its document, and what was found instead of a document."""

    header: PartReport | None
    document: PartReport | None
    payload: SkeletonElement | None = None
    """The element after a header where that is no document."""

    @property
    def parts(self) -> tuple[PartReport, ...]:
        """Header and document, as far as they are there."""
        return tuple(report for report in (self.header, self.document) if report is not None)

    @property
    def definition(self) -> str | None:
        """The document's definition, by its namespace."""
        return _definition(self.document)

    @property
    def header_definition(self) -> str | None:
        """The header's definition, by its namespace."""
        return _definition(self.header)

    @property
    def envelope(self) -> tuple[str, ...]:
        """Names of the elements around the whole message, outermost first."""
        header, document = self.header, self.document
        return envelope_of(header.part if header else None, document.part if document else None)


def _definition(report: PartReport | None) -> str | None:
    if report is None or report.part.namespace is None:
        return None
    return definition_of(report.part.namespace)


def assemble(inspection: Inspection) -> Iterator[Assembled]:
    """The messages of a file in order."""
    reports = inspection.parts
    for header, document in pair([report.part for report in reports]):
        alone = header is not None and document is None
        payload = inspection.following.get(reports[header].part.offset) if header is not None and alone else None
        yield Assembled(
            reports[header] if header is not None else None,
            reports[document] if document is not None else None,
            payload,
        )


def pair(parts: Sequence[Part]) -> Iterator[tuple[int | None, int | None]]:
    """Which part is the header and which the document of each message, by their numbers in ``parts``."""
    header: int | None = None
    for index, part in enumerate(parts):
        if _is_wrapper(index, parts):
            continue
        if part.tag != HEADER_TAG:
            yield header, index
            header = None
        else:
            if header is not None:
                yield header, None
            header = index
    if header is not None:
        yield header, None


def _is_wrapper(index: int, parts: Sequence[Part]) -> bool:
    """True for an element that is called Document but is a wrapper: the next part stands inside it."""
    if parts[index].supported or index + 1 == len(parts):
        return False
    part, following = parts[index], parts[index + 1]
    if part.namespace is not None and definition_of(part.namespace) is not None:
        return False  # a message of its own, of which no schema is known
    inside = (*part.ancestors, part.tag)
    return following.root == part.root and following.ancestors[: len(inside)] == inside


def envelope_of(header: Part | None, document: Part | None) -> tuple[str, ...]:
    """Names of the elements around a whole message, outermost first."""
    if header is None or document is None:
        one = header or document
        return one.ancestors if one else ()
    if header.root != document.root:
        return ()
    return tuple(one for one, other in takewhile(_equal, zip(header.ancestors, document.ancestors, strict=False)))


def _equal(pair_of_names: tuple[str, str]) -> bool:
    return pair_of_names[0] == pair_of_names[1]
