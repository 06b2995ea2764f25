"""The result says what was proven and what was not; whatever is not right is refused."""

import re
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.x509.oid import NameOID
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from tests.signature.pki import (
    AT,
    BEGIN,
    MESSAGE,
    OTHER,
    PAIN,
    SENDER,
    Folder,
    authority,
    between,
    custom,
    judged,
    new_crl,
    new_signer,
    signed,
    signed_text,
    signer,
    usual,
)
from wissel.core.errors import InstallationError, UsageError
from wissel.signature.canonical import exclusive
from wissel.signature.demo_keys import Authority, Usage, new_certificate, new_key
from wissel.signature.digest import Collected
from wissel.signature.profile import signature_methods
from wissel.signature.trust import TrustStore, fingerprint
from wissel.signature.xades import object_text


@pytest.fixture(scope="module")
def trust(tmp_path_factory: pytest.TempPathFactory) -> TrustStore:
    return usual().write(tmp_path_factory.mktemp("trust") / "net")


def test_the_result_says_what_was_proven(trust: TrustStore) -> None:
    result = judged(signed_text(), trust)
    assert (result.profile, result.algorithm, result.digests, result.time) == ("bah", "rsa-sha256", ("sha256",), AT)
    assert result.certificate is not None
    assert result.certificate.sha256 == fingerprint(signer().certificate)
    assert result.certificate.subject == "CN=RHEUDEFF,O=wissel TEST ONLY,C=NL"
    assert result.certificate.serial == str(signer().certificate.serial_number)


def test_without_a_policy_the_result_says_so(tmp_path: Path) -> None:
    assert [one.code for one in judged(signed_text(), usual().write(tmp_path / "a")).findings] == ["POLICY-DEFAULT"]
    assert judged(signed_text(), usual(policy='profiles = ["bah"]').write(tmp_path / "b")).findings == ()


def test_a_missing_revocation_list_is_stated(tmp_path: Path) -> None:
    result = judged(signed_text(), usual(crl=False, policy="").write(tmp_path / "a"))
    assert result.verified
    assert [(one.code, one.severity.value) for one in result.findings] == [("REVOCATION-UNKNOWN", "info")]
    off = judged(signed_text(), usual(policy='revocation = "off"').write(tmp_path / "b"))
    assert off.verified
    assert [one.message for one in off.findings] == ["Revocation lists were not asked (policy)."]


def test_a_certificate_revoked_later_was_good_before(tmp_path: Path) -> None:
    folder = usual(crl=False)
    folder.crls.append(
        new_crl(authority(), AT - timedelta(hours=1), revoked=[(signer().certificate, AT + timedelta(hours=1))])
    )
    trust = folder.write(tmp_path / "a")
    assert judged(signed_text(), trust).verified
    assert judged(signed_text(), trust, at=AT + timedelta(hours=2)).code == "CERTIFICATE-REVOKED"


def test_paths_over_intermediates_of_trust(tmp_path: Path) -> None:
    far = new_signer(SENDER, between(), BEGIN)
    folder = usual(far)
    folder.intermediates.append(between().certificate)
    assert judged(signed(by=far), folder.write(tmp_path / "a")).verified


def test_keys_change_by_overlap(tmp_path: Path) -> None:
    new = new_signer(SENDER, authority(), AT - timedelta(days=1))
    trust = usual(new).write(tmp_path / "a")
    for one in (signer(), new):
        for kind in ("certificate", "issuer-serial", "ski"):
            assert judged(signed(by=one, key_info=kind), trust).verified


def test_a_clock_may_differ_a_little(tmp_path: Path) -> None:
    young = new_signer(SENDER, authority(), AT + timedelta(seconds=200))
    trust = usual(young).write(tmp_path / "a")
    assert judged(signed(by=young), trust).verified
    assert judged(signed(by=young), trust, at=AT - timedelta(seconds=200)).code == "CERTIFICATE-NOT-YET-VALID"


def test_a_certificate_of_nobody_is_verified_only_without_binding(tmp_path: Path) -> None:
    stranger = new_signer("Stranger", authority(), BEGIN)
    result = judged(signed(by=stranger), usual(policy='binding = "off"').write(tmp_path / "a"))
    assert (result.verified, result.bound, result.signer) == (True, False, None)
    assert judged(signed(by=stranger), usual().write(tmp_path / "b")).code == "SIGNER-UNBOUND"


def test_pinned_certificates_need_no_anchor_where_there_is_none(tmp_path: Path) -> None:
    alone = custom(SENDER, None)
    folder = usual(alone)
    folder.anchors.clear()
    trust = folder.write(tmp_path / "a")
    assert judged(signed(by=alone), trust).verified
    assert judged(signed(by=custom(SENDER, None)), trust).code == "CERTIFICATE-UNTRUSTED"


