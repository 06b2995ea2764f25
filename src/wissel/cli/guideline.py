"""``wissel guideline``: which usage guidelines there are, what they ask for, how two differ, whether one is right."""

import os
import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import click

from wissel.cli import console
from wissel.core.errors import UsageError

if TYPE_CHECKING:
    from wissel.validation.guideline import Guideline

_EXIT_FINDINGS = 1
_FORMAT: Callable[..., Any] = click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True
)


@click.group(
    epilog=console.examples(
        ("wissel guideline list", "All guidelines, with what is known of each."),
        ("wissel guideline show sepa-sct", "Its rules, and what it inherits."),
        ("wissel guideline diff sepa-sct sepa-sct-inst", "The rules and weights that differ."),
        ("wissel guideline check my-bank.toml", "Every error of your own, with its line."),
        ("wissel validate inbox/ --guideline my-bank.toml", "Apply it."),
    )
)
def guideline() -> None:
    """List, show, compare and check usage guidelines.

    A guideline says what a network or a bank asks for beyond the schema. One of your own is a TOML file that begins
    with parent = "sepa-sct" or another one: it inherits all rules, weighs some of them otherwise, lifts some and adds
    some.
    """


@guideline.command("list")
@_FORMAT
def list_guidelines(form: str) -> None:
    """List the bundled guidelines: how many rules, how much of the network's own they cover, and when they hold.

    Coverage is full only where all that the network asks for is known; partial and minimal guidelines find faults, and
    never say that a network accepts a message.
    """
    from wissel.cli.output import opened
    from wissel.cli.render.layout import Layout
    from wissel.cli.render.table import Column, write_table
    from wissel.validation.guideline import load, names

    found = [load(name) for name in names()]
    if form == "json":
        return _print_json([_summary(one) for one in found])
    columns = [Column("guideline", whole=True), Column("rules", right=True), Column("own", right=True)]
    columns += [Column("coverage"), Column("in force", whole=True), Column("title")]
    rows = [
        [one.name, str(len(one.facts())), str(len(_own(one))), one.coverage, _span(one), _titled(one)] for one in found
    ]
    with opened(None) as out:
        write_table(columns, rows, out, Layout(console.color(sys.stdout), console.width(sys.stdout)))
    return None


@guideline.command("show")
@click.argument("name", metavar="NAME|FILE")
@_FORMAT
def show_guideline(name: str, form: str) -> None:
    """Show one guideline: what it rests on, what it inherits, and its rules by message."""
    from wissel.cli.output import opened
    from wissel.cli.render.guideline_text import paragraphs
    from wissel.cli.render.layout import Layout

    found = _load(name)
    if form == "json":
        return _print_json(_whole(found))
    layout = Layout(console.color(sys.stdout), console.width(sys.stdout))
    with opened(None) as out:
        out.write("\n".join(paragraphs(found, layout)) + "\n")
    return None


@guideline.command("check")
@click.argument("file", metavar="FILE", type=click.Path())
@_FORMAT
def check_guideline(file: str, form: str) -> int:
    """Check a guideline of your own: each error with its line and reason.

    Exit codes: 0 it can be used, 1 it has errors.
    """
    from wissel.catalog.definitions import default_catalog
    from wissel.validation.guideline_check import mistakes

    console.require_paths([file])
    if not file.endswith(".toml"):
        raise UsageError(f"a guideline is a file that ends in .toml; '{console.visible(file)}' does not")
    found = mistakes(file, default_catalog())
    if form == "json":
        _print_json({"file": file, "errors": [{"line": one.line, "reason": one.reason} for one in found]})
        return _EXIT_FINDINGS if found else 0
    for one in found:
        place = f"{file}:{one.line}" if one.line else file
        click.echo(console.visible(f"{place}: {one.reason}"))
    if not found and not console.quiet():
        from wissel.validation.guideline import load

        right = load(file)
        rules, own = len(right.facts()), len(_own(right))
        click.echo(console.visible(f"{file}: right · {rules:,} rules, {own:,} beyond iso · {' > '.join(right.chain)}"))
    return _EXIT_FINDINGS if found else 0


@guideline.command("diff")
@click.argument("before", metavar="NAME|FILE")
@click.argument("after", metavar="NAME|FILE")
@_FORMAT
def diff_guidelines(before: str, after: str, form: str) -> None:
    """Show how two guidelines differ: rules that only one has, weights, and requirements that are worded otherwise."""
    from wissel.cli.output import opened
    from wissel.cli.render.guideline_text import difference_lines
    from wissel.cli.render.layout import Layout
    from wissel.validation.guideline_difference import compare

    found = compare(_load(before), _load(after))
    if form == "json":
        from dataclasses import asdict

        return _print_json({"before": before, "after": after, "rules": [asdict(one) for one in found]})
    layout = Layout(console.color(sys.stdout), console.width(sys.stdout))
    with opened(None) as out:
        out.write("\n".join(difference_lines(before, after, found, layout)) + "\n")
    return None


def _load(name: str) -> "Guideline":
    """Raises UsageError, with the nearest name, for one that is not known."""
    from wissel.validation.guideline import load
    from wissel.validation.names import names

    if name.endswith(".toml"):
        console.require_paths([name])
    elif name not in names():
        path = f"{name}.toml"
        hint = f"; for a file of your own: {path}" if os.path.isfile(path) else console.did_you_mean(name, names())
        hint = hint or f"; known are {', '.join(names())}"
        raise UsageError(f"there is no guideline '{console.visible(name)}'{hint}")
    return load(name)


def _own(one: "Guideline") -> Sequence[str]:
    """Codes of its rules that are not among those of ISO's guideline."""
    return [facts.code for facts in one.facts() if facts.code in one.own_codes]


def _titled(one: "Guideline") -> str:
    return f"{one.title} ({one.edition})" if one.edition and one.edition not in one.title else one.title


def _span(one: "Guideline") -> str:
    first, last = one.effective_from, one.effective_to
    if first is None and last is None:
        return "always"
    return f"{first or ''} to {last}" if last else f"from {first}"


def _summary(one: "Guideline") -> dict[str, Any]:
    return {
        "name": one.name,
        "title": one.title,
        "edition": one.edition,
        "source": one.source,
        "coverage": one.coverage,
        "effective_from": str(one.effective_from) if one.effective_from else None,
        "effective_to": str(one.effective_to) if one.effective_to else None,
        "chain": list(one.chain),
        "definitions": list(one.definitions),
        "note": one.note or None,
        "rules": len(one.facts()),
        "own_rules": len(_own(one)),
    }


def _whole(one: "Guideline") -> dict[str, Any]:
    from wissel.validation.known_rules import weight

    rules = [
        {
            "code": facts.code,
            "severity": weight(facts).value,
            "title": facts.title,
            "messages": list(facts.families),
            "reason": facts.reason,
            "source": facts.source,
            "confidence": facts.confidence,
            "own": facts.code in one.own_codes,
        }
        for facts in sorted(one.facts(), key=lambda facts: facts.code)
    ]
    return _summary(one) | {"rules_by_message": one.rules_by_family(), "rule_list": rules}


def _print_json(value: Any) -> None:
    import json

    click.echo(json.dumps(value, indent=2, ensure_ascii=False))
