"""Recipients of a sealed file: the content key, locked for each of them by RSA-OAEP or by ECDH and AES key wrap."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from asn1crypto import cms, core, keys  # type: ignore[import-untyped]
from asn1crypto import x509 as names
from cryptography import x509
from cryptography.hazmat.primitives import hashes, keywrap
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.kdf.x963kdf import X963KDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from wissel.core.clock import Random
from wissel.core.errors import UsageError
from wissel.signature.refusal import SignatureRefused, refuse
from wissel.signature.sealing.ber import malformed
from wissel.signature.sealing.structures import (
    KEY_BYTES,
    OriginatorPublicKey,
    SharedInfo,
    agreement_algorithms,
    oaep_algorithms,
    point_algorithms,
)
from wissel.signature.values import PrivateKey, kind_of_key

RECIPIENTS_MAX = 500
_PART = "Recipient"
_HASHES: dict[str, hashes.HashAlgorithm] = {
    "sha256": hashes.SHA256(),
    "sha384": hashes.SHA384(),
    "sha512": hashes.SHA512(),
}
_OURS = "sha256"


@dataclass(frozen=True, slots=True)
class OpeningKey:
    """Who opens: a private key, and its certificate where it is known."""

    key: PrivateKey
    certificate: x509.Certificate | None = None

    def __repr__(self) -> str:
        """Without the key: it must never stand in a log."""
        return f"OpeningKey({kind_of_key(self.key)})"


@dataclass(frozen=True, slots=True)
class _Locked:
    """A content key as one recipient was sent it."""

    identifier: core.Asn1Value
    algorithm: bytes
    value: bytes
    agreement: cms.KeyAgreeRecipientInfo | None
    """For ECDH: where the key of the sender stands."""


def recipient_info(
    certificate: x509.Certificate, content_key: bytes, random: Random, by_key_identifier: bool
) -> cms.RecipientInfo:
    """The content key, locked for the holder of a certificate.

    Raises UsageError where it is to be named by its key identifier and has none.
    """
    key = certificate.public_key()
    if isinstance(key, rsa.RSAPublicKey):
        identifier = _identifier(certificate, by_key_identifier)
        transport = {
            "version": "v2" if by_key_identifier else "v0",
            "rid": cms.RecipientIdentifier(*identifier),
            "key_encryption_algorithm": _algorithm(oaep_algorithms()),
            "encrypted_key": key.encrypt(content_key, _oaep(_OURS)),
        }
        return cms.RecipientInfo("ktri", cms.KeyTransRecipientInfo(transport))
    if not isinstance(key, ec.EllipticCurvePublicKey):
        raise UsageError("a certificate with a key that is neither RSA nor ECDSA cannot be sealed for")
    own = ec.derive_private_key(_scalar(key.curve, random), key.curve)
    algorithm = _algorithm(agreement_algorithms())
    wrapped = keywrap.aes_key_wrap(_agreed(own, key, algorithm.dump(), None), content_key)
    point = own.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    name, value = _identifier(certificate, by_key_identifier)
    if by_key_identifier:
        name, value = "r_key_id", {"subject_key_identifier": value}
    agreement = {
        "version": "v3",
        "originator": cms.OriginatorIdentifierOrKey("originator_key", _public_key(point)),
        "key_encryption_algorithm": algorithm,
        "recipient_encrypted_keys": [
            {"rid": cms.KeyAgreementRecipientIdentifier(name, value), "encrypted_key": wrapped}
        ],
    }
    return cms.RecipientInfo("kari", cms.KeyAgreeRecipientInfo(agreement))


def recipient_infos(infos: Sequence[cms.RecipientInfo]) -> bytes:
    """All recipients of a file as it holds them."""
    return bytes(cms.RecipientInfos(infos).dump())


def content_key(raw: bytes, key: OpeningKey) -> bytes:
    """The content key that the recipients of a file (as it holds them) keep for a private key.

    Raises SignatureRefused: SEAL-STRUCTURE, SEAL-RECIPIENT where the key belongs to none of them, SEAL-ALGORITHM where
    it is locked in a way that is not taken, SEAL-CHANGED where the lock is broken.
    """
    try:
        count, locked = _locked_for(raw, key)
    except (ValueError, TypeError, KeyError, OverflowError):
        raise malformed("The recipients of the sealed file cannot be read.") from None
    if not locked:
        raise refuse("SEAL-RECIPIENT", f"The file is sealed for {_counted(count)}; this key belongs to none.", _PART)
    known = [one for one in locked if one.algorithm in _algorithms(one)]
    if not known:
        raise _unknown_lock(locked[0])
    for one in known:
        found = _unlocked(one, key.key)
        if found is not None:
            return found
    if key.certificate is None:
        message = f"The file is sealed for {_counted(count)}; this key opens it for none, or the file was changed."
        raise refuse("SEAL-RECIPIENT", message, _PART)
    raise refuse("SEAL-CHANGED", "The file was changed since it was sealed, or is not sealed for this key.", _PART)


def _locked_for(raw: bytes, key: OpeningKey) -> tuple[int, list[_Locked]]:
    """How many recipients there are, and what may be meant for the key: by name, or by its kind where it has none."""
    infos = cms.RecipientInfos.load(raw, strict=True)
    if not 1 <= len(infos) <= RECIPIENTS_MAX:
        raise malformed(f"The file is sealed for {_counted(len(infos))}; 1 to {RECIPIENTS_MAX} are allowed.")
    kind = kind_of_key(key.key)
    found: list[_Locked] = []
    count = 0
    for info in infos:
        if info.name == "ktri":
            count += 1
            found += _transported(info.chosen) if kind == "rsa" else ()
        elif info.name == "kari":
            count += len(info.chosen["recipient_encrypted_keys"])
            found += _agreements(info.chosen) if kind == "ec" else ()
        else:
            count += 1
    return count, [one for one in found if key.certificate is None or _names(one.identifier, key.certificate)]


def _transported(info: cms.KeyTransRecipientInfo) -> Iterator[_Locked]:
    identifier = info["rid"]
    _require_version(info, b"\x00" if identifier.name == "issuer_and_serial_number" else b"\x02")
    yield _Locked(identifier, bytes(info["key_encryption_algorithm"].dump()), bytes(info["encrypted_key"].native), None)


def _agreements(info: cms.KeyAgreeRecipientInfo) -> Iterator[_Locked]:
    _require_version(info, b"\x03")
    algorithm = bytes(info["key_encryption_algorithm"].dump())
    for one in info["recipient_encrypted_keys"]:
        yield _Locked(one["rid"], algorithm, bytes(one["encrypted_key"].native), info)


def _require_version(info: core.Sequence, version: bytes) -> None:
    if info["version"].contents != version:
        raise malformed("A recipient has the wrong version.")


def _names(identifier: core.Asn1Value, certificate: x509.Certificate) -> bool:
    """Whether a recipient is the holder of a certificate."""
    chosen = identifier.chosen
    if identifier.name == "issuer_and_serial_number":
        issuer = bytes(chosen["issuer"].dump())
        return bool(chosen["serial_number"].native == certificate.serial_number) and (
            issuer == certificate.issuer.public_bytes()
        )
    told = chosen["subject_key_identifier"].native if identifier.name == "r_key_id" else chosen.native
    return told is not None and told == _key_identifier(certificate)


def _algorithms(one: _Locked) -> dict[bytes, str] | dict[bytes, tuple[str, bytes]]:
    return oaep_algorithms() if one.agreement is None else agreement_algorithms()


def _unknown_lock(one: _Locked) -> SignatureRefused:
    if one.agreement is None:
        hint = "Ask the sender for RSA-OAEP with SHA-256 (openssl cms: rsa_padding_mode:oaep, rsa_oaep_md:sha256)."
    else:
        hint = "Ask the sender for ECDH with SHA-256 and AES-256 key wrap (openssl cms: ecdh_kdf_md:sha256)."
    return refuse("SEAL-ALGORITHM", "The content key is locked in a way that is not taken.", _PART, hint=hint)


def _unlocked(one: _Locked, key: PrivateKey) -> bytes | None:
    """The content key; None where it cannot be unlocked, for whichever reason."""
    try:
        if isinstance(key, rsa.RSAPrivateKey):
            found = key.decrypt(one.value, _oaep(oaep_algorithms()[one.algorithm]))
        else:
            peer, material = _originator(one.agreement, key.curve)
            found = keywrap.aes_key_unwrap(_agreed(key, peer, one.algorithm, material), one.value)
    except (ValueError, TypeError, keywrap.InvalidUnwrap):
        return None
    return found if len(found) == KEY_BYTES else None


def _originator(
    agreement: cms.KeyAgreeRecipientInfo, curve: ec.EllipticCurve
) -> tuple[ec.EllipticCurvePublicKey, bytes | None]:
    """The sender's key for this file, and what it mixes into the derivation. Raises ValueError without such a key."""
    originator = agreement["originator"]
    if originator.name != "originator_key":
        raise ValueError("not a key for one file")
    raw = bytes(originator.chosen.dump())
    told = OriginatorPublicKey.load(b"\x30" + raw[1:], strict=True)
    bits = bytes(told["public_key"].contents)
    if bits[:1] != b"\x00" or point_algorithms().get(bytes(told["algorithm"].dump())) not in ("", curve.name):
        raise ValueError("a key of another kind")
    return ec.EllipticCurvePublicKey.from_encoded_point(curve, bits[1:]), agreement["ukm"].native


