"""Attacks on signed messages, by the row of the table of known attacks, each with the code that must stop it."""

import base64
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

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


@dataclass(frozen=True)
class Attack:
    row: str
    name: str
    code: str
    data: Callable[[], str | bytes]
    trust: Callable[[], Folder] = usual
    profile: str | None = None
    at: datetime = AT
    part: str | None = None


def changed(*steps: tuple[str, str], profile: str = "bah") -> Callable[[], str]:
    """The usual signed message with each first text replaced; a text that is not there is a fault of the test."""

    def make() -> str:
        text = signed_text(profile)
        for old, new in steps:
            assert old in text, old
            text = text.replace(old, new, 1)
        return text

    return make


def piece(tag: str, text: str | None = None) -> str:
    """The first element of that name, as written."""
    found = re.search(rf"<((?:\w+:)?{tag})\b[^>]*?(?:/>|>.*?</\1>)", text or signed_text(), re.DOTALL)
    assert found, tag
    return found[0]


def document(text: str | None = None) -> str:
    return piece("Document", text)


def evil() -> str:
    assert "<BICFI>" in document()
    return re.sub(r"(<IntrBkSttlmAmt[^>]*>)[\d.]+", r"\g<1>999999.00", document())


def moved(*steps: Callable[[str], str]) -> Callable[[], str]:
    def make() -> str:
        text = signed_text()
        for step in steps:
            text = step(text)
        assert text != signed_text()
        return text

    return make


EXC = "http://www.w3.org/2001/10/xml-exc-c14n#"
DSIG = "http://www.w3.org/2000/09/xmldsig#"
METHOD = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"
DOCUMENT_REFERENCE = '<ds:Reference><ds:Transforms><ds:Transform Algorithm="' + EXC + '"/>'
HEADER_REFERENCE = '<ds:Reference URI="">'
OPEN_INFO = '"/><ds:Reference URI="#key'


def wrapping() -> Iterator[Attack]:
    """The eight ways of wrapping, and more."""
    row = "wrapping"
    several = "PART-SEVERAL"
    text = signed_text
    header = lambda: piece("AppHdr")  # noqa: E731

    def attack(name: str, code: str, *steps: tuple[Callable[[], str], Callable[[], str]]) -> Attack:
        def make() -> str:
            now = text()
            for old, new in steps:
                assert old() in now
                now = now.replace(old(), new(), 1)
            return now

        return Attack(row, name, code, make)

    yield attack("evil before, signed kept in Object", several,
                 (document, evil), (lambda: "</ds:KeyInfo>", lambda: f"</ds:KeyInfo><ds:Object>{document()}</ds:Object>"))  # fmt: skip
    yield attack("evil in front of signed", several, (document, lambda: evil() + document()))
    yield attack("evil behind signed", several, (document, lambda: document() + evil()))
    yield attack("signed inside evil", several,
                 (document, lambda: evil().replace("</FIToFICstmrCdtTrf>", f"</FIToFICstmrCdtTrf><SplmtryData>{document()}</SplmtryData>")))  # fmt: skip
    yield attack("evil header in front", several, (header, lambda: header().replace("RHEUDEFF", "EVILDEFF") + header()))
    yield attack("signed header inside Rltd of an evil one", several,
                 (header, lambda: header().replace("<ds:Signature", f"<X>{header()}</X><ds:Signature", 1)))  # fmt: skip
    yield attack(
        "a Document of another namespace",
        several,
        (lambda: "</Envelope>", lambda: '<Document xmlns="urn:evil"/></Envelope>'),
    )
    yield attack("Document one deeper", "PART-MISPLACED", (document, lambda: f"<Wrapper>{document()}</Wrapper>"))
    yield attack("header one deeper", "PART-MISPLACED", (header, lambda: f"<Wrapper>{header()}</Wrapper>"))
    yield attack("no Document", "PART-MISSING", (document, lambda: ""))
    signature, envelope = lambda: piece("Signature"), lambda: piece("Sgntr")
    yield attack(
        "signature moved to the front",
        "SIGNATURE-MISPLACED",
        (envelope, lambda: ""),
        (lambda: "<Envelope>", lambda: "<Envelope>" + signature()),
    )
    yield attack("signature moved into another part of the header", "SIGNATURE-MISPLACED",
                 (envelope, lambda: ""), (lambda: "<BizMsgIdr>", lambda: f"<X>{signature()}</X><BizMsgIdr>"))  # fmt: skip
    yield attack(
        "signature moved to the end",
        "REFERENCE-TARGET",
        (envelope, lambda: ""),
        (lambda: "</Envelope>", lambda: signature() + "</Envelope>"),
    )
    yield attack("two senders", several, (lambda: "<Fr>", lambda: piece("Fr").replace("RHEUDEFF", "EVILDEFF") + "<Fr>"))


