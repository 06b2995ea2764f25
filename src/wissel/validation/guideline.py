"""Usage guidelines: what a network or market adds to the schema, restricts or relaxes. Data in ``guidelines/*.toml``.

A guideline inherits from its parent: what it does not mention stays, a severity or row under the same code replaces,
``lift`` takes away. The rule says what is wrong; the guideline decides how much that weighs.
"""

import os
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache, lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar

from wissel.core.errors import InstallationError, UsageError
from wissel.core.finding import Severity
from wissel.validation.constraint import Constraint, constraints_of
from wissel.validation.names import AUTO, ISO, SCHEMA, names
from wissel.validation.rows import rows_of
from wissel.validation.rule import BlockRule, Rule, RuleFacts, RunningRule, ValueRule
from wissel.validation.rules import GENERAL_RULES, all_rules

__all__ = [
    "COVERAGES",
    "KEYS",
    "Guideline",
    "constraint_rows",
    "guideline_text",
    "load",
    "names",
    "parent_of",
]

R = TypeVar("R", ValueRule, BlockRule, RunningRule, Constraint)

COVERAGES = ("full", "partial", "minimal")
"""How much of what a network asks for a guideline may say that it knows."""
KEYS = frozenset({
    "title", "edition", "source", "coverage", "parent", "effective_from", "effective_to", "definitions",
    "definitions_uncertain", "definitions_until", "character_set", "reason_codes", "calendar", "enable", "lift",
    "severity", "constraint", "constraint_files", "note",
})  # fmt: skip
"""What a guideline's file may state."""
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True, eq=False)
class Guideline:
    """A guideline with all that it inherits."""

    name: str
    title: str
    edition: str
    source: str
    coverage: str
    """``full``, ``partial`` or ``minimal``: how much of what the scheme asks for is known here."""
    chain: tuple[str, ...]
    """Its own name and those of its ancestors."""
    effective_from: date | None
    effective_to: date | None
    definitions: tuple[str, ...]
    """Definitions that it takes, of the messages for which that is known; none for any."""
    uncertain: frozenset[str] = frozenset()
    """Those of them that rest on weak facts: another version is warned of and not refused."""
    until: Mapping[str, date] = field(default_factory=dict)
    """Last day of those definitions that it takes for a time only."""
    note: str = ""
    """What its reader has to know of it."""
    values: tuple[ValueRule, ...] = ()
    blocks: tuple[BlockRule, ...] = ()
    running: tuple[RunningRule, ...] = ()
    constraints: tuple[Constraint, ...] = ()
    own_codes: frozenset[str] = frozenset()
    """Codes that are not those of the ISO guideline: their findings are of the guideline's stage."""

    def facts(self) -> tuple[RuleFacts, ...]:
        """The facts of all its rules, one per code."""
        every: tuple[Rule | Constraint, ...] = (*self.values, *self.blocks, *self.running, *self.constraints)
        found: dict[str, RuleFacts] = {}
        for rule in every:
            found.setdefault(rule.facts.code, rule.facts)
        return tuple(found.values())

    def rules_for(self, family: str) -> int:
        """How many rules look at messages of a family."""
        return _rules_for(self, family)

    def rules_by_family(self) -> dict[str, int]:
        """How many rules look at each message that some rule is made for; under ``all`` those for any message."""
        facts = self.facts()
        families = sorted({family for one in facts for family in one.families if family != "*"})
        own = {family: sum(family in one.families for one in facts) for family in families}
        return {"all": sum(not one.families or "*" in one.families for one in facts)} | own

    def in_force(self, day: date) -> bool:
        """Whether it holds on a day."""
        return (self.effective_from is None or self.effective_from <= day) and (
            self.effective_to is None or day <= self.effective_to
        )


@lru_cache(maxsize=1024)
def _rules_for(guideline: Guideline, family: str) -> int:
    return sum(1 for facts in guideline.facts() if facts.is_for(family))


def load(name: str) -> Guideline:
    """A bundled guideline by name, or one from a file whose path is given. Raises UsageError for an unknown one,
    InstallationError for one with errors, naming key and reason."""
    if name.endswith(".toml"):
        return _loaded(name, ())
    return _bundled(name)


def _loaded(name: str, below: tuple[str, ...]) -> Guideline:
    """A guideline from a file; ``below`` are the files that inherit from it, nearest last."""
    path = os.path.realpath(name)
    if path in below:
        raise InstallationError(f"the guideline {name} inherits from itself")
    return _from_file(name, os.stat(path).st_mtime_ns if os.path.isfile(path) else 0, (*below, path))


@lru_cache(maxsize=16)
def _from_file(path: str, changed_ns: int, below: tuple[str, ...]) -> Guideline:
    row = _parsed(guideline_text(path), path)
    try:
        return _build(Path(path).stem, row, parent_of(row, path, below))
    except (TypeError, ValueError, KeyError, AttributeError) as error:
        raise InstallationError(f"the guideline {path} cannot be read: {error!r}") from None


