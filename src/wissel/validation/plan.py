"""Which checks a block of a given shape needs: worked out once per shape, then run on every block that has it."""

from collections.abc import Iterable
from dataclasses import dataclass

from wissel.validation.constraint import Constraint
from wissel.validation.predicate import Outcome
from wissel.validation.rule import BlockRule, ValueRule
from wissel.validation.scope import Scope
from wissel.xml.block import Block
from wissel.xml.shape import Shape

Shapes = tuple[Shape, ...]
"""The shape of a block and of those around it."""


@dataclass(frozen=True, slots=True)
class Plan:
    """The checks for blocks of one shape."""

    values: tuple[tuple[int, ValueRule, set[str]], ...]
    """Which value, by which rule, and the texts that this rule is known to find right."""
    rules: tuple[BlockRule, ...]
    constraints: tuple[Constraint, ...]
    """Those whose outcome depends on values; of the others all that pass are left out."""


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
    right: dict[str, set[str]]
    """Texts known to be right, by rule code; shared by all plans of a run."""

    def plan(self, block: Block, kind: str, scope: Scope) -> Plan:
        """The plan for blocks like ``block``, of a kind ``header``, ``message``, ``group`` or ``transaction``."""
        shape = block.shape
        values = tuple(
            (number, rule, self.right.setdefault(rule.facts.code, set()))
            for number, path in enumerate(shape.plain)
            for rule in self._value_rules(_type_name(block, path, kind, scope))
        )
        rules = tuple(
            rule
            for rule in self.blocks
            if kind in rule.kinds
            and rule.facts.is_for(scope.family)
            and (not rule.needs or any(_is_there(path, shape) for path in rule.needs))
        )
        constraints = tuple(
            constraint
            for constraint in self.constraints
            if constraint.is_at(block, kind, scope) and constraint.foreseen(block) is not Outcome.PASSES
        )
        return Plan(values, rules, constraints)

    def _value_rules(self, type_name: str | None) -> Iterable[ValueRule]:
        if type_name is None:
            return ()
        return (rule for rule in self.values if type_name.startswith(rule.types))


def _is_there(path: str, shape: Shape) -> bool:
    if not path.startswith("**/"):
        return path in shape.present
    return any(f"/{present}".endswith(path[2:]) for present in shape.present)


def _type_name(block: Block, path: str, kind: str, scope: Scope) -> str | None:
    return scope.header_type_name(path) if kind == "header" else scope.type_name(block, path)
