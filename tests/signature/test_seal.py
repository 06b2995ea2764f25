"""Sealing and opening: what comes back is what was sealed, for everybody meant and nobody else; openssl agrees."""

import base64
import io
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest
from asn1crypto import cms
from hypothesis import given
from hypothesis import strategies as st

from tests.signature.pki import MESSAGE, judged, signed, usual
from tests.signature.sealing_keys import (
    AT,
    CONTENT,
    KINDS,
    certificate,
    made,
    opened,
    opener,
    refusal,
    sealed,
    write_pair,
)
from wissel.core.clock import system_random
from wissel.core.errors import UsageError
from wissel.core.limits import Limits
from wissel.signature.sealing.ber import CHUNK_BYTES, der, header
from wissel.signature.sealing.recipients import OpeningKey
from wissel.signature.sealing.seal import SealOptions, seal


def _openssl_seals() -> bool:
    if shutil.which("openssl") is None:
        return False
    said = subprocess.run(["openssl", "version"], capture_output=True, text=True, check=False).stdout.split()
    return len(said) > 1 and said[0] == "OpenSSL" and int(said[1].split(".")[0]) >= 3


needs_openssl = pytest.mark.skipif(not _openssl_seals(), reason="there is no OpenSSL 3, which knows AuthEnvelopedData")
OPENSSL_OPTIONS = {
    "rsa": ["-keyopt", "rsa_padding_mode:oaep", "-keyopt", "rsa_oaep_md:sha256"],
    "ec": ["-keyopt", "ecdh_kdf_md:sha256"],
}


def openssl_sealed(folder: Path, content: bytes, kinds: Sequence[str], *options: str) -> bytes:
    """What openssl seals, its recipients each by a way that we take."""
    (folder / "plain").write_bytes(content)
    arguments = ["openssl", "cms", "-encrypt", "-aes-256-gcm", "-binary", "-in", "plain", "-out", "sealed", *options]
    for kind in kinds:
        write_pair(folder, kind, opener(kind))
        arguments += ["-recip", f"{kind}.crt", *OPENSSL_OPTIONS["rsa" if kind == "rsa" else "ec"]]
    subprocess.run(arguments, cwd=folder, check=True, capture_output=True)
    return (folder / "sealed").read_bytes()


def openssl_opened(folder: Path, data: bytes, kind: str) -> bytes | None:
    (folder / "sealed").write_bytes(data)
    write_pair(folder, kind, opener(kind))
    arguments = ["openssl", "cms", "-decrypt", "-inform", "DER", "-binary", "-in", "sealed", "-out", "plain"]
    arguments += ["-recip", f"{kind}.crt", "-inkey", f"{kind}.key"]
    done = subprocess.run(arguments, cwd=folder, check=False, capture_output=True)
    return (folder / "plain").read_bytes() if done.returncode == 0 else None


@pytest.mark.parametrize("by_key_identifier", [False, True])
@pytest.mark.parametrize("kind", KINDS)
def test_the_recipient_opens_it_with_and_without_certificate(kind: str, by_key_identifier: bool) -> None:
    data = sealed(CONTENT, opener(kind), by_key_identifier=by_key_identifier)
    assert opened(data, opener(kind)) == CONTENT
    assert opened(data, OpeningKey(opener(kind).key)) == CONTENT
    assert CONTENT not in data


@given(content=st.binary(max_size=400), whom=st.lists(st.sampled_from(KINDS), min_size=1, max_size=6), data=st.data())
def test_any_bytes_for_any_recipients(content: bytes, whom: list[str], data: st.DataObject) -> None:
    piped, by_key_identifier = data.draw(st.booleans()), data.draw(st.booleans())
    made_of = sealed(content, *map(opener, whom), piped=piped, by_key_identifier=by_key_identifier)
    for kind in KINDS:
        assert opened(made_of, opener(kind)) == (content if kind in whom else "SEAL-RECIPIENT")
        assert opened(made_of, opener(kind, 1)) == "SEAL-RECIPIENT"
        assert opened(made_of, OpeningKey(opener(kind, 1).key)) == "SEAL-RECIPIENT"


@pytest.mark.parametrize("size", [0, 1, 127, 128, 255, 256, 65_535, 65_536, CHUNK_BYTES, 2 * CHUNK_BYTES + 1])
def test_sizes_around_those_of_lengths_and_chunks(size: int) -> None:
    content = bytes(size)
    data = sealed(content)
    assert opened(data) == content
    assert opened(sealed(content, piped=True)) == content
    assert cms.ContentInfo.load(data, strict=True).dump(force=True) == data, "it is DER"


