"""The result of validating one file: a verdict, and findings per file and per message."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from wissel.core.finding import NOTHING_UNLISTED, Finding, Severity, Unlisted

FORMAT = 1
"""Version of the JSON contract; grows only when a field changes its meaning."""


class Verdict(StrEnum):
    """What can be said of a file or message, from best to worst."""

    VALID = "valid"
    INVALID = "invalid"
    UNSUPPORTED = "unsupported"
    UNREADABLE = "unreadable"


_RANK = {verdict: rank for rank, verdict in enumerate(Verdict)}


def worst(verdicts: list[Verdict]) -> Verdict:
    """The worst of some verdicts; of none, ``valid``."""
    return max(verdicts, key=_RANK.__getitem__, default=Verdict.VALID)


@dataclass(frozen=True, slots=True)
class MessageReport:
    """What was checked of one message and what was found."""

    definition: str | None
    """The message definition, such as ``pacs.008.001.08``; None where the document has no ISO namespace."""
    header: str | None
    """Definition of the business application header, such as ``head.001.001.02``; None without one."""
    envelope: str | None
    """Names of the elements around the message, outermost first, joined by ``/``; None for a bare document."""
    verdict: Verdict
    transactions: int
    schema: str
    """``checked`` or ``missing``."""
    guideline: str
    rules: int
    findings: tuple[Finding, ...] = ()
    unlisted: Unlisted = NOTHING_UNLISTED
    """What errors beyond the limit of findings refuse; not part of the JSON contract."""


@dataclass(frozen=True, slots=True)
class Report:
    """What was found in one file (or archive member). ``as_of`` is the ISO date rules were judged by."""

    file: str
    sha256: str | None
    """SHA-256 of the bytes as given, in hex; None where they could not be read."""
    bytes: int
    as_of: str
    engine: str
    """Program and parser versions that made this report."""
    verdict: Verdict
    findings: tuple[Finding, ...]
    """Findings that belong to no single message."""
    messages: tuple[MessageReport, ...]

    @property
    def all_findings(self) -> tuple[Finding, ...]:
        """The file's findings, then each message's, in order."""
        return self.findings + tuple(f for message in self.messages for f in message.findings)

    @property
    def valid(self) -> bool:
        """True exactly when the verdict is ``valid``."""
        return self.verdict is Verdict.VALID


def message_verdict(findings: tuple[Finding, ...]) -> Verdict:
    """``invalid`` exactly when an error is among the findings, else ``valid``."""
    return Verdict.INVALID if any(f.severity is Severity.ERROR for f in findings) else Verdict.VALID


def finding_as_dict(finding: Finding) -> dict[str, Any]:
    """A finding in the JSON contract's names and order; what is absent is None, never missing."""
    return {
        "code": finding.code,
        "severity": finding.severity.value,
        "stage": finding.stage.value,
        "path": finding.path,
        "transaction": finding.transaction,
        "line": finding.line,
        "column": finding.column,
        "value": finding.value,
        "allowed": finding.allowed,
        "message": finding.message,
        "hint": finding.hint,
        "reason": finding.reason,
        "source": finding.source,
    }


def report_as_dict(report: Report) -> dict[str, Any]:
    """A report in the JSON contract's names and order (see README, "JSON")."""
    return {
        "format": FORMAT,
        "file": report.file,
        "sha256": report.sha256,
        "bytes": report.bytes,
        "as_of": report.as_of,
        "engine": report.engine,
        "verdict": report.verdict.value,
        "findings": [finding_as_dict(f) for f in report.findings],
        "messages": [
            {
                "definition": message.definition,
                "header": message.header,
                "envelope": message.envelope,
                "verdict": message.verdict.value,
                "transactions": message.transactions,
                "schema": message.schema,
                "guideline": message.guideline,
                "rules": message.rules,
                "findings": [finding_as_dict(f) for f in message.findings],
            }
            for message in report.messages
        ],
    }
