"""Sealed files that were changed, cut, joined or made up: each refused, none with a single byte believed."""

import io
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from asn1crypto import cms, core
from asn1crypto.algos import RSAESOAEPParams
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st

from tests.signature.pki import signed
from tests.signature.sealing_keys import CONTENT, KINDS, certificate, opened, opener, refusal, sealed
from tests.signature.test_seal import pem, streamed
from wissel.core.limits import Limits
from wissel.signature.sealing.ber import BerReader, der
from wissel.signature.sealing.open import open_sealed
from wissel.signature.sealing.recipients import OpeningKey, recipient_info, recipient_infos
from wissel.signature.sealing.structures import GcmParameters

REFUSALS = {
    "SEAL-UNREADABLE",
    "SEAL-STRUCTURE",
    "SEAL-TRUNCATED",
    "SEAL-TRAILING",
    "SEAL-ALGORITHM",
    "SEAL-RECIPIENT",
    "SEAL-CHANGED",
    "SEAL-TOO-LARGE",
}
KEY, NONCE = b"k" * 32, b"n" * 12


def flips(data: bytes) -> Iterator[bytes]:
    for at in range(len(data)):
        for bits in (0x01, 0x02, 0x80, 0xFF):
            yield data[:at] + bytes([data[at] ^ bits]) + data[at + 1 :]


@pytest.mark.parametrize("by_key_identifier", [False, True])
@pytest.mark.parametrize("kind", ["rsa", "secp256r1", "secp521r1"])
def test_every_byte_changed(kind: str, by_key_identifier: bool) -> None:
    data = sealed(CONTENT, opener(kind), by_key_identifier=by_key_identifier)
    found = {opened(changed, opener(kind)) for changed in flips(data)}
    assert found <= REFUSALS
    assert {"SEAL-STRUCTURE", "SEAL-TRUNCATED", "SEAL-RECIPIENT", "SEAL-CHANGED", "SEAL-ALGORITHM"} <= found


def test_every_byte_changed_without_a_certificate_to_find_the_place_by() -> None:
    """Then the names of recipients do not count: what opens is at least exactly what was sealed."""
    key = OpeningKey(opener("secp256r1").key)
    found = {opened(changed, key) for changed in flips(sealed(CONTENT, opener("secp256r1")))}
    assert found <= REFUSALS | {CONTENT}


def test_every_byte_changed_of_a_file_for_two() -> None:
    """What belongs to another recipient is not protected, and does not matter."""
    data = sealed(CONTENT, opener("secp256r1"), opener("secp384r1"))
    found = {opened(changed, opener("secp384r1")) for changed in flips(data)}
    assert found - {CONTENT} <= REFUSALS


@pytest.mark.parametrize("shape", [bytes, lambda data: streamed(data, [5, 0, 9]), pem], ids=["der", "ber", "pem"])
def test_cut_at_every_length(shape: Callable[[bytes], bytes]) -> None:
    data = shape(sealed(CONTENT, opener("secp256r1"))).rstrip(b"\n")
    whole = opened(data, opener("secp256r1"))
    cut = {opened(data[:length], opener("secp256r1")) for length in range(len(data))}
    assert (whole, cut) == (CONTENT, {"SEAL-UNREADABLE", "SEAL-TRUNCATED"})


def test_every_byte_changed_of_text() -> None:
    data = pem(sealed(b"x", opener("secp256r1"))).rstrip(b"\n")
    assert {opened(changed, opener("secp256r1")) for changed in flips(data)} <= REFUSALS


@given(st.binary(max_size=300))
def test_garbage(data: bytes) -> None:
    for start in (b"", b"\x30", b"\x30\x80", b"-----BEGIN CMS-----\n", sealed()[:40]):
        assert opened(start + data) in REFUSALS


