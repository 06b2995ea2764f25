"""The normal form of a schema: one spelling for every XSD that says the same, and the digest of it.

ISO publishes a schema with annotations, its own prefixes and indentation; tools export it with others. All
are rewritten to one form, in which the schemas are bundled and imported ones are stored:

* UTF-8 with an XML declaration, two spaces of indentation, line feeds;
* the prefix ``xs`` for XML Schema, no prefix for the message's own namespace;
* no annotations, comments, processing instructions, foreign attributes, ``id`` and ``version``;
* the root element first (``Document`` or ``AppHdr`` before others), then all types in the order of their
  names;
* attributes in one order, those that only repeat a default left out, occurrences given in pairs or not at
  all.

What carries meaning keeps its order: the members of a type, and the facets as published. The *canonical
form* is the bytes of the normal form, so :func:`canonical_sha256` of a stored file equals what
``sha256sum`` prints for it.
"""

import hashlib
import re
from dataclasses import dataclass

from lxml import etree

from wissel.xml.xsd.schema_tree import XS, SchemaTree, UnsupportedSchema, read_schema

SCHEMA_BYTES_MAX = 16 * 1024**2
"""Bytes of one XSD; the largest published one has about 1 MB."""
TYPE_MEMBERS_MAX = 500
"""Elements in one type (ISO: 66). libxml2 needs cubic time to compile a long sequence of optional
elements."""
DEFINITIONS_MAX = 5_000
"""Types and elements at the top level of one schema (ISO: below 300)."""
DERIVATIONS_MAX = 16
"""Steps from a type to the built-in type it is derived from (ISO: 2)."""
PATTERN_CHARACTERS_MAX = 1_000
"""Characters of one pattern (ISO: below 100); libxml2 needs cubic time for many optional parts."""

SAID_CHARACTERS_MAX = 300
"""Of libxml2's own sentence, which may quote much of the file."""

_CLARK = re.compile(r"\{[^}]*\}")
_ROOT_NAMES = ("Document", "AppHdr")
_TOP_LEVEL = ("element", "simpleType", "complexType")
_REFERRING = ("import", "include", "redefine", "override")
_PARTICLES = ("element", "any", "sequence", "choice", "all", "group")
_ORDER = (
    *("name", "ref", "type", "base", "itemType", "memberTypes", "value", "use", "default", "fixed", "form"),
    *("nillable", "mixed", "abstract", "namespace", "processContents", "minOccurs", "maxOccurs"),
)
_QNAMES = ("ref", "type", "base", "itemType", "memberTypes")
_INTEGER_FACETS = ("length", "minLength", "maxLength", "totalDigits", "fractionDigits")
_BOOLEANS = ("nillable", "mixed", "abstract")
_DROPPED = ("id", "version", "final", "block")


@dataclass(frozen=True, slots=True)
class NormalSchema:
    """An XSD that was read, compiled and found usable: its namespace, its normal form and its tree."""

    namespace: str
    data: bytes
    tree: SchemaTree


def accept(data: bytes) -> NormalSchema:
    """Bring an XSD from outside into normal form and prove that both libxml2 and SchemaTree can use it.

    Raises UnsupportedSchema with one plain sentence for anything else.
    """
    normal = normal_form(data)
    schema = etree.fromstring(normal)
    try:
        etree.XMLSchema(schema)
    except etree.XMLSchemaParseError as error:
        said = _one_line(error.error_log[0].message if len(error.error_log) else str(error))
        raise UnsupportedSchema(f"libxml2 cannot compile it: {said}") from None
    try:
        tree = read_schema(normal)
        _ = tree.message_name
    except (ArithmeticError, ValueError, LookupError, StopIteration, RecursionError) as error:
        raise UnsupportedSchema(f"it is not built like an ISO 20022 schema ({type(error).__name__})") from None
    return NormalSchema(schema.get("targetNamespace", ""), normal, tree)


def _one_line(said: str | None) -> str:
    """What libxml2 said, on one line of bearable length and without namespaces."""
    text = _CLARK.sub("", " ".join((said or "unknown fault").split()))
    return text if len(text) <= SAID_CHARACTERS_MAX else text[:SAID_CHARACTERS_MAX] + "…"


