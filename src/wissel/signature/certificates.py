"""From the hints of KeyInfo to the one certificate they mean, and what identifies it."""

import warnings

from cryptography import x509

from wissel.signature.keyinfo import KeyHints
from wissel.signature.refusal import refuse
from wissel.signature.result import CertificateFacts
from wissel.signature.trust import TrustStore, fingerprint

_PART = "KeyInfo"


def resolve(hints: KeyHints, trust: TrustStore) -> tuple[x509.Certificate, tuple[x509.Certificate, ...]]:
    """The certificate meant, and others that came with it; a certificate of the message is only a candidate.

    Raises SignatureRefused: CERTIFICATE-MISSING, CERTIFICATE-UNREADABLE.
    """
    if hints.certificates:
        return _embedded(hints, trust)
    if not hints.kinds:
        raise refuse("CERTIFICATE-MISSING", "The signature does not say which certificate it was made with.", _PART)
    found = trust.find(hints)
    if not found:
        raise refuse("CERTIFICATE-MISSING", "The trust folder has no certificate that KeyInfo speaks of.", _PART)
    if len(found) > 1:
        raise refuse("CERTIFICATE-MISSING", "KeyInfo speaks of more than one certificate of the trust folder.", _PART)
    return found[0], ()


def _embedded(hints: KeyHints, trust: TrustStore) -> tuple[x509.Certificate, tuple[x509.Certificate, ...]]:
    try:
        certificates = [_read(der) for der in hints.certificates]
        signers = [one for one in certificates if not _is_authority(one)] if len(certificates) > 1 else certificates
        fitting = [one for one in signers if trust.fits(one, hints)]
    except Exception as error:  # what a stranger sends may break a lazy parser in more than one way
        if isinstance(error, MemoryError):
            raise
        raise refuse("CERTIFICATE-UNREADABLE", "A certificate in KeyInfo cannot be read.", _PART) from None
    if len(signers) != 1 or len(fitting) != 1:
        message = "KeyInfo does not hold exactly one certificate of a signer that fits what it says besides."
        raise refuse("CERTIFICATE-MISSING", message, _PART)
    return fitting[0], tuple(one for one in certificates if one is not fitting[0])


def _read(der: bytes) -> x509.Certificate:
    """A certificate all of which can be read: parsers put off what they may stumble over, or only warn of it."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        certificate = x509.load_der_x509_certificate(der)
        certificate.public_key()
        list(certificate.extensions)
        facts_of(certificate)
    return certificate


def _is_authority(certificate: x509.Certificate) -> bool:
    try:
        return certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except x509.ExtensionNotFound:
        return False


def facts_of(certificate: x509.Certificate) -> CertificateFacts:
    """What identifies a certificate."""
    try:
        return CertificateFacts(
            subject=certificate.subject.rfc4514_string(),
            issuer=certificate.issuer.rfc4514_string(),
            serial=str(certificate.serial_number),
            sha256=fingerprint(certificate),
            not_before=certificate.not_valid_before_utc,
            not_after=certificate.not_valid_after_utc,
        )
    except ValueError:
        raise refuse("CERTIFICATE-UNREADABLE", "The certificate is damaged.", _PART) from None
