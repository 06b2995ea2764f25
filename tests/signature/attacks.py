"""Attacks on the structure of signed messages, by the row of the table of known attacks, with the code that stops each."""

import re
from collections.abc import Callable, Iterator

from tests.signature.attack import (
    DOCUMENT_REFERENCE,
    DSIG,
    EXC,
    HEADER_REFERENCE,
    METHOD,
    Attack,
    changed,
    document,
    evil,
    moved,
    piece,
)
from tests.signature.pki import (
    MESSAGE,
    signed,
    signed_text,
)


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

    target = changed(('Target="#signature-', 'Target="#other-'), profile="xades-bah")
    yield Attack(row, "properties of another signature", "SIGNATURE-STRUCTURE", target)
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


def structure_attacks() -> list[Attack]:
    groups = (wrapping, doubled, hidden, uncovered, algorithms, transforms, documents, references)
    return [attack for group in groups for attack in group()]