@given(st.data())
def test_bytes_put_in_and_taken_out(data: st.DataObject) -> None:
    good = sealed(CONTENT, opener("secp256r1"))
    at = data.draw(st.integers(0, len(good)))
    new, old = data.draw(st.binary(max_size=6)), data.draw(st.integers(0, 6))
    changed = good[:at] + new + good[at + old :]
    assert opened(changed, opener("secp256r1")) in (REFUSALS if changed != good else {CONTENT})


CHANGES = st.lists(st.tuples(st.integers(0, 900), st.binary(max_size=4), st.integers(0, 4)), min_size=1, max_size=4)


@given(CHANGES, st.booleans(), st.booleans())
def test_several_changes_at_once(changes: list[tuple[int, bytes, int]], named: bool, in_segments: bool) -> None:
    """Beside the names of recipients nothing can change without being seen; no change ends in an exception."""
    data = sealed(CONTENT, opener("secp256r1"), opener())
    data = streamed(data, [3, 7]) if in_segments else data
    for at, new, old in changes:
        data = data[:at] + new + data[at + old :]
    who = opener("secp256r1") if named else OpeningKey(opener("secp256r1").key)
    assert opened(data, who) in REFUSALS | {CONTENT}


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "SEAL-UNREADABLE"),
        (b"\x30", "SEAL-TRUNCATED"),
        (signed(), "SEAL-UNREADABLE"),
        (b"MIME-Version: 1.0\n", "SEAL-UNREADABLE"),
        (b"-----BEGIN CERTIFICATE-----\nMAAA\n-----END CERTIFICATE-----\n", "SEAL-UNREADABLE"),
        (b"-----BEGIN CMS-----\n!!!!\n-----END CMS-----\n", "SEAL-UNREADABLE"),
        (b"-----BEGIN CMS-----\nMAA\n-----END CMS-----\n", "SEAL-UNREADABLE"),
        (b"-----BEGIN CMS-----\nMAB=\n-----END CMS-----\n", "SEAL-UNREADABLE"),
        (b"-----BEGIN CMS-----\nMAA=\n-----END PKCS7-----\n", "SEAL-UNREADABLE"),
        (b"-----BEGIN CMS-----\nMAA=\n", "SEAL-TRUNCATED"),
        (pem(sealed()) + b"\n\n", None),
        (pem(sealed()) + b"x", "SEAL-TRAILING"),
        (pem(sealed() + b"x"), "SEAL-TRAILING"),
        (pem(sealed()) + b"\n" * 100 + b"x", "SEAL-TRAILING"),
        (sealed() + b"\n", "SEAL-TRAILING"),
        (sealed() + sealed(), "SEAL-TRAILING"),
        (b"\x30\x84\xff\xff\xff\xff" + sealed()[4:], "SEAL-TRUNCATED"),
        (b"\x30\x88" + b"\xff" * 8 + sealed()[4:], "SEAL-TRUNCATED"),
        (b"\x30\x89" + b"\xff" * 9 + sealed()[4:], "SEAL-STRUCTURE"),
        (b"\x30\xff" + sealed()[4:], "SEAL-STRUCTURE"),
        (b"\x30\x80\x06\x80", "SEAL-STRUCTURE"),
        (b"\x30\x80\x1f\x80", "SEAL-STRUCTURE"),
        (b"\x30\x80\x00\x00", "SEAL-STRUCTURE"),
        (b"\x30\x02\x00\x00", "SEAL-STRUCTURE"),
    ],
)
def test_what_is_no_sealed_file(data: bytes, code: str | None) -> None:
    assert opened(data) == (CONTENT if code is None else code)


def test_s_mime_gets_a_hint() -> None:
    assert "-outform DER" in str(refusal(b"MIME-Version: 1.0\n").hint)


def changed(change: Callable[[Any], object]) -> bytes:
    """The usual sealed file with something in it set anew, lengths put right."""
    info = cms.ContentInfo.load(sealed())
    change(info["content"])
    data: bytes = info.dump(force=True)
    return data


def _set(place: str, value: object) -> Callable[[Any], object]:
    return lambda envelope: envelope.__setitem__(place, value)


