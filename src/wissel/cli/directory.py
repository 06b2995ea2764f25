"""``wissel directory``: who can be reached over which network; checking a directory, and making one of another list."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from wissel.cli import console
from wissel.core.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date

    from wissel.core.configuration import Fault
    from wissel.routing.participants import Directory, Found, Participant

_EXIT_FINDINGS = 1
_FAULTS_SHOWN = 50
_DIRECTORY = "directory.csv"


@click.group(
    epilog=console.examples(
        (
            "wissel directory find DEUTDEFF --bank bank/",
            "Over which networks a bank is reached today, and through whom.",
        ),
        ("wissel directory find NL91ABNA0417164300 --directory directory.csv", "The bank of an account."),
        ("wissel directory check directory.csv", "Every wrong row, with line and reason."),
        ("wissel directory import members.xml --map members.toml -o directory.csv", "A directory from another list."),
    )
)
def directory() -> None:
    """Find participants of networks; check and import a directory.

    A directory is a CSV file with one participant of one network in each row: BIC, member id, LEI or IBAN bank code,
    direct or through whom, and from when to when.
    """


@directory.command("find")
@click.argument("text", metavar="BIC|IBAN|MEMBER|LEI")
@click.option("--directory", "file", metavar="FILE", type=click.Path(), help="The directory to look in.")
@click.option("--bank", metavar="DIR", type=click.Path(), help="The bank directory whose directory.csv is looked in.")
@click.option("--network", metavar="NAME", help="Only participants of one network.")
@click.option(
    "--at", metavar="DATE", callback=console.date_given, help="The day on which it is to be reached; without it, today."
)
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
def find_participant(
    text: str, file: str | None, bank: str | None, network: str | None, at: "date | None", form: str
) -> int:
    """Find a bank by BIC, IBAN, member id (USABA021000021 or 021000021) or LEI.

    A branch without a row of its own goes by its head office.

    Exit codes: 0 found, 1 not in the directory.
    """
    from wissel.core.clock import system_clock, today

    known = _load(file, bank)
    found = known.find(text)
    rows = [one for one in found.participants if network in (None, one.network)]
    on = at or today(system_clock)
    if form == "json":
        _print_json(_found(known, text, found, rows, on))
    elif rows:
        _write_table(known, found, rows, on)
    if not rows:
        where = f"the directory of {network}" if network else "the directory"
        console.complain(f"'{text}' is not in {where}{_flaw(text, found.by)}")
    return 0 if rows else _EXIT_FINDINGS


@directory.command("check")
@click.argument("file", metavar="FILE", type=click.Path())
@click.option("--bank", metavar="DIR", type=click.Path(), help="A bank directory, whose own networks rows may name.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
def check_directory(file: str, bank: str | None, form: str) -> int:
    """Check a directory: every wrong row with its line and reason.

    Exit codes: 0 it can be used, 1 it has faults.
    """
    from wissel.core.configuration import ConfigurationError
    from wissel.routing.participants import load

    console.require_paths([file])
    networks = _networks(bank)
    faults: tuple[Fault, ...] = ()
    known = None
    try:
        known = load(Path(file), networks)
    except ConfigurationError as error:
        faults = error.faults
    if form == "json":
        rows = len(known) if known is not None else None
        _print_json(
            {"file": file, "rows": rows, "errors": [{"line": one.line, "reason": one.reason} for one in faults]}
        )
    elif known is not None and not console.quiet():
        named = ", ".join(known.networks) or "none"
        click.echo(f"{console.visible(file)}: right · {_count(len(known), 'row')} · {named}")
    else:
        for fault in faults:
            click.echo(console.visible(str(fault)))
    return _EXIT_FINDINGS if faults else 0


@directory.command("import")
@click.argument("file", metavar="FILE", type=click.Path())
@click.option(
    "--map", "mapped", metavar="FILE", type=click.Path(), required=True, help="The map of its columns (TOML)."
)
@click.option("-o", "--output", metavar="FILE", type=click.Path(), help="Where to write; without it, standard output.")
@click.option("--bank", metavar="DIR", type=click.Path(), help="A bank directory, whose own networks rows may name.")
@click.option("--skip-faulty", is_flag=True, help="Write the right rows although others are wrong.")
def import_directory(file: str, mapped: str, output: str | None, bank: str | None, skip_faulty: bool) -> int:
    """Make a directory from a list of another form: CSV, JSON or XML, by a map of its columns.

    \b
    The map is a TOML file:
      rows = "Participants/Participant"   XML: the repeated element; JSON: the list
      delimiter = ";"                     CSV; also encoding, and header = false
      date_format = "%d.%m.%Y"
      [columns]                           column of the directory = column or path of the list
      bic = "BIC"
      [constants]
      network = "sepa-sct"
      [values.access]                     what a value of the list means
      "D" = "direct"
      [only]                              the rows to take
      "Status" = ["active"]

    Each row is checked; with one that is wrong nothing is written, unless --skip-faulty is given.

    Exit codes: 0 written, 1 rows were wrong.
    """
    from wissel.cli.output import opened, require_target
    from wissel.routing.participant_import import import_rows, read_map, write_rows

    console.require_paths([file, mapped])
    require_target(output, [file, mapped])
    networks = _networks(bank)
    if networks is None:
        from wissel.routing.network_data import bundled_networks

        networks = bundled_networks()
    found = import_rows(Path(file), read_map(Path(mapped)), networks)
    for fault in found.faults[:_FAULTS_SHOWN]:
        click.echo(console.visible(str(fault)), err=True)
    if len(found.faults) > _FAULTS_SHOWN:
        console.complain(f"{len(found.faults) - _FAULTS_SHOWN:,} more rows are wrong")
    if found.faults and not skip_faulty:
        console.complain("nothing was written; mend the rows or the map, or leave them out with --skip-faulty")
        return _EXIT_FINDINGS
    with opened(output) as out:
        for line in write_rows(found.rows):
            out.write(line)
    if not console.quiet():
        passed = f" · {found.passed_over:,} not asked for" if found.passed_over else ""
        wrong = f" · {_count(len(found.faults), 'fault')}" if found.faults else ""
        console.complain(f"{_count(len(found.rows), 'row')}{passed}{wrong}")
    return _EXIT_FINDINGS if found.faults else 0


def _load(file: str | None, bank: str | None) -> "Directory":
    from wissel.routing.participants import load

    if file is not None:
        console.require_paths([file])
        return load(Path(file), _networks(bank))
    if bank is not None:
        from wissel.engine.bank.files import load_bank

        return load_bank(Path(bank)).directory
    if Path(_DIRECTORY).is_file():
        return load(Path(_DIRECTORY))
    raise UsageError(f"give the directory to look in: --directory FILE, or --bank DIR; there is no {_DIRECTORY} here")


def _networks(bank: str | None) -> "Collection[str] | None":
    """The networks that rows may name; None for the bundled ones."""
    if bank is None:
        return None
    from wissel.engine.bank.files import load_bank
    from wissel.routing.network_data import bundled_networks

    return {*bundled_networks(), *load_bank(Path(bank)).networks}


def _flaw(text: str, by: str) -> str:
    """What is wrong with a text that looks like an identifier."""
    from wissel.core.identifiers.bic import check_bic
    from wissel.core.identifiers.iban import check_iban

    word = "".join(text.split()).upper()
    if not by and len(word) > 14 and word[:2].isalpha() and word[2:4].isdigit() and (flaw := check_iban(word)):
        return f": {flaw.message.rstrip('.')}"
    if not by and len(word) in (8, 11) and word[:6].isalpha() and (flaw := check_bic(word)):
        return f": {flaw.message.rstrip('.')}"
    return ""


def _write_table(known: "Directory", found: "Found", rows: "list[Participant]", on: "date") -> None:
    from wissel.cli.output import opened
    from wissel.cli.render.layout import Layout
    from wissel.cli.render.table import Column, write_table

    layout = Layout(console.color(sys.stdout), console.width(sys.stdout))
    columns = [Column("network", whole=True), Column("participant", whole=True), Column("name")]
    columns += [Column(f"on {on}"), Column("bank code"), Column("from", whole=True), Column("to", whole=True)]
    cells = [
        [
            one.network,
            str(one),
            one.name,
            _how(known, one, on),
            f"{one.iban_country} {one.iban_bank_code}".strip(),
            str(one.valid_from or ""),
            str(one.valid_to or ""),
        ]
        for one in rows
    ]
    with opened(None) as out:
        if not console.quiet():
            out.write(f"found by {found.by}\n")
        write_table(columns, cells, out, layout)


def _how(known: "Directory", one: "Participant", on: "date") -> str:
    reach = known.reached(one, on)
    if reach.participant is None:
        return "not reached" if one.is_valid(on) else "not valid"
    return "direct" if one.access == "direct" else f"through {one.via}"


def _found(known: "Directory", text: str, found: "Found", rows: "list[Participant]", on: "date") -> dict[str, Any]:
    return {
        "text": text,
        "found_by": found.by or None,
        "at": str(on),
        "participants": [_row(known, one, on) for one in rows],
    }


def _row(known: "Directory", one: "Participant", on: "date") -> dict[str, Any]:
    reach = known.reached(one, on)
    values = {name: value or None for name, value in one._asdict().items()}
    values |= {"services": list(one.services), "valid_from": _text(one.valid_from), "valid_to": _text(one.valid_to)}
    return values | {"reached": reach.participant is not None, "why": reach.why}


def _text(day: "date | None") -> str | None:
    return str(day) if day else None


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def _print_json(value: Any) -> None:
    import json

    click.echo(json.dumps(value, indent=2, ensure_ascii=False))
