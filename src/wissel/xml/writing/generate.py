"""Schema-valid messages out of a SchemaTree: the least, everything once, or anything at random.

The same seed gives the same message. Values come as ``{path: value}`` for :mod:`wissel.xml.writing.writer`, so that a
caller may change some before writing.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from random import Random

from wissel.core.errors import UsageError
from wissel.xml.writing.generate_arbitrary import arbitrary
from wissel.xml.writing.generate_totals import with_totals
from wissel.xml.writing.generate_values import Scene, data, plausible
from wissel.xml.xsd.schema_tree import (
    Attribute,
    ComplexType,
    Element,
    Group,
    Particle,
    SchemaTree,
    SimpleType,
    Type,
    Wildcard,
)

AS_OF = date(2026, 1, 15)
"""The date of samples where none is given."""

DEPTH_MAX = 40
"""Deeper than this, only what is mandatory is made: a type that holds itself would never end."""

TRANSACTION_DEPTH_MAX = 4
"""No transaction stands deeper below the root."""

Part = Particle | Attribute
Optional = Callable[[Part, tuple[str, ...]], bool]
Maker = Callable[[str, tuple[str, ...], SimpleType], str]
"""Makes the value at an indexed path, given the tags to it."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What to make of a schema's freedom."""

    make: Maker
    rng: Random
    optional: Optional
    """Whether an optional part is made, given the part and the tags down to its holder."""
    repeats_max: int = 1
    choose: bool = False
    """Draw the option of each choice; else take the first."""
    counts: Mapping[str, int] = field(default_factory=dict)
    """How often the elements at these paths (without indices) are made, whatever else is said."""


def minimal(tree: SchemaTree, rng: Random, as_of: date = AS_OF, transactions: int | None = None) -> dict[str, str]:
    """A message of mandatory elements only, filled in plausibly; one that would stay empty gets a child.

    ``transactions`` is how often the element of one transaction stands. Raises UsageError where the
    definition has none, or fewer are allowed.
    """
    return _sample(tree, rng, as_of, transactions, lambda *_: False)


def typical(tree: SchemaTree, rng: Random, as_of: date = AS_OF, transactions: int | None = None) -> dict[str, str]:
    """A message as one meets them: what is mandatory, and of the rest what nearly every bank fills in.

    Without ``transactions`` it has one transaction, where the definition has such an element.
    Raises UsageError as :func:`minimal` does.
    """
    wanted = {tuple(end.split("/")) for end in data()["typical"]}
    if transactions is None and transaction_path(tree) is not None:
        transactions = 1
    return _sample(tree, rng, as_of, transactions, lambda part, tags: _end(part, tags) in wanted)


def _end(part: Part, tags: tuple[str, ...]) -> tuple[str, ...]:
    return (*tags[-1:], part.tag) if isinstance(part, Element) else ()


def full(tree: SchemaTree, rng: Random, as_of: date = AS_OF, transactions: int | None = None) -> dict[str, str]:
    """A message with every optional element once, the first option of each choice, filled in plausibly.

    Left out are optional elements that only hold elements of a foreign namespace, such as a signature: an
    invented one would be worse than none. ``transactions`` as for :func:`minimal`.
    """

    def optional(part: Part, tags: tuple[str, ...]) -> bool:
        foreign = isinstance(part, Element) and _only_foreign(tree, part)
        return len(tags) < DEPTH_MAX and not isinstance(part, Wildcard) and not foreign

    return _sample(tree, rng, as_of, transactions, optional)


def random_message(
    tree: SchemaTree, rng: Random, probability: float = 0.3, repeats_max: int = 3, values_max: int = 2_000
) -> dict[str, str]:
    """Any message the schema allows: optional parts with ``probability``, repeats to ``repeats_max``.

    Values are any that the types allow, not plausible ones. Beyond ``values_max`` values only what is
    mandatory is added.
    """
    made: dict[str, str] = {}

    def optional(_: Part, tags: tuple[str, ...]) -> bool:
        return len(tags) < DEPTH_MAX and len(made) < values_max and rng.random() < probability

    plan = Plan(lambda _, __, of: arbitrary(of, rng), rng, optional, repeats_max, choose=True)
    made.update(_message(tree, plan))  # one by one: the plan looks at how many there are
    return made


def transaction_path(tree: SchemaTree) -> str | None:
    """The path (without indices) of the element that is one transaction; None where there is none."""
    tags: list[str] = data()["transactions"]
    level = [tree.find(tree.root.tag)]
    for _ in range(TRANSACTION_DEPTH_MAX):
        level = [child for node in level for child in tree.children(node)]
        found = [
            (tags.index(node.element.tag), node.path)
            for node in level
            if node.element.tag in tags and node.element.occurs_max != 1
        ]
        if found:
            return min(found)[1]
    return None


def _sample(
    tree: SchemaTree,
    rng: Random,
    as_of: date,
    transactions: int | None,
    optional: Optional,
) -> dict[str, str]:
    scene = Scene(rng, as_of, tree.definition, first=rng.randrange(1_000))
    counts = {} if transactions is None else _transaction_counts(tree, transactions)
    plan = Plan(lambda path, tags, of: plausible(path, tags, of, scene), rng, optional, counts=counts)
    return with_totals(dict(_message(tree, plan)))


