"""Attacks on how a file is read: envelopes, namespaces, line ends, encodings, KeyInfo, sheer size."""

import base64
import gzip
from collections.abc import Callable, Iterator

from asn1crypto import x509 as asn1
from cryptography.hazmat.primitives.serialization import Encoding

from tests.signature.attack import (
    DOCUMENT_REFERENCE,
    DSIG,
    EXC,
    HEADER_REFERENCE,
    Attack,
    changed,
    document,
    evil,
    moved,
    piece,
)
from tests.signature.pki import OTHER, signed_text, signer

END = "</ds:X509Certificate>"


def inner(text: str) -> str:
    return text[text.index("<Envelope") :]


def forged() -> str:
    return signed_text().replace(document(), evil())


def envelopes() -> Iterator[Attack]:
    row = "envelopes"
    several = "PART-SEVERAL"
    yield Attack(
        row, "signed and evil side by side", several, lambda: f"<All>{inner(signed_text())}{inner(forged())}</All>"
    )
    yield Attack(
        row, "evil and signed side by side", several, lambda: f"<All>{inner(forged())}{inner(signed_text())}</All>"
    )
    yield Attack(row, "two roots", "XML-NOT-WELL-FORMED", lambda: signed_text() + inner(forged()))
    supplement = lambda: f"<SplmtryData><Envlp>{inner(signed_text())}</Envlp></SplmtryData></FIToFICstmrCdtTrf>"  # noqa: E731
    yield Attack(row, "signed one inside an evil one", several,
                 lambda: forged().replace("</FIToFICstmrCdtTrf>", supplement()))  # fmt: skip
    yield Attack(
        row,
        "a Document in Rltd",
        several,
        moved(lambda text: text.replace("</AppHdr>", f"<Rltd>{evil()}</Rltd></AppHdr>")),
    )
    yield Attack(
        row, "an AppHdr in Document", several, lambda: forged().replace("<GrpHdr>", f"{piece('AppHdr')}<GrpHdr>")
    )
    yield Attack(row, "a second sender of another namespace", several, changed(("<Fr>", '<e:Fr xmlns:e="urn:e"/><Fr>')))
    grown = lambda: f"<Envelope>{piece('AppHdr')}{signed_text('enveloped')[38:]}</Envelope>"  # noqa: E731
    yield Attack(row, "an enveloped file in a new envelope", several, grown)


def namespaces() -> Iterator[Attack]:
    row = "namespaces"
    misplaced = "SIGNATURE-MISPLACED"
    yield Attack(row, "Sgntr of another", misplaced, changed(("<Sgntr>", '<Sgntr xmlns="urn:evil">')))
    yield Attack(row, "Sgntr of none", misplaced, changed(("<Sgntr>", '<Sgntr xmlns="">')))
    yield Attack(row, "signature of another", "SIGNATURE-MISSING", changed((DSIG, DSIG[:-1])))
    digest = "DIGEST-MISMATCH"
    yield Attack(row, "another version of the message", digest, changed(("pacs.008.001.08", "pacs.008.001.09")))
    yield Attack(row, "xml:base", digest, changed(("<Document ", '<Document xml:base="urn:x" ')), part="Document")
    xsi = '<GrpHdr xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:nil="true">'
    yield Attack(row, "xsi:nil", digest, changed(("<GrpHdr>", xsi)), part="Document")
    yield Attack(
        row, "the xml prefix bound anew", "XML-NOT-WELL-FORMED", changed(("<Document ", '<Document xmlns:xml="urn:x" '))
    )


