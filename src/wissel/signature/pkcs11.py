"""Keys that never leave their module: signing through PKCS#11, an optional extra (``python-pkcs11``).

The key is found once, and its session stays open. A process that forks must load its own. Source: PKCS#11 (OASIS),
RFC 7512 for the URI.
"""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from cryptography import x509

from wissel.core.errors import InstallationError, UsageError, WisselError
from wissel.signature.keys import Password, method_for
from wissel.signature.pkcs11_uri import TokenKey, parsed
from wissel.signature.profile import SignatureMethod
from wissel.signature.trust import read_certificates
from wissel.signature.values import kind_of_key, value_fits, weakness

if TYPE_CHECKING:
    import pkcs11

_PIN_ERRORS = ("PinIncorrect", "PinInvalid", "PinLenRange")


@dataclass(frozen=True, slots=True)
class TokenSigner:
    """A key in a token with its certificate; a :class:`wissel.signature.keys.Signer`."""

    key: Any
    """The private key as python-pkcs11 has it."""
    session: Any
    certificate: x509.Certificate
    name: str
    """What the key is called in complaints."""

    def sign(self, data: bytes, method: SignatureMethod) -> bytes:
        """As a Signer does. Raises ValueError for a key of another kind, InstallationError where the token fails.

        The value is verified before it is handed on: a token that errs must not give away its key.
        """
        public = self.certificate.public_key()
        if kind_of_key(public) != method.key:
            raise ValueError(f"the key is none for {method.name}")
        with _explained(_library(), self.name):
            told, mechanism, parameter = _call(_library(), data, method)
            value = bytes(self.key.sign(told, mechanism=mechanism, mechanism_param=parameter))
        if not value_fits(public, method, data, value):
            raise UsageError(f"the certificate is not that of the key {self.name}, or the token signs wrongly")
        return value

    def close(self) -> None:
        """Log out of the token, unless another key of this process is in use there; this one signs no more."""
        self.session.close()

    def __repr__(self) -> str:
        """Short, and without anything secret."""
        return f"TokenSigner({self.certificate.subject.rfc4514_string()})"


def load_token_signer(
    uri: str, certificate: Path | None, password: Password | None = None, module: Path | None = None
) -> TokenSigner:
    """The signer of a ``pkcs11:`` URI; the certificate is that of the file, else the one beside the key in its token.

    Raises UsageError for a URI that cannot be read or names several keys, a wrong PIN, and a missing certificate or
    one of another key; InstallationError where the extra, the library, the token or the key is missing.
    """
    wanted = parsed(uri)
    library = _library()
    path = wanted.module or module
    if path is None:
        raise UsageError(f"{wanted.name} names no library: add ?module-path=... to it, or give --pkcs11-module")
    with _explained(library, wanted.name):
        session = _session(library, _token(library, path, wanted), _pin(wanted, password))
    try:
        with _explained(library, wanted.name):
            key = _key(library, session, wanted)
            own = _certificate(library, session, key, wanted) if certificate is None else _given(certificate)
        if own is None:
            raise UsageError(f"there is no certificate beside {wanted.name} in its token; give it with --cert")
        if why := weakness(own.public_key(), 2048):
            raise UsageError(f"{wanted.name} is {why}")
        signer = TokenSigner(key, session, own, wanted.name)
        signer.sign(b"wissel", method_for(signer, None))  # a wrong certificate shows now, not at the first message
    except BaseException:
        session.close()
        raise
    return signer


def _library() -> ModuleType:
    try:
        import pkcs11
    except ImportError:
        raise InstallationError("keys in tokens need an extra package: pip install 'wissel[pkcs11]'") from None
    return pkcs11


@contextmanager
def _explained(library: ModuleType, name: str) -> Iterator[None]:
    """What the library and the token say, as one of our own sentences."""
    try:
        yield
    except WisselError:
        raise
    except library.PKCS11Error as error:
        kind = type(error).__name__
        if kind in _PIN_ERRORS:
            raise UsageError(f"the PIN of {name} is wrong") from None
        said = {
            "PinLocked": "its PIN is locked after too many wrong ones",
            "MechanismInvalid": "it cannot sign by this algorithm",
            "KeyFunctionNotPermitted": "the key may not sign",
        }.get(kind, f"it answers {kind}" + (f" ({error})" if str(error) else ""))
        raise InstallationError(f"the token of {name} cannot be used: {said}") from None


