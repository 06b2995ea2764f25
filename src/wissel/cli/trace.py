"""``wissel trace``: the life of a payment."""

import sys
from pathlib import Path

import click

from wissel.cli import console

_EXIT_FOUND, _EXIT_NOT_FOUND = 0, 1


@click.command(
    epilog=console.examples(
        ("wissel trace ANNA-1 --bank bank", "By EndToEndId, UETR, TxId, InstrId or message identifier."),
        ("wissel trace 2f5e7a4c-9d1b-4e7f-8a51-3c2d9be04c11 --bank bank --format json", "As data."),
        ("wissel trace MSG-1 --bank bank --last 100", "More of a message's payments."),
    )
)
@click.argument("identifier", metavar="UETR|EndToEndId|MsgId")
@click.option("--bank", "folder", required=True, type=click.Path(), metavar="DIR", help="The bank directory.")
@click.option(
    "--last", type=click.IntRange(1, 1_000), default=10, show_default=True, metavar="N", help="At most so many."
)
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
def trace(identifier: str, folder: str, last: int, form: str) -> int:
    """Follow a payment: how it came in, what was decided, what was sent where, what was reported and returned, and what
    was booked; each with the file that it came by.

    It only reads, also while wissel watch works.

    \b
    Exit codes: 0 found, 1 no payment has that identifier, 2 the call was
    wrong, 3 the bank directory cannot be used.
    """
    from wissel.cli.output import opened
    from wissel.cli.render.layout import Layout
    from wissel.cli.render.trace_text import write_lives, write_lives_json
    from wissel.engine.database import transaction
    from wissel.engine.life import lives_of
    from wissel.service.running import looked_into

    with looked_into(Path(folder)) as (_, database), transaction(database) as connection:
        found = lives_of(connection, identifier, last)
    with opened(None) as out:
        if form == "json":
            write_lives_json(found, out)
        elif found.lives:
            write_lives(found, out, Layout(console.color(sys.stdout), console.width(sys.stdout)))
    if not found.lives:
        console.complain(f"no payment has the identifier '{identifier}'")
    return _EXIT_FOUND if found.lives else _EXIT_NOT_FOUND
