"""The ASN.1 of sealed files: what asn1crypto does not have, and the algorithms taken, as the bytes that name them.

An algorithm is known by its exact encoding, parameters included: nothing about it is left open to be changed.
Sources: RFC 5083, RFC 5084 (AES-GCM), RFC 3560 and RFC 4055 (RSA-OAEP), RFC 5753 and SEC 1 (ECDH).
"""

from functools import cache
from typing import ClassVar

from asn1crypto import cms, core  # type: ignore[import-untyped]

from wissel.signature.sealing.ber import der

AUTH_ENVELOPED, PLAIN_DATA = "1.2.840.113549.1.9.16.1.23", "1.2.840.113549.1.7.1"
NONCE_BYTES, TAG_BYTES, KEY_BYTES = 12, 16, 32
GCM_BYTES_MAX = 2**36 - 32
"""What one key and nonce can seal (NIST SP 800-38D): 64 GiB less 32 bytes."""
_HASHES = {"sha256": 1, "sha384": 2, "sha512": 3}
"""Hash -> last number of its identifier, and of that of its key derivation function."""
_Fields = list[tuple[object, ...]]
_NULL = b"\x05\x00"
_TAG_BYTES_DEFAULT = {"default": 12}


class GcmParameters(core.Sequence):  # type: ignore[misc]
    """GCMParameters of RFC 5084."""

    _fields: ClassVar[_Fields] = [
        ("nonce", core.OctetString),
        ("tag_bytes", core.Integer, _TAG_BYTES_DEFAULT),
    ]


class SharedInfo(core.Sequence):  # type: ignore[misc]
    """ECC-CMS-SharedInfo of RFC 5753: what the key derivation is bound to."""

    _fields: ClassVar[_Fields] = [
        ("key_info", core.Any),
        ("user_material", core.OctetString, {"explicit": 0, "optional": True}),
        ("key_bits", core.OctetString, {"explicit": 2}),
    ]


class OriginatorPublicKey(core.Sequence):  # type: ignore[misc]
    """OriginatorPublicKey of RFC 5652, for the key of one file."""

    _fields: ClassVar[_Fields] = [("algorithm", core.Any), ("public_key", core.BitString)]


def oid(dotted: str) -> bytes:
    """An object identifier in DER."""
    return bytes(core.ObjectIdentifier(dotted).dump())


def gcm_algorithm(nonce: bytes) -> bytes:
    """The identifier of AES-256-GCM with a nonce and a tag of 16 bytes."""
    parameters = GcmParameters({"nonce": nonce, "tag_bytes": TAG_BYTES})
    return bytes(cms.EncryptionAlgorithm({"algorithm": "aes256_gcm", "parameters": parameters}).dump())


def gcm_parameters(raw: bytes) -> tuple[bytes, int] | None:
    """Nonce and tag length of AES-256-GCM; None for another algorithm. Raises ValueError where it cannot be read."""
    algorithm = cms.EncryptionAlgorithm.load(raw, strict=True)
    if algorithm["algorithm"].native != "aes256_gcm":
        return None
    parameters = GcmParameters.load(algorithm["parameters"].dump(), strict=True)
    return bytes(parameters["nonce"].native), int(parameters["tag_bytes"].native)


@cache
def oaep_algorithms() -> dict[bytes, str]:
    """RSAES-OAEP as written by anybody -> name of its hash, which is that of its mask generation too; no label."""
    found = {}
    label = der(0xA2, der(0x30, oid("1.2.840.113549.1.1.9"), b"\x04\x00"))
    for name in _HASHES:
        for first in (_NULL, b""):
            for second in (_NULL, b""):
                for source in (b"", label):
                    own, mask = (der(0x30, oid(_hash_oid(name)), null) for null in (first, second))
                    mask = der(0x30, oid("1.2.840.113549.1.1.8"), mask)
                    parameters = der(0x30, der(0xA0, own), der(0xA1, mask), source)
                    found[der(0x30, oid("1.2.840.113549.1.1.7"), parameters)] = name
    return found


@cache
def agreement_algorithms() -> dict[bytes, tuple[str, bytes]]:
    """ECDH with AES-256 key wrap -> name of the hash of the derivation, and the identifier of the key wrap."""
    found = {}
    for name, number in _HASHES.items():
        for null in (b"", _NULL):
            wrap = der(0x30, oid("2.16.840.1.101.3.4.1.45"), null)
            found[der(0x30, oid(f"1.3.132.1.11.{number}"), wrap)] = (name, wrap)
    return found


@cache
def point_algorithms() -> dict[bytes, str]:
    """Identifier of an elliptic curve key -> curve; the empty text where that of the recipient is meant."""
    key = oid("1.2.840.10045.2.1")
    curves = {"1.2.840.10045.3.1.7": "secp256r1", "1.3.132.0.34": "secp384r1", "1.3.132.0.35": "secp521r1"}
    known = {der(0x30, key, oid(dotted)): name for dotted, name in curves.items()}
    return known | {der(0x30, key): "", der(0x30, key, _NULL): ""}


def _hash_oid(name: str) -> str:
    return f"2.16.840.1.101.3.4.2.{_HASHES[name]}"
