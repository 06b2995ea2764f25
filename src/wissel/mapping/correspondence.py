"""Which place in one message is the place in another: the same tags, a renamed tag, or a move within a type.

Two messages of the standard share their types, in whatever version each has them. So a path is followed through both
schemas at once, from two elements that mean the same.
"""

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources

from wissel.catalog.renames import later_name, stem
from wissel.xml.xsd.schema_tree import Attribute, ComplexType, Element, SchemaTree, SimpleType, Type, elements

_STEP = re.compile(r"([^/\[]+)(?:\[(\d+)\])?")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a value goes, and between which types."""

    path: str
    """Below the target element, indexed; empty for the element's own value."""
    source: SimpleType | None
    """None for an element without a value of its own."""
    target: SimpleType | None


@dataclass(frozen=True, slots=True)
class NoPlace:
    """Why a value has nowhere to go."""

    why: str
    """A plain sentence."""
    too_many: bool = False
    """The element is there, but may not stand that often."""


@dataclass(frozen=True, slots=True)
class Move:
    """A value that another version of a type keeps elsewhere below it; used in both directions."""

    type: str
    one: tuple[str, ...]
    other: tuple[str, ...]
    proof: tuple[str, str]
    """Two definitions of which the first has the one and the second the other."""


@cache
def moves() -> tuple[Move, ...]:
    """All rows of ``data/moves.toml``."""
    with resources.files("wissel.mapping").joinpath("data/moves.toml").open("rb") as file:
        rows = tomllib.load(file)["move"]
    return tuple(
        Move(r["type"], tuple(r["one"].split("/")), tuple(r["other"].split("/")), (r["proof"][0], r["proof"][1]))
        for r in rows
    )


@dataclass(frozen=True, slots=True)
class Pair:
    """An element of each side that mean the same."""

    source: SchemaTree
    source_type: Type
    target: SchemaTree
    target_type: Type

    def place(self, path: str) -> Place | NoPlace:
        """The place for the value at an indexed path below the source element (``Othr[2]/Id``, ``@Ccy``, or empty)."""
        steps = [(found[1], int(found[2] or 1)) for found in _STEP.finditer(path)]
        return _follow(self, steps, ())


def pair(source: SchemaTree, source_path: str, target: SchemaTree, target_path: str) -> Pair:
    """The pair of two elements by their paths, without indices, from the roots. Raises KeyError where one is not."""
    return Pair(source, source.find(source_path).type, target, target.find(target_path).type)


_Steps = list[tuple[str, int]]


def _follow(at: Pair, steps: _Steps, done: tuple[str, ...]) -> Place | NoPlace:
    if not steps:
        return _ended(at, done)
    tag, index = steps[0]
    if tag.startswith("@"):
        return _attribute(at, tag, done)
    child = _child(at.source_type, tag)
    if child is None:
        return NoPlace(f"{at.source.definition} itself does not say what {tag} is")
    for name in _names(at, tag):
        there = _child(at.target_type, name)
        if there is None:
            continue
        below = Pair(at.source, at.source.type_of(child), at.target, at.target.type_of(there))
        if (_value(below.source_type) is None) != (_value(below.target_type) is None):
            continue
        if there.occurs_max is not None and index > there.occurs_max:
            return _too_often(at, there)
        return _follow(below, steps[1:], (*done, _indexed(name, index)))
    return _moved(at, steps, done)


def _names(at: Pair, tag: str) -> list[str]:
    """What a child may be called on the target's side, the likeliest first."""
    known = [element.tag for element in elements(at.target_type)]
    found = [tag] if tag in known else []
    if (later := later_name(tag, at.source_type.name, at.target_type.name, known)) is not None:
        found.append(later)
    found += [late for late in known if later_name(late, at.target_type.name, at.source_type.name, [tag]) == tag]
    return found


def _moved(at: Pair, steps: _Steps, done: tuple[str, ...]) -> Place | NoPlace:
    """The place by a row of moves; its first tag keeps the index, the others stand once."""
    tags = tuple(tag for tag, _ in steps)
    for move in moves():
        if move.type not in (stem(at.source_type.name), stem(at.target_type.name)):
            continue
        for here, there in ((move.one, move.other), (move.other, move.one)):
            if tags[: len(here)] != here:
                continue
            source, target = _reach(at.source, at.source_type, here), _reach(at.target, at.target_type, there)
            if source is None or target is None or (_value(source[1]) is None) != (_value(target[1]) is None):
                continue
            index = max(index for _, index in steps[: len(here)])
            if index > 1 and all(element.occurs_max == 1 for element in target[0]):
                return _too_often(at, target[0][-1])
            path = tuple(
                _indexed(tag, index if element.occurs_max != 1 else 1)
                for tag, element in zip(there, target[0], strict=True)
            )
            below = Pair(at.source, source[1], at.target, target[1])
            return _follow(below, steps[len(here) :], (*done, *path))
    return NoPlace(f"{at.target.definition} has no place for it")


def _reach(tree: SchemaTree, of: Type, tags: tuple[str, ...]) -> tuple[list[Element], Type] | None:
    found: list[Element] = []
    for tag in tags:
        child = _child(of, tag)
        if child is None:
            return None
        found.append(child)
        of = tree.type_of(child)
    return found, of


def _ended(at: Pair, done: tuple[str, ...]) -> Place | NoPlace:
    source, target = _value(at.source_type), _value(at.target_type)
    if (source is None) != (target is None):
        return NoPlace(f"{at.target.definition} has another structure there")
    return Place("/".join(done), source, target)


def _attribute(at: Pair, tag: str, done: tuple[str, ...]) -> Place | NoPlace:
    one, other = _attribute_of(at.source_type, tag[1:]), _attribute_of(at.target_type, tag[1:])
    if one is None or other is None:
        return NoPlace(f"{at.target.definition} has no attribute {tag[1:]} there")
    return Place("/".join((*done, tag)), one.type, other.type)


def _too_often(at: Pair, element: Element) -> NoPlace:
    return NoPlace(f"{at.target.definition} has {element.tag} at most {element.occurs_max} times there", True)


def _indexed(tag: str, index: int) -> str:
    return tag if index == 1 else f"{tag}[{index}]"


def _child(of: Type, tag: str) -> Element | None:
    return next((element for element in elements(of) if element.tag == tag), None)


def _value(of: Type) -> SimpleType | None:
    return of if isinstance(of, SimpleType) else of.value


def _attribute_of(of: Type, name: str) -> Attribute | None:
    known = of.attributes if isinstance(of, ComplexType) else ()
    return next((attribute for attribute in known if attribute.name == name), None)