def doubled() -> Iterator[Attack]:
    row = "several signatures and SignedInfo"
    twice = lambda tag: moved(lambda text: text.replace(piece(tag), piece(tag) * 2, 1))  # noqa: E731
    grammar = "SIGNATURE-STRUCTURE"
    yield Attack(row, "two signatures", "SIGNATURE-SEVERAL", twice("Signature"))
    yield Attack(row, "two Sgntr with signatures", "SIGNATURE-SEVERAL", twice("Sgntr"))
    yield Attack(row, "an empty Sgntr besides", grammar, changed(("<Sgntr>", "<Sgntr/><Sgntr>")))
    yield Attack(row, "text in Sgntr", grammar, changed(("<Sgntr>", "<Sgntr>x")))
    for tag in ("SignedInfo", "SignatureValue", "KeyInfo", "DigestValue", "DigestMethod", "Transforms"):
        code = "ID-DUPLICATE" if tag == "KeyInfo" else grammar
        yield Attack(row, f"two {tag}", code, twice(tag))
    yield Attack(row, "SignedInfo in Object", grammar,
                 moved(lambda text: text.replace("</ds:KeyInfo>", f"</ds:KeyInfo><ds:Object>{piece('SignedInfo')}</ds:Object>")))  # fmt: skip
    yield Attack(row, "unknown attribute", grammar, changed(("<ds:SignedInfo>", '<ds:SignedInfo evil="1">')))
    yield Attack(row, "unknown element", grammar, changed(("</ds:SignedInfo>", "</ds:SignedInfo><evil/>")))
    yield Attack(row, "text between", grammar, changed(("</ds:SignedInfo>", "</ds:SignedInfo>x")))
    yield Attack(row, "no SignatureValue", grammar, moved(lambda text: text.replace(piece("SignatureValue"), "")))
    yield Attack(row, "only history is signed", "SIGNATURE-MISSING",
                 moved(lambda text: text.replace(piece("Sgntr"), f"<Rltd>{piece('Sgntr')}</Rltd>")))  # fmt: skip
    yield Attack(row, "no signature", "SIGNATURE-MISSING", lambda: MESSAGE)


def hidden() -> Iterator[Attack]:
    row = "comments and processing instructions"
    code = "COMMENT-IN-MESSAGE"
    for tag in ("DigestValue", "SignatureValue", "X509Certificate"):
        yield Attack(row, f"comment in {tag}", code, changed((f"<ds:{tag}>", f"<ds:{tag}><!-- x -->")))
    yield Attack(row, "instruction in SignedInfo", code, changed(("<ds:SignedInfo>", "<ds:SignedInfo><?x y?>")))
    yield Attack(
        row, "comment in an amount", code, moved(lambda text: re.sub(r"(<IntrBkSttlmAmt[^>]*>\d)", r"\1<!-- -->", text))
    )
    yield Attack(row, "comment in the header", code, changed(("<BizMsgIdr>", "<BizMsgIdr><!-- x -->")))
    yield Attack(row, "instruction in the document", code, changed(("<GrpHdr>", "<GrpHdr><?x y?>")))
    yield Attack(row, "undefined entity", "XML-NOT-WELL-FORMED", changed(("<BizMsgIdr>", "<BizMsgIdr>&x;")))
    encoding = "SIGNATURE-ENCODING"
    yield Attack(
        row, "empty digest", encoding, moved(lambda text: text.replace(piece("DigestValue"), "<ds:DigestValue/>"))
    )
    yield Attack(
        row, "empty value", encoding, moved(lambda text: text.replace(piece("SignatureValue"), "<ds:SignatureValue/>"))
    )
    yield Attack(row, "garbage digest", encoding, changed(("<ds:DigestValue>", "<ds:DigestValue>*")))
    yield Attack(
        row,
        "bits behind the padding",
        encoding,
        moved(lambda text: re.sub(r"[A-Za-z0-9+/]=</ds:DigestValue>", _loose, text, count=1)),
    )
    yield Attack(
        row, "element in a digest", "SIGNATURE-STRUCTURE", changed(("<ds:DigestValue>", "<ds:DigestValue><x/>"))
    )


