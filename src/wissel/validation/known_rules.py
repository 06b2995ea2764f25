"""All rules that there are, by code, with the guidelines that apply each: for ``wissel explain`` and RULES.md."""

from dataclasses import dataclass, replace
from functools import cache

from wissel.core.finding import Severity
from wissel.validation.guideline import Guideline, load, names
from wissel.validation.names import ISO
from wissel.validation.rule import RuleFacts
from wissel.validation.rules import all_rules


@dataclass(frozen=True, slots=True)
class Applied:
    """A guideline that applies a rule, and how much it weighs there."""

    guideline: str
    severity: Severity


@dataclass(frozen=True, slots=True)
class Versions:
    """In which versions of a message a requirement is well known, and how much it weighs in the others."""

    family: str
    first: int
    last: int
    outside: Severity | None
    """None where it does not hold there."""


@dataclass(frozen=True, slots=True)
class KnownRule:
    """A rule and where it is applied."""

    facts: RuleFacts
    """As its own module or row says, or the guideline that is nearest to ISO's."""
    applied: tuple[Applied, ...]
    """Guidelines that apply it, ISO's first; none where only a user's guideline can enable it."""
    versions: tuple[Versions, ...] = ()


def weight(facts: RuleFacts) -> Severity:
    """The severity of a rule's findings: what rests on little warns, whatever its row says."""
    low = facts.confidence == "low" and facts.severity is Severity.ERROR
    return Severity.WARNING if low else facts.severity


@cache
def known_rules() -> dict[str, KnownRule]:
    """All rules of the bundled guidelines and those that guidelines may enable, in order of their codes."""
    found: dict[str, KnownRule] = {}
    for guideline in guidelines():
        versions = _versions(guideline)
        for facts in guideline.facts():
            applied = Applied(guideline.name, weight(facts))
            known = found.get(facts.code)
            if known is None:
                found[facts.code] = KnownRule(facts, (applied,), versions.get(facts.code, ()))
            else:
                found[facts.code] = replace(known, applied=(*known.applied, applied))
    for rule in all_rules():
        found.setdefault(rule.facts.code, KnownRule(rule.facts, ()))
    return dict(sorted(found.items()))


def guidelines() -> tuple[Guideline, ...]:
    """All bundled guidelines: ISO's first, then by name, each after those that it inherits from."""
    every = [load(name) for name in names()]
    return tuple(sorted(every, key=lambda one: (one.name != ISO, len(one.chain), one.name)))


def _versions(guideline: Guideline) -> dict[str, tuple[Versions, ...]]:
    found: dict[str, tuple[Versions, ...]] = {}
    for one in guideline.constraints:
        if one.versions is not None:
            known = found.setdefault(one.facts.code, ())
            more = Versions(one.family, *one.versions, one.outside)
            found[one.facts.code] = known if more in known else (*known, more)
    return found


def guideline_facts(guideline: str, code: str) -> RuleFacts | None:
    """The facts of one rule of a guideline; None where it has no such rule."""
    return _facts(guideline).get(code)


@cache
def _facts(guideline: str) -> dict[str, RuleFacts]:
    return {facts.code: facts for facts in load(guideline).facts()}
