"""The few conditions that constraint rows are made of, decided from a block's shape where that is enough.

A predicate looks at values at a path. Where a path has several, one that satisfies it is enough in a condition
(``when``), and all have to in a requirement (``then``). A value that is not there fails a condition and meets a
requirement: that it has to be there is said by ``present``.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from enum import Enum
from functools import cache
from typing import Any

from wissel.core.errors import InstallationError


class Outcome(Enum):
    """What is known of a condition before values are looked at."""

    PASSES = "passes"
    FAILS = "fails"
    DEPENDS = "depends"


Values = Sequence[str]
Test = Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class Predicate:
    """One condition on a path relative to the context of its row."""

    kind: str
    path: str
    """Plain, without indices."""
    argument: Any = None
    other: str | None = None
    """The path that the values are compared with."""
    means: str | None = None
    """A pattern in words."""

    @property
    def paths(self) -> tuple[str, ...]:
        """All paths that it looks at."""
        return (self.path, self.other) if self.other else (self.path,)

    def foreseen(self, present: Callable[[str], bool], requirement: bool) -> Outcome:
        """What the elements that are there already say."""
        there = present(self.path)
        if self.kind == "present":
            return Outcome.PASSES if there else Outcome.FAILS
        if self.kind == "absent":
            return Outcome.FAILS if there else Outcome.PASSES
        if not there:
            return Outcome.PASSES if requirement else Outcome.FAILS
        return Outcome.DEPENDS

    def holds(self, values: Values, others: Values, requirement: bool) -> bool:
        """Whether it holds of the values at its path, and those at the other."""
        if self.kind == "present":
            return bool(values)
        if self.kind == "absent":
            return not values
        if not values:
            return requirement
        if self.kind == "count_max":
            return len(values) <= int(self.argument)
        test = self.test(others)
        if self.kind == "includes":
            return any(map(test, values))
        return all(map(test, values)) if requirement else any(map(test, values))

    def test(self, others: Values = ()) -> Test:
        """The condition on one value."""
        if self.kind == "same_as":
            return lambda value: not others or value == others[0]
        if self.kind == "differs_from":
            return lambda value: value not in others
        return _tests()[self.kind](self.argument)


@cache
def _tests() -> Mapping[str, Callable[[Any], Test]]:
    return {
        "equals": lambda wanted: lambda value: value == wanted,
        "differs": lambda wanted: lambda value: value != wanted,
        "includes": lambda wanted: lambda value: value == wanted,
        "count_max": lambda _: lambda _: True,
        "one_of": lambda wanted: frozenset(wanted).__contains__,
        "none_of": lambda wanted: lambda value: value not in wanted,
        "matches": _matches,
        "length_max": lambda limit: lambda value: len(value) <= limit,
        "length_min": lambda limit: lambda value: len(value) >= limit,
        "value_max": lambda limit: _no_number_or(Decimal(limit).__ge__),
        "value_min": lambda limit: _no_number_or(Decimal(limit).__le__),
        "decimals_max": lambda limit: lambda value: len(value.partition(".")[2]) <= limit,
    }


def _matches(pattern: str) -> Test:
    fullmatch = re.compile(pattern).fullmatch
    return lambda value: fullmatch(value) is not None


def _no_number_or(holds: Callable[[Decimal], bool]) -> Test:
    def test(value: str) -> bool:
        try:
            number = Decimal(value)
        except InvalidOperation:
            return True
        return holds(number)

    return test


DECIDED = ("present", "absent", "count_max")
"""Kinds of conditions that go by which values there are, not by what they say."""
_COMPARED = ("same_as", "differs_from")


def predicate_of(row: Mapping[str, Any], code: str) -> Predicate:
    """A predicate from its row: ``{present = "Acct"}``, ``{path = "PmtMtd", equals = "CHK"}``. Raises
    InstallationError for one that is not understood."""
    for kind in ("present", "absent"):
        if set(row) == {kind}:
            return Predicate(kind, row[kind])
    others = set(row) - {"path", "means"}
    if "path" in row and len(others) == 1:
        kind = others.pop()
        if kind in _COMPARED:
            return Predicate(kind, row["path"], other=row[kind])
        if kind in _tests():
            argument = tuple(row[kind]) if isinstance(row[kind], list) else row[kind]
            return Predicate(kind, row["path"], argument, means=row.get("means"))
    raise InstallationError(f"the condition {dict(row)} of {code} is not understood")


def worded(predicate: Predicate) -> str:
    """A requirement in plain words: what is allowed."""
    if predicate.means is not None:
        return predicate.means
    path, argument = predicate.path, predicate.argument
    words = {
        "present": f"{path} present",
        "absent": f"{path} absent",
        "equals": f"{path} {argument}",
        "differs": f"{path} other than {argument}",
        "includes": f"{path} {argument} among them",
        "count_max": f"{path} at most {'once' if argument == 1 else f'{argument} times'}",
        "same_as": f"{path} the same as {predicate.other}",
        "differs_from": f"{path} other than {predicate.other}",
        "matches": f"{path} of the form {argument}",
        "length_max": f"{path} of at most {argument} characters",
        "length_min": f"{path} of at least {argument} characters",
        "value_max": f"{path} at most {argument}",
        "value_min": f"{path} at least {argument}",
        "decimals_max": f"{path} with at most {argument} decimals",
    }
    if predicate.kind in ("one_of", "none_of"):
        listed = ", ".join(argument)
        words[predicate.kind] = f"{path} {predicate.kind.replace('_', ' ')} {listed}"
    return words[predicate.kind].strip()
