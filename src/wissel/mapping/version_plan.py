"""How the blocks of one shape become blocks of another version: worked out once, then applied to each."""

from dataclasses import dataclass
from functools import lru_cache

from wissel.catalog.renames import stem
from wissel.mapping.fitting import always_fits
from wissel.mapping.version_elements import Made, given_tree, member, missing_in, value_of
from wissel.mapping.version_pairing import Pairing
from wissel.mapping.version_rules import Default, version_rules
from wissel.mapping.version_values import Recast, recast_of
from wissel.xml.xsd.schema_tree import Element, SchemaTree, SimpleType

PLANS_MAX = 2048
"""Plans remembered per process."""


@dataclass(frozen=True, slots=True)
class Check:
    """A value that has to be looked at before it stands in the target."""

    slot: int
    place: int
    type: SimpleType
    recast: Recast | None
    cut: bool
    beside: tuple[str, SimpleType] | None
    """Path and type of the element that takes a code of no list."""
    spare: tuple[int, ...]
    """Places of what is left out with it where it does not fit; none where that is refused."""


@dataclass(frozen=True, slots=True)
class Fixed:
    """A value of the target that the original does not have at that place."""

    path: str
    text: str | None
    """None where ``place`` or ``outer`` gives it."""
    place: int
    why: str
    outer: str | None = None
    """Where the message says it."""


@dataclass(frozen=True, slots=True)
class Lack:
    """Something that the target needs and nothing gives."""

    path: str
    needs: str


@dataclass(frozen=True, slots=True)
class Plan:
    """Where the values of a shape go."""

    paths: tuple[str, ...]
    """Of the values of the result, below its element."""
    places: tuple[int, ...]
    """The original's value for each path; -1 for a fixed one."""
    texts: tuple[str, ...]
    """The fixed values, the empty text for the others."""
    outer: tuple[tuple[int, str], ...]
    """Fixed values that the message says: which of the values, and where."""
    checks: tuple[Check, ...]
    dropped: tuple[tuple[int, str], ...]
    fixed: tuple[Fixed, ...]
    lacks: tuple[Lack, ...]


class Step:
    """From the elements of one version to those of another; the same trees make the same step."""

    __slots__ = ("source", "target")

    def __init__(self, source: SchemaTree, target: SchemaTree) -> None:
        self.source = source
        self.target = target

    def __hash__(self) -> int:
        return hash((id(self.source), id(self.target)))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Step) and self.source is other.source and self.target is other.target


@dataclass(frozen=True, slots=True)
class Pair:
    """An element of the original and the one that it becomes."""

    step: Step
    source: Element
    target: Element


@lru_cache(maxsize=PLANS_MAX)
def plan_of(
    pair: Pair,
    paths: tuple[str, ...],
    excluded: frozenset[tuple[int, str]] = frozenset(),
    said: frozenset[tuple[int, str]] = frozenset(),
    around: frozenset[str] | None = frozenset(),
) -> Plan:
    """The plan for elements with values at ``paths``.

    ``excluded`` are values to leave out, each with the reason; ``said`` the values that rows look at; ``around`` the
    children of the result that are made apart (transactions), None where it is not yet time to ask what is missing.
    """
    while True:
        attempt = _Attempt(pair, paths, dict(excluded), dict(said))
        again = attempt.settle(around)
        if not again:
            return attempt.plan()
        excluded |= again


def looked_at(paths: tuple[str, ...]) -> tuple[int, ...]:
    """Places of the values that rows look at, by plain paths of a shape."""
    ends = _looked_at_ends()
    return tuple(place for place, path in enumerate(paths) if path.endswith(ends))


@lru_cache(maxsize=1)
def _looked_at_ends() -> tuple[str, ...]:
    return tuple({"/".join((*move.new[:1], *path)) for move in version_rules().moves for path in move.set})


