"""The parties and agents of a file, the form of each one's address, and what the schemes say of it."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from wissel.catalog.definitions import Catalog
from wissel.catalog.naming import family_of
from wissel.core.finding import Finding
from wissel.core.limits import Limits
from wissel.message.business_message import BusinessMessage, read_messages
from wissel.validation.address_proposal import Proposal, propose
from wissel.validation.address_schemes import Opinion, Scheme, Standing, opinions, schemes_by_name, standing
from wissel.validation.addresses import Address, Form, addresses, faults, form_of, role_of
from wissel.xml.blocks.block import Block
from wissel.xml.blocks.shape import SHAPES_MAX, Shape
from wissel.xml.sources.text import Openable
from wissel.xml.xsd.schema_tree import SchemaTree

_NAMES = ("Nm", "BICFI", "BIC", "Id/OrgId/AnyBIC", "Id/OrgId/BICOrBEI", "AnyBIC", "LEI", "ClrSysMmbId/MmbId")
_NO_PARTIES = ("BrnchId", "CdtrSchmeId", "OrgnlCdtrSchmeId")
"""Elements that may have an address, but without one are only an identifier of somebody."""
_CURRENCIES_MAX = 400
_PLACES_MAX = 20_000


@dataclass(frozen=True, slots=True)
class Saying:
    """What a scheme says of an address."""

    scheme: str
    standing: Standing
    since: date | None
    """The day from which it refuses it (the first, of several); None where it accepts it, or no day is known."""
    conflict: str
    """What speaks against that day; may be empty."""


@dataclass(frozen=True, slots=True)
class PartyRow:
    """A party or agent of a message."""

    message: int
    """Messages count through the file, from 1."""
    definition: str
    transaction: int | None
    """None for a party of a group or of the whole message."""
    role: str
    name: str
    path: str
    """Indexed path of the address (of the party, where it has none) from the root."""
    line: int | None
    form: Form
    codes: tuple[str, ...]
    """What is wrong with the form, or with what one of the schemes asks for."""
    sayings: tuple[Saying, ...]
    """Of the schemes that judge such messages in such a currency."""
    proposal: Proposal | None


class Audit:
    """Reads one file: rows as they come, and after the last why it could not be read to its end."""

    def __init__(self, schemes: Sequence[Scheme], as_of: date, catalog: Catalog) -> None:
        self.schemes = schemes
        self.as_of = as_of
        self.catalog = catalog
        self.messages = 0
        self.unknown = 0
        """Messages of no definition that is known: only addresses that are there can be found in them."""
        self.refused: Finding | None = None
        self._parties: dict[str, _Parties] = {}

    def rows(self, source: Openable, limits: Limits) -> Iterator[PartyRow]:
        """The parties of a file, message by message; transactions first, then their group, then the message."""
        reading = read_messages(source, limits)
        for message in reading.messages:
            self.messages += 1
            yield from self._message(message)
        self.refused = reading.refused

    def _message(self, message: BusinessMessage) -> Iterator[PartyRow]:
        definition = message.definition or ""
        known = self.catalog.find(definition) is not None
        self.unknown += not known
        name = definition if known else ""
        parties = self._parties.get(name)
        if parties is None:
            parties = self._parties[name] = _Parties(self.catalog.tree(definition) if known else None)
        judges = [scheme for scheme in self.schemes if definition and scheme.is_for(family_of(definition))]
        currencies: set[str] = set()
        for block in message.blocks():
            own = _currencies(block)
            if block.kind != "transaction":
                own |= currencies
            elif len(currencies) < _CURRENCIES_MAX:
                currencies |= own
            asked = [s for s in judges if not s.currencies or not own or not own.isdisjoint(s.currencies)]
            for holder, address in parties.of(block):
                yield self._row(definition, block, holder, address, asked)

    def _row(
        self, definition: str, block: Block, holder: str, address: Address | None, asked: Sequence[Scheme]
    ) -> PartyRow:
        names = tuple(scheme.name for scheme in asked)
        content = (address.lines, address.elements) if address is not None else ((), ())
        seen = _assess(*content, names, self.as_of)
        path = address.path if address is not None else holder
        first = address.first if address is not None else None
        return PartyRow(
            message=self.messages,
            definition=definition,
            transaction=block.number if block.kind == "transaction" else None,
            role=role_of(path),
            name=_name(block, holder),
            path=f"{block.path}/{path}",
            line=block.place(first).line if first is not None else None,
            form=seen.form,
            codes=seen.codes,
            sayings=seen.sayings,
            proposal=seen.proposal,
        )


@dataclass(frozen=True, slots=True)
class _Assessment:
    """What can be said of an address whoever it belongs to."""

    form: Form
    codes: tuple[str, ...]
    sayings: tuple[Saying, ...]
    proposal: Proposal | None


@lru_cache(maxsize=4_000)
def _assess(
    lines: tuple[str, ...], elements: tuple[tuple[str, str], ...], names: tuple[str, ...], day: date
) -> _Assessment:
    """Judge an address by the schemes of some names; parties of a file share addresses, and many have none."""
    address = Address("", lines, elements)
    given = {name: opinions(schemes_by_name()[name], address, day) for name in names}
    found = [*faults(address), *(opinion.fault for one in given.values() for opinion in one)]
    return _Assessment(
        form=form_of(address),
        codes=tuple(dict.fromkeys(fault.code for fault in found)),
        sayings=tuple(_saying(name, one) for name, one in given.items()),
        proposal=propose(address),
    )


def _saying(scheme: str, given: Sequence[Opinion]) -> Saying:
    worst = standing(given)
    told = [opinion for opinion in given if opinion.standing is worst]
    since = min((opinion.since for opinion in told if opinion.since is not None), default=None)
    conflict = next((opinion.ruling.conflict for opinion in told if opinion.ruling is not None), "")
    return Saying(scheme, worst, since, conflict)


def _currencies(block: Block) -> set[str]:
    """The currencies of a block's amounts."""
    shape = block.shape
    return {block.texts[number] for path, number in shape.first.items() if path.endswith("/@Ccy")}


