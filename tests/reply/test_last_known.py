"""What was last reported of each transaction: found by references that tell, never guessed."""

import pytest

from tests.reply.messages import made, message_of, only_transactions, original_of, report
from wissel.reply.last_known import LastKnown, report_of_another
from wissel.reply.reason import Reason
from wissel.reply.relayed_report import values_block
from wissel.reply.reported import Reported, reported
from wissel.reply.status import Status, Statuses
from wissel.xml.blocks.block import Block

PAYMENT = values_block("group", "PmtInf", 1, None, {"PmtInfId": "P"})


def line(code: str, payment: str | None = "P", **ids: str) -> Reported:
    return Reported(ids, Status(code), "M", None, payment)


def order(number: int = 1, **ids: str) -> Block:
    values = {f"PmtId/{name}": text for name, text in ids.items()}
    return values_block("transaction", "PmtInf/CdtTrfTxInf", number, PAYMENT, values)


def known(*lines: Reported) -> LastKnown:
    return LastKnown("pain.001", "M", lines)


def found(last: LastKnown, *blocks: Block) -> list[str | None]:
    return [status.code if status is not None else None for status in map(last.find, blocks)]


def test_the_last_status_is_known_by_any_reference_that_tells() -> None:
    message = made("pacs.008.001.08", 3)
    choose = Statuses(Status("ACSP"), {2: Status("RJCT", (Reason("AC04"),))})
    written, _ = report(message, "pacs.002.001.10", choose)
    original, blocks = original_of(message)
    last = LastKnown("pacs.008", original.message_id, reported("pacs.002", message_of(written).blocks()))
    assert found(last, *only_transactions(blocks)) == ["ACSP", "RJCT", "ACSP"]
    assert last.findings == []


@pytest.mark.parametrize(
    ("said", "asked", "code"),
    [
        ({"EndToEndId": "E", "InstrId": "I"}, {"EndToEndId": "E", "InstrId": "I"}, "ACSP"),
        ({"EndToEndId": "E", "InstrId": "I"}, {"EndToEndId": "E"}, "ACSP"),
        ({"EndToEndId": "E"}, {"EndToEndId": "E", "InstrId": "I"}, "ACSP"),
        ({"EndToEndId": "NOTPROVIDED", "InstrId": "I"}, {"EndToEndId": "NOTPROVIDED", "InstrId": "I"}, "ACSP"),
        ({"EndToEndId": "E", "InstrId": "I"}, {"EndToEndId": "E", "InstrId": "OTHER"}, None),
        ({"EndToEndId": "NOTPROVIDED"}, {"EndToEndId": "NOTPROVIDED"}, None),
        ({"UETR": "U", "EndToEndId": "E"}, {"UETR": "U", "EndToEndId": "E"}, "ACSP"),
        ({"UETR": "U", "EndToEndId": "E"}, {"UETR": "OTHER", "EndToEndId": "E"}, None),
    ],
)
def test_references_that_both_have_decide(said: dict[str, str], asked: dict[str, str], code: str | None) -> None:
    last = known(line("ACSP", **said))
    assert found(last, order(**asked)) == [code]
    assert last.findings == []


@pytest.mark.parametrize(
    ("lines", "blocks"),
    [
        # two lines of one reference say different things
        ([line("ACSP", EndToEndId="E"), line("RJCT", EndToEndId="E")], [order(EndToEndId="E")]),
        # one line, and two transactions that it may be about
        ([line("RJCT", EndToEndId="E")], [order(1, EndToEndId="E"), order(2, EndToEndId="E")]),
        # the line is told by a reference that the order does not have
        ([line("RJCT", UETR="U", EndToEndId="E")], [order(EndToEndId="E")]),
        # two payments of one name
        ([Reported({}, Status(code), "M", None, "P") for code in ("ACSP", "RJCT")], [order(EndToEndId="E")]),
    ],
)
def test_what_is_not_clear_is_refused(lines: list[Reported], blocks: list[Block]) -> None:
    last = known(*lines)
    for block in blocks:
        last.find(block)
    assert [one.code for one in last.findings] == ["REPLY-LINK-AMBIGUOUS"]


def test_as_many_lines_as_transactions_with_one_status_are_clear() -> None:
    last = known(line("ACSP", EndToEndId="E"), line("ACSP", EndToEndId="E"))
    assert found(last, order(1, EndToEndId="E"), order(2, EndToEndId="E")) == ["ACSP", "ACSP"]
    assert last.findings == []


def test_one_reference_in_two_payments_is_told_apart_by_them() -> None:
    last = known(line("RJCT", "Q", EndToEndId="E"), line("ACSP", "P", EndToEndId="E"))
    assert found(last, order(EndToEndId="E")) == ["ACSP"]


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        ([Reported({}, Status("RJCT"), "M", None)], "RJCT"),
        ([Reported({}, Status("PART"), "M", None)], None),
        ([Reported({}, Status("RCVD"), "M", None)], None),
        ([Reported({}, Status("PART"), "M", None), Reported({}, Status("RJCT"), "M", None, "P")], "RJCT"),
        ([Reported({}, Status("ACSP"), "M", None), Reported({}, Status("RJCT"), "M", None, "Q")], "ACSP"),
        ([Reported({}, Status("ACSP"), "M", None), line("RJCT", EndToEndId="E")], "RJCT"),
    ],
)
def test_what_is_said_of_a_whole_is_said_of_those_that_are_not_named(lines: list[Reported], code: str | None) -> None:
    assert found(known(*lines), order(EndToEndId="E")) == [code]


def test_a_report_on_another_message_says_nothing_of_this_one() -> None:
    last = LastKnown("pain.001", "MINE", [line("RJCT", EndToEndId="E")])
    assert last.others == "M"
    assert found(last, order(EndToEndId="E")) == [None]
    assert report_of_another("M", "MINE").code == "REPLY-REPORT-OF-ANOTHER"
    both = LastKnown("pain.001", "M", [Reported({}, Status("ACSP"), "N", None), line("RJCT", EndToEndId="E")])
    assert both.others is None
    assert found(both, order(EndToEndId="E")) == ["RJCT"]
