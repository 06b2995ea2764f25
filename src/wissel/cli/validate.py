"""``wissel validate``: check files, folders and archives, and report in one of six formats."""

import os
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, TextIO, cast

import click

from wissel.cli import console
from wissel.core.errors import UsageError

if TYPE_CHECKING:
    from wissel.cli.progress import Meter
    from wissel.cli.render.tally import Tally
    from wissel.service.batch import BatchError
    from wissel.validation.report import Report
    from wissel.validation.validate import Options
    from wissel.xml.sources.source import Skipped, Source

FORMATS = ("text", "json", "jsonl", "sarif", "junit", "html")
_SUFFIXES = {
    ".json": "json",
    ".jsonl": "jsonl",
    ".sarif": "sarif",
    ".xml": "junit",
    ".html": "html",
    ".htm": "html",
}

_EXIT_CLEAN, _EXIT_FINDINGS, _EXIT_USAGE = 0, 1, 2


@dataclass(frozen=True, slots=True)
class Call:
    """What the user asked for."""

    paths: tuple[str, ...]
    format: str
    output: str | None
    jobs: int | None
    include: tuple[str, ...]


def _guideline(_context: click.Context, _parameter: click.Parameter, value: str) -> str:
    from wissel.validation.names import AUTO, SCHEMA, names

    if value.endswith(".toml"):
        if not os.path.isfile(value):
            raise UsageError(f"there is no guideline file '{console.visible(value)}'")
        return value
    known = (SCHEMA, AUTO, *names())
    if value not in known:
        near = console.did_you_mean(value, known) or f"; known are {', '.join(known)}"
        raise UsageError(f"there is no guideline '{console.visible(value)}'{near}")
    return value


@click.command(
    epilog=console.examples(
        ("wissel validate payment.xml", "Say what is wrong, where, and how to mend it."),
        ("wissel validate inbox/ --include '*.xml'", "Every file of that name in a folder and below."),
        ("wissel validate night.zip --format html -o night.html", "A page that a colleague can open."),
        ("wissel validate inbox/ --guideline auto", "Each by the rules of the network that it is for."),
        ("curl -s URL | wissel validate - --format json", "Read standard input, write JSON."),
        ("wissel validate inbox/ -q --format sarif -o wissel.sarif", "For a code-scanning viewer."),
    )
)
@click.argument("paths", nargs=-1, required=True, type=click.Path(), metavar="PATH...")
@click.option(
    "--guideline",
    default="iso",
    show_default=True,
    metavar="NAME|FILE",
    callback=_guideline,
    help="What to check beyond the official schema: a guideline by name, one of your own in a TOML file, 'auto' for "
    "the one that each message speaks for, 'schema' for nothing more. `wissel guideline list` names them all.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(FORMATS),
    help="How to report. Default: by the name of the output file (.json, .jsonl, .sarif, .xml for JUnit, .html), "
    "else text.",
)
@click.option(
    "-o", "--output", type=click.Path(), metavar="FILE", help="Write the report to FILE, whole or not at all."
)
@click.option(
    "--jobs",
    type=click.IntRange(1, 256),
    metavar="N",
    help="Processes to use. Default: one for each processor; a single file needs one.",
)
@click.option(
    "--max-findings",
    "findings_max",
    type=click.IntRange(1),
    metavar="N",
    help="Findings to list for one file; more are counted. Default: 1000.",
)
@click.option(
    "--include",
    multiple=True,
    metavar="GLOB",
    help="In folders and archives, take only files whose name matches; may be given more than once.",
)
@click.option(
    "--as-of", metavar="DATE", callback=console.date_given, help="Judge by the rules of this day. Default: today (UTC)."
)
def validate(
    paths: tuple[str, ...],
    guideline: str,
    form: str | None,
    output: str | None,
    jobs: int | None,
    findings_max: int | None,
    include: tuple[str, ...],
    as_of: date | None,
) -> int:
    """Check ISO 20022 messages: files, folders, archives, or standard input (-).

    Every message is checked against its official schema and by a usage guideline (ISO 20022's own rules, unless
    --guideline names a network's); the report says what was checked, all that is wrong, where,
    and how to mend it. A file may be plain XML or packed (.gz, .zip, .tar.*); of a folder, every file that looks like
    XML or an archive is taken.

    With --quiet, text shows only the errors of files that are not valid, and the summary.

    \b
    Exit codes: 0 all valid, 1 a file is not valid, 2 the call was wrong or there
    was nothing to check, 3 the installation is wrong, 4 a fault of ours.
    """
    from wissel.core.clock import system_clock, today
    from wissel.core.limits import Limits
    from wissel.validation.validate import Options

    limits = Limits() if findings_max is None else replace(Limits(), findings_max=findings_max)
    options = Options(guideline=guideline, limits=limits, as_of=as_of or today(system_clock))
    return run(Call(paths, form or _format_of(output), output, jobs, include), options)


def _format_of(output: str | None) -> str:
    return next((form for suffix, form in _SUFFIXES.items() if (output or "").lower().endswith(suffix)), "text")


