"""``wissel shunt``: files that were set aside."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from wissel.cli import console
from wissel.core.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wissel.service.shunted import Shunted


@click.group(
    epilog=console.examples(
        ("wissel shunt list --bank bank", "Which files were set aside, and why."),
        ("wissel shunt retry a.xml --bank bank", "Put one back into its inbox, once the cause is mended."),
        ("wissel shunt retry --all --bank bank", "All of them."),
    )
)
def shunt() -> None:
    """Files that were set aside for a fault of the installation or of ours. Nothing of them was booked or sent."""


@shunt.command("list")
@click.option("--bank", "folder", required=True, type=click.Path(), metavar="DIR", help="The bank directory.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
def list_(folder: str, form: str) -> int:
    """List them: name, channel, when, and why."""
    from wissel.cli.output import opened
    from wissel.cli.render.files_text import FORMAT, shortened
    from wissel.cli.render.json import dumped
    from wissel.cli.render.layout import Layout
    from wissel.cli.render.table import Column, write_table

    found = _found(folder)
    with opened(None) as out:
        if form == "json":
            rows = [
                {"file": one.name, "channel": one.channel, "received": one.received, "record": one.record}
                | {"why": one.why}
                for one in found
            ]
            out.write(dumped({"format": FORMAT, "files": rows}) + "\n")
        elif not found:
            out.write("nothing was set aside\n")
        else:
            columns = (Column("file", whole=True), Column("channel"), Column("received", whole=True), Column("why"))
            cells = [[shortened(one.name), one.channel, one.received[:19].replace("T", " "), one.why] for one in found]
            write_table(columns, cells, out, Layout(console.color(sys.stdout), console.width(sys.stdout)))
    return 0


@shunt.command()
@click.argument("names", nargs=-1, metavar="[NAME]...")
@click.option("--all", "every", is_flag=True, help="All of them.")
@click.option("--bank", "folder", required=True, type=click.Path(), metavar="DIR", help="The bank directory.")
def retry(names: tuple[str, ...], every: bool, folder: str) -> int:
    """Put files back into the inboxes of their channels, to be worked on anew. NAME is as wissel shunt list shows it.

    The journal keeps what became of them before. Works also while wissel watch does.
    """
    from wissel.service.files import DiskFiles
    from wissel.service.shunted import retry as put_back
    from wissel.service.spool import Spool

    if every == bool(names):
        raise UsageError("name the files to try again, or give --all")
    found = _found(folder)
    chosen = found if every else [_named(name, found) for name in dict.fromkeys(names)]
    for one in chosen:
        target = put_back(Spool(Path(folder)), DiskFiles(), one)
        if not console.quiet():
            click.echo(console.visible(f"{one.name} is in {target.parent}/ again, as {target.name}"))
    if not chosen and not console.quiet():
        click.echo("nothing was set aside")
    return 0


def _found(folder: str) -> "list[Shunted]":
    from wissel.engine.bank.files import load_bank
    from wissel.service.shunted import shunted
    from wissel.service.spool import Spool

    load_bank(Path(folder))  # says what is wrong where it is no bank directory
    return list(shunted(Spool(Path(folder))))


def _named(name: str, found: "Sequence[Shunted]") -> "Shunted":
    for one in found:
        if name in (one.name, one.path.name):
            return one
    near = console.did_you_mean(name, [one.name for one in found])
    raise UsageError(f"no file '{name}' was set aside{near}")
