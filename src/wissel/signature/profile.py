"""Profiles: which parts of a message a network signs, by which algorithms, and where the signature stands."""

import tomllib
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

from wissel.core.errors import UsageError


class Part(StrEnum):
    """A part of a message that a signature can cover, or at which it can fail."""

    HEADER = "AppHdr"
    DOCUMENT = "Document"
    KEY_INFO = "KeyInfo"
    SIGNED_PROPERTIES = "SignedProperties"
    MESSAGE = "Message"
    """The whole file: its root element, or its bytes."""


class Place(StrEnum):
    """Where a signature stands."""

    HEADER = "header"
    """``AppHdr/Sgntr``."""
    ENVELOPE = "envelope"
    """The last child of Document or of the root."""
    DETACHED = "detached"
    """A file of its own."""


@dataclass(frozen=True, slots=True)
class SignatureMethod:
    """A signature algorithm."""

    name: str
    uri: str
    key: str
    """Kind of key: ``rsa``, ``ec`` or ``hmac``."""
    hash: str
    """Name of the hash as :mod:`hashlib` knows it."""
    pss: bool = False
    """RSA-PSS in place of PKCS#1 v1.5."""
    weak: bool = False
    """SHA-1: only where a profile says so."""


@dataclass(frozen=True, slots=True)
class Profile:
    """What a network's signatures look like. Everything not named here is refused."""

    name: str
    title: str
    source: str
    place: Place
    empty_uri: Part
    """What ``URI=""`` means."""
    required: frozenset[Part]
    """Parts that must be covered."""
    optional: frozenset[Part]
    chains: tuple[tuple[str, ...], ...]
    """Transforms allowed for the part that holds the signature."""
    canonicalizations: tuple[str, ...]
    """Canonical forms allowed for SignedInfo."""
    signature_methods: tuple[str, ...]
    digest_methods: tuple[str, ...]
    key_info: frozenset[str]
    by_name: bool
    """Taken only where somebody names it: it leaves parts uncovered or allows SHA-1."""

    def chains_of(self, part: Part) -> tuple[tuple[str, ...], ...]:
        """Transform chains allowed for a part."""
        return self.chains if part is self.empty_uri else (("exc-c14n",),)


DEFAULT_PROFILES = ("bah", "swift-t2", "xades-bah", "enveloped")
"""Accepted where a trust folder has no ``policy.toml``."""
_STRONG = tuple(f"{family}-{size}" for family in ("rsa", "rsa-pss", "ecdsa") for size in ("sha256", "sha384", "sha512"))
_DIGESTS = ("sha256", "sha384", "sha512")


@cache
def _data() -> dict[str, dict[str, Any]]:
    with Path(__file__).with_name("profiles.toml").open("rb") as file:
        return tomllib.load(file)


@cache
def profiles() -> dict[str, Profile]:
    """All profiles by name."""
    return {name: _profile(name, row) for name, row in _data()["profile"].items()}


def profile(name: str) -> Profile:
    """A profile by its name. Raises UsageError for one that does not exist."""
    try:
        return profiles()[name]
    except KeyError:
        raise UsageError(f"there is no signature profile '{name}'; known are {', '.join(profiles())}") from None


def _profile(name: str, row: dict[str, Any]) -> Profile:
    return Profile(
        name=name,
        title=row["title"],
        source=row["source"],
        place=Place(row["place"]),
        empty_uri=Part(row["empty_uri"]),
        required=frozenset(map(Part, row["required"])),
        optional=frozenset(map(Part, row.get("optional", ()))),
        chains=tuple(map(tuple, row.get("chains", [["enveloped", "exc-c14n"]]))),
        canonicalizations=tuple(row.get("canonicalizations", ["exc-c14n"])),
        signature_methods=tuple(row.get("signature_methods", _STRONG)),
        digest_methods=tuple(row.get("digest_methods", _DIGESTS)),
        key_info=frozenset(row["key_info"]),
        by_name=row.get("by_name", False),
    )


@cache
def signature_methods() -> dict[str, SignatureMethod]:
    """All signature methods by name."""
    return {name: SignatureMethod(name=name, **row) for name, row in _data()["signature"].items()}


def method_of_uri(uri: str) -> SignatureMethod | None:
    """The signature method of an algorithm URI; None for one that is not known."""
    return next((method for method in signature_methods().values() if method.uri == uri), None)


def digest_uri(name: str) -> str:
    """The URI of a digest method."""
    return str(_data()["digest"][name])


def digest_of_uri(uri: str) -> str | None:
    """The name of a digest method; None for one that is not known."""
    return _name_of("digest", uri)


def transform_uri(name: str) -> str:
    """The URI of a transform or canonicalisation."""
    return str(_data()["transform"][name])


def transform_of_uri(uri: str) -> str | None:
    """The name of a transform or canonicalisation; None for one that is not known."""
    return _name_of("transform", uri)


def _name_of(kind: str, uri: str) -> str | None:
    return next((name for name, known in _data()[kind].items() if known == uri), None)
