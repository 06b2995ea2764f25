"""Payments, reports, returns, recalls and repeats in any order: the books balance, customers have what the statuses
say, nobody is paid twice, and no status goes back."""

import tempfile
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from tests.engine import orders
from tests.engine.interbank import (
    ANNA,
    BRUNO,
    CLARA,
    DORA,
    Pay,
    World,
    enquiry,
    inst,
    line,
    recall,
    report,
    returned,
    sct,
    value,
    world,
)
from tests.engine.interbank_scenarios import sent
from wissel.engine.handlers import HANDLERS
from wissel.engine.stored import stored
from wissel.journal.tables import PAYMENTS
from wissel.journal.trace import Kept, children, kept_payment, statuses
from wissel.journal.values import Direction
from wissel.reply.ladder import standing_after

SENT = "pacs.008.001.08"
TARGETS = (ANNA, BRUNO, DORA, CLARA)
AMOUNTS = ("1.00", "20.00", "350.00")
STATUSES = ("ACSP", "ACSC", "ACCC", "RJCT", "RJCT", "PDNG")
SUSPENSE = "SUSPENSE-EUR"


@dataclass
class Play:
    """What was handed over so far."""

    bank: World
    files: list[tuple[str, str]] = field(default_factory=list)
    sent: list[tuple[str, str, str]] = field(default_factory=list)
    """MsgId, TxId and amount of payments that were sent."""
    came: dict[int, tuple[str, str, Pay]] = field(default_factory=dict)
    """Number -> channel, MsgId and payment, of those that came first."""

    def drop(self, channel: str, content: str) -> None:
        """Hand a file over."""
        self.files.append((channel, content))
        self.bank.drop(channel, content)

    @property
    def name(self) -> str:
        """An identifier for the next message."""
        return f"N-{len(self.files) + 1}"


numbers = st.integers(0, 2)
mostly_sct = st.sampled_from(["sct", "sct", "sct", "inst"])
steps = st.one_of(
    st.tuples(st.just("order"), st.lists(st.sampled_from(AMOUNTS), min_size=1, max_size=2)),
    st.tuples(st.just("pay"), st.sampled_from(["sct", "inst"]), numbers, st.sampled_from(TARGETS)),
    st.tuples(st.just("report"), numbers, st.sampled_from(STATUSES), mostly_sct, st.booleans()),
    st.tuples(st.just("return"), numbers, st.sampled_from(["all", "all", "less", "more"]), mostly_sct),
    st.tuples(st.just("recall"), numbers, mostly_sct),
    st.tuples(st.just("ask"), numbers, mostly_sct),
    st.tuples(st.just("again"), st.integers(0, 30)),
)
first = st.tuples(st.just("order"), st.lists(st.sampled_from(AMOUNTS), min_size=2, max_size=3))
OTHERWISE = {"less": "0.01", "more": "350.01"}


def play(play: Play, step: tuple[object, ...]) -> None:
    """One step."""
    match step:
        case ("order", [*amounts]):
            pays = [orders.Pay(str(amount), end_to_end=f"{play.name}-{at}") for at, amount in enumerate(amounts)]
            play.drop("", orders.order(*pays, message_id=play.name).decode())
            text = sent(play.bank)
            for number, amount in enumerate(amounts):
                play.sent.append((value(text, "MsgId"), value(text, "TxId", number), str(amount)))
        case ("pay", str(channel), int(number), str(to)):
            name, one = play.name, Pay(number, AMOUNTS[number], to=to)
            play.came.setdefault(number, (channel, name, one))
            play.drop(channel, inst(name, one) if channel == "inst" else sct(name, one))
        case ("report", int(number), str(status), str(channel), bool(whole)) if play.sent:
            message, name, _ = play.sent[number % len(play.sent)]
            rows = () if whole else (line(status, "AC04" if status == "RJCT" else None, TxId=name),)
            play.drop(channel, report(play.name, message, SENT, status if whole else None, *rows))
        case ("return", int(number), str(amount), str(channel)) if play.sent:
            message, name, whole = play.sent[number % len(play.sent)]
            play.drop(channel, returned(play.name, OTHERWISE.get(amount, whole), message, TxId=name))
        case ("recall", int(number), str(channel)):
            _, message, one = play.came.get(number, (channel, "NOPE", Pay(number)))
            play.drop(channel, recall(play.name, message, one))
        case ("ask", int(number), str(channel)):
            message = play.came[number][1] if number in play.came else "NOPE"
            play.drop(channel, enquiry(play.name, message, number))
        case ("again", int(number)) if play.files:
            play.drop(*play.files[number % len(play.files)])


def judge(bank: World) -> None:
    """What holds after any steps."""
    balances = bank.balances()  # the books balance, and the journal is whole
    with bank.connection() as connection:
        every = [kept_payment(row) for row in connection.execute(select(PAYMENTS).where(PAYMENTS.c.position > 0))]
        said = {number: [step.status.status for step in statuses(connection, kept.payment, kept.record)]
                for number, kept in enumerate(every)}  # fmt: skip
        answers = [children(connection, kept.payment, kept.record) for kept in every]
    expected, credited = Counter[str](), Counter[str]()
    for number, kept in enumerate(every):
        standing_after(said[number])  # no status goes back
        for account, amount in effect(kept, said[number], answers[number]):
            expected[account] += amount
        if is_credit(kept) and "ACCC" in said[number]:
            credited[kept.payment.uetr or ""] += 1
    assert max(credited.values(), default=1) == 1
    accounts = (*TARGETS, SUSPENSE)
    assert {name: balances.get(name, 0) for name in accounts} == {name: expected[name] for name in accounts}


def is_credit(kept: Kept) -> bool:
    """Whether a payment came in."""
    return kept.payment.direction is Direction.IN and kept.payment.definition == SENT


def effect(kept: Kept, said: list[str], answers: tuple[Kept, ...]) -> list[tuple[str, int]]:
    """What a payment comes to on accounts of customers, by its statuses and what came back."""
    payment, known = kept.payment, stored(kept.payment)
    amount, account = known.amount or 0, known.account or ""
    back = [one for one in answers if one.payment.definition.startswith("pacs.004")]
    if is_credit(kept):
        return [(account, amount - amount * len(back))] if "ACCC" in said else []
    if payment.definition == SENT:
        taken = amount if "RJCT" in said else 0
        return [(account, taken + sum(stored(one.payment).amount or 0 for one in back) - amount)]
    if payment.definition.startswith("pacs.004") and payment.direction is Direction.IN and payment.parent is None:
        return [(SUSPENSE, amount)]
    return []


@settings(max_examples=40, phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(first, st.lists(steps, min_size=4, max_size=12))
def test_whatever_comes_in_whatever_order(begin: tuple[object, ...], chosen: list[tuple[object, ...]]) -> None:
    with tempfile.TemporaryDirectory() as folder, world(Path(folder), dict(HANDLERS), **_RECALL) as bank:
        state = Play(bank)
        for step in (begin, *chosen):
            play(state, step)
        judge(bank)


_RECALL = {"recall": '"return-if-funds"', "return_report": "true"}
