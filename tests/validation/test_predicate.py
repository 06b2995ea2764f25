"""Conditions: what each kind says of values, and that what is foreseen from shapes is what the values show."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wissel.core.errors import InstallationError
from wissel.validation.predicate import Outcome, Predicate, predicate_of, worded

HOLDS: list[tuple[str, Any, str, bool]] = [
    ("equals", "CHK", "CHK", True),
    ("equals", "CHK", "chk", False),
    ("differs", "CHK", "TRF", True),
    ("differs", "CHK", "CHK", False),
    ("one_of", ["A", "B"], "B", True),
    ("one_of", ["AB"], "A", False),
    ("none_of", ["A", "B"], "C", True),
    ("none_of", ["A", "B"], "A", False),
    ("matches", "[A-Z]{2}", "DE", True),
    ("matches", "[A-Z]{2}", "DEU", False),
    ("length_max", 4, "ABCD", True),
    ("length_max", 4, "ABCDE", False),
    ("length_min", 4, "ABCD", True),
    ("length_min", 4, "ABC", False),
    ("value_max", 100, "100.00", True),
    ("value_max", 100, "100.01", False),
    ("value_max", 100, "no number", True),
    ("value_min", "0.01", "0.01", True),
    ("value_min", "0.01", "0.009", False),
    ("decimals_max", 2, "1.25", True),
    ("decimals_max", 2, "1", True),
    ("decimals_max", 2, "1.250", False),
]


@pytest.mark.parametrize(("kind", "argument", "value", "expected"), HOLDS)
def test_each_kind_says_what_its_name_says(kind: str, argument: Any, value: str, expected: bool) -> None:
    predicate = predicate_of({"path": "X", kind: argument}, "CODE")
    assert predicate.holds([value], (), True) is expected
    assert predicate.holds([value], (), False) is expected


def test_in_a_condition_one_value_is_enough_and_in_a_requirement_all_have_to() -> None:
    predicate = Predicate("equals", "X", "A")
    assert predicate.holds(["B", "A"], (), False)
    assert not predicate.holds(["B", "A"], (), True)
    assert predicate.holds(["A", "A"], (), True)


def test_a_value_that_is_not_there_fails_a_condition_and_meets_a_requirement() -> None:
    predicate = Predicate("equals", "X", "A")
    assert not predicate.holds([], (), False)
    assert predicate.holds([], (), True)
    assert not Predicate("present", "X").holds([], (), True)
    assert Predicate("absent", "X").holds([], (), False)


def test_values_are_compared_with_those_at_another_path() -> None:
    same, differs = Predicate("same_as", "X", other="Y"), Predicate("differs_from", "X", other="Y")
    assert same.holds(["EUR"], ["EUR"], True)
    assert not same.holds(["EUR", "USD"], ["EUR"], True)
    assert same.holds(["EUR"], [], True), "there is nothing that it differs from"
    assert differs.holds(["EUR"], ["USD"], False)
    assert not differs.holds(["EUR"], ["EUR"], False)
    assert same.paths == ("X", "Y")


KINDS = ("present", "absent", "equals", "differs", "one_of", "none_of", "length_max", "same_as", "differs_from")


def made(kind: str) -> Predicate:
    argument: Any = {"one_of": ["A"], "none_of": ["A"], "length_max": 1}.get(kind, "A")
    other = "Y" if kind in ("same_as", "differs_from") else None
    return Predicate(kind, "X", None if other or kind in ("present", "absent") else argument, other)


@given(
    st.sampled_from(KINDS),
    st.lists(st.sampled_from(["A", "B", "AA", ""]), max_size=3),
    st.lists(st.sampled_from(["A", "B"]), max_size=2),
    st.booleans(),
)
def test_what_is_foreseen_is_what_the_values_show(
    kind: str, values: list[str], others: list[str], requirement: bool
) -> None:
    predicate = made(kind)
    foreseen = predicate.foreseen(lambda path: bool(values if path == "X" else others), requirement)
    if foreseen is not Outcome.DEPENDS:
        assert predicate.holds(values, others, requirement) is (foreseen is Outcome.PASSES)


@pytest.mark.parametrize(
    "row",
    [
        {},
        {"path": "X"},
        {"path": "X", "equals": "A", "differs": "B"},
        {"path": "X", "is": "A"},
        {"present": "X", "path": "Y"},
        {"equals": "A"},
    ],
)
def test_a_row_that_is_not_understood_is_refused(row: dict[str, str]) -> None:
    with pytest.raises(InstallationError, match="SOME-CODE is not understood"):
        predicate_of(row, "SOME-CODE")


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ({"present": "Acct"}, "Acct present"),
        ({"absent": "Acct"}, "Acct absent"),
        ({"path": "Cd", "equals": "A"}, "Cd A"),
        ({"path": "Cd", "one_of": ["A", "B"]}, "Cd one of A, B"),
        ({"path": "Cd", "none_of": ["A"]}, "Cd none of A"),
        ({"path": "Cd", "same_as": "Ref"}, "Cd the same as Ref"),
        ({"path": "Nm", "length_max": 70}, "Nm of at most 70 characters"),
    ],
)
def test_a_requirement_is_put_in_words(row: dict[str, Any], words: str) -> None:
    assert worded(predicate_of(row, "CODE")) == words