def test_the_same_certificate_twice_is_one_recipient() -> None:
    infos = cms.ContentInfo.load(sealed(CONTENT, opener(), opener()))["content"]["recipient_infos"]
    assert len(infos) == 1


def test_key_nonce_and_agreement_come_from_the_source_given() -> None:
    asked: list[int] = []

    def counted(count: int) -> bytes:
        asked.append(count)
        return bytes([len(asked)]) * count

    def once() -> bytes:
        asked.clear()
        out = io.BytesIO()
        options = SealOptions(AT, counted)
        seal(io.BytesIO(CONTENT), len(CONTENT), [certificate(opener("secp256r1"))], options, out.write)
        return out.getvalue()

    assert once() == once(), "nothing else is random where there is no RSA"
    assert asked == [32, 12, 40], "the content key, the nonce, the key for agreement"
    assert opened(once(), opener("secp256r1")) == CONTENT
    assert sealed(CONTENT, opener("secp256r1")) != sealed(CONTENT, opener("secp256r1"))


def test_sign_first_then_seal(tmp_path: Path) -> None:
    trust = usual().write(tmp_path / "trust")
    for profile in ("bah", "swift-t2"):
        message = signed(profile)
        assert message != MESSAGE
        found = opened(sealed(message, opener("secp384r1")), opener("secp384r1"))
        assert found == message
        assert judged(message, trust).verified


def test_too_large() -> None:
    limits = Limits(file_bytes_max=100)
    options = SealOptions(AT, system_random, limits=limits)
    for size, told in ((101, 101), (101, None)):
        out = io.BytesIO()
        found = seal(io.BytesIO(bytes(size)), told, [certificate(opener())], options, out.write)
        assert found is not None
        assert (found.code, out.getvalue()) == ("SEAL-TOO-LARGE", b"")
    assert seal(io.BytesIO(bytes(100)), 100, [certificate(opener())], options, io.BytesIO().write) is None
    assert opened(sealed(bytes(101)), limits=limits) == "SEAL-TOO-LARGE"
    assert opened(sealed(bytes(100)), limits=limits) == bytes(100)


@pytest.mark.parametrize("size", [len(CONTENT) - 1, len(CONTENT) + 1])
def test_a_file_that_changes_its_size_while_it_is_sealed(size: int) -> None:
    options = SealOptions(AT, system_random)
    with pytest.raises(UsageError, match="changed while it was read"):
        seal(io.BytesIO(CONTENT), size, [certificate(opener())], options, io.BytesIO().write)


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ({"days": 30}, "was valid until 2026-01-31 00:00:00 UTC"),
        ({"bits": 1024}, "an RSA key of 1024 bits; 2048 to 8192 are allowed"),
        ({"locks": False}, "keyEncipherment"),
        ({"kind": "secp256r1", "locks": False}, "keyAgreement"),
        ({"kind": "secp256r1", "encipher_only": True}, "encipherOnly"),
        ({"kind": "secp256k1"}, "a key on the curve secp256k1"),
    ],
)
def test_certificates_that_are_not_sealed_for(fault: dict[str, object], said: str) -> None:
    who = made(**{"kind": "rsa", "name": "odd", **fault})  # type: ignore[arg-type]
    out = io.BytesIO()
    some = [certificate(opener()), certificate(who)]
    found = seal(io.BytesIO(CONTENT), len(CONTENT), some, SealOptions(AT, system_random), out.write)
    assert found is not None
    assert (found.code, said in found.message, out.getvalue()) == ("SEAL-CERTIFICATE", True, b"")


def test_a_certificate_that_is_not_in_force_yet_and_one_without_key_usage() -> None:
    out = io.BytesIO()
    early = SealOptions(AT.replace(year=2025), system_random)
    found = seal(io.BytesIO(CONTENT), len(CONTENT), [certificate(opener())], early, out.write)
    assert found is not None
    assert (found.code, "is valid from 2026-01-01" in found.message) == ("SEAL-CERTIFICATE", True)
    free = made("rsa", "free", locks=None, key_identifier=False)
    assert opened(sealed(CONTENT, free), free) == CONTENT
    with pytest.raises(UsageError, match="without subject key identifier"):
        sealed(CONTENT, free, by_key_identifier=True)


def test_no_key_stands_in_a_log() -> None:
    assert repr(opener()) == "OpeningKey(rsa)"


def pem(data: bytes, label: str = "CMS", end: str = "\n") -> bytes:
    lines = base64.encodebytes(data).decode().replace("\n", end)
    return f"-----BEGIN {label}-----{end}{lines}-----END {label}-----{end}".encode()


