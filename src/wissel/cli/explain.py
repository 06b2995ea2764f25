"""``wissel explain``: what a finding code means, and what a message definition holds."""

import sys
from typing import TYPE_CHECKING, Any

import click

from wissel.cli import console
from wissel.core.errors import UsageError

if TYPE_CHECKING:
    from wissel.catalog.definitions import Catalog, SchemaFile
    from wissel.catalog.places import Row
    from wissel.cli.render.layout import Layout
    from wissel.xml.xsd.schema_tree import Element, Node, SchemaTree

DEPTH_DEFAULT = 2
ROWS_GLANCE_MAX = 60
"""A place with more rows than this is shown one level deep, unless a depth is asked for."""
PLACES_LISTED_MAX = 20
_NAME_COLUMNS_MAX = 44


@click.command(
    epilog=console.examples(
        ("wissel explain VALUE-TOO-LONG", "What a finding means and how to mend it."),
        ("wissel explain CONTROL-SUM-DIFFERS", "A rule: why, who asks for it, what breaks and what keeps it."),
        ("wissel explain --list --guideline iso", "All rules of a guideline."),
        ("wissel explain pacs.008.001.08", "The elements of a message, two levels deep."),
        ("wissel explain pacs.008.001.08/CdtTrfTxInf/PmtId", "One element; any end of its path will do."),
        ("wissel explain pain.001.001.09/Dbtr --depth 3", "More levels below it."),
        ("wissel explain camt.053.001.08 --depth 99 --format json", "Everything, for a program."),
    )
)
@click.argument("subject", metavar="CODE|DEFINITION[/PATH]", required=False)
@click.option("--list", "every", is_flag=True, help="List all codes with what each requires.")
@click.option("--guideline", metavar="NAME", help="With --list: the rules of one guideline only.")
@click.option("--depth", type=click.IntRange(0, 99), metavar="N", help="Levels to show. Default: 2; of a large PATH 1.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
def explain(subject: str | None, every: bool, guideline: str | None, depth: int | None, form: str) -> None:
    """Explain a finding code, or what a message holds.

    A CODE is one that a report shows. A DEFINITION such as pacs.008.001.08 shows the elements of the message with how
    often they may stand, what is allowed in them, and their type; a PATH zooms in.
    """
    from wissel.cli.explain_code import explained, listed
    from wissel.cli.output import opened
    from wissel.cli.render.layout import Layout

    layout = Layout(console.color(sys.stdout), console.width(sys.stdout))
    if every == (subject is not None):
        raise UsageError("name a code, a message definition, or --list")
    if guideline is not None and not every:
        raise UsageError("--guideline goes with --list")
    if subject is None:
        text = listed(guideline, form, layout)
    else:
        text = explained(subject.upper(), form, layout) or _definition(subject, depth, form, layout)
    with opened(None) as out:
        out.write(text + "\n")


def _definition(subject: str, depth: int | None, form: str, layout: "Layout") -> str:
    from wissel.catalog.definitions import default_catalog
    from wissel.catalog.places import find_places, rows

    catalog = default_catalog()
    file, path = _schema(subject, catalog)
    tree = file.tree()
    if path:
        places = find_places(tree, path)
    else:
        begin = tree.message_element
        places = [tree.find("" if begin == tree.root else begin.tag)]
    levels = DEPTH_DEFAULT if depth is None else depth
    if form == "json":
        elements = [row for place in places for row in rows(tree, place, levels, brief=False)]
        return _json(_about(file, tree, catalog) | {"elements": [_as_dict(row) for row in elements]})
    head = f"{layout.style(file.definition, bold=True)}  {tree.message_name}"
    if not path:
        table = _table(list(rows(tree, places[0], levels)), layout)
        return "\n".join([head, *_facts(file, tree, catalog, layout), "", table])
    if depth is None and len(list(rows(tree, places[0], levels))) > ROWS_GLANCE_MAX:
        levels = 1
    if len({place.element.type_name for place in places}) > 1:
        return "\n".join([head, "", *_listed(tree, places, layout)])
    return "\n".join([head, "", *_zoomed(tree, places, levels, layout)])


def _schema(subject: str, catalog: "Catalog") -> "tuple[SchemaFile, str]":
    """The schema and the path that a subject names. Raises UsageError with what may have been meant."""
    from wissel.catalog.naming import ISO_PREFIX, is_definition

    definition, _, path = subject.removeprefix(ISO_PREFIX).partition("/")
    if (file := catalog.find(definition)) is not None:
        return file, path
    versions = catalog.versions(definition)
    if versions:
        raise UsageError(f"name a version of {definition}: {', '.join(versions)}")
    known = catalog.definitions()
    if is_definition(definition):
        nearest = "" if catalog.known_versions(definition) else console.did_you_mean(definition, known)
        raise UsageError(catalog.unknown(definition) + nearest)
    from wissel.cli.explain_code import known_codes

    candidates = [*known_codes(), *known, *{name[:8] for name in known}]
    raise UsageError(
        f"'{console.visible(definition)}' is no finding code and no message definition"
        f"{console.did_you_mean(definition, candidates)}"
    )


def _about(file: "SchemaFile", tree: "SchemaTree", catalog: "Catalog") -> dict[str, Any]:
    from wissel.xml.writing.generate import transaction_path

    return {
        "definition": file.definition,
        "name": tree.message_name,
        "namespace": tree.namespace,
        "origin": file.origin,
        "overlays": [overlay.origin for overlay in catalog.overlays(file.definition)],
        "versions": list(catalog.known_versions(file.definition)),
        "transaction": transaction_path(tree),
    }


def _facts(file: "SchemaFile", tree: "SchemaTree", catalog: "Catalog", layout: "Layout") -> list[str]:
    from wissel.cli.render.layout import labelled

    about = _about(file, tree, catalog)
    others = [name for name in about["versions"] if name != file.definition]
    return [
        "",
        *labelled(
            (
                ("namespace", tree.namespace),
                ("schema", ", ".join([file.origin, *(f"overlay {name}" for name in about["overlays"])])),
                ("transaction", about["transaction"] or ""),
                ("versions", f"also {', '.join(others)}" if others else ""),
            ),
            layout,
        ),
    ]


def _zoomed(tree: "SchemaTree", places: "list[Node]", levels: int, layout: "Layout") -> list[str]:
    """One place in detail; where several have the same type, one for all."""
    from wissel.catalog.places import rows
    from wissel.cli.render.layout import labelled, path_lines

    often = {(place.element.occurs_min, place.element.occurs_max) for place in places}
    shown = []
    for place in places[:PLACES_LISTED_MAX]:
        # where it is not equally often everywhere, each place says it for itself
        note = "" if len(often) == 1 else f"  {_occurs(place.element)}"
        shown.append(path_lines(place.path, layout) + layout.style(note, dim=True))
    if len(places) > len(shown):
        shown.append(f"and {len(places) - len(shown)} places more, all of this type")
    found = list(rows(tree, places[0], levels))
    if found[0].holds_elements:
        return [*shown, "", _table(found, layout)]
    (top, *attributes) = rows(tree, places[0], 0, brief=False)
    stands = _often(top) if len(often) == 1 else "as each place says"
    details = [("stands", stands), ("type", top.type), ("allowed", top.allowed)]
    details += [(row.name, f"{_often(row)}, {row.allowed}") for row in attributes]
    return [*shown, "", *labelled(details, layout)]


def _often(row: "Row") -> str:
    """How often an element stands, in words."""
    if row.name.startswith("@"):
        return "mandatory" if row.occurs_min else "optional"
    if row.occurs_max == 1:
        words = "mandatory, once" if row.occurs_min else "optional, at most once"
    else:
        most = "any number of times" if row.occurs_max is None else f"at most {row.occurs_max} times"
        words = f"{'at least once, ' if row.occurs_min == 1 else 'optional, ' if not row.occurs_min else ''}{most}"
        if row.occurs_min > 1:
            words = f"at least {row.occurs_min} times, {most}"
    return f"{_occurs(row)} ({words})"


def _occurs(row: "Row | Element") -> str:
    return f"{row.occurs_min}..{'*' if row.occurs_max is None else row.occurs_max}"


def _listed(tree: "SchemaTree", places: "list[Node]", layout: "Layout") -> list[str]:
    """Places of several types: a line each, and how to choose one."""
    from wissel.cli.render.layout import path_lines, wrapped
    from wissel.xml.xsd.describe import describe

    lines = [f"{len(places)} places; give more of the path for one of them:", ""]
    for place in places[:PLACES_LISTED_MAX]:
        lines.append(path_lines(place.path, layout))
        words = describe(place.type, 8, brief=True)
        lines.append("    " + layout.style(wrapped(f"{words} ({place.element.type_name})", layout, 4), dim=True))
    if len(places) > PLACES_LISTED_MAX:
        lines.append(f"and {len(places) - PLACES_LISTED_MAX} more")
    return lines


def _table(found: "list[Row]", layout: "Layout") -> str:
    """The rows in columns: element, occurrence, what is allowed with the type behind it."""
    from wissel.cli.render.layout import wrapped

    names = [f"{'  ' * row.depth}{row.choice + ' ' if row.choice else ''}{row.name}" for row in found]
    columns = min(max(len("element"), *map(len, names)), _NAME_COLUMNS_MAX if (layout.width or 120) > 90 else 34)
    often = max(len(_occurs(row)) for row in found)
    lines = [layout.style(f"{'element':{columns}}  {'occurs':{often}}  allowed (type)", dim=True)]
    for name, row in zip(names, found, strict=True):
        text = row.type if row.holds_elements else f"{row.allowed} ({row.type})"
        start = max(columns, len(name)) + 2 + max(often, 6) + 2
        words = wrapped(text, layout, columns + 2 + max(often, 6) + 2 if len(name) <= columns else start)
        styled = layout.style(words, dim=row.holds_elements)
        indent = name[: len(name) - len(row.name)]
        shown = layout.style(indent, dim=True) + layout.style(row.name, bold=row.holds_elements)
        lines.append(f"{shown}{' ' * (max(columns, len(name)) - len(name))}  {_occurs(row):{max(often, 6)}}  {styled}")
    return "\n".join(lines)


def _as_dict(row: "Row") -> dict[str, Any]:
    from dataclasses import asdict

    found = asdict(row)
    found["choice"] = bool(row.choice)
    return found


def _json(value: object) -> str:
    import json

    return json.dumps(value, indent=2, ensure_ascii=False)
