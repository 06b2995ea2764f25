"""Whether a file may be sealed for the holder of a certificate."""

from datetime import datetime
from pathlib import Path
from typing import TypeVar

from cryptography import x509

from wissel.core.codes import finding
from wissel.core.errors import UsageError
from wissel.core.finding import Finding
from wissel.signature.trust import read_certificates
from wissel.signature.values import kind_of_key, weakness

_PART = "Recipient"
T = TypeVar("T", bound=x509.ExtensionType)


def recipient_certificate(path: Path) -> x509.Certificate:
    """The certificate of one recipient in a PEM or DER file.

    Raises InstallationError for a file that holds none, UsageError for one that holds several.
    """
    found = read_certificates(path)
    if len(found) != 1:
        raise UsageError(f"{path} holds {len(found)} certificates; give that of the recipient alone")
    return found[0]


def unfit(certificate: x509.Certificate, at: datetime, rsa_bits_min: int) -> Finding | None:
    """Why a certificate must not be sealed for at a moment (aware); None for one that may.

    Its authority is not asked: whoever names the certificate vouches for it.
    """
    why = _reason(certificate, at, rsa_bits_min)
    if why is None:
        return None
    name = certificate.subject.rfc4514_string() or f"number {certificate.serial_number}"
    return finding("SEAL-CERTIFICATE", f"The certificate of {name} {why}.", path=_PART)


def _reason(certificate: x509.Certificate, at: datetime, rsa_bits_min: int) -> str | None:
    begin, end = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    if at > end:
        return f"was valid until {end:%Y-%m-%d %H:%M:%S} UTC"
    if at < begin:
        return f"is valid from {begin:%Y-%m-%d %H:%M:%S} UTC"
    if why := weakness(certificate.public_key(), rsa_bits_min):
        return f"has {why}"
    usage = _usage(certificate)
    if usage is None:
        return None
    if kind_of_key(certificate.public_key()) == "rsa":
        return None if usage.key_encipherment else "is not meant for locking keys (key usage keyEncipherment)"
    if not usage.key_agreement:
        return "is not meant for agreeing on keys (key usage keyAgreement)"
    return "is for deciphering neither (key usage encipherOnly)" if usage.encipher_only else None


def _usage(certificate: x509.Certificate) -> x509.KeyUsage | None:
    try:
        return certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound:
        return None
