"""Validate one file: what it holds, whether each message is valid against its schema, and if not, why."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache
from typing import TYPE_CHECKING

from wissel.catalog.blocks import transaction_tag
from wissel.catalog.definitions import Catalog
from wissel.catalog.naming import definition_of
from wissel.catalog.renames import other_names
from wissel.core.codes import finding
from wissel.core.finding import NOTHING_UNLISTED, Finding, Severity
from wissel.core.limits import Limits
from wissel.message.assembly import Assembled, assemble
from wissel.message.recognition import no_document, no_message, no_schema
from wissel.validation.names import ISO, SCHEMA
from wissel.validation.report import MessageReport, Report, Verdict, message_verdict, worst
from wissel.xml.engine import engine_name
from wissel.xml.parts.inspection import Inspection, inspect
from wissel.xml.parts.reading import Knowledge
from wissel.xml.parts.schema import Schema
from wissel.xml.sources.source import Source

if TYPE_CHECKING:
    from wissel.validation.judge import Judge, Judgement


@dataclass(frozen=True, slots=True)
class Options:
    """How to validate."""

    as_of: date
    """The day by which dated rules are judged."""
    guideline: str = ISO
    """Name of the usage guideline, or path of one in a file; ``schema`` for nothing beyond the XSD."""
    limits: Limits = field(default_factory=Limits)
    least: Severity = Severity.INFO
    """What rules find that weighs less is left out: with ``error``, what is valid is checked faster."""


@cache
def knowledge_of(catalog: Catalog) -> Knowledge:
    """What the XML layer has to know of the catalog's definitions, remembered per process."""

    @cache
    def schemas(namespace: str | None) -> tuple[Schema, ...]:
        definition = definition_of(namespace) if namespace else None
        base = catalog.find(definition) if definition else None
        if definition is None or base is None:
            return ()
        overlays = (Schema(definition, str(file.path), file.origin) for file in catalog.overlays(definition))
        return (Schema(definition, str(base.path)), *overlays)

    return Knowledge(schemas, transaction_tag, other_names)


def validate(source: Source, options: Options, catalog: Catalog) -> Report:
    """Validate one file. A bad message gives findings; InstallationError is raised for a damaged schema."""
    limits = options.limits
    inspection = inspect(source, knowledge_of(catalog), limits, limits.findings_max)
    left = limits.findings_max - sum(len(report.findings) for report in inspection.parts)
    judge = _judge(inspection, options, catalog, max(0, left)) if options.guideline != SCHEMA else None
    judged = [(found, judge.judge(found) if judge else None) for found in assemble(inspection)]
    messages = tuple(_message(found, judgement, options, catalog) for found, judgement in judged)
    beyond = sum(report.beyond + report.unlisted for report in inspection.parts)
    beyond += sum(j.beyond for _, j in judged if j)
    findings = tuple(_file_findings(inspection, messages, beyond, limits))
    refused = inspection.refused is not None
    own = Verdict.UNREADABLE if refused else Verdict.VALID
    if not refused and not messages:
        own = Verdict.UNSUPPORTED
    return Report(
        file=source.name,
        sha256=inspection.digest,
        bytes=inspection.size_bytes,
        as_of=options.as_of.isoformat(),
        engine=engine_name(),
        verdict=worst([own, *(message.verdict for message in messages)]),
        findings=findings,
        messages=messages,
    )


def _judge(inspection: Inspection, options: Options, catalog: Catalog, findings_max: int) -> "Judge":
    # rules are a good part of the program: loaded only where they are asked for
    from wissel.validation.execute import Findings
    from wissel.validation.judge import Judge

    return Judge(inspection.text, options.guideline, options.as_of, catalog, Findings(findings_max, options.least))


def _message(found: Assembled, judgement: "Judgement | None", options: Options, catalog: Catalog) -> MessageReport:
    findings: list[Finding] = []
    verdicts: list[Verdict] = []
    unlisted = NOTHING_UNLISTED if judgement is None else judgement.unlisted
    for report in found.parts:
        findings += report.findings
        if report.beyond:
            verdicts.append(Verdict.INVALID)  # what the schema finds is always an error, listed or not
            unlisted = replace(unlisted, sound=False)
        if report.broken:
            verdicts.append(Verdict.UNREADABLE)
        elif not report.schemas:
            findings.append(no_schema(report, catalog))
            verdicts.append(Verdict.UNSUPPORTED)
    if found.document is None and Verdict.UNREADABLE not in verdicts:
        findings.append(no_document(found.payload))
        if found.payload is not None:
            verdicts.append(Verdict.UNSUPPORTED)
    if judgement is not None:
        findings += judgement.findings
        if judgement.errors_beyond:
            verdicts.append(Verdict.INVALID)
    checked = all(report.schemas for report in found.parts) and found.payload is None
    return MessageReport(
        definition=found.definition,
        header=found.header_definition,
        envelope="/".join(found.envelope) or None,
        verdict=worst([message_verdict(tuple(findings)), *verdicts]),
        transactions=found.document.transactions if found.document else 0,
        schema="checked" if checked else "missing",
        guideline=judgement.guideline if judgement else options.guideline,
        rules=judgement.rules if judgement else 0,
        findings=tuple(findings),
        unlisted=unlisted,
    )


def _file_findings(
    inspection: Inspection, messages: tuple[MessageReport, ...], beyond: int, limits: Limits
) -> Iterator[Finding]:
    """What belongs to no single message."""
    if inspection.refused is not None:
        yield inspection.refused
    elif not messages:
        yield no_message(inspection.elements)
    if inspection.roots > 1:
        yield finding("ROOTS-SEVERAL", f"The file has {inspection.roots:,} root elements, one after the other.")
    if beyond:
        yield finding(
            "FINDINGS-CAPPED",
            f"{beyond:,} more findings are not listed; the limit is {limits.findings_max:,} per file.",
            allowed=f"at most {limits.findings_max:,} findings",
        )
