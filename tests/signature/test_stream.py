"""Verified as a stream, a file gets the verdict it gets whole, wherever it is cut, in flat memory."""

import io
import re
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.signature.pki import AT, MESSAGE, PAIN, SAMPLES, SENDER, judged, signed, signer, usual
from wissel.core.errors import UsageError
from wissel.signature import stream
from wissel.signature.interop import sign_by_signxml
from wissel.signature.result import VerificationResult
from wissel.signature.stream import spooled, verify_file, verify_open, verify_stream
from wissel.signature.trust import TrustStore
from wissel.signature.verify import VerifyOptions, verify

STATEMENT = (SAMPLES / "valid" / "camt.053.001.08.xml").read_bytes()


def many(data: bytes, tag: str, count: int) -> bytes:
    """The message with its first transaction so many times; totals are not minded."""
    start = data.index(f"<{tag}>".encode())
    end = data.index(f"</{tag}>".encode()) + len(tag) + 3
    return data[:start] + (data[start:end] + b"\n  \t") * count + data[end:]


PREFIXED = re.sub(rb"<(/?)(?=[A-Z])", rb"<\1q:", PAIN).replace(b'xmlns="', b'xmlns:unused="urn:u" xmlns:q="')
FILES = {
    "pain.001": many(PAIN, "CdtTrfTxInf", 40),
    "one": PAIN,
    "prefixes": PREFIXED.replace(b"<q:CdtTrfTxInf>", b'<q:CdtTrfTxInf><x xmlns="urn:x" q:y="1"/>'),
    "Windows line ends": many(PAIN, "CdtTrfTxInf", 5).replace(b"\n", b"\r\n"),
    "a header": many(MESSAGE, "CdtTrfTxInf", 30),
    "a statement": many(STATEMENT, "Ntry", 30),
    "wide characters": many(PAIN, "CdtTrfTxInf", 9).replace(b"<Nm>", "<Nm>€é🙂".encode()),
    "CDATA": many(PAIN, "CdtTrfTxInf", 9).replace(b"<Nm>", b"<Nm><![CDATA[</CdtTrfTxInf>]]>"),
}


@pytest.fixture(scope="module")
def trust(tmp_path_factory: pytest.TempPathFactory) -> TrustStore:
    return usual(policy='binding = "off"').write(tmp_path_factory.mktemp("trust") / "net")


def streamed(data: bytes, trust: TrustStore, chunk_bytes: int = stream.CHUNK_BYTES) -> VerificationResult:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(stream, "CHUNK_BYTES", chunk_bytes)
        return verify_stream(io.BytesIO(data), trust, VerifyOptions(AT))


@pytest.mark.parametrize("chunk_bytes", [100, 701, 4096, 1024**2])
@pytest.mark.parametrize("name", FILES)
def test_the_verdict_is_that_of_the_whole(name: str, chunk_bytes: int, trust: TrustStore) -> None:
    data = signed("enveloped", data=FILES[name])
    whole = judged(data, trust)
    assert whole.verified
    assert streamed(data, trust, chunk_bytes) == whole


@pytest.mark.parametrize("algorithm", ["sha512", "c14n"])
def test_other_algorithms_are_read_for_a_second_time(algorithm: str, trust: TrustStore) -> None:
    data = sign_by_signxml(FILES["pain.001"], signer())
    assert streamed(data, trust, 500).verified
    if algorithm == "sha512":
        from signxml import DigestAlgorithm, XMLSigner
        from signxml.algorithms import CanonicalizationMethod

        form = CanonicalizationMethod.EXCLUSIVE_XML_CANONICALIZATION_1_0
        maker = XMLSigner(digest_algorithm=DigestAlgorithm.SHA512, c14n_algorithm=form)
    else:
        from signxml import XMLSigner
        from signxml.algorithms import CanonicalizationMethod

        maker = XMLSigner(c14n_algorithm=CanonicalizationMethod.CANONICAL_XML_1_0)
    from lxml import etree

    made = etree.tostring(
        maker.sign(etree.fromstring(FILES["pain.001"]), key=signer().key, cert=[signer().certificate])
    )
    assert judged(made, trust).verified
    assert streamed(made, trust, 500) == judged(made, trust)


