"""``wissel addresses``: audit the postal addresses of files against what the schemes accept on a day."""

import sys
from collections.abc import Iterable, Iterator
from datetime import date
from itertools import chain
from typing import TYPE_CHECKING, Any, TextIO

import click

from wissel.cli import console
from wissel.core.errors import UsageError

if TYPE_CHECKING:
    from wissel.cli.render.addresses_text import AuditedFile
    from wissel.validation.address_audit import PartyRow
    from wissel.validation.address_schemes import Scheme
    from wissel.xml.sources.source import Skipped, Source

FORMATS = ("text", "json", "csv")
FORMAT = 1
"""Version of the JSON; grows only when a field changes its meaning."""
_WITH_DAY = ("later", "expected")
_EXIT_CLEAN, _EXIT_FINDINGS, _EXIT_USAGE = 0, 1, 2


@click.command(
    epilog=console.examples(
        ("wissel addresses outbox/", "Which addresses would be refused today, and by whom."),
        ("wissel addresses outbox/ --as-of 2026-11-14 --scheme sepa", "What SEPA says of them on that day."),
        ("wissel addresses outbox/ --format csv > addresses.csv", "One row for each party, for a spreadsheet."),
        ("wissel addresses payment.xml -q", "Only what a scheme does not accept."),
    )
)
@click.argument("paths", nargs=-1, required=True, type=click.Path(), metavar="PATH...")
@click.option("--format", "form", type=click.Choice(FORMATS), default="text", show_default=True)
@click.option(
    "--as-of",
    metavar="DATE",
    callback=console.date_given,
    help="Judge by what holds on this day. Default: today (UTC).",
)
@click.option(
    "--scheme", "wanted", multiple=True, metavar="NAME", help="Ask only this scheme; may be given more than once."
)
@click.option("--all", "everything", is_flag=True, help="As text, list parties without an address too.")
@click.option(
    "--include",
    multiple=True,
    metavar="GLOB",
    help="In folders and archives, take only files whose name matches; may be given more than once.",
)
def addresses(
    paths: tuple[str, ...],
    form: str,
    as_of: date | None,
    wanted: tuple[str, ...],
    everything: bool,
    include: tuple[str, ...],
) -> int:
    """Audit postal addresses: which are structured, hybrid or unstructured, and which scheme refuses them from when.

    One row for each party and agent. Every scheme is asked that takes such messages in such a currency. Where the
    lines of an address tell town and country safely, the form that would be accepted is proposed: nothing stands in
    it that does not stand in the address.

    \b
    Exit codes: 0 nothing would be refused on that day, 1 something would or a
    file could not be read, 2 the call was wrong or there was nothing to look at.
    """
    from wissel.cli.output import opened
    from wissel.core.clock import system_clock, today
    from wissel.core.limits import Limits
    from wissel.xml.sources.source import expand

    console.require_paths(paths)
    schemes = _chosen(wanted)
    day = as_of or today(system_clock)
    run = _Run(schemes, day, everything)
    items = expand(paths, include=include, limits=Limits(), stdin=sys.stdin.buffer)
    files = run.files(items)
    first = next(files, None)
    if first is None:
        where = ", ".join(f"'{path}'" for path in paths[:3])
        console.complain(f"there is nothing to look at in {where}: no file was found that is XML or an archive")
        return _EXIT_USAGE
    with opened(None) as out:
        _WRITERS[form](chain([first], files), run, out)
    if not run.counts.messages and not run.counts.unread:
        console.complain("no ISO 20022 message was found, so no address was looked at")
        return _EXIT_USAGE
    return _EXIT_FINDINGS if run.counts.refused or run.counts.unread else _EXIT_CLEAN


def _chosen(wanted: tuple[str, ...]) -> "tuple[Scheme, ...]":
    """The schemes of some names, also given as names of their guidelines. Raises UsageError for an unknown one."""
    from wissel.validation.address_schemes import schemes

    if not wanted:
        return schemes()
    known = {name: scheme for scheme in schemes() for name in (*scheme.guidelines, scheme.name)}
    for name in wanted:
        if name not in known:
            listed = ", ".join(scheme.name for scheme in schemes())
            meant = console.did_you_mean(name, known)
            raise UsageError(f"of the scheme '{name}' no rule for addresses is known; known are {listed}{meant}")
    chosen = {known[name].name for name in wanted}
    return tuple(scheme for scheme in schemes() if scheme.name in chosen)


