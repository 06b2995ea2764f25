"""Reports for a person at a terminal, in the manner of a good compiler: place, code, sentence, the line, the remedy."""

import textwrap
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TextIO

import click

from wissel.cli.console import visible
from wissel.cli.render.tally import Tally, plural, summary
from wissel.cli.render.words import notes, place, what_checked, what_message
from wissel.core.finding import Finding, Severity
from wissel.validation.report import MessageReport, Report, Verdict

_SEVERITY_COLORS = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.INFO: "cyan"}
_VERDICT_COLORS = {
    Verdict.VALID: "green",
    Verdict.INVALID: "red",
    Verdict.UNSUPPORTED: "yellow",
    Verdict.UNREADABLE: "red",
}
_EXCERPT_COLUMNS = 100
"""Columns of a source line that are shown where no terminal gives the width."""
_MESSAGES_LISTED_MAX = 20
_CODES_LISTED_MAX = 6


@dataclass(frozen=True, slots=True)
class Look:
    """How text is to look."""

    color: bool = False
    width: int | None = None
    """Columns to wrap at; None: one line stays one line."""
    quiet: bool = False
    """Only errors of files that are not valid, and the summary."""

    def style(self, text: str, color: str | None = None, bold: bool = False, dim: bool = False) -> str:
        """``text``, coloured where colours are wanted."""
        return click.style(text, fg=color, bold=bold or None, dim=dim or None) if self.color else text


def write_text(reports: Iterable[Report], out: TextIO, tally: Tally, look: Look) -> None:
    """Each file's findings and its verdict, then the summary."""
    tight = True  # nothing stands above that a blank line should set apart
    for report in reports:
        if look.quiet and report.valid:
            continue
        if report.all_findings and not tight:
            out.write("\n")
        for paragraph in file_paragraphs(report, look):
            out.write(paragraph)
        tight = bool(report.all_findings)
    if tally.files > 1 and not tight:
        out.write("\n")
    out.write(summary_paragraph(tally, look))


def file_paragraphs(report: Report, look: Look) -> Iterator[str]:
    """One text for each finding, and one for the verdict; each ends with a line break."""
    several = len(report.messages) > 1
    for finding in report.findings:
        if _wanted(finding, look):
            yield finding_paragraph(report.file, finding, look) + "\n"
    for number, message in enumerate(report.messages, 1):
        for finding in message.findings:
            if _wanted(finding, look):
                yield finding_paragraph(report.file, finding, look, number if several else None) + "\n"
    yield verdict_paragraph(report, look)
    if report.all_findings:
        yield "\n"


def _wanted(finding: Finding, look: Look) -> bool:
    return not look.quiet or finding.severity is Severity.ERROR


def finding_paragraph(file: str, finding: Finding, look: Look, message: int | None = None) -> str:
    """A finding: its place and sentence, its path, the line with a caret, and what helps to mend it."""
    color = _SEVERITY_COLORS[finding.severity]
    where = ":".join(part for part in (visible(file), place(finding)) if part)
    plain = f"{where}: {finding.severity.value} {finding.code}  "
    head = (
        look.style(where, bold=True)
        + f": {look.style(finding.severity.value, color, bold=True)} {look.style(finding.code, bold=True)}  "
    )
    sentence = visible(finding.message)
    lines = _wrapped(sentence, look.width, "    ", len(plain))
    text = head + lines[0] if lines[0] else head.rstrip()
    text += "".join("\n" + line for line in lines[1:])
    within = [f"message {message}"] if message else []
    within += [f"transaction {finding.transaction:,}"] if finding.transaction else []
    if finding.path:
        path = visible(finding.path)
        aside = f"({', '.join(within)})" if within else ""
        apart = "\n  " if look.width and columns(path) + len(aside) + 4 > look.width else "  "
        text += "\n  " + look.style(path, "cyan") + (apart + aside if aside else "")
    elif within:
        text += f"\n  ({', '.join(within)})"
    text += "".join("\n" + line for line in excerpt_lines(finding, look))
    for label, note in notes(finding):
        head = f"  {label}:".ljust(12)
        note_lines = _wrapped(visible(note), look.width, " " * 12, 12)
        text += "\n" + look.style(head, "green" if label == "hint" else None, dim=label != "hint") + note_lines[0]
        text += "".join("\n" + line for line in note_lines[1:])
    return text + "\n"


def _wrapped(text: str, width: int | None, indent: str, taken: int) -> list[str]:
    """``text`` in lines of ``width``: ``taken`` columns of the first are in use, the others begin with ``indent``.

    The first line is empty where nothing fits into it.
    """
    if width is None:
        return [text]
    if width - taken < 24:
        rest = textwrap.wrap(text, width, initial_indent=indent, subsequent_indent=indent)
        return ["", *rest]
    lines = textwrap.wrap(text, width, initial_indent=" " * taken, subsequent_indent=indent)
    return [lines[0][taken:], *lines[1:]] if lines else [""]