SIGNED = signed("enveloped", data=FILES["pain.001"])


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_changes_anywhere_get_the_same_verdict(data: st.DataObject, trust: TrustStore) -> None:
    at = data.draw(st.integers(0, len(SIGNED) - 1))
    changed = SIGNED[:at] + bytes([SIGNED[at] ^ 1 << data.draw(st.integers(0, 7))]) + SIGNED[at + 1 :]
    chunk_bytes = data.draw(st.integers(64, 3000))
    assert streamed(changed, trust, chunk_bytes).verified == judged(changed, trust).verified


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        (b"</CdtTrfTxInf>", b"</CdtTrfTxInf><!-- x -->", "COMMENT-IN-MESSAGE"),
        (b"<CdtTrfTxInf>", b"<CdtTrfTxInf><?x y?>", "COMMENT-IN-MESSAGE"),
        (b"<Document", b"<!DOCTYPE Document><Document", "DOCTYPE-REFUSED"),
        (b"<CdtTrfTxInf>", b'<CdtTrfTxInf><Document xmlns="urn:x"/>', "PART-SEVERAL"),
        (b"<CdtTrfTxInf>", b'<CdtTrfTxInf><AppHdr/><AppHdr/>', "CANONICAL-FORM"),
        (b"<CdtTrfTxInf>", b'<CdtTrfTxInf><Signature xmlns="http://www.w3.org/2000/09/xmldsig#"/>', "SIGNATURE-SEVERAL"),
        (b"</Document>", b"<x/></Document>", "SIGNATURE-MISPLACED"),
        (b"<CdtTrfTxInf>", b'<CdtTrfTxInf Id="a"><x ID="a"/>', "ID-DUPLICATE"),
        (b"<EndToEndId>", b"<EndToEndId>X", "DIGEST-MISMATCH"),
        (b"</CdtTrfTxInf>", b"</CdtTrfTxInf> ", "DIGEST-MISMATCH"),
        (b"<ds:DigestValue>", b"<ds:DigestValue>AAAA", "SIGNATURE-INVALID"),
    ],
)  # fmt: skip
def test_attacks_on_the_stream(old: bytes, new: bytes, code: str, trust: TrustStore) -> None:
    at = SIGNED.rindex(old)
    changed = SIGNED[:at] + new + SIGNED[at + len(old) :]
    assert streamed(changed, trust, 900).code == code


def test_cut_files_are_refused(trust: TrustStore) -> None:
    for size in range(0, len(SIGNED) - 1, 997):
        assert not streamed(SIGNED[:size], trust, 1000).verified


def test_what_has_no_transactions_is_not_streamed_without_end(
    trust: TrustStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stream, "PENDING_BYTES_MAX", 3000)
    data = signed("enveloped", data=SIGNED[:0] + b"<Document>" + b"<a/>" * 3000 + b"</Document>")
    assert streamed(data, trust, 1000).code == "CANONICAL-FORM"
    assert judged(data, trust).verified


def test_a_file_chooses_its_way(tmp_path: Path, trust: TrustStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "STREAM_BYTES_MIN", 1)
    monkeypatch.setattr(stream, "TAIL_BYTES", 100)
    path = tmp_path / "a.xml"
    for data in (SIGNED, signed("bah"), signed("enveloped", data=PAIN.replace(b"UTF-8", b"ISO-8859-1"))):
        path.write_bytes(data)
        assert verify_file(str(path), trust, VerifyOptions(AT)) == judged(data, trust)
        assert judged(data, trust).verified
    monkeypatch.setattr(stream, "WHOLE_BYTES_MAX", 10)
    path.write_bytes(signed("bah"))
    with pytest.raises(UsageError, match="cannot be verified as a stream"):
        verify_file(str(path), trust, VerifyOptions(AT))


def test_a_spool_holds_what_was_verified(trust: TrustStore, monkeypatch: pytest.MonkeyPatch) -> None:
    for size in (1, len(SIGNED) + 1):
        monkeypatch.setattr(stream, "STREAM_BYTES_MIN", size)
        with spooled(io.BytesIO(SIGNED)) as copy:
            assert verify_open(copy, "a pipe", trust, VerifyOptions(AT)) == judged(SIGNED, trust)
    with spooled(io.BytesIO(SIGNED)) as copy:
        assert copy.read() == SIGNED
        copy.seek(0)
        assert copy.read(5) == SIGNED[:5]


