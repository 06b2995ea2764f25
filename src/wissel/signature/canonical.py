"""Canonical XML of elements in place, streamed into a hash.

Exclusive canonicalisation (what nearly every network signs) is libxml2's, on the element in its own document, without
copying or parsing it again: that is exact. Inclusive canonicalisation is libxml2's for a root only. For any other
element lxml gets it wrong (it forgets inherited ``xml:`` attributes and writes ``xmlns=""`` where none belongs), so
there it is done here, and refused where lxml does not tell which prefix was written.

Sources: W3C Canonical XML 1.0 and 1.1, Exclusive XML Canonicalization 1.0; all without comments.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Protocol

from lxml import etree

_XML = "http://www.w3.org/XML/1998/namespace"


class CanonicalError(Exception):
    """The element cannot be brought into canonical form, or not with certainty; its signature must be refused."""


class Sink(Protocol):
    """Takes the canonical bytes, as a hash does."""

    def update(self, data: bytes, /) -> None:
        """Take some more bytes."""


class _Writer:
    """Hands what libxml2 writes on to a sink and counts it."""

    def __init__(self, sink: Sink) -> None:
        self._sink = sink
        self.size = 0

    def write(self, data: bytes) -> int:
        self._sink.update(data)
        self.size += len(data)
        return len(data)


def exclusive(element: etree._Element, sink: Sink, inclusive_prefixes: Sequence[str] = ()) -> int:
    """Feed the exclusive canonical form of an element to ``sink``; the number of bytes.

    ``inclusive_prefixes`` are those of an InclusiveNamespaces parameter (``#default`` for the default namespace).
    Raises CanonicalError where libxml2 gives up or writes nothing: an empty result must never be taken for content.
    """
    return _libxml2(element, sink, True, inclusive_prefixes)


def inclusive(element: etree._Element, sink: Sink, version: str = "1.0") -> int:
    """Feed the inclusive canonical form (``1.0`` or ``1.1``) of an element to ``sink``; the number of bytes.

    Raises CanonicalError where that cannot be decided from lxml's tree.
    """
    if element.getparent() is None:
        return _libxml2(element, sink, False, ())
    writer = _Writer(sink)
    for piece in _Inclusive(version).pieces(element):
        writer.write(piece.encode())
    return writer.size


def _libxml2(element: etree._Element, sink: Sink, is_exclusive: bool, prefixes: Sequence[str]) -> int:
    writer = _Writer(sink)
    try:
        tree: Any = etree.ElementTree(element)  # the stubs do not know all of it
        tree.write_c14n(writer, exclusive=is_exclusive, with_comments=False, inclusive_ns_prefixes=list(prefixes))
    except (etree.LxmlError, ValueError) as error:
        raise CanonicalError(f"canonicalisation failed: {error}") from None
    if not writer.size:
        raise CanonicalError("canonicalisation gave nothing")
    return writer.size


def _escaped_text(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\r", "&#xD;")


def _escaped_attribute(text: str) -> str:
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")
    return escaped.replace("\t", "&#x9;").replace("\n", "&#xA;").replace("\r", "&#xD;")


Namespaces = dict[str | None, str]


class _Inclusive:
    """Inclusive canonicalisation of an element that is not its document's root."""

    def __init__(self, version: str) -> None:
        self._inherited = _INHERITED[version]

    def pieces(self, apex: etree._Element) -> Iterator[str]:
        """The canonical form in pieces."""
        yield from self._element(apex, {}, self._inherited(apex))

    def _element(self, element: etree._Element, written: Namespaces, inherited: dict[str, str]) -> Iterator[str]:
        if not isinstance(element.tag, str):
            raise CanonicalError("an entity reference stands inside the element")
        # an undeclared default namespace is one that is not there
        scope = {prefix: uri for prefix, uri in element.nsmap.items() if uri and prefix != "xml"}
        name = _written_name(element)
        tags = [f"<{name}"]
        tags += [_declaration(prefix, uri) for prefix, uri in _new_declarations(scope, written)]
        tags += [f' {key}="{_escaped_attribute(value)}"' for key, value in _attributes(element, scope, inherited)]
        yield "".join(tags) + ">"
        if element.text:
            yield _escaped_text(element.text)
        for child in element:
            if isinstance(child, etree._ProcessingInstruction):
                content = f" {child.text}" if child.text else ""
                yield f"<?{child.target!s}{content}?>"
            elif not isinstance(child, etree._Comment):
                yield from self._element(child, scope, {})
            if child.tail:
                yield _escaped_text(child.tail)
        yield f"</{name}>"


def _written_name(element: etree._Element) -> str:
    local = etree.QName(element).localname
    return f"{element.prefix}:{local}" if element.prefix else local


def _new_declarations(scope: Namespaces, written: Namespaces) -> list[tuple[str | None, str]]:
    """Declarations that differ from those written around the element, default first, then by prefix."""
    new = [(prefix, uri) for prefix, uri in scope.items() if written.get(prefix) != uri]
    if written.get(None) and None not in scope:
        new.append((None, ""))
    return sorted(new, key=lambda one: one[0] or "")


def _declaration(prefix: str | None, uri: str) -> str:
    return f' xmlns{":" + prefix if prefix else ""}="{_escaped_attribute(uri)}"'


def _attributes(element: etree._Element, scope: Namespaces, inherited: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Attributes by namespace and local name, each with the name that was written."""
    values = {**inherited, **{str(key): str(value) for key, value in element.attrib.items()}}
    keyed = sorted(
        (etree.QName(key).namespace or "", etree.QName(key).localname, value) for key, value in values.items()
    )
    for namespace, local, value in keyed:
        if not namespace:
            yield local, value
        elif namespace == _XML:
            yield f"xml:{local}", value
        else:
            prefixes = [prefix for prefix, uri in scope.items() if uri == namespace and prefix]
            if len(prefixes) != 1:
                raise CanonicalError(f"which prefix the attribute {local} was written with cannot be told")
            yield f"{prefixes[0]}:{local}", value


def _inherited_all(apex: etree._Element) -> dict[str, str]:
    """Canonical XML 1.0: attributes in the xml namespace of the elements around, nearest first."""
    found: dict[str, str] = {}
    for above in apex.iterancestors():
        for key, value in above.attrib.items():
            if str(key).startswith(f"{{{_XML}}}"):
                found.setdefault(str(key), str(value))
    return found


def _inherited_simple(apex: etree._Element) -> dict[str, str]:
    """Canonical XML 1.1: xml:lang and xml:space are inherited, xml:id is not; xml:base would have to be joined."""
    found = _inherited_all(apex)
    if f"{{{_XML}}}base" in found:
        raise CanonicalError("xml:base around the element is not supported")
    return {key: value for key, value in found.items() if key in (f"{{{_XML}}}lang", f"{{{_XML}}}space")}


_INHERITED: dict[str, Callable[[etree._Element], dict[str, str]]] = {
    "1.0": _inherited_all,
    "1.1": _inherited_simple,
}
