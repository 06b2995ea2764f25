"""What may stand inside a type, laid out for looking up a child by its tag."""

from dataclasses import dataclass

from wissel.xml.xsd.schema_tree import ComplexType, Element, Group, Wildcard


@dataclass(frozen=True, slots=True)
class Slot:
    """The place of a child: its position in the sequence, and the choice it belongs to (None for no choice)."""

    element: Element
    position: int
    choice: int | None = None


@dataclass(frozen=True, slots=True)
class Alternatives:
    """A choice: exactly one of ``tags`` (none, where ``required`` is false; several, where ``repeated``)."""

    position: int
    tags: tuple[str, ...]
    required: bool
    repeated: bool


@dataclass(frozen=True, slots=True)
class Plan:
    """The content of a complex type by tag. ``whole`` is False where groups are nested in ways that this layout
    cannot hold; then only the names and values are checked here and the XML library has the last word on order."""

    slots: dict[str, Slot]
    required: tuple[Slot, ...]
    choices: dict[int, Alternatives]
    wildcard: Wildcard | None
    whole: bool


def plan_content(of: ComplexType) -> Plan:
    """The plan of a complex type with element content."""
    slots: dict[str, Slot] = {}
    choices: dict[int, Alternatives] = {}
    wildcard: Wildcard | None = None
    group = of.content or Group("sequence", ())
    whole = group.occurs_min == 1 and group.occurs_max == 1
    members = (group,) if group.kind == "choice" else group.members
    for position, member in enumerate(members):
        if isinstance(member, Element):
            whole = whole and member.tag not in slots
            slots[member.tag] = Slot(member, position)
        elif isinstance(member, Wildcard):
            wildcard = member
        else:
            options = [option for option in member.members if isinstance(option, Element)]
            whole = whole and member.kind == "choice" and len(options) == len(member.members)
            for option in options:
                whole = whole and option.tag not in slots
                slots[option.tag] = Slot(option, position, position)
            optional = member.occurs_min == 0 or any(option.occurs_min == 0 for option in options)
            choices[position] = Alternatives(
                position, tuple(option.tag for option in options), not optional, member.occurs_max != 1
            )
            if not whole:
                _collect(member, slots, position)
    required = tuple(slot for slot in slots.values() if slot.choice is None and slot.element.occurs_min > 0)
    return Plan(slots, required, choices, wildcard, whole)


def _collect(group: Group, slots: dict[str, Slot], position: int) -> None:
    for member in group.members:
        if isinstance(member, Element):
            slots.setdefault(member.tag, Slot(member, position))
        elif isinstance(member, Group):
            _collect(member, slots, position)
