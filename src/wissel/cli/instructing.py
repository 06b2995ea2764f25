"""What commands that instruct share: who instructs, the dropped file, and what is said of it."""

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from wissel.cli import console
from wissel.core.errors import UsageError

if TYPE_CHECKING:
    from wissel.engine.instructions.instruction import About, Action

bank_option = click.option(
    "--bank", "folder", required=True, type=click.Path(), metavar="DIR", help="The bank directory."
)
by_option = click.option("--by", metavar="NAME", help="Who decides, for the journal. Default: who runs the command.")
format_option = click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)


def require_reason(code: str | None, code_set_name: str) -> None:
    """Raises UsageError for a reason that its code set does not have."""
    from wissel.catalog.code_sets import Status, code_set, nearest

    known = code_set(code_set_name)
    if code is None or known is None or (code in known.codes and known.codes[code].status is Status.ACTIVE):
        return
    near = nearest(code_set_name, code)
    hint = f", did you mean {' or '.join(near)}?" if near else ""
    raise UsageError(f"--reason: '{code}' is no code of {code_set_name}{hint}")


def give(
    folder: str,
    action: "Action",
    by: str | None,
    what: str,
    *,
    order: str | None = None,
    transactions: Iterable[int] = (),
    about: "About | None" = None,
    reason: str | None = None,
) -> None:
    """Drop an instruction and say so; ``what`` it is, in words. Raises UsageError for a name that no journal takes, and
    InstallationError where the disk refuses."""
    from wissel.core.clock import system_clock
    from wissel.core.settings import user_name
    from wissel.engine.instructions.instruction import new_instruction
    from wissel.service.files import DiskFiles
    from wissel.service.instructing import instruct
    from wissel.service.ownership import owner_of
    from wissel.service.spool import Spool

    spool = Spool(Path(folder))
    try:
        given = new_instruction(
            action,
            by or user_name(),
            system_clock(),
            order=order,
            transactions=transactions,
            about=about,
            reason=reason,
        )
    except ValueError as error:
        raise UsageError(str(error)) from None
    instruct(spool, DiskFiles(), given)
    if not console.quiet():
        at_work = "" if owner_of(spool) is not None else f"; wissel process --bank {folder} carries it out"
        click.echo(console.visible(f"{what}: handed over as {given.id}{at_work}"))
