"""A quick test for constraints: whether a block surely keeps one, worked out once for all blocks of a shape.

Nearly all blocks keep nearly all requirements. The screen looks at the few values that can decide, at places known
beforehand; only a block that it does not let through is judged in full.
"""

from collections.abc import Callable

from wissel.validation.constraint import Constraint, Instance, instances
from wissel.validation.predicate import Predicate, Test
from wissel.xml.blocks.block import Block

Screen = Callable[[Block], bool]
"""True where a block surely keeps the constraint."""
Condition = bool | Screen
"""What a predicate comes to for blocks of one shape: decided, or dependent on values."""

_DECIDED = ("present", "absent", "count_max")
_ANY = ("includes",)


def screen_of(constraint: Constraint, block: Block) -> Screen | None:
    """The screen for blocks shaped as this one and those around it; None where there is none for them."""
    screens: list[Screen] = []
    for instance in instances(constraint, block):
        screen = _screen(constraint, instance, block)
        if screen is None or screen is False:
            return None
        if screen is not True:
            screens.append(screen)
    if len(screens) == 1:
        return screens[0]
    return lambda one: all(screen(one) for screen in screens)


def _screen(constraint: Constraint, instance: Instance, block: Block) -> Condition | None:
    """The screen for one occurrence: True where all blocks of the shape keep it, None where it cannot be told."""

    def conditions(predicates: tuple[Predicate, ...], requirement: bool) -> list[Condition | None]:
        return [_condition(predicate, instance, block, requirement) for predicate in predicates]

    applies = [_every(conditions(constraint.when, False))]
    if constraint.when_any:
        applies.append(_some(conditions(constraint.when_any, False)))
    kept = [_every(conditions(constraint.then, True))]
    if constraint.then_any:
        kept.append(_some(conditions(constraint.then_any, True)))
    return _some([_opposite(_every(applies)), _every(kept)])


def _every(conditions: list[Condition | None]) -> Condition | None:
    if None in conditions:
        return None
    if False in conditions:
        return False
    tests = [one for one in conditions if callable(one)]
    if len(tests) < 2:
        return tests[0] if tests else True
    return lambda block: all(test(block) for test in tests)


def _some(conditions: list[Condition | None]) -> Condition | None:
    if None in conditions:
        return None
    if True in conditions:
        return True
    tests = [one for one in conditions if callable(one)]
    if len(tests) < 2:
        return tests[0] if tests else False
    first, *others = tests
    return lambda block: first(block) or any(test(block) for test in others)


def _opposite(condition: Condition | None) -> Condition | None:
    if condition is None or isinstance(condition, bool):
        return None if condition is None else not condition
    return lambda block: not condition(block)


def _condition(predicate: Predicate, instance: Instance, block: Block, requirement: bool) -> Condition | None:
    """What a predicate comes to; None where that has to be looked at each time."""
    owner, numbers = instance.places(predicate.path)
    if predicate.kind in _DECIDED:
        return predicate.holds(instance.values(predicate.path), (), requirement)
    if not numbers:
        return None if instance.present(predicate.path) else requirement
    every = requirement and predicate.kind not in _ANY
    if predicate.other is None:
        return _tested(_height(block, owner), numbers, predicate.test(), every)
    other, other_numbers = instance.places(predicate.other)
    if predicate.kind != "same_as" or len(numbers) != 1 or not other_numbers:
        return None
    return _same(_height(block, owner), numbers[0], _height(block, other), other_numbers[0])


def _height(block: Block, owner: Block) -> int:
    """How many blocks further out another one of the chain is."""
    height = 0
    one: Block | None = block
    while one is not None and one is not owner:
        one, height = one.parent, height + 1
    return height


def _out(block: Block, height: int) -> Block:
    for _ in range(height):
        block = block.parent or block
    return block


def _tested(height: int, numbers: tuple[int, ...], test: Test, every: bool) -> Screen:
    if len(numbers) == 1 and not height:
        number = numbers[0]
        return lambda block: test(block.texts[number].strip())
    quantifier = all if every else any

    def holds(block: Block) -> bool:
        texts = _out(block, height).texts
        return quantifier(test(texts[number].strip()) for number in numbers)

    return holds


def _same(height: int, number: int, other_height: int, other: int) -> Screen:
    def holds(block: Block) -> bool:
        return _out(block, height).texts[number].strip() == _out(block, other_height).texts[other].strip()

    return holds
