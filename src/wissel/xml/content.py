"""Judge the children of one element once all are known: missing, repeated, out of order, in conflict, unknown."""

from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches

from wissel.xml.content_plan import Alternatives, Plan, Slot
from wissel.xml.describe import describe
from wissel.xml.lexer import Mark
from wissel.xml.place import Place
from wissel.xml.schema_tree import ComplexType, Element, SchemaTree, SimpleType, Type, elements

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
    count: int = 0
    excess: Mark | None = None
    """The first occurrence beyond the number allowed."""


def check_content(
    of: Type, plan: Plan, children: list[Child], tag: str, end: Place
) -> Iterator[tuple[Fault, str | None]]:
    """Faults among the children of an element ``tag`` that ends at ``end``, each with the tag of the child it is
    about (None for the element itself)."""
    counts: dict[str, int] = {}
    for child in children:
        counts[child.tag] = counts.get(child.tag, 0) + child.count
    yield from _out_of_order(children, tag)
    for child in children:
        if child.excess is not None:
            yield _repeated(child, counts[child.tag], tag), child.tag
    for slot in plan.required:
        found = counts.get(slot.element.tag, 0)
        if found < slot.element.occurs_min:
            yield _missing(slot, found, children, plan, tag, end), slot.element.tag
    for choice in plan.choices.values():
        yield from _choice(choice, children, counts, tag, end)


def _out_of_order(children: list[Child], tag: str) -> Iterator[tuple[Fault, str | None]]:
    """The fewest children that have to move: all but a longest run in the order of the schema."""
    positions = [child.slot.position for child in children]
    if all(a <= b for a, b in zip(positions, positions[1:], strict=False)):
        return
    staying = _longest_rising(positions)
    kept = [index for index in range(len(children)) if index in staying]
    for index, child in enumerate(children):
        if index in staying:
            continue
        after = next((children[k].tag for k in kept if children[k].slot.position > child.slot.position), None)
        before = next(
            (children[k].tag for k in reversed(kept) if children[k].slot.position < child.slot.position), None
        )
        where = f"before <{after}>" if after else f"after <{before}>"
        yield (
            Fault(
                "ELEMENT-ORDER",
                f"<{child.tag}> stands at the wrong place in <{tag}>: it belongs {where}.",
                hint=f"move <{child.tag}> {where}",
                place=child.mark.place(),
            ),
            child.tag,
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
    times = "once" if allowed == 1 else f"{allowed} times"
    message = f"<{child.tag}> occurs {count:,} times in <{tag}>; it may occur {times if allowed == 1 else 'at most ' + times}."
    place = child.excess.place() if child.excess else None
    return Fault("ELEMENT-REPEATED", message, allowed=f"at most {allowed}", place=place)


def _missing(slot: Slot, found: int, children: list[Child], plan: Plan, tag: str, end: Place) -> Fault:
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
        allowed=_named([element.tag]),
        hint=f"add <{element.tag}> {where}",
        place=following.mark.place() if following else end,
    )


def _choice(
    choice: Alternatives, children: list[Child], counts: dict[str, int], tag: str, end: Place
) -> Iterator[tuple[Fault, str | None]]:
    present = [child for child in children if child.slot.choice == choice.position]
    used = list(dict.fromkeys(child.tag for child in present))
    if not used and choice.required:
        following = next((child for child in children if child.slot.position > choice.position), None)
        yield (
            Fault(
                "ELEMENT-MISSING",
                f"<{tag}> needs one of {_named(list(choice.tags))}.",
                allowed=f"one of {_named(list(choice.tags))}",
                hint=f"add the one that fits, {f'before <{following.tag}>' if following else f'inside <{tag}>'}",
                place=following.mark.place() if following else end,
            ),
            None,
        )
    if len(used) > 1 and not choice.repeated:
        second = next(child for child in present if child.tag == used[1])
        yield (
            Fault(
                "CHOICE-CONFLICT",
                f"<{tag}> has {_named(used, ' and ')}; only one of them may be used.",
                allowed=f"one of {_named(list(choice.tags))}",
                hint=f"keep one of {_named(used, ' and ')}",
                place=second.mark.place(),
            ),
            second.tag,
        )


def _named(tags: list[str], last: str = " or ") -> str:
    shown = [f"<{tag}>" for tag in tags[:_LISTED_MAX]]
    if len(tags) > _LISTED_MAX:
        return ", ".join(shown) + f" … ({len(tags)} in all)"
    return ", ".join(shown[:-1]) + last + shown[-1] if len(shown) > 1 else "".join(shown)


def unexpected_child(
    of: Type,
    tag: str,
    place: Place,
    tree: SchemaTree,
    renamed: Callable[[str], tuple[str, ...]],
    around: list[Type],
) -> Fault:
    """The fault of a child that the schema does not know inside a type, with the best hint to be had."""
    known = [element.tag for element in elements(of)]
    inside = around[-1].name if around else ""
    if isinstance(of, SimpleType) or (isinstance(of, ComplexType) and of.value is not None):
        message = f"<{tag}> stands inside an element that holds a value, not elements."
        return Fault("ELEMENT-UNEXPECTED", message, value=tag, allowed=describe(of), place=place)
    allowed = _named(known) if known else "nothing"
    message = f"<{tag}> is not known here."
    hint = _unexpected_hint(of, tag, known, tree, renamed, around, inside)
    return Fault("ELEMENT-UNEXPECTED", message, value=tag, allowed=allowed, hint=hint, place=place)


def _unexpected_hint(
    of: Type,
    tag: str,
    known: list[str],
    tree: SchemaTree,
    renamed: Callable[[str], tuple[str, ...]],
    around: list[Type],
    inside: str,
) -> str | None:
    for other in renamed(tag):
        if other in known:
            return f"this version calls it {other}"
    same = next((name for name in known if name.lower() == tag.lower()), None)
    if same is not None:
        return f"write it <{same}>: capitals count"
    for element in elements(of):
        if tag in (below.tag for below in elements(tree.type_of(element))):
            return f"put <{tag}> inside <{element.tag}>"
    for other in renamed(tag):
        for element in elements(of):
            if other in (below.tag for below in elements(tree.type_of(element))):
                return f"this version calls it {other}, inside <{element.tag}>"
    for outer in reversed(around[:-1]):
        owner = _owner(outer, tag)
        if owner is not None:
            return f"<{tag}> belongs further out, after the end of the element around it"
    if near := get_close_matches(tag, known, 1, 0.6):
        return f"did you mean <{near[0]}>?"
    return None


def _owner(of: Type, tag: str) -> Element | None:
    return next((element for element in elements(of) if element.tag == tag), None)
