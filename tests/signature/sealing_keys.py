"""Keys and certificates of those who open sealed files; made once per run."""

import io
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID

from wissel.core.clock import system_random
from wissel.core.finding import Finding
from wissel.core.limits import Limits
from wissel.signature.sealing.open import open_sealed
from wissel.signature.sealing.recipients import OpeningKey
from wissel.signature.sealing.seal import SealOptions, seal

BEGIN, AT = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
KINDS = ("rsa", "secp256r1", "secp384r1", "secp521r1")
CONTENT = b"<Document>pay 100.00 EUR</Document>\n"


def opener(kind: str = "rsa", number: int = 0) -> OpeningKey:
    """A key of a kind with its certificate; another one for each number."""
    return _opener(kind, number)


@cache
def _opener(kind: str, number: int) -> OpeningKey:
    return made(kind, f"{kind} {number}")


def made(
    kind: str,
    name: str,
    *,
    days: int = 730,
    bits: int = 2048,
    locks: bool | None = True,
    key_identifier: bool = True,
    encipher_only: bool = False,
) -> OpeningKey:
    """A new key and a certificate that signs itself; ``locks`` None leaves the key usage out."""
    curves = {one.name: one for one in (ec.SECP256R1(), ec.SECP384R1(), ec.SECP521R1(), ec.SECP256K1())}
    key = rsa.generate_private_key(65537, bits) if kind == "rsa" else ec.generate_private_key(curves[kind])
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"TEST ONLY {name} Zürich")])
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(BEGIN)
        .not_valid_after(BEGIN + timedelta(days=days))
    )
    if key_identifier:
        builder = builder.add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    if locks is not None:
        usage = x509.KeyUsage(
            digital_signature=not locks,
            content_commitment=False,
            key_encipherment=locks and kind == "rsa",
            data_encipherment=False,
            key_agreement=(locks and kind != "rsa") or encipher_only,
            key_cert_sign=False,
            crl_sign=False,
            encipher_only=encipher_only,
            decipher_only=False,
        )
        builder = builder.add_extension(usage, critical=True)
    return OpeningKey(key, builder.sign(key, hashes.SHA256()))


def certificate(who: OpeningKey) -> x509.Certificate:
    assert who.certificate is not None
    return who.certificate


def sealed(content: bytes = CONTENT, *whom: OpeningKey, piped: bool = False, by_key_identifier: bool = False) -> bytes:
    """Content sealed for keys (the first RSA key unless others are given)."""
    out = io.BytesIO()
    options = SealOptions(AT, system_random, by_key_identifier)
    some = [certificate(one) for one in whom or (opener(),)]
    assert seal(io.BytesIO(content), None if piped else len(content), some, options, out.write) is None
    return out.getvalue()


def opened(data: bytes, who: OpeningKey | None = None, limits: Limits | None = None) -> bytes | str:
    """The content, or the code of the refusal."""
    spool = io.BytesIO()
    refused = open_sealed(io.BytesIO(data), who or opener(), spool, limits or Limits())
    return spool.getvalue() if refused is None else refused.code


def refusal(data: bytes, who: OpeningKey | None = None) -> Finding:
    found = open_sealed(io.BytesIO(data), who or opener(), io.BytesIO(), Limits())
    assert found is not None
    return found


def write_pair(folder: Path, name: str, who: OpeningKey) -> tuple[str, str]:
    """Key and certificate as PEM files; their paths."""
    paths = folder / f"{name}.key", folder / f"{name}.crt"
    form = serialization.PrivateFormat.PKCS8
    pem = who.key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption())
    paths[0].touch(0o600)
    paths[0].write_bytes(pem)
    paths[1].write_bytes(certificate(who).public_bytes(serialization.Encoding.PEM))
    return str(paths[0]), str(paths[1])
