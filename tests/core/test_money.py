"""Amounts: exact reading, exact sums, whole numbers of minor units."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wissel.core.money import (
    Money,
    exact_sum,
    exact_total,
    in_minor_units,
    parse_amount,
    parse_decimal,
    parse_money,
    totals,
)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1.50", "1.50"), ("0", "0"), ("+1", "1"), (".5", ".5"), ("1.", "1"), (" 1\n", "1"), ("007.10", "7.10"),
        ("123456789012345678", "123456789012345678"), ("0.000000000000000001", "0.000000000000000001"),
        ("0000000000000000000001.00000000000000000000", "1"),
    ],
)  # fmt: skip
def test_amounts(text: str, number: str) -> None:
    assert parse_amount(text) == parse_decimal(text) == Decimal(number)


@pytest.mark.parametrize(
    "text", ["", ".", "+", "1,5", "1e3", "NaN", "Infinity", "٣", "1 000", "1_000", "1" * 19, "--1"]
)
def test_what_is_no_amount(text: str) -> None:
    assert parse_amount(text) is None
    assert parse_decimal(text) is None


def test_only_a_control_sum_has_a_sign() -> None:
    assert parse_amount("-1") is None
    assert parse_decimal("-1.5") == Decimal("-1.5")


def test_money() -> None:
    assert parse_money("1.50", "EUR") == Money(Decimal("1.50"), "EUR")
    assert parse_money("1.50", "eur") is None
    assert parse_money("1.50", None) is None
    assert parse_money("x", "EUR") is None


def test_sums_keep_every_digit() -> None:
    assert exact_sum(Decimal("999999999999999999"), Decimal("0.00000000000000001")) == Decimal(
        "999999999999999999.00000000000000001"
    )
    assert exact_total([]) == 0
    assert exact_total([Decimal("0.1")] * 10) == 1
    found = totals([Money(Decimal("1.10"), "USD"), Money(Decimal("2"), "EUR"), Money(Decimal("0.05"), "USD")])
    assert list(found.items()) == [("USD", Decimal("1.15")), ("EUR", Decimal("2"))]


@given(st.lists(st.integers(min_value=0, max_value=10**17), max_size=20))
def test_a_total_is_that_of_the_cents(cents: list[int]) -> None:
    assert exact_total(Decimal(one).scaleb(-2) for one in cents) * 100 == sum(cents)


@pytest.mark.parametrize(
    ("amount", "code", "units"),
    [
        ("1.50", "EUR", 150),
        ("1.5", "JPY", None),
        ("1.0", "JPY", 1),
        ("1.234", "BHD", 1234),
        ("1.2345", "BHD", None),
        ("1", "XAU", None),
        ("1", "EUE", None),
    ],
)
def test_whole_minor_units(amount: str, code: str, units: int | None) -> None:
    assert in_minor_units(Money(Decimal(amount), code)) == units
