"""SARIF 2.1.0 (OASIS): findings for code-scanning viewers and editors. Rules come from the catalogue of codes."""

import os
from collections.abc import Iterable
from typing import IO, Any, TextIO
from urllib.parse import quote

from wissel.cli.console import visible
from wissel.cli.render.json import dumped
from wissel.cli.render.spool import pour, spool
from wissel.cli.render.tally import Tally
from wissel.core.codes import Code, catalogue
from wissel.core.finding import Finding, Severity
from wissel.validation.report import MessageReport, Report

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}


def write_sarif(reports: Iterable[Report], out: TextIO, tally: Tally) -> None:
    """One run: its results as the files come, then the files as artifacts, then what the run adds up to."""
    from importlib.metadata import version

    codes = catalogue()
    driver = {
        "name": "wissel",
        "version": version("wissel"),
        "rules": [rule(code) for code in codes.values()],
    }
    indexes = {name: index for index, name in enumerate(codes)}
    out.write(
        f'{{"$schema": {dumped(SCHEMA)}, "version": "2.1.0", "runs": [{{\n"tool": {dumped({"driver": driver})},\n'
    )
    out.write('"columnKind": "unicodeCodePoints",\n"results": [')
    with spool() as artifacts:
        between = "\n"
        for number, report in enumerate(reports):
            _add(artifacts, number, artifact(report))
            for message, finding in _placed(report):
                out.write(between + dumped(result(report, number, message, finding, indexes)))
                between = ",\n"
        out.write('\n],\n"artifacts": [')
        pour(artifacts, out)
    done = tally.codes["PROGRAM-FAULT"] == 0
    out.write(f'\n],\n"invocations": [{dumped({"executionSuccessful": done})}],\n')
    out.write(f'"properties": {dumped({"summary": tally.as_dict()})}\n}}]}}\n')


def _add(file: IO[str], number: int, value: object) -> None:
    file.write((",\n" if number else "\n") + dumped(value))


def _placed(report: Report) -> Iterable[tuple[MessageReport | None, Finding]]:
    for finding in report.findings:
        yield None, finding
    for message in report.messages:
        for finding in message.findings:
            yield message, finding


def rule(code: Code) -> dict[str, Any]:
    """A ``reportingDescriptor``: what a code requires, why, and how to mend it."""
    words = "".join(part.capitalize() for part in code.code.split("-"))
    return {
        "id": code.code,
        "name": words,
        "shortDescription": {"text": code.title},
        "fullDescription": {"text": code.why},
        "help": {
            "text": f"{code.title}\n\n{code.why}\n\nRemedy: {code.mend}",
            "markdown": f"**{code.title}**\n\n{code.why}\n\n*Remedy:* {code.mend}",
        },
        "defaultConfiguration": {"level": _LEVELS[code.severity]},
        "properties": {"stage": code.stage.value, "reason": code.reason, "source": code.source},
    }


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


def result(
    report: Report, number: int, message: MessageReport | None, finding: Finding, indexes: dict[str, int]
) -> dict[str, Any]:
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
    value: dict[str, Any] = {
        "ruleId": finding.code,
        "level": _LEVELS[finding.severity],
        "message": {"text": _no_links(visible(text))},
        "locations": [place],
        "properties": {
            "stage": finding.stage.value,
            "definition": message.definition if message else None,
            "transaction": finding.transaction,
            "value": finding.value,
            "reason": finding.reason,
            "source": finding.source,
        },
    }
    if finding.code in indexes:
        value["ruleIndex"] = indexes[finding.code]
    return value
