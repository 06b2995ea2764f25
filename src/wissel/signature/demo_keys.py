"""Keys for demonstrations and tests: an authority, signers and a revocation list, each marked as a test."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID

from wissel.core.errors import InstallationError, UsageError
from wissel.signature.keys import KeySigner
from wissel.signature.values import PrivateKey

KINDS = ("rsa", "ec")
_MARK = "TEST ONLY"


@dataclass(frozen=True, slots=True)
class Authority:
    """A test authority."""

    key: PrivateKey
    certificate: x509.Certificate


@dataclass(frozen=True, slots=True)
class Usage:
    """What a test certificate is to say of itself."""

    authority: bool = False
    signs: bool = True
    locks: bool = False
    """For keys that open sealed files."""
    marked: bool = True
    """With basic constraints and key usage at all."""


def new_key(kind: str = "rsa", bits: int = 2048, curve: str = "secp256r1") -> PrivateKey:
    """A new key: ``rsa`` of so many bits, or ``ec`` on a curve."""
    if kind == "rsa":
        return rsa.generate_private_key(65537, bits)
    curves: dict[str, ec.EllipticCurve] = {
        "secp256r1": ec.SECP256R1(),
        "secp384r1": ec.SECP384R1(),
        "secp521r1": ec.SECP521R1(),
        "secp256k1": ec.SECP256K1(),
    }
    return ec.generate_private_key(curves[curve])


def new_authority(name: str, begin: datetime, days: int = 3650, above: Authority | None = None) -> Authority:
    """An authority of its own, or one below another."""
    key = new_key("ec")
    certificate = new_certificate(name, key, above or Authority(key, None), begin, days, Usage(authority=True))  # type: ignore[arg-type]
    return Authority(key, certificate)


def new_signer(name: str, authority: Authority, begin: datetime, days: int = 730, kind: str = "rsa") -> KeySigner:
    """A key with a certificate by an authority."""
    key = new_key(kind)
    return KeySigner(key, new_certificate(name, key, authority, begin, days, Usage()))


def new_certificate(
    name: str, key: PrivateKey, authority: Authority, begin: datetime, days: int, usage: Usage
) -> x509.Certificate:
    """A certificate for a key; an authority without certificate makes one that signs itself."""
    subject = _name(name)
    issuer = subject if authority.certificate is None else authority.certificate.subject
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begin)
        .not_valid_after(begin + timedelta(days=days))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(authority.key.public_key()),
            critical=False,
        )
    )
    if usage.marked:
        builder = builder.add_extension(x509.BasicConstraints(usage.authority, None), critical=True)
        builder = builder.add_extension(_key_usage(usage), critical=True)
    return builder.sign(authority.key, hashes.SHA256())


def new_crl(
    authority: Authority, begin: datetime, days: int = 30, revoked: Sequence[tuple[x509.Certificate, datetime]] = ()
) -> x509.CertificateRevocationList:
    """A revocation list of an authority with the certificates revoked and when."""
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(authority.certificate.subject)
        .last_update(begin)
        .next_update(begin + timedelta(days=days))
        .add_extension(x509.CRLNumber(1), critical=False)
    )
    for certificate, since in revoked:
        entry = x509.RevokedCertificateBuilder().serial_number(certificate.serial_number).revocation_date(since)
        builder = builder.add_revoked_certificate(entry.build())
    return builder.sign(authority.key, hashes.SHA256())


def write_demo(
    folder: Path, participants: Sequence[str], begin: datetime, kind: str = "rsa", days: int = 730
) -> list[Path]:
    """Make a trust folder (``folder/trust``), keys for signing (``folder/keys``) and for opening sealed files
    (``folder/sealing``) for participants; the files written.

    Raises UsageError where the folder has something in it already, InstallationError where it cannot be written.
    """
    if folder.exists() and any(folder.iterdir()):
        raise UsageError(f"'{folder}' is not empty; name a new folder")
    authority = new_authority("Authority", begin)
    written: list[Path] = []
    try:
        for participant in participants:
            signer = new_signer(participant, authority, begin, days, kind)
            written.append(_write(folder / "keys" / f"{participant}.pem", private_pem(signer), secret=True))
            own = signer.certificate.public_bytes(serialization.Encoding.PEM)
            written += _write_opener(folder / "sealing", participant, authority, begin, kind)
            written.append(_write(folder / "trust" / "signers" / participant / f"{begin:%Y%m%d}.pem", own))
        pem = authority.certificate.public_bytes(serialization.Encoding.PEM)
        written.append(_write(folder / "trust" / "anchors" / "authority.pem", pem))
        crl = new_crl(authority, begin, days // 2).public_bytes(serialization.Encoding.PEM)
        written.append(_write(folder / "trust" / "crl" / "authority.crl", crl))
    except OSError as error:
        raise InstallationError(f"'{folder}' cannot be written: {error.strerror}") from None
    return written


def _write_opener(folder: Path, participant: str, authority: Authority, begin: datetime, kind: str) -> list[Path]:
    """The key that opens what is sealed for a participant, and the certificate to be given away."""
    key = new_key(kind)
    usage = Usage(signs=False, locks=True)
    opener = KeySigner(key, new_certificate(participant, key, authority, begin, 730, usage))
    public = opener.certificate.public_bytes(serialization.Encoding.PEM)
    return [
        _write(folder / f"{participant}.pem", private_pem(opener), secret=True),
        _write(folder / f"{participant}.crt", public),
    ]


def private_pem(signer: KeySigner, password: bytes | None = None) -> bytes:
    """Key and certificate of a signer as one PEM file, locked where a password is given."""
    lock = serialization.BestAvailableEncryption(password) if password else serialization.NoEncryption()
    form = serialization.PrivateFormat.PKCS8
    key = signer.key.private_bytes(serialization.Encoding.PEM, form, lock)
    return key + signer.certificate.public_bytes(serialization.Encoding.PEM)


def _write(path: Path, data: bytes, secret: bool = False) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600 if secret else 0o644), "wb") as file:
        file.write(data)
    return path


def _name(name: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "NL"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, f"wissel {_MARK}"),
            x509.NameAttribute(NameOID.COMMON_NAME, name),
        ]
    )


def _key_usage(usage: Usage) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=usage.signs,
        content_commitment=False,
        key_encipherment=not usage.signs,
        data_encipherment=False,
        key_agreement=usage.locks,
        key_cert_sign=usage.authority,
        crl_sign=usage.authority,
        encipher_only=False,
        decipher_only=False,
    )