def _inner(place: str, value: object) -> Callable[[Any], object]:
    return lambda envelope: envelope["auth_encrypted_content_info"].__setitem__(place, value)


def _gcm(nonce: bytes, size: int, algorithm: str = "aes256_gcm") -> cms.EncryptionAlgorithm:
    return cms.EncryptionAlgorithm(
        {"algorithm": algorithm, "parameters": GcmParameters({"nonce": nonce, "tag_bytes": size})}
    )


ATTRIBUTES = cms.CMSAttributes([{"type": "content_type", "values": ["data"]}])
OTHER_RECIPIENT = cms.RecipientInfo("ori", cms.OtherRecipientInfo({"ori_type": "1.2.3", "ori_value": core.Null()}))


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (_set("version", "v1"), "SEAL-STRUCTURE"),
        (_set("originator_info", cms.OriginatorInfo({"certs": []})), "SEAL-STRUCTURE"),
        (_set("recipient_infos", cms.RecipientInfos([])), "SEAL-STRUCTURE"),
        (_set("recipient_infos", cms.RecipientInfos([OTHER_RECIPIENT])), "SEAL-RECIPIENT"),
        (_set("recipient_infos", cms.RecipientInfos([OTHER_RECIPIENT] * 501)), "SEAL-STRUCTURE"),
        (_set("auth_attrs", ATTRIBUTES), "SEAL-STRUCTURE"),
        (_set("unauth_attrs", ATTRIBUTES), "SEAL-STRUCTURE"),
        (_set("mac", b"x" * 15), "SEAL-STRUCTURE"),
        (_set("mac", b"x" * 17), "SEAL-STRUCTURE"),
        (_set("mac", b""), "SEAL-STRUCTURE"),
        (_set("mac", b"x" * 16), "SEAL-CHANGED"),
        (_inner("content_type", "signed_data"), "SEAL-STRUCTURE"),
        (_inner("content_encryption_algorithm", _gcm(b"n" * 16, 16)), "SEAL-ALGORITHM"),
        (_inner("content_encryption_algorithm", _gcm(b"n" * 200, 16)), "SEAL-ALGORITHM"),
        (_inner("content_encryption_algorithm", _gcm(b"", 16)), "SEAL-ALGORITHM"),
        (_inner("content_encryption_algorithm", _gcm(b"n" * 12, 0)), "SEAL-ALGORITHM"),
        (_inner("content_encryption_algorithm", _gcm(b"n" * 12, 11)), "SEAL-ALGORITHM"),
        (_inner("content_encryption_algorithm", _gcm(b"n" * 12, 17)), "SEAL-ALGORITHM"),
        (_inner("content_encryption_algorithm", _gcm(b"n" * 12, 15)), "SEAL-STRUCTURE"),
        (_inner("content_encryption_algorithm", _gcm(b"n" * 12, 16)), "SEAL-CHANGED"),
        (_inner("content_encryption_algorithm", _gcm(b"n" * 12, 16, "aes128_gcm")), "SEAL-ALGORITHM"),
        (_inner("content_encryption_algorithm", _gcm(b"n" * 12, 16, "1.2.3.4")), "SEAL-ALGORITHM"),
        (_inner("encrypted_content", b""), "SEAL-CHANGED"),
        (_inner("encrypted_content", None), "SEAL-STRUCTURE"),
    ],
)
def test_each_part_set_anew(change: Callable[[Any], object], code: str) -> None:
    assert opened(changed(lambda envelope: None)) == CONTENT
    assert opened(changed(change)) == code


def framed(recipients: bytes, content: bytes | None = None, tag_bytes: int = 16) -> bytes:
    """A file sealed by another hand, with the key and nonce of this module."""
    raw = AESGCM(KEY).encrypt(NONCE, CONTENT, None)
    text = der(0x80, raw[: len(CONTENT)]) if content is None else content
    tag = raw[len(CONTENT) :][:tag_bytes]
    algorithm = _gcm(NONCE, tag_bytes).dump()
    inner = der(0x30, core.ObjectIdentifier("1.2.840.113549.1.7.1").dump(), algorithm, text)
    envelope = der(0x30, b"\x02\x01\x00", recipients, inner, der(0x04, tag))
    return der(0x30, core.ObjectIdentifier("1.2.840.113549.1.9.16.1.23").dump(), der(0xA0, envelope))