def _token(library: ModuleType, path: Path, wanted: TokenKey) -> "pkcs11.Token":
    if not path.is_file():
        raise InstallationError(f"there is no PKCS#11 library '{path}'")
    try:
        loaded = library.lib(str(path))
    except Exception as error:
        if isinstance(error, MemoryError):
            raise
        raise InstallationError(f"'{path}' is no PKCS#11 library that can be used: {error}") from None
    slots: list[pkcs11.Slot] = [
        slot for slot in loaded.get_slots(token_present=True) if wanted.slot in (None, slot.slot_id)
    ]
    ready = library.TokenFlag.TOKEN_INITIALIZED
    tokens = [token for token in (slot.get_token() for slot in slots) if ready in token.flags and wanted.fits(token)]
    if len(tokens) != 1:
        several = f"{len(tokens)} tokens fit; name one by its serial" if tokens else "its token is not there"
        raise InstallationError(f"{wanted.name}: {several}")
    return tokens[0]


def _session(library: ModuleType, token: "pkcs11.Token", pin: str) -> "pkcs11.Session":
    try:
        return token.open(user_pin=pin)
    except library.UserAlreadyLoggedIn:  # by another key of this process: a login counts for all its sessions
        return token.open()


def _pin(wanted: TokenKey, password: Password | None) -> str:
    if password is None:
        raise UsageError(f"{wanted.name} needs a PIN: give it with --password-file, or at the prompt")
    try:
        return password().decode()
    except UnicodeDecodeError:
        raise UsageError(f"the PIN of {wanted.name} is wrong") from None


def _key(library: ModuleType, session: "pkcs11.Session", wanted: TokenKey) -> Any:
    asked = {library.Attribute.CLASS: library.ObjectClass.PRIVATE_KEY, **_asked(library, wanted)}
    found = list(session.get_objects(asked))
    if not found:
        raise InstallationError(f"there is no private key {wanted.name} in its token")
    if len(found) > 1:
        raise UsageError(f"{wanted.name} names {len(found)} keys; add object=... or id=... to it")
    return found[0]


def _asked(library: ModuleType, wanted: TokenKey) -> dict[Any, Any]:
    asked = {library.Attribute.LABEL: wanted.object, library.Attribute.ID: wanted.id}
    return {attribute: value for attribute, value in asked.items() if value is not None}


def _certificate(library: ModuleType, session: "pkcs11.Session", key: Any, wanted: TokenKey) -> x509.Certificate | None:
    """The certificate with the identifier of the key; without one, the certificate with its label."""
    kind = {library.Attribute.CLASS: library.ObjectClass.CERTIFICATE}
    number = _identifier(library, key)
    same = {library.Attribute.ID: number} if number else _asked(library, wanted)
    found = list(session.get_objects(kind | same))
    if len(found) != 1:
        return None
    try:
        return x509.load_der_x509_certificate(found[0][library.Attribute.VALUE])
    except ValueError:
        raise InstallationError(f"the certificate beside {wanted.name} in its token cannot be read") from None


def _given(path: Path) -> x509.Certificate:
    found = read_certificates(path)
    if len(found) != 1:
        raise UsageError(f"{path} holds {len(found)} certificates; give the one of the key alone")
    return found[0]


def _identifier(library: ModuleType, key: Any) -> bytes:
    try:
        return bytes(key[library.Attribute.ID])
    except library.PKCS11Error:  # a token may keep none
        return b""


def _call(library: ModuleType, data: bytes, method: SignatureMethod) -> tuple[bytes, Any, Any]:
    """What is signed, by which mechanism and with what parameter. An ECDSA value comes as r and s, as XML has it."""
    if method.key == "ec":
        return hashlib.new(method.hash, data).digest(), library.Mechanism.ECDSA, None
    name = method.hash.upper()
    if not method.pss:
        return data, library.Mechanism[f"{name}_RSA_PKCS"], None
    size = hashlib.new(method.hash).digest_size
    parameter = (library.Mechanism[name], library.MGF[name], size)
    return data, library.Mechanism[f"{name}_RSA_PKCS_PSS"], parameter