def run(call: Call, options: "Options") -> int:
    """Check what was asked for, write the report, and return the exit code.

    Raises UsageError and other WisselErrors, and BatchError after the report is written where we failed at a file.
    """
    from wissel.cli.output import opened, require_target
    from wissel.cli.progress import metered
    from wissel.cli.render.tally import Tally, summary
    from wissel.service.batch import validate_all
    from wissel.validation.report import Verdict

    require_target(call.output, call.paths)
    tally = Tally()
    failed: list[BatchError] = []
    with _meter(call) as meter, ExitStack() as stack:
        sources = _Sources(_expanded(call, options), meter)
        items = validate_all(sources, options, call.jobs)
        stack.callback(items.close)  # ends its processes, should writing fail
        reports = tally.counted(_surviving(items if meter is None else metered(items, meter), failed))
        first = next(reports, None)
        if first is None:
            console.complain(_nothing(call, tally.skipped))
            return _EXIT_USAGE
        with opened(call.output) as out:
            stream = out
            if meter is not None and console.is_terminal(out):
                from wissel.cli.progress import HidingStream

                stream = cast(TextIO, HidingStream(out, meter))
            _write(call.format, _chained(first, reports), sources, stream, tally)
    if call.output not in (None, "-") and not console.quiet():
        console.complain(f"{call.output} written · {summary(tally)}")
    if failed:
        raise failed[0]
    return _EXIT_CLEAN if tally.files == tally.verdicts[Verdict.VALID] else _EXIT_FINDINGS


def _expanded(call: Call, options: "Options") -> "Iterator[Source | Skipped]":
    """All that is to be checked, without the report itself, which may lie in one of the folders."""
    from wissel.xml.sources.source import expand

    items = expand(call.paths, include=call.include, limits=options.limits, stdin=sys.stdin.buffer)
    if call.output in (None, "-"):
        return iter(items)
    from wissel.cli.output import staging

    own = {os.path.realpath(call.output or ""), staging(call.output or "")}
    return (item for item in items if os.path.realpath(item.name) not in own)


class _Sources:
    """Hands out sources one by one, and keeps each until its report has come: the page opens it again for its tree."""

    def __init__(self, items: "Iterable[Source | Skipped]", meter: "Meter | None") -> None:
        self._items = iter(items)
        self._meter = meter
        self._waiting: deque[Source] = deque()

    def __iter__(self) -> "Iterator[Source | Skipped]":
        for item in self._items:
            if not hasattr(item, "open"):
                yield item
                continue
            source = cast("Source", item)
            self._waiting.append(source)
            yield source if self._meter is None else self._watched(source, self._meter)

    @staticmethod
    def _watched(source: "Source", meter: "Meter") -> "Source":
        from wissel.cli.progress import WatchedSource

        return cast("Source", WatchedSource(source, meter))

    def of_next_report(self) -> "Source":
        """The source of the report that came last; to be called once for each report, in order."""
        return self._waiting.popleft()


def _surviving(items: "Iterator[Report | Skipped]", failed: "list[BatchError]") -> "Iterator[Report | Skipped]":
    """The items; that we failed at some comes last, and is kept for when the report is written."""
    from wissel.service.batch import BatchError

    try:
        yield from items
    except BatchError as error:
        failed.append(error)


def _chained(first: "Report", rest: "Iterator[Report]") -> "Iterator[Report]":
    yield first
    yield from rest


def _nothing(call: Call, skipped: int) -> str:
    where = ", ".join(f"'{path}'" for path in call.paths[:3]) + (" and others" if len(call.paths) > 3 else "")
    if skipped:
        files = "1 file is" if skipped == 1 else f"{skipped:,} files are"
        return f"there is nothing to check in {where}: {files} neither XML nor an archive"
    only = f" that matches {' or '.join(call.include)}" if call.include else ""
    return f"there is nothing to check in {where}: no file{only} was found"


@contextmanager
def _meter(call: Call) -> "Iterator[Meter | None]":
    """The progress bar, where somebody can see it."""
    if console.quiet() or not console.is_terminal(sys.stderr) or not console.color(sys.stderr):
        yield None
        return
    from wissel.cli.progress import Meter, total_bytes

    meter = Meter(sys.stderr, total_bytes(call.paths))
    try:
        yield meter
    finally:
        meter.hide()


def _write(form: str, reports: "Iterator[Report]", sources: _Sources, out: TextIO, tally: "Tally") -> None:
    """Write the reports in the format of that name."""
    if form == "html":
        from wissel.cli.render.html import write_html

        write_html(((report, sources.of_next_report()) for report in reports), out, tally)
        return
    if form == "text":
        from wissel.cli.render.text import Look, write_text

        look = Look(console.color(out), console.width(out), console.quiet())
        write_text(_released(reports, sources), out, tally, look)
        return
    _writer(form)(_released(reports, sources), out, tally)


def _released(reports: "Iterator[Report]", sources: _Sources) -> "Iterator[Report]":
    for report in reports:
        sources.of_next_report()
        yield report


def _writer(form: str) -> "Callable[[Iterable[Report], TextIO, Tally], None]":
    if form == "sarif":
        from wissel.cli.render.sarif import write_sarif

        return write_sarif
    if form == "junit":
        from wissel.cli.render.junit import write_junit

        return write_junit
    from wissel.cli.render.json import write_json, write_jsonl

    return write_json if form == "json" else write_jsonl
