"""Judge the children of one element once all are known: missing, repeated, out of order, in conflict, unknown."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from wissel.xml.lexer import Mark
from wissel.xml.place import Place
from wissel.xml.xsd.content_plan import Alternatives, Plan, Slot

_LISTED_MAX = 12


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault before it is placed in its message: see :class:`wissel.core.finding.Finding` for the fields."""

    code: str
    message: str
    value: str | None = None
    allowed: str | None = None
    hint: str | None = None
    place: Place | None = None


@dataclass(slots=True)
class Child:
    """A run of neighbouring children with the same tag."""

    tag: str
    slot: Slot
    mark: Mark
    number: int = 1
    """Which occurrence of its tag the first of the run is."""
    count: int = 0
    excess: Mark | None = None
    """The first occurrence beyond the number allowed."""

    @property
    def step(self) -> str:
        """Its step in a path: an index where there may be several."""
        return self.tag if self.slot.element.occurs_max == 1 and self.number == 1 else f"{self.tag}[{self.number}]"


def is_right(plan: Plan, children: Sequence[Child], counts: Mapping[str, int]) -> bool:
    """True where :func:`check_content` would find nothing; the quick way for what is right, as most of it is."""
    position = -1
    chosen: dict[int, str] = {}
    for child in children:
        slot = child.slot
        if slot.position < position or child.excess is not None:
            return False
        position = slot.position
        if slot.choice is not None and chosen.setdefault(slot.choice, child.tag) != child.tag:
            return False
    if plan.wildcard is not None and not _wildcard_right(plan, counts):
        return False
    return all(counts.get(slot.element.tag, 0) >= slot.element.occurs_min for slot in plan.required) and all(
        choice.position in chosen or not choice.required for choice in plan.choices.values()
    )


def _wildcard_right(plan: Plan, counts: Mapping[str, int]) -> bool:
    wildcard = plan.wildcard
    if wildcard is None:
        return True
    found = sum(count for tag, count in counts.items() if tag not in plan.slots)
    return found >= wildcard.occurs_min and (wildcard.occurs_max is None or found <= wildcard.occurs_max)


def check_content(
    plan: Plan, children: Sequence[Child], given: Mapping[str, int], meant: Iterable[str], tag: str, end: Mark
) -> Iterator[tuple[Fault, str | None]]:
    """Faults among the children of an element ``tag`` that ends at ``end``, each with the child it is about, ``Nm`` or
    ``Cdtr[2]`` (None for the element itself).

    ``given`` counts all children by tag. ``meant`` are tags for which an unknown child was taken: they are not missing
    on top of that.
    """
    counts: dict[str, int] = dict.fromkeys(meant, 1)
    for child in children:
        counts[child.tag] = counts.get(child.tag, 0) + child.count
    yield from _out_of_order(children, tag)
    for child in children:
        if child.excess is not None:
            first_excess = (child.slot.element.occurs_max or 0) + 1
            yield _repeated(child, counts[child.tag], tag), f"{child.tag}[{first_excess}]"
    for slot in plan.required:
        found = counts.get(slot.element.tag, 0)
        if found < slot.element.occurs_min:
            yield _missing(slot, found, children, plan, tag, end), slot.element.tag
    if not _wildcard_right(plan, given):
        yield _foreign(plan, given, tag, end), None
    for choice in plan.choices.values():
        yield from _choice(choice, children, counts, tag, end)


def _foreign(plan: Plan, given: Mapping[str, int], tag: str, end: Mark) -> Fault:
    """The wrong number of elements where the schema leaves open which."""
    found = sum(count for name, count in given.items() if name not in plan.slots)
    most = plan.wildcard.occurs_max if plan.wildcard else None
    allowed = "exactly one element, of any kind" if most == 1 else "one element or more, of any kind"
    if not found:
        return Fault(
            "ELEMENT-MISSING", f"<{tag}> is empty; it has to hold an element.", None, allowed, None, end.place()
        )
    message = f"<{tag}> holds {found:,} elements; at most {most} may stand there."
    return Fault("ELEMENT-REPEATED", message, None, allowed, None, end.place())