def canonical_sha256(data: bytes) -> str:
    """SHA-256, in hex, of a schema's canonical form. Raises UnsupportedSchema as :func:`normal_form` does."""
    return hashlib.sha256(normal_form(data)).hexdigest()


def normal_form(data: bytes) -> bytes:
    """The normal form of an XSD, for any encoding and spelling of it; of a normal form, the same bytes.

    Raises UnsupportedSchema where ``data`` is no XSD, has a DOCTYPE, needs other files, or uses what ISO
    20022 schemas do not have.
    """
    given = _parse(data)
    if given.tag != XS + "schema":
        root = etree.QName(given)
        raise UnsupportedSchema(f"it is not an XML schema: its root is {root.localname}")
    namespace = (given.get("targetNamespace") or "").strip()
    if not namespace:
        raise UnsupportedSchema("it has no target namespace, so nothing says which message it is for")
    if given.get("elementFormDefault") != "qualified" or given.get("attributeFormDefault") == "qualified":
        raise UnsupportedSchema("its elements must be in the message's namespace and its attributes in none")
    try:
        schema = etree.Element(
            XS + "schema",
            {"elementFormDefault": "qualified", "targetNamespace": namespace},
            nsmap={None: namespace, "xs": XS[1:-1]},  # type: ignore[dict-item]
        )
    except ValueError:
        raise UnsupportedSchema("its target namespace is not a URI") from None
    for node in sorted(_children(given), key=_place):
        _check_top_level(node)
        _copy(node, schema, namespace)
    _check_sizes(schema)
    return etree.tostring(schema, xml_declaration=True, encoding="UTF-8", pretty_print=True)


class _NoDoctype:
    """A parser target that builds nothing and stops at a DOCTYPE, before an entity can be declared."""

    def doctype(self, name: str, public: str | None, system: str | None) -> None:
        raise UnsupportedSchema("it has a DOCTYPE, which could define entities; remove that line")

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        pass

    def close(self) -> None:
        return None


def _parse(data: bytes) -> etree._Element:
    if len(data) > SCHEMA_BYTES_MAX:
        raise UnsupportedSchema(f"it has {len(data):,} bytes; a schema may have {SCHEMA_BYTES_MAX:,}")
    try:
        guard = etree.XMLParser(target=_NoDoctype(), resolve_entities=False, no_network=True)  # type: ignore[arg-type]
        etree.fromstring(data, guard)
        parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True)
        return etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise UnsupportedSchema(f"it is not XML that can be read: {_one_line(error.msg)}") from None


def _children(node: etree._Element) -> list[etree._Element]:
    """What stands in a node, annotations left out. Raises UnsupportedSchema for what is no XML Schema: dropping
    a misspelt restriction would make a schema that allows too much."""
    text = next((part for part in [node.text, *(child.tail for child in node)] if part and part.strip()), None)
    if text is not None:
        raise UnsupportedSchema(f"it has text where none may be: {_one_line(text)!r}")
    for child in node:
        if not child.tag.startswith(XS):
            raise UnsupportedSchema(f"it has an element {etree.QName(child).localname} that is no part of XML Schema")
    return [child for child in node if child.tag != XS + "annotation"]


def _place(node: etree._Element) -> tuple[int, str]:
    name = node.get("name", "").strip()
    if node.tag == XS + "element":
        return (0 if name in _ROOT_NAMES else 1), name
    return 2, name


def _check_top_level(node: etree._Element) -> None:
    kind = node.tag.replace(XS, "")
    if kind in _REFERRING:
        other = node.get("schemaLocation") or node.get("namespace") or "another schema"
        raise UnsupportedSchema(
            f"it needs a second file (xs:{kind} of {other}); only a schema in one piece can be taken"
        )
    if kind not in _TOP_LEVEL:
        raise UnsupportedSchema(f"it uses xs:{kind} at its top level, which ISO 20022 schemas do not have")
    if not node.get("name", "").strip():
        raise UnsupportedSchema(f"it has an xs:{kind} without a name at its top level")


def _copy(node: etree._Element, parent: etree._Element, namespace: str) -> None:
    values = _attributes(node, namespace)
    names = sorted(values, key=lambda name: (_ORDER.index(name) if name in _ORDER else len(_ORDER), name))
    copy = etree.SubElement(parent, node.tag, {name: values[name] for name in names})
    for child in _children(node):
        _copy(child, copy, namespace)


