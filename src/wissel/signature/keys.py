"""Signing keys: read once from PEM or PKCS#12, used through one small protocol that a hardware module can keep too."""

import os
import stat
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, TypeVar

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.serialization import pkcs12

from wissel.core.errors import InstallationError, UsageError
from wissel.signature.profile import SignatureMethod, signature_methods
from wissel.signature.trust import read_certificates, read_limited
from wissel.signature.values import HMAC_BYTES_MIN, PrivateKey, kind_of_key, sign_value, weakness

T = TypeVar("T")
Password = Callable[[], bytes]
"""Asked only where a key is locked."""
_EC_METHODS = {"secp256r1": "ecdsa-sha256", "secp384r1": "ecdsa-sha384", "secp521r1": "ecdsa-sha512"}
_SECRET_BYTES_MAX = 4_096


class Signer(Protocol):
    """Whatever can sign: a key in memory, or one that never leaves its module."""

    @property
    def certificate(self) -> x509.Certificate:
        """The certificate of the key."""

    def sign(self, data: bytes, method: SignatureMethod) -> bytes:
        """The signature value as XML has it (for ECDSA r and s, not DER). Raises ValueError for another kind of key."""


@dataclass(frozen=True, slots=True)
class KeySigner:
    """A key in memory with its certificate."""

    key: PrivateKey
    certificate: x509.Certificate

    def sign(self, data: bytes, method: SignatureMethod) -> bytes:
        """See :class:`Signer`."""
        return sign_value(self.key, method, data)

    def __repr__(self) -> str:
        """Without the key: it must never stand in a log."""
        return f"KeySigner({self.certificate.subject.rfc4514_string()})"


def load_signer(key: Path, certificate: Path | None, password: Password | None = None) -> KeySigner:
    """The signer of a key file (PEM, or PKCS#12 with the certificate in it) and a certificate file.

    Raises UsageError for a wrong password, a missing certificate or one of another key; InstallationError for a file
    that cannot be read, is no key, or may be read by others than its owner.
    """
    private, own = load_key(key, certificate, password)
    if own is None:
        raise UsageError(f"{key} holds no certificate; give it with --cert")
    if why := weakness(private.public_key(), 2048):
        raise UsageError(f"{key} is {why}")
    return KeySigner(private, own)


def load_key(
    key: Path, certificate: Path | None, password: Password | None = None
) -> tuple[PrivateKey, x509.Certificate | None]:
    """The key of a key file, and its certificate: that of the certificate file, else one in the key file, if any.

    Raises as :func:`load_signer`.
    """
    data = read_secret(key)
    if b"-----BEGIN" in data:
        private, own = _pem(data, key, password), None
    else:
        private, own = _pkcs12(data, key, password)
    if certificate is not None:
        own = _matching(read_certificates(certificate), private, certificate)
    elif own is None and b"-----BEGIN CERTIFICATE" in data:
        own = _matching(read_certificates(key), private, key)
    if own is not None and own.public_key() != private.public_key():
        raise UsageError(f"the certificate is not that of the key in {key}")
    return private, own


def signer_of(
    key: str, certificate: Path | None, password: Password | None = None, module: Path | None = None
) -> Signer:
    """The signer of a key file, or of a ``pkcs11:`` URI (RFC 7512), whose library is named there or is ``module``.

    Raises as :func:`load_signer`, and as :func:`wissel.signature.pkcs11.load_token_signer`.
    """
    if key.lower().startswith("pkcs11:"):
        from wissel.signature.pkcs11 import load_token_signer  # an extra of its own

        return load_token_signer(key, certificate, password, module)
    return load_signer(Path(key), certificate, password)


def read_secret(path: Path) -> bytes:
    """The bytes of a file that only its owner may read. Raises UsageError, InstallationError."""
    try:
        status = os.stat(path)
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}") from None
    if not stat.S_ISREG(status.st_mode):
        raise UsageError(f"{path} is no file")
    if status.st_mode & 0o077:
        raise InstallationError(f"{path} may be read by others than its owner; mend it with: chmod 600 {path}")
    return read_limited(path)


def read_shared_secret(path: Path) -> bytes:
    """The secret of a file-hmac: the bytes of a file without the white space around them. Raises as read_secret."""
    secret = read_secret(path).strip()
    if not HMAC_BYTES_MIN <= len(secret) <= _SECRET_BYTES_MAX:
        raise InstallationError(
            f"{path} holds {len(secret)} bytes; a secret has {HMAC_BYTES_MIN} to {_SECRET_BYTES_MAX}"
        )
    return secret


def method_for(signer: Signer, name: str | None) -> SignatureMethod:
    """The method named, or the one that suits the key. Raises UsageError for one the key is not made for."""
    key = signer.certificate.public_key()
    kind = kind_of_key(key)
    if name is None:
        curve = getattr(getattr(key, "curve", None), "name", "")
        name = "rsa-sha256" if kind == "rsa" else _EC_METHODS.get(curve, "")
    method = signature_methods().get(name)
    if method is None or method.key != kind or method.weak:
        fitting = ", ".join(one.name for one in signature_methods().values() if one.key == kind and not one.weak)
        raise UsageError(f"the key cannot sign by '{name}'; it can by {fitting}")
    return method


def _pem(data: bytes, path: Path, password: Password | None) -> PrivateKey:
    try:
        key = serialization.load_pem_private_key(data, None)
    except TypeError:
        key = _unlocked(lambda given: serialization.load_pem_private_key(data, given), path, password)
    except Exception as error:
        if isinstance(error, MemoryError):
            raise
        raise _no_key(path) from None
    return _supported(key, path)


def _pkcs12(data: bytes, path: Path, password: Password | None) -> tuple[PrivateKey, x509.Certificate | None]:
    if not data.startswith(b"\x30"):
        raise _no_key(path)
    try:
        key, certificate, _ = pkcs12.load_key_and_certificates(data, None)
    except Exception:  # noqa: BLE001 - whichever way it says that it is locked
        key, certificate, _ = _unlocked(lambda given: pkcs12.load_key_and_certificates(data, given), path, password)
    return _supported(key, path), certificate


def _unlocked(load: Callable[[bytes], T], path: Path, password: Password | None) -> T:
    if password is None:
        raise UsageError(f"{path} is locked: give its password with --password-file, or at the prompt")
    try:
        return load(password())
    except UsageError:
        raise
    except Exception as error:
        if isinstance(error, MemoryError):
            raise
        raise UsageError(f"{path} cannot be unlocked: the password is wrong, or the file is damaged") from None


def _supported(key: object, path: Path) -> PrivateKey:
    if not kind_of_key(key):
        raise InstallationError(f"{path} holds no RSA or ECDSA key")
    return key  # type: ignore[return-value]


def _no_key(path: Path) -> InstallationError:
    return InstallationError(f"{path} holds no key that can be read")


def _matching(certificates: list[x509.Certificate], key: PrivateKey, path: Path) -> x509.Certificate:
    """The certificate of the key among those of a file."""
    for one in certificates:
        if one.public_key() == key.public_key():
            return one
    raise UsageError(f"{path} holds no certificate of the key")
