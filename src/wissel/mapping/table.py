"""Mappings as rows of data, and what follows from them for blocks of one shape: a plan.

A plan says which values of a transaction and of the blocks around it go where, which of them have to be checked on the
way, and what becomes of the others. It is worked out once for each combination of shapes; mapping one more transaction
is then picking values by their numbers.
"""

import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from operator import itemgetter
from typing import Any

from wissel.catalog.blocks import blocks_of
from wissel.mapping.correspondence import NoPlace, Pair, pair
from wissel.mapping.fitting import always_fits
from wissel.mapping.loss import Category
from wissel.mapping.placement import Fixed
from wissel.xml.blocks.shape import Shape
from wissel.xml.xsd.schema_tree import SchemaTree, SimpleType

LEVELS = ("transaction", "group", "message")
"""Kinds of blocks in the order in which a plan joins their values."""
_FATES = {"consumed": Category.CONSUMED, "dropped": Category.DROPPED}


@dataclass(frozen=True, slots=True)
class Row:
    """What becomes of one element of the original and all below it."""

    level: str
    source: str
    """Below the block of its level, without indices."""
    target: str | None = None
    """Below the target's block; None for an element that is not copied."""
    fate: Category | None = None
    by: str | None = None
    """The computation that takes the element up."""
    why: str = ""
    unless: str | None = None
    cut: tuple[str, ...] = ()


@cache
def table(name: str) -> tuple[Row, ...]:
    """The rows of ``data/NAME.toml``."""
    with resources.files("wissel.mapping").joinpath(f"data/{name}.toml").open("rb") as file:
        rows = tomllib.load(file)["row"]
    return tuple(
        Row(
            level=row["from"][0],
            source=row["from"][1],
            target=row.get("to"),
            fate=_FATES.get(row.get("fate", "")),
            by=row.get("by"),
            why=row.get("why", ""),
            unless=row.get("unless"),
            cut=tuple(row.get("cut", ())),
        )
        for row in rows
    )


@dataclass(frozen=True, slots=True)
class Note:
    """What a plan records of one value, whatever the value is."""

    slot: int
    """Its number among the joined values."""
    level: str
    path: str
    """Below its block, indexed."""
    category: Category
    target: str | None
    """Below the target's block."""
    after: str | None
    why: str


@dataclass(frozen=True, slots=True)
class Check:
    """A copied value that may not fit its target."""

    slot: int
    level: str
    path: str
    place: int
    """Its number among the values of the target."""
    target: str
    type: SimpleType
    may_be_cut: bool


@dataclass(frozen=True, slots=True)
class Computed:
    """A value that a computation takes up."""

    slot: int
    level: str
    path: str
    plain: str


@dataclass(frozen=True, slots=True)
class Plan:
    """How transactions of one shape are mapped."""

    paths: tuple[str, ...]
    """Of the target's values, below its block: those copied, then those given."""
    pick: Callable[[Sequence[str]], tuple[str, ...]]
    """The target's values, from the joined values with those given behind them."""
    checks: tuple[Check, ...]
    notes: tuple[Note, ...]
    """Of values of the transaction."""
    outer: tuple[Note, ...]
    """Of values of the blocks around it, that this transaction might have taken."""
    too_many: tuple[Note, ...]
    """Elements that stand more often than the target takes."""
    computed: Mapping[str, tuple[Computed, ...]]
    filled: frozenset[str]
    """Plain paths of all elements of the target that copied values stand in."""


@dataclass(frozen=True, slots=True, eq=False)
class TableMapping:
    """A table between two definitions."""

    rows: tuple[Row, ...]
    source: SchemaTree
    target: SchemaTree
    target_block: str
    """Path of the target's block below the root: ``FIToFICstmrCdtTrf/CdtTrfTxInf``."""
    source_block: str | None = None
    """Of the source, where transactions stand in no group; None: as the family's blocks are."""

    def row_of(self, level: str, plain: str) -> Row | None:
        """The row for a value, that of the longest path."""
        return _longest(self.rows, level, plain)

    def bases(self) -> Mapping[str, str]:
        """Paths of the source's blocks below its root, by level."""
        if self.source_block is not None:
            return {"transaction": self.source_block}
        return _bases(self.source.definition, self.source.message_element.tag)


def _longest(rows: tuple[Row, ...], level: str, plain: str) -> Row | None:
    found = [row for row in rows if row.level == level and _covers(row.source, plain)]
    return max(found, key=lambda row: len(row.source), default=None)


def _covers(element: str, plain: str) -> bool:
    return plain == element or plain.startswith(f"{element}/")


@cache
def _bases(definition: str, message: str) -> Mapping[str, str]:
    blocks = blocks_of(definition)
    found = {"message": message}
    if blocks is not None:
        found["transaction"] = f"{message}/{blocks.transactions[0]}"
        if blocks.groups:
            found["group"] = f"{message}/{blocks.groups[0]}"
    return found


