"""What a signature claims, shown without any trust: for looking, never for deciding."""

from dataclasses import dataclass

from cryptography import x509

from wissel.signature.keyinfo import KeyHints, read_key_info
from wissel.signature.parts import find_parts, parse
from wissel.signature.plan import plan
from wissel.signature.policy import Policy
from wissel.signature.profile import Part, Profile, method_of_uri, profiles
from wissel.signature.refusal import SignatureRefused
from wissel.signature.structure import SignatureParts, read_signature, target_of
from wissel.xml.refusal import Refused

_ALL_KINDS = frozenset({"certificate", "issuer-serial", "ski", "subject", "key-name"})


@dataclass(frozen=True, slots=True)
class ClaimedReference:
    """One reference of SignedInfo."""

    part: str
    transforms: tuple[str, ...]
    digest: str


@dataclass(frozen=True, slots=True)
class Inspection:
    """What stands there. Nothing of it is verified."""

    place: str | None = None
    """``header`` or ``envelope``."""
    profiles: tuple[str, ...] = ()
    """Profiles whose structure it has."""
    algorithm: str | None = None
    references: tuple[ClaimedReference, ...] = ()
    key_hints: tuple[str, ...] = ()
    """What KeyInfo says about the key, in words."""
    uncovered: tuple[str, ...] = ()
    """Of AppHdr and Document, the ones no reference names."""
    code: str | None = None
    """Why it would be refused whatever is trusted; None where only trust and digests can tell."""
    message: str | None = None


def inspect(data: bytes, document: bytes | None = None) -> Inspection:
    """Look at the signature of a message; never raises for what is wrong with it."""
    try:
        parts = find_parts(parse(data), None if document is None else parse(document))
        signature = read_signature(parts)
        hints = read_key_info(signature.key_info, _ALL_KINDS)
    except (SignatureRefused, Refused) as refused:
        return Inspection(code=refused.finding.code, message=refused.finding.message)
    fitting: list[Profile] = []
    refusal: SignatureRefused | None = None
    for one in profiles().values():
        try:
            plan(parts, signature, Policy(), one.name)
            if hints.kinds <= one.key_info:
                fitting.append(one)
        except SignatureRefused as refused:
            refusal = refused
    method = method_of_uri(signature.method_uri)
    empty = fitting[0].empty_uri if fitting else Part.HEADER
    references = tuple(_claimed(signature, empty))
    named = {one.part for one in references}
    present = {Part.HEADER: parts.header, Part.DOCUMENT: parts.document}
    uncovered = [part for part, element in present.items() if element is not None and part not in named]
    return Inspection(
        place=parts.place.value,
        profiles=tuple(one.name for one in fitting),
        algorithm=method.name if method else None,
        references=references,
        key_hints=tuple(_words(hints)),
        uncovered=() if Part.MESSAGE in named else tuple(uncovered),
        code=None if fitting or refusal is None else refusal.finding.code,
        message=None if fitting or refusal is None else refusal.finding.message,
    )


def _claimed(signature: SignatureParts, empty: Part) -> list[ClaimedReference]:
    found = []
    for one in signature.references:
        try:
            part: str = target_of(one, signature, empty)
        except SignatureRefused:
            part = "unknown"
        found.append(
            ClaimedReference(str(part), tuple(each.name for each in one.chain), one.digest_uri.rpartition("#")[2])
        )
    return found


def _words(hints: KeyHints) -> list[str]:
    words = [f"issuer {issuer}, serial number {serial}" for issuer, serial in hints.issuer_serials]
    words += [f"key identifier {ski.hex()}" for ski in hints.skis]
    words += [f"subject {subject}" for subject in hints.subjects]
    words += [f"key name {name}" for name in hints.key_names]
    for der in hints.certificates:
        try:
            certificate = x509.load_der_x509_certificate(der)
            until = certificate.not_valid_after_utc
            words.append(f"certificate of {certificate.subject.rfc4514_string()}, until {until:%Y-%m-%d}")
        except ValueError:
            words.append("a certificate that cannot be read")
    return words