MEMORY = r"""
import re, sys
from datetime import datetime, UTC
from wissel.signature.stream import verify_stream
from wissel.signature.trust import TrustStore
from wissel.signature.verify import VerifyOptions, verify
with open(sys.argv[1], "rb") as file:
    result = verify_stream(file, TrustStore.open(sys.argv[2]), VerifyOptions(datetime(2026, 11, 24, tzinfo=UTC)))
print(result.verified, int(re.search(r"VmHWM:\s+(\d+)", open("/proc/self/status").read())[1]) // 1024)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="memory is measured as Linux tells it")
def test_memory_stays_flat(tmp_path: Path, trust: TrustStore) -> None:
    path = tmp_path / "large.xml"
    path.write_bytes(signed("enveloped", data=many(PAIN, "CdtTrfTxInf", 20_000)))
    assert path.stat().st_size > 25_000_000
    call = [sys.executable, "-c", MEMORY, str(path), str(trust.folder)]
    verified, megabytes = subprocess.run(call, capture_output=True, text=True, check=True).stdout.split()
    assert verified == "True"
    assert int(megabytes) < 64


HEADER = re.search(rb"<AppHdr.*</AppHdr>", MESSAGE, re.DOTALL)[0]  # type: ignore[index]
GROUP = re.search(rb"<GrpHdr>.*?</GrpHdr>", FILES["pain.001"], re.DOTALL)[0]  # type: ignore[index]
TRANSACTION = b"<CdtTrfTxInf/>"
LATE = {
    "header behind the document": FILES["pain.001"].replace(b"<Document", b"<E><Document").replace(b"</Document>", b"</Document>" + HEADER + b"</E>"),
    "group header behind": FILES["pain.001"].replace(GROUP, b"").replace(b"</PmtInf>", b"</PmtInf>" + GROUP),
    "header far away": FILES["pain.001"].replace(b"<Document", b"<E><H>" + HEADER + b"</H><Document").replace(b"</Document>", b"</Document></E>"),
    "sender behind a transaction": FILES["pain.001"].replace(b"<GrpHdr>", b"<GrpHdr>" + TRANSACTION * 30),
}  # fmt: skip


@pytest.mark.parametrize("name", LATE)
@pytest.mark.parametrize("policy", ['binding = "off"', 'binding = "require"'])
def test_the_sender_is_the_one_that_the_whole_names(
    name: str, policy: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A sender that comes late, or is cut in two, must not be passed over for the channel."""
    trust = usual(policy=policy).write(tmp_path / "trust")
    path = tmp_path / "late.xml"
    data = sign_by_signxml(LATE[name], signer())  # signxml does not mind where the sender stands
    path.write_bytes(data)
    monkeypatch.setattr(stream, "STREAM_BYTES_MIN", 1)
    monkeypatch.setattr(stream, "CHUNK_BYTES", 300)
    for channel in (None, SENDER, "WISLNL2A"):
        options = VerifyOptions(AT, channel=channel)
        assert verify_file(str(path), trust, options) == verify(data, trust, options)


def test_what_never_ends_is_not_kept_for_ever(trust: TrustStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ends of transactions that are none, or stand where nothing may be dropped, do not count."""
    monkeypatch.setattr(stream, "PENDING_BYTES_MAX", 3000)
    for around in (b"GrpHdr", b"AppHdr", b"s:Signature"):
        inside = (
            b"<%b xmlns:s='http://www.w3.org/2000/09/xmldsig#'>" % around
            + TRANSACTION * 2
            + b"<CdtTrfTxInf></CdtTrfTxInf>" * 500
        )
        assert streamed(b"<Document>" + inside, trust, 500).code == "CANONICAL-FORM"
    assert streamed(b"<Document><a><![CDATA[" + b"</CdtTrfTxInf>" * 500, trust, 500).code == "CANONICAL-FORM"
