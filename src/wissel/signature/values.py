"""Signature values: RSA (PKCS#1 v1.5 and PSS), ECDSA and HMAC. The family always follows the key, never the message."""

import hashlib
import hmac
from collections.abc import Callable

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature

from wissel.signature.profile import SignatureMethod

RSA_BITS_MAX = 8192
CURVES = ("secp256r1", "secp384r1", "secp521r1")
PublicKey = rsa.RSAPublicKey | ec.EllipticCurvePublicKey
PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey
_HASHES: dict[str, Callable[[], hashes.HashAlgorithm]] = {
    "sha1": hashes.SHA1,
    "sha256": hashes.SHA256,
    "sha384": hashes.SHA384,
    "sha512": hashes.SHA512,
}


def kind_of_key(key: object) -> str:
    """``rsa``, ``ec``, or the empty text for a key that is neither."""
    if isinstance(key, rsa.RSAPublicKey | rsa.RSAPrivateKey):
        return "rsa"
    if isinstance(key, ec.EllipticCurvePublicKey | ec.EllipticCurvePrivateKey):
        return "ec"
    return ""


def weakness(key: object, rsa_bits_min: int) -> str | None:
    """Why a public key is not strong enough; None for a good one."""
    if isinstance(key, rsa.RSAPublicKey):
        exponent = key.public_numbers().e
        if not rsa_bits_min <= key.key_size <= RSA_BITS_MAX:
            return f"an RSA key of {key.key_size} bits; {rsa_bits_min} to {RSA_BITS_MAX} are allowed"
        if exponent < 3 or exponent % 2 == 0 or exponent > 2**32:
            return "an RSA key with an exponent that is not allowed"
        return None
    if isinstance(key, ec.EllipticCurvePublicKey):
        return None if key.curve.name in CURVES else f"a key on the curve {key.curve.name}"
    return "a key that is neither RSA nor ECDSA"


def value_fits(key: object, method: SignatureMethod, data: bytes, value: bytes) -> bool:
    """True where ``value`` is the signature of ``data`` by ``key``."""
    algorithm = _HASHES[method.hash]()
    try:
        if isinstance(key, rsa.RSAPublicKey) and method.key == "rsa":
            key.verify(value, data, _padding(method), algorithm)
            return True
        if isinstance(key, ec.EllipticCurvePublicKey) and method.key == "ec":
            size = _coordinate_bytes(key)
            if len(value) != 2 * size:
                return False
            r, s = int.from_bytes(value[:size], "big"), int.from_bytes(value[size:], "big")
            key.verify(encode_dss_signature(r, s), data, ec.ECDSA(algorithm))
            return True
    except (InvalidSignature, ValueError):
        return False
    return False


def sign_value(key: PrivateKey, method: SignatureMethod, data: bytes) -> bytes:
    """The signature of ``data``, in the form that XML signatures have. Raises ValueError where the key does not fit."""
    algorithm = _HASHES[method.hash]()
    if isinstance(key, rsa.RSAPrivateKey) and method.key == "rsa":
        return key.sign(data, _padding(method), algorithm)
    if isinstance(key, ec.EllipticCurvePrivateKey) and method.key == "ec":
        size = _coordinate_bytes(key)
        r, s = decode_dss_signature(key.sign(data, ec.ECDSA(algorithm)))
        return r.to_bytes(size, "big") + s.to_bytes(size, "big")
    raise ValueError(f"the key is none for {method.name}")


def hmac_fits(secret: bytes, data: "hmac.HMAC", value: bytes) -> bool:
    """True where ``value`` is the code that ``data`` has arrived at; compared in constant time."""
    return len(secret) >= HMAC_BYTES_MIN and hmac.compare_digest(data.digest(), value)


HMAC_BYTES_MIN = 32


def digest_fits(hasher: "hashlib._Hash", expected: bytes) -> bool:
    """True where a hash has arrived at ``expected``; compared in constant time."""
    return hmac.compare_digest(hasher.digest(), expected)


def _padding(method: SignatureMethod) -> padding.AsymmetricPadding:
    if not method.pss:
        return padding.PKCS1v15()
    algorithm = _HASHES[method.hash]()
    return padding.PSS(padding.MGF1(algorithm), algorithm.digest_size)


def _coordinate_bytes(key: ec.EllipticCurvePublicKey | ec.EllipticCurvePrivateKey) -> int:
    return (key.curve.key_size + 7) // 8
