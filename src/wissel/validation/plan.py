"""Which checks a block of a given shape needs: worked out once per shape, then run on every block that has it.

Nearly all blocks are right. So a plan asks first what is quickly asked: each value that some check goes by is looked at
once, by all their tests together, unless the same text was right before. A check is run only where one of its tests
did not pass, or where it has none.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from wissel.validation import constraint_screen
from wissel.validation.constraint import Constraint
from wissel.validation.predicate import DECIDED, Outcome
from wissel.validation.rule import BlockRule, RuleFacts, Screen, Test, ValueCheck, ValueRule
from wissel.validation.scope import Scope
from wissel.xml.blocks.block import Block
from wissel.xml.blocks.shape import Shape

Shapes = tuple[Shape, ...]
"""The shape of a block and of those around it."""
Check = tuple[RuleFacts, ValueCheck]


class ValueStep(NamedTuple):
    """What is asked of one value: rules that share a screen (or have none)."""

    number: int
    checks: tuple[Check, ...]


Step = ValueStep | BlockRule | Constraint
"""One check of a plan."""


class Look(NamedTuple):
    """One value that checks go by."""

    number: int
    right: set[str]
    """Texts that are known to pass all its tests."""
    passes: Test
    """All its tests at once."""
    tests: tuple[tuple[int, Test], ...]
    """Each with the number of the step that it is for."""


@dataclass(frozen=True, slots=True)
class Plan:
    """The checks for blocks of one shape."""

    steps: tuple[Step, ...]
    """In the order in which their findings are told. Constraints that the shapes decide to be kept are left out."""
    always: tuple[int, ...]
    """The steps that have no tests."""
    looks: tuple[Look, ...]
    several: tuple[tuple[int, constraint_screen.Screen], ...]
    """Steps with a test that goes by several values at once."""
    counts: Mapping[int, int]
    """How many flaws a step finds, where the shapes alone decide that."""


def shapes_of(block: Block) -> Shapes:
    """The shapes of a block and of those around it, innermost first."""
    outer = block.parent
    if outer is None:
        return (block.shape,)
    if outer.parent is None:
        return (block.shape, outer.shape)
    return (block.shape, *shapes_of(outer))


@dataclass(frozen=True, slots=True)
class _Draft:
    """A plan while it is made."""

    steps: list[Step] = field(default_factory=list)
    always: list[int] = field(default_factory=list)
    tests: dict[int, list[tuple[int, Test]]] = field(default_factory=dict)
    """By the number of the value."""
    several: list[tuple[int, constraint_screen.Screen]] = field(default_factory=list)
    counts: dict[int, int] = field(default_factory=dict)

    def add(self, step: Step, tests: Iterable[tuple[int, Test]] | None) -> None:
        """Another step; None for one that has no tests."""
        if tests is None:
            self.always.append(len(self.steps))
        for number, test in tests or ():
            self.tests.setdefault(number, []).append((len(self.steps), test))
        self.steps.append(step)

    def plan(self) -> Plan:
        looks = (
            Look(number, set(), _together([test for _, test in tests]), tuple(tests))
            for number, tests in sorted(self.tests.items())
        )
        return Plan(tuple(self.steps), tuple(self.always), tuple(looks), tuple(self.several), self.counts)


@dataclass(frozen=True, slots=True)
class Planner:
    """Makes plans for one message under one guideline."""

    values: tuple[ValueRule, ...]
    blocks: tuple[BlockRule, ...]
    constraints: tuple[Constraint, ...]

    def plan(self, block: Block, kind: str, scope: Scope) -> Plan:
        """The plan for blocks like ``block``, of a kind ``header``, ``message``, ``group`` or ``transaction``."""
        draft = _Draft()
        for number, path in enumerate(block.shape.plain):
            for screen, checks in self._checks(_type_name(block, path, kind, scope), scope.family).items():
                test = _unsuspected(screen) if screen is not None else _flawless(tuple(checks))
                draft.add(ValueStep(number, tuple(checks)), [(number, test)])
        for rule in self.blocks:
            if kind in rule.kinds and rule.facts.is_for(scope.family) and _is_needed(rule, block.shape):
                draft.add(rule, rule.screen(block, scope) if rule.screen is not None else None)
        for constraint in self.constraints:
            if constraint.is_at(block, kind, scope) and constraint.foreseen(block) is not Outcome.PASSES:
                screened = constraint_screen.screen_of(constraint, block)
                draft.add(constraint, screened.tests if screened is not None else None)
                if all(one.kind in DECIDED for one in constraint.predicates):
                    draft.counts[len(draft.steps) - 1] = constraint.count(block, scope)
                draft.several.extend((len(draft.steps) - 1, one) for one in (screened.several if screened else ()))
        return draft.plan()

    def _checks(self, type_name: str | None, family: str) -> dict[Screen | None, list[Check]]:
        """The rules for a value of a type, those with one screen together."""
        groups: dict[Screen | None, list[Check]] = {}
        for rule in self.values if type_name is not None else ():
            if type_name is not None and type_name.startswith(rule.types) and rule.facts.is_for(family):
                check = rule.check if rule.by_type is None else rule.by_type(type_name, family)
                if check is not None:
                    groups.setdefault(rule.screen, []).append((rule.facts, check))
        return groups


def _unsuspected(screen: Screen) -> Test:
    return lambda text: screen(text) is None


def _flawless(checks: tuple[Check, ...]) -> Test:
    if len(checks) == 1:
        return _unsuspected(checks[0][1])
    return lambda text: all(check(text) is None for _, check in checks)


def _together(tests: list[Test]) -> Test:
    if len(tests) == 1:
        return tests[0]
    if len(tests) == 2:
        first, second = tests
        return lambda text: first(text) and second(text)
    return lambda text: all(test(text) for test in tests)


def _is_needed(rule: BlockRule, shape: Shape) -> bool:
    return not rule.needs or any(_is_there(path, shape) for path in rule.needs)


def _is_there(path: str, shape: Shape) -> bool:
    if not path.startswith("**/"):
        return path in shape.present
    return any(f"/{present}".endswith(path[2:]) for present in shape.present)


def _type_name(block: Block, path: str, kind: str, scope: Scope) -> str | None:
    return scope.header_type_name(path) if kind == "header" else scope.type_name(block, path)


def missed(look: Look, text: str) -> list[int]:
    """The steps of which a test does not pass, or breaks down, for a text that not all tests pass."""
    if len(look.tests) == 1:
        return [look.tests[0][0]]
    return [step for step, test in look.tests if not _passes(test, text)]


def _passes(test: Callable[[str], bool], text: str) -> bool:
    try:
        return test(text)
    except Exception:  # noqa: BLE001 what a test cannot read the rules look at, and say so where they break too
        return False
