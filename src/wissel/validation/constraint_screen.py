"""A quick test for constraints: whether a block surely keeps one, worked out once for all blocks of a shape.

Nearly all blocks keep nearly all requirements. The screen looks at the few values that can decide, at places known
beforehand; only a block that it does not let through is judged in full.
"""

from collections.abc import Callable
from typing import NamedTuple, TypeVar

from wissel.validation.constraint import Constraint, Instance, instances
from wissel.validation.predicate import DECIDED, Predicate
from wissel.validation.rule import Test, Tests
from wissel.xml.blocks.block import Block

Screen = Callable[[Block], bool]
"""True where a block surely keeps the constraint, as far as it says."""
T = TypeVar("T")


class Screened(NamedTuple):
    """What a block has to pass so that it surely keeps a constraint: all of it."""

    tests: Tests
    """Values of the block that each decide alone."""
    several: tuple[Screen, ...]
    """What goes by several values, or by those of blocks around it."""


class Depends(NamedTuple):
    """A condition that values decide."""

    holds: Screen
    number: int | None = None
    """The one value of the block itself that decides it."""
    test: Test | None = None
    """The same as ``holds``, asked of that value."""


Condition = bool | Depends
"""What a predicate comes to for blocks of one shape: decided, or dependent on values."""

_ANY = ("includes",)


def screen_of(constraint: Constraint, block: Block) -> Screened | None:
    """The screen for blocks shaped as this one and those around it; None where there is none for them."""
    parts: list[Depends] = []
    for instance in instances(constraint, block):
        found = _parts(constraint, instance, block)
        if found is None:
            return None
        parts += found
    tests = tuple((one.number, one.test) for one in parts if one.number is not None and one.test is not None)
    return Screened(tests, tuple(one.holds for one in parts if one.test is None))


def _parts(constraint: Constraint, instance: Instance, block: Block) -> list[Depends] | None:
    """What one occurrence has to pass: nothing where all blocks of the shape keep it, None where none does or that
    cannot be told."""

    def every(predicates: tuple[Predicate, ...], requirement: bool) -> list[Condition | None]:
        return [part for one in predicates for part in _conditions(one, instance, block, requirement)]

    def some(predicates: tuple[Predicate, ...], requirement: bool) -> list[Condition | None]:
        each = [_every(_conditions(one, instance, block, requirement)) for one in predicates]
        return [_some(each)] if each else []

    applies = [*every(constraint.when, False), *some(constraint.when_any, False)]
    kept = [*every(constraint.then, True), *some(constraint.then_any, True)]
    if None not in applies and None not in kept and all(one is True for one in applies) and False not in kept:
        return [one for one in kept if isinstance(one, Depends)]
    whole = _some([_opposite(_every(applies)), _every(kept)])
    if whole is None or whole is False:
        return None
    return [] if whole is True else [whole]


def _every(conditions: list[Condition | None]) -> Condition | None:
    if None in conditions:
        return None
    if False in conditions:
        return False
    some = [one for one in conditions if isinstance(one, Depends)]
    if len(some) < 2:
        return some[0] if some else True
    screens = [one.holds for one in some]
    tests = [one.test for one in some if one.test is not None and one.number == some[0].number]
    if len(tests) == len(some):
        return Depends(_all_of(screens), some[0].number, _all_of(tests))
    return Depends(_all_of(screens))


def _some(conditions: list[Condition | None]) -> Condition | None:
    if None in conditions:
        return None
    if True in conditions:
        return True
    some = [one for one in conditions if isinstance(one, Depends)]
    if len(some) < 2:
        return some[0] if some else False
    screens = [one.holds for one in some]
    tests = [one.test for one in some if one.test is not None and one.number == some[0].number]
    if len(tests) == len(some):
        return Depends(_any_of(screens), some[0].number, _any_of(tests))
    return Depends(_any_of(screens))


def _all_of(tests: list[Callable[[T], bool]]) -> Callable[[T], bool]:
    return lambda subject: all(test(subject) for test in tests)


def _any_of(tests: list[Callable[[T], bool]]) -> Callable[[T], bool]:
    first, *others = tests
    return lambda subject: first(subject) or any(test(subject) for test in others)


def _opposite(condition: Condition | None) -> Condition | None:
    if condition is None or isinstance(condition, bool):
        return None if condition is None else not condition
    holds, number, test = condition
    return Depends(lambda block: not holds(block), number, None if test is None else lambda text: not test(text))


def _conditions(predicate: Predicate, instance: Instance, block: Block, requirement: bool) -> list[Condition | None]:
    """What a predicate comes to, as conditions that all have to hold; None where that has to be looked at each time."""
    owner, numbers = instance.places(predicate.path)
    if predicate.kind in DECIDED:
        return [predicate.holds(instance.values(predicate.path), (), requirement)]
    if not numbers:
        return [None if instance.present(predicate.path) else requirement]
    every = requirement and predicate.kind not in _ANY
    if predicate.other is None:
        return _tested(_height(block, owner), numbers, predicate.test(), every)
    other, other_numbers = instance.places(predicate.other)
    if predicate.kind != "same_as" or len(numbers) != 1 or not other_numbers:
        return [None]
    return [_same(_height(block, owner), numbers[0], _height(block, other), other_numbers[0])]


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


def _tested(height: int, numbers: tuple[int, ...], test: Test, every: bool) -> list[Condition | None]:
    if not height and (every or len(numbers) == 1):
        return [_of_one(number, test) for number in numbers]
    quantifier = all if every else any

    def holds(block: Block) -> bool:
        texts = _out(block, height).texts
        return quantifier(test(texts[number].strip()) for number in numbers)

    return [Depends(holds)]


def _of_one(number: int, test: Test) -> Depends:
    return Depends(lambda block: test(block.texts[number].strip()), number, test)


def _same(height: int, number: int, other_height: int, other: int) -> Depends:
    def holds(block: Block) -> bool:
        return _out(block, height).texts[number].strip() == _out(block, other_height).texts[other].strip()

    return Depends(holds)
