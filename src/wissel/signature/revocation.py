"""What certificate revocation lists say of the certificates of a path.

A list that names a certificate as revoked binds, whatever else it is: old, partial, a delta or indirect. That a
certificate is *not* revoked only a complete list in force can say: one of the certificate's own issuer, whose scope
holds the certificate and all reasons. A certificate that was only on hold stays refused until no list here names it.

Source: RFC 5280 sections 5 and 6.3.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import TypeVar

from cryptography import x509

from wissel.core.codes import finding
from wissel.core.finding import Finding, Severity
from wissel.signature.policy import Revocation
from wissel.signature.refusal import refuse
from wissel.signature.trust import TrustStore

T = TypeVar("T", bound=x509.ExtensionType)
_PART = "Certificate"
_UNDERSTOOD = {x509.CRLNumber.oid, x509.AuthorityKeyIdentifier.oid, x509.IssuingDistributionPoint.oid}


def revocation_of(path: Sequence[x509.Certificate], trust: TrustStore, at: datetime) -> list[Finding]:
    """Notes where the lists of the trust folder do not speak of a certificate below the anchor.

    Raises SignatureRefused: CERTIFICATE-REVOKED; REVOCATION-UNKNOWN where the policy requires lists.
    """
    if trust.policy.revocation is Revocation.OFF:
        return [_note("Revocation lists were not asked (policy).", Severity.INFO)]
    notes: list[Finding] = []
    for place, certificate in enumerate(path):
        if certificate in trust.anchors:
            break
        issuers = path[place + 1 : place + 2] or [*trust.intermediates, *trust.anchors]
        if any(_names(crl, certificate, issuers, trust, at) for crl in trust.crls):
            raise refuse("CERTIFICATE-REVOKED", "The certificate, or one on its path, is revoked.", _PART)
        lists = [crl for crl in trust.crls if _speaks_of(crl, certificate) and _issued(crl, issuers)]
        if any(_in_force(crl, at, trust.policy.clock_skew_s) for crl in lists):
            continue
        message = (
            "The revocation list is out of date."
            if lists
            else "There is no complete revocation list for the certificate."
        )
        if trust.policy.revocation is Revocation.REQUIRE:
            raise refuse("REVOCATION-UNKNOWN", message, _PART)
        notes.append(_note(message, Severity.WARNING if lists else Severity.INFO))
    return notes


def _note(message: str, severity: Severity) -> Finding:
    return finding("REVOCATION-UNKNOWN", message, path=_PART, severity=severity)


def extension(holder: x509.Certificate | x509.CertificateRevocationList, kind: type[T]) -> T | None:
    """An extension of a certificate or list; None where it has none of that kind."""
    try:
        return holder.extensions.get_extension_for_class(kind).value
    except x509.ExtensionNotFound:
        return None


def _issued(crl: x509.CertificateRevocationList, issuers: Iterable[x509.Certificate]) -> bool:
    """True where one of these authorities made the list and may make lists."""
    for issuer in issuers:
        usage = extension(issuer, x509.KeyUsage)
        named = crl.issuer == issuer.subject and (usage is None or usage.crl_sign)
        if named and crl.is_signature_valid(issuer.public_key()):  # type: ignore[arg-type]
            return True
    return False


def _names(
    crl: x509.CertificateRevocationList,
    certificate: x509.Certificate,
    issuers: Sequence[x509.Certificate],
    trust: TrustStore,
    at: datetime,
) -> bool:
    """True where a list names a certificate as revoked by then."""
    scope = extension(crl, x509.IssuingDistributionPoint)
    if scope is not None and scope.only_contains_attribute_certs:
        return False  # their serial numbers are others
    if scope is not None and scope.indirect_crl:
        entry = _indirect_entry(crl, certificate)
        makers: Sequence[x509.Certificate] = [*issuers, *trust.anchors, *trust.intermediates]
    else:
        if crl.issuer != certificate.issuer:
            return False
        entry, makers = crl.get_revoked_certificate_by_serial_number(certificate.serial_number), issuers
    if entry is None or entry.revocation_date_utc > at or not _issued(crl, makers):
        return False
    try:
        reason = entry.extensions.get_extension_for_class(x509.CRLReason).value.reason
    except x509.ExtensionNotFound:
        return True
    return reason is not x509.ReasonFlags.remove_from_crl


def _indirect_entry(
    crl: x509.CertificateRevocationList, certificate: x509.Certificate
) -> x509.RevokedCertificate | None:
    """The entry of a certificate in a list that names certificates of several issuers, each until the next is named."""
    issuer: x509.Name | None = crl.issuer
    for entry in crl:
        try:
            names = entry.extensions.get_extension_for_class(x509.CertificateIssuer).value
            issuer = next(iter(names.get_values_for_type(x509.DirectoryName)), None)
        except x509.ExtensionNotFound:
            pass
        if entry.serial_number == certificate.serial_number and issuer == certificate.issuer:
            return entry
    return None


def _speaks_of(crl: x509.CertificateRevocationList, certificate: x509.Certificate) -> bool:
    """True for a complete list of the certificate's issuer whose scope holds the certificate."""
    critical = {one.oid for one in crl.extensions if one.critical}
    if crl.issuer != certificate.issuer or not critical <= _UNDERSTOOD:
        return False
    if extension(crl, x509.DeltaCRLIndicator) is not None:
        return False
    scope = extension(crl, x509.IssuingDistributionPoint)
    if scope is None:
        return True
    if scope.only_some_reasons or scope.only_contains_attribute_certs or scope.relative_name is not None:
        return False
    basic = extension(certificate, x509.BasicConstraints)
    is_authority = basic is not None and basic.ca
    if scope.only_contains_ca_certs if not is_authority else scope.only_contains_user_certs:
        return False
    return scope.full_name is None or _is_point_of(certificate, scope.full_name)


def _is_point_of(certificate: x509.Certificate, names: Iterable[x509.GeneralName]) -> bool:
    """True where the certificate says that its revocation is told at the place of that name."""
    points = extension(certificate, x509.CRLDistributionPoints) or ()
    return any(name in names for point in points for name in point.full_name or ())


def _in_force(crl: x509.CertificateRevocationList, at: datetime, skew_s: int) -> bool:
    until = crl.next_update_utc
    return crl.last_update_utc <= at + timedelta(seconds=skew_s) and until is not None and at <= until
