"""``wissel init``: a new bank directory."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import click

from wissel.cli import console

_STORY = datetime(2026, 11, 1, tzinfo=UTC)
"""Test keys are valid from then on at the latest: the files of the demo are of 23 November 2026."""


@click.command(
    epilog=console.examples(
        ("wissel init bank", "A bank directory with a small made-up world in it."),
        ("wissel init bank --bic ZZABNL20 --name 'My Bank'", "With your own BIC and name."),
        ("wissel init bank --demo", "With test keys and files to drop into it: see bank/world/README.txt."),
        ("wissel check bank", "After changes: every fault with its line and reason."),
        ("wissel route payment.xml --bank bank --explain", "Which way a payment would go, and why."),
    )
)
@click.argument("folder", type=click.Path(), metavar="DIR")
@click.option("--bic", metavar="BIC", help="The bank's own BIC.  [default: ZZWIDE20, which is nobody's]")
@click.option("--name", metavar="NAME", help="The bank's name.  [default: Wissel Example Bank]")
@click.option("--demo", is_flag=True, help="With test keys, a clearing house that wants signatures, and files to drop.")
def init(folder: str, bic: str | None, name: str | None, demo: bool) -> int:
    """Make a bank directory: who the bank is, whose accounts it keeps, which networks it uses, and by which way
    payments go.

    The files explain themselves. All banks in them are made up: their BICs begin with ZZ and are of the kind for tests.
    DIR must be new or empty; it appears whole or not at all.
    """
    from wissel.core.clock import system_clock
    from wissel.engine.bank.init import DEFAULT_BIC, DEFAULT_NAME, init_bank

    begin = min(system_clock() - timedelta(minutes=5), _STORY) if demo else None
    made = init_bank(Path(folder), DEFAULT_BIC if bic is None else bic, DEFAULT_NAME if name is None else name, begin)
    if not console.quiet():
        for path in made:
            click.echo(console.visible(f"{path}/" if path.is_dir() else str(path)))
    return 0
