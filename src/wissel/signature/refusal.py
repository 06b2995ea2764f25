"""What ends a verification: a finding that travels as an exception inside ``signature/`` and up to the result."""

from wissel.core.codes import finding
from wissel.core.finding import Finding


class SignatureRefused(Exception):
    """The signature is not good; ``finding`` says why, ``part`` where. Callers get a result, never the exception."""

    def __init__(self, found: Finding, part: str) -> None:
        super().__init__(found.message)
        self.finding = found
        self.part = part


def refuse(code: str, message: str, part: str, line: object = None, hint: str | None = None) -> SignatureRefused:
    """The exception for ``code``; ``part`` is a :class:`wissel.signature.profile.Part`, or a part of the signature.

    ``line`` is what lxml says it is. Messages name parts, algorithms,
    certificates and participants, never what a payment says.
    """
    known = line if isinstance(line, int) else None
    return SignatureRefused(finding(code, message, path=part, line=known, hint=hint), part)
