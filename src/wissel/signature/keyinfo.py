"""KeyInfo read as hints: which certificate the signer says to have used. A hint is never a reason to trust."""

from dataclasses import dataclass
from itertools import islice

from lxml import etree

from wissel.signature.parts import DSIG
from wissel.signature.refusal import refuse
from wissel.signature.structure import decoded

CERTIFICATES_MAX = 8
SERIAL_DIGITS_MAX = 60
ELEMENTS_MAX = 50
"""Of KeyInfo and what is in it."""


@dataclass(frozen=True, slots=True)
class KeyHints:
    """What KeyInfo says, by kind; nothing here is verified."""

    certificates: tuple[bytes, ...] = ()
    """DER."""
    issuer_serials: tuple[tuple[str, int], ...] = ()
    skis: tuple[bytes, ...] = ()
    subjects: tuple[str, ...] = ()
    key_names: tuple[str, ...] = ()

    @property
    def kinds(self) -> frozenset[str]:
        """Names of the kinds that are there, as profiles spell them."""
        named = {
            "certificate": self.certificates,
            "issuer-serial": self.issuer_serials,
            "ski": self.skis,
            "subject": self.subjects,
            "key-name": self.key_names,
        }
        return frozenset(kind for kind, values in named.items() if values)


def read_key_info(key_info: etree._Element | None, allowed: frozenset[str]) -> KeyHints:
    """The hints of a KeyInfo; empty without one. Raises SignatureRefused for kinds that are not ``allowed``."""
    if key_info is None:
        return KeyHints()
    if not set(map(str, key_info.attrib)) <= {"Id"}:
        raise _structure(key_info)
    found: dict[str, list[object]] = {}
    for element, name in _leaves(key_info):
        kind = _KINDS.get(name)
        if kind is None:
            raise _not_allowed(element, name)
        found.setdefault(kind, []).append(_value(element, kind))
    hints = KeyHints(
        certificates=tuple(found.get("certificate", ())),  # type: ignore[arg-type]
        issuer_serials=tuple(found.get("issuer-serial", ())),  # type: ignore[arg-type]
        skis=tuple(found.get("ski", ())),  # type: ignore[arg-type]
        subjects=tuple(found.get("subject", ())),  # type: ignore[arg-type]
        key_names=tuple(found.get("key-name", ())),  # type: ignore[arg-type]
    )
    if not hints.kinds <= allowed:
        raise _not_allowed(key_info, ", ".join(sorted(hints.kinds - allowed)))
    counts = (len(hints.issuer_serials), len(hints.skis), len(hints.subjects), len(hints.key_names))
    if max(counts) > 1 or len(hints.certificates) > CERTIFICATES_MAX:
        raise _structure(key_info)
    return hints


_KINDS = {
    "X509Certificate": "certificate",
    "X509IssuerSerial": "issuer-serial",
    "X509SKI": "ski",
    "X509SubjectName": "subject",
    "KeyName": "key-name",
}


def _leaves(key_info: etree._Element) -> list[tuple[etree._Element, str]]:
    """The elements of KeyInfo and of X509Data, with their local names."""
    found: list[tuple[etree._Element, str]] = []
    if sum(1 for _ in islice(key_info.iter(), ELEMENTS_MAX + 1)) > ELEMENTS_MAX:
        raise _structure(key_info)
    for child in key_info:
        name = _dsig_name(child)
        inside = list(child) if name == "X509Data" else [child]
        if name == "X509Data" and (child.attrib or not inside or _texts(child)):
            raise _structure(child)
        found += [(one, _dsig_name(one)) for one in inside]
    if not found or _texts(key_info):
        raise _structure(key_info)
    return found


def _dsig_name(element: etree._Element) -> str:
    name = etree.QName(element)
    if name.namespace != DSIG:
        raise _not_allowed(element, name.localname)
    return name.localname


def _value(element: etree._Element, kind: str) -> object:
    if element.attrib:
        raise _structure(element)
    if kind == "issuer-serial":
        return _issuer_serial(element)
    if len(element):
        raise _structure(element)
    text = element.text or ""
    if kind in ("subject", "key-name"):
        if not text.strip():
            raise _structure(element)
        return text.strip()
    data = decoded(text)
    if not data:
        name = etree.QName(element).localname
        raise refuse("SIGNATURE-ENCODING", f"{name} is empty or no base64.", "KeyInfo", element.sourceline)
    return data


def _issuer_serial(element: etree._Element) -> tuple[str, int]:
    names = [child.tag for child in element]
    if names != [f"{{{DSIG}}}X509IssuerName", f"{{{DSIG}}}X509SerialNumber"] or _texts(element):
        raise _structure(element)
    if any(len(child) or child.attrib for child in element):
        raise _structure(element)
    issuer, serial = (element[0].text or "").strip(), (element[1].text or "").strip()
    if not issuer or not (serial.isascii() and serial.isdigit()) or len(serial) > SERIAL_DIGITS_MAX:
        raise _structure(element)
    return issuer, int(serial)


def _texts(element: etree._Element) -> bool:
    """True where there is text beside the children."""
    return bool((element.text or "").strip() or any((child.tail or "").strip() for child in element))


def _structure(element: etree._Element) -> Exception:
    message = "KeyInfo does not hold exactly what the grammar of a signature has there."
    return refuse("SIGNATURE-STRUCTURE", message, "KeyInfo", element.sourceline)


def _not_allowed(element: etree._Element, name: str) -> Exception:
    message = f"KeyInfo names the key by a way that is not allowed ({name})."
    return refuse("KEYINFO-NOT-ALLOWED", message, "KeyInfo", element.sourceline)