def _agreed(
    own: ec.EllipticCurvePrivateKey, peer: ec.EllipticCurvePublicKey, algorithm: bytes, material: bytes | None
) -> bytes:
    """The key that locks the content key: ECDH, then the derivation of X9.63."""
    name, wrap = agreement_algorithms()[algorithm]
    info = {"key_info": core.Any.load(wrap), "key_bits": (KEY_BYTES * 8).to_bytes(4, "big")}
    if material is not None:
        info["user_material"] = material
    shared = own.exchange(ec.ECDH(), peer)
    return X963KDF(_HASHES[name], KEY_BYTES, SharedInfo(info).dump()).derive(shared)


def _oaep(name: str) -> padding.OAEP:
    return padding.OAEP(padding.MGF1(_HASHES[name]), _HASHES[name], None)


def _algorithm(known: dict[bytes, str] | dict[bytes, tuple[str, bytes]]) -> cms.KeyEncryptionAlgorithm:
    """The one that we write: with SHA-256, the first of its forms."""
    return cms.KeyEncryptionAlgorithm.load(next(iter(known)))


def _identifier(certificate: x509.Certificate, by_key_identifier: bool) -> tuple[str, object]:
    if by_key_identifier:
        found = _key_identifier(certificate)
        if found is None:
            raise UsageError("a certificate without subject key identifier cannot be named by it")
        return "subject_key_identifier", found
    issuer = names.Name.load(certificate.issuer.public_bytes())
    serial = {"issuer": issuer, "serial_number": certificate.serial_number}
    return "issuer_and_serial_number", cms.IssuerAndSerialNumber(serial)


def _key_identifier(certificate: x509.Certificate) -> bytes | None:
    try:
        return certificate.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value.digest
    except (x509.ExtensionNotFound, ValueError):
        return None


def _public_key(point: bytes) -> keys.PublicKeyInfo:
    return keys.PublicKeyInfo({"algorithm": {"algorithm": "ec"}, "public_key": keys.ECPointBitString(point)})


def _scalar(curve: ec.EllipticCurve, random: Random) -> int:
    """A private number, 64 bits longer than needed before it is reduced (FIPS 186-5, A.2.1)."""
    size = (curve.key_size + 64 + 7) // 8
    return int.from_bytes(random(size), "big") % (curve.group_order - 1) + 1


def _counted(count: int) -> str:
    return f"{count:,} recipient" + ("" if count == 1 else "s")