@pytest.mark.parametrize("label", ["CMS", "PKCS7"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("size", [0, 1, 2, 3, 3 * CHUNK_BYTES // 4, CHUNK_BYTES])
def test_text_is_opened_too(size: int, label: str, end: str) -> None:
    assert opened(pem(sealed(bytes(size)), label, end)) == bytes(size)


def streamed(data: bytes, sizes: Sequence[int]) -> bytes:
    """A sealed file as those write it who do not know its length: in BER, its content in segments of such sizes."""
    info = cms.ContentInfo.load(data)
    envelope = info["content"]
    inner = envelope["auth_encrypted_content_info"]
    content = inner["encrypted_content"].native
    segments, at = [], 0
    for size in [*sizes, len(content)]:
        segments.append(der(0x04, content[at : at + size]))
        at += size

    def endless(tag: int, *parts: bytes) -> bytes:
        return bytes((tag, 0x80)) + b"".join(parts) + b"\0\0"

    recipients = endless(0x31, *(one.dump() for one in envelope["recipient_infos"]))
    inner_parts = inner["content_type"].dump(), inner["content_encryption_algorithm"].dump()
    body = endless(0x30, *inner_parts, endless(0xA0, *segments))
    whole = endless(0x30, envelope["version"].dump(), recipients, body, envelope["mac"].dump())
    return endless(0x30, info["content_type"].dump(), endless(0xA0, whole))


@given(st.binary(max_size=200), st.lists(st.integers(0, 80), max_size=5), st.sampled_from(KINDS))
def test_what_is_written_without_knowing_its_length(content: bytes, sizes: list[int], kind: str) -> None:
    data = streamed(sealed(content, opener(kind)), sizes)
    assert opened(data, opener(kind)) == content
    assert opened(data + b"\0", opener(kind)) == "SEAL-TRAILING"
    assert opened(data[:-1], opener(kind)) == "SEAL-TRUNCATED"


def test_lengths_written_longer_than_needed_are_ber() -> None:
    data = sealed()
    inside = data[len(header(0x30, len(data) - 4)) :]
    assert opened(b"\x30\x88" + len(inside).to_bytes(8, "big") + inside) == CONTENT


@needs_openssl
@pytest.mark.parametrize("size", [0, 1, 5_000, 70_000])
def test_openssl_opens_ours(size: int, tmp_path: Path) -> None:
    content = bytes(range(256)) * (size // 256) + bytes(size % 256)
    for by_key_identifier in (False, True):
        data = sealed(content, *map(opener, KINDS), by_key_identifier=by_key_identifier)
        for kind in KINDS:
            assert openssl_opened(tmp_path, data, kind) == content
        assert openssl_opened(tmp_path, data[:-1] + bytes([data[-1] ^ 1]), "rsa") is None


@needs_openssl
@pytest.mark.parametrize("form", [[], ["-stream"], ["-keyid"], ["-keyid", "-stream"]], ids=" ".join)
@pytest.mark.parametrize("size", [1, 5_000, 70_000])
def test_we_open_what_openssl_sealed(size: int, form: list[str], tmp_path: Path) -> None:
    content = bytes(range(256)) * (size // 256) + bytes(size % 256)
    for encoding in ("DER", "PEM"):
        data = openssl_sealed(tmp_path, content, KINDS, "-outform", encoding, *form)
        for kind in KINDS:
            assert opened(data, opener(kind)) == content
            assert opened(data, opener(kind, 1)) == "SEAL-RECIPIENT"


@needs_openssl
def test_older_ways_of_openssl_are_refused_with_a_hint(tmp_path: Path) -> None:
    for kind in ("rsa", "secp256r1"):
        _, path = write_pair(tmp_path, kind, opener(kind))
        (tmp_path / "plain").write_bytes(CONTENT)
        call = ["openssl", "cms", "-encrypt", "-aes-256-gcm", "-in", "plain", "-outform", "DER", "-out", "old", path]
        subprocess.run(call, cwd=tmp_path, check=True, capture_output=True)
        found = refusal((tmp_path / "old").read_bytes(), opener(kind))
        assert (found.code, "SHA-256" in str(found.hint)) == ("SEAL-ALGORITHM", True)
    for cipher, code in (("-aes-128-gcm", "SEAL-ALGORITHM"), ("-aes-256-cbc", "SEAL-UNREADABLE")):
        data = openssl_sealed(tmp_path, CONTENT, ["rsa"], "-outform", "DER", cipher)
        assert opened(data) == code
    assert opened(openssl_sealed(tmp_path, CONTENT, ["rsa"])) == "SEAL-UNREADABLE"
