"""What a verification found."""

from dataclasses import dataclass
from datetime import datetime

from wissel.core.finding import Finding, Severity


@dataclass(frozen=True, slots=True)
class CertificateFacts:
    """What identifies the certificate of a signer."""

    subject: str
    issuer: str
    serial: str
    """Decimal."""
    sha256: str
    not_before: datetime
    not_after: datetime


@dataclass(frozen=True, slots=True)
class VerificationResult:
    """The verdict on one signature. What is only claimed and not verified is never in ``covered``."""

    time: datetime
    """The moment at which certificates were judged."""
    verified: bool = False
    signer: str | None = None
    """The participant of the trust folder that the certificate belongs to; None where it belongs to none.
    Of a refused one, who the certificate it names belongs to: no more than a claim."""
    bound: bool = False
    """True where the signer is the sender of the message."""
    certificate: CertificateFacts | None = None
    profile: str | None = None
    algorithm: str | None = None
    digests: tuple[str, ...] = ()
    covered: tuple[str, ...] = ()
    """The parts whose digests are right, in the order of the message; empty for a refused one."""
    part: str | None = None
    """Where a refused one failed."""
    findings: tuple[Finding, ...] = ()
    """The refusal, and what there is to say besides."""

    @property
    def code(self) -> str | None:
        """The code of the refusal; None for a verified one."""
        if self.verified:
            return None
        return next((found.code for found in self.findings if found.severity is Severity.ERROR), None)

    @property
    def message(self) -> str | None:
        """The sentence of the refusal; None for a verified one."""
        if self.verified:
            return None
        return next((found.message for found in self.findings if found.severity is Severity.ERROR), None)
