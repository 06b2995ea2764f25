"""Currency exchange through position accounts: exact rates, one rounding, nothing lost."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from tests.databases import KINDS, opened
from wissel.core.errors import UsageError
from wissel.engine.database import transaction
from wissel.ledger.books import add_account, balance, open_books, post, totals
from wissel.ledger.exchange import Exchange, Side, exchange_posting, exchanged

AT, DAY = datetime(2026, 11, 23, 10, tzinfo=UTC), date(2026, 11, 23)
EUR, USD = Side("E", "EUR", "P-EUR"), Side("U", "USD", "P-USD")
JPY, KWD = Side("J", "JPY", "P-JPY"), Side("K", "KWD", "P-KWD")


@pytest.fixture(params=KINDS)
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    with opened(request.param, tmp_path) as engine:
        with transaction(engine) as connection:
            open_books(connection)
            accounts = {"E": "EUR", "P-EUR": "EUR", "U": "USD", "P-USD": "USD", "REST": "USD"}
            for account, currency in accounts.items():
                add_account(connection, account, currency)
        yield engine


@pytest.mark.parametrize(
    ("exchange", "bought", "remainder"),
    [
        (Exchange(EUR, USD, 10_000, Decimal("1.0951")), 10_951, "0"),
        (Exchange(EUR, USD, 333, Decimal("1.0951")), 365, "-0.3317"),
        (Exchange(EUR, USD, 333, Decimal("1.0951"), "down"), 364, "0.6683"),
        (Exchange(EUR, USD, 5, Decimal("1.1")), 6, "-0.5"),
        (Exchange(EUR, USD, 5, Decimal("1.1"), "half-even"), 6, "-0.5"),
        (Exchange(EUR, USD, 5, Decimal("0.9"), "half-even"), 4, "0.5"),
        (Exchange(EUR, JPY, 10_000, Decimal("162.345")), 16_235, "-0.5"),
        (Exchange(JPY, KWD, 1_000, Decimal("0.00205")), 2_050, "0"),
    ],
)
def test_what_is_bought(exchange: Exchange, bought: int, remainder: str) -> None:
    found = exchanged(exchange)
    assert (found.bought, found.remainder) == (bought, Decimal(remainder))
    assert found.bought + found.remainder == found.exact


@pytest.mark.parametrize(
    ("exchange", "said"),
    [
        (Exchange(EUR, USD, 1, Decimal("0.0001")), "cannot be booked"),
        (Exchange(EUR, USD, 0, Decimal(1)), "a rate and an amount above zero"),
        (Exchange(EUR, USD, 1, Decimal(-1)), "a rate and an amount above zero"),
        (Exchange(EUR, USD, 1, Decimal("NaN")), "a rate and an amount above zero"),
        (Exchange(EUR, EUR, 1, Decimal(1)), "EUR cannot be exchanged into EUR"),
        (Exchange(EUR, Side("X", "XAU", "P"), 1, Decimal(1)), "EUR cannot be exchanged into XAU"),
        (Exchange(EUR, USD, 1, Decimal(1), "nearest"), "there is no rounding 'nearest'; known are half-up, half-even"),
        (Exchange(EUR, USD, 1, Decimal("1.000000000001")), "more than 11 digits"),
    ],
)
def test_what_cannot_be_exchanged(exchange: Exchange, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        exchanged(exchange)


def test_the_remainder_goes_to_the_account_that_is_named(engine: Engine) -> None:
    made = exchange_posting("fx", AT, DAY, DAY, Exchange(EUR, USD, 333, Decimal("1.0951"), "down", "REST"))
    with transaction(engine) as connection:
        assert post(connection, made)
        assert not post(connection, made)
        standing = {name: balance(connection, name).amount for name in ("E", "P-EUR", "U", "P-USD", "REST")}
        assert standing == {"E": -333, "P-EUR": 333, "U": 364, "P-USD": -365, "REST": 1}
        assert totals(connection) == {"EUR": 0, "USD": 0}


def test_both_sides_show_what_was_exchanged() -> None:
    legs = exchange_posting("fx", AT, DAY, DAY, Exchange(EUR, USD, 10_000, Decimal("1.0951"))).legs
    sold, bought = legs[0].details[0], legs[3].details[0]
    assert (sold.amount, sold.values["counter_value"], sold.values["counter_currency"]) == (-10_000, "109.51", "USD")
    assert (bought.amount, bought.values["counter_value"], bought.values["counter_currency"]) == (
        10_951,
        "100.00",
        "EUR",
    )
    assert {one.values["exchange_rate"] for one in (sold, bought)} == {"1.0951"}


@pytest.mark.parametrize(
    "change", ["amount = amount + 1 WHERE currency = 'USD'", "currency = 'USD' WHERE account = 'E'"]
)
def test_raw_sql_cannot_bend_an_exchange(engine: Engine, change: str) -> None:
    with transaction(engine) as connection:
        post(connection, exchange_posting("fx", AT, DAY, DAY, Exchange(EUR, USD, 10_000, Decimal("1.0951"))))
    with pytest.raises(DBAPIError, match="ledger_leg: rows are never changed"), engine.begin() as connection:
        connection.exec_driver_sql(f"UPDATE ledger_leg SET {change}")


def test_raw_sql_cannot_seal_one_currency_against_another(engine: Engine) -> None:
    """100 euro less and 100 dollars more sum to zero in figures; in each currency they do not."""
    columns = (
        'posting, account, currency, sequence, amount, balance, booking_date, value_date, reference, "case", reversal'
    )
    statements = [
        "INSERT INTO ledger_posting (posting, key, digest, at, booking_date) VALUES (9, 'raw', 'd', 'a', '2026-11-23')",
        f"INSERT INTO ledger_leg ({columns}) VALUES "
        "(9, 'E', 'EUR', 1, -100, -100, '2026-11-23', '2026-11-23', 'R1', 'x', FALSE)",
        f"INSERT INTO ledger_leg ({columns}) VALUES "
        "(9, 'U', 'USD', 1, 100, 100, '2026-11-23', '2026-11-23', 'R2', 'x', FALSE)",
        "INSERT INTO ledger_seal VALUES (9, 2)",
    ]
    with pytest.raises(DBAPIError, match="the legs do not sum to zero"), engine.begin() as connection:
        all(connection.exec_driver_sql(statement) for statement in statements)


@given(
    st.integers(1, 10**12),
    st.decimals("0.0001", "9999", places=4, allow_nan=False),
    st.sampled_from(["half-up", "half-even", "down", "up"]),
    st.sampled_from([(EUR, USD), (EUR, JPY), (JPY, KWD), (KWD, EUR)]),
    st.sampled_from([None, "REST"]),
)
def test_every_exchange_balances_in_each_currency(
    amount: int, rate: Decimal, rounding: str, sides: tuple[Side, Side], rest: str | None
) -> None:
    exchange = Exchange(*sides, amount, rate, rounding, rest)
    try:
        found = exchanged(exchange)
    except UsageError:
        return
    assert abs(found.remainder) < 1
    assert exchange_posting("k", AT, DAY, DAY, exchange).faults() == ()
