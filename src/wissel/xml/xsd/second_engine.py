"""A second reading of a schema: by the package ``xmlschema``, which shares no code with lxml or with
SchemaTree.

It yields the same values as :mod:`wissel.xml.xsd.schema_tree`, so both readings can be compared with one
another and with those of another file. Slow (about 0.1 s per schema) and therefore for proof only.
"""

import io
from decimal import Decimal
from typing import Any

import xmlschema
from xmlschema.validators import XsdAnyElement, XsdComplexType, XsdGroup

from wissel.xml.xsd.schema_tree import (
    Attribute,
    ComplexType,
    Element,
    Group,
    Particle,
    SimpleType,
    Type,
    UnsupportedSchema,
    Wildcard,
)

SAID_CHARACTERS_MAX = 200
"""Of xmlschema's own sentence, which may quote much of the file."""

_XSD = "{http://www.w3.org/2001/XMLSchema}"
_FACETS = {
    "length": "length",
    "minLength": "length_min",
    "maxLength": "length_max",
    "totalDigits": "total_digits",
    "fractionDigits": "fraction_digits",
    "minInclusive": "value_min",
    "maxInclusive": "value_max",
}


def types(data: bytes) -> dict[str, Type]:
    """All types that an XSD defines by name, the nameless as ``OWNER.TAG``; those of XML Schema itself are
    left out.

    ``data`` must have passed :func:`wissel.xml.xsd.normal_form.normal_form`, which refuses DOCTYPE and
    references to other files; it may be the original. Raises UnsupportedSchema where xmlschema refuses it.
    """
    try:
        schema = xmlschema.XMLSchema10(io.BytesIO(data), allow="none", defuse="always")
    except (xmlschema.XMLSchemaException, ValueError, TypeError) as error:
        said = " ".join(str(error).split(":\n\nSchema component")[0].split())[:SAID_CHARACTERS_MAX]
        raise UnsupportedSchema(f"xmlschema cannot read it: {said}") from None
    found: dict[str, Type] = {}
    for name, of in schema.types.items():
        found[name] = _type(of, name, found)
    for element in schema.elements.values():
        _element(element, "", found)
    return found


def _type(of: Any, name: str, found: dict[str, Type]) -> Type:
    return _complex(of, name, found) if isinstance(of, XsdComplexType) else _simple(of, name)


def _name(of: Any) -> str:
    return f"xs:{of.local_name}" if of.name.startswith(_XSD) else str(of.local_name)


def _simple(of: Any, name: str) -> SimpleType:
    """A value type with the facets of its whole line of ancestors, the nearest first to speak."""
    values: dict[str, Any] = {}
    patterns: list[str] = []
    enumeration: tuple[str, ...] = ()
    while of.name is None or not of.name.startswith(_XSD):
        if isinstance(of, XsdComplexType) and of.has_simple_content():
            of = of.content  # a value with attributes, restricted further
            continue
        if isinstance(of, XsdComplexType) or of.base_type is None or not hasattr(of, "facets"):
            raise UnsupportedSchema(f"xmlschema reads {name} as more than a restriction of a value")
        for kind, facet in of.facets.items():
            kind = (kind or "").replace(_XSD, "")
            if kind == "pattern":
                regexps = list(facet.regexps)
                patterns.insert(0, regexps[0] if len(regexps) == 1 else "|".join(f"({one})" for one in regexps))
            elif kind == "enumeration":
                enumeration = enumeration or tuple(node.get("value") for node in facet)
            elif kind in _FACETS:
                value = Decimal(str(facet.value)) if kind.endswith("Inclusive") else int(facet.value)
                values.setdefault(_FACETS[kind], value)
        of = of.base_type
    return SimpleType(name, of.local_name, tuple(patterns), enumeration, **values)


def _complex(of: Any, name: str, found: dict[str, Type]) -> ComplexType:
    if of.has_simple_content():
        attributes = tuple(_attribute(one, _declared_in(of, one, name)) for one in of.attributes.values() if one.name)
        content = of.content
        return ComplexType(name, value=_simple(content, content.local_name or name), attributes=attributes)
    return ComplexType(name, content=_group(of.content, name, found))


def _declared_in(of: Any, attribute: Any, owner: str) -> str:
    """The type that an attribute, which may be inherited, was declared in."""
    base = of.base_type
    while isinstance(base, XsdComplexType) and attribute.name in base.attributes:
        if base.attributes[attribute.name].type is not attribute.type:
            break
        owner, base = base.local_name or owner, base.base_type
    return owner


def _attribute(of: Any, owner: str) -> Attribute:
    type_name = _name(of.type) if of.type.name else f"{owner}.{of.local_name}"
    return Attribute(of.local_name, _simple(of.type, type_name), of.use == "required")


def _group(of: Any, owner: str, found: dict[str, Type]) -> Group:
    members: list[Particle] = []
    for member in of:
        if isinstance(member, XsdGroup):
            members.append(_group(member, owner, found))
        elif isinstance(member, XsdAnyElement):
            namespace = " ".join(sorted(member.namespace))
            members.append(Wildcard(namespace, member.process_contents, *member.occurs))
        else:
            members.append(_element(member, owner, found))
    return Group(of.model, tuple(members), *of.occurs)


def _element(of: Any, owner: str, found: dict[str, Type]) -> Element:
    type_name = _name(of.type) if of.type.name else f"{owner}.{of.local_name}"
    if of.type.name is None and type_name not in found:
        found[type_name] = _type(of.type, type_name, found)
    return Element(of.local_name, type_name, *of.occurs)
