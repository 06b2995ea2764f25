"""Guidelines for a person: one in full, and how two differ."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from wissel.cli.console import visible
from wissel.cli.render.layout import Layout, labelled, wrapped

if TYPE_CHECKING:
    from wissel.core.finding import Severity
    from wissel.validation.guideline import Guideline
    from wissel.validation.guideline_difference import RuleChange

_COLORS = {"error": "red", "warning": "yellow", "info": "cyan"}
_COVERAGE = {
    "full": "full: all that the network asks for",
    "partial": "partial: a good part of what the network asks for; no fault found is not yet accepted",
    "minimal": "minimal: a few of the things that the network asks for; no fault found says little",
}


def paragraphs(one: "Guideline", layout: Layout) -> Iterator[str]:
    """A guideline: what it is, its rules by message, and those that are its own."""
    yield f"{layout.style(visible(one.name), bold=True)}  {visible(one.title)}"
    own = [facts for facts in one.facts() if facts.code in one.own_codes]
    rules = len(one.facts())
    pairs = (
        ("edition", one.edition),
        ("source", one.source),
        ("coverage", _COVERAGE[one.coverage]),
        ("in force", _span(one)),
        ("inherits", " > ".join(one.chain)),
        ("rules", f"{rules:,}, of which {len(own):,} are not of iso" if one.own_codes else f"{rules:,}"),
        ("takes", ", ".join(_taken(one))),
        ("note", one.note),
    )
    yield from ("  " + line.replace("\n", "\n  ") for line in labelled(pairs, layout))
    yield ""
    yield layout.style("Rules by message", bold=True)
    families = one.rules_by_family()
    column = max((len(family) for family in families), default=0)
    for family, number in families.items():
        yield f"  {family:{column}}  {number:>4}"
    if own:
        yield ""
        yield layout.style("Rules beyond iso", bold=True)
        width = max(len(facts.code) for facts in own)
        from wissel.validation.known_rules import weight

        for facts in sorted(own, key=lambda facts: facts.code):
            yield _rule(facts.code, weight(facts), facts.title, width, layout)


def _rule(code: str, severity: "Severity", title: str, width: int, layout: Layout) -> str:
    head = f"  {layout.style(f'{severity.value:7}', _COLORS[severity.value])}  {visible(code):{width}}  "
    return head + wrapped(title, layout, 2 + 7 + 2 + width + 2)


def _taken(one: "Guideline") -> list[str]:
    return [f"{name} (until {one.until[name]})" if name in one.until else name for name in one.definitions]


def _span(one: "Guideline") -> str:
    first, last = one.effective_from, one.effective_to
    if first is None and last is None:
        return "always"
    if first is None:
        return f"to {last}"
    return f"{first} to {last}" if last else f"from {first} on"


def difference_lines(before: str, after: str, found: "Sequence[RuleChange]", layout: Layout) -> Iterator[str]:
    """How two guidelines differ: a paragraph for each kind of difference."""
    only_after = [one for one in found if one.before is None]
    only_before = [one for one in found if one.after is None]
    both = [one for one in found if one.before is not None and one.after is not None]
    weighed = [one for one in both if one.before != one.after]
    changed = [one for one in both if one.changed]
    width = max((len(one.code) for one in found), default=0)
    kinds = (
        (f"only in {after}", "+", "green", only_after),
        (f"only in {before}", "-", "red", only_before),
        ("weighs otherwise", "~", "yellow", weighed),
        ("asks otherwise", "~", "yellow", changed),
    )
    for title, mark, color, rows in kinds:
        if rows:
            yield layout.style(visible(title), bold=True)
            for one in rows:
                weights = f"{one.before} -> {one.after}" if one.before and one.after else one.before or one.after or ""
                if one.before == one.after:
                    weights = one.before or ""
                head = f"  {layout.style(mark, color)} {visible(one.code):{width}}  {weights:16}  "
                yield head + wrapped(one.title, layout, 4 + width + 2 + 16 + 2)
            yield ""
    if not found:
        yield f"{visible(before)} and {visible(after)} have the same rules."
        return
    yield (
        f"{len(only_after):,} added, {len(only_before):,} gone, "
        f"{len(weighed):,} weighed otherwise, {len(changed):,} asked otherwise"
    )
