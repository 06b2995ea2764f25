"""``wissel process``: work on all files that wait in a bank directory, once."""

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from wissel.cli import console
from wissel.core.errors import UsageError

if TYPE_CHECKING:
    from wissel.core.clock import Clock
    from wissel.service.filedrop import Finished

_EXIT_ACCEPTED, _EXIT_SOME_NOT = 0, 1
SETTLE = "1"


def milliseconds_given(_context: click.Context, parameter: click.Parameter, value: str) -> int:
    """The callback of an option that takes seconds. Raises UsageError for what is no number of them."""
    from decimal import Decimal, InvalidOperation

    try:
        seconds = Decimal(value)
    except InvalidOperation:
        seconds = Decimal(-1)
    if not seconds.is_finite() or not 0 <= seconds <= 86_400:
        raise UsageError(f"{parameter.opts[0]}: '{value}' is no number of seconds from 0 to 86400")
    return int(seconds * 1_000)


settle_option = click.option(
    "--settle",
    "settle_ms",
    default=SETTLE,
    show_default=True,
    metavar="SECONDS",
    callback=milliseconds_given,
    help="Take a file once it has not changed for so long; 0 where files appear whole.",
)
jobs_option = click.option(
    "--jobs",
    type=click.IntRange(1),
    metavar="N",
    help="Processes that read files. Default: jobs in wissel.toml, else one a processor.",
)


@click.command(
    epilog=console.examples(
        ("wissel process --bank bank", "Work on what waits in bank/in/, and say what became of each file."),
        ("wissel process --bank bank --settle 0", "Where files appear whole, by being renamed into in/."),
        ("wissel process --bank bank --format json", "The same for a program."),
        ("wissel watch --bank bank", "Work on files as they come."),
    )
)
@click.option("--bank", "folder", required=True, type=click.Path(), metavar="DIR", help="The bank directory.")
@click.option("--at", "moment", metavar="TIME", help="The time of receipt, with its zone. Default: now.")
@settle_option
@jobs_option
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option("-o", "--output", type=click.Path(), metavar="OUT", help="Write to a file instead of standard output.")
def process(folder: str, moment: str | None, settle_ms: int, jobs: int | None, form: str, output: str | None) -> int:
    """Work on all files that wait in the inboxes of a bank directory: check, verify, route, book, answer, send.

    Each file ends, under its name, in done/, failed/ (refused) or shunt/ (set aside for a fault of ours or of the
    installation), with NAME.report.json beside it. What it led to stands in out/. What an earlier run left when it was
    stopped is finished first: nothing is lost, and nothing is booked or sent twice.

    \b
    Exit codes: 0 all files were accepted, 1 some are in failed/ or shunt/,
    2 the call was wrong, 3 the bank directory, disk or database is not right;
    what waited still does, run it again.
    """
    import time

    from wissel.cli.output import opened, require_target
    from wissel.cli.render.files_text import FileTally, write_files_json, write_files_text
    from wissel.cli.render.layout import Layout
    from wissel.core.clock import milliseconds
    from wissel.service.draining import Pace, drain
    from wissel.service.pooled import with_processes
    from wissel.service.running import jobs_of
    from wissel.service.running import opened as bank_opened
    from wissel.service.spool import left_alone

    require_target(output, [])
    clock = clock_of(moment)
    pace = Pace(settle_ms, milliseconds, lambda wait_ms: time.sleep(wait_ms / 1_000))
    tally = FileTally()
    with bank_opened(Path(folder), clock) as station, with_processes(station, jobs_of(station, jobs)) as working:
        with opened(output) as out:
            files = _metered(drain(working, pace), Path(folder))
            if form == "json":
                write_files_json(files, out, tally)
            else:
                stream = sys.stdout
                layout = Layout() if output else Layout(console.color(stream), console.width(stream))
                write_files_text(files, out, tally, layout, quiet=console.quiet())
        for path, reason in left_alone(working.spool):
            console.complain(console.in_line(f"{path} is left where it is: {reason}"))
    return _EXIT_ACCEPTED if tally.clean else _EXIT_SOME_NOT


def clock_of(moment: str | None) -> "Clock":
    """The clock that ``--at`` asks for: one that stands, or the machine's. Raises UsageError."""
    from wissel.cli.verify import parsed_moment
    from wissel.core.clock import fixed_clock, system_clock

    return system_clock if moment is None else fixed_clock(parsed_moment(moment))


def _metered(files: "Iterable[Finished]", folder: Path) -> "Iterator[Finished]":
    """The same files; on a terminal with a bar, once it takes a while."""
    if not console.is_terminal(sys.stderr) or console.quiet():
        yield from files
        return
    from wissel.cli.progress import Meter, total_bytes

    meter = Meter(sys.stderr, total_bytes([str(folder / "in"), str(folder / "work")]))
    try:
        for done in files:
            meter.counted(done.record.receipt.size_bytes, 0)
            yield done
    finally:
        meter.hide()
