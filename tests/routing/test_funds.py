"""Funds of one run, memory of a router, and what a call may not do."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from tests.routing.cases import bank_of, order_from
from wissel.core.money import Money
from wissel.routing import decide as decide_module
from wissel.routing.decide import REMEMBERED_MAX, Router, decide
from wissel.routing.funds import FundsInMemory
from wissel.routing.order import Order

AT = datetime(2026, 11, 23, 10, tzinfo=UTC)
ANNA = "DE93999999990000000001"


def sepa(**values: object) -> Order:
    base: dict[str, object] = {
        "definition": "pain.001.001.09",
        "currency": "EUR",
        "amount": "12.50",
        "levels": ["SEPA"],
        "debtor": ANNA,
        "creditor": "ZZLIFR20",
        "account": "FR7699991000010000000000148",
    }
    return order_from(base | values)


def test_what_is_reserved_is_no_longer_available() -> None:
    funds = FundsInMemory(bank_of().accounts)
    assert funds.available(ANNA) == 600_000
    funds.reserve(ANNA, 599_000)
    assert funds.available(ANNA) == 1_000
    bank = bank_of()
    assert decide(sepa(amount="10.00"), bank, AT, funds).network == "sepa-sct"
    rejection = decide(sepa(amount="10.01"), bank, AT, funds).rejection
    assert rejection is not None
    assert rejection.reason == "AM04"


def test_an_account_that_is_not_known_has_nothing() -> None:
    assert FundsInMemory(bank_of().accounts).available("NOWHERE") == 0


def test_a_moment_needs_its_zone() -> None:
    with pytest.raises(ValueError, match="zone"):
        decide(sepa(), bank_of(), AT.replace(tzinfo=None), FundsInMemory({}))


def test_a_router_forgets_and_decides_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    assert REMEMBERED_MAX > 100
    monkeypatch.setattr(decide_module, "REMEMBERED_MAX", 2)
    bank = bank_of()
    router, funds = Router(bank), FundsInMemory(bank.accounts)
    given = [
        sepa(creditor=creditor, levels=levels, account=account)
        for creditor, account in (
            ("ZZLIFR20", "12"),
            ("ZZDUNL20", "NL47ZZDU0000000001"),
            ("", "ES9121000418450200051332"),
        )
        for levels in (["SEPA"], ["URGP"], [])
    ]
    for order in given * 3:
        assert router.decide(order, AT, funds) == decide(order, bank, AT, funds)


def test_accounts_at_one_bank_are_not_taken_for_one_another() -> None:
    """What is remembered of an account by its bank must not show in the answer for another."""
    bank = bank_of()
    router, funds = Router(bank), FundsInMemory(bank.accounts)
    first, second = "ES9121000418450200051332", "ES7921000813610123456789"
    for account in (first, first, second, second):
        order = sepa(creditor="", account=account)
        assert router.decide(order, AT, funds) == decide(order, bank, AT, funds)


def test_large_amounts_stay_exact() -> None:
    order = sepa(amount="999999999.99", debtor="DE66999999990000000002")
    assert order.instructed == Money(Decimal("999999999.99"), "EUR")
    assert decide(order, bank_of(), AT, FundsInMemory(bank_of().accounts)).amount == 99_999_999_999
