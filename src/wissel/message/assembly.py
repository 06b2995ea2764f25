"""Put the parts of a file together to messages: a document with the header before it, or either alone."""

from collections.abc import Iterator
from dataclasses import dataclass

from wissel.catalog.naming import definition_of
from wissel.xml.inspection import Inspection, PartReport
from wissel.xml.skeleton import SkeletonElement

HEADER_TAG = "AppHdr"


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
        if header is None or document is None:
            return self.parts[0].part.ancestors
        if header.part.root != document.part.root:
            return ()
        common: list[str] = []
        for one, other in zip(header.part.ancestors, document.part.ancestors, strict=False):
            if one != other:
                break
            common.append(one)
        return tuple(common)


def _definition(report: PartReport | None) -> str | None:
    if report is None or report.part.namespace is None:
        return None
    return definition_of(report.part.namespace)


def assemble(inspection: Inspection) -> Iterator[Assembled]:
    """The messages of a file in order."""
    header: PartReport | None = None
    for index, report in enumerate(inspection.parts):
        if _is_wrapper(index, inspection.parts):
            continue
        if report.part.tag != HEADER_TAG:
            yield Assembled(header, report)
            header = None
            continue
        if header is not None:
            yield Assembled(header, None, _payload(header, inspection))
        header = report
    if header is not None:
        yield Assembled(header, None, _payload(header, inspection))


def _is_wrapper(index: int, parts: tuple[PartReport, ...]) -> bool:
    """True for an element that is called Document but is a wrapper: the next part stands inside it."""
    report = parts[index]
    if report.schemas or index + 1 == len(parts):
        return False
    part, following = report.part, parts[index + 1].part
    inside = (*part.ancestors, part.tag)
    return following.root == part.root and following.ancestors[: len(inside)] == inside


def _payload(header: PartReport, inspection: Inspection) -> SkeletonElement | None:
    """The first element that began after a header, of those the skeleton remembers."""
    elements = inspection.elements
    for index, element in enumerate(elements):
        if element.tag == HEADER_TAG and element.namespace == header.part.namespace:
            after = [other for other in elements[index + 1 :] if other.namespace != element.namespace]
            return after[0] if after else None
    return None
