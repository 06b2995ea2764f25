"""Whether a certificate may sign at a moment: validity, key usage, a path to an anchor, revocation lists.

Source: RFC 5280; path building by ``cryptography.x509.verification``, whose rules for web servers are replaced.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.x509.oid import ExtendedKeyUsageOID
from cryptography.x509.verification import Criticality, ExtensionPolicy, Policy, PolicyBuilder, VerificationError

from wissel.core.finding import Finding
from wissel.signature.refusal import refuse
from wissel.signature.revocation import extension, revocation_of
from wissel.signature.trust import TrustStore
from wissel.signature.values import weakness

PATH_LENGTH_MAX = 8
_OTHER_PURPOSES = {
    ExtendedKeyUsageOID.SERVER_AUTH,
    ExtendedKeyUsageOID.CODE_SIGNING,
    ExtendedKeyUsageOID.TIME_STAMPING,
    ExtendedKeyUsageOID.OCSP_SIGNING,
}
_PART = "Certificate"


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
        return Standing(path, tuple(revocation_of(path, trust, at)))
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
    usage = extension(certificate, x509.KeyUsage)
    if usage is not None and not (usage.digital_signature or usage.content_commitment):
        raise refuse("CERTIFICATE-USAGE", "The certificate is not meant for signatures (key usage).", _PART)
    basic = extension(certificate, x509.BasicConstraints)
    if basic is not None and basic.ca:
        raise refuse("CERTIFICATE-USAGE", "The certificate is one of an authority, not of a signer.", _PART)
    if _is_for_other_things(extension(certificate, x509.ExtendedKeyUsage)):
        raise refuse(
            "CERTIFICATE-USAGE", "The certificate is not meant for signing messages (extended key usage).", _PART
        )


def _is_for_other_things(purposes: x509.ExtendedKeyUsage | None) -> bool:
    """True where all purposes of a certificate are ones that signing a message is not.

    Networks use many purposes, also of their own; these four alone exclude it (RFC 5280 section 4.2.1.12).
    """
    return purposes is not None and set(purposes) <= _OTHER_PURPOSES


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
        .may_be_present(x509.ExtendedKeyUsage, Criticality.AGNOSTIC, _may_rule_over_signers)
    )


def _must_be_authority(_policy: Policy, _certificate: x509.Certificate, basic: x509.BasicConstraints) -> None:
    if not basic.ca:
        raise ValueError("no authority")


def _may_sign_certificates(_policy: Policy, _certificate: x509.Certificate, usage: x509.KeyUsage | None) -> None:
    if usage is not None and not usage.key_cert_sign:
        raise ValueError("not for certificates")


def _may_rule_over_signers(
    _policy: Policy, _certificate: x509.Certificate, purposes: x509.ExtendedKeyUsage | None
) -> None:
    if _is_for_other_things(purposes):
        raise ValueError("not for signers of messages")
