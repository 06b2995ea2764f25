"""Sign a message: new bytes that differ from the input by the signature alone; the input is never touched.

The signature is written with empty digests, the whole is parsed once, each part is digested where it stands by the
very code that verifies, SignedInfo is signed, and the values are filled in.
"""

import base64
import hashlib
from dataclasses import dataclass
from datetime import datetime
from html import escape

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from lxml import etree

from wissel.core.errors import UsageError
from wissel.signature.digest import Collected, canonicalize, detach, digest
from wissel.signature.insertion import Gap, envelope_gap, header_gap
from wissel.signature.keys import Signer, method_for
from wissel.signature.parts import DSIG, find_parts, parse
from wissel.signature.plan import Plan, plan
from wissel.signature.policy import Policy
from wissel.signature.profile import Part, Place, Profile, SignatureMethod, digest_uri, profile, transform_uri
from wissel.signature.refusal import SignatureRefused
from wissel.signature.structure import SIGNED_PROPERTIES_TYPE, SignatureParts, Transform, read_signature
from wissel.signature.trust import key_identifier
from wissel.signature.xades import object_text
from wissel.xml.refusal import Refused

_ORDER = (Part.KEY_INFO, Part.SIGNED_PROPERTIES, Part.HEADER, Part.MESSAGE, Part.DOCUMENT)
_KEY_INFO = {"bah": "certificate", "pix": "issuer-serial", "tch": "issuer-serial subject"}


@dataclass(frozen=True, slots=True)
class SignOptions:
    """How a message is to be signed."""

    profile: str
    at: datetime
    """The signing time that XAdES carries (aware)."""
    algorithm: str | None = None
    """A signature method by name; None for the one that suits the key."""
    cover_header: bool = True
    """Cover AppHdr too where a profile leaves that open."""
    key_info: str | None = None
    """Kinds of KeyInfo separated by spaces; None for the profile's usual ones."""


def sign(data: bytes, signer: Signer, options: SignOptions) -> bytes:
    """The signed message.

    Raises UsageError for a profile or algorithm that does not exist and for a message that cannot be signed, such as
    one that is signed already.
    """
    chosen, method = agreed(signer, options)
    try:
        gap = _gap(data, parse(data), chosen)
        blank = signature_text(chosen, options, method.uri, signer.certificate)
        planned, info = _digested(_joined(data, gap, blank), chosen)
        value = signer.sign(info, method)
        return _joined(data, gap, filled(blank, planned, value))
    except (SignatureRefused, Refused) as refused:
        raise unsignable(refused) from None


def agreed(signer: Signer, options: SignOptions) -> tuple[Profile, SignatureMethod]:
    """The profile and signature method asked for. Raises UsageError where they do not go together."""
    chosen = profile(options.profile)
    if chosen.place is Place.DETACHED:
        raise UsageError(f"profile {chosen.name} makes a file of its own: see wissel.signature.file_hmac")
    method = method_for(signer, options.algorithm)
    if method.name not in chosen.signature_methods:
        raise UsageError(f"profile {chosen.name} does not allow {method.name}")
    return chosen, method


def unsignable(refused: SignatureRefused | Refused) -> UsageError:
    """The error for a message that verifying would refuse whatever the key."""
    return UsageError(f"the message cannot be signed: {refused.finding.message}")


def _gap(data: bytes, root: etree._Element, chosen: Profile) -> Gap:
    if chosen.place is Place.ENVELOPE:
        return envelope_gap(data, root)
    headers = list(root.iter("{*}AppHdr"))
    if len(headers) != 1:
        raise UsageError(f"profile {chosen.name} signs a message with one AppHdr; there are {len(headers)}")
    return header_gap(data, root, headers[0])


def _joined(data: bytes, gap: Gap, signature: str) -> bytes:
    return data[: gap.at] + f"{gap.before}{signature}{gap.after}".encode("ascii") + data[gap.at :]


def _digested(data: bytes, chosen: Profile) -> tuple[dict[Part, bytes], bytes]:
    """The digest of each part, and the canonical SignedInfo with them in it."""
    parts = find_parts(parse(data))
    signature = read_signature(parts)
    worked_out: Plan = plan(parts, signature, Policy(), chosen.name)
    found: dict[Part, bytes] = {}
    for one in worked_out.planned:
        if any(transform.name == "enveloped" for transform in one.reference.chain):
            detach(signature.element)
        found[one.part] = digest(one.element, one.reference.chain, one.digest_method, one.part).digest()
    return found, info_with(signature, found)


def info_with(signature: SignatureParts, digests: dict[Part, bytes]) -> bytes:
    """The canonical SignedInfo with the digests put in."""
    order = [part for part in _ORDER if part in digests]
    for element, part in zip(signature.signed_info.iter(f"{{{DSIG}}}DigestValue"), order, strict=True):
        element.text = base64.b64encode(digests[part]).decode()
    info = Collected()
    canonicalize(signature.signed_info, signature.canonicalization, info, "SignedInfo")
    return info.bytes()


