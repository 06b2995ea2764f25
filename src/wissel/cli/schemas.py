"""``wissel schemas``: which schemas there are, copies of them, new ones, and proof that they are right."""

from collections import Counter
from pathlib import Path

import click

from wissel.catalog.definitions import default_catalog
from wissel.cli.console import complain, examples, quiet, require_paths, visible

DIFFERENCES_SHOWN_MAX = 20


@click.group(
    epilog=examples(
        ("wissel schemas list pacs.008", "The versions of one message."),
        ("wissel schemas export schemas/", "All schemas as files."),
        ("wissel schemas import release.zip", "The schemas of a new yearly release."),
        ("wissel schemas import usage-guideline.xsd --as my-network", "A network's restricted schema."),
        ("wissel schemas verify", "Prove that the bundled schemas are intact."),
    )
)
def schemas() -> None:
    """List, export, import and verify schemas.

    The official ISO 20022 schemas are bundled. Imported ones are kept in a folder of yours
    ($WISSEL_SCHEMAS, else ~/.local/share/wissel/schemas) and never replace them.
    """


@schemas.command("list")
@click.argument("family", required=False)
@click.option("--format", "style", type=click.Choice(["text", "json"]), default="text", show_default=True)
def list_schemas(family: str | None, style: str) -> None:
    """List the message definitions, all or those of FAMILY.

    FAMILY is an area, a message or one definition: pacs, pacs.008, pacs.008.001.08.
    """
    from wissel.catalog.listing import rows

    found = rows(default_catalog(), family)
    if style == "json":
        import json
        from dataclasses import asdict

        click.echo(json.dumps([asdict(row) for row in found], indent=2))
        return
    columns = max(len(row.definition) for row in found)
    names = max(len(row.name or "") for row in found)
    for row in found:
        name = row.name or "(unreadable)" if row.origin else "(no base schema)"
        line = f"{row.definition:{columns}}  {row.origin or '-':8}  {name:{names}}"
        if row.overlays:
            line += f"  overlays: {', '.join(row.overlays)}"
        click.echo(visible(line.rstrip()))
    if not quiet():
        origins = Counter(row.origin for row in found)
        overlays = sum(len(row.overlays) for row in found)
        click.echo(
            f"\n{_count(len(found), 'definition')}: {origins['bundled']} bundled, "
            f"{origins['imported']} imported; {_count(overlays, 'overlay')}"
        )


@schemas.command("export")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option(
    "--definition",
    "definitions",
    multiple=True,
    help="Only these: pacs, pacs.008 or pacs.008.001.08. May be repeated.",
)
def export_schemas(folder: Path, definitions: tuple[str, ...]) -> None:
    """Write the schemas to FOLDER, one file each, as FOLDER/<area>/<definition>.xsd.

    Overlays go to FOLDER/overlays/<name>/. What is there already with other content is not touched.
    """
    from wissel.catalog.listing import export, select

    catalog = default_catalog()
    chosen = [name for one in definitions or (None,) for name in select(catalog, one)]
    written = export(catalog, folder, tuple(dict.fromkeys(chosen)))
    if not quiet():
        click.echo(f"{_count(written, 'schema')} in {visible(str(folder))}")


@schemas.command("import")
@click.argument("paths", nargs=-1, required=True, metavar="FILE|ZIP...")
@click.option("--as", "overlay", metavar="NAME", help="Keep what differs from the standard as the overlay NAME.")
@click.pass_context
def import_schemas(context: click.Context, paths: tuple[str, ...], overlay: str | None) -> None:
    """Take in official schemas: XSD files, folders, or archives with many.

    A schema of a definition that is not here yet becomes a base schema. One that differs from the bundled
    schemas, as those of a network do, is kept beside them with --as NAME; messages are then checked against
    both. Exit code 1 when a file was refused.
    """
    from wissel.catalog.given import given_schemas
    from wissel.catalog.importing import Fate, Outcome, import_schema

    require_paths(paths)
    catalog = default_catalog()
    counts: Counter[str] = Counter()
    for given in given_schemas(paths):
        if given.skipped:
            counts["skipped"] += 1
            continue
        if given.refused is not None:
            outcome = Outcome(given.file, Fate.REFUSED, None, given.refused)
        else:
            outcome = import_schema(given.data, given.file, catalog, overlay)
        counts[outcome.fate] += 1
        if outcome.fate is Fate.REFUSED or not quiet():
            _print_row(outcome.fate, outcome.definition, outcome.file, outcome.text)
    said = {fate.value: fate.value for fate in Fate} | {Fate.OVERLAY.value: f"kept as overlay {overlay}"}
    _sum_up(counts, said, f"your schemas are in {catalog.user}")
    context.exit(_exit_code(counts, bool(counts[Fate.REFUSED])))


