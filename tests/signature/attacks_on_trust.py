"""Attacks with keys, certificates and values, and by exhaustion, each with the code that stops it."""

import base64
import re
from collections.abc import Callable, Iterator
from datetime import timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes

from tests.signature.attack import (
    Attack,
    changed,
    document,
    evil,
    moved,
    piece,
)
from tests.signature.pki import (
    AT,
    BEGIN,
    MESSAGE,
    OTHER,
    SENDER,
    Folder,
    authority,
    between,
    custom,
    dated,
    signed,
    signed_text,
    signer,
    usual,
)
from wissel.signature.demo_keys import Usage, new_authority, new_certificate, new_crl, new_signer
from wissel.signature.keys import KeySigner


def keys() -> Iterator[Attack]:
    row = "trust in KeyInfo"
    certificate = lambda: piece("X509Data")  # noqa: E731
    for name, xml in (
        ("KeyValue", "<ds:KeyValue><ds:RSAKeyValue/></ds:KeyValue>"),
        ("RetrievalMethod", '<ds:RetrievalMethod URI="http://evil/"/>'),
        ("KeyInfoReference", '<x:KeyInfoReference xmlns:x="http://www.w3.org/2009/xmldsig11#" URI="#x"/>'),
        ("PGPData", "<ds:PGPData/>"),
        ("X509CRL", "<ds:X509Data><ds:X509CRL>AAAA</ds:X509CRL></ds:X509Data>"),
    ):
        yield Attack(row, name, "KEYINFO-NOT-ALLOWED", moved(lambda text, xml=xml: text.replace(certificate(), xml)))
    yield Attack(row, "a certificate where PIX has none", "KEYINFO-NOT-ALLOWED", signed_text, profile="pix")
    yield Attack(
        row,
        "no KeyInfo",
        "CERTIFICATE-MISSING",
        lambda: re.sub("<ds:KeyInfo.*?</ds:KeyInfo>", "", signed_text("swift-t2")),
    )
    yield Attack(row, "self-signed", "CERTIFICATE-UNTRUSTED", lambda: signed(by=custom(SENDER, None)))
    rogue = lambda: new_signer(SENDER, new_authority("Authority", BEGIN), BEGIN)  # noqa: E731
    yield Attack(row, "an authority of the same name", "CERTIFICATE-UNTRUSTED", lambda: signed(by=rogue()))
    yield Attack(
        row, "genuine, but nobody's", "SIGNER-UNBOUND", lambda: signed(by=new_signer("Nobody", authority(), BEGIN))
    )
    yield Attack(row, "another participant", "SIGNER-NOT-SENDER", lambda: signed(by=signer(OTHER)))
    both = MESSAGE.replace(b"<BICFI>RHEUDEFF</BICFI>", b"<BICFI>RHEUDEFF</BICFI><Othr><Id>WISLNL2A</Id></Othr>", 1)
    yield Attack(
        row, "another participant, named second", "SIGNER-NOT-SENDER", lambda: signed(by=signer(OTHER), data=both)
    )
    yield Attack(
        row, "the sender, with another participant named second", "SIGNER-NOT-SENDER", lambda: signed(data=both)
    )
    nameless = re.sub(rb"<Fr>.*?</Fr>", b"<Fr><OrgId><Nm>RHEUDEFF</Nm></OrgId></Fr>", MESSAGE, count=1, flags=re.DOTALL)
    yield Attack(row, "no identification", "SENDER-MISSING", lambda: signed(data=nameless))
    hints = "certificate issuer-serial"
    yield Attack(
        row,
        "another serial number beside the certificate",
        "CERTIFICATE-MISSING",
        lambda: re.sub("(<ds:X509SerialNumber>)", r"\g<1>1", signed("swift-t2", key_info=hints).decode()),
    )
    yield Attack(row, "garbage certificate", "CERTIFICATE-UNREADABLE",
                 moved(lambda text: text.replace(piece("X509Certificate"), "<ds:X509Certificate>AAAA</ds:X509Certificate>")))  # fmt: skip
    yield Attack(
        row,
        "unknown issuer and serial",
        "CERTIFICATE-MISSING",
        lambda: signed(by=custom("X", None), key_info="issuer-serial"),
    )
    yield Attack(
        row,
        "certificate exchanged",
        "SIGNATURE-INVALID",
        lambda: _exchanged(signer(SENDER, "rsa"), dated(BEGIN, 700)),
        _with_all,
    )


_seen: list[KeySigner] = []


def _with_all() -> Folder:
    return usual(*_seen)


def _exchanged(old: KeySigner, new: KeySigner) -> str:
    _seen[:] = [new]
    from cryptography.hazmat.primitives.serialization import Encoding

    one, two = (base64.b64encode(each.certificate.public_bytes(Encoding.DER)).decode() for each in (old, new))
    return signed_text().replace(one, two)


