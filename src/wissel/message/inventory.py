"""One row about one file: what it is and how much is in it, told without validating."""

from collections import Counter
from dataclasses import dataclass

from wissel.catalog.blocks import transaction_tag
from wissel.catalog.naming import definition_of
from wissel.core.finding import Finding
from wissel.core.limits import Limits
from wissel.message.assembly import envelope_of, pair
from wissel.message.business_message import names_no_message
from wissel.xml.parts.schema import TransactionTag
from wissel.xml.parts.sniff import Look, Sniffed, sniff
from wissel.xml.sources.text import Openable

MESSAGE, MESSAGES, HEADER, UNKNOWN = "message", "several messages", "header only", "unknown message"


@dataclass(frozen=True, slots=True)
class InventoryRow:
    """What a file is. Of several messages each definition, header and envelope stands once, the first met first."""

    kind: str
    """``message``, ``several messages``, ``header only``, ``unknown message`` (a Document whose namespace names no
    definition), or what it is instead, as in :class:`wissel.xml.parts.sniff.Look`."""
    definitions: tuple[tuple[str, int], ...]
    """Each definition and how many messages of it there are."""
    headers: tuple[str, ...]
    envelopes: tuple[str, ...]
    """Names of the elements around messages, outermost first, joined by ``/``."""
    messages: int
    transactions: int
    """Transaction elements, counted by their start tags; those in comments count too."""
    root: str | None
    """Local name of the first element."""
    encoding: str | None
    size_bytes: int | None
    refused: Finding | None
    """Why the file could not be read (to its end)."""

    @property
    def recognized(self) -> bool:
        """Whether each message of the file says what it is, and the file could be read to its end."""
        return self.kind in (MESSAGE, MESSAGES, HEADER) and self.refused is None


def take_inventory(source: Openable, limits: Limits) -> InventoryRow:
    """Look at one file. Raises nothing for what is wrong with it."""
    found = sniff(source, limits, names_no_message, _tag_of)
    definitions: Counter[str] = Counter()
    headers: dict[str, None] = {}
    envelopes: dict[str, None] = {}
    messages = transactions = unknown = 0
    parts = [located.part for located in found.located]
    for header, document in pair(parts):
        messages += 1
        transactions += found.located[document].tags if document is not None else 0
        if header is not None and (name := _definition(parts[header].namespace)):
            headers.setdefault(name)
        if document is not None:
            definition = _definition(parts[document].namespace)
            unknown += definition is None
            if definition is not None:
                definitions[definition] += 1
        around = envelope_of(
            parts[header] if header is not None else None, parts[document] if document is not None else None
        )
        if around:
            envelopes.setdefault("/".join(around))
    return InventoryRow(
        kind=_kind(found, messages, unknown, bool(definitions)),
        definitions=tuple(definitions.items()),
        headers=tuple(headers),
        envelopes=tuple(envelopes),
        messages=messages,
        transactions=transactions,
        root=found.root,
        encoding=found.encoding,
        size_bytes=found.size_bytes,
        refused=found.refused,
    )


def _kind(found: Sniffed, messages: int, unknown: int, defined: bool) -> str:
    if found.look is not Look.PARTS:
        return found.look.value
    if unknown:
        return UNKNOWN
    if messages > 1:
        return MESSAGES
    return MESSAGE if defined else HEADER


def _definition(namespace: str | None) -> str | None:
    return definition_of(namespace) if namespace else None


def _tag_of(namespace: str | None) -> TransactionTag | None:
    definition = _definition(namespace)
    return transaction_tag(definition) if definition else None
