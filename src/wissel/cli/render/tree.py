"""The part of a file's outline that a page shows: small files whole, of large ones the faults and what is around."""

from collections import defaultdict
from collections.abc import Callable, Iterable

from wissel.core.finding import Finding
from wissel.validation.report import Report
from wissel.xml.blocks.outline import Row, Skip, canonical

ROWS_KEPT = 1_000
"""So many rows are shown in any case; beyond, what has no fault is left out block by block."""
ROWS_MAX = 6_000
"""The tree stops here whatever comes."""
_BLOCK_ROWS = 10
_LARGE_ROWS = 50
_REPEATS_SHOWN = 20


class Node:
    """An element of the page's tree: its row, what is kept below it, and the faults that belong here."""

    __slots__ = ("absent", "children", "faults", "marked", "row", "size")

    def __init__(self, row: Row) -> None:
        self.row = row
        self.children: list[Node | LeftOut] = []
        self.faults: list[int] = []
        """Numbers of findings about this element."""
        self.absent: list[int] = []
        """Numbers of findings about something below it that is not there."""
        self.marked = False
        """True with a fault here or below."""
        self.size = 1
        """Rows here and below that are kept."""


class LeftOut:
    """Elements that stood here and are not shown, counted by tag."""

    __slots__ = ("counts",)

    def __init__(self) -> None:
        self.counts: dict[str, int] = defaultdict(int)


Rows = Callable[[Skip], Iterable[Row]]
"""Gives the rows of the file, without the content of what is to be skipped."""


class Trees:
    """The trees of one file: ``roots`` by message (0: what belongs to none), and which findings found their place."""

    def __init__(self, report: Report, rows: Rows, rows_kept: int = ROWS_KEPT) -> None:
        self.roots: dict[int, list[Node]] = defaultdict(list)
        self.placed: set[int] = set()
        self.stopped = False
        """True where the tree ends before the file does."""
        self.findings: list[Finding] = []
        """All findings of the report, by their numbers."""
        self.file_findings = len(report.findings)
        """How many of them, the first ones, belong to no message."""
        self._messages = len(report.messages)
        self._rows_kept = rows_kept
        self._kept = 0
        self._full = False
        """True once ``rows_kept`` was exceeded: from there on what has no fault is left out."""
        self._open: list[Node] = []
        self._at: dict[tuple[int, str], list[int]] = defaultdict(list)
        self._below: dict[tuple[int, str], list[int]] = defaultdict(list)
        self._by_line: list[tuple[int, int]] = []
        self._last: Node | None = None
        for number, (message, finding) in enumerate(numbered(report)):
            self.findings.append(finding)
            self._expect(number, message, finding)
        self._by_line.sort(reverse=True)
        self._build(rows(self._of_no_interest))

    def _expect(self, number: int, message: int, finding: Finding) -> None:
        if finding.path is None:
            if finding.line is not None:
                self._by_line.append((finding.line, number))
            return
        path = canonical(finding.path)
        self._at[message, path].append(number)
        while (path := path.rpartition("/")[0]) and len(path) < 10_000:
            self._below[message, path].append(number)

    def _build(self, rows: Iterable[Row]) -> None:
        for row in rows:
            while len(self._open) > row.depth:
                self._close()
            done = row.left_out and len(self.placed) == len(self.findings)
            if done or self._kept >= ROWS_MAX:
                self.stopped = True
                break
            self._place_by_line(row.line)
            node = self._last = Node(row)
            group = self._group(row.message)
            if row.tag[0] != "#":
                node.faults = [n for n in self._at.get((group, row.path), ()) if n not in self.placed]
                self.placed.update(node.faults)
            self._kept += 1
            self._full = self._full or self._kept > self._rows_kept
            self._open.append(node)
        while self._open:
            self._close()
        self._place_by_line(None)

    def _group(self, message: int) -> int:
        return message if message <= self._messages else 0

    def _of_no_interest(self, message: int, path: str) -> bool:
        """Whether an element will be left out whatever it holds: a repeated one without faults, with no room left."""
        if not self._full or not path.endswith("]") or self._by_line:
            return False
        key = (self._group(message), path)
        return key not in self._at and key not in self._below

    def _place_by_line(self, line: int | None) -> None:
        """Findings that have no path but a line belong to the last element that begins no later."""
        while self._by_line and self._last and (line is None or self._by_line[-1][0] < line):
            number = self._by_line.pop()[1]
            self._last.faults.append(number)
            self._last.marked = True
            for node in self._open:
                node.marked = True
            self.placed.add(number)

    def _close(self) -> None:
        node = self._open.pop()
        group = self._group(node.row.message)
        if node.row.tag[0] != "#" and not self.stopped:  # what has not been seen is not absent
            node.absent = [n for n in self._below.get((group, node.row.path), ()) if n not in self.placed]
            self.placed.update(node.absent)
        node.marked = node.marked or bool(node.faults or node.absent)
        parent = self._open[-1] if self._open else None
        if parent is None or self._group(parent.row.message) != group:
            self.roots[group].append(node)
            return
        if self._left_out(node):
            self._kept -= node.size
            if not parent.children or not isinstance(parent.children[-1], LeftOut):
                parent.children.append(LeftOut())
            gap = parent.children[-1]
            assert isinstance(gap, LeftOut)
            gap.counts[node.row.tag] += 1
            return
        parent.children.append(node)
        parent.size += node.size
        parent.marked = parent.marked or node.marked

    def _left_out(self, node: Node) -> bool:
        """Whether a complete element is too much: memory stays flat because every large one comes by here."""
        if node.row.left_out:
            return True
        if node.marked or not self._full:
            return False
        index = node.row.path.rpartition("[")[2].rstrip("]") if node.row.path.endswith("]") else "1"
        repeated = index.isdigit() and int(index) > 1
        return node.size >= _LARGE_ROWS or (repeated and (node.size >= _BLOCK_ROWS or int(index) > _REPEATS_SHOWN))


def numbered(report: Report) -> list[tuple[int, Finding]]:
    """All findings of a report in order, each with its message's number, 0 for the file's own."""
    own = [(0, finding) for finding in report.findings]
    return own + [(n, f) for n, message in enumerate(report.messages, 1) for f in message.findings]
