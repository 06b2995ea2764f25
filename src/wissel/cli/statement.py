"""``wissel statement``: statements, reports and notifications from the ledger or from bookings."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from wissel.cli import console
from wissel.core.errors import UsageError

if TYPE_CHECKING:
    from datetime import datetime

    from wissel.engine.statements.draft import StatementWish
    from wissel.routing.bank import Bank

_EXIT_WRITTEN, _EXIT_REFUSED = 0, 1
_SIDES = {"credit": "CRDT", "debit": "DBIT"}


def _columns(context: click.Context, _parameter: click.Parameter, value: bool) -> None:
    if not value or context.resilient_parsing:
        return
    from wissel.cli.statement_columns import columns

    for line in columns():
        click.echo(line)
    context.exit()


@click.command(
    epilog=console.examples(
        ("wissel statement --bank bank --account DE85… --type camt.053", "Today's statement, or what came since."),
        ("wissel statement --bank bank --all --type camt.053.001.08 --to 2026-11-23 -o out/", "Of all that want one."),
        ("wissel statement --bank bank --account T2-EUR --type camt.052 --at 2026-11-23T12:00:00Z", "Since the last."),
        ("wissel statement --bookings bookings.csv --type camt.053 -o statement.xml", "From another system."),
        ("wissel statement --bookings bookings.csv --type camt.053 --format html -o page.html", "For a person."),
        ("wissel statement --columns", "What a file of bookings holds."),
    )
)
@click.option("--bank", "folder", type=click.Path(), metavar="DIR", help="The bank directory.")
@click.option("--account", "accounts", multiple=True, metavar="ID", help="An account of it; may be given again.")
@click.option("--all", "all_accounts", is_flag=True, help="Each account whose owner wants that type (accounts.csv).")
@click.option("--bookings", "files", multiple=True, type=click.Path(), metavar="FILE", help="CSV or JSON of bookings.")
@click.option("--type", "wanted", metavar="TYPE", help="camt.053, camt.052 or camt.054, or with its version.")
@click.option("--from", "first", metavar="DATE", callback=console.date_given, help="First day; default: the next.")
@click.option("--to", "last", metavar="DATE", callback=console.date_given, help="Last day; default: today.")
@click.option("--at", "moment", metavar="TIME", help="The time of the statement (ISO 8601); default: now.")
@click.option("--only", "side", type=click.Choice(sorted(_SIDES)), help="Of notifications: only this side.")
@click.option("--opening", "opening", type=click.Choice(["OPBD", "PRCD"]), default="OPBD", help="The first balance.")
@click.option("--market", metavar="CC", help="Whose codes for returns: DE (default), AT, CH.")
@click.option(
    "--number", type=click.IntRange(1, 999_999_999), metavar="N", help="Its number; with --bank one that was made."
)
@click.option("--page-entries", type=click.IntRange(0), default=0, metavar="N", help="Entries per page; 0: all.")
@click.option("--guideline", default="iso", metavar="NAME", help="Check what is written by it. Default: iso.")
@click.option(
    "--format", "form", type=click.Choice(["xml", "html"]), default="xml", help="A message, or a page to read."
)
@click.option("-o", "--output", type=click.Path(), metavar="OUT", help="A file; a folder if it ends in / or is one.")
@click.option("--columns", is_flag=True, expose_value=False, is_eager=True, callback=_columns, help="List the columns.")
def statement(
    folder: str | None,
    accounts: tuple[str, ...],
    all_accounts: bool,
    files: tuple[str, ...],
    wanted: str | None,
    first: date | None,
    last: date | None,
    moment: str | None,
    side: str | None,
    opening: str,
    market: str | None,
    number: int | None,
    page_entries: int,
    guideline: str,
    form: str,
    output: str | None,
) -> int:
    """Write statements (camt.053), intraday reports (camt.052) and notifications (camt.054), versions 02 to 14.

    From the ledger of a bank directory, statements are numbered without a gap, and each goes on where the last one
    ended; the same days, the same --at, or its --number give the same bytes again. Days that lie otherwise give an
    excerpt without a number. From --bookings, opening balance and entries have to make the closing balance, where one
    is given.

    What is written adds up, and is valid against its schema and guideline, or it is not written. With -o FOLDER/, what
    is there already is kept.

    \b
    Exit codes: 0 written, 1 refused (what is wrong is said, and nothing is
    written), 2 the call was wrong, 3 the installation, bank directory or
    database is.
    """
    from wissel.cli.statement_run import Run, from_bookings, from_ledger

    _require_choice(folder, accounts, all_accounts, files, wanted, number, bool(first or last))
    console.require_paths(files)
    wish, definition = _wish(wanted or "", first, last, moment, side, opening, market, number)
    bank = _bank(folder)
    _require_guideline(guideline)
    run = Run(wish, definition, form, guideline, page_entries, output)
    if files:
        refused = from_bookings(run, [Path(file) for file in files], bank)
    else:
        assert bank is not None
        refused = from_ledger(run, bank, accounts, all_accounts)
    return _EXIT_REFUSED if refused else _EXIT_WRITTEN


def _require_choice(
    folder: str | None,
    accounts: tuple[str, ...],
    all_accounts: bool,
    files: tuple[str, ...],
    wanted: str | None,
    number: int | None,
    days: bool,
) -> None:
    """Raises UsageError for options that do not go together."""
    if wanted is None:
        raise UsageError("say what to write: --type camt.053, camt.052 or camt.054")
    if files and (accounts or all_accounts):
        raise UsageError("--bookings holds its own accounts: leave out --account and --all")
    if not files and folder is None:
        raise UsageError("say where the entries are: --bank DIR, or --bookings FILE")
    if not files and bool(accounts) == all_accounts:
        raise UsageError("say whose statement: --account ID, or --all")
    if number is not None and not files and (all_accounts or days):
        raise UsageError("with --bank, --number asks for one that was made: leave out --all, --from and --to")


def _wish(
    wanted: str,
    first: date | None,
    last: date | None,
    moment: str | None,
    side: str | None,
    opening: str,
    market: str | None,
    number: int | None,
) -> "tuple[StatementWish, str | None]":
    """What is asked for, and in which definition; None where a family alone is named."""
    from wissel.catalog.definitions import default_catalog
    from wissel.engine.statements.draft import StatementWish
    from wissel.ledger.entry_codes import markets
    from wissel.ledger.statement import Kind
    from wissel.ledger.statement_writer import require_version

    if market is not None and market not in markets():
        raise UsageError(f"there is no market '{console.visible(market)}'; known are {', '.join(markets())}")
    definition = None
    if wanted in [kind.value for kind in Kind]:
        kind = Kind(wanted)
    else:
        catalog = default_catalog()
        if catalog.find(wanted) is None:
            raise UsageError(catalog.unknown(wanted))
        kind, definition = require_version(wanted), wanted
    chosen = _SIDES[side] if side is not None else None
    wish = StatementWish(kind, _moment(moment), first, last, chosen, market, opening, number)
    wish.check()
    return wish, definition


def _moment(text: str | None) -> "datetime":
    from wissel.cli.verify import parsed_moment
    from wissel.core.clock import system_clock

    return (parsed_moment(text) if text is not None else system_clock()).replace(microsecond=0)


def _bank(folder: str | None) -> "Bank | None":
    if folder is None:
        return None
    from wissel.engine.bank.files import load_bank

    return load_bank(Path(folder))


def _require_guideline(guideline: str) -> None:
    from wissel.validation.names import names

    if guideline not in (known := ("schema", *names())):
        raise UsageError(f"there is no guideline '{console.visible(guideline)}'; known are {', '.join(known)}")
