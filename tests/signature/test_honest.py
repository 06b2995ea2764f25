"""What honest networks send is accepted, also where nothing of our own signed it."""

import base64
import hashlib
import re

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from lxml import etree

from tests.signature.pki import (
    MESSAGE,
    SENDER,
    judged,
    signed,
    signed_text,
    signer,
    usual,
)
from wissel.signature.canonical import exclusive
from wissel.signature.digest import Collected
from wissel.signature.trust import TrustStore


@pytest.fixture(scope="module")
def trust(tmp_path_factory: pytest.TempPathFactory) -> TrustStore:
    return usual().write(tmp_path_factory.mktemp("trust") / "net")


def by_text(old: str, new: str) -> bytes:
    assert old.encode() in MESSAGE
    return MESSAGE.replace(old.encode(), new.encode())


MEMBER = re.sub(
    rb"<Fr>.*?</Fr>",
    b"<Fr><FIId><FinInstnId><ClrSysMmbId><MmbId>RHEUDEFF</MmbId></ClrSysMmbId></FinInstnId></FIId></Fr>",
    MESSAGE,
    count=1,
    flags=re.DOTALL,
)
ISPB = MEMBER.replace(b"<ClrSysMmbId><MmbId>", b"<Othr><Id>").replace(b"</MmbId></ClrSysMmbId>", b"</Id></Othr>")
PREFIXED = re.sub(rb"<(/?)(?=[A-Z])", rb"<\1q:", MESSAGE).replace(b'xmlns="', b'xmlns:q="')
PREFIXED = PREFIXED.replace(b"<q:Envelope>", b"<Envelope>").replace(b"</q:Envelope>", b"</Envelope>")

HONEST = {
    "bah": lambda: signed("bah"),
    "swift-t2": lambda: signed("swift-t2"),
    "pix": lambda: signed("pix"),
    "XAdES over the header too": lambda: signed("xades-bah"),
    "enveloped": lambda: signed("enveloped"),
    "RSA-PSS": lambda: signed(algorithm="rsa-pss-sha256"),
    "RSA with SHA-512": lambda: signed(algorithm="rsa-sha512"),
    "ECDSA": lambda: signed(by=signer(SENDER, "ec")),
    "issuer and serial number": lambda: signed(key_info="issuer-serial"),
    "subject key identifier": lambda: signed(key_info="ski"),
    "all hints together": lambda: signed(key_info="certificate issuer-serial ski subject"),
    "Windows line ends": lambda: signed(data=MESSAGE.replace(b"\n", b"\r\n")),
    "CDATA": lambda: signed(data=by_text("wissel.sample.01", "<![CDATA[wissel.sample.01]]>")),
    "prefixes": lambda: signed(data=PREFIXED),
    "a comment outside the parts": lambda: signed(data=by_text("<Envelope>", "<Envelope><!-- made by hand -->")),
    "a BIC of eleven": lambda: signed(data=by_text("RHEUDEFF</BICFI>", "RHEUDEFFXXX</BICFI>")),
    "a clearing member": lambda: signed(data=MEMBER),
    "an ISPB": lambda: signed(data=ISPB),
    "Latin-1": lambda: signed(data=MESSAGE.replace(b"UTF-8", b"ISO-8859-1").replace(b"sample", b"s\xe4mple")),
    "carriage returns for line ends": lambda: signed_text().replace("\n", "\r"),
    "namespaces that nothing uses": lambda: signed_text().replace("<Document ", '<Document xmlns:u="urn:u" ', 1),
    "a language on the envelope": lambda: signed_text().replace("<Envelope>", '<Envelope xml:lang="en">'),
    "a style sheet": lambda: signed_text().replace("<Envelope>", '<?xml-stylesheet href="x"?><Envelope>'),
    "an element beside the parts": lambda: signed_text().replace("</Envelope>", "<document/></Envelope>"),
    "a signature in the history": lambda: signed(data=_with_history()),
    "base64 in lines": lambda: _wrapped(signed_text()),
    "another prefix for the signature": lambda: _by_hand(),  # noqa: PLW0108 - defined below
}