def test_a_pain_file_is_bound_to_its_initiating_party_or_its_channel(trust: TrustStore) -> None:
    named = re.sub(rb"<InitgPty>.*?</InitgPty>", b"<InitgPty><Id><OrgId><AnyBIC>RHEUDEFF</AnyBIC></OrgId></Id></InitgPty>", PAIN, flags=re.DOTALL)  # fmt: skip
    nameless = re.sub(rb"<InitgPty>.*?</InitgPty>", b"<InitgPty><Nm>Somebody</Nm></InitgPty>", PAIN, flags=re.DOTALL)
    result = judged(signed("enveloped", data=named), trust)
    assert (result.verified, result.bound, result.covered) == (True, True, ("Document", "Message"))
    assert judged(signed("enveloped", data=named, by=signer(OTHER)), trust).code == "SIGNER-NOT-SENDER"
    anonymous = signed("enveloped", data=nameless)
    assert judged(anonymous, trust).code == "SENDER-MISSING"
    assert judged(anonymous, trust, channel=SENDER).verified
    assert judged(anonymous, trust, channel=OTHER).code == "SIGNER-NOT-SENDER"


def test_a_message_without_header_cover_must_be_named(trust: TrustStore, tmp_path: Path) -> None:
    open_header = signed("xades-bah", cover_header=False)
    assert judged(open_header, trust).code == "COVERAGE-MISSING"
    named = judged(open_header, trust, profile="xades-bah")
    assert (named.verified, named.covered) == (True, ("Document", "KeyInfo", "SignedProperties"))
    listed = usual(policy='profiles = ["xades-bah"]').write(tmp_path / "a")
    assert judged(open_header, listed).verified


def test_header_and_document_in_two_files(trust: TrustStore) -> None:
    whole = signed()
    header = re.search(rb"<AppHdr.*</AppHdr>", whole, re.DOTALL)[0]  # type: ignore[index]
    document = re.search(rb"<Document.*</Document>", whole, re.DOTALL)[0]  # type: ignore[index]
    assert judged(header, trust, document=document).verified
    assert judged(header, trust).code == "PART-MISSING"
    changed = document.replace(b"<NbOfTxs>1", b"<NbOfTxs>2")
    assert changed != document
    refused = judged(header, trust, document=changed)
    assert (refused.code, refused.part) == ("DIGEST-MISMATCH", "Document")
    assert judged(header, trust, document=header).code == "PART-SEVERAL"


def test_signed_properties_must_name_the_certificate_used(trust: TrustStore, monkeypatch: pytest.MonkeyPatch) -> None:
    def lying(name: str, properties: str, _certificate: object, at: datetime) -> str:
        return object_text(name, properties, signer(OTHER).certificate, at)

    monkeypatch.setattr("wissel.signature.sign.object_text", lying)
    # every digest and the signature are right
    result = judged(signed("xades-bah"), trust)
    assert (result.verified, result.code, result.part) == (False, "XADES-CERTIFICATE", "SignedProperties")


