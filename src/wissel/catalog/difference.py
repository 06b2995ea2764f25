"""What changed between two message definitions, by place, each change of a type told once.

Where ``comparison.py`` asks whether two sets of types are equal, this module follows the elements of two messages side
by side: types have other names in another version, so elements are paired by tag, or by a known rename.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

from wissel.catalog.renames import later_name
from wissel.xml.xsd.describe import describe
from wissel.xml.xsd.schema_tree import Attribute, ComplexType, Element, Group, SchemaTree, SimpleType, Type

KINDS = ("added", "removed", "renamed", "occurrence", "order", "codes", "value", "attribute", "structure")
"""Kinds of change, in the order in which they are told."""


@dataclass(frozen=True, slots=True)
class Change:
    """One change of an element: what it was, what it is."""

    kind: str
    """One of ``KINDS``."""
    element: str
    """The tag below the place in the second definition (in the first where it was removed); ``tag/@name`` for an
    attribute."""
    before: str | None = None
    after: str | None = None


@dataclass(frozen=True, slots=True)
class Difference:
    """All changes of one type, and the places in the message where it is used."""

    paths: tuple[str, ...]
    """Paths in the second definition, in schema order."""
    type_before: str
    type_after: str
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class DefinitionDifference:
    """Two definitions side by side."""

    before: str
    after: str
    differences: tuple[Difference, ...]

    def counts(self) -> dict[str, int]:
        """Number of changes by kind, each told change once; kinds that do not occur are left out."""
        found = Counter(change.kind for difference in self.differences for change in difference.changes)
        return {kind: found[kind] for kind in KINDS if found[kind]}


@dataclass(frozen=True, slots=True)
class _Member:
    """A child element and how it stands in its type."""

    element: Element
    option: bool


def compare_definitions(before: SchemaTree, after: SchemaTree) -> DefinitionDifference:
    """What changed from ``before`` to ``after``; also meaningful from a newer to an older version."""
    found: dict[tuple[str, str], tuple[tuple[Change, ...], list[str]]] = {}
    for path, ours, theirs in _places(before, after, before.root, after.root, f"/{after.root.tag}", ()):
        key = (ours.name, theirs.name)
        if key not in found:
            found[key] = (tuple(_changes(before, after, ours, theirs)), [])
        found[key][1].append(path)
    differences = (
        Difference(tuple(paths), *key, tuple(sorted(changes, key=lambda change: KINDS.index(change.kind))))
        for key, (changes, paths) in found.items()
        if changes
    )
    return DefinitionDifference(before.definition, after.definition, tuple(differences))


def _places(
    before: SchemaTree, after: SchemaTree, old: Element, new: Element, path: str, above: tuple[tuple[str, str], ...]
) -> Iterator[tuple[str, Type, Type]]:
    """Every place with elements below it that both have, and its two types; none inside itself is entered again."""
    ours, theirs = before.type_of(old), after.type_of(new)
    if _value(ours) is not None or _value(theirs) is not None:
        return
    yield path, ours, theirs
    key = (ours.name, theirs.name)
    if key in above:
        return
    for one, other in _paired(before, after, ours, theirs):
        yield from _places(before, after, one.element, other.element, f"{path}/{other.element.tag}", (*above, key))


def _members(of: Type) -> dict[str, _Member]:
    found: dict[str, _Member] = {}

    def collect(group: Group, option: bool) -> None:
        for member in group.members:
            inside = option or group.kind == "choice"
            if isinstance(member, Element):
                found.setdefault(member.tag, _Member(member, inside))
            elif isinstance(member, Group):
                collect(member, inside)

    if isinstance(of, ComplexType) and of.content is not None:
        collect(of.content, False)
    return found


def _paired(before: SchemaTree, after: SchemaTree, ours: Type, theirs: Type) -> list[tuple[_Member, _Member]]:
    """Children of two types that are the same element, in the order of ``theirs``."""
    mine, other = _members(ours), _members(theirs)
    names = {tag: tag for tag in mine if tag in other}
    gone = [tag for tag in mine if tag not in other]
    new = {tag for tag in other if tag not in mine}
    for tag in gone:
        name = later_name(tag, ours.name, theirs.name, new) or next(
            (late for late in new if later_name(late, theirs.name, ours.name, [tag]) == tag), None
        )
        if name is None and mine[tag].element == before.message_element and len(other) == 1:
            name = next(iter(other))  # the message itself: in early versions the tag was the definition
        if name is not None and name not in names.values():
            names[tag] = name
    order = list(other)
    return [(mine[old], other[name]) for old, name in sorted(names.items(), key=lambda pair: order.index(pair[1]))]


def _changes(before: SchemaTree, after: SchemaTree, ours: Type, theirs: Type) -> Iterator[Change]:
    """How two types with child elements differ, values of the children included."""
    pairs = _paired(before, after, ours, theirs)
    old_tags = {one.element.tag for one, _ in pairs}
    new_tags = {other.element.tag for _, other in pairs}
    for tag, member in _members(ours).items():
        if tag not in old_tags:
            yield Change("removed", tag, _standing(member, before))
    for tag, member in _members(theirs).items():
        if tag not in new_tags:
            yield Change("added", tag, after=_standing(member, after))
    for one, other in pairs:
        yield from _pair_changes(one, other)
        types = before.type_of(one.element), after.type_of(other.element)
        yield from _type_changes(*types, other.element.tag)
    yield from _order_changes(list(_members(ours)), pairs, list(_members(theirs)))


def _pair_changes(one: _Member, other: _Member) -> Iterator[Change]:
    tag = other.element.tag
    if one.element.tag != tag:
        yield Change("renamed", tag, one.element.tag, tag)
    if (was := occurrence(one.element, one.option)) != (now := occurrence(other.element, other.option)):
        yield Change("occurrence", tag, was, now)


def _type_changes(ours: Type, theirs: Type, tag: str) -> Iterator[Change]:
    """How the value of an element changed; nothing for two types with child elements: they have their own place."""
    mine, other = _value(ours), _value(theirs)
    if mine is not None and other is not None:
        yield from _value_changes(mine, other, tag)
        yield from _attribute_changes(_attributes(ours), _attributes(theirs), tag)
    elif mine is not None or other is not None:
        yield Change("structure", tag, _words(ours), _words(theirs))


def _words(of: Type) -> str:
    return describe(of, 12, brief=True)


def _order_changes(
    old_order: list[str], pairs: list[tuple[_Member, _Member]], new_order: list[str]
) -> Iterator[Change]:
    """Elements that stand at another place among those that both versions have."""
    late = {one.element.tag: other.element.tag for one, other in pairs}
    was = [late[tag] for tag in old_order if tag in late]
    now = [tag for tag in new_order if tag in late.values()]
    kept = {
        tag
        for block in SequenceMatcher(None, was, now, autojunk=False).get_matching_blocks()
        for tag in now[block.b : block.b + block.size]
    }
    for tag in now:
        if tag not in kept:
            yield Change("order", tag, _after(tag, was), _after(tag, now))


def _after(tag: str, order: list[str]) -> str:
    index = order.index(tag)
    return f"after {order[index - 1]}" if index else "first"


def occurrence(element: Element, option: bool) -> str:
    """How often an element stands: ``1..1``, ``0..*``; ``or`` behind it for one option of a choice."""
    high = "*" if element.occurs_max is None else element.occurs_max
    return f"{element.occurs_min}..{high}{' or' if option else ''}"


def _standing(member: _Member, tree: SchemaTree) -> str:
    """Occurrence and content of an element that only one version has."""
    return f"{occurrence(member.element, member.option)}, {describe(tree.type_of(member.element), 8, brief=True)}"


def _value(of: Type) -> SimpleType | None:
    return of if isinstance(of, SimpleType) else of.value


def _attributes(of: Type) -> dict[str, Attribute]:
    return {a.name: a for a in of.attributes} if isinstance(of, ComplexType) else {}


def _facets(of: SimpleType) -> tuple[object, ...]:
    """All that a value must keep to but its list of codes."""
    return tuple(getattr(of, name) for name in SimpleType.__slots__ if name not in ("name", "enumeration"))


def _value_changes(ours: SimpleType, theirs: SimpleType, element: str) -> Iterator[Change]:
    if ours.enumeration and theirs.enumeration:
        gone = [code for code in ours.enumeration if code not in theirs.enumeration]
        new = [code for code in theirs.enumeration if code not in ours.enumeration]
        if gone or new:
            yield Change("codes", element, ", ".join(gone) or None, ", ".join(new) or None)
    if _facets(ours) != _facets(theirs) or bool(ours.enumeration) != bool(theirs.enumeration):
        was, now = _words(ours), _words(theirs)
        # where short words are the same, the difference is in a pattern
        yield Change("value", element, *((was, now) if was != now else (describe(ours), describe(theirs))))


def _attribute_changes(ours: dict[str, Attribute], theirs: dict[str, Attribute], tag: str) -> Iterator[Change]:
    for name in [*ours, *(name for name in theirs if name not in ours)]:
        path = f"{tag}/@{name}"
        if name not in theirs:
            yield Change("attribute", path, _words(ours[name].type))
        elif name not in ours:
            yield Change("attribute", path, after=_words(theirs[name].type))
        else:
            if ours[name].required != theirs[name].required:
                words = [("optional", "mandatory")[side[name].required] for side in (ours, theirs)]
                yield Change("attribute", path, *words)
            yield from _value_changes(ours[name].type, theirs[name].type, path)
