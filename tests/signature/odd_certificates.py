"""Certificates and lists that somebody may try: each differs from a good one in what its maker is told."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.x509.oid import NameOID

from tests.signature.pki import AT, BEGIN
from wissel.signature.demo_keys import Authority, new_key
from wissel.signature.keys import KeySigner

Extensions = Sequence[tuple[x509.ExtensionType, bool]]


def usage(**on: bool) -> x509.KeyUsage:
    names = ("digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement")
    names += ("key_cert_sign", "crl_sign", "encipher_only", "decipher_only")
    return x509.KeyUsage(**{name: on.get(name, False) for name in names})


CA: Extensions = ((x509.BasicConstraints(True, None), True), (usage(key_cert_sign=True, crl_sign=True), True))
SIGNS: Extensions = ((x509.BasicConstraints(False, None), True), (usage(digital_signature=True), True))


@dataclass(frozen=True)
class Made:
    """How a certificate is made."""

    begin: datetime = BEGIN
    days: int = 900
    hash: hashes.HashAlgorithm = field(default_factory=hashes.SHA256)
    organization: str = "wissel TEST ONLY"


def certificate(
    name: str, key: object, by: Authority | None, extensions: Extensions, how: Made | None = None
) -> x509.Certificate:
    """A certificate for a key; one that signs itself without an authority."""
    how = how or Made()
    subject = x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "NL"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, how.organization),
            x509.NameAttribute(NameOID.COMMON_NAME, name),
        ]
    )
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(by.certificate.subject if by else subject)
        .public_key(key.public_key())  # type: ignore[attr-defined]
        .serial_number(x509.random_serial_number())
        .not_valid_before(how.begin)
        .not_valid_after(how.begin + timedelta(days=how.days))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)  # type: ignore[attr-defined]
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key((by.key if by else key).public_key()), critical=False
        )  # type: ignore[attr-defined]
    )
    for one, critical in extensions:
        builder = builder.add_extension(one, critical)
    return builder.sign(by.key if by else key, how.hash)  # type: ignore[arg-type]


def an_authority(
    name: str, by: Authority | None, extensions: Extensions = CA, how: Made | None = None, **key: object
) -> Authority:
    private = new_key(**(key or {"kind": "ec"}))  # type: ignore[arg-type]
    return Authority(private, certificate(name, private, by, extensions, how))


def a_signer(
    name: str, by: Authority | None, extensions: Extensions = SIGNS, how: Made | None = None, **key: object
) -> KeySigner:
    private = new_key(**(key or {"kind": "ec"}))  # type: ignore[arg-type]
    return KeySigner(private, certificate(name, private, by, extensions, how))


def a_list(
    by: Authority,
    revoked: Sequence[x509.Certificate] = (),
    extensions: Extensions = (),
    entry: Extensions = (),
    begin: datetime = AT - timedelta(days=1),
) -> x509.CertificateRevocationList:
    """A revocation list in force, with extensions of its own and of its entries."""
    builder = x509.CertificateRevocationListBuilder().issuer_name(by.certificate.subject)
    builder = builder.last_update(begin).next_update(begin + timedelta(days=30))
    for one, critical in extensions:
        builder = builder.add_extension(one, critical)
    for each in revoked:
        made = x509.RevokedCertificateBuilder().serial_number(each.serial_number).revocation_date(begin)
        for one, critical in entry:
            made = made.add_extension(one, critical)
        builder = builder.add_revoked_certificate(made.build())
    return builder.sign(by.key, hashes.SHA256())


def point(**told: object) -> x509.IssuingDistributionPoint:
    """An issuing distribution point: the scope of a list."""
    usual = {
        "full_name": None, "relative_name": None, "only_contains_user_certs": False, "only_contains_ca_certs": False,
        "only_some_reasons": None, "indirect_crl": False, "only_contains_attribute_certs": False,
    }  # fmt: skip
    return x509.IssuingDistributionPoint(**{**usual, **told})  # type: ignore[arg-type]