def characters() -> Iterator[Attack]:
    row = "characters"
    digest, broken = "DIGEST-MISMATCH", "XML-NOT-WELL-FORMED"
    for name, text in (
        ("a carriage return", "&#13;"), ("a space", " "), ("a zero width space", "\u200b"), ("an accent apart", "e\u0301"),
    ):  # fmt: skip
        yield Attack(row, name, digest, changed(("<MsgId>", f"<MsgId>{text}")), part="Document")
    yield Attack(row, "a tab in an attribute", digest, changed(('Ccy="', 'Ccy="&#9;')), part="Document")
    declared = changed(('encoding="UTF-8"', 'encoding="ISO-8859-1"'), ("<MsgId>", "<MsgId>é"))
    yield Attack(row, "another encoding declared", digest, declared, part="Document")
    yield Attack(
        row, "XML 1.1, in which others read other line ends", broken, changed(('version="1.0"', 'version="1.1"'))
    )
    for name, raw in (
        ("nothing", b"\0"),
        ("a long form", b"\xc0\xbc"),
        ("half a pair", b"\xed\xa0\x80"),
        ("no character", b"\xef\xbf\xbf"),
    ):
        yield Attack(row, name, broken, lambda raw=raw: signed_text().encode().replace(b"<MsgId>", b"<MsgId>" + raw, 1))
    yield Attack(row, "two byte order marks", broken, ("\ufeff\ufeff" + signed_text()).encode)
    yield Attack(row, "a declaration in small letters", broken, changed(("<Envelope>", "<!doctype x><Envelope>")))
    for name, raw in (
        ("empty", b""),
        ("packed", gzip.compress(b"<a/>", mtime=0)),
        ("zeros", bytes(500)),
        ("JSON", b"{}"),
    ):
        yield Attack(row, name, broken, lambda raw=raw: raw)


def smuggled() -> Iterator[Attack]:
    row = "smuggling"
    grammar = "SIGNATURE-STRUCTURE"
    open_transform = DOCUMENT_REFERENCE[:-2]
    child = f'{open_transform}><XPath xmlns="">1</XPath></ds:Transform>'
    yield Attack(row, "an XPath in a transform", "ALGORITHM-PARAMETER", changed((DOCUMENT_REFERENCE, child)))
    yield Attack(
        row, "text in a transform", grammar, changed((DOCUMENT_REFERENCE, f"{open_transform}>x</ds:Transform>"))
    )
    yield Attack(row, "an identifier on transforms", grammar, changed(("<ds:Transforms>", '<ds:Transforms Id="x">')))
    uri = "REFERENCE-URI"
    yield Attack(row, "a space for a URI", uri, changed((HEADER_REFERENCE, '<ds:Reference URI=" ">')))
    yield Attack(row, "an escaped URI", uri, changed(('URI="#key-', 'URI="#ke%79-')))
    yield Attack(row, "a look-alike letter", "REFERENCE-TARGET", changed(('URI="#key-', 'URI="#k\u0435y-')))
    crossed = moved(
        lambda text: text.replace("<ds:Reference>", "<>", 1).replace(HEADER_REFERENCE, "<ds:Reference>", 1).replace("<>", HEADER_REFERENCE, 1)
    )  # fmt: skip
    yield Attack(row, "header and document exchanged", "TRANSFORM-NOT-ALLOWED", crossed)
    manifest = f'<ds:Reference URI="" Type="{DSIG}Manifest">'
    yield Attack(row, "a reference called a manifest", "SIGNATURE-INVALID", changed((HEADER_REFERENCE, manifest)))
    algorithm = "ALGORITHM-NOT-ALLOWED"
    yield Attack(row, "an algorithm in capitals", algorithm, changed(("#rsa-sha256", "#RSA-SHA256")))
    yield Attack(row, "an algorithm with a space", algorithm, changed(("#rsa-sha256", "#rsa-sha256 ")))
    second = '<ds:SignatureMethod xmlns:a="urn:a" a:Algorithm="x" '
    yield Attack(row, "a second algorithm", grammar, changed(("<ds:SignatureMethod ", second)))
    for name, xml in (("an object", "<x/>"), ("a manifest", "<ds:Manifest/>"), ("nothing", "")):
        yield Attack(
            row, f"{name} in Object", grammar, changed(("</ds:KeyInfo>", f"</ds:KeyInfo><ds:Object>{xml}</ds:Object>"))
        )


