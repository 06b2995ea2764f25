"""Code lists in an XSD, as ISO publishes its external code sets: simple types with enumerations."""

from lxml import etree

from wissel.xml.xsd.schema_tree import XS, UnsupportedSchema


def code_lists(data: bytes) -> dict[str, list[tuple[str, str]]]:
    """The codes of every named simple type that lists some: type name -> codes with their short names, as they stand.

    The short name is the annotation with ``source="Name"``, empty where there is none. Raises UnsupportedSchema for
    what is no XSD and for one with a DOCTYPE.
    """
    parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True)
    try:
        schema = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise UnsupportedSchema(f"it is not XML that can be read: {error.msg}") from None
    if schema.getroottree().docinfo.internalDTD is not None:
        raise UnsupportedSchema("it has a DOCTYPE, which could define entities; remove that line")
    if schema.tag != XS + "schema":
        raise UnsupportedSchema(f"it is not an XML schema: its root is {etree.QName(schema).localname}")
    found: dict[str, list[tuple[str, str]]] = {}
    for kind in schema.iterchildren(XS + "simpleType"):
        codes = [(node.get("value", ""), _name(node)) for node in kind.iter(XS + "enumeration")]
        if codes:
            found.setdefault(kind.get("name", ""), []).extend(codes)
    return found


def _name(enumeration: etree._Element) -> str:
    for text in enumeration.iter(XS + "documentation"):
        if text.get("source", "").casefold() == "name":
            return " ".join("".join(str(part) for part in text.itertext()).split())
    return ""