def ours(kind: str = "rsa") -> cms.RecipientInfo:
    return recipient_info(certificate(opener(kind)), KEY, lambda count: b"r" * count, False)


def test_tags_as_short_as_the_standard_allows() -> None:
    for size in range(12, 17):
        assert opened(framed(recipient_infos([ours()]), tag_bytes=size)) == CONTENT


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (der(0xA0, der(0x24, der(0x04, CONTENT))), "SEAL-STRUCTURE"),
        (der(0xA0, b"\x04\x80\x00\x00"), "SEAL-STRUCTURE"),
        (der(0xA0, b"\x24\x80\x04\x01x\x00\x00"), "SEAL-STRUCTURE"),
        (der(0xA0, der(0x02, b"\x01")), "SEAL-STRUCTURE"),
        (der(0xA0), "SEAL-CHANGED"),
        (der(0xA0, b"\x04\x7fx"), "SEAL-STRUCTURE"),
        (b"\x80\x80\x00\x00", "SEAL-STRUCTURE"),
        (b"", "SEAL-STRUCTURE"),
        (der(0x81, CONTENT), "SEAL-STRUCTURE"),
        (der(0x80, CONTENT) + der(0x80, CONTENT), "SEAL-STRUCTURE"),
    ],
)
def test_content_in_odd_forms(content: bytes, code: str) -> None:
    assert opened(framed(recipient_infos([ours()]), content)) == code


def test_recipients_in_odd_forms() -> None:
    endless = b"\x31\x80" + b"\x31\x80" * 40 + b"\0\0" * 41
    assert opened(framed(endless)) == "SEAL-STRUCTURE"
    assert opened(framed(der(0x31, b"\x05\x00"))) == "SEAL-STRUCTURE"
    assert opened(framed(der(0x31, der(0x30, b"\x02\x01\x00")))) == "SEAL-STRUCTURE"
    assert opened(framed(b"\x31\x80" + b"\x04\x7f" + bytes(127) * 40_000)) == "SEAL-STRUCTURE"
    assert opened(framed(b"\x31\x84\x00\x50\x00\x00")) == "SEAL-STRUCTURE"


def test_many_segments_do_not_get_around_the_limit() -> None:
    raw = AESGCM(KEY).encrypt(NONCE, CONTENT, None)[: len(CONTENT)]
    data = framed(recipient_infos([ours()]), der(0xA0, *(der(0x04, bytes([one])) for one in raw)))
    assert opened(data, limits=Limits(file_bytes_max=len(CONTENT))) == CONTENT
    assert opened(data, limits=Limits(file_bytes_max=len(CONTENT) - 1)) == "SEAL-TOO-LARGE"


def test_a_locked_key_of_the_wrong_length() -> None:
    short = recipient_info(certificate(opener()), b"k" * 16, lambda count: b"r" * count, False)
    assert opened(framed(recipient_infos([short]))) == "SEAL-CHANGED"


def _transport(**change: object) -> bytes:
    info = ours()
    for place, value in change.items():
        info.chosen[place] = value
    return framed(recipient_infos([info]))


