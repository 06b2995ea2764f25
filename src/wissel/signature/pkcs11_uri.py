"""The ``pkcs11:`` URI that names a key in a token. Source: RFC 7512."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote_to_bytes

from wissel.core.errors import UsageError

_URI_CHARACTERS_MAX = 4_000
_TOKEN = {"token": "label", "serial": "serial", "manufacturer": "manufacturer_id", "model": "model"}
"""Attribute of the URI -> what python-pkcs11 calls it."""
_PATH = {*_TOKEN, "object", "id", "type", "slot-id"}
_QUERY = {"module-path"}
_NAME = re.compile(r"[A-Za-z0-9_-]+")


class _Token(Protocol):
    """A token, as far as it is known by the URI."""


@dataclass(frozen=True, slots=True)
class TokenKey:
    """What a URI says of a key and of the token it is in; None where it says nothing."""

    name: str
    """The URI without its query: what the key is called in complaints."""
    token: tuple[tuple[str, str], ...]
    """What the token must be, by the names of python-pkcs11."""
    slot: int | None
    object: str | None
    id: bytes | None
    module: Path | None

    def fits(self, token: _Token) -> bool:
        """True where ``token`` is what the URI says of it."""
        return all(_text(getattr(token, attribute)) == value for attribute, value in self.token)


def parsed(uri: str) -> TokenKey:
    """The parts of a URI. Raises UsageError for one that cannot be read, or says what is not known here."""
    if len(uri) > _URI_CHARACTERS_MAX or uri[:7].lower() != "pkcs11:":
        raise UsageError("a key in a token is named like 'pkcs11:token=bank;object=signing'")
    path, _, query = uri[7:].partition("?")
    name = f"pkcs11:{path}"
    if "pin-value" in query:
        raise UsageError("a PIN does not belong in a URI, where others can read it: give it with --password-file")
    said = _attributes(path, ";", _PATH, name)
    asked = _attributes(query, "&", _QUERY, name)
    if said.get("type", b"private") != b"private":
        raise UsageError(f"{name} names no private key")
    if not {"object", "id"} & set(said):
        raise UsageError(f"{name} names no key: add object=... or id=... to it")
    slot = said.get("slot-id")
    if slot is not None and not (slot.isdigit() and len(slot) <= 20):
        raise UsageError(f"the slot-id of {name} is no number")
    module = asked.get("module-path")
    label = said.get("object")
    return TokenKey(
        name=name,
        token=tuple((_TOKEN[key], _decoded(value, name)) for key, value in said.items() if key in _TOKEN),
        slot=None if slot is None else int(slot),
        object=None if label is None else _decoded(label, name),
        id=said.get("id"),
        module=None if module is None else Path(_decoded(module, name)),
    )


def _attributes(text: str, separator: str, known: set[str], name: str) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    for pair in text.split(separator) if text else ():
        key, equals, value = pair.partition("=")
        if not equals or not _NAME.fullmatch(key) or re.search(r"%(?![0-9A-Fa-f]{2})", value):
            raise UsageError(f"{name} cannot be read: '{key}' is no attribute")
        if key in found or key not in known:
            why = "stands twice" if key in found else f"is not known; known are {', '.join(sorted(known))}"
            raise UsageError(f"{name} cannot be used: '{key}' {why}")
        found[key] = unquote_to_bytes(value)
    return found


def _decoded(value: bytes, name: str) -> str:
    try:
        return value.decode()
    except UnicodeDecodeError:
        raise UsageError(f"{name} cannot be read: it is not UTF-8") from None


def _text(value: object) -> str:
    return (value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)).rstrip(" \0")