def _loose(found: re.Match[str]) -> str:
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    return alphabet[alphabet.index(found[0][0]) | 1] + found[0][1:]


def uncovered() -> Iterator[Attack]:
    row = "unsigned parts"
    code = "COVERAGE-MISSING"
    references = lambda: re.findall(r"<ds:Reference\b.*?</ds:Reference>", signed_text())  # noqa: E731

    def only(*kept: int) -> Callable[[], str]:
        return moved(lambda text: _without(text, [one for at, one in enumerate(references()) if at not in kept]))

    yield Attack(row, "only KeyInfo", code, only(0))
    yield Attack(row, "only AppHdr", code, only(1))
    yield Attack(row, "only Document", code, only(2))
    yield Attack(row, "no Document", code, only(0, 1))
    yield Attack(row, "no KeyInfo where the profile signs it", code, only(1, 2), profile="bah")
    yield Attack(row, "XAdES without AppHdr", code, lambda: signed("xades-bah", cover_header=False), part="AppHdr")
    yield Attack(row, "XAdES whose properties are not signed", code,
                 lambda: re.sub(r"<ds:Reference Type.*?</ds:Reference>", "", signed_text("xades-bah")))  # fmt: skip


def _without(text: str, parts: list[str]) -> str:
    for one in parts:
        text = text.replace(one, "", 1)
    return text


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


def algorithms() -> Iterator[Attack]:
    row = "algorithms"
    code = "ALGORITHM-NOT-ALLOWED"
    for name, uri in (
        ("hmac", "http://www.w3.org/2001/04/xmldsig-more#hmac-sha256"),
        ("hmac-sha1", DSIG + "hmac-sha1"),
        ("rsa-sha1", DSIG + "rsa-sha1"),
        ("rsa-md5", "http://www.w3.org/2001/04/xmldsig-more#rsa-md5"),
        ("dsa", DSIG + "dsa-sha1"),
        ("none", ""),
        ("of another key", "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256"),
    ):
        yield Attack(row, name, code, changed((METHOD, uri)))
    sha256 = "http://www.w3.org/2001/04/xmlenc#sha256"
    yield Attack(row, "sha1 digest", code, changed((sha256, DSIG + "sha1")))
    yield Attack(row, "unknown digest", code, changed((sha256, "urn:none")))
    inclusive = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
    yield Attack(
        row,
        "inclusive SignedInfo",
        code,
        changed(
            (f'<ds:CanonicalizationMethod Algorithm="{EXC}"', f'<ds:CanonicalizationMethod Algorithm="{inclusive}"')
        ),
    )
    yield Attack(
        row,
        "unknown canonicalisation",
        code,
        changed((f'<ds:CanonicalizationMethod Algorithm="{EXC}"', '<ds:CanonicalizationMethod Algorithm="urn:x"')),
    )
    parameter = "ALGORITHM-PARAMETER"
    yield Attack(
        row,
        "shortened hmac",
        parameter,
        changed((f'{METHOD}"/>', f'{METHOD}"><ds:HMACOutputLength>8</ds:HMACOutputLength></ds:SignatureMethod>')),
    )
    yield Attack(row, "digest parameter", parameter, changed((f'{sha256}"/>', f'{sha256}"><x/></ds:DigestMethod>')))
    prefixes = f'{EXC}"><c:InclusiveNamespaces xmlns:c="{EXC}" PrefixList="x"/></ds:Transform>'
    yield Attack(
        row,
        "prefix list where networks have none",
        parameter,
        changed((DOCUMENT_REFERENCE, DOCUMENT_REFERENCE.replace(f'{EXC}"/>', prefixes))),
    )


def transforms() -> Iterator[Attack]:
    row = "transforms"
    code = "TRANSFORM-NOT-ALLOWED"
    for name, uri in (
        ("xslt", "http://www.w3.org/TR/1999/REC-xslt-19991116"),
        ("xpath", "http://www.w3.org/TR/1999/REC-xpath-19991116"),
        ("xpath2", "http://www.w3.org/2002/06/xmldsig-filter2"),
        ("base64", DSIG + "base64"),
        ("decrypt", "http://www.w3.org/2002/07/decrypt#XML"),
        ("enveloped on Document", DSIG + "enveloped-signature"),
        ("inclusive on Document", "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"),
    ):
        yield Attack(row, name, code, changed((DOCUMENT_REFERENCE, DOCUMENT_REFERENCE.replace(EXC, uri))))
    one = f'<ds:Transform Algorithm="{EXC}"/>'
    yield Attack(row, "three", code, changed((f"{DOCUMENT_REFERENCE}", DOCUMENT_REFERENCE + one * 2)))
    yield Attack(row, "two on Document", code, changed((DOCUMENT_REFERENCE, DOCUMENT_REFERENCE + one)))
    yield Attack(row, "none", code, changed((f"{DOCUMENT_REFERENCE}</ds:Transforms>", "<ds:Reference>")))
    yield Attack(row, "an empty list", code, changed((DOCUMENT_REFERENCE, "<ds:Reference><ds:Transforms>")))


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


