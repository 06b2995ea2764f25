"""Leave out what a definition would refuse: copied elements that lack a part which it demands, or hold a value that it
does not take. Versions differ in both."""

from collections.abc import Container, Iterable
from functools import lru_cache

from wissel.xml.writing.writer import path_steps
from wissel.xml.xsd.schema_tree import ComplexType, Element, Group, SchemaTree, SimpleType, Type, elements
from wissel.xml.xsd.values import check_value

_KEPT_MAX = 2048


class TreeKey:
    """A schema tree as the key of what is remembered of it: the same object is the same key."""

    __slots__ = ("tree",)

    def __init__(self, tree: SchemaTree) -> None:
        self.tree = tree

    def __eq__(self, other: object) -> bool:
        return isinstance(other, TreeKey) and self.tree is other.tree

    def __hash__(self) -> int:
        return id(self.tree)


class _Node:
    """An element that is copied: its values and what stands below it."""

    __slots__ = ("attributes", "children", "numbers")

    def __init__(self) -> None:
        self.numbers: list[int] = []
        self.attributes: set[str] = set()
        self.children: dict[tuple[str, int], _Node] = {}


@lru_cache(maxsize=_KEPT_MAX)
def complete(known: TreeKey, below: str, paths: tuple[str, ...], roots: tuple[int, ...]) -> tuple[int, ...]:
    """Which of some paths below an element to keep, by number, so that each copied element has all that it must have.

    ``roots`` says for each path how many of its steps lead to the element that is copied: that one and what is below
    it is looked at, not what is around it.
    """
    tops: dict[tuple[str, int], _Node] = {}
    for number, (path, depth) in enumerate(zip(paths, roots, strict=True)):
        above, attribute, name = f"/{path}".rpartition("/@")
        steps = path_steps((above if attribute else f"/{path}").strip("/"))
        root = "/".join(tag if index == 1 else f"{tag}[{index}]" for tag, index in steps[:depth])
        node = tops.setdefault((root, 1), _Node())
        for step in steps[depth:]:
            node = node.children.setdefault(step, _Node())
        node.numbers.append(number)
        if attribute:
            node.attributes.add(name)
    kept: list[int] = []
    for (root, _), node in tops.items():
        plain = "/".join(step.partition("[")[0] for step in root.split("/"))
        found = _kept(known.tree, node, known.tree.find(f"{below}/{plain}").type)
        kept += found or ()
    return tuple(sorted(kept))


def _kept(tree: SchemaTree, node: _Node, of: Type) -> list[int] | None:
    """The values of an element that can stay; None where it cannot be without one that is not there."""
    if isinstance(of, SimpleType):
        return node.numbers
    needed = {one.name for one in of.attributes if one.required}
    if not needed <= node.attributes:
        return None
    if of.content is None:
        return node.numbers
    types = {element.tag: tree.type_of(element) for element in elements(of)}
    numbers, present = list(node.numbers), set[str]()
    for (tag, _), child in node.children.items():
        found = _kept(tree, child, types[tag]) if tag in types else None
        if found is not None:
            numbers += found
            present.add(tag)
    return numbers if present and _satisfied(of.content, present) else None


def _satisfied(group: Group, present: set[str]) -> bool:
    """Whether the elements that are there are enough for a sequence or choice."""
    members = [
        member.occurs_min == 0 or member.tag in present
        if isinstance(member, Element)
        else not isinstance(member, Group) or member.occurs_min == 0 or _satisfied(member, present)
        for member in group.members
    ]
    if group.kind == "sequence":
        return all(members)
    tags = {member.tag for member in group.members if isinstance(member, Element)}
    return bool(tags & present) or any(
        isinstance(member, Group) and _satisfied(member, present) for member in group.members
    )


def fits(tree: SchemaTree, path: str, text: str) -> bool:
    """Whether a value may stand at a path of a definition, indices and attributes included."""
    of = _value_type(TreeKey(tree), path)
    return of is not None and check_value(text, of) is None


@lru_cache(maxsize=_KEPT_MAX)
def _value_type(known: TreeKey, path: str) -> SimpleType | None:
    above, _, attribute = path.partition("/@")
    of = known.tree.find("/".join(step.partition("[")[0] for step in above.split("/"))).type
    if attribute:
        found = of.attributes if isinstance(of, ComplexType) else ()
        return next((one.type for one in found if one.name == attribute), None)
    return of if isinstance(of, SimpleType) else of.value


def fault_key(path: str, text: str) -> tuple[str, str]:
    """Tag and value of what stands at a path, by which a fault of the original is known again in its answer."""
    return path.rpartition("/")[2].partition("[")[0].removesuffix("FI"), text


def sound(
    tree: SchemaTree,
    below: str,
    pairs: Iterable[tuple[str, str]],
    depth: int,
    faulty: Container[tuple[str, str]] = frozenset(),
) -> list[tuple[str, str]]:
    """Of copied values below an element those that its definition takes, without elements that then lack a part.

    ``depth`` is how many steps lead to the elements that are copied; what is in ``faulty`` (see :func:`fault_key`) is
    left out.
    """
    given = list(pairs)
    kept = [
        (path, text)
        for path, text in given
        if fits(tree, f"{below}/{path}", text) and not (faulty and fault_key(path, text) in faulty)
    ]
    if len(kept) == len(given):
        return given
    paths = tuple(path for path, _ in kept)
    return [kept[number] for number in complete(TreeKey(tree), below, paths, (depth,) * len(paths))]