def plan(
    mapping: TableMapping,
    shapes: Sequence[Shape | None],
    given: Callable[[frozenset[str], frozenset[str]], tuple[tuple[str, int], ...]],
    refused: tuple[tuple[str, str], ...] = (),
    fixed: tuple[Fixed, ...] = (),
) -> Plan:
    """The plan for the shapes of a transaction and of the blocks around it, in the order of ``LEVELS``.

    ``given`` is handed the elements that copied values fill and those whose values the network replaces, and says which
    further values there will be: path, and the number of the value among those that stand behind the joined ones.
    ``refused`` are elements of the target that are not passed on, with the reason; ``fixed`` those that the network
    lays down.
    """
    draft = _Draft(mapping, shapes[0], dict(refused), {one.element: one for one in fixed if one.replaces})
    slot = 0
    for level, shape in zip(LEVELS, shapes, strict=True):
        if shape is not None:
            for number, path in enumerate(shape.paths):
                draft.take(slot + number, level, path, shape.plain[number])
            slot += len(shape.paths)
    filled = frozenset(_elements(draft.targets))
    more = given(filled, frozenset(draft.replaced))
    numbers = [*draft.slots, *(slot + number for _, number in more)]
    return Plan(
        paths=(*draft.targets, *(path for path, _ in more)),
        pick=_picker(numbers),
        checks=tuple(draft.checks),
        notes=tuple(draft.notes["transaction"]),
        outer=tuple(draft.notes["group"] + draft.notes["message"]),
        too_many=tuple(draft.too_many),
        computed={by: tuple(found) for by, found in draft.computed.items()},
        filled=filled,
    )


def _picker(numbers: Sequence[int]) -> Callable[[Sequence[str]], tuple[str, ...]]:
    if len(numbers) == 1:
        only = numbers[0]
        return lambda values: (values[only],)
    picked: Any = itemgetter(*numbers)
    return picked  # type: ignore[no-any-return]


def _elements(paths: Sequence[str]) -> Iterator[str]:
    for path in paths:
        plain = "/".join(step.partition("[")[0] for step in path.split("/"))
        while plain:
            yield plain
            plain = plain.rpartition("/")[0]


class _Draft:
    """A plan in the making."""

    def __init__(
        self, mapping: TableMapping, transaction: Shape | None, refused: Mapping[str, str], fixed: Mapping[str, Fixed]
    ) -> None:
        self.mapping = mapping
        self.present = transaction.present if transaction is not None else frozenset()
        self.refused = refused
        self.fixed = fixed
        self.targets: list[str] = []
        self.slots: list[int] = []
        self.checks: list[Check] = []
        self.notes: dict[str, list[Note]] = {level: [] for level in LEVELS}
        self.too_many: list[Note] = []
        self.replaced: set[str] = set()
        self.computed: dict[str, list[Computed]] = {}

    def take(self, slot: int, level: str, path: str, plain: str) -> None:
        """Decide over one value."""
        row = self.mapping.row_of(level, plain)
        if row is None or row.fate is not None:
            if level == "transaction":  # of the blocks around it, that is recorded once, when they end
                self.notes[level].append(self.fated(slot, level, path, row))
            return
        if row.target is None:
            self.computed.setdefault(row.by or "", []).append(Computed(slot, level, path, plain))
            return
        if row.unless is not None and row.unless in self.present:
            self.note(slot, level, path, f"The transaction has {row.unless} of its own.")
            return
        self.copy(slot, level, path, row, row.target)

    def copy(self, slot: int, level: str, path: str, row: Row, element: str) -> None:
        above, target_above = row.source.rpartition("/")[0], element.rpartition("/")[0]
        reached = _pair(self.mapping, level, above, target_above).place(path[len(above) + 1 if above else 0 :])
        if isinstance(reached, NoPlace):
            if reached.too_many:
                self.too_many.append(Note(slot, level, path, Category.DROPPED, None, None, f"{reached.why}."))
            else:
                self.note(slot, level, path, f"{reached.why}.")
            return
        target = f"{target_above}/{reached.path}" if target_above else reached.path
        plain = next(_elements([target]))
        if (why := next((why for one, why in self.refused.items() if _covers(one, plain)), None)) is not None:
            self.note(slot, level, path, why)
            return
        if (fixed := next((one for name, one in self.fixed.items() if _covers(name, plain)), None)) is not None:
            self.replaced.add(fixed.element)
            after = dict(fixed.values).get(target)
            place = target if after is not None else None
            self.notes[level].append(Note(slot, level, path, Category.DEFAULTED, place, after, fixed.why))
            return
        types = reached.source, reached.target
        if types[0] is not None and types[1] is not None and not always_fits(types[0], types[1]):
            cut = any(_covers(one, plain[len(element) + 1 :]) for one in row.cut)
            self.checks.append(Check(slot, level, path, len(self.targets), target, types[1], cut))
        self.targets.append(target)
        self.slots.append(slot)

    def note(self, slot: int, level: str, path: str, why: str) -> None:
        self.notes[level].append(Note(slot, level, path, Category.DROPPED, None, None, why))

    def fated(self, slot: int, level: str, path: str, row: Row | None) -> Note:
        return fated(slot, level, path, row, self.mapping.target.definition)


def fated(slot: int, level: str, path: str, row: Row | None, definition: str) -> Note:
    """The note of a value that no row copies or computes."""
    if row is None or row.fate is None:
        return Note(slot, level, path, Category.DROPPED, None, None, f"{definition} has no place for it.")
    return Note(slot, level, path, row.fate, None, None, row.why)


@lru_cache(maxsize=1024)
def _pair(mapping: TableMapping, level: str, above: str, target_above: str) -> Pair:
    """The pair of the elements that hold the two of a row."""
    source = f"{mapping.bases()[level]}/{above}".rstrip("/")
    target = f"{mapping.target_block}/{target_above}".rstrip("/")
    return pair(mapping.source, source, mapping.target, target)


def closing_notes(mapping: TableMapping, level: str, shape: Shape) -> Iterator[Note]:
    """What is recorded of a block around transactions when it ends: its values that no transaction takes."""
    for number, (path, plain) in enumerate(zip(shape.paths, shape.plain, strict=True)):
        row = mapping.row_of(level, plain)
        if row is None or row.fate is not None:
            yield fated(number, level, path, row, mapping.target.definition)
        elif row.by is not None and row.why:  # taken up and obeyed, whatever the transactions are
            yield Note(number, level, path, Category.CONSUMED, None, None, row.why)
