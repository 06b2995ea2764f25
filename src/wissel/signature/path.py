"""Whether a certificate may sign at a moment: validity, key usage, a path to an anchor, revocation lists.

Source: RFC 5280; path building by ``cryptography.x509.verification``, whose rules for web servers are replaced.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.x509.verification import Criticality, ExtensionPolicy, Policy, PolicyBuilder, VerificationError

from wissel.core.codes import finding
from wissel.core.finding import Finding, Severity
from wissel.signature.policy import Revocation
from wissel.signature.refusal import refuse
from wissel.signature.trust import TrustStore
from wissel.signature.values import weakness

PATH_LENGTH_MAX = 8
T = TypeVar("T", bound=x509.ExtensionType)
_PART = "Certificate"
_UNDERSTOOD_IN_CRL = {x509.CRLNumber.oid, x509.AuthorityKeyIdentifier.oid}


@dataclass(frozen=True, slots=True)
class Standing:
    """A certificate that may sign, and what there is to say of it."""

    path: tuple[x509.Certificate, ...]
    """From the signer's certificate up; as long as trust made it."""
    notes: tuple[Finding, ...]


def judge(
    certificate: x509.Certificate, others: Sequence[x509.Certificate], trust: TrustStore, at: datetime
) -> Standing:
    """Judge a signer's certificate at a moment (aware); ``others`` came with the message and are only candidates.

    Raises SignatureRefused: CERTIFICATE-…, KEY-WEAK, REVOCATION-UNKNOWN.
    """
    try:
        moment = _within_validity(certificate, at, trust.policy.clock_skew_s)
        _require_usage(certificate)
        if why := weakness(certificate.public_key(), trust.policy.rsa_bits_min):
            raise refuse("KEY-WEAK", f"The certificate has {why}.", _PART)
        path = _path(certificate, others, trust, moment)
        return Standing(path, tuple(_revocation(path, others, trust, at)))
    except (ValueError, UnsupportedAlgorithm):
        raise refuse("CERTIFICATE-UNREADABLE", "The certificate is damaged or of an unknown kind.", _PART) from None


def _within_validity(certificate: x509.Certificate, at: datetime, skew_s: int) -> datetime:
    begin, end = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    if at > end:
        raise refuse("CERTIFICATE-EXPIRED", f"The certificate was valid until {end:%Y-%m-%d %H:%M:%S} UTC.", _PART)
    if at + timedelta(seconds=skew_s) < begin:
        raise refuse(
            "CERTIFICATE-NOT-YET-VALID", f"The certificate is valid from {begin:%Y-%m-%d %H:%M:%S} UTC.", _PART
        )
    return max(at, begin)


def _require_usage(certificate: x509.Certificate) -> None:
    usage = _extension(certificate, x509.KeyUsage)
    if usage is not None and not (usage.digital_signature or usage.content_commitment):
        raise refuse("CERTIFICATE-USAGE", "The certificate is not meant for signatures (key usage).", _PART)
    basic = _extension(certificate, x509.BasicConstraints)
    if basic is not None and basic.ca:
        raise refuse("CERTIFICATE-USAGE", "The certificate is one of an authority, not of a signer.", _PART)


def _extension(certificate: x509.Certificate, kind: type[T]) -> T | None:
    try:
        return certificate.extensions.get_extension_for_class(kind).value
    except x509.ExtensionNotFound:
        return None


def _path(
    certificate: x509.Certificate, others: Sequence[x509.Certificate], trust: TrustStore, moment: datetime
) -> tuple[x509.Certificate, ...]:
    if certificate in trust.anchors:
        return (certificate,)
    if trust.store is None:
        if trust.participants(certificate):
            return (certificate,)
        raise refuse("CERTIFICATE-UNTRUSTED", "The certificate is not among the signers trusted.", _PART)
    verifier = (
        PolicyBuilder()
        .store(trust.store)
        .time(moment)
        .max_chain_depth(PATH_LENGTH_MAX)
        .extension_policies(ee_policy=ExtensionPolicy.permit_all(), ca_policy=_authority())
        .build_client_verifier()
    )
    try:
        return tuple(verifier.verify(certificate, [*trust.intermediates, *others]).chain)
    except VerificationError:
        message = "The certificate does not lead to an anchor that is trusted, or its path is not valid at that time."
        raise refuse("CERTIFICATE-UNTRUSTED", message, _PART) from None


