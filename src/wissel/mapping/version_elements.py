"""Elements of a block as trees: those that were given, and those that are made of them in another version."""

from collections.abc import Iterator

from wissel.xml.writing.writer import path_steps
from wissel.xml.xsd.schema_tree import ComplexType, Element, Group, SchemaTree, SimpleType, Type, Wildcard, elements


class Given:
    """An element of the original."""

    __slots__ = ("attributes", "children", "place", "tag")

    def __init__(self, tag: str, place: int | None = None) -> None:
        self.tag = tag
        self.place = place
        """Of its own value among the block's values; None for one that holds elements."""
        self.attributes: list[tuple[str, int]] = []
        self.children: list[Given] = []

    def named(self, tag: str) -> "list[Given]":
        """Its children of one name, in order."""
        return [child for child in self.children if child.tag == tag]

    def places(self) -> Iterator[int]:
        """Places of all values in it."""
        if self.place is not None:
            yield self.place
        for _, place in self.attributes:
            yield place
        for child in self.children:
            yield from child.places()

    def prune(self, excluded: frozenset[int]) -> bool:
        """Take out what is excluded, with the elements that it leaves empty; False where nothing is left of it."""
        had = bool(self.children)
        self.children = [child for child in self.children if child.prune(excluded)]
        if self.place in excluded:
            return False
        self.attributes = [each for each in self.attributes if each[1] not in excluded]
        return self.place is not None or bool(self.children) or not had


def given_tree(paths: tuple[str, ...], tag: str) -> Given:
    """The element ``tag`` with the values at ``paths``, indexed as a block has them."""
    root = Given(tag)
    known: dict[tuple[tuple[str, int], ...], Given] = {(): root}
    for place, path in enumerate(paths):
        above, attribute, name = f"/{path}".rpartition("/@")
        steps = tuple(path_steps(above if attribute else path)) if (above if attribute else path) else ()
        node = root
        for depth in range(1, len(steps) + 1):
            here = steps[:depth]
            if here not in known:
                known[here] = Given(here[-1][0])
                node.children.append(known[here])
            node = known[here]
        if attribute:
            node.attributes.append((name, place))
        else:
            node.place = place
    return root


class Made:
    """An element of the result."""

    __slots__ = ("above", "attributes", "children", "element", "outer", "place", "source", "text", "type")

    def __init__(self, element: Element, of: Type, above: "Made | None") -> None:
        self.element = element
        self.type = of
        self.above = above
        self.children: dict[str, list[Made]] = {}
        self.place: int | None = None
        """Of the original's value that it takes."""
        self.text: str | None = None
        """A fixed value."""
        self.outer: str | None = None
        """Where the message says the fixed value, for every block the same."""
        self.source: Type | None = None
        """The type of the original's value; None for a fixed one."""
        self.attributes: dict[str, tuple[int, SimpleType]] = {}
        """Place and original type by name."""

    @property
    def hollow(self) -> bool:
        """Whether it holds neither a value nor elements."""
        return self.place is None and self.text is None and not any(self.children.values())

    def places(self) -> Iterator[int]:
        """Places of all values that stand in it."""
        if self.place is not None:
            yield self.place
        for place, _ in self.attributes.values():
            yield place
        for children in self.children.values():
            for child in children:
                yield from child.places()

    def path(self) -> str:
        """Indexed path below the element at the top; an index stands from the second occurrence on."""
        if self.above is None:
            return ""
        number = self.above.children[self.element.tag].index(self) + 1
        step = f"{self.element.tag}[{number}]" if number > 1 else self.element.tag
        above = self.above.path()
        return f"{above}/{step}" if above else step


def value_of(of: Type) -> SimpleType | None:
    """The type of the value that an element of this type has; None where it holds elements."""
    return of if isinstance(of, SimpleType) else of.value


def member(of: Type, tag: str) -> Element | None:
    """The child element of a type; None where it has none of that name."""
    return next((element for element in elements(of) if element.tag == tag), None)


def resolve(tree: SchemaTree, of: Type, tags: tuple[str, ...]) -> Type | None:
    """The type at ``tags`` below a type; None where there is no such place."""
    for tag in tags:
        element = member(of, tag)
        if element is None:
            return None
        of = tree.type_of(element)
    return of


def missing_in(of: Type, present: frozenset[str]) -> tuple[list[str], list[list[str]]]:
    """What a type must hold beside the children ``present``, and those of them of which only one may stand.

    Alternatives of which one is needed are one item: ``Cd or Prtry``.
    """
    if not isinstance(of, ComplexType) or of.content is None:
        return [], []
    lacks: list[str] = []
    rivals: list[list[str]] = []
    _look(of.content, present, lacks, rivals)
    return lacks, rivals


def _look(group: Group, present: frozenset[str], lacks: list[str], rivals: list[list[str]]) -> None:
    if group.kind == "choice":
        taken = [option for option in group.members if _is_there(option, present)]
        if len(taken) > 1 and group.occurs_max == 1:
            rivals.append([tag for option in taken for tag in _tags(option) if tag in present])
        if not taken and group.occurs_min and all(_is_needed(option) for option in group.members):
            lacks.append(" or ".join(tag for option in group.members for tag in _tags(option)))
        for option in taken:
            if isinstance(option, Group):
                _look(option, present, lacks, rivals)
        return
    for part in group.members:
        if isinstance(part, Group):
            if part.occurs_min or _is_there(part, present):
                _look(part, present, lacks, rivals)
        elif part.occurs_min and not _is_there(part, present):
            lacks.extend(_tags(part))


def _tags(part: Element | Wildcard | Group) -> list[str]:
    if isinstance(part, Element):
        return [part.tag]
    return (
        ["an element of another namespace"]
        if isinstance(part, Wildcard)
        else [tag for inner in part.members for tag in _tags(inner)]
    )


def _is_there(part: Element | Wildcard | Group, present: frozenset[str]) -> bool:
    return any(tag in present for tag in _tags(part))


def _is_needed(part: Element | Wildcard | Group) -> bool:
    return part.occurs_min > 0 and (not isinstance(part, Group) or any(_is_needed(each) for each in part.members))
