"""The digest of a part, by its transforms, over the elements that were found by structure."""

import hashlib

from lxml import etree

from wissel.signature.canonical import CanonicalError, Sink, exclusive, inclusive
from wissel.signature.refusal import refuse
from wissel.signature.structure import Transform

IMPLIED = Transform("c14n")
"""Without a canonicalisation among the transforms it is the inclusive one, by W3C XML Signature."""

NAMESPACES_MAX = 256
"""Canonicalisation takes time by the square of the namespaces around an element; messages have a handful."""


def digest(element: etree._Element, chain: tuple[Transform, ...], method: str, part: str) -> "hashlib._Hash":
    """The hash (``sha256`` ...) of an element's canonical form.

    An enveloped transform must have been done already, by :func:`detach`. Raises SignatureRefused: CANONICAL-FORM.
    """
    hasher = hashlib.new(method)
    forms = [transform for transform in chain if transform.name != "enveloped"]
    canonicalize(element, forms[0] if forms else IMPLIED, hasher, part)
    return hasher


def canonicalize(element: etree._Element, form: Transform, sink: Sink, part: str) -> None:
    """Feed the canonical form of an element to ``sink``. Raises SignatureRefused where there is none.

    There are no comments in what is signed, so that the forms with and without comments are one.
    """
    if len(element.nsmap) > NAMESPACES_MAX:
        message = f"More than {NAMESPACES_MAX} namespaces are declared around {part}."
        raise refuse("CANONICAL-FORM", message, part, element.sourceline)
    try:
        if form.name.startswith("exc-c14n"):
            exclusive(element, sink, form.prefixes)
        else:
            inclusive(element, sink, "1.1" if form.name == "c14n11" else "1.0")
    except CanonicalError as error:
        message = f"{part} cannot be brought into canonical form with certainty: {error}."
        raise refuse("CANONICAL-FORM", message, part, element.sourceline) from None


def detach(signature: etree._Element) -> None:
    """Take a signature out of its tree and leave the text around it: the enveloped transform."""
    parent = signature.getparent()
    if parent is None:
        return
    tail, before = signature.tail or "", signature.getprevious()
    signature.tail = None
    if before is None:
        parent.text = (parent.text or "") + tail or None
    else:
        before.tail = (before.tail or "") + tail or None
    parent.remove(signature)


class Collected:
    """A sink that keeps what it is given."""

    def __init__(self) -> None:
        self._chunks: list[bytes] = []

    def update(self, data: bytes, /) -> None:
        """Keep some more bytes."""
        self._chunks.append(data)

    def bytes(self) -> bytes:
        """All that was given."""
        return b"".join(self._chunks)