def _authority() -> ExtensionPolicy:
    return (
        ExtensionPolicy.permit_all()
        .require_present(x509.BasicConstraints, Criticality.AGNOSTIC, _must_be_authority)
        .may_be_present(x509.KeyUsage, Criticality.AGNOSTIC, _may_sign_certificates)
    )


def _must_be_authority(_policy: Policy, _certificate: x509.Certificate, basic: x509.BasicConstraints) -> None:
    if not basic.ca:
        raise ValueError("no authority")


def _may_sign_certificates(_policy: Policy, _certificate: x509.Certificate, usage: x509.KeyUsage | None) -> None:
    if usage is not None and not usage.key_cert_sign:
        raise ValueError("not for certificates")


def _revocation(
    path: Sequence[x509.Certificate], others: Sequence[x509.Certificate], trust: TrustStore, at: datetime
) -> list[Finding]:
    """What lists say of each certificate below the anchor; notes where they say nothing."""
    if trust.policy.revocation is Revocation.OFF:
        return [_note("Revocation lists were not asked (policy).", Severity.INFO)]
    notes: list[Finding] = []
    for place, certificate in enumerate(path):
        if certificate in trust.anchors:
            break
        issuers = path[place + 1 : place + 2] or [*trust.intermediates, *trust.anchors]
        lists = [
            crl for crl in trust.crls if any(_issued(crl, issuer) for issuer in issuers) and _covers(crl, certificate)
        ]
        if any(_revoked(crl, certificate, at) for crl in lists):
            raise refuse("CERTIFICATE-REVOKED", "The certificate, or one on its path, is revoked.", _PART)
        if any(_in_force(crl, at, trust.policy.clock_skew_s) for crl in lists):
            continue
        message = "The revocation list is out of date." if lists else "There is no revocation list for the certificate."
        if trust.policy.revocation is Revocation.REQUIRE:
            raise refuse("REVOCATION-UNKNOWN", message, _PART)
        notes.append(_note(message, Severity.WARNING if lists else Severity.INFO))
    return notes


def _note(message: str, severity: Severity) -> Finding:
    return finding("REVOCATION-UNKNOWN", message, path=_PART, severity=severity)


def _issued(crl: x509.CertificateRevocationList, issuer: x509.Certificate) -> bool:
    if crl.issuer != issuer.subject:
        return False
    usage = _extension(issuer, x509.KeyUsage)
    key = issuer.public_key()
    return (usage is None or usage.crl_sign) and crl.is_signature_valid(key)  # type: ignore[arg-type]


def _covers(crl: x509.CertificateRevocationList, certificate: x509.Certificate) -> bool:
    """A complete list of the certificate's issuer: no deltas, no partial or indirect lists."""
    critical = {extension.oid for extension in crl.extensions if extension.critical}
    return crl.issuer == certificate.issuer and critical <= _UNDERSTOOD_IN_CRL


def _revoked(crl: x509.CertificateRevocationList, certificate: x509.Certificate, at: datetime) -> bool:
    entry = crl.get_revoked_certificate_by_serial_number(certificate.serial_number)
    return entry is not None and entry.revocation_date_utc <= at


def _in_force(crl: x509.CertificateRevocationList, at: datetime, skew_s: int) -> bool:
    until = crl.next_update_utc
    return crl.last_update_utc <= at + timedelta(seconds=skew_s) and until is not None and at <= until