def _out_of_order(children: Sequence[Child], tag: str) -> Iterator[tuple[Fault, str | None]]:
    """The fewest children that have to move: all but a longest run in the order of the schema."""
    positions = [child.slot.position for child in children]
    if all(one <= next_one for one, next_one in pairwise(positions)):
        return
    staying = _longest_rising(positions)
    kept = [children[index] for index in sorted(staying)]
    kept_positions = [child.slot.position for child in kept]
    for index, child in enumerate(children):
        if index in staying:
            continue
        after = bisect_right(kept_positions, child.slot.position)
        before = bisect_left(kept_positions, child.slot.position) - 1
        where = f"before <{kept[after].tag}>" if after < len(kept) else f"after <{kept[before].tag}>"
        yield (
            Fault(
                "ELEMENT-ORDER",
                f"<{child.tag}> stands at the wrong place in <{tag}>: it belongs {where}.",
                hint=f"move <{child.tag}> {where}",
                place=child.mark.place(),
            ),
            child.step,
        )


def _longest_rising(positions: list[int]) -> set[int]:
    """Indices of a longest subsequence that never falls (patience sorting)."""
    tails: list[int] = []
    indices: list[int] = []
    previous: list[int] = []
    for index, position in enumerate(positions):
        at = bisect_right(tails, position)
        previous.append(indices[at - 1] if at else -1)
        if at == len(tails):
            tails.append(position)
            indices.append(index)
        else:
            tails[at] = position
            indices[at] = index
    chosen = set()
    index = indices[-1]
    while index >= 0:
        chosen.add(index)
        index = previous[index]
    return chosen


def _repeated(child: Child, count: int, tag: str) -> Fault:
    allowed = child.slot.element.occurs_max or 0
    limit = "once" if allowed == 1 else f"at most {allowed} times"
    message = f"<{child.tag}> occurs {count:,} times in <{tag}>; it may occur {limit}."
    place = child.excess.place() if child.excess else None
    return Fault("ELEMENT-REPEATED", message, allowed=f"at most {allowed}", place=place)


def _missing(slot: Slot, found: int, children: Sequence[Child], plan: Plan, tag: str, end: Mark) -> Fault:
    element = slot.element
    following = next((child for child in children if child.slot.position > slot.position), None)
    where = f"before <{following.tag}>" if following else f"before </{tag}>"
    previous = [s.element.tag for s in plan.slots.values() if s.position < slot.position]
    if not following and not previous:
        where = f"as its first element, {where}" if len(plan.slots) > 1 else where
    need = (
        "is missing" if element.occurs_min == 1 else f"occurs {found} times, at least {element.occurs_min} are needed,"
    )
    return Fault(
        "ELEMENT-MISSING",
        f"<{element.tag}> {need} in <{tag}>.",
        allowed=named([element.tag]),
        hint=f"add <{element.tag}> {where}",
        place=(following.mark if following else end).place(),
    )


def _choice(
    choice: Alternatives, children: Sequence[Child], counts: dict[str, int], tag: str, end: Mark
) -> Iterator[tuple[Fault, str | None]]:
    present = [child for child in children if child.slot.choice == choice.position]
    used = list(dict.fromkeys(child.tag for child in present))
    if not used and choice.required and not any(option in counts for option in choice.tags):
        following = next((child for child in children if child.slot.position > choice.position), None)
        yield (
            Fault(
                "ELEMENT-MISSING",
                f"<{tag}> needs one of {named(list(choice.tags))}.",
                allowed=f"one of {named(list(choice.tags))}",
                hint=f"add the one that fits, {f'before <{following.tag}>' if following else f'inside <{tag}>'}",
                place=(following.mark if following else end).place(),
            ),
            None,
        )
    if len(used) > 1 and not choice.repeated:
        second = next(child for child in present if child.tag == used[1])
        yield (
            Fault(
                "CHOICE-CONFLICT",
                f"<{tag}> has {named(used, ' and ')}; only one of them may be used.",
                allowed=f"one of {named(list(choice.tags))}",
                hint=f"keep one of {named(used, ' and ')}",
                place=second.mark.place(),
            ),
            second.step,
        )


def named(tags: list[str], last: str = " or ") -> str:
    """Tags listed for a person: ``<Id>, <Nm> or <PstlAdr>``."""
    shown = [f"<{tag}>" for tag in tags[:_LISTED_MAX]]
    if len(tags) > _LISTED_MAX:
        return ", ".join(shown) + f" … ({len(tags)} in all)"
    return ", ".join(shown[:-1]) + last + shown[-1] if len(shown) > 1 else "".join(shown)