def _transaction_counts(tree: SchemaTree, transactions: int) -> dict[str, int]:
    path = transaction_path(tree)
    if path is None:
        raise UsageError(f"{tree.definition} has no element that is one transaction")
    node = tree.find(path)
    most = node.element.occurs_max
    if transactions < node.element.occurs_min or (most is not None and transactions > most):
        upto = "or more" if most is None else f"to {most:,}"
        raise UsageError(f"{tree.definition} takes {node.element.occurs_min} {upto} of {path}")
    counts = {path: transactions}
    while transactions and "/" in (path := path.rpartition("/")[0])[1:]:
        counts[path] = 1
    return counts


def _message(tree: SchemaTree, plan: Plan) -> Iterator[tuple[str, str]]:
    yield from _Walk(tree, plan).element(tree.root, "", ())


@dataclass(frozen=True, slots=True)
class _Walk:
    """One pass down a schema that yields the values of one message in order."""

    tree: SchemaTree
    plan: Plan

    def element(self, element: Element, above: str, tags: tuple[str, ...], index: int = 0) -> Iterator[tuple[str, str]]:
        path = f"{above}/{element.tag}" + (f"[{index}]" if index else "")
        tags = (*tags, element.tag)
        of = self.tree.type_of(element)
        if isinstance(of, SimpleType):
            yield path, self.plan.make(path, tags, of)
            return
        if of.value is not None:
            yield path, self.plan.make(path, tags, of.value)
        for attribute in of.attributes:
            yield from self.attribute(attribute, path, tags)
        if of.content is None:
            return
        empty = True
        for value in self.group(of.content, path, tags):
            yield value
            empty = False
        if empty and of.value is None:
            yield from self.instead_of_nothing(of, path, tags)

    def attribute(self, attribute: Attribute, path: str, tags: tuple[str, ...]) -> Iterator[tuple[str, str]]:
        if attribute.required or self.plan.optional(attribute, tags):
            yield f"{path}/@{attribute.name}", self.plan.make(path, (*tags, attribute.name), attribute.type)

    def group(self, group: Group, path: str, tags: tuple[str, ...]) -> Iterator[tuple[str, str]]:
        members = group.members
        if group.kind == "choice" and members:
            members = (self.option(members, "/".join(("", *tags))),)
        for member in members:
            yield from self.particle(member, path, tags)

    def option(self, members: tuple[Particle, ...], path: str) -> Particle:
        for member in members:
            if isinstance(member, Element) and f"{path}/{member.tag}" in self.plan.counts:
                return member
        preferred = data()["preferred"]
        for member in members if not self.plan.choose else ():
            if isinstance(member, Element) and f"{path.rpartition('/')[2]}/{member.tag}" in preferred:
                return member
        return self.plan.rng.choice(members) if self.plan.choose else members[0]

    def particle(self, part: Particle, path: str, tags: tuple[str, ...]) -> Iterator[tuple[str, str]]:
        times = self.times(part, tags)
        for number in range(1, times + 1):
            match part:
                case Element():
                    yield from self.element(part, path, tags, number if part.occurs_max != 1 else 0)
                case Wildcard():
                    yield f"{path}/{{{_foreign(part)}}}Sample", "sample"
                case Group():
                    yield from self.group(part, path, tags)

    def times(self, part: Particle, tags: tuple[str, ...]) -> int:
        if isinstance(part, Element):
            forced = self.plan.counts.get("/".join(("", *tags, part.tag)))
            if forced is not None:
                return forced
        low, high = part.occurs_min, part.occurs_max
        if not self.plan.optional(part, tags):
            return low
        if isinstance(part, Wildcard | Group):
            return max(low, 1)  # one foreign element, one round: the writer keeps no order among several
        most = self.plan.repeats_max if high is None else min(high, self.plan.repeats_max)
        return max(low, self.plan.rng.randint(1, max(most, 1)))

    def instead_of_nothing(self, of: ComplexType, path: str, tags: tuple[str, ...]) -> Iterator[tuple[str, str]]:
        wanted: list[str] = data()["instead_of_nothing"]
        known = {child.tag: child for child in _own_elements(of.content)}
        tag = next((tag for tag in wanted if tag in known), next(iter(known), None))
        if tag is None or len(tags) >= DEPTH_MAX:
            yield path, ""
            return
        child = known[tag]
        yield from self.element(child, path, tags, 1 if child.occurs_max != 1 else 0)


def _own_elements(group: Group | None) -> Iterator[Element]:
    """Elements directly in a sequence: those of a choice inside it may exclude one another."""
    for member in group.members if group is not None and group.kind == "sequence" else ():
        if isinstance(member, Element):
            yield member


def _foreign(wildcard: Wildcard) -> str:
    return "urn:example:sample" if wildcard.namespace.startswith("##") else wildcard.namespace


def _only_foreign(tree: SchemaTree, element: Element) -> bool:
    """True where an element holds nothing but an element of a named foreign namespace."""
    of: Type = tree.type_of(element)
    members = of.content.members if isinstance(of, ComplexType) and of.content else ()
    return any(isinstance(member, Wildcard) and not member.namespace.startswith("##") for member in members)
