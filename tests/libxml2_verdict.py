"""What libxml2 alone says of a file: an oracle that shares no code with wissel.

Every outermost AppHdr and Document element is checked against the bundled schema of its namespace.
"""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from lxml import etree

SCHEMAS = Path(__file__).resolve().parent.parent / "schemas"
ISO = "urn:iso:std:iso:20022:tech:xsd:"
SIGNATURE = "{http://www.w3.org/2000/09/xmldsig#}Signature"
SEVERAL_ROOTS = ("Extra content at the end of the document", "XML declaration allowed only at the start")
DECLARATION = re.compile(rb"^(\xef\xbb\xbf)?\s*<\?xml[^>]*\?>")


@dataclass(frozen=True, slots=True)
class Part:
    """An AppHdr or Document: its tag, its definition (its namespace where not of ISO), its verdict."""

    tag: str
    definition: str
    valid: bool | None
    """None where no schema is bundled."""
    error: str = ""


@cache
def schema(definition: str) -> etree.XMLSchema | None:
    """The compiled schema of a definition; None where none is bundled."""
    path = SCHEMAS / definition.split(".")[0] / f"{definition}.xsd"
    return etree.XMLSchema(etree.parse(path)) if path.is_file() else None


def parse(data: bytes) -> etree._Element | None:
    """The tree; None where the file is not well-formed.

    Several roots one after the other, not well-formed as one document, come inside an element of ours.
    """
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        return etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        if not any(sentence in str(error) for sentence in SEVERAL_ROOTS):
            return None
    bare = re.sub(rb"<\?xml\s[^>]*\?>", b"", DECLARATION.sub(b"", data))
    try:
        roots = etree.fromstring(b"<roots>" + bare + b"</roots>", parser)
    except etree.XMLSyntaxError:
        return None
    return roots if len(roots) > 1 else None


def parts_of(root: etree._Element) -> list[Part]:
    """The verdicts of all outermost AppHdr and Document elements, in document order."""
    if not isinstance(root.tag, str):
        return []
    name = etree.QName(root)
    if name.localname not in ("AppHdr", "Document"):
        return [part for child in root for part in parts_of(child)]
    namespace = name.namespace or "(none)"
    definition = namespace.removeprefix(ISO)
    checker = schema(definition) if namespace.startswith(ISO) else None
    if checker is None:
        return [Part(name.localname, definition, None)]
    try:
        checker.assertValid(etree.ElementTree(root))
    except (etree.DocumentInvalid, etree.XMLSchemaValidateError) as error:
        return [Part(name.localname, definition, False, str(error))]
    return [Part(name.localname, definition, True)]


def has_doctype(root: etree._Element) -> bool:
    """Whether the file declares a document type."""
    return root.getroottree().docinfo.internalDTD is not None


def verdict(data: bytes) -> tuple[str, str]:
    """(verdict of the file in wissel's words, libxml2's first error).

    A document type counts as ``unreadable``: refused on purpose. A file without a Document is ``unsupported``:
    what it carries, if anything, has no schema, whatever its header is worth. A signature that ends a Document is
    left out, as wissel does.
    """
    root = parse(data)
    if root is None or has_doctype(root):
        return "unreadable", ""
    for document in list(root.iter("{*}Document")):
        last = document[-1] if len(document) else None
        if last is not None and last.tag == SIGNATURE and not (last.tail or "").strip():
            document.remove(last)
    parts = parts_of(root)
    errors = " ".join(part.error for part in parts if part.error)
    if any(part.valid is None for part in parts) or not any(part.tag == "Document" for part in parts):
        return "unsupported", errors
    if not all(part.valid for part in parts):
        return "invalid", errors
    return "valid", ""