def documents() -> Iterator[Attack]:
    row = "document types"
    declared = lambda text: moved(lambda now: now.replace("<Envelope>", text + "<Envelope>", 1))  # noqa: E731
    code = "DOCTYPE-REFUSED"
    yield Attack(row, "empty", code, declared("<!DOCTYPE Envelope>"))
    yield Attack(row, "external file", code, declared('<!DOCTYPE Envelope SYSTEM "file:///etc/passwd">'))
    yield Attack(row, "entity", code, declared('<!DOCTYPE Envelope [<!ENTITY x SYSTEM "file:///etc/passwd">]>'))
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    yield Attack(row, "laughs", code, declared(f'<!DOCTYPE Envelope [<!ENTITY l0 "ha">{laughs}]>'))
    yield Attack(row, "default attribute", code, declared('<!DOCTYPE Envelope [<!ATTLIST GrpHdr evil CDATA "1">]>'))
    wide = moved(
        lambda text: text.replace('encoding="UTF-8"', 'encoding="UTF-16"').replace(
            "<Envelope>", "<!DOCTYPE Envelope><Envelope>", 1
        )
    )
    yield Attack(row, "in UTF-16", code, lambda: wide().encode("utf-16"))
    void = changed(("<FIToFICstmrCdtTrf>", '<FIToFICstmrCdtTrf><v:x xmlns:v="relative/name"/>'))
    yield Attack("void canonicalisation", "relative namespace in Document", "CANONICAL-FORM", void, part="Document")
    void = changed(("<BizMsgIdr>", '<v:x xmlns:v="relative/name"/><BizMsgIdr>'))
    yield Attack("void canonicalisation", "relative namespace in AppHdr", "CANONICAL-FORM", void, part="AppHdr")


def references() -> Iterator[Attack]:
    row = "references"
    for uri in (
        "http://evil/x",
        "file:///etc/passwd",
        "other.xml",
        "#xpointer(/)",
        "#xpointer(id('x'))",
        "#a b",
        "?x",
        "#",
    ):
        yield Attack(row, f"to {uri}", "REFERENCE-URI", changed((HEADER_REFERENCE, f'<ds:Reference URI="{uri}">')))
    yield Attack(
        row, "to an unknown identifier", "REFERENCE-TARGET", changed((HEADER_REFERENCE, '<ds:Reference URI="#none">'))
    )
    steps = (HEADER_REFERENCE, '<ds:Reference URI="#it">'), ("<GrpHdr>", '<GrpHdr Id="it">')
    yield Attack(row, "to an element by identifier", "REFERENCE-TARGET", changed(*steps))
    yield Attack(row, "twice to the header", "REFERENCE-SEVERAL", changed(("<ds:Reference>", HEADER_REFERENCE)))
    typed = changed(
        ('<ds:Reference URI="#key', '<ds:Reference Type="http://uri.etsi.org/01903/v1.3.2#SignedProperties" URI="#key')
    )
    yield Attack(row, "KeyInfo as signed properties", "REFERENCE-TARGET", typed)
    untyped = changed((' Type="http://uri.etsi.org/01903/v1.3.2#SignedProperties"', ""), profile="xades-bah")
    yield Attack(row, "signed properties without type", "REFERENCE-TARGET", untyped)
    key = lambda: re.search(r'Id="(key-\w+)"', signed_text())[1]  # noqa: E731
    for spelling in ("Id", "ID", "id", "iD"):
        twice = moved(lambda text, spelling=spelling: text.replace("<GrpHdr>", f'<GrpHdr {spelling}="{key()}">'))
        yield Attack("identifiers", f"{spelling} doubled", "ID-DUPLICATE", twice)


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


def all_attacks() -> list[Attack]:
    groups = (
        wrapping, doubled, hidden, uncovered, keys, algorithms, transforms, exhaustion, documents, references, standing,
        values,
    )  # fmt: skip
    return [attack for group in groups for attack in group()]
