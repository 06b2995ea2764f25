"""The closed grammar of ds:Signature: what stands in it is read once, completely, or refused.

Nothing is hashed here and no key is looked at: first it must be known what is claimed to be signed, and how.
Source: W3C XML Signature Syntax and Processing 1.1, narrowed to what networks send.
"""

import base64
import binascii
import re
from dataclasses import dataclass
from typing import cast

from lxml import etree

from wissel.signature.parts import DSIG, Parts
from wissel.signature.profile import Part, transform_of_uri
from wissel.signature.refusal import refuse

EXCLUSIVE = "http://www.w3.org/2001/10/xml-exc-c14n#"
XADES = "http://uri.etsi.org/01903/v1.3.2#"
SIGNED_PROPERTIES_TYPE = XADES + "SignedProperties"
REFERENCES_MAX = 8
TRANSFORMS_MAX = 2
PREFIXES_MAX = 64
"""In the list of an exclusive canonicalisation; each is looked for at every element."""
TEXT_CHARACTERS_MAX = 100_000
_WHITE = " \t\r\n"
_BASE64 = re.compile(r"[A-Za-z0-9+/]+={0,2}")


@dataclass(frozen=True, slots=True)
class Transform:
    """A transform or canonicalisation, with the prefixes of its InclusiveNamespaces."""

    name: str
    prefixes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reference:
    """One signed part as SignedInfo names it."""

    uri: str | None
    type: str | None
    chain: tuple[Transform, ...]
    digest_uri: str
    digest: bytes
    line: int | None


@dataclass(frozen=True, slots=True)
class SignatureParts:
    """A ds:Signature taken apart."""

    element: etree._Element
    signed_info: etree._Element
    canonicalization: Transform
    method_uri: str
    references: tuple[Reference, ...]
    value: bytes
    key_info: etree._Element | None
    signed_properties: etree._Element | None


def read_signature(parts: Parts) -> SignatureParts:
    """Take the signature apart. Raises SignatureRefused for whatever the grammar does not have."""
    element = parts.signature
    hidden = next(element.iter(etree.Comment, etree.ProcessingInstruction, etree.Entity), None)
    if hidden is not None:
        message = "A comment or processing instruction stands inside the signature."
        raise refuse("COMMENT-IN-MESSAGE", message, "Signature", hidden.sourceline)
    children = _children(element, ("SignedInfo", "SignatureValue", "KeyInfo?", "Object?"), ("Id",))
    signed_info = children["SignedInfo"]
    inside = [child for child in signed_info if isinstance(child.tag, str)]
    if not 3 <= len(inside) <= REFERENCES_MAX + 2:
        message = f"SignedInfo has {max(0, len(inside) - 2)} references; 1 to {REFERENCES_MAX} are allowed."
        raise refuse("REFERENCE-LIMIT", message, "SignedInfo", signed_info.sourceline)
    names = ("CanonicalizationMethod", "SignatureMethod", *["Reference"] * (len(inside) - 2))
    _in_order(signed_info, names, ("Id",))
    method = inside[1]
    _no_parameters(method, "SignatureMethod")
    return SignatureParts(
        element=element,
        signed_info=signed_info,
        canonicalization=_transform(inside[0], "CanonicalizationMethod"),
        method_uri=_attribute(method, "Algorithm"),
        references=tuple(_reference(child) for child in inside[2:]),
        value=_base64(children["SignatureValue"], ("Id",)),
        key_info=children.get("KeyInfo"),
        signed_properties=_signed_properties(element, children.get("Object")),
    )


def target_of(reference: Reference, signature: SignatureParts, empty_uri: Part) -> Part:
    """What a reference means: by the rules of the networks, never by a search. Raises SignatureRefused."""
    uri = reference.uri
    if uri is None:
        return Part.DOCUMENT
    if uri == "":
        return empty_uri
    if not uri.startswith("#") or not re.fullmatch(r"#[\w.\-]+", uri):
        message = "A reference leads outside the message; only the message's own parts can be signed."
        raise refuse("REFERENCE-URI", message, "SignedInfo", reference.line)
    found = {Part.KEY_INFO: signature.key_info, Part.SIGNED_PROPERTIES: signature.signed_properties}
    for part, element in found.items():
        if element is not None and element.get("Id") == uri[1:]:
            if (reference.type == SIGNED_PROPERTIES_TYPE) != (part is Part.SIGNED_PROPERTIES):
                message = f"The reference to {part} has the type of something else."
                raise refuse("REFERENCE-TARGET", message, part, reference.line)
            return part
    message = "A reference names an identifier that is neither that of KeyInfo nor of SignedProperties."
    raise refuse("REFERENCE-TARGET", message, "SignedInfo", reference.line)


def _reference(element: etree._Element) -> Reference:
    children = _children(element, ("Transforms?", "DigestMethod", "DigestValue"), ("Id", "URI", "Type"))
    transforms = children.get("Transforms")
    chain: tuple[Transform, ...] = ()
    if transforms is not None:
        count = len(transforms)
        if not 1 <= count <= TRANSFORMS_MAX:
            message = f"A reference has {count} transforms; at most {TRANSFORMS_MAX} are allowed."
            raise refuse("TRANSFORM-NOT-ALLOWED", message, "SignedInfo", element.sourceline)
        _in_order(transforms, ("Transform",) * count, ())
        chain = tuple(_transform(child, "Transform") for child in transforms)
    _no_parameters(children["DigestMethod"], "DigestMethod")
    return Reference(
        uri=element.get("URI"),
        type=element.get("Type"),
        chain=chain,
        digest_uri=_attribute(children["DigestMethod"], "Algorithm"),
        digest=_base64(children["DigestValue"], ()),
        line=cast("int | None", element.sourceline),
    )


