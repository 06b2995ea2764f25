"""Orders that wait: put aside, released at the opening of their day, exactly once."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from tests.engine.orders import ANNA, AT, INSIDE, Group, Order, Pay, World, order, world
from wissel.core.errors import InstallationError
from wissel.engine.bank.files import load_bank
from wissel.engine.bank.init import init_bank
from wissel.engine.database import transaction
from wissel.engine.orders.warehouse import (
    Waited,
    due_of,
    moment_name,
    order_of,
    place_of,
    positions_of,
    ranges,
    read_waited,
    stored,
    waits_until,
)
from wissel.journal.trace import find, statuses
from wissel.routing.bank import Bank

ANNA_HAS = 1_250_000


@pytest.fixture
def bank(tmp_path: Path, kind: str) -> Iterator[World]:
    with world(tmp_path / "bank") as made:
        yield made


@pytest.fixture(scope="module")
def rules(tmp_path_factory: pytest.TempPathFactory) -> Bank:
    root = tmp_path_factory.mktemp("rules") / "bank"
    init_bank(root)
    return load_bank(root)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


# --- until when ---


@pytest.mark.parametrize(
    ("network", "now", "settles", "until"),
    [
        ("t2", "2026-11-23T10:00", "2026-11-23", None),
        ("t2", "2026-11-23T10:00", "2026-11-24", "2026-11-24T01:30"),  # 02:30 in Frankfurt, one hour ahead
        ("t2", "2026-11-20T20:00", "2026-11-23", None),  # Friday evening is Monday's business day
        ("t2", "2026-03-27T10:00", "2026-03-30", "2026-03-30T00:30"),  # summer time since Sunday
        ("t2", "2026-10-23T10:00", "2026-10-26", "2026-10-26T01:30"),  # and no more
        ("t2", "2026-12-23T10:00", "2026-12-28", "2026-12-28T01:30"),  # after Christmas and a Sunday
        ("book", "2026-11-23T10:00", "2026-11-24", "2026-11-24T00:00"),
        ("book", "2026-11-23T10:00", "2026-11-23", None),
        ("sepa-sct-inst", "2026-11-23T10:00", "2026-11-25", "2026-11-24T23:00"),
    ],
)  # fmt: skip
def test_what_waits_waits_for_the_opening_of_its_day(
    rules: Bank, network: str, now: str, settles: str, until: str | None
) -> None:
    due = waits_until(rules, network, "EUR", date.fromisoformat(settles), at(now))
    assert due == (None if until is None else at(until))


def test_every_day_of_a_year_is_waited_for_and_reached(rules: Bank) -> None:
    now = at("2026-01-02T10:00")
    for days in range(1, 365):
        settles = date(2026, 1, 2) + timedelta(days=days)
        for network in ("t2", "sepa-sct"):
            if not rules.calendars[rules.networks[network].calendar].is_open(settles):
                continue
            due = waits_until(rules, network, "EUR", settles, now)
            assert due is not None
            assert due > now
            assert waits_until(rules, network, "EUR", settles, due) is None, "once it is due it goes"


# --- the flow ---


def test_a_future_order_is_booked_and_sent_on_its_day(bank: World) -> None:
    report = bank.drop(order(Pay(end_to_end="LATER"), requested="2026-11-26"))
    assert (report["verdict"], report["counts"]) == ("accepted", {"waiting": 1})
    assert "<GrpSts>PDNG</GrpSts>" in bank.answer(report)
    assert bank.balance(ANNA) == ANNA_HAS
    assert bank.release(at("2026-11-25T20:29")) == []
    (released,) = bank.release(at("2026-11-25T20:30"))
    assert released["counts"] == {"sent": 1}
    (message,) = (text for name, text in bank.outputs(released).items() if name.startswith("sepa-sct/"))
    assert "<IntrBkSttlmDt>2026-11-26</IntrBkSttlmDt>" in message
    assert "<TxSts>ACSP</TxSts>" in bank.answer(released) or "<GrpSts>ACSP</GrpSts>" in bank.answer(released)
    assert bank.balance(ANNA) == ANNA_HAS - 1250
    assert bank.release(at("2026-12-25T10:00")) == []


def test_each_day_of_an_order_is_released_by_itself(bank: World) -> None:
    days = ("2026-11-23", "2026-11-25", "2026-11-27", "2026-11-25")
    bank.drop(Order(tuple(Group((Pay(f"{n}.00"),), requested=day) for n, day in enumerate(days, 1))).xml())
    assert bank.balance(ANNA) == ANNA_HAS - 100
    (second,) = bank.release(at("2026-11-25T10:00"))
    assert (second["counts"], bank.balance(ANNA)) == ({"sent": 2}, ANNA_HAS - 100 - 600)
    answer = bank.answer(second)
    assert (answer.count("<TxInfAndSts>"), "<GrpSts>PART</GrpSts>" in answer) == (2, True)
    (third,) = bank.release(at("2026-11-27T10:00"))
    assert (third["counts"], bank.balance(ANNA)) == ({"sent": 1}, ANNA_HAS - 100 - 600 - 300)
    assert "<GrpSts>ACSP</GrpSts>" in bank.answer(third)


def test_the_money_has_to_be_there_on_the_day(bank: World) -> None:
    bank.drop(order(Pay("13000.00"), requested="2026-11-26"))
    bank.drop(order(Pay("1000.00"), message_id="SOONER"), "b.xml")
    (released,) = bank.release(at("2026-11-26T10:00"))
    assert (released["verdict"], released["counts"]) == ("failed", {"rejected": 1})
    assert "<TxSts>RJCT</TxSts>" in bank.answer(released)


def test_a_closed_day_is_the_next_open_one(bank: World) -> None:
    bank.drop(order(Pay("1.00"), requested="2026-12-25"))
    assert bank.release(at("2026-12-24T20:29")) == []
    (released,) = bank.release(at("2026-12-24T20:30"))  # the first cycle of the 28th is in the evening before Christmas
    (message,) = (text for name, text in bank.outputs(released).items() if name.startswith("sepa-sct/"))
    assert "<IntrBkSttlmDt>2026-12-28</IntrBkSttlmDt>" in message


def test_a_transfer_inside_the_bank_waits_too(bank: World) -> None:
    bank.drop(order(INSIDE, requested="2026-11-29"))
    (released,) = bank.release(at("2026-11-29T00:00"))
    assert released["counts"] == {"booked": 1}


def test_what_waited_can_be_followed(bank: World) -> None:
    bank.drop(order(Pay(end_to_end="LATER"), requested="2026-11-26"))
    bank.release(at("2026-11-26T10:00"))
    with transaction(bank.station.database) as connection:
        ordered, out = find(connection, "LATER")
        said = [step.status.status for step in statuses(connection, ordered.payment, ordered.record)]
    assert said == ["PDNG", "ACSP"]
    assert (out.record, out.payment.parent_record) == (2, 1)


def test_a_file_put_back_by_hand_pays_nothing_twice(bank: World) -> None:
    bank.drop(order(Pay(), requested="2026-11-26"))
    (kept,) = bank.station.spool.warehouse.iterdir()
    copy = kept.read_bytes()
    bank.release(at("2026-11-26T10:00"))
    kept.write_bytes(copy)
    (again,) = bank.release(at("2026-11-26T11:00"))
    assert (again["verdict"], again["counts"]) == ("accepted", {"nothing waits": 1})
    assert bank.balance(ANNA) == ANNA_HAS - 1250


def test_an_order_of_a_channel_that_is_gone_is_set_aside(bank: World, tmp_path: Path) -> None:
    bank.drop(order(Pay(), requested="2026-11-26"))
    (kept,) = bank.station.spool.warehouse.iterdir()
    kept.write_bytes(kept.read_bytes().replace(b'"channel":"default"', b'"channel":"nobody"'))
    (released,) = bank.release(at("2026-11-26T10:00"))
    assert released["verdict"] == "shunted"
    assert released["fault"] == "the waiting order came by the channel nobody, and wissel.toml has none"


# --- the file ---


def test_a_file_of_the_warehouse_says_what_waits(tmp_path: Path) -> None:
    source = tmp_path / "order.xml"
    source.write_bytes(b"<a/>\n<b/>")
    positions = frozenset({1, 2, 3, 7, 9, 10})
    given = Waited(12, "web", "a\nb.xml", 3, "pain.001.001.09", "ORDER-1", moment_name(AT), positions)
    made = stored(source, tmp_path, 12, given)
    assert (made.addressee, made.name) == (".warehouse", "20261123T100000Z-12-3.order")
    path = tmp_path / made.name
    assert b'"transactions":[[1,3],[7,7],[9,10]]' in path.read_bytes()
    assert read_waited(path) == given
    (tmp_path / "out").mkdir()
    assert order_of(path, tmp_path / "out").read_bytes() == b"<a/>\n<b/>"


def test_names_say_when_a_file_is_due() -> None:
    assert due_of("20261123T100000Z-12-3.order") == AT
    assert due_of("held-12-3.order") is None
    assert due_of("notes.txt") is None
    assert due_of("20261123T100000Z-12-3~2.order") == AT
    assert (place_of("20261123T100000Z-12-3~2.order"), place_of("held-9-1.order")) == ((12, 3), (9, 1))
    with pytest.raises(ValueError, match="no name of the warehouse"):
        place_of("notes.txt")


@pytest.mark.parametrize(
    "said", [[[2, 1]], [[1, 3], [3, 4]], [[0, 1]], [[1, 10**9]], [["1", "2"]], [[1]], 7, [[True, 2]]]
)
def test_positions_that_cannot_be_are_not_read(said: object) -> None:
    with pytest.raises((ValueError, TypeError)):
        positions_of(said)
    assert positions_of(ranges({5, 1, 2})) == {1, 2, 5}


@pytest.mark.parametrize("content", [b"", b"{}\n", b"no json\n<a/>", b'{"wissel":"waiting order","format":9}\n'])
def test_a_file_that_is_none_of_ours_is_not_read(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.order").write_bytes(content)
    with pytest.raises(InstallationError, match=r"a\.order is no order of the warehouse"):
        read_waited(tmp_path / "a.order")
