"""The parts of a signed message, found by structure alone: AppHdr, Document, and the one ds:Signature that counts.

One parse gives one tree; what is digested later are these very elements. Nothing is searched by identifier, there is
exactly one of each part in the whole file, so that nothing can be wrapped, moved or doubled.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from io import BytesIO
from typing import cast

from lxml import etree

from wissel.signature.profile import Place
from wissel.signature.refusal import refuse
from wissel.xml.parser import doctype_refused
from wissel.xml.refusal import Refused
from wissel.xml.sources.encoding import HEAD_BYTES, detect, utf8_chunks

DSIG = "http://www.w3.org/2000/09/xmldsig#"
HEAD = "urn:iso:std:iso:20022:tech:xsd:head.001."
SIGNATURE = f"{{{DSIG}}}Signature"
_WHITE = " \t\r\n"
_IDS = etree.XPath("descendant-or-self::*/@*[translate(local-name(), 'ID', 'id') = 'id']")


@dataclass(frozen=True, slots=True)
class Parts:
    """A message taken apart, without a look into its signature."""

    root: etree._Element
    header: etree._Element | None
    document: etree._Element | None
    signature: etree._Element
    place: Place
    detached: bool
    """The Document came in a file of its own."""


def parse(data: bytes) -> etree._Element:
    """The root of one hardened parse, read in the encoding in which all of wissel reads it.

    Raises Refused: document types, encodings that are not known or not true; SignatureRefused: not well-formed.
    """
    encoding = detect(data[:HEAD_BYTES])
    if encoding.name != "utf-8":
        data = b"".join(utf8_chunks(BytesIO(data), encoding))
    # a declaration is refused before anything in it is read; a message has no use for the word elsewhere
    if document_type(data):
        raise Refused(doctype_refused())
    parser = etree.XMLParser(
        encoding="utf-8", resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False
    )
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        message = f"The file is not well-formed XML, line {error.lineno}."
        raise refuse("XML-NOT-WELL-FORMED", message, "Message", error.lineno) from None
    except (ValueError, LookupError):
        raise refuse("XML-NOT-WELL-FORMED", "The file is no XML that can be read.", "Message") from None
    refuse_other_xml(root)
    return root


def refuse_other_xml(root: etree._Element) -> None:
    """Raise Refused for a document type, SignatureRefused for XML 1.1: others read some characters differently in it,
    and the declaration that says so is never signed."""
    about = root.getroottree().docinfo
    if about.internalDTD is not None:
        raise Refused(doctype_refused())
    if about.xml_version not in (None, "1.0"):
        raise refuse("XML-NOT-WELL-FORMED", "The XML declaration names a version other than 1.0.", "Message", 1)


def find_parts(root: etree._Element, document_root: etree._Element | None = None) -> Parts:
    """The parts of a parsed message; ``document_root`` where the Document stands in a file of its own.

    Raises SignatureRefused where a part is missing or doubled, or the signature stands at no known place.
    """
    roots = [root] if document_root is None else [root, document_root]
    header = _only(roots, "AppHdr")
    document = _only(roots, "Document")
    if document_root is not None and (document is not document_root or header is not root):
        raise refuse("PART-MISSING", "A separate Document goes with an AppHdr that is a file too.", "Document")
    if header is not None and document is not None and document_root is None:
        require_side_by_side(header, document)
    signature, place = _signature(roots, header, document)
    _refuse_hidden_parts(roots, header, document, place)
    _refuse_doubled_ids(roots, signature)
    return Parts(root, header, document, signature, place, document_root is not None)


def require_side_by_side(header: etree._Element, document: etree._Element) -> None:
    """Raise SignatureRefused where the two parts do not have the same parent."""
    if header.getparent() is None or header.getparent() is not document.getparent():
        raise refuse("PART-MISPLACED", "AppHdr and Document do not stand side by side.", "Document")


def _only(roots: list[etree._Element], name: str) -> etree._Element | None:
    found = [element for root in roots for element in root.iter(f"{{*}}{name}")]
    if len(found) > 1:
        line = found[1].sourceline
        raise refuse("PART-SEVERAL", f"There are {len(found)} elements {name}; a signed message has one.", name, line)
    return found[0] if found else None


def _signature(
    roots: list[etree._Element], header: etree._Element | None, document: etree._Element | None
) -> tuple[etree._Element, Place]:
    """The signature that counts; those inside AppHdr/Rltd are history, and content like any other."""
    every = [element for root in roots for element in root.iter(SIGNATURE)]
    history = [] if header is None else [one for one in every if _is_history(one, header)]
    found = [one for one in every if one not in history]
    if not found:
        raise refuse("SIGNATURE-MISSING", "The message has no signature.", "Signature")
    if len(found) > 1:
        message = f"There are {len(found)} signatures; a message has one."
        raise refuse("SIGNATURE-SEVERAL", message, "Signature", found[1].sourceline)
    signature = found[0]
    parent = signature.getparent()
    if header is not None and parent is not None and _is_sgntr(parent, header):
        envelopes = [child for child in header if isinstance(child.tag, str) and _local(child) == "Sgntr"]
        if len(envelopes) > 1 or len(parent) != 1 or not _blank(parent.text, signature.tail):
            raise refuse("SIGNATURE-STRUCTURE", "Sgntr holds more than one signature.", "Signature", parent.sourceline)
        return signature, Place.HEADER
    holders = [element for element in (document, roots[0]) if element is not None]
    if any(parent is holder for holder in holders) and signature.getnext() is None:
        return signature, Place.ENVELOPE
    message = "The signature stands neither in AppHdr/Sgntr nor as the last child of Document or of the root."
    raise refuse("SIGNATURE-MISPLACED", message, "Signature", signature.sourceline)


def _is_sgntr(element: etree._Element, header: etree._Element) -> bool:
    space = etree.QName(element).namespace or ""
    known = space == (etree.QName(header).namespace or "") or space.startswith(HEAD)
    return known and _local(element) == "Sgntr" and element.getparent() is header


def _is_history(signature: etree._Element, header: etree._Element) -> bool:
    above = [_local(element) for element in signature.iterancestors()]
    return above[:3] == ["Sgntr", "Rltd", "AppHdr"] and list(signature.iterancestors())[2] is header


def _refuse_hidden_parts(
    roots: list[etree._Element], header: etree._Element | None, document: etree._Element | None, place: Place
) -> None:
    """Comments, processing instructions and entities: the canonical form and a reader see different texts there."""
    parts = [part for part in (header, document) if part is not None]
    places: Iterable[etree._Element] = roots if place is Place.ENVELOPE or not parts else parts
    for element in places:
        refuse_hidden(element)


def refuse_hidden(element: etree._Element) -> None:
    """Raise SignatureRefused where there is a comment, a processing instruction or an entity inside an element."""
    hidden = next(element.iter(etree.Comment, etree.ProcessingInstruction, etree.Entity), None)
    if hidden is not None:
        message = "A comment or processing instruction stands inside the signed message."
        raise refuse("COMMENT-IN-MESSAGE", message, _local(element), hidden.sourceline)


def identifiers(root: etree._Element) -> list[str]:
    """Values of all attributes named id, in whatever case."""
    try:
        return list(map(str, cast("list[str]", _IDS(root))))
    except etree.XPathError:  # more elements than libxml2 takes at once
        every = (attribute for element in root.iter("*") for attribute in element.attrib.items())
        return [str(value) for name, value in every if etree.QName(name).localname.lower() == "id"]


def document_type(data: bytes) -> bool:
    """True where a document type declaration stands in the bytes (UTF-8)."""
    return b"<!DOCTYPE" in data


def _refuse_doubled_ids(roots: list[etree._Element], signature: etree._Element) -> None:
    """No identifier may stand twice; where the signature has none, none can be referred to."""
    if not identifiers(signature):
        return
    values = [value for root in roots for value in identifiers(root)]
    if len(set(values)) != len(values):
        raise refuse("ID-DUPLICATE", "Two elements carry the same identifier.", "Signature")


def _local(element: etree._Element) -> str:
    return etree.QName(element).localname


def _blank(*texts: str | None) -> bool:
    return not any(text and text.strip(_WHITE) for text in texts)
