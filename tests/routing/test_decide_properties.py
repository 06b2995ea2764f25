"""What holds of every decision, whatever is ordered, when, and of which bank."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.routing.cases import bank_of, order_from
from wissel.core.codes import catalogue
from wissel.routing.criteria import CRITERIA
from wissel.routing.decide import Router, decide
from wissel.routing.decision import Decision
from wissel.routing.funds import FundsInMemory
from wissel.routing.network import calendar_name
from wissel.routing.order import Order
from wissel.routing.payment_types import instant_only

BEFORE = {
    "ACCOUNT-UNKNOWN", "ACCOUNT-CLOSED", "ACCOUNT-BLOCKED", "ACCOUNT-CURRENCY-DIFFERS", "AMOUNT-IS-ZERO",
    "AMOUNT-NOT-BOOKABLE", "FUNDS-INSUFFICIENT", "CHANNEL-MAY-NOT-SEND", "CHANNEL-MAY-NOT-DEBIT",
    "DEBTOR-AGENT-IS-ANOTHER", "INSTRUCTED-AGENT-IS-ANOTHER",
}  # fmt: skip
ACCOUNTS = {"EUR": "DE66999999990000000002", "USD": "USD-MUSTER", "GBP": "GBP-MUSTER", "CHF": "CHF-MUSTER"}
CREDITORS = (
    "", "ZZLIFR20", "ZZDUNL20", "ZZALAT20", "ZZNEIT20", "ZZOLES20", "ZZHAPT20", "ZZWIDE20", "ZZHUUS30", "ZZPRUS30",
    "ZZTHGB20", "ZZALCH20", "ZZRIBR20", "ZZNOFI20", "USABA 021000021", "USABA 999999992",
)  # fmt: skip
CREDITED = (
    "", "FR7699991000010000000000148", "NL47ZZDU0000000001", "DE93999999990000000001", "DE82999999990000000005", "12345",
)  # fmt: skip
BANKS = ("", "routed", "indirect", "narrow", "serial")


@st.composite
def orders(draw: st.DrawFn) -> Order:
    currency = draw(st.sampled_from(sorted(ACCOUNTS)))
    values: dict[str, Any] = {
        "definition": draw(
            st.sampled_from(("pain.001.001.03", "pain.001.001.09", "pacs.008.001.08", "pacs.009.001.08"))
        ),
        "currency": currency,
        "amount": str(draw(st.decimals(min_value=0, max_value=20_000_000_000, places=2))),
        "levels": draw(st.lists(st.sampled_from(("SEPA", "URGP", "SDVA", "NURG", "G001", "INST", "XXXX")), max_size=2)),
        "instrument": draw(st.sampled_from((None, None, "INST", "CORE"))),
        "category": draw(st.sampled_from((None, None, "TREA", "SALA"))),
        "channel_code": draw(st.sampled_from((None, None, None, "RTGS", "MPNS", "BOOK", "RTNS"))),
        "debtor": ACCOUNTS[draw(st.sampled_from((currency, currency, currency, "EUR")))],
        "debtor_agent": "ZZWIDE20",
        "creditor": draw(st.sampled_from(CREDITORS)),
        "account": draw(st.sampled_from(CREDITED)),
        "bearer": draw(st.sampled_from((None, "SLEV", "SHAR", "DEBT"))),
        "requested": draw(st.none() | st.dates(date(2026, 1, 1), date(2028, 12, 31))),
        "between": draw(st.lists(st.sampled_from(("ZZHUUS30", "ZZWIDE20")), max_size=1)),
    }
    return order_from(values)


BEGIN, END = datetime.fromisoformat("2026-01-01"), datetime.fromisoformat("2028-12-31")
MOMENTS = st.datetimes(BEGIN, END, timezones=st.just(UTC))


def decided(order: Order, variant: str, at: datetime) -> Decision:
    bank = bank_of(variant)
    return decide(order, bank, at, FundsInMemory(bank.accounts))


@given(orders(), st.sampled_from(BANKS), MOMENTS)
def test_the_first_candidate_that_meets_everything_wins(order: Order, variant: str, at: datetime) -> None:
    decision = decided(order, variant, at)
    if decision.rejection is not None and decision.rejection.code in BEFORE and not decision.candidates:
        return
    for candidate in decision.candidates:
        assert tuple(one.criterion for one in candidate.criteria) == CRITERIA
        assert candidate.ok is all(one.ok for one in candidate.criteria)
        assert all(one.why and not one.why.endswith(".") for one in candidate.criteria)
    names = [candidate.network for candidate in decision.candidates]
    assert len(names) == len(set(names))
    if decision.rule == "default":
        assert set(names) == set(bank_of(variant).networks)
    first = next((candidate.network for candidate in decision.candidates if candidate.ok), None)
    assert decision.network == first
    assert (decision.rejection is None) is (first is not None)
    if decision.rejection is not None:
        assert catalogue()[decision.rejection.code].reason == decision.rejection.reason


@given(orders(), st.sampled_from(BANKS), MOMENTS)
def test_what_is_chosen_can_be_done(order: Order, variant: str, at: datetime) -> None:
    decision = decided(order, variant, at)
    if decision.network is None or decision.settlement is None:
        assert (decision.network, decision.settlement, decision.next_agent) == (None, None, None)
        return
    bank = bank_of(variant)
    network = bank.networks[decision.network]
    calendar = bank.calendars[calendar_name(network, order.currency)]
    assert calendar.is_open(decision.settlement.date)
    assert decision.settlement.date >= at.date() - timedelta(days=1)  # it may still be yesterday west of Greenwich
    if order.requested_date is not None:
        assert decision.settlement.date >= order.requested_date
    if instant_only(order):
        assert network.kind in ("instant", "book")
    if network.currencies:
        assert order.currency in network.currencies
    assert (decision.definition is None) == (network.kind == "book")
    assert decision.next_agent is None or not bank.identity.is_bic(decision.next_agent.bic or "")
    if decision.settlement.method == "COVE":
        assert decision.cover
        assert decision.settlement.instructing_reimbursement_agent == decision.cover[0].agent


@given(st.lists(orders(), min_size=1, max_size=5), MOMENTS)
def test_the_same_gives_the_same(given_orders: list[Order], at: datetime) -> None:
    bank = bank_of("")
    router, funds = Router(bank), FundsInMemory(bank.accounts)
    for order in given_orders * 3:
        assert router.decide(order, at, funds) == decide(order, bank, at, funds)


@given(orders(), MOMENTS)
def test_a_moment_is_the_same_in_every_zone(order: Order, at: datetime) -> None:
    from zoneinfo import ZoneInfo

    assert decided(order, "", at) == decided(order, "", at.astimezone(ZoneInfo("Asia/Tokyo")))
