"""The elements of a file as an indented tree with values and lines, what is wrong marked in its place."""

from collections import defaultdict
from collections.abc import Iterable
from typing import TextIO

from wissel.cli.console import visible
from wissel.cli.render.layout import Layout
from wissel.cli.render.tree import numbered
from wissel.core.finding import Finding, Severity
from wissel.validation.report import Report
from wissel.xml.blocks.outline import TEXT, Row, canonical

_COLORS = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.INFO: "cyan"}
_LINE_COLUMNS = 7


class _Marks:
    """The findings of a report by where they belong. Each is handed out once."""

    def __init__(self, report: Report) -> None:
        self._at: dict[tuple[int, str], list[Finding]] = defaultdict(list)
        self._messages = len(report.messages)
        self._left: dict[int, Finding] = {}
        """Those not yet handed out, by identity."""
        for message, finding in numbered(report):
            self._left[id(finding)] = finding
            if finding.path is not None:
                self._at[message, canonical(finding.path)].append(finding)
        self._inside: dict[tuple[int, str], list[tuple[int, str]]] = defaultdict(list)
        for message, path in self._at:
            if parent := path.rpartition("/")[0]:
                self._inside[message, parent].append((message, path))

    def at(self, row: Row) -> list[Finding]:
        """Findings about the element of this row."""
        return self._taken(self._at.get((self._message(row), row.path), ()))

    def absent_in(self, row: Row) -> list[Finding]:
        """Findings about what should stand directly in the element of this row, and does not."""
        message = self._message(row)
        places = self._inside.get((message, row.path), ())
        return self._taken(finding for place in places for finding in self._at[place])

    def rest(self) -> list[Finding]:
        """Findings that no element was found for."""
        return self._taken(list(self._left.values()))

    def _message(self, row: Row) -> int:
        return row.message if row.message <= self._messages else 0

    def _taken(self, findings: Iterable[Finding]) -> list[Finding]:
        return [one for one in findings if self._left.pop(id(one), None) is not None]


def write_outline(rows: Iterable[Row], report: Report, out: TextIO, layout: Layout) -> None:
    """Write one line for each row, in flat memory, then what could not be placed."""
    marks = _Marks(report)
    open_rows: list[Row] = []
    message = 0
    for row in rows:
        _close(open_rows, row.depth, marks, out, layout)
        if row.message not in (0, message) and len(report.messages) > 1:
            out.write(layout.style(f"{'':{_LINE_COLUMNS}}  -- message {row.message} --\n", dim=True))
        message = row.message or message
        out.write(_line(row, layout) + "\n")
        if row.tag != TEXT:
            _write_marks(marks.at(row), row.depth + 1, out, layout)
            open_rows.append(row)
    _close(open_rows, 0, marks, out, layout)
    _write_marks(marks.rest(), 0, out, layout)


def _close(open_rows: list[Row], depth: int, marks: _Marks, out: TextIO, layout: Layout) -> None:
    """Elements from ``depth`` on have ended: now it is known what is absent in them."""
    while open_rows and open_rows[-1].depth >= depth:
        row = open_rows.pop()
        _write_marks(marks.absent_in(row), row.depth + 1, out, layout)


def _line(row: Row, layout: Layout) -> str:
    number = f"{row.line:>{_LINE_COLUMNS},}" if row.line is not None else " " * _LINE_COLUMNS
    name = "(text)" if row.tag == TEXT else row.tag
    parts = [layout.style(name, bold=row.text is None)]
    parts += [layout.style(visible(f"{key}={value}"), dim=True) for key, value in row.attributes]
    if row.text is not None:
        parts.append(visible(row.text))
    return f"{layout.style(number, dim=True)}  {'  ' * row.depth}{'  '.join(parts)}"


def _write_marks(findings: Iterable[Finding], depth: int, out: TextIO, layout: Layout) -> None:
    for finding in findings:
        where = f"line {finding.line:,}: " if finding.line is not None and not depth else ""
        text = visible(f"{finding.code}: {where}{finding.message}")
        mark = layout.style(f"{'>>>':>{_LINE_COLUMNS}}  {'  ' * depth}{text}", _COLORS[finding.severity])
        out.write(mark + "\n")
