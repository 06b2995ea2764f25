"""``wissel route``: which way each payment of a file goes, and why."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from wissel.cli import console
from wissel.core.errors import UsageError

if TYPE_CHECKING:
    from wissel.engine.routing import RoutingRun
    from wissel.xml.sources.source import Source

_EXIT_ROUTED, _EXIT_REJECTED, _EXIT_USAGE = 0, 1, 2


@click.command(
    epilog=console.examples(
        ("wissel route payments.xml --bank bank", "The way of each payment, one line each."),
        ("wissel route payment.xml --bank bank --explain", "Every network that was asked, and every answer."),
        ("wissel route payment.xml --bank bank --at 2026-12-24T16:30:00+01:00", "As if it were then."),
        ("wissel route payments.xml --bank bank --format json", "As data, with all candidates."),
        ("wissel route payments.xml --bank bank --channel default", "With what that channel may do."),
    )
)
@click.argument("file", type=click.Path(), metavar="FILE")
@click.option("--bank", "folder", required=True, type=click.Path(), metavar="DIR", help="The bank directory.")
@click.option(
    "--at", "moment", metavar="TIME", help="The moment to decide for, in UTC where it names no zone. Default: now."
)
@click.option("--channel", metavar="NAME", help="The channel that the file came in by. Default: none is checked.")
@click.option("--explain", is_flag=True, help="Show every candidate with every criterion.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "jsonl"]),
    default="text",
    show_default=True,
    help="json: one document; jsonl: a line for each transaction. Both hold all candidates.",
)
@click.option("-o", "--output", type=click.Path(), metavar="OUT", help="Write to a file instead of standard output.")
def route(
    file: str, folder: str, moment: str | None, channel: str | None, explain: bool, form: str, output: str | None
) -> int:
    """Decide for each payment of a file which network takes it, who is next, how and when it is settled, and say why.

    FILE holds orders or payments (pain.001, pacs.008, pacs.009) that are valid against their schema, or is an archive
    of such files, or - for standard input. Nothing is booked or sent; what a payment takes from an account counts for
    those after it. The same input, bank directory and --at give the same bytes.

    \b
    Exit codes: 0 all are routed, 1 some are rejected or a message is not
    valid, 2 the call was wrong, 3 the bank directory or the installation is
    wrong.
    """
    from wissel.catalog.definitions import default_catalog
    from wissel.cli.output import opened, require_target
    from wissel.cli.render.layout import Layout
    from wissel.cli.render.route_text import RouteTally, write_route_json, write_route_lines, write_route_text
    from wissel.cli.verify import parsed_moment
    from wissel.core.clock import system_clock
    from wissel.engine.bank.files import load_bank
    from wissel.engine.routing import RoutingRun

    console.require_paths([file])
    require_target(output, [file])
    at = parsed_moment(moment) if moment is not None else system_clock()
    bank = load_bank(Path(folder))
    if channel is not None and channel not in bank.channels:
        raise UsageError(f"the bank has no channel '{channel}'{console.did_you_mean(channel, bank.channels)}")
    run = RoutingRun(bank, at, default_catalog(), channel)
    tally = RouteTally()
    with opened(output) as out:
        sources = _sources(file, run)
        if form == "json":
            write_route_json(sources, run, out, tally)
        elif form == "jsonl":
            write_route_lines(sources, run, out, tally)
        else:
            stream = sys.stdout
            layout = Layout() if output else Layout(console.color(stream), console.width(stream))
            write_route_text(sources, run, out, tally, layout, explain=explain, quiet=console.quiet())
    if not tally.files:
        console.complain(f"there is nothing to route in '{file}'")
        return _EXIT_USAGE
    return _EXIT_REJECTED if tally.rejected or tally.refused else _EXIT_ROUTED


def _sources(path: str, run: "RoutingRun") -> "Iterator[Source]":
    """The files at a path. Raises UsageError for a folder."""
    import os

    from wissel.xml.sources.source import Source, expand

    if os.path.isdir(path):
        raise UsageError(f"'{path}' is a folder; route takes one file")
    for item in expand([path], limits=run.limits, stdin=sys.stdin.buffer):
        if isinstance(item, Source):
            yield item
