"""Other implementations come to the same verdict on the mathematics: signxml, the JDK, xmlsec1."""

import shutil
import subprocess
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from tests.signature.pki import PAIN, SENDER, judged, signed, signer, usual
from wissel.core.errors import UsageError
from wissel.signature.interop import SIZE_BYTES_MAX, holds_by_signxml, sign_by_signxml
from wissel.signature.trust import TrustStore

PROFILES = ("bah", "swift-t2", "xades-bah", "tch", "enveloped")
TAMPERED = (
    ("<NbOfTxs>1", "<NbOfTxs>2"),
    ("<BizMsgIdr>R", "<BizMsgIdr>X"),
    ("<ds:DigestValue>", "<ds:DigestValue>AAAA"),
)


@pytest.fixture(scope="module")
def trust(tmp_path_factory: pytest.TempPathFactory) -> TrustStore:
    return usual(policy='profiles = ["bah", "swift-t2", "xades-bah", "enveloped"]\nbinding = "off"').write(
        tmp_path_factory.mktemp("trust") / "net"
    )


def files(folder: Path, profile: str, by: str) -> list[Path]:
    """A good file first, then tampered ones."""
    text = signed(profile, by=signer(SENDER, by)).decode()
    made = [text, *(text.replace(*change, 1) for change in TAMPERED)]
    assert len(set(made)) == 4
    paths = [folder / f"{profile}-{by}-{number}.xml" for number in range(4)]
    for path, one in zip(paths, made, strict=True):
        path.write_text(one)
    return paths


@pytest.mark.parametrize("kind", ["rsa", "ec"])
@pytest.mark.parametrize("data", [PAIN, PAIN.replace(b"\n", b"\r\n")])
def test_signxml_and_own_code_verify_each_others_enveloped_files(kind: str, data: bytes, trust: TrustStore) -> None:
    key = signer(SENDER, kind)
    for made in (signed("enveloped", by=key, data=data), sign_by_signxml(data, key)):
        own = judged(made, trust, channel=SENDER)
        assert (own.code, own.verified, holds_by_signxml(made, key.certificate)) == (None, True, True)
        changed = made.replace(b"<NbOfTxs>", b"<NbOfTxs> ", 1)
        assert changed != made
        assert not judged(changed, trust, channel=SENDER).verified
        assert not holds_by_signxml(changed, key.certificate)
        assert not holds_by_signxml(made, signer("WISLNL2A", kind).certificate)


def test_signxml_gets_small_files_only() -> None:
    with pytest.raises(UsageError, match="too much for signxml"):
        holds_by_signxml(b" " * (SIZE_BYTES_MAX + 1), signer().certificate)


@pytest.mark.skipif(shutil.which("javac") is None, reason="there is no JDK")
@pytest.mark.parametrize("kind", ["rsa", "ec"])
def test_the_jdk_agrees(kind: str, trust: TrustStore, tmp_path: Path) -> None:
    (tmp_path / "cert.pem").write_bytes(signer(SENDER, kind).certificate.public_bytes(Encoding.PEM))
    arguments: list[str] = []
    own: list[str] = []
    for profile in PROFILES:
        for path in files(tmp_path, profile, kind):
            arguments += ["root" if profile in ("tch", "enveloped") else "header", str(path)]
            own.append("good" if judged(path.read_bytes(), trust, profile).verified else "bad")
    program = str(Path(__file__).parent / "oracle" / "Core.java")
    done = subprocess.run(
        ["java", program, str(tmp_path / "cert.pem"), *arguments], capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == own
    assert own == ["good", "bad", "bad", "bad"] * len(PROFILES)


needs_xmlsec1 = pytest.mark.skipif(shutil.which("xmlsec1") is None, reason="there is no xmlsec1")


@needs_xmlsec1
@pytest.mark.parametrize("kind", ["rsa", "ec"])
@pytest.mark.parametrize("profile", ["enveloped", "tch"])
def test_xmlsec1_agrees_where_the_whole_file_is_signed(
    profile: str, kind: str, trust: TrustStore, tmp_path: Path
) -> None:
    (tmp_path / "cert.pem").write_bytes(signer(SENDER, kind).certificate.public_bytes(Encoding.PEM))
    verdicts = []
    for path in files(tmp_path, profile, kind):
        call = ["xmlsec1", "--verify", "--pubkey-cert-pem", str(tmp_path / "cert.pem"), str(path)]
        theirs = subprocess.run(call, capture_output=True, check=False).returncode == 0
        verdicts.append(theirs)
        assert theirs == judged(path.read_bytes(), trust, profile).verified
    assert verdicts == [True, False, False, False]


BLANK = (
    '<s:Signature xmlns:s="http://www.w3.org/2000/09/xmldsig#"><s:SignedInfo><s:CanonicalizationMethod Algorithm="{form}"/>'
    '<s:SignatureMethod Algorithm="{method}"/><s:Reference URI=""><s:Transforms><s:Transform '
    'Algorithm="http://www.w3.org/2000/09/xmldsig#enveloped-signature"/><s:Transform Algorithm="{form}"/></s:Transforms>'
    '<s:DigestMethod Algorithm="{digest}"/><s:DigestValue/></s:Reference></s:SignedInfo><s:SignatureValue/>'
    "<s:KeyInfo><s:X509Data/></s:KeyInfo></s:Signature>"
)


@needs_xmlsec1
@pytest.mark.parametrize(
    "form", ["http://www.w3.org/2001/10/xml-exc-c14n#", "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"]
)
@pytest.mark.parametrize(("kind", "method"), [("rsa", "rsa-sha256"), ("rsa", "rsa-sha512"), ("ec", "ecdsa-sha256")])
def test_what_xmlsec1_signs_is_verified(form: str, kind: str, method: str, trust: TrustStore, tmp_path: Path) -> None:
    key = signer(SENDER, kind)
    blank = BLANK.format(
        form=form,
        method=f"http://www.w3.org/2001/04/xmldsig-more#{method}",
        digest=f"http://www.w3.org/2001/04/xmlenc#sha{512 if '512' in method else 256}",
    )
    (tmp_path / "blank.xml").write_bytes(PAIN.replace(b"</Document>", blank.encode() + b"</Document>"))
    private = key.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (tmp_path / "key.pem").write_bytes(private)
    (tmp_path / "cert.pem").write_bytes(key.certificate.public_bytes(Encoding.PEM))
    keys = f"{tmp_path / 'key.pem'},{tmp_path / 'cert.pem'}"
    call = [
        "xmlsec1",
        "--sign",
        "--privkey-pem",
        keys,
        "--output",
        str(tmp_path / "out.xml"),
        str(tmp_path / "blank.xml"),
    ]
    subprocess.run(call, capture_output=True, check=True)
    made = (tmp_path / "out.xml").read_bytes()
    assert judged(made, trust, channel=SENDER).code is None
    assert judged(made.replace(b"<NbOfTxs>", b"<NbOfTxs> "), trust, channel=SENDER).code == "DIGEST-MISMATCH"
