"""Copy values of a message into another definition: to the place of the same meaning, whatever its version calls it."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from wissel.catalog.renames import other_names
from wissel.reply.completeness import TreeKey, complete
from wissel.xml.blocks.block import Block
from wissel.xml.blocks.shape import Shape
from wissel.xml.writing.writer import path_steps, takes_value
from wissel.xml.xsd.schema_tree import ComplexType, Element, SchemaTree, Type, elements

WRAPPERS = ("Pty", "Agt", "DrctDbtMndt", "Dt")
"""Elements that newer versions put around what older ones have bare: a party that may be a bank, a mandate that may
be of a transfer, a date that may have a time."""
_PLANS_MAX = 2048

Pairs = tuple[tuple[str, str], ...]
"""From which element to which, as paths: ``(("Dbtr", "RtrChain/Cdtr"),)``."""


@dataclass(frozen=True, slots=True)
class Plan:
    """Which values of a block go where."""

    paths: tuple[str, ...]
    """Below the target element, indexed."""
    numbers: tuple[int, ...]
    """Of the values, in the block."""

    def texts(self, block: Block) -> tuple[str, ...]:
        """The values as they stand in the original."""
        return tuple(block.texts[number] for number in self.numbers)


def plan(tree: SchemaTree, below: str, shape: Shape, pairs: Pairs) -> Plan:
    """How to copy the elements of ``pairs`` from blocks of a shape into the element at ``below`` of a definition.

    What the definition has no place for is left out, and so are elements that then lack a part. Of two values for one
    place the first is taken.
    """
    return _plan(TreeKey(tree), below, shape, pairs)


def has_place(tree: SchemaTree, below: str, path: str) -> bool:
    """Whether a definition has an element ``path`` below another one."""
    return place(tree, below, path) == path


@lru_cache(maxsize=_PLANS_MAX)
def _plan(known: TreeKey, below: str, shape: Shape, pairs: Pairs) -> Plan:
    found: dict[str, int] = {}
    roots: dict[str, int] = {}
    for source, target in pairs:
        start = f"{source}/"
        for number, path in enumerate(shape.paths):
            if path == source or path.startswith(start):
                there = place(known.tree, below, target + path[len(source) :])
                if there is not None and there not in found:
                    found[there], roots[there] = number, target.count("/") + 1
    paths = tuple(found)
    kept = complete(known, below, paths, tuple(roots[path] for path in paths))
    return Plan(tuple(paths[number] for number in kept), tuple(found[paths[number]] for number in kept))


def place(tree: SchemaTree, below: str, path: str) -> str | None:
    """Where a value at ``path`` below an element stands in a definition: the same path, one with the tags of this
    version, or one with an element more or less around it; None where there is none."""
    return _place(TreeKey(tree), below, path)


@lru_cache(maxsize=_PLANS_MAX)
def _place(known: TreeKey, below: str, path: str) -> str | None:
    above, attribute, name = f"/{path}".rpartition("/@")
    steps = path_steps((above if attribute else f"/{path}").strip("/"))
    found = _stepped(known.tree, known.tree.find(below).type, list(steps), name if attribute else None)
    if found is None:
        return None
    return "/".join(found) + (f"/@{name}" if attribute else "")


def _stepped(tree: SchemaTree, of: Type, steps: list[tuple[str, int]], attribute: str | None) -> list[str] | None:
    members = {element.tag: element for element in elements(of)}
    if not steps:
        if attribute is not None:
            known = of.attributes if isinstance(of, ComplexType) else ()
            return [] if attribute in [one.name for one in known] else None
        if takes_value(of):
            return []
        return next((found for found in _wrapped(tree, members, [], None)), None)
    (tag, index), rest = steps[0], steps[1:]
    for name in (tag, *other_names(tag)):
        element = members.get(name)
        if element is not None and (element.occurs_max is None or index <= element.occurs_max):
            found = _stepped(tree, tree.type_of(element), rest, attribute)
            if found is not None:
                return [name if index == 1 else f"{name}[{index}]", *found]
    for found in _wrapped(tree, members, steps, attribute):
        return found
    if tag in WRAPPERS and index == 1 and tag not in members:
        return _stepped(tree, of, rest, attribute)
    return None


def _wrapped(
    tree: SchemaTree, members: dict[str, Element], steps: list[tuple[str, int]], attribute: str | None
) -> Iterator[list[str]]:
    for wrapper in WRAPPERS:
        element = members.get(wrapper)
        if element is None or (steps and steps[0][0] == wrapper):
            continue
        found = _stepped(tree, tree.type_of(element), steps, attribute)
        if found is not None:
            yield [wrapper, *found]
