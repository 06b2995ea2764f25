"""``wissel journal``: prove the journal, and list what came last."""

import sys
from pathlib import Path

import click

from wissel.cli import console

_EXIT_SOUND, _EXIT_NOT = 0, 1


@click.group(
    epilog=console.examples(
        ("wissel journal verify --bank bank", "Whether nothing in it, or in the books, was changed."),
        ("wissel journal list --bank bank", "The files that came last, and what became of them."),
    )
)
def journal() -> None:
    """Prove and list the journal of a bank directory. Both only read it, also while wissel watch works on it."""


@journal.command(
    epilog=console.examples(
        ("wissel journal verify --bank bank", "Its number of entries and records, and the hash of the last entry."),
        ("wissel journal verify --bank bank --tip HASH", "Also whether it still holds an entry that you noted."),
    )
)
@click.option("--bank", "folder", required=True, type=click.Path(), metavar="DIR", help="The bank directory.")
@click.option("--tip", "noted", metavar="HASH", help="The hash of an entry noted earlier: was anything cut off since?")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
def verify(folder: str, noted: str | None, form: str) -> int:
    """Go through the whole journal: does each entry hold the hash of the one before it, and do the tables hold what the
    entries say. Then through the books: is each posting what was booked, does each account and each row of statements
    follow, and are the triggers in place that keep it so.

    Whoever can write to the database can make a journal anew that is sound in itself. Note the tip now and then in
    another place: --tip says whether the journal still holds that entry.

    \b
    Exit codes: 0 it is sound, 1 it is not, 2 the call was wrong, 3 the bank
    directory or database cannot be used.
    """
    from wissel.cli.output import opened
    from wissel.cli.render.journal_text import proof_as_dict, write_proof
    from wissel.cli.render.json import dumped
    from wissel.cli.render.layout import Layout
    from wissel.engine.database import transaction
    from wissel.journal.journal import holds
    from wissel.journal.proof import prove
    from wissel.ledger.proof import prove_books
    from wissel.service.running import looked_into

    with looked_into(Path(folder)) as (_, database), transaction(database) as connection:
        proof, books = prove(connection), prove_books(connection)
        missing = noted if noted is not None and not holds(connection, noted) else None
    with opened(None) as out:
        if form == "json":
            out.write(dumped(proof_as_dict(proof, missing, books)) + "\n")
        else:
            write_proof(proof, missing, books, out, Layout(console.color(sys.stdout), console.width(sys.stdout)))
    return _EXIT_NOT if proof.faults or books.faults or missing is not None else _EXIT_SOUND


@journal.command("list")
@click.option("--bank", "folder", required=True, type=click.Path(), metavar="DIR", help="The bank directory.")
@click.option("--last", type=click.IntRange(1, 100_000), default=20, show_default=True, metavar="N", help="How many.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
def list_(folder: str, last: int, form: str) -> int:
    """List the files that came last, oldest first: when, by which channel, and what became of them."""
    from wissel.cli.output import opened
    from wissel.cli.render.journal_text import write_records, write_records_json
    from wissel.cli.render.layout import Layout
    from wissel.engine.database import transaction
    from wissel.journal.listing import latest
    from wissel.service.running import looked_into

    with looked_into(Path(folder)) as (_, database), transaction(database) as connection:
        rows = latest(connection, last)
    with opened(None) as out:
        if form == "json":
            write_records_json(rows, out)
        else:
            write_records(rows, out, Layout(console.color(sys.stdout), console.width(sys.stdout)))
    return 0
