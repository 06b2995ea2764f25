"""Attacks with certificates on the path, purposes, and revocation lists of every kind."""

from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from functools import cache

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ed25519
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from tests.signature.attack import Attack
from tests.signature.odd_certificates import (
    CA,
    SIGNS,
    Extensions,
    Made,
    a_list,
    a_signer,
    an_authority,
    certificate,
    point,
    usage,
)
from tests.signature.pki import AT, SENDER, Folder, authority, signed, usual
from wissel.signature.demo_keys import Authority
from wissel.signature.keys import KeySigner

MUST = 'revocation = "require"'
UNTRUSTED = "CERTIFICATE-UNTRUSTED"
UNKNOWN: tuple[x509.ExtensionType, bool] = (
    x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3.4"), b"\x05\x00"),
    True,
)


def folder(
    by: KeySigner, between: Sequence[Authority] = (), lists: Sequence[object] = (), must: bool = False
) -> Folder:
    """The usual trust with the signer's certificate, authorities below the anchor, and lists."""
    made = usual(by, crl=False, policy=MUST if must else None)
    made.intermediates += [one.certificate for one in between]
    made.crls += lists  # type: ignore[arg-type]
    return made


def below(
    name: str, by: Authority | None = None, extensions: Extensions = CA, how: Made | None = None, **key: object
) -> Authority:
    return an_authority(name, by or authority(), extensions, how, **key)


def names(**told: str) -> list[x509.GeneralName]:
    country = x509.NameAttribute(NameOID.COUNTRY_NAME, told["country"])
    return [x509.DirectoryName(x509.Name([country]))]


def paths() -> Iterator[Attack]:
    row = "paths"

    def attack(name: str, *between: Authority) -> Attack:
        by = a_signer(SENDER, between[-1])
        return Attack(row, name, UNTRUSTED, lambda: signed(by=by), lambda: folder(by, between))

    no_ca = (x509.BasicConstraints(False, None), True), (usage(key_cert_sign=True), True)
    yield attack("an authority that has expired", below("Old", how=Made(days=30)))
    yield attack("an authority of the future", below("New", how=Made(begin=AT + timedelta(days=3))))
    yield attack("one that is no authority", below("No", extensions=no_ca))
    yield attack("one without basic constraints", below("Bare", extensions=()))
    yield attack("one that may not sign certificates", below("Lists", extensions=(CA[0], (usage(crl_sign=True), True))))
    yield attack("one with a critical extension nobody knows", below("Odd", extensions=(*CA, UNKNOWN)))
    yield attack("one for web servers", below("Web", extensions=(*CA, _purposes(ExtendedKeyUsageOID.SERVER_AUTH))))
    yield attack("one with a short key", below("Short", kind="rsa", bits=1024))
    yield attack(
        "names excluded", below("Not NL", extensions=(*CA, (x509.NameConstraints(None, names(country="NL")), True)))
    )
    yield attack(
        "other names permitted", below("FR", extensions=(*CA, (x509.NameConstraints(names(country="FR"), None), True)))
    )
    # which directory names are meant is not worked out: what cannot be decided is refused
    yield attack(
        "own names permitted", below("NL", extensions=(*CA, (x509.NameConstraints(names(country="NL"), None), True)))
    )
    last = below("Last", extensions=((x509.BasicConstraints(True, 0), True), CA[1]))
    yield attack("one authority too many", last, below("Beyond", last))
    long = [below("0")]
    for number in range(1, 10):
        long.append(below(str(number), long[-1]))
    yield attack("a path of ten", *long)
    for name, top in (
        ("an anchor that has expired", an_authority("Old", None, how=Made(days=30))),
        ("an anchor that is no authority", an_authority("No", None, SIGNS)),
    ):
        by = a_signer(SENDER, top)
        trust = lambda by=by, top=top: Folder({SENDER: [by.certificate]}, [top.certificate])  # noqa: E731
        yield Attack(row, name, UNTRUSTED, lambda by=by: signed(by=by), trust)
    twin = an_authority("Authority", None, how=Made(organization="wissel TEST ONLY"))
    by = a_signer(SENDER, twin)
    yield Attack(
        row, "an authority of the anchor's name, sent along", UNTRUSTED, lambda: _with(twin, by), lambda: folder(by)
    )


def _with(above: Authority, by: KeySigner) -> str:
    """A message with the certificate of an authority in it."""
    import base64

    from cryptography.hazmat.primitives.serialization import Encoding

    der = base64.b64encode(above.certificate.public_bytes(Encoding.DER)).decode()
    end = "</ds:X509Certificate>"
    return signed("swift-t2", by=by).decode().replace(end, f"{end}<ds:X509Certificate>{der}{end}", 1)


def _purposes(*purposes: x509.ObjectIdentifier, critical: bool = False) -> tuple[x509.ExtensionType, bool]:
    return x509.ExtendedKeyUsage(purposes), critical


