"""Write messages: values by path, in any order, become XML in the order of the schema.

A path is one as reports print it: ``/Document/FIToFICstmrCdtTrf/CdtTrfTxInf[2]/IntrBkSttlmAmt``, with an
index where an element repeats (counting from 1, [1] may be left out) and ``@`` before an attribute:
``.../IntrBkSttlmAmt/@Ccy``. An element of a foreign namespace, where the schema allows any, is written
``{namespace}tag``. The value of an element without content is the empty text.
The writer knows structure only; whether the values are right, validation says.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from lxml import etree

from wissel.core.errors import UsageError
from wissel.xml.xsd.schema_tree import ComplexType, Element, Group, SchemaTree, Type, Wildcard, elements

Values = Mapping[str, str] | Iterable[tuple[str, str]]
"""Values by path, or pairs of path and value."""

_STEP = re.compile(r"/*(@?(?:\{[^}]*\})?[^/\[\]{}@]+)(?:\[([0-9]{1,9})\])?")
_DECLARATION = b'<?xml version="1.0" encoding="UTF-8"?>\n'


def build(tree: SchemaTree, values: Values, prefix: str | None = None) -> etree._Element:
    """The message as an element, its children in schema order; ``prefix`` for its namespace, or none.

    Raises UsageError that names the path, where it does not exist in the schema, is given twice, repeats an
    element that may stand once, or gives a value to an element that holds others.
    """
    draft = _Draft(tree)
    for path, value in values.items() if isinstance(values, Mapping) else values:
        draft.put(path, value)
    top = etree.Element(f"{{{tree.namespace}}}{tree.root.tag}", nsmap=_names(prefix, tree.namespace))
    _fill(top, draft.root, tree.namespace)
    return top


def wrap(envelope: str, *parts: etree._Element) -> etree._Element:
    """An element named ``envelope`` (``Envelope`` or ``{urn:example}Biz``) around a header and a document.

    Raises UsageError where that is no name of an element.
    """
    try:
        namespace = etree.QName(envelope).namespace
    except ValueError as error:
        raise UsageError(f"'{envelope}' is no name of an element; write Name or {{namespace}}Name") from error
    top = etree.Element(envelope, nsmap=_names(None, namespace) if namespace else None)
    top.extend(parts)
    return top


def to_bytes(element: etree._Element, pretty: bool = True) -> bytes:
    """The element as an XML file in UTF-8 with declaration; ``pretty`` indents by two spaces."""
    if pretty:
        etree.indent(element, "  ")
    return _DECLARATION + etree.tostring(element, encoding="UTF-8") + b"\n"


def write(tree: SchemaTree, values: Values, *, pretty: bool = True, prefix: str | None = None) -> bytes:
    """A whole message as bytes: :func:`build`, then :func:`to_bytes`. Raises UsageError as ``build`` does."""
    return to_bytes(build(tree, values, prefix), pretty)


def _names(prefix: str | None, namespace: str) -> dict[Any, str]:
    """A namespace map; lxml takes None as the default prefix, its type stubs do not."""
    return {prefix: namespace}


class _Place:
    """An element to be written, and what stands below it by position in the schema and index."""

    __slots__ = ("attributes", "children", "path", "tag", "text", "type")

    def __init__(self, path: str, tag: str, of: Type | None) -> None:
        self.path = path
        self.tag = tag
        self.type = of  # None for an element of a foreign namespace
        self.text: str | None = None
        self.attributes: dict[str, str] = {}
        self.children: dict[tuple[int, int], _Place] = {}


class _Draft:
    """The places of one message, filled in any order."""

    def __init__(self, tree: SchemaTree) -> None:
        self.tree = tree
        self.root = _Place(f"/{tree.root.tag}", tree.root.tag, tree.type_of(tree.root))
        self.places: dict[str, _Place] = {}
        self.positions: dict[str, dict[str, tuple[int, Element]]] = {}

    def put(self, path: str, value: str) -> None:
        above, _, name = path.rpartition("/@")
        if above:
            self.put_attribute(self.place(above), path, name, value)
            return
        if (parent := path.rpartition("/")[0]) and "{" not in path:
            self.place(parent)
        place = self.place(path)
        if place.text is not None:
            raise UsageError(f"{path} is given twice")
        if value and place.type is not None and not takes_value(place.type):
            raise UsageError(f"{path} holds elements, not a value")
        place.text = value

    def put_attribute(self, place: _Place, path: str, name: str, value: str) -> None:
        known = place.type.attributes if isinstance(place.type, ComplexType) else ()
        if place.type is not None and name not in (attribute.name for attribute in known):
            raise self.unknown(path, [f"@{attribute.name}" for attribute in known])
        if name in place.attributes:
            raise UsageError(f"{path} is given twice")
        place.attributes[name] = value

    def place(self, path: str) -> _Place:
        """The place at ``path``, made with all above it where it is not there yet."""
        if (known := self.places.get(path)) is not None:
            return known
        above, _, last = path.rpartition("/")
        if above in self.places and "{" not in path:
            place, steps = self.places[above], path_steps(last)
        else:
            place, steps = self.root, path_steps(path)
            if steps[0] == (self.tree.root.tag, 1):
                steps = steps[1:]
        for tag, index in steps:
            place = self.step(place, tag, index, path)
        self.places[path] = place
        return place

    def step(self, place: _Place, tag: str, index: int, path: str) -> _Place:
        if tag.startswith("{"):
            if place.type is not None and not takes_any(place.type):
                raise self.unknown(path, [])
            key = (1_000_000, len(place.children))
            found = next((key for key, child in place.children.items() if child.tag == tag), key)
            return place.children.setdefault(found, _Place(f"{place.path}/{tag}", tag, None))
        known = self.members(place.type)
        if tag not in known:
            raise self.unknown(path, list(known))
        position, element = known[tag]
        if element.occurs_max is not None and index > element.occurs_max:
            often = "once" if element.occurs_max == 1 else f"{element.occurs_max} times"
            raise UsageError(f"{path}: {tag} may stand {often} here in {self.tree.definition}")
        if (position, index) not in place.children:
            of = self.tree.types[element.type_name]
            place.children[position, index] = _Place(f"{place.path}/{tag}", tag, of)
        return place.children[position, index]

    def members(self, of: Type | None) -> dict[str, tuple[int, Element]]:
        if of is None:
            return {}
        if of.name not in self.positions:
            self.positions[of.name] = {e.tag: (position, e) for position, e in enumerate(elements(of))}
        return self.positions[of.name]

    def unknown(self, path: str, known: list[str]) -> UsageError:
        there = f"; there are {', '.join(known)}" if known else ""
        return UsageError(f"{self.tree.definition} has no place {path}{there}")


def path_steps(path: str) -> list[tuple[str, int]]:
    """Tags of a path and their indices, 1 where none is given. Raises UsageError for a text that is no path."""
    steps = []
    at = 0
    while at < len(path):
        found = _STEP.match(path, at)
        if found is None or found[2] == "0":
            raise UsageError(f"{path} is not a path of tags")
        steps.append((found[1], int(found[2] or 1)))
        at = found.end()
    if not steps:
        raise UsageError("a path is empty")
    return steps


def takes_value(of: Type) -> bool:
    """Whether elements of a type hold a value of their own."""
    return not isinstance(of, ComplexType) or of.value is not None


def takes_any(of: Type) -> bool:
    """Whether elements of a type may hold elements of a foreign namespace."""

    def inside(group: Group) -> bool:
        return any(isinstance(m, Wildcard) or (isinstance(m, Group) and inside(m)) for m in group.members)

    return isinstance(of, ComplexType) and of.content is not None and inside(of.content)


def _fill(element: etree._Element, place: _Place, namespace: str) -> None:
    try:
        for name, value in place.attributes.items():
            element.set(name, value)
        if place.text:
            element.text = place.text
    except ValueError as error:
        raise UsageError(f"{place.path}: the value holds a character that XML forbids") from error
    for key in sorted(place.children):
        child = place.children[key]
        name = child.tag
        if name.startswith("{"):
            own = etree.SubElement(element, name, nsmap=_names(None, etree.QName(name).namespace))
        else:
            own = etree.SubElement(element, f"{{{namespace}}}{name}")
        _fill(own, child, namespace)