def _with_history() -> bytes:
    old = re.search(r"<ds:Signature .*?</ds:Signature>", signed_text(), re.DOTALL)[0]  # type: ignore[index]
    old = re.sub(r' Id="key-\w+"', "", old)
    related = re.search(rb"<Fr>.*?</CreDt>", MESSAGE, re.DOTALL)[0]  # type: ignore[index]
    rest = b"<Rltd>" + related + b"<Sgntr>" + old.encode() + b"</Sgntr></Rltd>"
    return MESSAGE.replace(b"</AppHdr>", rest + b"</AppHdr>")


def _wrapped(text: str) -> str:
    value = re.search("<ds:SignatureValue>(.*?)</", text)[1]  # type: ignore[index]
    return text.replace(value, "&#13;\n".join(value[at : at + 76] for at in range(0, len(value), 76)) + "\n")


def _by_hand(prefix: str = "sig:") -> bytes:
    """A signature made here from the standard's words alone, with nothing of the code that signs."""
    exc, sha = "http://www.w3.org/2001/10/xml-exc-c14n#", "http://www.w3.org/2001/04/xmlenc#sha256"
    envelope = '<Transform Algorithm="http://www.w3.org/2000/09/xmldsig#enveloped-signature"/>'
    tree = etree.fromstring(MESSAGE)
    header, document = tree.find("{*}AppHdr"), tree.find("{*}Document")
    assert header is not None
    assert document is not None
    etree.SubElement(header, etree.QName(header).namespace.join("{}") + "Sgntr")

    def of(element: etree._Element) -> str:
        sink = Collected()
        exclusive(element, sink)
        return base64.b64encode(hashlib.sha256(sink.bytes()).digest()).decode()

    def reference(uri: str, transforms: str, value: str) -> str:
        return f'<Reference{uri}><Transforms>{transforms}<Transform Algorithm="{exc}"/></Transforms><DigestMethod Algorithm="{sha}"/><DigestValue>{value}</DigestValue></Reference>'

    serial = signer().certificate.serial_number
    issuer = "C=NL;  O = wissel TEST ONLY ; cn=authority"
    info = f'<KeyInfo xmlns="{DSIG}" Id="k"><X509Data><X509IssuerSerial><X509IssuerName>{issuer}</X509IssuerName><X509SerialNumber>{serial}</X509SerialNumber></X509IssuerSerial></X509Data></KeyInfo>'
    references = [
        reference("", "", of(document)),
        reference(' URI="#k"', "", ""),
        reference(' URI=""', envelope, of(header)),
    ]
    written = f'<Signature xmlns="{DSIG}"><SignedInfo><CanonicalizationMethod Algorithm="{exc}"/><SignatureMethod Algorithm="http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"/>{"".join(references)}</SignedInfo><SignatureValue/>{info}</Signature>'
    written = written.replace(f' xmlns="{DSIG}"', "").replace("<Signature>", f'<Signature xmlns:sig="{DSIG}">')
    written = re.sub(r"<(/?)(?=[A-Z])", rf"<\1{prefix}", written)
    signature = etree.fromstring(written)
    parts = {etree.QName(child).localname: child for child in signature}
    digests = list(signature.iter(f"{{{DSIG}}}DigestValue"))
    digests[1].text = of(parts["KeyInfo"])
    sink = Collected()
    exclusive(parts["SignedInfo"], sink)
    value = signer().key.sign(sink.bytes(), padding.PKCS1v15(), hashes.SHA256())  # type: ignore[union-attr,call-arg,arg-type]
    parts["SignatureValue"].text = base64.b64encode(value).decode()
    text = etree.tostring(signature).decode()
    return MESSAGE.replace(b"</AppHdr>", f"<Sgntr>{text}</Sgntr></AppHdr>".encode())


DSIG = "http://www.w3.org/2000/09/xmldsig#"


@pytest.mark.parametrize("name", HONEST)
def test_honest_messages_are_accepted(name: str, trust: TrustStore) -> None:
    result = judged(HONEST[name](), trust)
    assert (result.code, result.message) == (None, None)
    assert result.verified
    assert (result.signer, result.bound) == (SENDER, True)
    assert {"AppHdr", "Document"} <= set(result.covered)


def test_there_are_enough_honest_ones() -> None:
    assert len(HONEST) >= 15