def test_rsa_locks_that_are_not_taken() -> None:
    key = certificate(opener()).public_key()
    oaep = padding.OAEP(padding.MGF1(hashes.SHA1()), hashes.SHA1(), None)
    assert opened(_transport()) == CONTENT
    assert opened(_transport(key_encryption_algorithm={"algorithm": "rsaes_pkcs1v15"})) == "SEAL-ALGORITHM"
    sha1 = {"algorithm": "rsaes_oaep", "parameters": RSAESOAEPParams.load(b"\x30\x00")}
    weak = key.encrypt(KEY, oaep)  # type: ignore[union-attr]
    assert opened(_transport(key_encryption_algorithm=sha1, encrypted_key=weak)) == "SEAL-ALGORITHM"
    assert opened(_transport(version="v2")) == "SEAL-STRUCTURE"
    assert opened(_transport(encrypted_key=b"")) == "SEAL-CHANGED"
    assert opened(_transport(encrypted_key=b"\xff" * 256)) == "SEAL-CHANGED"


def _point(key: ec.EllipticCurvePrivateKey, form: PublicFormat = PublicFormat.UncompressedPoint) -> bytes:
    return key.public_key().public_bytes(Encoding.X962, form)


def _agreement(bits: bytes, algorithm: bytes) -> bytes:
    raw = ours("secp256r1").dump()
    own = cms.RecipientInfo.load(raw).chosen["originator"].chosen.dump()
    new = der(0xA1, algorithm, der(0x03, bits))
    parts = der(0xA0, own), der(0xA0, new)
    assert raw.count(parts[0]) == 1
    body = raw.replace(*parts)
    return framed(der(0x31, der(0xA1, body[len(raw) - len(cms.RecipientInfo.load(raw).chosen.contents) :])))


def test_agreement_with_odd_keys() -> None:
    known = der(0x30, core.ObjectIdentifier("1.2.840.10045.2.1").dump())
    p256 = der(0x30, known[2:], core.ObjectIdentifier("1.2.840.10045.3.1.7").dump())
    p384 = der(0x30, known[2:], core.ObjectIdentifier("1.3.132.0.34").dump())
    kari = cms.RecipientInfo.load(ours("secp256r1").dump()).chosen
    good = bytes(kari["originator"].chosen.dump())
    point = good[good.index(b"\x03\x42\x00") + 3 :]
    who = opener("secp256r1")
    for algorithm in (known, p256, der(0x30, known[2:], b"\x05\x00")):
        assert opened(_agreement(b"\0" + point, algorithm), who) == CONTENT
    for bits, algorithm in (
        (b"\0" + point, p384),
        (b"\1" + point, known),
        (b"", known),
        (b"\0", known),
        (b"\0\0", known),
        (b"\0" + point[:-1] + bytes([point[-1] ^ 1]), known),
        (b"\0" + b"\x06" + point[1:], known),
        (b"\0" + _point(ec.generate_private_key(ec.SECP256R1())), known),
        (b"\0" + _point(ec.generate_private_key(ec.SECP384R1())), known),
    ):
        assert opened(_agreement(bits, algorithm), who) == "SEAL-CHANGED"


def test_nothing_is_believed_of_a_spool_that_was_refused() -> None:
    """The spool may hold decrypted bytes by then: that is why files are named only afterwards (test_seal_files)."""
    spool = io.BytesIO()
    data = sealed()
    found = open_sealed(io.BytesIO(data[:-1] + bytes([data[-1] ^ 1])), opener(), spool, Limits())
    assert found is not None
    assert found.code == "SEAL-CHANGED"
    assert CONTENT.decode() not in found.message


def test_a_source_that_hands_out_single_bytes() -> None:
    stream = io.BytesIO(der(0x30, b"\x02\x01\x05"))
    reader = BerReader(lambda count: stream.read(min(count, 1)))
    reader.enter(0x30)
    assert (reader.next_tag(), reader.value(0x02, 1)) == (0x02, b"\x05")
    reader.leave()
    reader.finish()


@pytest.mark.parametrize("kind", KINDS)
def test_a_key_of_another_kind(kind: str) -> None:
    others = [one for one in KINDS if one != kind]
    assert {opened(sealed(CONTENT, opener(one)), opener(kind)) for one in others} == {"SEAL-RECIPIENT"}
    assert {opened(sealed(CONTENT, opener(one)), OpeningKey(opener(kind).key)) for one in others} == {"SEAL-RECIPIENT"}
