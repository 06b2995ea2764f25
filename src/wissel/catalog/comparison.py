"""What two sets of types differ in, in plain words; the same words whichever engine read them."""

from collections.abc import Iterator, Mapping

from wissel.xml.xsd.schema_tree import (
    Attribute,
    ComplexType,
    Element,
    Group,
    Particle,
    SimpleType,
    Type,
    Wildcard,
)

_FACETS = {
    "length": "length",
    "length_min": "minLength",
    "length_max": "maxLength",
    "total_digits": "totalDigits",
    "fraction_digits": "fractionDigits",
    "value_min": "minInclusive",
    "value_max": "maxInclusive",
}
NAMES_SHOWN_MAX = 8


def differences(ours: Mapping[str, Type], given: Mapping[str, Type]) -> dict[str, list[str]]:
    """By type name, in name order: how the given types differ from ours. Equal types are left out.

    Types of XML Schema itself (``xs:date``) are not compared; a reader may file them or not.
    """
    found: dict[str, list[str]] = {}
    for name in sorted(ours.keys() | given.keys()):
        if name.startswith("xs:"):
            continue
        if name not in given:
            found[name] = ["is missing in the given schema"]
        elif name not in ours:
            found[name] = ["is in the given schema only"]
        elif words := list(type_differences(ours[name], given[name])):
            found[name] = words
    return found


def type_differences(ours: Type, given: Type) -> Iterator[str]:
    """How a given type differs from ours of the same name; nothing where both mean the same."""
    if isinstance(ours, SimpleType) and isinstance(given, SimpleType):
        yield from _value_differences(ours, given)
    elif isinstance(ours, ComplexType) and isinstance(given, ComplexType):
        if (ours.value is None) != (given.value is None):
            kinds = [_kind(of) for of in (ours, given)]
            yield f"holds {kinds[0]}; in the given schema {kinds[1]}"
            return
        if ours.value is not None and given.value is not None:
            yield from _value_differences(ours.value, given.value)
        yield from _attribute_differences(ours.attributes, given.attributes)
        yield from _content_differences(ours.content, given.content)
    else:
        kinds = [_kind(of) for of in (ours, given)]
        yield f"holds {kinds[0]}; in the given schema {kinds[1]}"


def _kind(of: Type) -> str:
    return "elements" if isinstance(of, ComplexType) and of.value is None else "a value"


def _value_differences(ours: SimpleType, given: SimpleType) -> Iterator[str]:
    if ours.base != given.base:
        yield f"is built on xs:{ours.base}; in the given schema on xs:{given.base}"
    for field, facet in _FACETS.items():
        mine, other = getattr(ours, field), getattr(given, field)
        if mine != other:
            yield f"{facet} is {_or_none(mine)}; in the given schema {_or_none(other)}"
    if set(ours.patterns) != set(given.patterns):
        yield f"pattern is {_patterns(ours)}; in the given schema {_patterns(given)}"
    fewer = [code for code in ours.enumeration if code not in given.enumeration]
    more = [code for code in given.enumeration if code not in ours.enumeration]
    if fewer:
        yield f"the given schema lacks {_some('code', fewer)}"
    if more:
        yield f"the given schema has {_some('code', more)} more"


def _or_none(value: object) -> str:
    return "not set" if value is None else str(value)


def _patterns(of: SimpleType) -> str:
    return " and ".join(of.patterns) or "not set"


def _some(noun: str, names: list[str]) -> str:
    shown = ", ".join(names[:NAMES_SHOWN_MAX])
    rest = f" and {len(names) - NAMES_SHOWN_MAX} others" if len(names) > NAMES_SHOWN_MAX else ""
    return f"the {noun}{'s' if len(names) > 1 else ''} {shown}{rest}"


def _attribute_differences(ours: tuple[Attribute, ...], given: tuple[Attribute, ...]) -> Iterator[str]:
    mine, other = ({attribute.name: attribute for attribute in side} for side in (ours, given))
    for name in sorted(mine.keys() | other.keys()):
        if name not in other:
            yield f"the given schema lacks the attribute {name}"
        elif name not in mine:
            yield f"the given schema has the attribute {name} more"
        else:
            if mine[name].required != other[name].required:
                words = [("optional", "required")[side[name].required] for side in (mine, other)]
                yield f"the attribute {name} is {words[0]}; in the given schema {words[1]}"
            if mine[name].type.name != other[name].type.name:
                yield (
                    f"the attribute {name} is of type {mine[name].type.name}; in the given schema of "
                    f"{other[name].type.name}"
                )


def _content_differences(ours: Group | None, given: Group | None) -> Iterator[str]:
    mine, other = _plain(ours or Group("sequence", ())), _plain(given or Group("sequence", ()))
    if mine == other:
        return
    ours_flat, given_flat = _members(mine), _members(other)
    words = list(_member_differences(ours_flat, given_flat))
    both = [label for label in ours_flat if label in given_flat]
    if both != [label for label in given_flat if label in ours_flat]:
        words.append("its elements stand in another order in the given schema")
    if _in_words(mine) != _in_words(other):
        words.append(f"its members form {_in_words(mine)}; in the given schema {_in_words(other)}")
    yield from words or ["its members are grouped in another way in the given schema"]


def _member_differences(ours: dict[str, Particle], given: dict[str, Particle]) -> Iterator[str]:
    for label in [*ours, *(label for label in given if label not in ours)]:
        if label not in given:
            yield f"the given schema lacks {label}"
        elif label not in ours:
            yield f"the given schema has {label} more"
        else:
            mine, other = ours[label], given[label]
            if _occurs(mine) != _occurs(other):
                yield f"{label} occurs {_occurs(mine)}; in the given schema {_occurs(other)}"
            if isinstance(mine, Element) and isinstance(other, Element) and mine.type_name != other.type_name:
                yield f"{label} is of type {mine.type_name}; in the given schema of {other.type_name}"


def _plain(group: Group) -> Group:
    """The group without groups that add nothing: around one member, a choice is a sequence, and two are
    one."""
    members = tuple(_plain(member) if isinstance(member, Group) else member for member in group.members)
    once = (group.occurs_min, group.occurs_max) == (1, 1)
    if once and len(members) == 1:
        return members[0] if isinstance(members[0], Group) else Group("sequence", members)
    return Group(group.kind, members, group.occurs_min, group.occurs_max)


def _members(group: Group) -> dict[str, Particle]:
    """Elements and wildcards in order by a label for people; one that recurs is counted."""
    found: dict[str, Particle] = {}
    for member in _flat(group):
        label = (
            f"the element {member.tag}"
            if isinstance(member, Element)
            else f"any element of {member.namespace} ({member.process})"
        )
        number, unique = 1, label
        while unique in found:
            number += 1
            unique = f"{label} (occurrence {number})"
        found[unique] = member
    return found


def _flat(group: Group) -> Iterator[Element | Wildcard]:
    for member in group.members:
        if isinstance(member, Group):
            yield from _flat(member)
        else:
            yield member


def _occurs(particle: Particle) -> str:
    high = "*" if particle.occurs_max is None else particle.occurs_max
    return f"{particle.occurs_min}..{high}"


def _in_words(group: Group) -> str:
    inner = [_in_words(member) for member in group.members if isinstance(member, Group)]
    often = "" if _occurs(group) == "1..1" else f" ({_occurs(group)})"
    return f"a {group.kind}{often}" + (f" with {' and '.join(inner)} inside" if inner else "")