def exhaustion() -> Iterator[Attack]:
    row = "exhaustion"
    reference = lambda: re.findall(r"<ds:Reference\b.*?</ds:Reference>", signed_text())[2]  # noqa: E731
    yield Attack(
        row, "nine references", "REFERENCE-LIMIT", moved(lambda text: text.replace(reference(), reference() * 7))
    )
    yield Attack(
        row,
        "no reference",
        "REFERENCE-LIMIT",
        moved(lambda text: re.sub(r"<ds:Reference\b.*</ds:Reference>", "", text)),
    )
    yield Attack(row, "nesting", "XML-NOT-WELL-FORMED", changed(("<GrpHdr>", "<GrpHdr>" + "<x>" * 300 + "</x>" * 300)))
    yield Attack(
        row,
        "a digest of megabytes",
        "SIGNATURE-ENCODING",
        changed(("<ds:DigestValue>", "<ds:DigestValue>" + "A" * 400_000)),
    )
    yield Attack(row, "serial number of kilobytes", "SIGNATURE-STRUCTURE",
                 moved(lambda text: text.replace(piece("X509Data"), f"<ds:X509Data><ds:X509IssuerSerial><ds:X509IssuerName>CN=x</ds:X509IssuerName><ds:X509SerialNumber>{'9' * 5000}</ds:X509SerialNumber></ds:X509IssuerSerial></ds:X509Data>")))  # fmt: skip
    for name, key in (("rsa 1024", {"kind": "rsa", "bits": 1024}), ("secp256k1", {"kind": "ec", "curve": "secp256k1"})):
        weak = custom(SENDER, authority(), **key)
        yield Attack(row, name, "KEY-WEAK", lambda weak=weak: _by_weak(weak), lambda weak=weak: usual(weak))


def _by_weak(weak: KeySigner) -> bytes:
    algorithm = None if weak.certificate.public_key().key_size == 1024 else "ecdsa-sha256"
    return signed(by=weak, algorithm=algorithm)


def standing() -> Iterator[Attack]:
    row = "standing of the certificate"
    old, young = dated(BEGIN, 30), dated(AT + timedelta(days=1), 30)
    yield Attack(row, "expired", "CERTIFICATE-EXPIRED", lambda: signed(by=old), lambda: usual(old))
    yield Attack(row, "not yet valid", "CERTIFICATE-NOT-YET-VALID", lambda: signed(by=young), lambda: usual(young))
    locks = custom(SENDER, authority(), Usage(signs=False))
    yield Attack(row, "for encryption", "CERTIFICATE-USAGE", lambda: signed(by=locks), lambda: usual(locks))
    ruler = custom(SENDER, authority(), Usage(authority=True))
    yield Attack(row, "an authority signs", "CERTIFICATE-USAGE", lambda: signed(by=ruler), lambda: usual(ruler))
    plain = signer()
    below = _below(plain)
    yield Attack(row, "issued by a signer", "CERTIFICATE-UNTRUSTED", lambda: signed(by=below),
                 lambda: _also(usual(below), intermediates=[plain.certificate]))  # fmt: skip
    far = new_signer(SENDER, between(), BEGIN)
    yield Attack(row, "intermediate missing", "CERTIFICATE-UNTRUSTED", lambda: signed(by=far), lambda: usual(far))
    late = new_crl(authority(), AT - timedelta(days=1), revoked=[(plain.certificate, AT - timedelta(days=2))])
    yield Attack(row, "revoked", "CERTIFICATE-REVOKED", signed_text, lambda: _also(usual(crl=False), crls=[late]))
    stale = new_crl(authority(), BEGIN, 30, revoked=[(plain.certificate, BEGIN)])
    yield Attack(
        row, "revoked by an old list", "CERTIFICATE-REVOKED", signed_text, lambda: _also(usual(crl=False), crls=[stale])
    )
    above = new_crl(authority(), AT - timedelta(days=1), revoked=[(between().certificate, AT - timedelta(days=2))])
    yield Attack(row, "intermediate revoked", "CERTIFICATE-REVOKED", lambda: signed(by=far),
                 lambda: _also(usual(far, crl=False), crls=[above], intermediates=[between().certificate]))  # fmt: skip
    must = 'revocation = "require"'
    yield Attack(
        row, "no list where one is required", "REVOCATION-UNKNOWN", signed_text, lambda: usual(crl=False, policy=must)
    )
    dead = new_crl(authority(), BEGIN, 30)
    yield Attack(row, "old list where one is required", "REVOCATION-UNKNOWN", signed_text,
                 lambda: _also(usual(crl=False, policy=must), crls=[dead]))  # fmt: skip
    partial = _partial()
    yield Attack(row, "a list of authorities alone where one is required", "REVOCATION-UNKNOWN", signed_text,
                 lambda: _also(usual(crl=False, policy=must), crls=[partial]))  # fmt: skip
    forged = new_crl(new_authority("Authority", BEGIN), AT - timedelta(days=1))
    yield Attack(row, "a forged list where one is required", "REVOCATION-UNKNOWN", signed_text,
                 lambda: _also(usual(crl=False, policy=must), crls=[forged]))  # fmt: skip
    yield Attack(
        row,
        "profile not accepted",
        "PROFILE-NOT-ACCEPTED",
        signed_text,
        lambda: usual(policy='profiles = ["enveloped"]'),
    )
    yield Attack(
        row,
        "too old",
        "MESSAGE-TOO-OLD",
        signed_text,
        lambda: usual(policy="max_age_s = 60"),
        at=AT + timedelta(days=2),
    )
    yield Attack(
        row,
        "from the future",
        "MESSAGE-TOO-OLD",
        signed_text,
        lambda: usual(policy="max_age_s = 60"),
        at=AT - timedelta(hours=2),
    )


