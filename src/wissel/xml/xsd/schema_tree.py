"""SchemaTree: an XSD as plain values, read once; what orders, explains, compares, generates and writes messages.

ISO 20022 schemas use a small part of XML Schema: global named types, sequences, choices, ``xs:any``, simple
types by restriction and simple content with attributes. This reader takes that part in full, plus inline types
and nested groups as usage guideline exports have them, and refuses anything else with :class:`UnsupportedSchema`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from lxml import etree

from wissel.core.errors import WisselError

XS = "{http://www.w3.org/2001/XMLSchema}"


class UnsupportedSchema(WisselError):
    """The XSD uses a construct that ISO 20022 schemas do not have."""


@dataclass(frozen=True, slots=True)
class SimpleType:
    """A value type: an XSD primitive and its facets. ``base`` is the primitive's local name (``string`` ...)."""

    name: str
    base: str
    patterns: tuple[str, ...] = ()
    """Each must match (XSD regular expressions, anchored at both ends)."""
    enumeration: tuple[str, ...] = ()
    length: int | None = None
    length_min: int | None = None
    length_max: int | None = None
    total_digits: int | None = None
    fraction_digits: int | None = None
    value_min: Decimal | None = None
    value_max: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Attribute:
    """An attribute of an element with a value."""

    name: str
    type: SimpleType
    required: bool


@dataclass(frozen=True, slots=True)
class Element:
    """An element particle: a tag, the name of its type, and how often it may occur (None = unbounded)."""

    tag: str
    type_name: str
    occurs_min: int = 1
    occurs_max: int | None = 1


@dataclass(frozen=True, slots=True)
class Wildcard:
    """An ``xs:any``: any element of the namespaces, checked as ``process`` says (``lax``, ``skip``, ``strict``)."""

    namespace: str
    process: str
    occurs_min: int = 1
    occurs_max: int | None = 1


@dataclass(frozen=True, slots=True)
class Group:
    """A sequence or a choice of particles."""

    kind: str
    """``sequence`` or ``choice``."""
    members: tuple["Particle", ...]
    occurs_min: int = 1
    occurs_max: int | None = 1


Particle = Element | Wildcard | Group


@dataclass(frozen=True, slots=True)
class ComplexType:
    """A type with child elements (``content``) or with a value and attributes (``value``)."""

    name: str
    content: Group | None = None
    value: SimpleType | None = None
    attributes: tuple[Attribute, ...] = ()


Type = SimpleType | ComplexType


@dataclass(frozen=True, slots=True)
class Node:
    """One place in a message: its tag path, the particle that stands there and its type."""

    path: str
    """Tags joined by ``/``, from the root: ``/Document/FIToFICstmrCdtTrf/GrpHdr/MsgId``."""
    element: Element
    type: Type
    depth: int
    choice: bool
    """True where the element is one option of a choice."""
    recursive: bool = False
    """True where the type contains itself: its children are not walked again."""


@dataclass(frozen=True)
class SchemaTree:
    """All types of one message definition. ``definition`` is the namespace's last part: ``pacs.008.001.08``."""

    definition: str
    namespace: str
    root: Element
    types: dict[str, Type]

    @property
    def message_name(self) -> str:
        """The message's English name: ``FIToFICustomerCreditTransferV08``; for headers the root's type name."""
        return self.message_element.type_name

    @property
    def message_element(self) -> Element:
        """The element below ``Document`` (the root itself for headers): ``FIToFICstmrCdtTrf``."""
        if self.root.tag != "Document":
            return self.root
        return next(elements(self.type_of(self.root)))

    def type_of(self, element: Element) -> Type:
        """The type of an element of this schema."""
        return self.types[element.type_name]

    def walk(self, start: str | None = None) -> Iterator[Node]:
        """Every place in schema order, depth first, from the root or from the path ``start``.

        Raises KeyError where ``start`` does not exist.
        """
        first = self.find(start) if start else Node(f"/{self.root.tag}", self.root, self.type_of(self.root), 0, False)
        yield from self._walk(first, ())

    def _walk(self, node: Node, above: tuple[str, ...]) -> Iterator[Node]:
        recursive = node.element.type_name in above
        if recursive:
            node = Node(node.path, node.element, node.type, node.depth, node.choice, True)
        yield node
        if recursive:
            return
        for child in self.children(node):
            yield from self._walk(child, (*above, node.element.type_name))

    def children(self, node: Node) -> Iterator[Node]:
        """The places directly below ``node``, in schema order."""
        if not isinstance(node.type, ComplexType) or node.type.content is None:
            return
        for element, choice in _members(node.type.content, False):
            yield Node(f"{node.path}/{element.tag}", element, self.type_of(element), node.depth + 1, choice)

    def find(self, path: str) -> Node:
        """The place at ``path`` (with or without leading slash and root). Raises KeyError where none is."""
        tags = path.strip("/").split("/")
        if tags[0] == self.root.tag:
            tags = tags[1:]
        node = Node(f"/{self.root.tag}", self.root, self.type_of(self.root), 0, False)
        for tag in tags:
            if not tag:
                continue
            content = node.type.content if isinstance(node.type, ComplexType) else None
            members = _members(content, False) if content is not None else ()
            found = next((one for one in members if one[0].tag == tag), None)
            if found is None:
                raise KeyError(f"{node.path}/{tag}")
            element, choice = found
            node = Node(f"{node.path}/{tag}", element, self.type_of(element), node.depth + 1, choice)
        return node


