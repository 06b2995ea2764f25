"""Which checks a block of a given shape needs: worked out once per shape, then run on every block that has it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from wissel.validation import constraint_screen
from wissel.validation.constraint import Constraint
from wissel.validation.predicate import Outcome
from wissel.validation.rule import BlockRule, RuleFacts, Screen, ValueCheck, ValueRule
from wissel.validation.scope import Scope
from wissel.xml.blocks.block import Block
from wissel.xml.blocks.shape import Shape

Shapes = tuple[Shape, ...]
"""The shape of a block and of those around it."""


Check = tuple[RuleFacts, ValueCheck]


class ValuePlan(NamedTuple):
    """What is asked of one value: rules that share a screen (or have none)."""

    number: int
    screen: Screen | None
    checks: tuple[Check, ...]
    right: set[str]
    """Texts that all these rules are known to find right."""


@dataclass(frozen=True, slots=True)
class Plan:
    """The checks for blocks of one shape."""

    values: tuple["ValuePlan", ...]
    rules: tuple[BlockRule, ...]
    constraints: tuple[tuple[Constraint, constraint_screen.Screen | None], ...]
    """Those whose outcome depends on values, each with its screen; of the others all that pass are left out."""


def shapes_of(block: Block) -> Shapes:
    """The shapes of a block and of those around it, innermost first."""
    outer = block.parent
    if outer is None:
        return (block.shape,)
    if outer.parent is None:
        return (block.shape, outer.shape)
    return (block.shape, *shapes_of(outer))


@dataclass(frozen=True, slots=True)
class Planner:
    """Makes plans for one message under one guideline."""

    values: tuple[ValueRule, ...]
    blocks: tuple[BlockRule, ...]
    constraints: tuple[Constraint, ...]
    right: dict[tuple[object, ...], set[str]]
    """Texts known to be right, by the rules that find them so; shared by all plans of a run."""

    def plan(self, block: Block, kind: str, scope: Scope) -> Plan:
        """The plan for blocks like ``block``, of a kind ``header``, ``message``, ``group`` or ``transaction``."""
        shape = block.shape
        values = tuple(
            one
            for number, path in enumerate(shape.plain)
            for one in self._value_plans(number, _type_name(block, path, kind, scope), scope.family)
        )
        rules = tuple(
            rule
            for rule in self.blocks
            if kind in rule.kinds
            and rule.facts.is_for(scope.family)
            and (not rule.needs or any(_is_there(path, shape) for path in rule.needs))
        )
        constraints = tuple(
            (constraint, constraint_screen.screen_of(constraint, block))
            for constraint in self.constraints
            if constraint.is_at(block, kind, scope) and constraint.foreseen(block) is not Outcome.PASSES
        )
        return Plan(values, rules, constraints)

    def _value_plans(self, number: int, type_name: str | None, family: str) -> Iterable[ValuePlan]:
        """The rules for a value of a type, those with one screen together."""
        if type_name is None:
            return
        groups: dict[Screen | None, list[Check]] = {}
        for rule in self.values:
            if type_name.startswith(rule.types) and rule.facts.is_for(family):
                check = rule.check if rule.by_type is None else rule.by_type(type_name, family)
                if check is not None:
                    groups.setdefault(rule.screen, []).append((rule.facts, check))
        for screen, checks in groups.items():
            key = tuple(part for facts, check in checks for part in (facts.code, check))
            yield ValuePlan(number, screen, tuple(checks), self.right.setdefault(key, set()))


def _is_there(path: str, shape: Shape) -> bool:
    if not path.startswith("**/"):
        return path in shape.present
    return any(f"/{present}".endswith(path[2:]) for present in shape.present)


def _type_name(block: Block, path: str, kind: str, scope: Scope) -> str | None:
    return scope.header_type_name(path) if kind == "header" else scope.type_name(block, path)
