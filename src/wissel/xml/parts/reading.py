"""The first reading of a file: cut it into parts and let libxml2 check each as it streams by."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from lxml import etree

from wissel.core.codes import finding
from wissel.core.finding import Finding
from wissel.core.limits import Limits
from wissel.xml.parts.schema import PartCheck, Schema, TransactionTag
from wissel.xml.parts.segment import Part, PartEnd, Segmenter
from wissel.xml.parts.set_aside import HeldBack
from wissel.xml.parts.skeleton import HEADER_TAG
from wissel.xml.refusal import Refused

_SMALLEST_ELEMENT_BYTES = 4


@dataclass(frozen=True, slots=True)
class Knowledge:
    """What the caller knows about definitions; keeps this layer free of the catalog."""

    schemas: Callable[[str | None], tuple[Schema, ...]]
    """The base schema and its overlays for a namespace; none for an unknown one."""
    transaction: Callable[[str], TransactionTag | None]
    """The transaction element of a definition."""
    renamed: Callable[[str], tuple[str, ...]]
    """What a tag is called in other versions."""


@dataclass(slots=True)
class Checked:
    """A part, what it is checked against, and how far the check has come."""

    part: Part
    schemas: tuple[Schema, ...]
    check: PartCheck | None
    """None where no schema is known."""
    end: int = 0
    """Where the next byte after it stands."""
    set_aside: tuple[int, int] | None = None
    """Where the signature at its end stands that was not checked, in bytes of the UTF-8 text."""


@dataclass(slots=True)
class Reading:
    """The outcome of one reading."""

    segmenter: Segmenter
    checked: list[Checked] = field(default_factory=list)
    refused: Finding | None = None
    error: etree.XMLSyntaxError | None = None
    """The file is not well-formed, in or outside its last part."""

    @property
    def truncated(self) -> bool:
        """True where it is not well-formed because it ends too early."""
        last = self.checked[-1].check if self.checked else None
        return self.segmenter.truncated or (last is not None and last.truncated)


def read_parts(
    chunks: Iterator[bytes], knowledge: Knowledge, limits: Limits, size_bytes: int | None, careful: bool
) -> Reading:
    """Read a file to its end, or to where it cannot be read on. ``careful`` as in :class:`Segmenter`."""
    segmenter = Segmenter(lambda namespace: bool(knowledge.schemas(namespace)), limits, careful)
    reading = Reading(segmenter)
    # a file this small cannot hold too many elements: most need not be counted
    counted = size_bytes is None or size_bytes > limits.elements_max * _SMALLEST_ELEMENT_BYTES
    try:
        _read(segmenter.segments(chunks), reading, knowledge, limits, counted, careful)
    except Refused as stop:
        reading.refused = stop.finding
    except etree.XMLSyntaxError as error:
        reading.error = error
    return reading


def _read(
    segments: Iterator[Part | bytes | PartEnd],
    reading: Reading,
    knowledge: Knowledge,
    limits: Limits,
    counted: bool,
    careful: bool,
) -> None:
    check: PartCheck | None = None
    held: HeldBack | None = None
    elements = 0
    for segment in segments:
        if isinstance(segment, bytes):
            if check is not None:
                if data := segment if held is None else held.passed(segment):
                    check.feed(data)
                if check.syntax_error is not None:
                    raise check.syntax_error
            if counted:
                elements += segment.count(b"<") - segment.count(b"</")
                if elements > limits.elements_max:
                    message = f"The file has more than {limits.elements_max:,} elements."
                    raise Refused(finding("LIMIT-ELEMENTS", message, allowed=f"at most {limits.elements_max:,}"))
        elif isinstance(segment, Part):
            if len(reading.checked) >= 2 * limits.messages_max:
                message = f"The file has more than {limits.messages_max:,} messages."
                raise Refused(finding("LIMIT-MESSAGES", message, allowed=f"at most {limits.messages_max:,}"))
            schemas = knowledge.schemas(segment.namespace)
            transaction = knowledge.transaction(schemas[0].definition) if schemas else None
            check = PartCheck(segment, schemas, transaction) if schemas else None
            if check is not None and careful:
                check.plain = False  # comments may come in pieces
            held = HeldBack(segment) if check is not None and segment.tag != HEADER_TAG else None
            reading.checked.append(Checked(segment, schemas, check))
        else:
            reading.checked[-1].end = segment.offset
            if check is not None:
                if held is not None:
                    check.feed(held.rest())
                    reading.checked[-1].set_aside, held = held.range, None
                check.finish()
                if check.syntax_error is not None:
                    raise check.syntax_error
