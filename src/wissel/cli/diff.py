"""``wissel diff``: what changed between two message definitions."""

import sys
from typing import TYPE_CHECKING

import click

from wissel.cli import console

if TYPE_CHECKING:
    from wissel.catalog.difference import Change, DefinitionDifference, Difference
    from wissel.cli.render.layout import Layout

_MARKS = {"added": ("+", "green"), "removed": ("-", "red")}
_NAME_COLUMNS_MAX = 24


@click.command(
    epilog=console.examples(
        ("wissel diff pacs.008.001.08 pacs.008.001.12", "What a newer version changed."),
        ("wissel diff camt.053.001.02 camt.053.001.08 --format json", "The same for a program, with all places."),
        ("wissel diff pacs.008.001.08 pacs.009.001.08", "How two messages differ."),
    )
)
@click.argument("before", metavar="DEFINITION")
@click.argument("after", metavar="DEFINITION")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
def diff(before: str, after: str, form: str) -> None:
    """Show what changed between two message definitions, such as two versions of one message.

    Elements are paired by their tags, and by what is known of renamed ones (BIC is BICFI). A change of a type that is
    used at many places is shown once, with the first of them. Occurrence is written as 0..1 (optional), 1..1
    (mandatory), 0..* (any number); "or" behind it says that the element is one option of a choice.
    """
    from wissel.catalog.definitions import default_catalog
    from wissel.catalog.difference import compare_definitions
    from wissel.cli.output import opened
    from wissel.cli.render.layout import Layout, wrapped

    catalog = default_catalog()
    trees = catalog.tree(before), catalog.tree(after)
    found = compare_definitions(*trees)
    if form == "json":
        text = _json(found)
    else:
        layout = Layout(console.color(sys.stdout), console.width(sys.stdout))
        title = (
            f"{layout.style(before, bold=True)}  {trees[0].message_name}\n"
            f"{layout.style(after, bold=True)}  {trees[1].message_name}"
        )
        text = "\n".join([title, "", *_paragraphs(found, layout), wrapped(_summary(found), layout, 0)])
    with opened(None) as out:
        out.write(text + "\n")


def _json(found: "DefinitionDifference") -> str:
    import json
    from dataclasses import asdict

    value = {
        "before": found.before,
        "after": found.after,
        "summary": found.counts(),
        "differences": [
            {
                "paths": list(difference.paths),
                "type_before": difference.type_before,
                "type_after": difference.type_after,
                "changes": [asdict(change) for change in difference.changes],
            }
            for difference in found.differences
        ],
    }
    return json.dumps(value, indent=2, ensure_ascii=False)


def _paragraphs(found: "DefinitionDifference", layout: "Layout") -> list[str]:
    return [line for difference in found.differences for line in [*_difference(difference, layout), ""]]


def _difference(difference: "Difference", layout: "Layout") -> list[str]:
    from wissel.cli.render.layout import path_lines, wrapped

    others = len(difference.paths) - 1
    types = difference.type_after
    if difference.type_before != difference.type_after:
        types = f"{difference.type_before} -> {difference.type_after}"
    where = f"and {others} more place{'s' if others > 1 else ''}, all {types}" if others else types
    lines = [path_lines(difference.paths[0], layout), "  " + layout.style(wrapped(where, layout, 2), dim=True)]
    column = min(max(len(change.element) for change in difference.changes), _NAME_COLUMNS_MAX)
    for change in difference.changes:
        mark, color = _MARKS.get(change.kind, ("~", "yellow"))
        start = 4 + max(column, len(change.element)) + 2
        words = wrapped(change_words(change), layout, start)
        lines.append(f"  {layout.style(mark, color)} {layout.style(f'{change.element:{column}}', bold=True)}  {words}")
    return lines


def change_words(change: "Change") -> str:
    """A change in plain words: ``0..1, 1 to 35 characters``, ``was BIC``, ``codes added: ONLI`` ..."""
    match change.kind:
        case "added" | "removed":
            return change.after or change.before or ""
        case "renamed":
            return f"was {change.before}"
        case "occurrence":
            return f"{change.before} -> {change.after} ({_occurrence_words(change.before or '', change.after or '')})"
        case "order":
            return f"moved: was {_placed(change.before)}, now {_placed(change.after)}"
        case "codes":
            parts = (("added", change.after), ("removed", change.before))
            return "; ".join(f"codes {word}: {codes}" for word, codes in parts if codes)
    if change.before is None:
        return f"new: {change.after}"
    if change.after is None:
        return f"gone; was {change.before}"
    return f"{change.before} -> {change.after}"


def _placed(place: str | None) -> str:
    return place or "first"


def _occurrence_words(before: str, after: str) -> str:
    """What a change of occurrence means: ``now optional``, ``may repeat`` ..."""
    was, now = before.removesuffix(" or"), after.removesuffix(" or")
    words = []
    if before.endswith(" or") != after.endswith(" or"):
        words.append("no longer one of a choice" if before.endswith(" or") else "now one of a choice")
    elif was[:1] != now[:1]:
        words.append("now optional" if now[:1] == "0" else "now mandatory")
    if was.split("..")[1] != now.split("..")[1]:
        most = now.split("..")[1]
        words.append("once at most" if most == "1" else "any number" if most == "*" else f"at most {most}")
    return ", ".join(words) or "other counts"


def _summary(found: "DefinitionDifference") -> str:
    counts = found.counts()
    if not counts:
        return f"{found.before} and {found.after} do not differ"
    parts = ", ".join(f"{kind} {number}" for kind, number in counts.items())
    places = len({path for difference in found.differences for path in difference.paths})
    total = sum(counts.values())
    return (
        f"{total} change{'s' if total > 1 else ''} in {len(found.differences)} "
        f"type{'s' if len(found.differences) > 1 else ''} used at {places} place{'s' if places > 1 else ''}: {parts}"
    )