@lru_cache(maxsize=SHAPES_MAX)
def _numbers(shape: Shape) -> dict[str, int]:
    """Which value stands at an indexed path."""
    return {path: number for number, path in enumerate(shape.paths)}


def _name(block: Block, holder: str) -> str:
    numbers = _numbers(block.shape)
    places = (numbers.get(f"{holder}/{path}" if holder else path) for path in _NAMES)
    return next((block.texts[number].strip() for number in places if number is not None), "")


class _Parties:
    """Finds the parties and agents of a message's blocks: by the schema where there is one, else by their addresses."""

    def __init__(self, tree: SchemaTree | None) -> None:
        self._tree = tree
        self._holders: dict[tuple[str, Shape], tuple[str, ...]] = {}
        self._places: dict[str, bool] = {}
        """By path from the root, whether the schema lets the element have a postal address."""

    def of(self, block: Block) -> Iterator[tuple[str, Address | None]]:
        """Each party's path below the block, with its address; None where it has none."""
        there = {address.path.rpartition("/")[0]: address for address in addresses(block)}
        key = (block.below, block.shape)
        holders = self._holders.get(key)
        if holders is None:
            if len(self._holders) >= SHAPES_MAX:
                self._holders.clear()
            holders = self._holders[key] = tuple(self._search(block))
        for holder in holders:
            yield holder, there.pop(holder, None)
        yield from there.items()

    def _search(self, block: Block) -> Iterator[str]:
        """Elements of a block that the schema lets have a postal address."""
        tree = self._tree
        if tree is None:
            return
        above = f"/{tree.root.tag}/{tree.message_element.tag}"
        if block.kind != "message":
            above = f"{above}/{block.below}"
        seen: set[str] = set()
        for path, plain in zip(block.shape.paths, block.shape.plain, strict=True):
            holder, names = path.rpartition("/")[0], plain.rpartition("/")[0]
            found: list[str] = []
            while holder and holder not in seen:
                seen.add(holder)
                if names.rpartition("/")[2] not in _NO_PARTIES and self._has_place(tree, f"{above}/{names}"):
                    found.append(holder)
                holder, names = holder.rpartition("/")[0], names.rpartition("/")[0]
            yield from reversed(found)

    def _has_place(self, tree: SchemaTree, path: str) -> bool:
        known = self._places.get(path)
        if known is None:
            known = False
            with suppress(KeyError):
                children = tree.children(tree.find(path))
                known = any(child.element.type_name.startswith("PostalAddress") for child in children)
            if len(self._places) < _PLACES_MAX:
                self._places[path] = known
        return known
