"""``wissel status``: how a bank directory stands."""

import sys
from pathlib import Path

import click

from wissel.cli import console

_EXIT_SOUND, _EXIT_LOOK = 0, 1


@click.command(
    epilog=console.examples(
        ("wissel status --bank bank", "What waits, what is open, and whether the books are right."),
        ("wissel status --bank bank --format json", "The same for a program that watches over it."),
    )
)
@click.option("--bank", "folder", required=True, type=click.Path(), metavar="DIR", help="The bank directory.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
def status(folder: str, form: str) -> int:
    """Show how a bank directory stands: files in each folder, records that are open, orders that wait for their day or
    are held, payments without an answer, whether the books sum to zero, and the journal's last entry.

    It only reads, also while wissel watch works.

    \b
    Exit codes: 0 all is well, 1 the books do not sum to zero or files were
    set aside, 2 the call was wrong, 3 the bank directory cannot be used.
    """
    from wissel.cli.output import opened
    from wissel.cli.render.json import dumped
    from wissel.cli.render.layout import Layout
    from wissel.cli.render.status_text import standing_as_dict, write_standing
    from wissel.service.running import looked_into
    from wissel.service.standing import standing

    with looked_into(Path(folder)) as (bank, database):
        found = standing(bank, database)
    with opened(None) as out:
        if form == "json":
            out.write(dumped(standing_as_dict(found)) + "\n")
        else:
            write_standing(bank, found, out, Layout(console.color(sys.stdout), console.width(sys.stdout)))
    return _EXIT_SOUND if found.sound else _EXIT_LOOK
