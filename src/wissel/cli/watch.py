"""``wissel watch``: work on files as they come."""

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING

import click

from wissel.cli import console
from wissel.cli.process import jobs_option, milliseconds_given, settle_option

if TYPE_CHECKING:
    from types import FrameType

    from wissel.core.clock import Clock
    from wissel.service.watching import Tell

_SIGNALS = (signal.SIGTERM, signal.SIGINT)


@click.command(
    epilog=console.examples(
        ("wissel watch --bank bank", "One line for each file, until it is stopped."),
        ("wissel watch --bank bank --settle 0", "Where files appear whole, by being renamed into in/."),
        ("wissel watch --bank bank --poll 10", "On a network share: look every ten seconds."),
        ("wissel status --bank bank", "In another window: how it stands."),
    )
)
@click.option("--bank", "folder", required=True, type=click.Path(), metavar="DIR", help="The bank directory.")
@click.option(
    "--poll",
    "poll_ms",
    default="1",
    show_default=True,
    metavar="SECONDS",
    callback=milliseconds_given,
    help="Look for files so often, even where the system tells of no change.",
)
@settle_option
@jobs_option
def watch(folder: str, poll_ms: int, settle_ms: int, jobs: int | None) -> int:
    """Work on files as they come into the inboxes of a bank directory, as wissel process does, until SIGTERM or SIGINT
    (Ctrl-C): the files in work are then finished, and no other is taken. A changed configuration is gone by from the
    next files on; a wrong one is said, and the old one stays in force. SIGHUP asks for a look at it.

    Each file has one line, on standard output: names, identifiers and counts, no payment data. A disk that is full or
    read-only, or a database that does not answer, is said once; the work waits for it and goes on. With the extra
    watch (pip install 'wissel[watch]') the system tells of new files; without it they are looked for, see --poll.

    \b
    Exit codes: 0 it was stopped, 2 the call was wrong, 3 the bank directory
    or the installation is not right, or another process works on it.
    """
    from wissel.core.clock import milliseconds, system_clock
    from wissel.service.draining import Pace
    from wissel.service.pooled import with_processes
    from wissel.service.renewing import renewal_of
    from wissel.service.running import jobs_of, opened
    from wissel.service.waking import Polling, wake_for
    from wissel.service.watching import Rhythm
    from wissel.service.watching import watch as work

    stop, look = Event(), Event()
    poll_ms = max(10, poll_ms)
    with _heeding(stop, look), opened(Path(folder)) as station:
        tell = _tell(system_clock)
        pace = Pace(settle_ms, milliseconds, Polling(stop))
        renewal = renewal_of(station, milliseconds, partial(_taken, look), partial(_say, system_clock))
        folders = (station.spool.inbox, station.spool.instructions)
        rhythm = Rhythm(pace, poll_ms, wake_for(folders, stop, poll_ms), stop.is_set, renewal)
        _say(system_clock, f"watching {station.spool.inbox}")
        with with_processes(station, jobs_of(station, jobs)) as working:
            work(working, rhythm, tell)
        _say(system_clock, "stopped")
    return 0


def _taken(event: Event) -> bool:
    """Whether an event was set; it is not any more."""
    was_set = event.is_set()
    event.clear()
    return was_set


@contextmanager
def _heeding(stop: Event, look: Event) -> Iterator[None]:
    """Let signals ask for an end; a second one ends at once, which loses nothing either. SIGHUP asks for a look at the
    configuration."""

    def asked(number: int, _frame: "FrameType | None") -> None:
        if number == signal.SIGHUP:
            look.set()
            return
        stop.set()
        for each in _SIGNALS:
            signal.signal(each, before[each])

    before = {number: signal.signal(number, asked) for number in (*_SIGNALS, signal.SIGHUP)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _tell(clock: "Clock") -> "Tell":
    from wissel.cli.render.files_text import line_of
    from wissel.service.watching import Tell

    return Tell(
        finished=lambda done: _say(clock, line_of(done)),
        trouble=lambda reason: _say(clock, f"waiting: {console.in_line(reason)}"),
        over=lambda: _say(clock, "it works again"),
        left=lambda path, reason: _say(clock, f"left where it is: {console.in_line(str(path))}: {reason}"),
    )


def _say(clock: "Clock", text: str) -> None:
    """A line of the log; a log that cannot be written (its disk may be full, too) stops no work."""
    try:
        click.echo(f"{clock():%Y-%m-%dT%H:%M:%SZ} {text}")
        sys.stdout.flush()
    except OSError:
        pass
