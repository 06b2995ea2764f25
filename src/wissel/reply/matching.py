"""Find transactions again by their references: what one message says about those of another."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from wissel.reply.original import ids_of
from wissel.xml.blocks.block import Block

ORDER = ("UETR", "TxId", "EndToEndId", "InstrId")
"""References by how well they tell: the first that both sides have decides."""
UNIQUE = frozenset({"UETR", "TxId"})
"""Those that no other transaction has, by their definition."""
NOT_PROVIDED = "NOTPROVIDED"


@dataclass(frozen=True, slots=True)
class Link:
    """A transaction of one message, by its references and number."""

    number: int
    ids: Mapping[str, str]
    """``InstrId``, ``EndToEndId``, ``TxId``, ``UETR``, those that it has."""


class Links:
    """Transactions of one message, found by references. Where several have the same, none of them is found by it."""

    __slots__ = ("_by_reference", "_seen")

    def __init__(self, links: Iterable[Link]) -> None:
        self._by_reference: dict[tuple[str, str], int | None] = {}
        self._seen = 0
        for link in links:
            self._seen += 1
            for name in ORDER:
                text = link.ids.get(name)
                if text is not None and text != NOT_PROVIDED:
                    key = (name, text)
                    self._by_reference[key] = None if key in self._by_reference else link.number

    def __len__(self) -> int:
        return self._seen

    def find(self, ids: Mapping[str, str]) -> int | None:
        """The number of the transaction that has these references; None where none has, or it is not clear which."""
        for name in ORDER:
            text = ids.get(name)
            if text is not None and (number := self._by_reference.get((name, text))) is not None:
                return number
        return None


def links_of(family: str, found: Iterable[Block]) -> Iterator[Link]:
    """The transactions of a message as links."""
    for block in found:
        yield Link(block.number, ids_of(family, block))
