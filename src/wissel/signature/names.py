"""Distinguished names compared by structure: sets of attribute values, not strings.

Writers differ in order, spaces, case and escapes. A name only finds a certificate; what it is worth, the certificate
itself shows. Sources: RFC 4514 (and the older RFC 2253 and RFC 1779), RFC 5280 section 7.1.
"""

import re
import unicodedata

from cryptography import x509

Rdn = frozenset[tuple[str, str]]
NAME_CHARACTERS_MAX = 4_000

_OIDS = {
    "CN": "2.5.4.3", "SN": "2.5.4.4", "SERIALNUMBER": "2.5.4.5", "C": "2.5.4.6", "L": "2.5.4.7", "ST": "2.5.4.8",
    "S": "2.5.4.8", "STREET": "2.5.4.9", "O": "2.5.4.10", "OU": "2.5.4.11", "T": "2.5.4.12", "TITLE": "2.5.4.12",
    "POSTALCODE": "2.5.4.17", "GIVENNAME": "2.5.4.42", "G": "2.5.4.42", "ORGANIZATIONIDENTIFIER": "2.5.4.97",
    "DC": "0.9.2342.19200300.100.1.25", "UID": "0.9.2342.19200300.100.1.1", "E": "1.2.840.113549.1.9.1",
    "EMAILADDRESS": "1.2.840.113549.1.9.1", "EMAIL": "1.2.840.113549.1.9.1",
}  # fmt: skip
_PAIR = re.compile(r"\s*(?:OID\.)?([A-Za-z][A-Za-z0-9\-]*|\d+(?:\.\d+)+)\s*=\s*", re.IGNORECASE)


def same_name(text: str, name: x509.Name) -> bool:
    """True where ``text`` names ``name``; in either order, since some writers turn it round."""
    told = parsed(text)
    if told is None:
        return False
    own = tuple(frozenset((one.oid.dotted_string, _folded(str(one.value))) for one in rdn) for rdn in name.rdns)
    return told in (own, own[::-1])


def parsed(text: str) -> tuple[Rdn, ...] | None:
    """The parts of a name in the order written; None where it cannot be read."""
    if len(text) > NAME_CHARACTERS_MAX:
        return None
    found: list[set[tuple[str, str]]] = [set()]
    at = 0
    while at < len(text):
        pair = _PAIR.match(text, at)
        if pair is None:
            return None
        key = pair[1].upper()
        oid = _OIDS.get(key, key)
        if not oid[0].isdigit():
            return None
        value, at = _value(text, pair.end())
        if value is None:
            return None
        found[-1].add((oid, _folded(value)))
        if at < len(text):
            if text[at] in ",;":
                found.append(set())
            at += 1
            if at == len(text):
                return None
    return tuple(map(frozenset, found)) if found[0] else None


def _value(text: str, at: int) -> tuple[str | None, int]:
    """One value from ``at``, unescaped, and where it ended; None where it is broken."""
    if text[at : at + 1] == '"':
        closed = re.compile(r'"((?:[^"\\]|\\.)*)"\s*(?=[,;+]|$)').match(text, at)
        return (_unescaped(closed[1]), closed.end()) if closed else (None, at)
    found = re.compile(r"(?:[^,;+\\\"]|\\.)*").match(text, at)
    if found is None or (found.end() < len(text) and text[found.end()] not in ",;+"):
        return None, at
    return _unescaped(_trimmed(found[0])), found.end()


def _trimmed(text: str) -> str:
    """Text without the white space around it, but with a last space that is escaped."""
    trimmed = text.strip()
    escaped = (len(trimmed) - len(trimmed.rstrip("\\"))) % 2 == 1 and len(text.lstrip()) > len(trimmed)
    return f"{trimmed} " if escaped else trimmed


def _unescaped(text: str) -> str | None:
    raw = re.sub(rb"\\([0-9A-Fa-f]{2})", lambda pair: bytes.fromhex(pair[1].decode()), text.encode("utf-8", "replace"))
    try:
        return re.sub(r"\\(.)", r"\1", raw.decode())
    except UnicodeDecodeError:
        return None


def _folded(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())
