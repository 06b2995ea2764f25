"""Several messages in one file: what an earlier one of them claimed or ordered counts for the later ones."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.engine.orders import INSIDE, Group, Order, Pay, World, order, world


@pytest.fixture
def bank(tmp_path: Path) -> Iterator[World]:
    with world(tmp_path / "bank") as made:
        yield made


def together(*messages: bytes) -> bytes:
    """Messages below one root, as files of several are."""
    inside = b"".join(one.partition(b"?>\n")[2] for one in messages)
    return b'<?xml version="1.0" encoding="UTF-8"?>\n<Batch>\n' + inside + b"</Batch>\n"


def codes(report: dict[str, list[dict[str, object]]]) -> list[object]:
    return [found["code"] for found in report["findings"]]


def test_an_identifier_is_claimed_by_the_first_message_of_a_file(bank: World) -> None:
    one, other = order(Pay("1.00", end_to_end="A")), order(Pay("2.00", end_to_end="B"))
    report = bank.drop(together(one, other))
    assert (report["verdict"], report["counts"]) == ("failed", {"refused": 1, "sent": 1})
    assert codes(report) == ["MESSAGE-IDENTIFIER-REUSED"]
    refusals = [text for name, text in bank.outputs(report).items() if "-2-pain.002" in name]
    assert [re.findall(r"<GrpSts>(.*?)<|<Cd>(.*?)<", text)[:2] for text in refusals] == [[("RJCT", ""), ("", "AM05")]]
    again = bank.drop(other, "b.xml")
    assert codes(again) == ["MESSAGE-IDENTIFIER-REUSED"]


def test_a_file_of_several_messages_that_comes_again_is_answered_again(bank: World) -> None:
    content = together(order(Pay(end_to_end="A")), order(Pay(end_to_end="B"), message_id="ORDER-2"))
    first, again = bank.drop(content), bank.drop(content, "b.xml")
    assert (first["counts"], again["counts"]) == ({"sent": 2}, {"repeated": 2})
    assert [one["about"] for one in again["outputs"]] == ["given again", "given again"]


def test_a_payment_of_an_earlier_message_of_the_file_came_before(bank: World) -> None:
    report = bank.drop(together(order(INSIDE), order(INSIDE, message_id="ORDER-2")))
    assert report["counts"] == {"booked": 1, "held": 1}
    assert codes(report) == ["PAYMENT-DUPLICATE"]


def test_what_an_earlier_message_of_the_file_did_not_carry_out_did_not_come(bank: World) -> None:
    rejected = Order((Group((INSIDE,), account="DE12999999990000000004"),))  # a blocked account
    assert bank.drop(together(rejected.xml(), rejected.xml().replace(b"ORDER-1", b"ORDER-2")))["counts"] == {
        "rejected": 2
    }


def test_payments_are_compared_over_many_messages_of_a_file(bank: World) -> None:
    messages = [order(Pay(end_to_end=f"E-{number % 3}"), message_id=f"M-{number}") for number in range(5)]
    assert bank.drop(together(*messages))["counts"] == {"sent": 3, "held": 2}
