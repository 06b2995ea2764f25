"""Whatever an order asks for: money is conserved, each transaction fares one way, and totals are those of what they sum."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.engine.orders import ANNA, AT, BRUNO, DUINBANK, MUSTER, T2, Group, Order, Pay, World, world
from wissel.engine.database import transaction
from wissel.journal.trace import children, payments_of, statuses
from wissel.journal.values import Direction

NUMBERS, FORTNIGHTS = count(1), count(1)
AMOUNTS = st.integers(1, 400_000).map(lambda cents: f"{Decimal(cents) / 100:.2f}")
CREDITORS = st.sampled_from(
    [
        Pay(),
        Pay(instrument="INST"),
        Pay(bic="ZZDUNL20", iban=DUINBANK),
        Pay(bic="ZZWIDE20", iban=BRUNO, level=None),
        Pay(bic="ZZWIDE20", iban="DE82999999990000000005", level=None),
        Pay(bic="ZZXXDE20", iban="DE02100100100006820101"),
    ]
)
PAYMENTS = st.builds(
    lambda one, amount, same: Pay(
        amount,
        one.currency,
        one.bic,
        one.iban,
        f"S-{same}" if same else f"U-{next(NUMBERS)}",
        one.level,
        one.instrument,
    ),
    CREDITORS,
    AMOUNTS,
    st.integers(0, 4),
)
GROUPS = st.builds(
    Group,
    st.lists(PAYMENTS, min_size=1, max_size=6).map(tuple),
    st.sampled_from([ANNA, MUSTER, BRUNO]),
    st.sampled_from(["2026-11-20", "2026-11-23", "2026-11-25"]),
    st.sampled_from([None, True, False]),
)


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with world(tmp_path_factory.mktemp("property") / "bank") as made:
        yield made


def settled(bank: World, reports: list[dict[str, object]]) -> tuple[int, int]:
    """What messages to networks sum to, in cents, and how many transactions they hold; each of them is checked."""
    total, transactions = 0, 0
    for report in reports:
        for name, text in bank.outputs(report).items():
            if "pacs.008" not in name:
                continue
            amounts = [Decimal(one) for one in re.findall(r"<IntrBkSttlmAmt [^>]*>(.*?)<", text)]
            (said,) = re.findall(r"<TtlIntrBkSttlmAmt [^>]*>(.*?)<", text)
            (number,) = re.findall(r"<NbOfTxs>(.*?)<", text)
            assert (Decimal(said), int(number)) == (sum(amounts), len(amounts))
            total += int(sum(amounts) * 100)
            transactions += len(amounts)
    return total, transactions


@given(st.lists(GROUPS, min_size=1, max_size=3))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=15)
def test_money_is_conserved(bank: World, groups: list[Group]) -> None:
    # days of their own: nothing waits from one example to the next
    bank.time.now = AT + timedelta(days=14 * next(FORTNIGHTS))
    shift = bank.time.now.date() - AT.date()
    moved = [
        Group(one.payments, one.account, str(datetime.fromisoformat(one.requested).date() + shift), one.batch)
        for one in groups
    ]
    before = {name: bank.balance(name) for name in (ANNA, MUSTER, BRUNO, T2)}
    message_id = f"M-{next(NUMBERS)}"
    first = bank.drop(Order(tuple(moved), message_id).xml(), f"{message_id}.xml")
    reports = [first, *bank.release(bank.time.now + timedelta(days=4))]
    after = {name: bank.balance(name) for name in before}
    total, transactions = settled(bank, reports)
    assert after[T2] - before[T2] == total
    assert sum(after.values()) == sum(before.values())
    number = sum(len(one.payments) for one in groups)
    assert sum(first["counts"].get(name, 0) for name in ("sent", "booked", "rejected", "waiting", "held")) == number
    assert sum(one["counts"].get("sent", 0) for one in reports) == transactions
    with transaction(bank.station.database) as connection:
        kept = [one for one in payments_of(connection, message_id, Direction.IN) if one.payment.position]
        ends = [[step.status.status for step in statuses(connection, one.payment, one.record)] for one in kept]
        sent = [len(children(connection, one.payment, one.record)) for one in kept]
    assert len(kept) == number
    assert all(end[-1] in ("ACSP", "ACSC", "RJCT") or end == ["PDNG"] for end in ends)
    assert sent == [1 if end[-1] == "ACSP" else 0 for end in ends]
