"""A progress bar on standard error for long work: bytes, files, findings, remaining time.

It appears only on a terminal and only after a while; text on the same terminal goes above it. It is drawn by the
thread that works, never by one of its own, so that nothing is drawn into what is being printed.
"""

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, TextIO, cast

from wissel.core.clock import milliseconds
from wissel.validation.report import Report

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

    from wissel.xml.sources.source import Skipped, Source

QUIET_MILLISECONDS = 1_000
"""Work that takes no longer shows no bar."""
_REDRAW_MILLISECONDS = 100
_FILES_SIZED_MAX = 20_000
"""Files whose sizes are added up beforehand; of more, the total (and the remaining time) is not known."""
_PACKED = (".zip", ".gz", ".tgz", ".tar", ".bz2", ".xz", ".tbz2", ".txz")


class Meter:
    """Counts what is done and draws it, when due, on ``stream``."""

    def __init__(self, stream: TextIO, total_bytes: int | None, clock: Callable[[], int] = milliseconds) -> None:
        self.stream = stream
        self.total_bytes = total_bytes
        self.bytes = 0
        """Bytes of finished files."""
        self.part_bytes = 0
        """Bytes read of the file in work."""
        self.files = 0
        self.findings = 0
        self._clock = clock
        self._due = clock() + QUIET_MILLISECONDS
        self._bar: Progress | None = None
        self._task: TaskID | None = None
        self._shown = False

    def read(self, offset_bytes: int) -> None:
        """The file in work has been read up to ``offset_bytes`` (it may be read more than once)."""
        self.part_bytes = max(self.part_bytes, offset_bytes)
        self.refresh()

    def finished(self, report: Report) -> None:
        """A file is done."""
        self.counted(report.bytes, len(report.all_findings))

    def counted(self, size_bytes: int, findings: int) -> None:
        """A file of so many bytes is done."""
        self.bytes += size_bytes
        self.part_bytes = 0
        self.files += 1
        self.findings += findings
        self.refresh()

    def refresh(self) -> None:
        """Draw the bar if it is time to."""
        now = self._clock()
        if now < self._due:
            return
        self._due = now + _REDRAW_MILLISECONDS
        bar = self._bar or self._made()
        if not self._shown:
            bar.start()
            self._shown = True
        assert self._task is not None
        done = self.bytes + self.part_bytes
        bar.update(self._task, completed=done, files=f"{self.files:,}", findings=f"{self.findings:,}")
        bar.refresh()

    def hide(self) -> None:
        """Take the bar away, so that something can be printed; it comes back by itself."""
        if self._shown and self._bar is not None:
            self._bar.stop()
            self._shown = False

    def _made(self) -> "Progress":
        from rich.console import Console
        from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

        columns = (
            BarColumn(bar_width=None),
            DownloadColumn(),
            TextColumn("{task.fields[files]} files"),
            TextColumn("{task.fields[findings]} findings"),
            TimeRemainingColumn(compact=True),
        )
        console = Console(file=self.stream, force_terminal=True)
        self._bar = Progress(*columns, console=console, auto_refresh=False, transient=True, expand=True)
        self._task = self._bar.add_task("", total=self.total_bytes, files="0", findings="0")
        return self._bar


def metered(items: "Iterable[Report | Skipped]", meter: Meter) -> "Iterator[Report | Skipped]":
    """The same items, counted by ``meter``; the bar is gone whenever one is handed on and at the end."""
    try:
        for item in items:
            if isinstance(item, Report):
                meter.finished(item)
            yield item
    finally:
        meter.hide()


class WatchedSource:
    """A source that tells a meter how far it has been read; sent to another process, it is the plain source."""

    def __init__(self, source: "Source", meter: Meter) -> None:
        self._source = source
        self._meter = meter

    def open(self) -> BinaryIO:
        """As the source's own."""
        return cast(BinaryIO, _WatchedFile(self._source.open(), self._meter))

    def __getattr__(self, name: str) -> object:
        if name.startswith("__"):
            raise AttributeError(name)
        return getattr(self._source, name)

    def __reduce__(self) -> "tuple[Callable[[Source], Source], tuple[Source]]":
        return _plain, (self._source,)


def _plain(source: "Source") -> "Source":
    return source


class _WatchedFile:
    def __init__(self, file: BinaryIO, meter: Meter) -> None:
        self._file = file
        self._meter = meter
        self._offset = 0

    def read(self, size: int = -1, /) -> bytes:
        data = self._file.read(size)
        self._offset += len(data)
        self._meter.read(self._offset)
        return data

    def __getattr__(self, name: str) -> object:
        return getattr(self._file, name)

    def __enter__(self) -> "_WatchedFile":
        self._file.__enter__()
        return self

    def __exit__(self, *details: object) -> None:
        self._file.close()


class HidingStream:
    """A text stream on the bar's own terminal: the bar is taken away before anything is written."""

    def __init__(self, stream: TextIO, meter: Meter) -> None:
        self._stream = stream
        self._meter = meter

    def write(self, text: str, /) -> int:
        """As the stream's own."""
        self._meter.hide()
        return self._stream.write(text)

    def __getattr__(self, name: str) -> object:
        return getattr(self._stream, name)


def total_bytes(paths: Sequence[str]) -> int | None:
    """Bytes of all files at and below ``paths``; None where that is not known: standard input, archives, too many."""
    total = count = 0
    for path in paths:
        for file in _files(path):
            count += 1
            if file == "-" or file.lower().endswith(_PACKED) or count > _FILES_SIZED_MAX:
                return None
            try:
                total += Path(file).stat().st_size
            except OSError:
                return None
    return total or None


def _files(path: str) -> Iterator[str]:
    if not os.path.isdir(path):
        yield path
        return
    for folder, _, names in os.walk(path):
        for name in names:
            yield os.path.join(folder, name)
