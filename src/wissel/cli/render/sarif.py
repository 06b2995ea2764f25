"""SARIF 2.1.0 (OASIS): findings for code-scanning viewers and editors.

The tool's rules are the catalogue of reading and schema codes, and those rules of guidelines that found something.
They are known at the end only, so the tool stands behind the results.
"""

import os
from collections.abc import Iterable
from typing import IO, TYPE_CHECKING, Any, TextIO
from urllib.parse import quote

from wissel.cli.console import visible
from wissel.cli.render.json import dumped
from wissel.cli.render.spool import pour, spool
from wissel.cli.render.tally import Tally
from wissel.core.codes import Code, catalogue
from wissel.core.errors import UsageError
from wissel.core.finding import Finding, Severity
from wissel.validation.report import MessageReport, Report

if TYPE_CHECKING:
    from wissel.validation.rule import RuleFacts

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}


def write_sarif(reports: Iterable[Report], out: TextIO, tally: Tally) -> None:
    """One run: its results as the files come, then the files as artifacts, then what the run adds up to."""
    from importlib.metadata import version

    met = Met()
    out.write(f'{{"$schema": {dumped(SCHEMA)}, "version": "2.1.0", "runs": [{{\n')
    out.write('"columnKind": "unicodeCodePoints",\n"results": [')
    with spool() as artifacts:
        between = "\n"
        for number, report in enumerate(reports):
            _add(artifacts, number, artifact(report))
            for message, finding in _placed(report):
                index = met.index(finding, message)
                out.write(between + dumped(result(report, number, message, finding, index)))
                between = ",\n"
        out.write('\n],\n"artifacts": [')
        pour(artifacts, out)
    done = tally.codes["PROGRAM-FAULT"] == 0
    out.write(f'\n],\n"invocations": [{dumped({"executionSuccessful": done})}],\n')
    driver = {"name": "wissel", "version": version("wissel"), "rules": met.descriptors}
    out.write(f'"tool": {dumped({"driver": driver})},\n')
    out.write(f'"properties": {dumped({"summary": tally.as_dict()})}\n}}]}}\n')


def _add(file: IO[str], number: int, value: object) -> None:
    file.write((",\n" if number else "\n") + dumped(value))


def _placed(report: Report) -> Iterable[tuple[MessageReport | None, Finding]]:
    for finding in report.findings:
        yield None, finding
    for message in report.messages:
        for finding in message.findings:
            yield message, finding


class Met:
    """The descriptors of the rules that results refer to, each by its place."""

    def __init__(self) -> None:
        codes = catalogue()
        self.descriptors: list[dict[str, Any]] = [descriptor(code) for code in codes.values()]
        self._indexes = {name: index for index, name in enumerate(codes)}

    def index(self, finding: Finding, message: MessageReport | None) -> int:
        """The place of a finding's rule; one that is met for the first time is added."""
        known = self._indexes.get(finding.code)
        if known is None:
            known = self._indexes[finding.code] = len(self.descriptors)
            self.descriptors.append(rule_descriptor(finding, message))
        return known


def descriptor(code: Code) -> dict[str, Any]:
    """A ``reportingDescriptor``: what a code requires, why, and how to mend it."""
    value = _descriptor(code.code, code.title, code.why, code.severity, {"Remedy": code.mend})
    value["properties"] = {"stage": code.stage.value, "reason": code.reason, "source": code.source}
    return value


def rule_descriptor(finding: Finding, message: MessageReport | None) -> dict[str, Any]:
    """A ``reportingDescriptor`` of a rule, as the guideline that was applied states it; of one that this program
    does not know, what the finding says."""
    facts = _facts(finding.code, message)
    if facts is None:
        value = _descriptor(finding.code, finding.code, finding.source or "", finding.severity, {})
        source, reason = finding.source, finding.reason
    else:
        value = _descriptor(facts.code, facts.title, facts.why, facts.severity, {"Source": facts.source})
        source, reason = facts.source, facts.reason
    value["properties"] = {
        "stage": finding.stage.value,
        "reason": reason,
        "source": source,
        "confidence": facts.confidence if facts is not None else None,
        "guideline": message.guideline if message is not None else None,
    }
    return value