def _attributes(node: etree._Element, namespace: str) -> dict[str, str]:
    """A node's attributes in normal form: references without foreign prefixes, defaults left out."""
    kind = node.tag.replace(XS, "")
    values: dict[str, str] = {}
    for key, text in node.items():
        name, value = str(key), str(text)
        if name.startswith("{") or name in _DROPPED:
            continue
        if name in _QNAMES:
            values[name] = " ".join(_reference(node, one, namespace) for one in value.split())
        else:
            values[name] = value if name in ("value", "default", "fixed") else " ".join(value.split())
    if kind in _INTEGER_FACETS:
        values["value"] = str(_integer(node, "value", ""))
    if kind in _PARTICLES and not _is_global(node):
        low, high = _integer(node, "minOccurs", "1"), values.get("maxOccurs", "1")
        high = high if high == "unbounded" else str(_integer(node, "maxOccurs", "1"))
        values |= {"minOccurs": str(low), "maxOccurs": high}
        if (low, high) == (1, "1"):
            del values["minOccurs"], values["maxOccurs"]
    for name in _BOOLEANS:
        if name in values:
            values[name] = {"1": "true", "0": "false"}.get(values[name], values[name])
    if kind == "any":
        values = {"namespace": "##any", "processContents": "strict"} | values
    return {name: value for name, value in values.items() if not _is_default(kind, name, value)}


def _is_global(node: etree._Element) -> bool:
    parent = node.getparent()
    return parent is not None and parent.tag == XS + "schema"


def _is_default(kind: str, name: str, value: str) -> bool:
    if name in _BOOLEANS:
        return value == "false"
    if name == "fixed" and kind not in ("element", "attribute"):
        return True  # on a facet it only forbids deriving types from changing it
    form = "unqualified" if kind == "attribute" else "qualified"
    return (name, value) in (("use", "optional"), ("form", form))


def _reference(node: etree._Element, name: str, namespace: str) -> str:
    prefix, _, local = name.rpartition(":")
    target = node.nsmap.get(prefix or None)
    if target == XS[1:-1]:
        return f"xs:{local}"
    if target == namespace:
        return local
    raise UnsupportedSchema(f"it refers to {name}, which is in {target or 'no namespace'}")


def _integer(node: etree._Element, name: str, default: str) -> int:
    text = node.get(name, default).strip()
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        kind = node.tag.replace(XS, "xs:")
        raise UnsupportedSchema(f"the {name} of an {kind} is {text!r}, not a whole number of at most 9 digits")
    return int(text)


def _check_sizes(schema: etree._Element) -> None:
    """Refuse what costs libxml2 far more time than any real schema does."""
    if len(schema) > DEFINITIONS_MAX:
        raise UnsupportedSchema(f"it has {len(schema):,} definitions; a schema may have {DEFINITIONS_MAX:,}")
    for pattern in schema.iter(XS + "pattern"):
        length = len(pattern.get("value", ""))
        if length > PATTERN_CHARACTERS_MAX:
            raise UnsupportedSchema(f"a pattern has {length:,} characters, more than {PATTERN_CHARACTERS_MAX:,}")
    members: dict[etree._Element, int] = {}
    for node in schema.iter(XS + "element", XS + "any"):
        owner = next(node.iterancestors(XS + "complexType"), None)
        if owner is not None:
            members[owner] = members.get(owner, 0) + 1
            if members[owner] > TYPE_MEMBERS_MAX:
                name = owner.get("name", "without a name")
                raise UnsupportedSchema(f"the type {name} has more than {TYPE_MEMBERS_MAX} elements")
    bases = {
        node.get("name", ""): {derived.get("base", "") for derived in node.iter(XS + "restriction", XS + "extension")}
        for node in schema
    }
    layer = set(bases)
    for _ in range(DERIVATIONS_MAX):
        layer = {base for name in layer for base in bases.get(name, ())} & bases.keys()
    if layer:
        raise UnsupportedSchema(
            f"the type {min(layer)} is derived from itself or over more than {DERIVATIONS_MAX} steps"
        )
