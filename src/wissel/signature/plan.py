"""Which profile a signature is of, and what it covers: decided from its structure, before any hash or key."""

from collections.abc import Sequence
from dataclasses import dataclass

from lxml import etree

from wissel.signature.parts import Parts
from wissel.signature.policy import Policy
from wissel.signature.profile import (
    Part,
    Place,
    Profile,
    SignatureMethod,
    digest_of_uri,
    method_of_uri,
    profile,
)
from wissel.signature.refusal import SignatureRefused, refuse
from wissel.signature.structure import Reference, SignatureParts, target_of


@dataclass(frozen=True, slots=True)
class Planned:
    """One part to digest."""

    part: Part
    element: etree._Element
    reference: Reference
    digest_method: str


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be verified, with everything allowed."""

    profile: Profile
    method: SignatureMethod
    planned: tuple[Planned, ...]

    @property
    def covered(self) -> frozenset[Part]:
        """The parts that references name; the whole message holds AppHdr and Document."""
        return frozenset(one.part for one in self.planned)

    @property
    def weak(self) -> bool:
        """True where SHA-1 is used."""
        return self.method.weak or any(one.digest_method == "sha1" for one in self.planned)


def accepted_profiles(policy: Policy, named: str | None) -> list[Profile]:
    """The profiles to choose among. Raises UsageError for a name that does not exist."""
    return [profile(named)] if named is not None else [profile(name) for name in policy.profiles]


def plan(parts: Parts, signature: SignatureParts, policy: Policy, named: str | None) -> Plan:
    """The one profile among those accepted that the signature has the structure of.

    Raises SignatureRefused: COVERAGE-MISSING, REFERENCE-…, TRANSFORM-NOT-ALLOWED, ALGORITHM-NOT-ALLOWED,
    PROFILE-NOT-ACCEPTED.
    """
    candidates = [one for one in accepted_profiles(policy, named) if one.place is parts.place]
    if not candidates:
        message = "No profile that is accepted has its signature at this place."
        raise refuse("PROFILE-NOT-ACCEPTED", message, "Signature", signature.element.sourceline)
    fitting: list[tuple[Profile, dict[Part, Reference]]] = []
    refused: list[SignatureRefused] = []
    for one in candidates:
        try:
            found = _targets(signature, one)
            _require_coverage(one, found, signature, open_header=named is not None or policy.given)
            fitting.append((one, found))
        except SignatureRefused as refusal:
            refused.append(refusal)
    for one, found in fitting:
        try:
            return _allowed(one, found, parts, signature)
        except SignatureRefused as refusal:
            refused.insert(0, refusal)
    raise refused[0]


def _targets(signature: SignatureParts, chosen: Profile) -> dict[Part, Reference]:
    found: dict[Part, Reference] = {}
    for reference in signature.references:
        part = target_of(reference, signature, chosen.empty_uri)
        if part in found:
            raise refuse("REFERENCE-SEVERAL", f"Two references name {part}.", part, reference.line)
        found[part] = reference
    return found


def _require_coverage(
    chosen: Profile, found: dict[Part, Reference], signature: SignatureParts, open_header: bool
) -> None:
    missing = sorted(chosen.required - set(found))
    if signature.signed_properties is not None and Part.SIGNED_PROPERTIES not in found:
        missing.append(Part.SIGNED_PROPERTIES)
    if chosen.place is Place.HEADER and not open_header and not {Part.HEADER, Part.MESSAGE} & set(found):
        missing.append(Part.HEADER)
    line = signature.signed_info.sourceline
    if missing:
        raise refuse("COVERAGE-MISSING", f"The signature does not cover {missing[0]}.", missing[0], line)
    further = sorted(set(found) - chosen.required - chosen.optional)
    if further:
        message = f"Profile {chosen.name} has no reference to {further[0]}."
        raise refuse("REFERENCE-TARGET", message, further[0], line)


def _allowed(chosen: Profile, found: dict[Part, Reference], parts: Parts, signature: SignatureParts) -> Plan:
    method = method_of_uri(signature.method_uri)
    if method is None or method.name not in chosen.signature_methods:
        raise _algorithm(f"the signature method {method.name if method else 'of the message'}", signature)
    if signature.canonicalization.name not in chosen.canonicalizations:
        raise _algorithm(f"the canonicalisation {signature.canonicalization.name} of SignedInfo", signature)
    planned = [_planned(chosen, part, reference, parts, signature) for part, reference in found.items()]
    # the part that holds the signature comes last: for it the signature is taken out
    planned.sort(key=lambda one: one.part is chosen.empty_uri)
    return Plan(chosen, method, tuple(planned))


def _planned(chosen: Profile, part: Part, reference: Reference, parts: Parts, signature: SignatureParts) -> Planned:
    names: Sequence[str] = [transform.name for transform in reference.chain]
    if tuple(names) not in chosen.chains_of(part):
        message = f"The transforms of {part} are not those of profile {chosen.name}."
        raise refuse("TRANSFORM-NOT-ALLOWED", message, part, reference.line)
    if any(transform.prefixes for transform in reference.chain) and chosen.place is not Place.ENVELOPE:
        raise refuse("ALGORITHM-PARAMETER", f"The transform of {part} has a parameter.", part, reference.line)
    if part is Part.MESSAGE and parts.detached:
        message = "The signature covers the file it stands in alone, not the Document in the other file."
        raise refuse("COVERAGE-MISSING", message, Part.DOCUMENT, reference.line)
    digest_method = digest_of_uri(reference.digest_uri)
    if digest_method is None or digest_method not in chosen.digest_methods:
        raise _algorithm(f"the digest method of {part}", signature)
    elements = {
        Part.HEADER: parts.header,
        Part.DOCUMENT: parts.document,
        Part.MESSAGE: parts.root,
        Part.KEY_INFO: signature.key_info,
        Part.SIGNED_PROPERTIES: signature.signed_properties,
    }
    element = elements[part]
    if element is None:
        raise refuse("PART-MISSING", f"The signature names {part}, and there is none.", part, reference.line)
    return Planned(part, element, reference, digest_method)


def _algorithm(what: str, signature: SignatureParts) -> SignatureRefused:
    line = signature.signed_info.sourceline
    return refuse("ALGORITHM-NOT-ALLOWED", f"The profile does not allow {what}.", "SignedInfo", line)
