"""Several messages in one file: what an earlier one of them claimed or ordered counts for the later ones."""

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from tests.engine.orders import AT, INSIDE, Group, Order, Pay, World, order, world
from wissel.service.shunted import retry, shunted


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


def under(content: bytes, identifier: str, sender: str = "ZZLIFR20") -> bytes:
    """A message with a header."""
    header = (
        '<AppHdr xmlns="urn:iso:std:iso:20022:tech:xsd:head.001.001.02"><Fr><FIId><FinInstnId><BICFI>'
        f"{sender}</BICFI></FinInstnId></FIId></Fr><To><FIId><FinInstnId><BICFI>ZZWIDE20</BICFI></FinInstnId></FIId>"
        f"</To><BizMsgIdr>{identifier}</BizMsgIdr><MsgDefIdr>pain.001.001.09</MsgDefIdr>"
        "<CreDt>2026-11-23T09:59:00+00:00</CreDt></AppHdr>"
    ).encode()
    return b"<Envelope>" + header + content.partition(b"?>\n")[2] + b"</Envelope>"


def zipped(*members: bytes) -> bytes:
    """An archive."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for number, content in enumerate(members):
            archive.writestr(f"{number}.xml", content)
    return file.getvalue()


def test_two_messages_of_a_file_are_not_taken_for_one_another(bank: World) -> None:
    # payments are known by file and message identifier: what was said of one was taken as said of the other, and the
    # payment that waited was never sent
    waits = order(Pay("1.00", end_to_end="A"), requested="2026-11-26")
    report = bank.drop(zipped(under(waits, "B-1"), under(order(Pay("2.00", end_to_end="B")), "B-2")), "a.zip")
    assert (report["verdict"], report["counts"]) == ("failed", {"refused": 1, "waiting": 1})
    assert codes(report) == ["MESSAGE-IDENTIFIER-REUSED"]
    (released,) = bank.release(AT + timedelta(days=3))
    assert (released["verdict"], released["counts"]) == ("accepted", {"sent": 1})


def test_a_sender_is_the_same_however_its_code_is_written(bank: World) -> None:
    content = order(Pay())
    assert bank.drop(under(content, "B-1"))["counts"] == {"sent": 1}
    other = bank.drop(under(content, "B-1", "ZZLIFR20XXX"), "b.xml")
    assert codes(other) == ["MESSAGE-IDENTIFIER-REUSED"]
    assert bank.drop(under(content, "B-1", "ZZLIFR20ABC"), "c.xml")["counts"] == {"held": 1}


def test_what_could_not_be_read_is_not_answered_again_when_another_member_is_released(bank: World) -> None:
    report = bank.drop(zipped(order(Pay(), requested="2026-11-26"), b"<Document"), "a.zip")
    assert (report["verdict"], report["counts"]) == ("failed", {"unreadable": 1, "waiting": 1})
    (released,) = bank.release(AT + timedelta(days=3))
    assert (released["verdict"], released["counts"]) == ("accepted", {"sent": 1})
    assert [one["about"] for one in released["outputs"]] == [
        "pacs.008.001.08, 1 transaction, EUR 12.50",
        "pain.002.001.10",
    ]


def test_an_order_whose_channel_is_gone_is_set_aside_to_be_tried_again(bank: World, tmp_path: Path) -> None:
    bank.drop(order(Pay(), requested="2026-11-26"))
    known = bank.station.work.bank  # type: ignore[attr-defined]
    without = replace(bank.station.work, bank=replace(known, channels={}))  # type: ignore[type-var]
    at_work, bank.station = bank.station, replace(bank.station, work=without)
    (refused,) = bank.release(AT + timedelta(days=3))
    assert (refused["verdict"], refused["fault"]) == (
        "shunted", "the waiting order came by the channel default, and wissel.toml has none",
    )  # fmt: skip
    bank.station = at_work
    (one,) = shunted(bank.station.spool)
    retry(bank.station.spool, bank.station.files, one)
    (released,) = bank.release(AT + timedelta(days=3))
    assert released["counts"] == {"sent": 1}


def test_payments_are_compared_over_many_messages_of_a_file(bank: World) -> None:
    messages = [order(Pay(end_to_end=f"E-{number % 3}"), message_id=f"M-{number}") for number in range(5)]
    assert bank.drop(together(*messages))["counts"] == {"sent": 3, "held": 2}