class _Run:
    """Goes through the files one by one and adds up what was found; rows are not kept."""

    def __init__(self, schemes: "tuple[Scheme, ...]", day: date, everything: bool) -> None:
        from wissel.cli.render.addresses_text import Counts

        self.schemes = schemes
        self.day = day
        self.everything = everything
        self.counts = Counts()

    def files(self, items: "Iterable[Source | Skipped]") -> "Iterator[AuditedFile]":
        """Each source with its rows to come; they have to be taken before the next source is asked for."""
        from wissel.catalog.definitions import default_catalog
        from wissel.cli.render.addresses_text import AuditedFile
        from wissel.validation.address_audit import Audit
        from wissel.xml.sources.source import Source

        catalog = default_catalog()
        for item in items:
            if isinstance(item, Source):
                audit = Audit(self.schemes, self.day, catalog)
                file = AuditedFile(item.name, audit, audit.rows(item, item.limits))
                yield file
                file.finish()
                self.counts.add(file.counts)
            else:
                self.counts.skipped += 1


def _as_dict(row: "PartyRow") -> dict[str, Any]:
    """A row in the names and order of the JSON; what is absent is null."""
    proposal = row.proposal if row.proposal is not None and not row.proposal.missing else None
    made = {**dict(proposal.elements), "AdrLine": list(proposal.lines)} if proposal is not None else None
    return {
        "message": row.message,
        "definition": row.definition or None,
        "transaction": row.transaction,
        "role": row.role,
        "name": row.name or None,
        "path": row.path,
        "line": row.line,
        "address": row.form.value,
        "faults": list(row.codes),
        "schemes": {
            one.scheme: {"says": one.standing.value, "since": one.since.isoformat() if one.since else None}
            for one in row.sayings
        },
        "proposal": made,
        "missing": row.proposal.missing or None if row.proposal is not None else None,
    }


def _write_json(files: "Iterator[AuditedFile]", run: _Run, out: TextIO) -> None:
    import json

    head = {"format": FORMAT, "as_of": run.day.isoformat(), "schemes": [scheme.name for scheme in run.schemes]}
    out.write(json.dumps(head)[:-1] + ', "files": [')
    before = "\n"
    for file in files:
        out.write(f'{before}{{"file": {json.dumps(file.name, ensure_ascii=False)}, "parties": [')
        between = "\n  "
        for row in file.rows:
            out.write(between + json.dumps(_as_dict(row), ensure_ascii=False))
            between = ",\n  "
        out.write(f'\n], "note": {json.dumps(file.note, ensure_ascii=False)}, "counts": ')
        out.write(json.dumps(file.counts.as_dict()) + "}")
        before = ",\n"
    out.write(f'\n], "summary": {json.dumps(run.counts.as_dict())}}}\n')


def _write_csv(files: "Iterator[AuditedFile]", run: _Run, out: TextIO) -> None:
    import csv

    names = [scheme.name for scheme in run.schemes]
    before = ["file", "message", "definition", "transaction", "role", "name", "path", "line", "address", "faults"]
    writer = csv.DictWriter(out, [*before, *names, "proposal", "missing"], lineterminator="\n", restval="")
    writer.writeheader()
    for file in files:
        for row in file.rows:
            values = _as_dict(row)
            for name, said in values.pop("schemes").items():
                values[name] = f"{said['says']} {said['since']}" if said["says"] in _WITH_DAY else said["says"]
            made = values["proposal"]
            if made is not None:
                lines = made.pop("AdrLine")
                values["proposal"] = "; ".join(
                    [f"{tag} {text}" for tag, text in made.items()] + [f"AdrLine {one}" for one in lines]
                )
            writer.writerow({"file": file.name, **values, "faults": " ".join(row.codes)})
        if file.note:
            console.complain(f"{file.name}: {file.note}")


def _write_text(files: "Iterator[AuditedFile]", run: _Run, out: TextIO) -> None:
    from wissel.cli.render.addresses_text import write_file, write_summary
    from wissel.cli.render.layout import Layout

    layout = Layout(console.color(sys.stdout), console.width(sys.stdout))
    for file in files:
        write_file(file, out, layout, everything=run.everything, quiet=console.quiet())
    write_summary(run.counts, run.schemes, run.day, out, layout)


_WRITERS = {"text": _write_text, "json": _write_json, "csv": _write_csv}
