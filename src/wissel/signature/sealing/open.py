"""Open a sealed file. What is decrypted goes to a spool that is worth nothing until the whole file proved unchanged."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import GCM

from wissel.core.finding import Finding
from wissel.core.limits import Limits
from wissel.signature.refusal import SignatureRefused, refuse
from wissel.signature.sealing.armour import binary
from wissel.signature.sealing.ber import PART, BerReader, malformed
from wissel.signature.sealing.recipients import OpeningKey, content_key
from wissel.signature.sealing.seal import content_bytes_max, too_large
from wissel.signature.sealing.structures import (
    AUTH_ENVELOPED,
    NONCE_BYTES,
    PLAIN_DATA,
    TAG_BYTES,
    gcm_parameters,
    oid,
)

_RECIPIENTS_BYTES_MAX = 4 * 1024**2
_ALGORITHM_BYTES_MAX = 1_024
_OID_BYTES_MAX = 64
_TAG_BYTES_MIN = 12
_UNPROTECTED = "The file holds {}, which are not taken: nothing in the seal protects them."


@dataclass(frozen=True, slots=True)
class _Lock:
    """What stands before the content."""

    recipients: bytes
    nonce: bytes
    tag_bytes: int


def open_sealed(source: BinaryIO, key: OpeningKey, spool: BinaryIO, limits: Limits) -> Finding | None:
    """Decrypt ``source`` into ``spool``; None where the whole file proved to be what was sealed for the key.

    Where a finding comes back (SEAL-…), the spool must be thrown away unread: nothing vouches for its bytes. Callers
    that want a file that exists only once it is good use :mod:`wissel.signature.sealing.files`.
    """
    most = content_bytes_max(limits)
    try:
        reader = BerReader(binary(source))
        lock = _read_lock(reader)
        secret = content_key(lock.recipients, key)
        decryptor = Cipher(AES(secret), GCM(lock.nonce, min_tag_length=lock.tag_bytes)).decryptor()
        for chunk in reader.chunks(0x80, most, _too_large(most)):
            spool.write(decryptor.update(chunk))
        tag = _read_tag(reader, lock.tag_bytes)
        decryptor.finalize_with_tag(tag)
    except InvalidTag:
        message = "The file was changed since it was sealed, or is not sealed for this key."
        return refuse("SEAL-CHANGED", message, PART).finding
    except SignatureRefused as refused:
        return refused.finding
    return None


def _too_large(most: int) -> Callable[[], SignatureRefused]:
    return lambda: SignatureRefused(too_large(most), PART)


def _read_lock(reader: BerReader) -> _Lock:
    reader.enter(0x30)
    kind = reader.element(0x06, _OID_BYTES_MAX)
    if kind != oid(AUTH_ENVELOPED):
        hint = "Ask the sender for AuthEnvelopedData (openssl cms -encrypt -aes-256-gcm)."
        raise refuse("SEAL-UNREADABLE", "This is CMS of another kind: not encrypted with a seal.", PART, hint=hint)
    reader.enter(0xA0)
    reader.enter(0x30)
    if reader.value(0x02, 1) != b"\x00":
        raise malformed("The sealed file has a version that is not known.")
    if reader.next_tag() == 0xA0:
        raise malformed(_UNPROTECTED.format("certificates of its sender"))
    recipients = reader.element(0x31, _RECIPIENTS_BYTES_MAX)
    reader.enter(0x30)
    if reader.element(0x06, _OID_BYTES_MAX) != oid(PLAIN_DATA):
        raise malformed("The sealed content is said to be of another kind than plain data.")
    nonce, tag_bytes = _parameters(reader.element(0x30, _ALGORITHM_BYTES_MAX))
    if reader.next_tag() not in (0x80, 0xA0):
        raise malformed("The sealed content is not in the file.")
    return _Lock(recipients, nonce, tag_bytes)


def _parameters(raw: bytes) -> tuple[bytes, int]:
    try:
        found = gcm_parameters(raw)
    except (ValueError, TypeError, KeyError, OverflowError):
        raise malformed("The name of the cipher cannot be read.") from None
    if found is None:
        hint = "Ask the sender for AES-256-GCM (openssl cms -encrypt -aes-256-gcm)."
        raise refuse("SEAL-ALGORITHM", "The content is encrypted by another cipher than AES-256-GCM.", PART, hint=hint)
    nonce, tag_bytes = found
    if len(nonce) != NONCE_BYTES or not _TAG_BYTES_MIN <= tag_bytes <= TAG_BYTES:
        message = f"AES-GCM is taken with a nonce of {NONCE_BYTES} bytes and a tag of {_TAG_BYTES_MIN} to {TAG_BYTES}."
        raise refuse("SEAL-ALGORITHM", message, PART)
    return nonce, tag_bytes


def _read_tag(reader: BerReader, size: int) -> bytes:
    """The tag behind the content, and the end of everything."""
    reader.leave()
    if reader.next_tag() == 0xA1:
        raise malformed("The file holds signed attributes beside the content, which are not taken.")
    tag = reader.value(0x04, TAG_BYTES)
    if len(tag) != size:
        raise malformed("The tag of the sealed file is not as long as it says.")
    if reader.next_tag() == 0xA2:
        raise malformed(_UNPROTECTED.format("attributes"))
    for _ in range(3):
        reader.leave()
    reader.finish()
    return tag