def columns(text: str) -> int:
    """Columns that ``text`` takes on a terminal: wide characters take two, combining ones none."""
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def excerpt_lines(finding: Finding, look: Look) -> list[str]:
    """The source line and the caret under it, cut to what fits around the caret; empty without an excerpt."""
    if finding.excerpt is None:
        return []
    column = max(1, finding.excerpt_column or 1) - 1
    text = finding.excerpt.rstrip("\r\n")
    before = visible(text[:column].replace("\t", " "))
    after = visible(text[column:].replace("\t", " "))
    number = str(finding.line or "")
    gutter = max(4, len(number)) + 2
    room = (look.width or _EXCERPT_COLUMNS) - gutter - 3
    margin = room // 3
    stripped = before.lstrip(" ")
    if columns(before) + min(columns(after), room // 2) > room:
        before = stripped
    if columns(before) + min(columns(after), room // 2) > room:
        while columns(before) > margin:
            before = before[max(1, columns(before) - margin) :]
        before = "…" + before
    if columns(before) + columns(after) > room:
        left = room - columns(before) - 1
        while columns(after) > left:
            after = after[: -max(1, (columns(after) - left) // 2)]
        after += "…"
    bar = look.style("|", dim=True)
    lines = [f"{number.rjust(gutter)} {bar} {before}{after}".rstrip()]
    if finding.excerpt_column:
        caret = look.style("^", _SEVERITY_COLORS[finding.severity], bold=True)
        lines.append(f"{' ' * gutter} {bar} {' ' * columns(before)}{caret}")
    return lines


def verdict_paragraph(report: Report, look: Look) -> str:
    """The verdict on a file and what was checked, in one line; of several messages one for each that is not valid."""
    said = [_found(report.all_findings)] if report.all_findings else []
    if not report.messages:
        return _verdict_line(visible(report.file), report.verdict, said, look, "")
    if len(report.messages) == 1:
        said += _said(report.messages[0])
        return _verdict_line(visible(report.file), report.verdict, said, look, "")
    said.append(plural(len(report.messages), "message"))
    text = _verdict_line(visible(report.file), report.verdict, said, look, "")
    listed = 0
    alike: Counter[tuple[Verdict, str, str]] = Counter()
    transactions: Counter[tuple[Verdict, str, str]] = Counter()
    for number, message in enumerate(report.messages, 1):
        if message.verdict is not Verdict.VALID and listed < _MESSAGES_LISTED_MAX:
            listed += 1
            said = [_found(message.findings)] if message.findings else []
            said += _said(message)
            text += _verdict_line(f"message {number:,}", message.verdict, said, look, "  ")
        else:
            kind = (message.verdict, _what(message), what_checked(message))
            alike[kind] += 1
            transactions[kind] += message.transactions
    for kind, count in alike.items():
        verdict, what, checked = kind
        said = [f"{what}, {plural(transactions[kind], 'transaction')}", checked]
        text += _verdict_line(plural(count, "message"), verdict, said, look, "  ")
    return text


def _what(message: MessageReport) -> str:
    return visible(what_message(message).rsplit(", ", 1)[0])


def _said(message: MessageReport) -> list[str]:
    return [visible(what_message(message)), visible(what_checked(message))]


def _found(findings: Iterable[Finding]) -> str:
    counts = Counter(finding.severity for finding in findings)
    named = (("error", Severity.ERROR), ("warning", Severity.WARNING), ("note", Severity.INFO))
    return ", ".join(plural(counts[severity], name) for name, severity in named if counts[severity])


def _verdict_line(name: str, verdict: Verdict, said: list[str], look: Look, indent: str) -> str:
    lines = [f"{indent}{name}: {verdict.value}"]
    for part in said:
        if look.width and columns(lines[-1]) + columns(part) + 3 > look.width:
            lines.append(f"{indent}    {part}")
        else:
            lines[-1] += f" · {part}"
    head = f"{indent}{name}: {verdict.value}"
    styled = f"{indent}{look.style(name, bold=True)}: {look.style(verdict.value, _VERDICT_COLORS[verdict], bold=True)}"
    return "\n".join([styled + lines[0][len(head) :], *lines[1:]]) + "\n"


def summary_paragraph(tally: Tally, look: Look) -> str:
    """The last lines: what the run adds up to, and the codes that were found, the most frequent first."""
    clean = tally.files == tally.verdicts[Verdict.VALID]
    lines = _wrapped(summary(tally), look.width, "  ", 0)
    text = look.style("\n".join(lines), "green" if clean else "red", bold=True) + "\n"
    if tally.findings > 1 and not look.quiet:
        first = tally.codes.most_common(_CODES_LISTED_MAX)
        more = len(tally.codes) - len(first)
        codes = ", ".join(f"{code} {count:,}" for code, count in first) + (f", and {more} more" if more else "")
        text += "\n".join(_wrapped(codes, look.width, "  ", 0)) + "\n"
        text += look.style(f"More about a code: wissel explain {first[0][0]}", dim=True) + "\n"
    return text