def guideline_text(path: str) -> str:
    """The text of a guideline's file. Raises UsageError where it cannot be read."""
    try:
        return Path(path).read_text(encoding="utf-8")
    except OSError as error:
        raise UsageError(f"the guideline {path} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise UsageError(f"the guideline {path} is no text in UTF-8") from None


def parent_of(row: Row, path: str, below: tuple[str, ...]) -> Guideline | None:
    """The parent that a guideline in a file names: a bundled one, or a file beside its own. Raises UsageError for one
    that is not known, InstallationError for one with errors."""
    parent = row.get("parent")
    if parent is None:
        return None
    if str(parent).endswith(".toml"):
        return _loaded(os.path.join(os.path.dirname(path), parent), below)
    return _bundled(str(parent))


@cache
def _bundled(name: str) -> Guideline:
    if name not in names():
        raise UsageError(f"there is no guideline {name!r}; known are {SCHEMA}, {AUTO}, {', '.join(names())}")
    row = _known(rows_of(f"guidelines/{name}.toml"), name)
    return _build(name, row, _bundled(row["parent"]) if "parent" in row else None)


def _parsed(text: str, name: str) -> Mapping[str, Any]:
    try:
        row = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InstallationError(f"the guideline {name} is not readable TOML: {error}") from None
    return _known(row, name)


def _known(row: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """The row, where it states only what guidelines may."""
    if unknown := set(row) - KEYS:
        raise InstallationError(f"the guideline {name} has keys that are not known: {', '.join(sorted(unknown))}")
    return row


def _made_for(row: Row) -> list[Rule]:
    """The rules that are made from what a guideline states; their modules are loaded only then."""
    made: list[Rule] = []
    if "character_set" in row:
        from wissel.validation.rules.character_sets import characters_rule

        made.append(characters_rule(row["character_set"]))
    if "reason_codes" in row:
        from wissel.validation.rules.scheme_reasons import reasons_rule

        made.append(reasons_rule(row["reason_codes"]))
    if "calendar" in row:
        from wissel.validation.rules.scheme_networks import closed_day_rule

        made.append(closed_day_rule(row["calendar"]))
    return made


def _build(name: str, row: Row, parent: Guideline | None) -> Guideline:
    coverage = row.get("coverage", parent.coverage if parent else None)
    if coverage not in COVERAGES:
        raise InstallationError(f"the guideline {name} has to state its coverage: {', '.join(COVERAGES)}")
    enabled = set(row.get("enable", ()))
    added = [rule for rule in all_rules() if rule.facts.code in enabled] if enabled else []
    if parent is None:
        added += [rule for rule in GENERAL_RULES if not rule.facts.optional and rule not in added]
    if missing := enabled - {rule.facts.code for rule in added}:
        raise InstallationError(f"the guideline {name} enables rules that are not known: {', '.join(sorted(missing))}")
    added += _made_for(row)
    rows: dict[str, Row | Sequence[Row]] = {}
    for file in row.get("constraint_files", ()):
        rows.update(constraint_rows(file))
    rows.update(row.get("constraint", {}))
    definitions = tuple(row.get("definitions", parent.definitions if parent else ()))
    own = [constraint for code, some in rows.items() for constraint in constraints_of(code, some)]
    own = [_within_versions(constraint, definitions) for constraint in own]
    lifted = set(row.get("lift", ())) | set(rows)
    kept = [c for c in (parent.constraints if parent else ()) if c.facts.code not in lifted]
    inherited: tuple[Rule, ...] = (*parent.values, *parent.blocks, *parent.running) if parent else ()
    replaced = {rule.facts.code for rule in added}
    inherited = tuple(rule for rule in inherited if rule.facts.code not in replaced)
    every = [rule for rule in (*inherited, *added) if rule.facts.code not in set(row.get("lift", ()))]
    weights = {code: Severity(weight) for code, weight in row.get("severity", {}).items()}
    known = {rule.facts.code for rule in (*inherited, *added, *own)} | {c.facts.code for c in kept}
    known |= {facts.code for facts in parent.facts()} if parent else set()
    if unknown := (set(weights) | set(row.get("lift", ()))) - known:
        raise InstallationError(
            f"the guideline {name} speaks of codes that are not known: {', '.join(sorted(unknown))}"
        )
    own_codes = (parent.own_codes if parent else frozenset()) | (
        frozenset() if name == ISO else {c.facts.code for c in own} | {r.facts.code for r in added}
    )
    return Guideline(
        name=name,
        title=row.get("title", name),
        edition=row.get("edition", parent.edition if parent else ""),
        source=row.get("source", parent.source if parent else ""),
        coverage=coverage,
        chain=(name, *(parent.chain if parent else ())),
        effective_from=row.get("effective_from", parent.effective_from if parent else None),
        effective_to=row.get("effective_to", parent.effective_to if parent else None),
        definitions=definitions,
        uncertain=frozenset(row.get("definitions_uncertain", parent.uncertain if parent else ())),
        until=MappingProxyType(dict(row.get("definitions_until", parent.until if parent else {}))),
        note=row.get("note", ""),
        values=tuple(weighted(r, weights) for r in every if isinstance(r, ValueRule)),
        blocks=tuple(weighted(r, weights) for r in every if isinstance(r, BlockRule)),
        running=tuple(weighted(r, weights) for r in every if isinstance(r, RunningRule)),
        constraints=tuple(weighted(c, weights) for c in (*kept, *own)),
        own_codes=own_codes,
    )


def _within_versions(constraint: Constraint, definitions: tuple[str, ...]) -> Constraint:
    """The constraint for the versions that the guideline takes, where it names none itself: of others it warns."""
    known = [int(one.split(".")[3]) for one in definitions if one.startswith(f"{constraint.family}.")]
    if constraint.versions is not None or not known:
        return constraint
    return replace(constraint, versions=(min(known), max(known)))


def weighted(rule: R, weights: Mapping[str, Severity]) -> R:
    """The same rule with the weight a guideline gives it."""
    weight = weights.get(rule.facts.code)
    return rule if weight is None else replace(rule, facts=replace(rule.facts, severity=weight))


@cache
def constraint_rows(file: str) -> Mapping[str, Row | Sequence[Row]]:
    """The rows of one file of ``constraints/``, by code."""
    return rows_of(f"constraints/{file}.toml")
