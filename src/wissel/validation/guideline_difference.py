"""How two guidelines differ, rule by rule."""

from collections.abc import Hashable
from dataclasses import dataclass

from wissel.validation.guideline import Guideline
from wissel.validation.known_rules import weight


@dataclass(frozen=True, slots=True)
class RuleChange:
    """A rule that differs."""

    code: str
    title: str
    before: str | None
    """Its severity in the first guideline; None where that has no such rule."""
    after: str | None
    changed: bool
    """Both have it, and ask for different things."""


def compare(before: Guideline, after: Guideline) -> tuple[RuleChange, ...]:
    """The rules that differ, in order of their codes."""
    first = {facts.code: facts for facts in before.facts()}
    second = {facts.code: facts for facts in after.facts()}
    asked, asked_after = _asked(before), _asked(after)
    found: list[RuleChange] = []
    for code in sorted({*first, *second}):
        old, new = first.get(code), second.get(code)
        weighs, weighs_after = (weight(facts).value if facts else None for facts in (old, new))
        changed = old is not None and new is not None and asked.get(code) != asked_after.get(code)
        if weighs != weighs_after or changed:
            known = new or old
            found.append(RuleChange(code, known.title if known else "", weighs, weighs_after, changed))
    return tuple(found)


def _asked(guideline: Guideline) -> dict[str, tuple[Hashable, ...]]:
    """What each rule asks for, apart from how it is worded and weighs."""
    rows: dict[str, tuple[Hashable, ...]] = {}
    for one in guideline.constraints:
        key = (one.family, one.context, one.when, one.when_any, one.then, one.then_any, one.versions)
        rows[one.facts.code] = (*rows.get(one.facts.code, ()), key)
    # a rule that a guideline fits to itself has a check of its own
    checks = {rule.facts.code: (id(rule.check),) for rule in guideline.blocks}
    return {**checks, **rows}