def purposes() -> Iterator[Attack]:
    row = "purposes"
    every = ExtendedKeyUsageOID
    for name, one in (
        ("of a web server", _purposes(every.SERVER_AUTH)),
        ("of a responder", _purposes(every.OCSP_SIGNING, critical=True)),
        ("of programs and time stamps", _purposes(every.CODE_SIGNING, every.TIME_STAMPING)),
    ):
        by = a_signer(SENDER, authority(), (*SIGNS, one))
        yield Attack(row, name, "CERTIFICATE-USAGE", lambda by=by: signed(by=by), lambda by=by: folder(by))
    by = a_signer(SENDER, authority(), (*SIGNS, UNKNOWN))
    yield Attack(row, "a critical extension nobody knows", UNTRUSTED, lambda: signed(by=by), lambda: folder(by))
    agree = a_signer(SENDER, authority(), (SIGNS[0], (usage(key_agreement=True), True)))
    yield Attack(row, "to agree on keys", "CERTIFICATE-USAGE", lambda: signed(by=agree), lambda: folder(agree))
    edwards = _edwards()
    yield Attack(row, "Ed25519", "KEY-WEAK", lambda: _exchanged(edwards), lambda: folder(KeySigner(None, edwards)))  # type: ignore[arg-type]


@cache
def _edwards() -> x509.Certificate:
    return certificate(SENDER, ed25519.Ed25519PrivateKey.generate(), authority(), SIGNS)


def _exchanged(other: x509.Certificate) -> str:
    import base64

    from cryptography.hazmat.primitives.serialization import Encoding

    from tests.signature.attack import piece
    from tests.signature.pki import signed_text

    der = base64.b64encode(other.public_bytes(Encoding.DER)).decode()
    return signed_text().replace(piece("X509Certificate"), f"<ds:X509Certificate>{der}</ds:X509Certificate>")


@cache
def _plain() -> KeySigner:
    return a_signer(SENDER, authority())


DELTA: Extensions = ((x509.DeltaCRLIndicator(1), True),)
INDIRECT: Extensions = ((point(indirect_crl=True), True),)


def lists() -> Iterator[Attack]:
    row = "lists"
    by, top = _plain(), authority()
    mine = [by.certificate]

    def attack(name: str, code: str, *lists: x509.CertificateRevocationList) -> Attack:
        must = code == "REVOCATION-UNKNOWN"
        return Attack(row, name, code, lambda: signed(by=by), lambda: folder(by, (), lists, must))

    unknown, revoked = "REVOCATION-UNKNOWN", "CERTIFICATE-REVOKED"
    some = frozenset([x509.ReasonFlags.key_compromise])
    elsewhere = [x509.UniformResourceIdentifier("http://lists.invalid/2")]
    for name, scope in (
        ("of authorities", point(only_contains_ca_certs=True)),
        ("of attributes", point(only_contains_attribute_certs=True)),
        ("of some reasons", point(only_some_reasons=some)),
        ("of another place", point(full_name=elsewhere)),
    ):
        yield attack(f"only one {name} where one is required", unknown, a_list(top, (), [(scope, True)]))
    yield attack("only a delta where one is required", unknown, a_list(top, (), DELTA))
    yield attack("only one of the future where one is required", unknown, a_list(top, begin=AT + timedelta(days=2)))
    yield attack("one with a critical extension where one is required", unknown, a_list(top, (), (UNKNOWN,)))
    yield attack("one of another authority where one is required", unknown, a_list(below("Other")))
    yield attack("named by a delta", revoked, a_list(top), a_list(top, mine, DELTA))
    yield attack("named by a list of some reasons", revoked, a_list(top, mine, [(point(only_some_reasons=some), True)]))
    yield attack("named by a list of another place", revoked, a_list(top, mine, [(point(full_name=elsewhere), True)]))
    yield attack("named by a list with a critical extension", revoked, a_list(top, mine, (UNKNOWN,)))
    hold: Extensions = ((x509.CRLReason(x509.ReasonFlags.certificate_hold), False),)
    yield attack("on hold", revoked, a_list(top, mine, (), hold))
    named: Extensions = ((x509.CertificateIssuer([x509.DirectoryName(top.certificate.subject)]), True),)
    maker = an_authority("Lists", None)
    indirect = a_list(maker, mine, INDIRECT, named)

    def two() -> Folder:
        made = folder(by, (), [indirect])
        made.anchors.append(maker.certificate)
        return made

    yield Attack(row, "named by an indirect list of another anchor", revoked, lambda: signed(by=by), two)
    yield attack("an indirect list of a stranger where one is required", unknown, a_list(maker, (), INDIRECT))
    mute = below("Mute", extensions=(CA[0], (usage(key_cert_sign=True), True)))
    far = a_signer(SENDER, mute)
    yield Attack(row, "of an authority that may make none", unknown, lambda: signed(by=far),
                 lambda: folder(far, [mute], [a_list(mute), a_list(top)], must=True))  # fmt: skip


def path_attacks() -> list[Attack]:
    groups: tuple[Callable[[], Iterator[Attack]], ...] = (paths, purposes, lists)
    return [attack for group in groups for attack in group()]