def _facts(code: str, message: MessageReport | None) -> "RuleFacts | None":
    from wissel.validation.known_rules import guideline_facts, known_rules

    if message is not None:
        try:
            found = guideline_facts(message.guideline, code)
        except UsageError:  # a guideline by a name of its own, or whose file is gone
            found = None
        if found is not None:
            return found
    rule = known_rules().get(code)
    return rule.facts if rule is not None else None


def _descriptor(code: str, title: str, why: str, severity: Severity, more: dict[str, str]) -> dict[str, Any]:
    parts = [part for part in (title, why) if part]
    notes = [(label, text) for label, text in more.items() if text]
    value: dict[str, Any] = {
        "id": code,
        "name": "".join(part.capitalize() for part in code.split("-")),
        "shortDescription": {"text": title},
    }
    if why:
        value["fullDescription"] = {"text": why}
    value["help"] = {
        "text": "\n\n".join([*parts, *(f"{label}: {text}" for label, text in notes)]),
        "markdown": "\n\n".join([f"**{title}**", *parts[1:], *(f"*{label}:* {text}" for label, text in notes)]),
    }
    value["defaultConfiguration"] = {"level": _LEVELS[severity]}
    return value


def uri(file: str) -> str:
    """A file's name as a URI reference: relative names stay relative, absolute ones become ``file:`` URIs."""
    quoted = quote(os.fsencode(file).replace(os.sep.encode(), b"/"), safe="/!~()+,=@")
    if quoted.startswith("/"):
        return "file://" + quoted
    return quoted.removeprefix("./")


def artifact(report: Report) -> dict[str, Any]:
    """A file that was checked, with its size in bytes and digest where it could be read."""
    value: dict[str, Any] = {
        "location": {"uri": uri(report.file)},
        "length": report.bytes,
        "roles": ["analysisTarget"],
        "properties": {
            "verdict": report.verdict.value,
            "asOf": report.as_of,
            "engine": report.engine,
            "messages": [_checked(message) for message in report.messages[:100]],
        },
    }
    if report.sha256 is not None:
        value["hashes"] = {"sha-256": report.sha256}
    return value


def _checked(message: MessageReport) -> dict[str, Any]:
    names = ("definition", "header", "envelope", "transactions", "schema", "guideline", "rules")
    return {"verdict": message.verdict.value, **{name: getattr(message, name) for name in names}}


def _no_links(text: str) -> str:
    """``[words](address)`` in a message would become a link, and the value may come from an attacker."""
    return text.replace("](", "] (")


def result(report: Report, number: int, message: MessageReport | None, finding: Finding, index: int) -> dict[str, Any]:
    """A ``result``: the sentence with its remedy, and where it stands in text and in the message."""
    text = finding.message
    text += f" Allowed: {finding.allowed}." if finding.allowed else ""
    text += f" Hint: {finding.hint}" if finding.hint else ""
    physical: dict[str, Any] = {"artifactLocation": {"uri": uri(report.file), "index": number}}
    if finding.line is not None:
        physical["region"] = {"startLine": finding.line}
        if finding.column is not None:
            physical["region"]["startColumn"] = finding.column
        if finding.excerpt is not None:
            snippet = {"text": visible(finding.excerpt)}
            physical["contextRegion"] = {"startLine": finding.line, "snippet": snippet}
    place: dict[str, Any] = {"physicalLocation": physical}
    if finding.path is not None:
        tag = finding.path.rstrip("/").rsplit("/", 1)[-1]
        place["logicalLocations"] = [
            {"name": visible(tag), "fullyQualifiedName": visible(finding.path), "kind": "element"}
        ]
    return {
        "ruleId": finding.code,
        "ruleIndex": index,
        "level": _LEVELS[finding.severity],
        "message": {"text": _no_links(visible(text))},
        "locations": [place],
        "properties": {
            "stage": finding.stage.value,
            "definition": message.definition if message else None,
            "guideline": message.guideline if message else None,
            "transaction": finding.transaction,
            "value": finding.value,
            "reason": finding.reason,
            "source": finding.source,
        },
    }
