"""JUnit XML: a suite for each file, a case for each message, a failure for each error; for viewers of test results.

The root element stands first and carries totals, so the suites are spooled.
"""

from collections.abc import Iterable, Iterator
from html import escape
from typing import IO, TextIO

from wissel.cli.console import visible
from wissel.cli.render.spool import pour, spool
from wissel.cli.render.tally import Tally
from wissel.cli.render.words import notes, place, what_checked, what_message
from wissel.core.finding import Finding, Severity
from wissel.validation.report import Report, Verdict


def safe(text: str) -> str:
    """``text`` for XML: acting characters (all that XML forbids are among them) made visible, markup escaped."""
    return escape(visible(text), quote=True)


def write_junit(reports: Iterable[Report], out: TextIO, tally: Tally) -> None:
    """The whole document."""
    tests = failures = 0
    with spool() as suites:
        for report in reports:
            cases, failed = _suite(report, suites)
            tests += cases
            failures += failed
        out.write('<?xml version="1.0" encoding="UTF-8"?>\n')
        out.write(f'<testsuites name="wissel" tests="{tests}" failures="{failures}" errors="0">\n')
        pour(suites, out)
        out.write("</testsuites>\n")


Case = tuple[str, str, Verdict, tuple[Finding, ...]]
"""Name, what was checked, verdict and findings."""


def _cases(report: Report) -> Iterator[Case]:
    """A case for each message, and one for the file itself where there is something to say of it."""
    if report.findings or not report.messages:
        verdict = Verdict.VALID if report.messages else report.verdict
        yield "file", "reading", verdict, report.findings
    for number, message in enumerate(report.messages, 1):
        name = f"message {number}: {what_message(message)}"
        yield name, what_checked(message), message.verdict, message.findings


def _failed(case: Case) -> bool:
    return case[2] is not Verdict.VALID or any(f.severity is Severity.ERROR for f in case[3])


def _suite(report: Report, out: IO[str]) -> tuple[int, int]:
    """Write a suite; return its number of cases and of cases that failed."""
    cases = list(_cases(report))
    failed = sum(_failed(case) for case in cases)
    name = safe(report.file)
    out.write(
        f'  <testsuite name="{name}" tests="{len(cases)}" failures="{failed}" errors="0" skipped="0" time="0"'
        f' file="{name}">\n'
        f"    <properties>\n"
        f'      <property name="verdict" value="{report.verdict.value}"/>\n'
        f'      <property name="sha256" value="{report.sha256 or ""}"/>\n'
        f'      <property name="bytes" value="{report.bytes}"/>\n'
        f'      <property name="as_of" value="{safe(report.as_of)}"/>\n'
        f'      <property name="engine" value="{safe(report.engine)}"/>\n'
        f"    </properties>\n"
    )
    for case in cases:
        _case(report.file, case, out)
    out.write("  </testsuite>\n")
    return len(cases), failed


def _case(file: str, case: Case, out: IO[str]) -> None:
    title, checked, verdict, findings = case
    name = safe(file)
    out.write(f'    <testcase classname="{name}" name="{safe(title)}" time="0">\n')
    errors = [finding for finding in findings if finding.severity is Severity.ERROR]
    for finding in errors:
        out.write(
            f'      <failure type="{finding.code}" message="{safe(finding.message)}">'
            f"{safe_lines(described(file, finding))}</failure>\n"
        )
    if not errors and _failed(case):
        out.write(f'      <failure type="{verdict.value}" message="The verdict is {verdict.value}."/>\n')
    others = [described(file, finding) for finding in findings if finding.severity is not Severity.ERROR]
    said = safe_lines("\n".join([checked, *others]))
    out.write(f"      <system-out>{said}</system-out>\n    </testcase>\n")


def safe_lines(text: str) -> str:
    """As :func:`safe`, but line breaks of our own stay."""
    return "\n".join(safe(line) for line in text.split("\n"))


def described(file: str, finding: Finding) -> str:
    """A finding in a few lines of text."""
    where = ":".join(part for part in (visible(file), place(finding)) if part)
    lines = [f"{where}: {finding.severity.value} {finding.code}  {visible(finding.message)}"]
    lines += [f"path: {visible(finding.path)}"] if finding.path else []
    lines += [f"transaction: {finding.transaction}"] if finding.transaction else []
    return "\n".join(lines + [f"{label}: {visible(text)}" for label, text in notes(finding)])
