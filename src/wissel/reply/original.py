"""The message that is answered: its own names, those of its transactions, its agents and amounts, by path."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import chain

from wissel.catalog.fields import fields
from wissel.catalog.naming import family_of
from wissel.core.codes import finding
from wissel.core.finding import Finding
from wissel.xml.blocks.block import Block
from wissel.xml.blocks.shape import Shape

ORDERS = ("pain.001", "pain.008")
REFERRING = ("camt.056", "pacs.007")
"""Messages about payments of another one, whose values they repeat (``OrgnlTxRef``)."""
TRANSFERS = ("pacs.008", "pacs.009", "pacs.003")
OWN_IDS = {"pacs.004": "RtrId", "pacs.007": "RvslId"}
"""What a message about a payment calls its own transactions; a report on it says that in place of the instruction's
identifier. ISO 20022 has no other place for it; that banks use this one is our reading."""
_NAMES = ("InstrId", "EndToEndId", "TxId", "UETR", "ClrSysRef")
_AMOUNTS = ("settlement_amount", "instructed_amount")


@dataclass(frozen=True, slots=True)
class Original:
    """A message as far as its answers need it; transactions are given one by one beside it."""

    definition: str
    message: Block
    """Its values outside groups and transactions that stand before the first of them."""
    header: Block | None = None
    sound: bool = True
    """True where it is valid against its schema: then its values fit the answer's places as they are."""
    faulty: frozenset[tuple[str, str]] = frozenset()
    """Tags and values that a rule refuses: beside references they are not repeated, else the answer would have the
    fault too."""

    @property
    def family(self) -> str:
        """``pacs.008`` of ``pacs.008.001.08``."""
        return family_of(self.definition)

    @property
    def message_id(self) -> str | None:
        """The identifier that its sender gave it, as it stands there; None without one."""
        return _verbatim(self.message, "GrpHdr/MsgId", "Assgnmt/Id")

    @property
    def creation_time(self) -> str | None:
        """When it was made."""
        return _verbatim(self.message, "GrpHdr/CreDtTm", "Assgnmt/CreDtTm")

    def header_bic(self, side: str) -> str | None:
        """The BIC of ``Fr`` or ``To`` of its header."""
        return header_bic(self.header, side)


def _verbatim(block: Block, *paths: str) -> str | None:
    numbers = (block.shape.first.get(path) for path in paths)
    return next((block.texts[number] for number in numbers if number is not None and block.texts[number].strip()), None)


def header_bic(header: Block | None, side: str) -> str | None:
    """The BIC of ``Fr`` or ``To`` of a header; None where it names none."""
    if header is None:
        return None
    start = f"{side}/FIId/FinInstnId"
    return header.first(f"{start}/BICFI", f"{start}/BIC", f"{side}/OrgId/Id/OrgId/AnyBIC")


def outermost(block: Block) -> Block:
    """The message block around a block."""
    while block.parent is not None:
        block = block.parent
    return block


def opened(
    definition: str, blocks: Iterator[Block], header: Block | None, sound: bool = True
) -> tuple[Original | None, Iterator[Block]]:
    """A message and all its blocks, the first one read already; None where it has no block at all."""
    first = next(blocks, None)
    if first is None:
        return None, iter(())
    return Original(definition, outermost(first), header, sound), chain([first], blocks)


def transactions(blocks: Iterator[Block]) -> Iterator[Block]:
    """The transactions among blocks."""
    return (block for block in blocks if block.kind == "transaction")


def without_id(original: Original) -> Finding:
    """The finding for a message that has no identifier to refer to, or one that is too long for an answer."""
    path = "Assgnmt/Id" if original.family == "camt.056" else "GrpHdr/MsgId"
    name = original.message_id
    what = f"no {path}" if name is None else f"a {path} of {len(name):,} characters, more than an answer can repeat"
    return finding(
        "REPLY-ORIGINAL-WITHOUT-ID",
        f"The {original.definition} has {what}, so an answer cannot say which message it is about.",
        path=f"{original.message.path}/{path}",
    )


@cache
def _id_paths(family: str) -> Mapping[str, tuple[str, ...]]:
    """Name of a reference -> where a transaction of a family has it."""
    if family in (*ORDERS, *TRANSFERS, "pacs.010"):
        return {name: (f"PmtId/{name}",) for name in _NAMES}
    if family == "camt.056":
        return {name: (f"Orgnl{name}",) for name in _NAMES}
    return {name: (f"Orgnl{name}", name) for name in _NAMES}


@lru_cache(maxsize=1024)
def id_numbers(family: str, shape: Shape) -> Mapping[str, int]:
    """Which of a transaction's values are its references, by name: ``InstrId``, ``EndToEndId``, ``TxId``, ``UETR``,
    ``ClrSysRef``."""
    found = {}
    for name, paths in _id_paths(family).items():
        number = next((shape.first[path] for path in paths if path in shape.first), None)
        if number is not None:
            found[name] = number
    return found


def ids_of(family: str, block: Block) -> dict[str, str]:
    """A transaction's references by name, as they stand there."""
    return {name: block.texts[number] for name, number in id_numbers(family, block.shape).items()}


@lru_cache(maxsize=1024)
def amount_number(family: str, shape: Shape) -> int | None:
    """Which of a transaction's values is its amount: what banks settle, else what was ordered."""
    for name in _AMOUNTS:
        for path in fields()[name].paths.get((family, "transaction"), ()):
            if path in shape.first:
                return shape.first[path]
    return None


def original_group(original: Original) -> list[tuple[str, str]]:
    """The names of the original message, as values by tag: identifier, definition and time."""
    created = original.creation_time
    found = [("OrgnlMsgId", original.message_id or ""), ("OrgnlMsgNmId", original.definition)]
    return [*found, ("OrgnlCreDtTm", created)] if created and original.sound else found
