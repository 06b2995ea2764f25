"""Held and waiting orders: released and rejected by a person, once, as a whole or not at all."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.engine.instructing import GIVEN, about_order, codes, obeyed
from tests.engine.orders import ANNA, AT, INSIDE, Group, Order, Pay, World, order, world
from wissel.core.finding import Finding
from wissel.engine.database import transaction
from wissel.engine.instructions.instruction import (
    BYTES_MAX,
    About,
    Action,
    file_name,
    instruction_bytes,
    new_instruction,
    read_instruction,
)
from wissel.engine.orders.warehouse import left_in, read_waited
from wissel.journal.trace import find, statuses
from wissel.service.instructing import tidy

ANNA_HAS = 1_250_000
THE_DAY = datetime(2026, 11, 26, 10, 0, tzinfo=UTC)


@pytest.fixture
def bank(tmp_path: Path, kind: str) -> Iterator[World]:
    with world(tmp_path / "bank") as made:
        yield made


def held(bank: World, *more: Pay, **options: str) -> str:
    """Have an order held whose payments came before; the name of its file."""
    payments = (Pay(), *more)
    bank.drop(order(*payments, message_id="FIRST", **options))
    report = bank.drop(order(*payments, message_id="AGAIN", **options), "b.xml")
    assert report["counts"] == {"held": len(payments)}
    (found,) = bank.station.spool.warehouse.glob("held-*")
    return found.name


def warehouse(bank: World) -> list[str]:
    return sorted(path.name for path in bank.station.spool.warehouse.iterdir())


def said(bank: World, name: str, record: int) -> list[tuple[str, tuple[str, ...]]]:
    """What was said of the payment of a record, oldest first."""
    with transaction(bank.station.database) as connection:
        (kept,) = (one for one in find(connection, name) if one.record == record and one.payment.position == 1)
        steps = statuses(connection, kept.payment, kept.record)
    return [(step.status.status, step.status.reasons) for step in steps]


# --- releasing ---


def test_what_is_held_goes_when_a_person_says_so(bank: World) -> None:
    name = held(bank)
    assert bank.release(AT) == []
    (report,) = obeyed(bank.station, about_order(Action.RELEASE, name))
    assert (report["verdict"], report["counts"], report["channel"]) == ("accepted", {"released": 1}, ".operator")
    assert report["messages"][0]["instruction"]["by"] == "anna"
    assert warehouse(bank) == ["20261123T100000Z-3-1.order"]
    assert bank.balance(ANNA) == ANNA_HAS - 1250
    (released,) = bank.release(AT)
    assert released["counts"] == {"sent": 1}
    assert "<GrpSts>ACSP</GrpSts>" in bank.answer(released)
    assert (bank.balance(ANNA), warehouse(bank)) == (ANNA_HAS - 2 * 1250, [])
    assert said(bank, "E-1", 2) == [("PDNG", ("AM05",)), ("PDNG", ()), ("ACSP", ())]


def test_single_transactions_are_released_and_the_others_stay_held(bank: World) -> None:
    name = held(bank, Pay("20.00"), Pay("30.00"))
    obeyed(bank.station, about_order(Action.RELEASE, name, (2,)))
    assert [one["counts"] for one in bank.release(AT)] == [{"sent": 1}]
    assert bank.balance(ANNA) == ANNA_HAS - 2 * 2000 - 1250 - 3000
    with transaction(bank.station.database) as connection:
        assert left_in(connection, read_waited(bank.station.spool.warehouse / name)) == {1, 3}
    obeyed(bank.station, about_order(Action.RELEASE, name, (1, 3), seconds=1))
    assert warehouse(bank) == ["20261123T100000Z-5-1.order"]


def test_the_same_instruction_twice_has_effect_once(bank: World) -> None:
    given = about_order(Action.RELEASE, held(bank))
    obeyed(bank.station, given)
    (again,) = obeyed(bank.station, given)
    assert (again["verdict"], codes(again), again["repeats"]) == ("accepted", ["MESSAGE-REPEATED"], 3)
    assert [one["counts"] for one in bank.release(AT)] == [{"sent": 1}]
    assert bank.balance(ANNA) == ANNA_HAS - 2 * 1250


def test_two_that_come_together_release_once(bank: World) -> None:
    name = held(bank)
    first, second = obeyed(
        bank.station, about_order(Action.RELEASE, name), about_order(Action.RELEASE, name, seconds=1)
    )
    assert (first["verdict"], second["verdict"], codes(second)) == ("accepted", "failed", ["ORDER-NOT-WAITING"])
    assert [one["counts"] for one in bank.release(AT)] == [{"sent": 1}]


def test_an_identifier_is_not_used_for_two_instructions(bank: World) -> None:
    name = held(bank)
    first = about_order(Action.RELEASE, name)
    obeyed(bank.station, first)
    other = instruction_bytes(about_order(Action.REJECT, name, seconds=1)).decode()
    other = other.replace(about_order(Action.REJECT, name, seconds=1).id, first.id)
    (bank.station.spool.instructions / "other.instruction").write_text(other, "utf-8")
    (refused,) = obeyed(bank.station)
    assert (refused["verdict"], codes(refused)) == ("failed", ["MESSAGE-IDENTIFIER-REUSED"])


def test_what_is_released_may_have_to_wait_for_its_day(bank: World) -> None:
    name = held(bank, requested="2026-11-26")
    obeyed(bank.station, about_order(Action.RELEASE, name))
    assert [one["counts"] for one in bank.release(AT)] == [{"waiting": 1}]
    (waiting,) = (one for one in warehouse(bank) if "-4-" in one)
    (refused,) = obeyed(bank.station, about_order(Action.RELEASE, waiting))
    assert codes(refused) == ["ORDER-NOT-WAITING"]
    assert "waits for its day" in refused["findings"][0]["message"]
    assert [one["counts"] for one in bank.release(THE_DAY)] == [{"sent": 1}, {"sent": 1}]


def test_what_is_released_is_decided_by_what_holds_then(bank: World) -> None:
    name = held(bank, Pay("6000.00"))
    bank.drop(order(Pay("6400.00"), message_id="SPENT"), "c.xml")
    obeyed(bank.station, about_order(Action.RELEASE, name, (1, 2)))
    (released,) = bank.release(AT)
    assert released["counts"] == {"rejected": 1, "sent": 1}


# --- rejecting ---


def test_what_is_held_is_rejected_and_the_customer_told(bank: World) -> None:
    (report,) = obeyed(bank.station, about_order(Action.REJECT, held(bank)))
    ((name, text),) = report["written"].items()
    assert (report["counts"], name) == ({"rejected": 1}, "default/3-1-1-pain.002.001.10.xml")
    assert "<OrgnlMsgId>AGAIN</OrgnlMsgId>" in text
    assert "<OrgnlEndToEndId>E-1</OrgnlEndToEndId>" in text
    assert "<TxSts>RJCT</TxSts>" in text
    assert "<Cd>AM05</Cd>" in text
    assert (bank.balance(ANNA), warehouse(bank), bank.release(THE_DAY)) == (ANNA_HAS - 1250, [], [])
    assert said(bank, "E-1", 2) == [("PDNG", ("AM05",)), ("RJCT", ("AM05",))]


def test_what_waits_for_its_day_is_rejected_before_it(bank: World) -> None:
    days = (Group((Pay("1.00"), Pay("2.00")), requested="2026-11-26"), Group((INSIDE,), requested="2026-11-27"))
    bank.drop(Order(days).xml())
    (first, _) = warehouse(bank)
    (report,) = obeyed(bank.station, about_order(Action.REJECT, first, (2,)))
    (text,) = report["written"].values()
    assert (text.count("<TxInfAndSts>"), text.count("<Cd>DS02</Cd>"), "PDNG" in text) == (1, 1, True)
    assert [one["counts"] for one in bank.release(THE_DAY)] == [{"sent": 1}]
    assert bank.balance(ANNA) == ANNA_HAS - 100


def test_an_order_that_was_rejected_whole_pays_nothing_on_its_day(bank: World) -> None:
    bank.drop(order(Pay(), requested="2026-11-26"))
    (name,) = warehouse(bank)
    obeyed(bank.station, about_order(Action.REJECT, name, reason="AC06"))
    assert said(bank, "E-1", 1) == [("PDNG", ()), ("RJCT", ("AC06",))]
    assert [one["counts"] for one in bank.release(THE_DAY)] == [{"nothing waits": 1}]
    assert bank.balance(ANNA) == ANNA_HAS


def test_a_payment_that_was_rejected_may_come_again(bank: World) -> None:
    bank.drop(order(Pay(), requested="2026-11-26"))
    (name,) = warehouse(bank)
    obeyed(bank.station, about_order(Action.REJECT, name))
    assert bank.drop(order(Pay(), message_id="ANEW"), "b.xml")["counts"] == {"sent": 1}


def test_a_reason_that_no_report_knows_is_refused(bank: World) -> None:
    (report,) = obeyed(bank.station, about_order(Action.REJECT, held(bank), reason="XXXX"))
    assert (report["verdict"], codes(report)) == ("failed", ["REPLY-REASON-UNKNOWN"])
    assert [name[:4] for name in warehouse(bank)] == ["held"]


# --- all or nothing ---


@pytest.mark.parametrize("action", [Action.RELEASE, Action.REJECT])
def test_an_instruction_is_carried_out_as_a_whole_or_not_at_all(bank: World, action: Action) -> None:
    name = held(bank, Pay("20.00"))
    obeyed(bank.station, about_order(Action.REJECT, name, (2,)))
    for transactions, words in (((1, 2), "Transaction 2 of AGAIN waits no more"), ((1, 3), "Transaction 3")):
        (report,) = obeyed(bank.station, about_order(action, name, transactions, seconds=len(words)))
        assert (report["verdict"], codes(report)) == ("failed", ["ORDER-NOT-WAITING"])
        assert words in report["findings"][0]["message"]
    assert said(bank, "E-1", 2) == [("PDNG", ("AM05",))]


def test_a_file_that_is_gone_is_said(bank: World) -> None:
    (report,) = obeyed(bank.station, about_order(Action.REJECT, "held-7-1.order"))
    assert report["findings"][0]["message"] == (
        "There is no held-7-1.order in the warehouse any more; nothing was done."
    )


def test_what_was_left_behind_is_tidied(bank: World) -> None:
    name = held(bank)
    path = bank.station.spool.warehouse / name
    copy = path.read_bytes()
    obeyed(bank.station, about_order(Action.REJECT, name))
    path.write_bytes(copy)
    damaged = path.with_name("held-9-1.order")
    damaged.write_bytes(b"damaged")
    tidy(bank.station)
    assert warehouse(bank) == [damaged.name]


# --- the file ---


def test_an_instruction_is_read_as_it_was_written() -> None:
    given = about_order(Action.REJECT, "held-12-3.order", (1, 2, 3, 9), reason="AC06")
    assert read_instruction(instruction_bytes(given)) == given
    assert file_name(given).startswith("20261123T093000.000000Z-reject-")
    about = new_instruction(Action.RECALL, "bruno", GIVEN, about=About(1, "pacs.008.001.08", "M-1", 2), reason="DUPL")
    assert read_instruction(instruction_bytes(about)) == about


def changed(**values: Any) -> bytes:
    """An instruction with other values; those that are None are left out."""
    given = json.loads(instruction_bytes(about_order(Action.REJECT, "held-12-3.order"))) | values
    return json.dumps({name: value for name, value in given.items() if value is not None}).encode()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "no JSON"),
        (b"\xff", "no JSON"),
        (b"[]", "no instruction that this version knows"),
        (b"[" * 100_000, "no JSON"),
        (b" " * (BYTES_MAX + 1), "bytes"),
        (changed(format=2), "no instruction that this version knows"),
        (changed(do="pay"), "'do' is 'pay'"),
        (changed(order="../../wissel.toml"), "'order' is"),
        (changed(order=None), "'order' is missing"),
        (changed(transactions=[]), "names none"),
        (changed(transactions=[[3, 1]]), "no list of first and last numbers"),
        (changed(by=""), "'by' is missing"),
        (changed(by="anna\nbruno"), "'by' is missing, or no text"),
        (changed(by="a" * 71), "more than 70"),
        (changed(at="2026-11-23T10:00:00"), "no time with its zone"),
        (changed(id="a/b"), "'id' is 'a/b'"),
        (changed(reason="too long"), "'reason' is 'too long'"),
        (changed(do="release", reason="AM05"), "release takes no reason"),
        (changed(more=1), "reject takes no 'more'"),
        (changed(do="recall", order=None, transactions=None), "'payment' does not say"),
        (changed(do="recall", order=None, transactions=None, payment=dict.fromkeys(
            ("record", "definition", "message_id", "position"), "1")), "a value of another kind"),
    ],
)  # fmt: skip
def test_what_is_no_instruction_is_refused(content: bytes, words: str) -> None:
    found = read_instruction(content)
    assert isinstance(found, Finding)
    assert (found.code, words in found.message) == ("INSTRUCTION-INVALID", True), found.message


def test_a_file_that_is_no_instruction_ends_in_failed(bank: World) -> None:
    (bank.station.spool.instructions / "a.instruction").write_bytes(b"{}")
    (bank.station.spool.instructions / "notes.txt").write_bytes(b"is left alone")
    (report,) = obeyed(bank.station)
    assert (report["verdict"], codes(report), report["counts"]) == ("failed", ["INSTRUCTION-INVALID"], {"refused": 1})
    assert (bank.root / "failed" / "a.instruction").is_file()


@pytest.mark.parametrize("by", ["", "anna\n", "a" * 71])
def test_an_instruction_that_no_file_can_hold_is_not_made(by: str) -> None:
    with pytest.raises(ValueError, match="'by'"):
        new_instruction(Action.RELEASE, by, GIVEN, order="held-1-1.order", transactions=(1,))
