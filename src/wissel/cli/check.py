"""``wissel check``: whether a bank directory is right."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from wissel.cli import console
from wissel.core.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wissel.core.configuration import Fault
    from wissel.routing.bank import Bank

_EXIT_CONFIGURATION = 3


@click.command(
    epilog=console.examples(
        ("wissel check bank", "Every fault as file:line: reason."),
        ("wissel check bank --format json", "The same for a program."),
        ("wissel validate payment.xml", "To check a message."),
    )
)
@click.argument("folder", type=click.Path(), metavar="DIR")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
def check(folder: str, form: str) -> int:
    """Check a bank directory: every fault in every file of it, with line and reason.

    \b
    Exit codes: 0 it is right, 2 DIR is no bank directory, 3 it has faults.
    """
    from wissel.core.configuration import ConfigurationError
    from wissel.engine.bank.files import load_bank

    if os.path.isfile(folder):
        raise UsageError(f"'{console.visible(folder)}' is a file; to check a message: wissel validate {folder}")
    bank: Bank | None = None
    faults: Sequence[Fault] = ()
    try:
        bank = load_bank(Path(folder))
    except ConfigurationError as error:
        faults = error.faults
    if form == "json":
        _print_json(folder, bank, faults)
    else:
        for fault in faults:
            click.echo(console.visible(str(fault)))
        if bank is not None and not console.quiet():
            click.echo(console.visible(f"{folder}: right · {_summary(bank)}"))
    return _EXIT_CONFIGURATION if faults else 0


def _summary(bank: "Bank") -> str:
    parts = {
        "network": len(bank.networks),
        "participant": len(bank.directory),
        "account": len(bank.accounts),
        "channel": len(bank.channels),
        "route": len(bank.routes),
    }
    counted = [f"{number:,} {noun}{'' if number == 1 else 's'}" for noun, number in parts.items()]
    return f"{bank.identity.bic}, {', '.join(counted)} · {bank.digest[:16]}"


def _print_json(folder: str, bank: "Bank | None", faults: "Sequence[Fault]") -> None:
    import json

    from wissel.cli.output import opened

    rows = [{"file": one.file, "line": one.line, "reason": one.reason} for one in faults]
    value = {"bank": folder, "digest": bank.digest if bank else None, "faults": rows}
    with opened(None) as out:
        out.write(json.dumps(value, indent=2, ensure_ascii=False) + "\n")