def test_sha1_only_where_it_is_named_and_then_said(trust: TrustStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("wissel.signature.sign.method_for", lambda *_: signature_methods()["rsa-sha1"])
    old = signed("xades-bah-sha1")
    result = judged(old, trust, profile="xades-bah-sha1")
    assert (result.verified, result.algorithm) == (True, "rsa-sha1")
    assert [one.code for one in result.findings] == ["SIGNATURE-WEAK", "POLICY-DEFAULT"]
    assert judged(old, trust).code == "ALGORITHM-NOT-ALLOWED"
    assert judged(old, trust, profile="xades-bah").code == "ALGORITHM-NOT-ALLOWED"


TCH = (
    b'<?xml version="1.0"?><Message xmlns="urn:tch" xmlns:head="urn:iso:std:iso:20022:tech:xsd:head.001.001.01"><AppHdr>'
    b"<head:Fr><head:FIId><head:FinInstnId><head:ClrSysMmbId><head:MmbId>RHEUDEFF</head:MmbId></head:ClrSysMmbId>"
    b"</head:FinInstnId></head:FIId></head:Fr><head:BizMsgIdr>B1</head:BizMsgIdr></AppHdr>"
    b"<CreditTransfer><Amt>526.33</Amt></CreditTransfer></Message>"
)


def test_a_header_whose_children_are_in_another_namespace(trust: TrustStore) -> None:
    made = signed("tch", data=TCH)
    assert b"<head:Sgntr><ds:Signature " in made
    assert b"X509IssuerSerial" in made
    result = judged(made, trust, "tch")
    assert (result.verified, result.bound, result.covered) == (True, True, ("AppHdr", "Message"))
    assert judged(made.replace(b"526.33", b"926.33"), trust, "tch").code == "DIGEST-MISMATCH"


def test_a_key_name_is_looked_up(trust: TrustStore) -> None:
    """Where KeyInfo is not signed, as a gateway that adds it leaves it."""
    made = signed("swift-t2").decode()

    def named(name: str) -> str:
        return re.sub("<ds:X509Data>.*</ds:X509Data>", f"<ds:KeyName>{name}</ds:KeyName>", made)

    assert judged(named(fingerprint(signer().certificate)), trust).verified
    assert judged(named("CN=RHEUDEFF, O=wissel TEST ONLY, C=NL"), trust).code == "CERTIFICATE-MISSING"  # two have it
    assert judged(named(fingerprint(signer(OTHER).certificate)), trust).code == "SIGNER-NOT-SENDER"
    assert judged(named("nobody"), trust).code == "CERTIFICATE-MISSING"


def test_a_signature_over_one_file_never_covers_the_other(trust: TrustStore) -> None:
    """Both files are there, but a signature over the root is one over the header alone."""
    whole = signed(data=MESSAGE)
    header = re.search(rb"<AppHdr.*</AppHdr>", MESSAGE, re.DOTALL)[0]  # type: ignore[index]
    document = re.search(rb"<Document.*</Document>", whole, re.DOTALL)[0]  # type: ignore[index]
    for profile in ("enveloped", "tch"):
        alone = signed(profile, data=header)
        assert judged(alone, trust, profile).covered == ("AppHdr", "Message")
        result = judged(alone, trust, profile, document=document)
        assert (result.code, result.part, result.covered) == ("COVERAGE-MISSING", "Document", ())


@pytest.mark.parametrize(
    ("name", "code"), [("UTF-7", "ENCODING-UNKNOWN"), ("IBM037", "ENCODING-INVALID"), ("UTF-16", "ENCODING-INVALID")]
)
def test_encodings_in_which_others_read_another_text(name: str, code: str, trust: TrustStore) -> None:
    assert judged(signed_text().replace('"UTF-8"', f'"{name}"'), trust).code == code


@pytest.mark.parametrize("codec", ["utf-16", "utf-16-be", "utf-8-sig"])
def test_other_encodings_of_the_same_text_are_the_same_message(codec: str, trust: TrustStore) -> None:
    text = signed_text().replace('"UTF-8"', '"UTF-16"') if "16" in codec else signed_text()
    assert judged(text.encode(codec), trust).verified


def test_an_authority_that_may_have_none_below_it(tmp_path: Path) -> None:
    root, key = new_key("ec"), new_key("ec")
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Root")])
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(root.public_key())
    builder = builder.serial_number(7).not_valid_before(BEGIN).not_valid_after(AT + timedelta(days=900))
    builder = builder.add_extension(x509.BasicConstraints(True, 0), critical=True)
    top = Authority(root, builder.sign(root, hashes.SHA256()))
    lower = Authority(key, new_certificate("Lower", key, top, BEGIN, 900, Usage(authority=True)))
    for above, verified in ((top, True), (lower, False)):
        by = new_signer(SENDER, above, BEGIN)
        folder = Folder({SENDER: [by.certificate]}, [top.certificate], [lower.certificate])
        assert judged(signed(by=by), folder.write(tmp_path / str(verified))).verified is verified


def test_empty_and_missing_trust(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no trust folder"):
        TrustStore.open(tmp_path / "none")
    (tmp_path / "anchors").mkdir()
    with pytest.raises(InstallationError, match="is empty"):
        TrustStore.open(tmp_path)
    (tmp_path / "anchors" / "a.pem").write_bytes(b"nothing")
    with pytest.raises(InstallationError, match="no certificate"):
        TrustStore.open(tmp_path)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("profiles = 3", "profiles is a list"), ('profiles = ["none"]', "profiles is a list"), ("x = 1", "no setting 'x'"),
        ('binding = "maybe"', "binding is"), ('revocation = "never"', "revocation is"), ("rsa_bits_min = 1024", "at least 2048"),
        ("clock_skew_s = true", "whole number"), ("max_age_s = 0", "at least 1"), ("[", "policy.toml"),
    ],
)  # fmt: skip
def test_a_faulty_policy_is_refused(text: str, said: str, tmp_path: Path) -> None:
    with pytest.raises(InstallationError, match=re.escape(said)):
        usual(policy=text).write(tmp_path / "a")


COVERED = [
    (m.start(), m.end())
    for m in re.finditer(rb"<AppHdr.*</AppHdr>|<Document.*</Document>", signed_text().encode(), re.DOTALL)
]


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_flipping_a_bit_of_what_is_covered_refuses(data: st.DataObject, trust: TrustStore) -> None:
    whole = signed_text().encode()
    start, end = data.draw(st.sampled_from(COVERED))
    at = data.draw(st.integers(start, end - 1))
    flipped = whole[:at] + bytes([whole[at] ^ 1 << data.draw(st.integers(0, 7))]) + whole[at + 1 :]
    result = judged(flipped, trust)
    assert not result.verified or same_parts(flipped, whole)
    assert result.verified or result.code


def same_parts(one: bytes, other: bytes) -> bool:
    """True where a change is none of the content: both parts have the same canonical form and the same signature."""
    forms = []
    for data in (one, other):
        tree = etree.fromstring(data)
        for element in tree.iter("{*}SignatureValue"):
            element.text = "".join((element.text or "").split())
        sink = Collected()
        exclusive(tree, sink)
        forms.append(sink.bytes())
    return forms[0] == forms[1]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(noise=st.binary(max_size=200), at=st.integers(0, 20_000), kept=st.integers(0, 20_000))
def test_whatever_comes_gets_a_result(noise: bytes, at: int, kept: int, trust: TrustStore) -> None:
    whole = signed_text().encode()
    result = judged(whole[:at] + noise + whole[kept:], trust)
    assert result.verified == (result.code is None)
