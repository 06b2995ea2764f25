"""Verify the signature of a message, in an order that lets a stranger's message do as little as can be.

Bytes, limits, one hardened parse; the structure and what it claims; algorithms allowed; the certificate, from trust;
its path, revocation and owner; the signature value; only then the digests; last age and replay.
"""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from cryptography import x509

from wissel.core.codes import finding
from wissel.core.finding import Finding, Severity
from wissel.signature.certificates import facts_of, resolve
from wissel.signature.digest import Collected, canonicalize, detach, digest
from wissel.signature.keyinfo import read_key_info
from wissel.signature.parts import Parts, find_parts, parse
from wissel.signature.path import judge
from wissel.signature.plan import Plan, Planned, plan
from wissel.signature.profile import Part
from wissel.signature.refusal import SignatureRefused, refuse
from wissel.signature.result import VerificationResult
from wissel.signature.sender import Sender, bound_to, message_key, sender_of
from wissel.signature.structure import SignatureParts, read_signature
from wissel.signature.trust import TrustStore
from wissel.signature.values import digest_fits, kind_of_key, value_fits
from wissel.signature.xades import check_signing_certificate
from wissel.xml.refusal import Refused

Replay = Callable[[str, str, str], bool]
"""Given signer, BizMsgIdr and CreDt: True where they are seen for the first time."""


@dataclass(frozen=True, slots=True)
class VerifyOptions:
    """How one message is to be verified."""

    at: datetime
    """When it was received (aware); certificates are judged at this moment."""
    profile: str | None = None
    """The only profile to take; None for those of the policy."""
    document: bytes | None = None
    """The file with the Document, where the message holds the AppHdr alone."""
    channel: str | None = None
    """The participant whose channel handed the message over, for messages that name no sender."""
    replay: Replay | None = None


@dataclass(frozen=True, slots=True)
class Claim:
    """What a message claims to be signed, taken apart and found allowed; nothing is verified yet."""

    parts: Parts
    signature: SignatureParts
    plan: Plan
    sender: Callable[[], Sender | None]
    hashed: Callable[[Planned], "hashlib._Hash | None"]
    """The hash of a part that was made while reading; None for one that is still to be hashed."""


def verify(data: bytes, trust: TrustStore, options: VerifyOptions) -> VerificationResult:
    """Verify one message. Whatever is wrong with it is in the result, never raised.

    Raises UsageError for a profile that does not exist and ValueError for a moment without time zone.
    """
    return settle(lambda: _claim(data, trust, options), trust, options)


def settle(claim: Callable[[], Claim], trust: TrustStore, options: VerifyOptions) -> VerificationResult:
    """The verdict on a claim, however it was read."""
    if options.at.tzinfo is None:
        raise ValueError("verification needs an aware datetime")
    result = VerificationResult(options.at)
    try:
        for known in _steps(claim(), trust, options, result):
            result = known
    except SignatureRefused as refused:
        return replace(result, part=refused.part, bound=False, covered=(), findings=(*result.findings, refused.finding))
    except Refused as refused:
        return replace(result, part=Part.MESSAGE, bound=False, findings=(*result.findings, refused.finding))
    return replace(result, verified=True)


def _claim(data: bytes, trust: TrustStore, options: VerifyOptions) -> Claim:
    document = None if options.document is None else parse(options.document)
    parts = find_parts(parse(data), document)
    signature = read_signature(parts)
    planned = plan(parts, signature, trust.policy, options.profile)

    def sender() -> Sender | None:
        return sender_of(parts.header, parts.document, options.channel)

    return Claim(parts, signature, planned, sender, lambda _: None)


def _steps(
    claim: Claim, trust: TrustStore, options: VerifyOptions, result: VerificationResult
) -> Iterator[VerificationResult]:
    """What is known after each step; the caller keeps the last."""
    parts, signature, planned = claim.parts, claim.signature, claim.plan
    result = replace(result, profile=planned.profile.name, algorithm=planned.method.name, digests=_digests(planned))
    yield result
    certificate, others = resolve(read_key_info(signature.key_info, planned.profile.key_info), trust)
    facts = facts_of(certificate)
    result = replace(result, certificate=facts)
    yield result
    standing = judge(certificate, others, trust, options.at)
    participant, bound = _bind(claim.sender(), certificate, trust)
    result = replace(result, signer=participant, bound=bound, findings=standing.notes)
    yield result
    _check_value(signature, planned, certificate)
    _check_digests(claim)
    check_signing_certificate(signature.signed_properties, certificate)
    _check_age_and_replay(parts, trust, options, participant or facts.sha256)
    yield replace(result, covered=_covered(planned, parts), findings=(*result.findings, *_notes(planned, trust)))


