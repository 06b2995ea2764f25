"""Elements written by shape: the text around the values is worked out once for each set of paths, then filled in.

It is the counterpart of reading by shape (``xml/blocks``): blocks with the same paths share one template, and writing
one more of them is a formatting of text. Structure alone is checked, as in :mod:`wissel.xml.writing.writer`.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from operator import itemgetter
from typing import Any

from wissel.core.errors import UsageError
from wissel.xml.writing.writer import path_steps, takes_any, takes_value
from wissel.xml.xsd.schema_tree import ComplexType, SchemaTree, Type, elements

TEMPLATES_MAX = 1024
"""Templates remembered per process."""
INDENT = "  "
FOREIGN = 1_000_000
"""Foreign elements stand behind all others, in the order in which they first come."""
_FORBIDDEN = "[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"
_SPECIAL = re.compile(f'[&<>"\t\n\r]|{_FORBIDDEN}')
_NOT_XML = re.compile(_FORBIDDEN)
_TEXT = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#13;"})
_ATTRIBUTE = _TEXT | str.maketrans({'"': "&quot;", "\t": "&#9;", "\n": "&#10;"})


class _Place:
    """An element of the template, what stands below it by position and index, and which value it takes."""

    __slots__ = ("attributes", "children", "slot", "tag", "type")

    def __init__(self, tag: str, of: Type | None) -> None:
        self.tag = tag
        self.type = of  # None for an element of a foreign namespace
        self.slot: int | None = None
        self.attributes: dict[str, int] = {}
        self.children: dict[tuple[int, int], _Place] = {}


class Template:
    """One element with places for values; :meth:`fill` writes it."""

    __slots__ = ("_attributes", "_form", "_holders", "_order", "_paths")

    def __init__(self, tree: SchemaTree, below: str, paths: tuple[str, ...], depth: int, declared: bool) -> None:
        """See :func:`element_template`; ``declared``: the namespace is declared on this element."""
        top = _Place(*_element_at(tree, below))
        for slot, path in enumerate(paths):
            _put(tree, top, path, slot)
        pieces: list[str] = []
        slots: list[tuple[int, bool]] = []
        holders: list[int] = []
        names = f' xmlns="{tree.namespace}"' if declared else ""
        _lay(top, depth, names, pieces, slots, holders)
        self._paths = paths
        self._form = "".join(pieces)
        self._holders = tuple(holders)
        self._attributes = tuple(attribute for _, attribute in slots)
        order = [slot for slot, _ in slots]
        self._order: Any = itemgetter(*order) if len(order) > 1 and order != sorted(order) else None

    def fill(self, texts: Sequence[str]) -> bytes:
        """The element in UTF-8 with these values, as many as it has paths and in their order.

        Raises UsageError, with the path, for a value that XML cannot hold.
        """
        if len(texts) != len(self._paths):
            raise ValueError(f"{len(self._paths)} paths and {len(texts)} values")
        ordered = self._order(texts) if self._order else tuple(texts)
        for slot in self._holders:
            if texts[slot]:
                raise UsageError(f"{self._paths[slot]} holds elements, not a value")
        if _SPECIAL.search("".join(ordered)):
            ordered = self._escaped(texts, ordered)
        return (self._form % ordered).encode()

    def _escaped(self, texts: Sequence[str], ordered: Sequence[str]) -> tuple[str, ...]:
        for path, text in zip(self._paths, texts, strict=True):
            if _NOT_XML.search(text):
                raise UsageError(f"{path}: the value holds a character that XML forbids")
        return tuple(
            text.translate(_ATTRIBUTE if attribute else _TEXT)
            for text, attribute in zip(ordered, self._attributes, strict=True)
        )


def element_template(tree: SchemaTree, below: str, paths: tuple[str, ...], depth: int | None = 0) -> Template:
    """The template of the element at ``below`` (tags below the root, without indices: ``CstmrCdtTrfInitn/GrpHdr``; the
    empty text for the root itself) with values at ``paths``, given below that element, in any order, with indices
    where elements repeat: ``RmtInf/Strd[2]/CdtrRefInf/Ref``, ``IntrBkSttlmAmt/@Ccy``.

    ``depth`` is how deep it is indented; None for no layout at all. The root declares its namespace, others stand
    inside it. Templates are remembered.

    Raises UsageError that names the path, where it does not exist, is given twice, repeats an element that may stand
    once, or gives a value to an element that holds others.
    """
    return _template(_Known(tree), below, paths, -1 if depth is None else depth)


class _Known:
    """A tree as the key of what is remembered of it: the same object is the same key."""

    __slots__ = ("tree",)

    def __init__(self, tree: SchemaTree) -> None:
        self.tree = tree

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Known) and self.tree is other.tree

    def __hash__(self) -> int:
        return id(self.tree)


@lru_cache(maxsize=TEMPLATES_MAX)
def _template(known: _Known, below: str, paths: tuple[str, ...], depth: int) -> Template:
    return Template(known.tree, below, paths, depth, declared=not below)


def _element_at(tree: SchemaTree, below: str) -> tuple[str, Type]:
    try:
        node = tree.find(below)
    except KeyError:
        raise UsageError(f"{tree.definition} has no place /{tree.root.tag}/{below}") from None
    return node.element.tag, node.type


def _put(tree: SchemaTree, top: _Place, path: str, slot: int) -> None:
    above, attribute, name = f"/{path}".rpartition("/@")
    place = top
    for tag, index in path_steps(above if attribute else path) if (above if attribute else path) else ():
        place = _step(tree, place, tag, index, path)
    if attribute:
        _put_attribute(tree, place, path, name, slot)
        return
    if place.slot is not None:
        raise UsageError(f"{path} is given twice")
    place.slot = slot


def _put_attribute(tree: SchemaTree, place: _Place, path: str, name: str, slot: int) -> None:
    known = [each.name for each in place.type.attributes] if isinstance(place.type, ComplexType) else ()
    if place.type is not None and name not in known:
        raise UsageError(f"{tree.definition} has no place {path}")
    if name in place.attributes:
        raise UsageError(f"{path} is given twice")
    place.attributes[name] = slot


def _step(tree: SchemaTree, place: _Place, tag: str, index: int, path: str) -> _Place:
    if tag.startswith("{"):
        if place.type is not None and not takes_any(place.type):
            raise UsageError(f"{tree.definition} takes no foreign element at {path}")
        seen = {child.tag: position for (position, _), child in place.children.items() if child.tag.startswith("{")}
        position = seen.get(tag, FOREIGN + len(seen))
        return place.children.setdefault((position, index), _Place(tag, None))
    for position, element in enumerate(elements(place.type) if place.type is not None else ()):
        if element.tag == tag:
            if element.occurs_max is not None and index > element.occurs_max:
                raise UsageError(f"{path}: <{tag}> may stand at most {element.occurs_max} times")
            return place.children.setdefault((position, index), _Place(tag, tree.type_of(element)))
    raise UsageError(f"{tree.definition} has no place {path}")


def _lay(
    place: _Place, depth: int, names: str, pieces: list[str], slots: list[tuple[int, bool]], holders: list[int]
) -> None:
    """Text with ``%s`` for each value, in document order; ``holders`` are the values that must be empty, since they
    stand for elements that hold others."""
    tag = place.tag
    if tag.startswith("{"):
        namespace, _, tag = tag[1:].partition("}")
        names = f' xmlns="{namespace.translate(_ATTRIBUTE)}"'
    pieces.append(f"{_layout(depth)}<{tag}{names}".replace("%", "%%"))
    for name, slot in place.attributes.items():
        pieces.append(f' {name}="%s"')
        slots.append((slot, True))
    inside = depth + 1 if depth >= 0 else -1
    if place.slot is not None and place.type is not None and not takes_value(place.type):
        holders.append(place.slot)
    if place.children:
        pieces.append(">")
        if place.slot is not None:
            pieces.append("%s")
            slots.append((place.slot, False))
        for key in sorted(place.children):
            _lay(place.children[key], inside, "", pieces, slots, holders)
        pieces.append(f"{_layout(depth)}</{tag}>")
        return
    pieces.append(">")
    if place.slot is not None:
        pieces.append("%s")
        slots.append((place.slot, False))
    pieces.append(f"</{tag}>")


def _layout(depth: int) -> str:
    return "\n" + INDENT * depth if depth >= 0 else ""