def filled(blank: str, digests: dict[Part, bytes], value: bytes) -> str:
    """The signature with digests and value in the places kept for them."""
    for part, found in digests.items():
        blank = blank.replace(_placeholder(part), base64.b64encode(found).decode(), 1)
    return blank.replace(_placeholder(None), base64.b64encode(value).decode(), 1)


def _placeholder(part: Part | None) -> str:
    """Base64 that no digest will ever be, and different for each part."""
    return base64.b64encode(hashlib.sha256(f"wissel placeholder {part}".encode()).digest()).decode()


def signature_text(chosen: Profile, options: SignOptions, method: str, certificate: x509.Certificate) -> str:
    """A signature as it is to be written, with places kept for digests and value."""
    covered = chosen.required | ({Part.HEADER} & chosen.optional if options.cover_header else frozenset())
    name = hashlib.sha256(certificate.public_bytes(Encoding.DER) + options.at.isoformat().encode()).hexdigest()[:24]
    ids = {Part.KEY_INFO: f"key-{name}", Part.SIGNED_PROPERTIES: f"properties-{name}"}
    with_xades = Part.SIGNED_PROPERTIES in covered
    references = "".join(_reference_text(chosen, part, ids) for part in _ORDER if part in covered)
    key_info_id = f' Id="{ids[Part.KEY_INFO]}"' if Part.KEY_INFO in covered else ""
    exclusive = transform_uri("exc-c14n")
    return (
        f'<ds:Signature xmlns:ds="{DSIG}"' + (f' Id="signature-{name}"' if with_xades else "") + "><ds:SignedInfo>"
        f'<ds:CanonicalizationMethod Algorithm="{exclusive}"/><ds:SignatureMethod Algorithm="{method}"/>'
        f"{references}</ds:SignedInfo><ds:SignatureValue>{_placeholder(None)}</ds:SignatureValue>"
        f"<ds:KeyInfo{key_info_id}>{_key_info_text(chosen, options, certificate)}</ds:KeyInfo>"
        + (object_text(f"signature-{name}", ids[Part.SIGNED_PROPERTIES], certificate, options.at) if with_xades else "")
        + "</ds:Signature>"
    )


def _reference_text(chosen: Profile, part: Part, ids: dict[Part, str]) -> str:
    uri = f' URI="#{ids[part]}"' if part in ids else ' URI=""' if part is chosen.empty_uri else ""
    kind = f' Type="{SIGNED_PROPERTIES_TYPE}"' if part is Part.SIGNED_PROPERTIES else ""
    chain = [Transform(name) for name in chosen.chains_of(part)[0]]
    transforms = "".join(f'<ds:Transform Algorithm="{transform_uri(one.name)}"/>' for one in chain)
    return (
        f"<ds:Reference{kind}{uri}><ds:Transforms>{transforms}</ds:Transforms>"
        f'<ds:DigestMethod Algorithm="{digest_uri("sha256")}"/>'
        f"<ds:DigestValue>{_placeholder(part)}</ds:DigestValue></ds:Reference>"
    )


def _key_info_text(chosen: Profile, options: SignOptions, certificate: x509.Certificate) -> str:
    kinds = (options.key_info or _KEY_INFO.get(chosen.name, "certificate")).split()
    if not kinds or not set(kinds) <= chosen.key_info - {"key-name"}:
        raise UsageError(f"profile {chosen.name} has KeyInfo by {', '.join(sorted(chosen.key_info))}")
    issuer, subject = certificate.issuer.rfc4514_string(), certificate.subject.rfc4514_string()
    texts = {
        "issuer-serial": (
            f"<ds:X509IssuerSerial><ds:X509IssuerName>{_ascii(issuer)}</ds:X509IssuerName>"
            f"<ds:X509SerialNumber>{certificate.serial_number}</ds:X509SerialNumber></ds:X509IssuerSerial>"
        ),
        "subject": f"<ds:X509SubjectName>{_ascii(subject)}</ds:X509SubjectName>",
        "ski": f"<ds:X509SKI>{base64.b64encode(key_identifier(certificate)).decode()}</ds:X509SKI>",
        "certificate": "<ds:X509Certificate>"
        f"{base64.b64encode(certificate.public_bytes(Encoding.DER)).decode()}</ds:X509Certificate>",
    }
    return f"<ds:X509Data>{''.join(texts[kind] for kind in texts if kind in kinds)}</ds:X509Data>"


def _ascii(text: str) -> str:
    """Text for XML in any encoding that has ASCII."""
    return escape(text).encode("ascii", "xmlcharrefreplace").decode()
