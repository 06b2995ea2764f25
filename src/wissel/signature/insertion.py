"""Where in the bytes of a message a signature goes: what is signed differs from the input by the signature alone."""

import re
from dataclasses import dataclass

from lxml import etree

from wissel.core.errors import UsageError
from wissel.signature.parts import HEAD, SIGNATURE
from wissel.xml.sources.encoding import HEAD_BYTES, detect

_TAG = re.compile(
    rb"<!--.*?-->|<!\[CDATA\[.*?\]\]>|<\?.*?\?>|<(/?)([^\s<>/!?]+)(?:\"[^\"]*\"|'[^']*'|[^<>\"'])*?(/?)>", re.DOTALL
)


@dataclass(frozen=True, slots=True)
class Gap:
    """A place in the bytes, and what has to stand around the signature there."""

    at: int
    before: str
    after: str


def header_gap(data: bytes, root: etree._Element, header: etree._Element) -> Gap:
    """The place of AppHdr/Sgntr: before Rltd where there is one, else last, as head.001 has it.

    Raises UsageError where the header holds a Sgntr already or the bytes are in an encoding that cannot be cut.
    """
    _require_cuttable(data)
    children = [child for child in header if isinstance(child.tag, str)]
    names = [etree.QName(child).localname for child in children]
    if "Sgntr" in names:
        raise UsageError("the message has a Sgntr already; a message is signed once")
    before = names.index("Rltd") if "Rltd" in names else None
    sibling = next((child for child in children if (etree.QName(child).namespace or "").startswith(HEAD)), header)
    prefix = f"{sibling.prefix}:" if sibling.prefix else ""
    # within a header in another namespace the default may be declared on each child
    declared = "" if header.nsmap.get(sibling.prefix) == sibling.nsmap.get(sibling.prefix) else _declaration(sibling)
    depth = sum(1 for _ in header.iterancestors()) + 1
    at = _start_of_child(data, "AppHdr", depth, before)
    return Gap(at, f"<{prefix}Sgntr{declared}>", f"</{prefix}Sgntr>")


def envelope_gap(data: bytes, root: etree._Element) -> Gap:
    """The place of an enveloped signature: last in the root. Raises UsageError where there is one already."""
    _require_cuttable(data)
    if any(child.tag == SIGNATURE for child in root) or next(root.iter(SIGNATURE), None) is not None:
        raise UsageError("the message has a signature already; a message is signed once")
    if root.getnext() is not None:
        raise UsageError("after the root there is a comment or processing instruction; remove it before signing")
    at = data.rstrip().rfind(b"</")
    if at < 0:
        raise UsageError("the root is empty; there is nothing to sign")
    return Gap(at, "", "")


def _require_cuttable(data: bytes) -> None:
    """Raises UsageError for an encoding in which a tag is not told by its bytes."""
    name = detect(data[:HEAD_BYTES]).name
    if name not in ("utf-8", "ascii") and not name.startswith(("iso8859_", "latin_1", "cp125")):
        raise UsageError(f"a message in {name} cannot be signed; write it in UTF-8")


def _declaration(element: etree._Element) -> str:
    name = f"xmlns:{element.prefix}" if element.prefix else "xmlns"
    return f' {name}="{etree.QName(element).namespace}"'


def _start_of_child(data: bytes, name: str, depth: int, child: int | None) -> int:
    """Where the child of that number of an element begins, or its end tag; the element stands at ``depth``."""
    level, seen, inside = 0, -1, False
    for found in _TAG.finditer(data):
        if found[2] is None:
            continue
        if found[1]:
            if inside and level == depth:
                return found.start()
            level -= 1
            continue
        level += 1
        if not inside and level == depth and found[2].rpartition(b":")[2] == name.encode():
            inside = True
        elif inside and level == depth + 1:
            seen += 1
            if seen == child:
                return found.start()
        if found[3]:
            level -= 1
    raise UsageError(f"{name} is empty; there is nothing to sign")