class _Attempt:
    """One try at a plan; what turns out to have no place is excluded from the next."""

    def __init__(self, pair: Pair, paths: tuple[str, ...], excluded: dict[int, str], said: dict[int, str]) -> None:
        step = pair.step
        self.excluded = excluded
        self.pairing = Pairing(step.source, step.target, said)
        self.made = Made(pair.target, step.target.type_of(pair.target), None)
        given = given_tree(paths, pair.source.tag)
        given.prune(frozenset(excluded))
        self.lacks: list[Lack] = []
        self.copied: list[tuple[Made, str]] = []
        self.pairing.pair(given, step.source.type_of(pair.source), self.made)

    def settle(self, around: frozenset[str] | None) -> frozenset[tuple[int, str]]:
        """Fill in what is missing; the values to be left out in another try, none where the plan stands."""
        again: set[tuple[int, str]] = set()
        self._settle(self.made, around, again)
        return frozenset(again)

    def _settle(self, made: Made, around: frozenset[str] | None, again: set[tuple[int, str]]) -> None:
        for children in list(made.children.values()):
            for child in list(children):
                self._settle(child, frozenset(), again)
        emptied = {tag for tag, children in made.children.items() if children and all(c.hollow for c in children)}
        for tag, children in made.children.items():
            made.children[tag] = [child for child in children if not child.hollow]
        if value_of(made.type) is not None or (made.hollow and made.above is not None):
            return
        present = frozenset(tag for tag, children in made.children.items() if children) | (around or frozenset())
        lacks, rivals = missing_in(made.type, present)
        for group in rivals if around is not None else ():
            for tag in group[1:]:
                why = f"beside {group[0]} it may not stand in {self.pairing.target.definition}"
                again.update((place, why) for child in made.children.get(tag, ()) for place in child.places())
        for needs in lacks:
            if not self._given_otherwise(made, needs, needs in emptied) and around is not None:
                self._lack(made, needs, again)

    def _given_otherwise(self, made: Made, needs: str, emptied: bool) -> bool:
        """Whether a row has a value for a child that is missing."""
        for row in version_rules().defaults:
            if row.type == stem(made.type.name) and row.path[0] in needs.split(" or ") and self._default(made, row):
                return True
        if (
            emptied
            and (new := self.pairing.new(made, needs)) is not None
            and missing_in(new.type, frozenset())
            == (
                [],
                [],
            )
        ):
            new.text = ""
            return True
        return False

    def _default(self, made: Made, row: Default) -> bool:
        if row.text is not None:
            self.pairing.fix(made, row.path, row.text, row.why)
            return True
        if not row.origin[0]:
            self.pairing.fix(made, row.path, "", row.why)
            self.pairing.fixed[-1][0].outer = "/".join(row.origin[1:])
            return True
        found = _at(made, row.origin)
        new = self.pairing.new(made, row.path[0]) if found is not None else None
        if found is None or new is None:
            return False
        new.place, new.source, new.attributes = found.place, found.source, dict(found.attributes)
        self.copied.append((new, row.why))
        return True

    def _lack(self, made: Made, needs: str, again: set[tuple[int, str]]) -> None:
        where = made.path()
        spare = _spare(made)
        if spare is None or not (places := list(spare.places())):
            self.lacks.append(Lack(where, needs))
            return
        why = f"{self.pairing.target.definition} asks for {needs} in it, which the original does not have"
        again.update((place, why) for place in places)

    def plan(self) -> Plan:
        """What was found."""
        layout = _Layout(self.pairing.target)
        layout.lay(self.made, "")
        slots = layout.slots
        fixed = [
            Fixed(made.path(), None if made.outer else made.text, -1, why, made.outer)
            for made, why in self.pairing.fixed
            if _stands(made)
        ]
        for made, why in self.copied:
            if _stands(made):
                fixed.append(Fixed(made.path(), None, made.place or 0, why))
                fixed += [Fixed(f"{made.path()}/@{name}", None, at, why) for name, (at, _) in made.attributes.items()]
        return Plan(
            paths=tuple(path for path, _, _ in slots),
            places=tuple(place for _, place, _ in slots),
            texts=tuple(text for _, _, text in slots),
            outer=tuple(layout.outer),
            checks=tuple(layout.checks),
            dropped=(*self.excluded.items(), *self.pairing.dropped),
            fixed=tuple(fixed),
            lacks=tuple(self.lacks),
        )


def _at(made: Made, path: tuple[str, ...]) -> Made | None:
    """The value at a path of a row, seen from an element of the result."""
    at: Made | None = made
    for tag in path:
        if at is None:
            return None
        at = at.above if tag == ".." else next(iter(at.children.get(tag, ())), None)
    return at if at is not None and at.place is not None else None


def _spare(made: Made) -> Made | None:
    """The innermost element, this one or around it, that rows allow to be left out."""
    while made.above is not None:
        tag = made.element.tag
        rows = {("*", tag), (stem(made.above.type.name), tag)}
        if made.element.occurs_min == 0 and not rows.isdisjoint(version_rules().spares):
            return made
        made = made.above
    return None


def _stands(made: Made) -> bool:
    while made.above is not None:
        if made not in made.above.children.get(made.element.tag, ()):
            return False
        made = made.above
    return True


class _Layout:
    """The values of what was made, in order, and which of them have to be looked at."""

    def __init__(self, tree: SchemaTree) -> None:
        self.tree = tree
        self.slots: list[tuple[str, int, str]] = []
        self.outer: list[tuple[int, str]] = []
        self.checks: list[Check] = []

    def lay(self, made: Made, path: str) -> None:
        """An element and all in it."""
        if made.text is not None:
            if made.outer is not None:
                self.outer.append((len(self.slots), made.outer))
            self.slots.append((path, -1, made.text))
        elif made.place is not None:
            wanted = value_of(made.type)
            had = value_of(made.source) if made.source is not None else None
            if wanted is not None and had is not None:
                self.check(made, made.place, had, wanted, self.beside(made, path))
            self.slots.append((path, made.place, ""))
        types = {each.name: each.type for each in getattr(made.type, "attributes", ())}
        for name, (place, had) in made.attributes.items():
            self.check(made, place, had, types[name], None)
            self.slots.append((f"{path}/@{name}" if path else f"@{name}", place, ""))
        for tag, children in made.children.items():
            for number, child in enumerate(children, 1):
                step = f"{tag}[{number}]" if number > 1 else tag
                self.lay(child, f"{path}/{step}" if path else step)

    def check(
        self, made: Made, place: int, had: SimpleType, wanted: SimpleType, beside: tuple[str, SimpleType] | None
    ) -> None:
        """Note the value that comes next where its type does not say that it fits."""
        recast = recast_of(had, wanted)
        if recast is None and always_fits(had, wanted):
            return
        holder = stem(made.above.type.name) if made.above is not None else ""
        spare = _spare(made)
        left_out = tuple(spare.places()) if spare is not None else ()
        cut = (holder, made.element.tag) in version_rules().cuts
        self.checks.append(Check(len(self.slots), place, wanted, recast, cut, beside, left_out))

    def beside(self, made: Made, path: str) -> tuple[str, SimpleType] | None:
        """The element beside that of a code that takes it as text."""
        if made.above is None:
            return None
        tag = version_rules().texts.get((stem(made.above.type.name), made.element.tag))
        element = member(made.above.type, tag) if tag is not None else None
        value = value_of(self.tree.type_of(element)) if element is not None else None
        return None if value is None else (f"{path.rpartition('/')[0]}/{tag}", value)