def _partial() -> x509.CertificateRevocationList:
    """A list that does not speak of signers."""
    point = x509.IssuingDistributionPoint(None, None, False, True, None, False, False)
    above = authority()
    builder = x509.CertificateRevocationListBuilder().issuer_name(above.certificate.subject)
    builder = builder.last_update(AT - timedelta(days=1)).next_update(AT + timedelta(days=9))
    return builder.add_extension(point, critical=True).sign(above.key, hashes.SHA256())


def _below(plain: KeySigner) -> KeySigner:
    from wissel.signature.demo_keys import Authority, new_key

    key = new_key("ec")
    return KeySigner(key, new_certificate(SENDER, key, Authority(plain.key, plain.certificate), BEGIN, 730, Usage()))


def _also(folder: Folder, **more: list[object]) -> Folder:
    for name, some in more.items():
        getattr(folder, name).extend(some)
    return folder


def values() -> Iterator[Attack]:
    row = "signature values"
    code = "SIGNATURE-INVALID"
    value = lambda text: re.search("<ds:SignatureValue>(.*?)</", text)[1]  # noqa: E731

    def other(make: Callable[[bytes], bytes], kind: str = "rsa") -> Callable[[], str]:
        def build() -> str:
            text = signed(by=signer(SENDER, kind)).decode()
            new = make(base64.b64decode(value(text)))
            return text.replace(value(text), base64.b64encode(new).decode())

        return build

    yield Attack(row, "one bit", code, other(lambda old: bytes([old[0] ^ 1]) + old[1:]))
    yield Attack(row, "cut", code, other(lambda old: old[:-1]))
    yield Attack(row, "one byte", code, other(lambda old: b"\0"))
    yield Attack(row, "r and s zero", code, other(lambda old: bytes(64), "ec"))
    yield Attack(row, "r and s too long", code, other(lambda old: b"\0" + old[:32] + b"\0" + old[32:], "ec"))
    yield Attack(row, "DER", code, other(_der, "ec"))
    yield Attack(row, "zeros between r and s", code, other(lambda old: old[:32] + bytes(4) + old[32:], "ec"))
    yield Attack(row, "digest of an evil part put in", code, changed(("<ds:DigestValue>", "<ds:DigestValue>AAAA")))
    digest = "DIGEST-MISMATCH"
    yield Attack("content", "amount", digest, moved(lambda text: text.replace(document(), evil())), part="Document")
    yield Attack("content", "identifier", digest, changed(("<BizMsgIdr>R", "<BizMsgIdr>X")), part="AppHdr")
    yield Attack("content", "space in KeyInfo", digest, changed(("<ds:X509Data>", "<ds:X509Data> ")), part="KeyInfo")
    yield Attack("content", "space in Sgntr", digest, changed(("<Sgntr>", "<Sgntr> ")), part="AppHdr")
    yield Attack(
        "content",
        "signing time",
        digest,
        changed(("<xades:SigningTime>2026", "<xades:SigningTime>2025"), profile="xades-bah"),
        part="SignedProperties",
    )
    yield Attack("content", "amount in an enveloped file", digest,
                 lambda: re.sub(r"(<IntrBkSttlmAmt[^>]*>)\d", r"\g<1>9", signed_text("enveloped")), part="Message")  # fmt: skip


def _der(raw: bytes) -> bytes:
    from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

    return encode_dss_signature(int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))


def trust_attacks() -> list[Attack]:
    return [attack for group in (keys, exhaustion, standing, values) for attack in group()]
