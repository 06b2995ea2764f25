"""Signed as a stream, a file is byte for byte what it is when signed whole, and memory stays flat."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from tests.signature.pki import AT, PAIN, judged, signed, signer, usual
from tests.signature.test_stream import FILES, many
from wissel.core.errors import UsageError
from wissel.signature import sign_file as module
from wissel.signature import stream
from wissel.signature.sign import SignOptions, sign
from wissel.signature.sign_file import sign_file

OPTIONS = SignOptions("enveloped", AT)


@pytest.fixture
def streaming(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    monkeypatch.setattr(module, "STREAM_BYTES_MIN", 1)
    for place in (module, stream):
        monkeypatch.setattr(place, "CHUNK_BYTES", 701)
    return monkeypatch


def made(path: Path, data: bytes, options: SignOptions = OPTIONS) -> bytes:
    path.write_bytes(data)
    return b"".join(sign_file(str(path), signer(), options))


@pytest.mark.parametrize("name", FILES)
def test_it_is_the_file_that_signing_whole_makes(name: str, tmp_path: Path, streaming: pytest.MonkeyPatch) -> None:
    streaming.setattr(module, "sign", None)
    assert made(tmp_path / "a.xml", FILES[name]) == signed("enveloped", data=FILES[name])
    assert made(tmp_path / "a.xml", FILES[name].rstrip() + b"\n\n  ") == signed(
        "enveloped", data=FILES[name].rstrip() + b"\n\n  "
    )


@pytest.mark.parametrize("profile", ["bah", "swift-t2", "enveloped"])
def test_what_cannot_be_streamed_is_signed_whole(profile: str, tmp_path: Path, streaming: pytest.MonkeyPatch) -> None:
    from tests.signature.pki import MESSAGE

    streaming.setattr(stream, "PENDING_BYTES_MAX", 100)
    latin = MESSAGE.replace(b"UTF-8", b"ISO-8859-1")
    options = SignOptions(profile, AT)
    assert made(tmp_path / "a.xml", latin, options) == sign(latin, signer(), options)
    assert judged(made(tmp_path / "a.xml", latin, options), usual().write(tmp_path / "trust")).verified
    streaming.setattr(module, "WHOLE_BYTES_MAX", 100)
    with pytest.raises(UsageError, match="cannot be signed as a stream"):
        made(tmp_path / "a.xml", latin, options)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (signed("enveloped", data=PAIN), "a message is signed once"),
        (PAIN.rstrip() + b"<!-- x -->", "after the root there is a comment"),
        (PAIN.rstrip() + b"<!-- </x> -->", "after the root"),
        (PAIN.replace(b"<GrpHdr>", b"<!-- x --><GrpHdr>"), "comment or processing instruction stands inside"),
        (PAIN.replace(b"<GrpHdr>", b"<GrpHdr"), "not well-formed"),
        (PAIN.replace(b"<Document", b"<!DOCTYPE Document><Document"), "document type"),
        (PAIN.replace(b"</GrpHdr>", b'</GrpHdr><Document xmlns="urn:x"/>'), "more than one Document"),
        (b"<Document/>", "nothing to sign"),
        (b"", "signed"),
    ],
)  # fmt: skip
def test_what_cannot_be_signed(data: bytes, said: str, tmp_path: Path, streaming: pytest.MonkeyPatch) -> None:
    with pytest.raises(UsageError, match=said):
        made(tmp_path / "a.xml", data)


def test_a_file_that_changes_meanwhile_is_not_signed(tmp_path: Path, streaming: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.xml"
    path.write_bytes(FILES["pain.001"])
    pieces = sign_file(str(path), signer(), OPTIONS)
    next(pieces)
    assert b"Laterne" not in FILES["pain.001"]
    path.write_bytes(FILES["pain.001"][:-400] + FILES["pain.001"][-400:].replace(b"A", b"B").replace(b"e", b"o"))
    with pytest.raises(UsageError, match="was changed"):
        list(pieces)
    with pytest.raises(UsageError, match="cannot be read"):
        list(sign_file(str(tmp_path / "none.xml"), signer(), OPTIONS))


PROGRAM = r"""
import re, sys
from datetime import datetime, UTC
from pathlib import Path
from wissel.signature.keys import load_signer
from wissel.signature.sign import SignOptions
from wissel.signature.sign_file import sign_file
with open(sys.argv[2], "wb") as file:
    file.writelines(sign_file(sys.argv[1], load_signer(Path(sys.argv[3]), None), SignOptions("enveloped", datetime(2026, 11, 24, tzinfo=UTC))))
print(int(re.search(r"VmHWM:\s+(\d+)", open("/proc/self/status").read())[1]) // 1024)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="memory is measured as Linux tells it")
def test_memory_stays_flat(tmp_path: Path) -> None:
    plain, out, key = tmp_path / "plain.xml", tmp_path / "signed.xml", tmp_path / "key.pem"
    plain.write_bytes(many(PAIN, "CdtTrfTxInf", 20_000))
    assert plain.stat().st_size > 25_000_000
    private = signer().key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    key.write_bytes(private + signer().certificate.public_bytes(Encoding.PEM))
    key.chmod(0o600)
    call = [sys.executable, "-c", PROGRAM, str(plain), str(out), str(key)]
    assert int(subprocess.run(call, capture_output=True, text=True, check=True).stdout) < 64
    tail = out.read_bytes()[-20_000:]
    assert len(re.findall(b"<ds:Signature ", tail)) == 1