def elements(of: Type) -> Iterator[Element]:
    """The child elements of a type in schema order; none for a value type."""
    if isinstance(of, ComplexType) and of.content is not None:
        for element, _ in _members(of.content, False):
            yield element


def _members(group: Group, choice: bool) -> Iterator[tuple[Element, bool]]:
    inside = choice or group.kind == "choice"
    for member in group.members:
        if isinstance(member, Element):
            yield member, inside
        elif isinstance(member, Group):
            yield from _members(member, inside)


def read_schema(data: bytes) -> SchemaTree:
    """Read an XSD. Raises UnsupportedSchema for what this reader does not take, naming the construct."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True)
    try:
        schema = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise UnsupportedSchema(f"not an XML schema: {error.msg}") from None
    if schema.tag != XS + "schema":
        raise UnsupportedSchema(f"not an XML schema: the root is {schema.tag}")
    return _SchemaReader(schema).read()


_INTEGER_FACETS = {
    "length": "length",
    "minLength": "length_min",
    "maxLength": "length_max",
    "totalDigits": "total_digits",
    "fractionDigits": "fraction_digits",
}


class _SchemaReader:
    def __init__(self, schema: etree._Element) -> None:
        self.schema = schema
        self.sources = {
            node.get("name"): node for node in schema if node.tag in (XS + "simpleType", XS + "complexType")
        }
        self.types: dict[str, Type] = {}

    def read(self) -> SchemaTree:
        roots = [node for node in self.schema if node.tag == XS + "element"]
        known = (XS + "element", XS + "simpleType", XS + "complexType", XS + "annotation")
        for node in self.schema:
            if node.tag not in known:
                raise UnsupportedSchema(f"the schema uses {node.tag.replace(XS, 'xs:')} at its top level")
        if not roots:
            raise UnsupportedSchema("the schema declares no element")
        namespace = self.schema.get("targetNamespace") or ""
        for name in self.sources:
            self.named(str(name))
        root = self.element(roots[0])
        return SchemaTree(namespace.rsplit(":", 1)[-1], namespace, root, self.types)

    def named(self, name: str) -> Type:
        if name not in self.types:
            local = name.rsplit(":", 1)[-1]
            if local in self.sources and (":" not in name or not self._builtin(name)):
                self.types[local] = self.type(self.sources[local], local)
                return self.types[local]
            if not self._builtin(name):
                raise UnsupportedSchema(f"the type {name} is not defined in the schema")
            self.types[name] = SimpleType(name, local)
        return self.types[name]

    def reference(self, name: str) -> str:
        """The name under which the type is filed; types of the schema are read in their own turn (they may recur)."""
        local = name.rsplit(":", 1)[-1]
        return local if local in self.sources and not self._builtin(name) else self.named(name).name

    def _builtin(self, name: str) -> bool:
        prefix = name.rsplit(":", 1)[0] if ":" in name else None
        return self.schema.nsmap.get(prefix) == XS[1:-1]

    def type(self, node: etree._Element, name: str) -> Type:
        return self.simple(node, name) if node.tag == XS + "simpleType" else self.complex(node, name)

    def simple(self, node: etree._Element, name: str) -> SimpleType:
        restriction = node.find(XS + "restriction")
        if restriction is None:
            raise UnsupportedSchema(f"the simple type {name} is not a restriction")
        return self.facets(restriction, name)

    def facets(self, restriction: etree._Element, name: str) -> SimpleType:
        base = self.named(restriction.get("base") or "")
        if isinstance(base, ComplexType):
            if base.value is None:
                raise UnsupportedSchema(f"{name} restricts {base.name}, which has no value")
            base = base.value
        values: dict[str, object] = {name_: getattr(base, name_) for name_ in SimpleType.__slots__}
        values["name"] = name
        enumeration: list[str] = []
        patterns: list[str] = []
        for facet in restriction:
            kind = facet.tag.replace(XS, "")
            value = facet.get("value", "")
            if kind == "enumeration":
                enumeration.append(value)
            elif kind == "pattern":
                patterns.append(value)
            elif kind in _INTEGER_FACETS:
                values[_INTEGER_FACETS[kind]] = int(value)
            elif kind == "minInclusive":
                values["value_min"] = Decimal(value)
            elif kind == "maxInclusive":
                values["value_max"] = Decimal(value)
            elif kind not in ("annotation", "whiteSpace", "attribute"):
                raise UnsupportedSchema(f"the type {name} uses xs:{kind}")
        if enumeration:
            values["enumeration"] = tuple(enumeration)
        if patterns:
            # patterns of one restriction are alternatives, those of its bases apply as well
            one = patterns[0] if len(patterns) == 1 else "|".join(f"({p})" for p in patterns)
            values["patterns"] = (*base.patterns, one)
        return SimpleType(**values)  # type: ignore[arg-type]

    def complex(self, node: etree._Element, name: str) -> ComplexType:
        if node.get("mixed") == "true" or node.get("abstract") == "true":
            raise UnsupportedSchema(f"the type {name} is mixed or abstract")
        content: Group | None = None
        for child in node:
            kind = child.tag.replace(XS, "")
            if kind == "simpleContent":
                return self.simple_content(child, name)
            if kind in ("sequence", "choice"):
                content = self.group(child, name)
            elif kind != "annotation":
                raise UnsupportedSchema(f"the type {name} uses xs:{kind}")
        return ComplexType(name, content=content or Group("sequence", ()))

    def simple_content(self, node: etree._Element, name: str) -> ComplexType:
        derived = next((child for child in node if child.tag in (XS + "extension", XS + "restriction")), None)
        if derived is None:
            raise UnsupportedSchema(f"the type {name} has an empty xs:simpleContent")
        base = self.named(derived.get("base") or "")
        inherited = base.attributes if isinstance(base, ComplexType) else ()
        if derived.tag == XS + "restriction":
            value = self.facets(derived, name)
        else:
            value = base if isinstance(base, SimpleType) else base.value  # type: ignore[assignment]
        attributes = {attribute.name: attribute for attribute in inherited}
        for child in derived:
            if child.tag == XS + "attribute":
                attribute = self.attribute(child, name)
                attributes[attribute.name] = attribute
        return ComplexType(name, value=value, attributes=tuple(attributes.values()))

    def attribute(self, node: etree._Element, owner: str) -> Attribute:
        name = node.get("name") or ""
        inline = node.find(XS + "simpleType")
        kind = self.simple(inline, f"{owner}.{name}") if inline is not None else self.named(node.get("type") or "")
        if not isinstance(kind, SimpleType):
            raise UnsupportedSchema(f"the attribute {name} of {owner} has no simple type")
        return Attribute(name, kind, node.get("use") == "required")

    def group(self, node: etree._Element, owner: str) -> Group:
        members: list[Particle] = []
        for child in node:
            kind = child.tag.replace(XS, "")
            if kind == "element":
                members.append(self.element(child, owner))
            elif kind == "any":
                low, high = _occurs(child)
                namespace = child.get("namespace", "##any")
                members.append(Wildcard(namespace, child.get("processContents", "strict"), low, high))
            elif kind in ("sequence", "choice"):
                members.append(self.group(child, owner))
            elif kind != "annotation":
                raise UnsupportedSchema(f"the type {owner} uses xs:{kind}")
        low, high = _occurs(node)
        return Group(node.tag.replace(XS, ""), tuple(members), low, high)

    def element(self, node: etree._Element, owner: str = "") -> Element:
        tag = node.get("name")
        if tag is None:
            raise UnsupportedSchema(f"the type {owner} refers to an element by xs:ref")
        inline = next((child for child in node if child.tag in (XS + "simpleType", XS + "complexType")), None)
        if inline is not None:
            type_name = f"{owner}.{tag}"
            self.types[type_name] = self.type(inline, type_name)
        else:
            type_name = self.reference(node.get("type") or "")
        low, high = _occurs(node)
        return Element(tag, type_name, low, high)


def _occurs(node: etree._Element) -> tuple[int, int | None]:
    high = node.get("maxOccurs", "1")
    return int(node.get("minOccurs", "1")), None if high == "unbounded" else int(high)
