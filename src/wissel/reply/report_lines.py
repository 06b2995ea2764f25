"""The transactions of an answer: those of one shape and one kind of status are written by one template."""

from collections.abc import Mapping
from operator import itemgetter
from typing import Any, Protocol

from wissel.reply.completeness import fits, sound
from wissel.reply.copying import Pairs, place, plan
from wissel.reply.original import OWN_IDS, Original, id_numbers
from wissel.reply.reference import reference_values
from wissel.reply.stamp import Stamp
from wissel.reply.status import Status, Written
from wissel.xml.blocks.block import Block
from wissel.xml.writing.element_template import Template, element_template
from wissel.xml.xsd.schema_tree import SchemaTree

STATUS_ID = "StsId"
PLANS_MAX = 2048
"""Shapes of transactions with a kind of status, remembered for one message."""


class Values(Protocol):
    """Gives the values of a status."""

    def values(self, status: Status) -> Written:
        """Paths and texts, the same object for the same status."""


class ReportLines:
    """Writes the transactions of one answer."""

    def __init__(self, tree: SchemaTree, below: str, original: Original, statuses: Values, depth: int) -> None:
        """``below`` is the path of the answer's transactions, ``depth`` how deep its root stands in an envelope."""
        self.tree, self.below, self.original, self.statuses = tree, below, original, statuses
        self.depth = depth + below.count("/") + 1
        self.own_id = STATUS_ID
        """What the answer calls its own identifier of a transaction."""
        self.constant: tuple[tuple[str, str], ...] = ()
        """Values that all have; set before the first line."""
        self.pairs: Pairs = ()
        """Elements copied from the original transaction."""
        self.stamp: Stamp | None = None
        self.reference = False
        """True to add the copy of the original."""
        self.changing = False
        """True where each transaction has values of its own beside its status: then nothing is remembered."""
        self._told: tuple[str, ...] = ()
        self._plans: dict[tuple[object, Written], tuple[Template, Any]] = {}

    def line(self, block: Block, status: Status) -> bytes:
        """One transaction in UTF-8."""
        written = self.statuses.values(status)
        item = self.stamp.item(block.number) if self.stamp is not None else ""
        if self.reference or self.changing or self.pairs or not self.original.sound:
            return self._alone(block, written, item)
        key = (block.shape, written)
        found = self._plans.get(key)
        if found is None:
            if len(self._plans) >= PLANS_MAX:
                self._plans.clear()
            self._told = tuple(text for _, text in self.constant)
            paths, numbers = self._sources(block)
            found = self._plans[key] = (self._template(written, paths), _getter(numbers))
        template, pick = found
        return template.fill((item, *pick(block.texts), *self._told, *written.texts))

    def _alone(self, block: Block, written: Written, item: str) -> bytes:
        """Likewise where values of other blocks come in, or where it has to be seen which of them fit."""
        paths, numbers = self._sources(block)
        texts = [block.texts[number] for number in numbers]
        if self.pairs:
            found = plan(self.tree, self.below, block.shape, self.pairs)
            kept = sound(
                self.tree, self.below, zip(found.paths, found.texts(block), strict=True), 1, self.original.faulty
            )
            paths, texts = [*paths, *(path for path, _ in kept)], [*texts, *(text for _, text in kept)]
        if self.reference:
            said = reference_values(self.tree, self.below, block, self.original, self.own_id == "RtrId")
            paths, texts = [*paths, *(path for path, _ in said)], [*texts, *(text for _, text in said)]
        if not self.original.sound:
            pairs = zip(paths, texts, strict=True)
            kept = [(path, text) for path, text in pairs if self.fits(f"{self.below}/{path}", text)]
            paths, texts = [path for path, _ in kept], [text for _, text in kept]
        template = self._template(written, paths)
        return template.fill((item, *texts, *(text for _, text in self.constant), *written.texts))

    def _template(self, written: Written, paths: list[str]) -> Template:
        constant = (path for path, _ in self.constant)
        return element_template(self.tree, self.below, (self.own_id, *paths, *constant, *written.paths), self.depth)

    def _sources(self, block: Block) -> tuple[list[str], list[int]]:
        """Where the references of a transaction go, and which values they are."""
        paths, numbers = [], []
        for name, number in self._references(block).items():
            target = self._target(name)
            if target is not None:
                paths.append(target)
                numbers.append(number)
        return paths, numbers

    def _references(self, block: Block) -> Mapping[str, int]:
        """The references of a transaction; of a return or reversal that is reported on, its own."""
        found = id_numbers(self.original.family, block.shape)
        own = OWN_IDS.get(self.original.family) if self.own_id == STATUS_ID else None
        number = block.shape.first.get(own) if own is not None else None
        return found if number is None else {**found, "InstrId": number}

    def _target(self, name: str) -> str | None:
        wanted = (f"Orgnl{name}", name) if name == "ClrSysRef" else (f"Orgnl{name}",)
        return next((path for path in wanted if place(self.tree, self.below, path) == path), None)

    def fits(self, path: str, text: str) -> bool:
        """Whether a value of a faulty original may stand at a path of the answer."""
        return fits(self.tree, path, text)


def _getter(numbers: list[int]) -> Any:
    """Picks the values of a block in one step."""
    if len(numbers) > 1:
        return itemgetter(*numbers)
    return lambda texts: tuple(texts[number] for number in numbers)
