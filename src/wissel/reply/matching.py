"""Find transactions again by their references: what one message says about those of another."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from wissel.core.codes import finding
from wissel.core.finding import Finding
from wissel.reply.original import ids_of
from wissel.xml.blocks.block import Block

ORDER = ("UETR", "TxId", "EndToEndId", "InstrId")
"""References by how well they tell: the first that both sides have decides."""
UNIQUE = frozenset({"UETR", "TxId"})
"""Those that no other transaction has, by their definition."""
NOT_PROVIDED = "NOTPROVIDED"
_SAME_MAX = 64
"""Transactions with one reference that are told apart by others; where there are more, none is."""


@dataclass(frozen=True, slots=True)
class Link:
    """A transaction of one message, by its references and number."""

    number: int
    ids: Mapping[str, str]
    """``InstrId``, ``EndToEndId``, ``TxId``, ``UETR``, those that it has."""


def told(ids: Mapping[str, str]) -> dict[str, str]:
    """The references that tell something."""
    return {name: text for name in ORDER if (text := ids.get(name)) is not None and text != NOT_PROVIDED}


class Links:
    """Transactions of one message, found by references."""

    __slots__ = ("_by_reference", "_ids")

    def __init__(self, links: Iterable[Link]) -> None:
        self._by_reference: dict[tuple[str, str], list[int]] = {}
        self._ids: dict[int, dict[str, str]] = {}
        for link in links:
            self._ids[link.number] = known = told(link.ids)
            for key in known.items():
                same = self._by_reference.setdefault(key, [])
                if len(same) <= _SAME_MAX:
                    same.append(link.number)

    def __len__(self) -> int:
        return len(self._ids)

    def matching(self, ids: Mapping[str, str]) -> tuple[int, ...]:
        """The numbers of the transactions that may be meant: more than one where the references do not tell which.

        The first reference that both sides have decides. One that others may have too has the weaker one beside it.
        """
        asked = told(ids)
        for name, text in asked.items():
            same = self._by_reference.get((name, text), [])
            if len(same) > _SAME_MAX:
                return tuple(same)
            found = tuple(number for number in same if not _contradicts(asked, self._ids[number], name))
            if found:
                return found
        return ()

    def find(self, ids: Mapping[str, str]) -> int | None:
        """The number of the transaction that has these references; None where none has, or it is not clear which."""
        found = self.matching(ids)
        return found[0] if len(found) == 1 else None


def _contradicts(asked: Mapping[str, str], known: Mapping[str, str], by: str) -> bool:
    """Whether another reference that both sides have says that they are not the same: of one that is unique by its
    nature only those before it count."""
    names = ORDER[: ORDER.index(by)] if by in UNIQUE else ORDER
    return any(name in asked and name in known and asked[name] != known[name] for name in names)


def links_of(family: str, found: Iterable[Block]) -> Iterator[Link]:
    """The transactions of a message as links."""
    for block in found:
        yield Link(block.number, ids_of(family, block))


def ambiguous(what: str, ids: Mapping[str, str], transaction: int | None = None) -> Finding:
    """The finding for references that do not tell which transaction is meant; ``what`` says where they stand."""
    names = ", ".join(f"{name} {text}" for name, text in ids.items()) or "no reference"
    message = f"{what} is not told apart from others by {names}."
    return finding("REPLY-LINK-AMBIGUOUS", message, transaction=transaction, value=next(iter(ids.values()), None))
