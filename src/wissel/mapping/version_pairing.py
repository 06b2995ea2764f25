"""Find the place of each element of a block in another version of its message."""

from collections.abc import Mapping

from wissel.catalog.renames import later_name, stem
from wissel.mapping.version_elements import Given, Made, member, resolve, value_of
from wissel.mapping.version_rules import Listing, Move, Tags, version_rules
from wissel.xml.xsd.schema_tree import Element, SchemaTree, Type, elements


class Pairing:
    """One pass over a block; ``dropped`` and ``fixed`` say what did not carry over as it was."""

    __slots__ = ("dropped", "fixed", "source", "target", "texts")

    def __init__(self, source: SchemaTree, target: SchemaTree, texts: Mapping[int, str]) -> None:
        """``texts`` are the values that a row may look at, by place."""
        self.source = source
        self.target = target
        self.texts = texts
        self.dropped: list[tuple[int, str]] = []
        """Place and reason of each value that has no place in the target."""
        self.fixed: list[tuple[Made, str]] = []
        """Elements with a value that the original does not have, and why."""

    def pair(self, given: Given, of: Type, made: Made) -> None:
        """Put what ``given``, of type ``of``, holds into ``made``."""
        value, wanted = value_of(of), value_of(made.type)
        if value is not None or wanted is not None:
            self._value(given, of, made)
            return
        for row in version_rules().wraps:
            if stem(of.name) == row.old and stem(made.type.name) == row.new:
                made = self.new(made, row.by) or made
                break
            if stem(of.name) == row.new and stem(made.type.name) == row.old:
                given, of = self._unwrap(given, of, row.by)
                break
        made.place = given.place  # an empty element, else None
        self._attributes(given, of, made)
        self._moves(given, of, made)
        self._listings(given, of, made)
        for child in given.children:
            self.child(child, of, made)

    def child(self, given: Given, holder: Type, made: Made) -> None:
        """Put the child ``given`` of an element of type ``holder`` below ``made``."""
        element = member(holder, given.tag)
        if element is None:
            self.drop(given, "content of another namespace is not carried over")
            return
        of = self.source.type_of(element)
        tag = self.name(given.tag, of, holder, made.type)
        if tag is None:
            self.drop(given, f"{self.target.definition} has no place for it")
        elif (below := self.new(made, tag)) is None:
            self.drop(given, f"{tag} may stand {_often(member(made.type, tag))} there in {self.target.definition}")
        else:
            self.pair(given, of, below)

    def new(self, made: Made, tag: str) -> Made | None:
        """One more element below ``made``; None where there is no such, or no more may stand."""
        element = member(made.type, tag)
        if element is None:
            return None
        already = made.children.setdefault(tag, [])
        if element.occurs_max is not None and len(already) >= element.occurs_max:
            return None
        already.append(Made(element, self.target.type_of(element), made))
        return already[-1]

    def fix(self, made: Made, path: Tags, text: str, why: str) -> None:
        """Give the element at ``path`` below ``made`` a value that the original does not have."""
        for tag in path:
            made = next(iter(made.children.get(tag, ())), None) or self.new(made, tag) or made
        made.text = text
        self.fixed.append((made, why))

    def drop(self, given: Given, why: str) -> None:
        """All values of an element are not carried over."""
        self.dropped.extend((place, why) for place in given.places())

    def name(self, tag: str, of: Type, holder: Type, target: Type) -> str | None:
        """What an element is called in the target; None where it is not there with a value of the same kind."""
        there = {element.tag: element for element in elements(target)}
        here = {element.tag for element in elements(holder)}
        if tag in there and self._alike(of, there[tag]):
            return tag
        new = [name for name in there if name not in here]
        name = later_name(tag, holder.name, target.name, new) or next(
            (late for late in new if later_name(late, target.name, holder.name, [tag]) == tag), None
        )
        return name if name is not None and self._alike(of, there[name]) else None

    def _alike(self, of: Type, element: Element) -> bool:
        return (value_of(of) is None) == (value_of(self.target.type_of(element)) is None)

    def _value(self, given: Given, of: Type, made: Made) -> None:
        if value_of(of) is None or value_of(made.type) is None or given.children:
            self.drop(given, f"{self.target.definition} has no place for it")
            return
        made.place, made.source = given.place, of
        self._attributes(given, of, made)

    def _attributes(self, given: Given, of: Type, made: Made) -> None:
        had = {each.name: each.type for each in getattr(of, "attributes", ())}
        takes = {each.name for each in getattr(made.type, "attributes", ())}
        for name, place in given.attributes:
            if name in had and name in takes:
                made.attributes[name] = (place, had[name])
            else:
                self.dropped.append((place, f"{self.target.definition} has no place for it"))

    def _unwrap(self, given: Given, of: Type, by: str) -> tuple[Given, Type]:
        """The option of a choice that is all that the older version knows; the others are not carried over."""
        inner = Given(given.tag, given.place)
        for child in given.children:
            if child.tag == by:
                inner = child
            else:
                self.drop(child, f"{self.target.definition} has no place for it")
        return inner, resolve(self.source, of, (by,)) or of

    # --- rows ---

    def _moves(self, given: Given, of: Type, made: Made) -> None:
        holders = (stem(of.name), stem(made.type.name))
        for move in version_rules().moves:
            if not move.types.issuperset(holders):
                continue
            if not move.down_only:
                self._move(given, of, made, move, move.old, move.new)
            self._move(given, of, made, move, move.new, move.old)

    def _move(self, given: Given, of: Type, made: Made, move: Move, origin: Tags, end: Tags) -> None:
        source, target = resolve(self.source, of, origin), resolve(self.target, made.type, end)
        if source is None or target is None or (value_of(source) is None) != (value_of(target) is None):
            return
        same = resolve(self.target, made.type, origin)
        if same is not None and (value_of(same) is None) == (value_of(source) is None):
            return  # it can stay where it is
        up = origin is move.old
        for chain in _chains(given, origin):
            item = chain[1 if move.each_first else -1]
            if not up and not all(self._says(item, path, text) for path, text in move.set.items()):
                continue
            new = self._path_to(made, end, move.each_first)
            chain[-2].children.remove(chain[-1])
            if new is None:
                self.drop(chain[-1], f"{end[-1]} may not stand so often there in {self.target.definition}")
            else:
                self.pair(chain[-1], source, new)
                for path, text in move.set.items() if up else ():
                    top = new if not move.each_first else _ancestor(new, len(end) - 1)
                    self.fix(top, path, text, f"it says what {'/'.join(origin)} said by its name")
            if not up:
                self._drop_said(item, move, end)
            _detach_hollow(chain)

    def _says(self, item: Given, path: Tags, text: str) -> bool:
        found = _chains(item, path)
        return any(chain[-1].place is not None and self.texts.get(chain[-1].place) == text for chain in found)

    def _drop_said(self, item: Given, move: Move, end: Tags) -> None:
        for path in move.set:
            for chain in _chains(item, path):
                chain[-2].children.remove(chain[-1])
                self.drop(chain[-1], f"the element {end[0]} says the same by its name")
                _detach_hollow(chain)

    def _path_to(self, made: Made, end: Tags, each_first: bool) -> Made | None:
        """The element at ``end``, a new one at the step that repeats, sharing what is there at the others."""
        at: Made | None = made
        for number, tag in enumerate(end):
            if at is None:
                return None
            repeats = number == (0 if each_first else len(end) - 1)
            there = at.children.get(tag)
            at = there[-1] if there and not repeats else self.new(at, tag)
        return at

    def _listings(self, given: Given, of: Type, made: Made) -> None:
        holders = (stem(of.name), stem(made.type.name))
        for row in version_rules().listings:
            source, target = member(of, row.tag), member(made.type, row.tag)
            if row.types.issuperset(holders) and source is not None and target is not None:
                inside = member(self.source.type_of(source), row.record) is not None
                within = member(self.target.type_of(target), row.record) is not None
                merged = inside and within and target.occurs_max == 1 and source.occurs_max != 1
                if inside != within or merged:
                    self._listing(given, self.source.type_of(source), made, row, inside, within)

    def _listing(self, given: Given, of: Type, made: Made, row: Listing, inside: bool, within: bool) -> None:
        for holder in given.named(row.tag):
            given.children.remove(holder)
            heads = [
                child for child in holder.children if inside == (child.tag != row.record) or child.tag in row.heads
            ]
            records = [child for child in holder.children if child.tag == row.record] if inside else []
            if not inside:
                record = Given(row.record, holder.place)
                record.children = [child for child in holder.children if child.tag not in row.heads]
                records, heads = [record], [child for child in holder.children if child.tag in row.heads]
            record_type = (resolve(self.source, of, (row.record,)) or of) if inside else of
            first = next(iter(made.children.get(row.tag, ())), None)
            if within or (heads and not records):
                first = first or self.new(made, row.tag)
            for record in records:
                new = self.new(first if within and first is not None else made, row.record if within else row.tag)
                if new is None:
                    self.drop(record, f"{row.tag} may not stand so often there in {self.target.definition}")
                else:
                    self.pair(record, record_type, new)
                    first = first or new
            for head in heads:
                if first is None:
                    self.drop(head, f"{self.target.definition} has no place for it")
                else:
                    self.child(head, of, first)


def _chains(given: Given, path: Tags) -> list[list[Given]]:
    """All elements at a path, each with those above it, ``given`` first."""
    chains = [[given]]
    for tag in path:
        chains = [[*chain, child] for chain in chains for child in chain[-1].named(tag)]
    return chains


def _detach_hollow(chain: list[Given]) -> None:
    """Take out the elements above the last one of a chain that hold nothing any more."""
    for above, element in zip(chain[-3::-1], chain[-2:0:-1], strict=False):
        if element.children or element.place is not None:
            return
        above.children.remove(element)


def _ancestor(made: Made, times: int) -> Made:
    for _ in range(times):
        made = made.above or made
    return made


def _often(element: Element | None) -> str:
    most = element.occurs_max if element is not None else None
    return "once" if most == 1 else f"at most {most} times"