@schemas.command("verify")
@click.argument("paths", nargs=-1, metavar="[FILE|ZIP...]")
@click.option("--all", "everything", is_flag=True, help="Show all differences of a file, not the first ones only.")
@click.pass_context
def verify_schemas(context: click.Context, paths: tuple[str, ...], everything: bool) -> None:
    """Prove that the bundled schemas are intact, or equal to the official files given.

    Given files are compared type by type, by canonical form and by a second engine (the package xmlschema).
    Exit code 1 when something differs.
    """
    if not paths:
        context.exit(_verify_bundle())
    from wissel.catalog.given import given_schemas
    from wissel.catalog.verification import Comparison, Likeness, compare

    require_paths(paths)
    catalog = default_catalog()
    counts: Counter[str] = Counter()
    for given in given_schemas(paths):
        if given.skipped:
            counts["skipped"] += 1
            continue
        if given.refused is not None:
            result = Comparison(given.file, Likeness.REFUSED, None, given.refused)
        else:
            result = compare(given.data, given.file, catalog)
        counts[result.likeness] += 1
        if result.likeness is not Likeness.EQUAL or not quiet():
            _print_row(result.likeness, result.definition, result.file, result.text)
            _print_differences(result.differences, everything)
    _sum_up(counts, {likeness.value: likeness.value for likeness in Likeness})
    context.exit(_exit_code(counts, counts.total() > counts[Likeness.EQUAL] + counts["skipped"]))


def _verify_bundle() -> int:
    from wissel.catalog.bundle import check_bundle

    folder = default_catalog().bundled
    state = check_bundle(folder)
    for fault in state.faults:
        click.echo(visible(fault))
    if state.faults:
        click.echo(f"{_count(len(state.faults), 'fault')} in the bundle of {state.schemas} schemas in {folder}")
        return 1
    if not quiet():
        click.echo(
            f"{state.schemas} bundled schemas are intact: "
            "each is there, each is as index.toml has it, and nothing else is"
        )
    return 0


def _print_row(state: str, definition: str | None, file: str, text: str) -> None:
    click.echo(visible(f"{state:9}  {definition or '-':15}  {file}: {text}"))


def _print_differences(lines: tuple[str, ...], everything: bool) -> None:
    shown = lines if everything else lines[:DIFFERENCES_SHOWN_MAX]
    for line in shown:
        click.echo(visible(f"           {line}"))
    if len(lines) > len(shown):
        click.echo(f"           and {len(lines) - len(shown)} more; --all shows them")


def _sum_up(counts: Counter[str], states: dict[str, str], rest: str = "") -> None:
    """The last line: how many of each state, by the words for it, and what was left aside."""
    parts = [f"{counts[state]} {words}" for state, words in states.items() if counts[state]]
    if counts["skipped"]:
        parts.append(f"{_count(counts['skipped'], 'other file')} left aside")
    if parts:
        click.echo(visible("; ".join([", ".join(parts), rest] if rest else [", ".join(parts)])))


def _exit_code(counts: Counter[str], bad: bool) -> int:
    """1 for a bad file, 2 where no schema was among what was given, else 0."""
    if counts.total() == counts["skipped"]:
        complain("there is no schema (.xsd) in what was given")
        return 2
    return 1 if bad else 0


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