def key_info() -> Iterator[Attack]:
    row = "KeyInfo"
    grammar, missing, unreadable = "SIGNATURE-STRUCTURE", "CERTIFICATE-MISSING", "CERTIFICATE-UNREADABLE"
    yield Attack(row, "an identifier on X509Data", grammar, changed(("<ds:X509Data>", '<ds:X509Data Id="q">')))
    yield Attack(row, "text", grammar, changed(("<ds:X509Data>", "x<ds:X509Data>")))
    yield Attack(row, "empty X509Data", grammar, moved(lambda text: text.replace(piece("X509Data"), "<ds:X509Data/>")))
    yield Attack(row, "empty", grammar, moved(lambda text: text.replace(piece("X509Data"), "")))
    der = signer().certificate.public_bytes(Encoding.DER)
    other = signer(OTHER).certificate.public_bytes(Encoding.DER)
    yield Attack(
        row, "another signer's besides", missing, changed((END, f"{END}<ds:X509Certificate>{_text(other)}{END}"))
    )
    yield Attack(row, "the same twice", missing, changed((END, f"{END}<ds:X509Certificate>{_text(der)}{END}")))
    yield Attack(
        row,
        "nine certificates",
        grammar,
        moved(lambda text: text.replace(piece("X509Certificate"), piece("X509Certificate") * 9)),
    )
    subject = "<ds:X509Data><ds:X509SubjectName>CN=RHEUDEFF</ds:X509SubjectName></ds:X509Data>"
    yield Attack(row, "a part of the name", missing, moved(lambda text: text.replace(piece("X509Data"), subject)))
    for name, raw in (
        ("behind it something more", der + b"\0"),
        ("the first half", der[:300]),
        ("PEM", signer().certificate.public_bytes(Encoding.PEM)),
        ("an extension twice", _edited(der, _twice)),
        ("a serial number below zero", _edited(der, lambda one: one.__setitem__("serial_number", -5))),
        ("a key nobody knows", _edited(der, _unknown_key)),
    ):
        yield Attack(row, name, unreadable, lambda raw=raw: _with(raw))


def _text(der: bytes) -> str:
    return base64.b64encode(der).decode()


def _with(der: bytes) -> str:
    return signed_text().replace(piece("X509Certificate"), f"<ds:X509Certificate>{_text(der)}{END}")


def _edited(der: bytes, edit: Callable[[asn1.TbsCertificate], None]) -> bytes:
    made = asn1.Certificate.load(der)
    edit(made["tbs_certificate"])
    return bytes(made.dump(force=True))


def _twice(one: asn1.TbsCertificate) -> None:
    one["extensions"].append(one["extensions"][0].copy())


def _unknown_key(one: asn1.TbsCertificate) -> None:
    one["subject_public_key_info"]["algorithm"]["algorithm"] = "1.2.3.4"


def size() -> Iterator[Attack]:
    row = "size"
    many = "".join(f' xmlns:n{number}="urn:{number}"' for number in range(5_000))
    yield Attack(row, "thousands of namespaces around", "CANONICAL-FORM", changed(("<Envelope>", f"<Envelope{many}>")))
    hints = "<ds:X509SKI>AAAA</ds:X509SKI>" * 50_000
    yield Attack(
        row, "thousands of key hints", "SIGNATURE-STRUCTURE", changed(("<ds:X509Data>", f"<ds:X509Data>{hints}"))
    )
    references = "<ds:Reference/>" * 50_000 + "</ds:SignedInfo>"
    yield Attack(row, "thousands of references", "REFERENCE-LIMIT", changed(("</ds:SignedInfo>", references)))
    long = "<ds:X509Certificate>" + "A" * 2_000_000
    yield Attack(row, "a certificate of megabytes", "SIGNATURE-ENCODING", changed(("<ds:X509Certificate>", long)))
    for name, text in (("commas", "CN=a," * 500_000), ("spaces", "CN= " * 900), ("escapes", 'CN="' + "\\a" * 1_900)):
        said = f"<ds:X509Data><ds:X509SubjectName>{text}</ds:X509SubjectName></ds:X509Data>"
        yield Attack(
            row,
            f"a name of {name}",
            "CERTIFICATE-MISSING",
            moved(lambda now, said=said: now.replace(piece("X509Data"), said)),
        )
    listed = " ".join(f"p{number}" for number in range(5_000))
    method = f'<ds:CanonicalizationMethod Algorithm="{EXC}"'
    prefixes = f'{method}><c:InclusiveNamespaces xmlns:c="{EXC}" PrefixList="{listed}"/></ds:CanonicalizationMethod>'
    yield Attack(row, "thousands of prefixes", "ALGORITHM-PARAMETER", changed((f"{method}/>", prefixes)))
    deep = "<x>" * 230 + "</x>" * 230
    yield Attack(
        row, "nesting within what the parser allows", "DIGEST-MISMATCH", changed(("<GrpHdr>", f"<GrpHdr>{deep}"))
    )


def reading_attacks() -> list[Attack]:
    groups = (envelopes, namespaces, characters, smuggled, key_info, size)
    return [attack for group in groups for attack in group()]