def _transform(element: etree._Element, what: str) -> Transform:
    _attributes(element, ("Algorithm",))
    name = transform_of_uri(_attribute(element, "Algorithm"))
    if name is None:
        code = "TRANSFORM-NOT-ALLOWED" if what == "Transform" else "ALGORITHM-NOT-ALLOWED"
        raise refuse(code, f"The {what} is none that is allowed.", "SignedInfo", element.sourceline)
    prefixes: tuple[str, ...] = ()
    if len(element):
        child = element[0]
        fits = child.tag == f"{{{EXCLUSIVE}}}InclusiveNamespaces" and not len(child) and not (child.text or "")
        if len(element) > 1 or not fits or not name.startswith("exc-c14n"):
            raise _parameter(element, what)
        _attributes(child, ("PrefixList",))
        prefixes = tuple(_attribute(child, "PrefixList").split())
        if len(prefixes) > PREFIXES_MAX:
            raise _parameter(element, what)
        _blank(element.text, child.tail, element)
    else:
        _blank(element.text, None, element)
    return Transform(name, prefixes)


def _no_parameters(element: etree._Element, what: str) -> None:
    _attributes(element, ("Algorithm",))
    if len(element) or (element.text or "").strip(_WHITE):
        raise _parameter(element, what)


def _parameter(element: etree._Element, what: str) -> Exception:
    return refuse("ALGORITHM-PARAMETER", f"{what} has a parameter; none is allowed.", "SignedInfo", element.sourceline)


def _signed_properties(signature: etree._Element, holder: etree._Element | None) -> etree._Element | None:
    if holder is None:
        return None
    _in_order(holder, (f"{{{XADES}}}QualifyingProperties",), ("Id",))
    qualifying = holder[0]
    names = tuple(str(child.tag) for child in qualifying)
    signed, unsigned = f"{{{XADES}}}SignedProperties", f"{{{XADES}}}UnsignedProperties"
    if names not in ((signed,), (signed, unsigned)):
        raise _grammar(qualifying, "QualifyingProperties")
    _in_order(qualifying, names, ("Target", "Id"))
    own = signature.get("Id")
    if own is None or qualifying.get("Target") != f"#{own}":
        raise _grammar(qualifying, "QualifyingProperties")
    return qualifying[0]


def _children(
    element: etree._Element, names: tuple[str, ...], attributes: tuple[str, ...]
) -> dict[str, etree._Element]:
    """Children by name; a name that ends in ``?`` may be absent. Order counts."""
    present = {etree.QName(child).localname for child in element if isinstance(child.tag, str)}
    wanted = tuple(name.rstrip("?") for name in names if not name.endswith("?") or name[:-1] in present)
    _in_order(element, wanted, attributes)
    return dict(zip(wanted, element, strict=True))


def _in_order(element: etree._Element, names: tuple[str, ...], attributes: tuple[str, ...]) -> None:
    tags = [name if name.startswith("{") else f"{{{DSIG}}}{name}" for name in names]
    if [child.tag for child in element] != tags:
        raise _grammar(element, etree.QName(element).localname)
    _attributes(element, attributes)
    _blank(element.text, None, element)
    for child in element:
        _blank(None, child.tail, element)


def _attributes(element: etree._Element, allowed: tuple[str, ...]) -> None:
    if not set(map(str, element.attrib)) <= set(allowed):
        raise _grammar(element, etree.QName(element).localname)


def _attribute(element: etree._Element, name: str) -> str:
    value = element.get(name)
    if value is None:
        raise _grammar(element, etree.QName(element).localname)
    return value


def _blank(text: str | None, tail: str | None, element: etree._Element) -> None:
    if (text or "").strip(_WHITE) or (tail or "").strip(_WHITE):
        raise _grammar(element, etree.QName(element).localname)


def _grammar(element: etree._Element, name: str) -> Exception:
    message = f"{name} does not hold exactly what the grammar of a signature has there."
    return refuse("SIGNATURE-STRUCTURE", message, "Signature", element.sourceline)


def _base64(element: etree._Element, attributes: tuple[str, ...]) -> bytes:
    _attributes(element, attributes)
    if len(element):
        raise _grammar(element, etree.QName(element).localname)
    found = decoded(element.text or "")
    if not found:
        name = etree.QName(element).localname
        raise refuse("SIGNATURE-ENCODING", f"{name} is empty or no base64.", name, element.sourceline)
    return found


def decoded(text: str) -> bytes | None:
    """Strict base64 with white space between; None for anything else."""
    packed = text.translate({ord(white): None for white in _WHITE})
    if len(text) > TEXT_CHARACTERS_MAX or len(packed) % 4 or not _BASE64.fullmatch(packed):
        return None
    try:
        data = base64.b64decode(packed, validate=True)
    except binascii.Error:
        return None
    # bits that a decoder drops would give one signature two spellings
    return data if base64.b64encode(data).decode() == packed else None
