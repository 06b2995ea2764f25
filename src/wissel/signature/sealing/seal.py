"""Seal a file for recipients: one CMS AuthEnvelopedData in DER, by AES-256-GCM, without holding it in memory."""

import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import BinaryIO

from cryptography import x509
from cryptography.hazmat.primitives.ciphers import AEADEncryptionContext, Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import GCM

from wissel.core.clock import Random
from wissel.core.codes import finding
from wissel.core.errors import InstallationError, UsageError
from wissel.core.finding import Finding
from wissel.core.limits import Limits
from wissel.signature.sealing.ber import CHUNK_BYTES, PART, der, header
from wissel.signature.sealing.certificate import unfit
from wissel.signature.sealing.recipients import RECIPIENTS_MAX, recipient_info, recipient_infos
from wissel.signature.sealing.structures import (
    AUTH_ENVELOPED,
    GCM_BYTES_MAX,
    KEY_BYTES,
    NONCE_BYTES,
    PLAIN_DATA,
    TAG_BYTES,
    gcm_algorithm,
    oid,
)

Write = Callable[[bytes], object]


@dataclass(frozen=True, slots=True)
class SealOptions:
    """How a file is to be sealed."""

    at: datetime
    """The moment that certificates are judged at (aware)."""
    random: Random
    """Where the content key, the nonce and the keys for agreement come from. It must never repeat itself."""
    by_key_identifier: bool = False
    """Name recipients by their key identifier in place of issuer and serial number."""
    rsa_bits_min: int = 2048
    limits: Limits = field(default_factory=Limits)


def seal(
    source: BinaryIO, size: int | None, certificates: Sequence[x509.Certificate], options: SealOptions, write: Write
) -> Finding | None:
    """Seal the bytes of ``source`` for the holders of certificates; None where it is done.

    ``size`` is how many bytes there are, None where that is not known: what is sealed then waits in a temporary file.
    A finding (SEAL-CERTIFICATE, SEAL-TOO-LARGE) says why nothing was written. Raises UsageError without certificates
    and for a source that is not of the size said, InstallationError where no temporary file can be made.
    """
    distinct = list(dict.fromkeys(certificates))
    if not 1 <= len(distinct) <= RECIPIENTS_MAX:
        raise UsageError(f"a file is sealed for 1 to {RECIPIENTS_MAX} recipients, not for {len(distinct)}")
    for one in distinct:
        if refused := unfit(one, options.at, options.rsa_bits_min):
            return refused
    most = content_bytes_max(options.limits)
    if size is not None and size > most:
        return too_large(most)
    key, nonce = options.random(KEY_BYTES), options.random(NONCE_BYTES)
    infos = recipient_infos([recipient_info(one, key, options.random, options.by_key_identifier) for one in distinct])
    encryptor = Cipher(AES(key), GCM(nonce)).encryptor()
    if size is not None:
        write(_head(infos, nonce, size))
        for chunk in _encrypted(source, encryptor, size):
            write(chunk)
        write(der(0x04, encryptor.tag))
        return None
    with _spool() as spool:
        length = 0
        for chunk in _encrypted(source, encryptor, None):
            length += len(chunk)
            if length > most:
                return too_large(most)
            spool.write(chunk)
        spool.seek(0)
        write(_head(infos, nonce, length))
        while chunk := spool.read(CHUNK_BYTES):
            write(chunk)
        write(der(0x04, encryptor.tag))
    return None


def content_bytes_max(limits: Limits) -> int:
    """The most bytes that are sealed or opened: what limits allow, and never more than AES-GCM bears."""
    return min(limits.file_bytes_max, GCM_BYTES_MAX)


def too_large(most: int) -> Finding:
    """The finding for content of more bytes."""
    return finding("SEAL-TOO-LARGE", f"The content has more than {most:,} bytes.", path=PART)


def _encrypted(source: BinaryIO, encryptor: AEADEncryptionContext, size: int | None) -> Iterator[bytes]:
    """The content, encrypted chunk by chunk. Raises UsageError where it is not of the size said."""
    done = 0
    while chunk := source.read(CHUNK_BYTES):
        done += len(chunk)
        if size is not None and done > size:
            break
        yield encryptor.update(chunk)
    if size is not None and done != size:
        raise UsageError("the file changed while it was read")
    encryptor.finalize()


def _head(recipients: bytes, nonce: bytes, size: int) -> bytes:
    """Everything before the content, whose length stands in each of the elements around it."""
    head, behind = header(0x80, size), size
    for tag, before, after in (
        (0x30, oid(PLAIN_DATA) + gcm_algorithm(nonce), 0),
        (0x30, der(0x02, b"\x00") + recipients, len(der(0x04, bytes(TAG_BYTES)))),
        (0xA0, b"", 0),
        (0x30, oid(AUTH_ENVELOPED), 0),
    ):
        head, behind = before + head, behind + after
        head = header(tag, len(head) + behind) + head
    return head


def _spool() -> BinaryIO:
    try:
        return tempfile.TemporaryFile()
    except OSError as error:
        raise InstallationError(f"no temporary file can be made: {error.strerror}") from None