def _digests(planned: Plan) -> tuple[str, ...]:
    return tuple(sorted({one.digest_method for one in planned.planned}))


def _bind(sender: Sender | None, certificate: x509.Certificate, trust: TrustStore) -> tuple[str | None, bool]:
    """The participant that signed, and whether it is the sender. Raises SignatureRefused by the policy."""
    own = trust.participants(certificate)
    participant = None if sender is None else bound_to(sender, own, trust.known_participants())
    if participant is not None:
        return participant, True
    if not trust.policy.binding:
        return min(own, default=None), False
    if not own:
        message = "The certificate leads to an anchor but belongs to no participant."
        raise refuse("SIGNER-UNBOUND", message, "Certificate")
    if sender is None:
        raise refuse("SENDER-MISSING", "The message names no sender that the signer could be.", Part.MESSAGE)
    message = f"The signer ({', '.join(sorted(own))}) is not the sender that {sender.place} names."
    raise refuse("SIGNER-NOT-SENDER", message, sender.part)


def _check_value(signature: SignatureParts, planned: Plan, certificate: x509.Certificate) -> None:
    key = certificate.public_key()
    if kind_of_key(key) != planned.method.key:
        message = f"The key of the certificate is none for {planned.method.name}."
        raise refuse("ALGORITHM-NOT-ALLOWED", message, "SignedInfo", signature.signed_info.sourceline)
    signed = Collected()
    canonicalize(signature.signed_info, signature.canonicalization, signed, "SignedInfo")
    if not value_fits(key, planned.method, signed.bytes(), signature.value):
        message = "SignatureValue is not that of SignedInfo by the key of the certificate."
        raise refuse("SIGNATURE-INVALID", message, "SignatureValue", signature.signed_info.sourceline)


def _check_digests(claim: Claim) -> None:
    for one in claim.plan.planned:
        found = claim.hashed(one)
        if found is None:
            if any(transform.name == "enveloped" for transform in one.reference.chain):
                detach(claim.signature.element)
            found = digest(one.element, one.reference.chain, one.digest_method, one.part)
        if not digest_fits(found, one.reference.digest):
            message = f"{one.part} is not what was signed."
            raise refuse("DIGEST-MISMATCH", message, one.part, one.element.sourceline)


def _check_age_and_replay(parts: Parts, trust: TrustStore, options: VerifyOptions, signer: str) -> None:
    identification, created = message_key(parts.header)
    if trust.policy.max_age_s is not None:
        moment = _moment(created)
        skew = timedelta(seconds=trust.policy.clock_skew_s)
        if moment is None or moment < options.at - timedelta(seconds=trust.policy.max_age_s) - skew:
            raise refuse("MESSAGE-TOO-OLD", "CreDt is missing, or older than the policy allows.", Part.HEADER)
        if moment > options.at + skew:
            raise refuse("MESSAGE-TOO-OLD", "CreDt lies in the future.", Part.HEADER)
    if options.replay is not None:
        if not identification:
            raise refuse(
                "MESSAGE-REPLAYED", "Without BizMsgIdr nothing tells a second sight from a first.", Part.HEADER
            )
        if not options.replay(signer, identification, created):
            raise refuse("MESSAGE-REPLAYED", "This message of this signer was seen before.", Part.HEADER)


def _moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else None


def _covered(planned: Plan, parts: Parts) -> tuple[str, ...]:
    covered = set(planned.covered)
    if Part.MESSAGE in covered:
        covered |= {Part.HEADER} if parts.header is not None else set()
        covered |= {Part.DOCUMENT} if parts.document is not None else set()
    return tuple(part.value for part in Part if part in covered)


def _notes(planned: Plan, trust: TrustStore) -> list[Finding]:
    notes = []
    if planned.weak:
        notes.append(
            finding("SIGNATURE-WEAK", "The signature uses SHA-1, which its profile allows.", path="SignedInfo")
        )
    if not trust.policy.given:
        message = "The trust folder has no policy.toml; the defaults hold."
        notes.append(finding("POLICY-DEFAULT", message, severity=Severity.INFO))
    return notes
