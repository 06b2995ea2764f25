"""Reports that go on: read, passed on to a customer over links, and given again."""

from dataclasses import replace

import pytest

from tests.reply.messages import STAMP, body, faults, made, message_of, only_transactions, original_of, report
from wissel.catalog.definitions import default_catalog
from wissel.reply.matching import Link, Links
from wissel.reply.original import ids_of, opened
from wissel.reply.reason import Reason
from wissel.reply.relayed_report import (
    CustomerOrder,
    OrderedPayment,
    Relayed,
    order_blocks,
    order_of,
    relay,
)
from wissel.reply.repeated_report import asked
from wissel.reply.reported import Reported, reported
from wissel.reply.status import Status, Statuses
from wissel.reply.status_report import ReportOptions, write_status_report
from wissel.xml.writing.message_writer import MessageWriter


def ordered(number: int, payment: int, status: str | None = None) -> OrderedPayment:
    return OrderedPayment(
        number,
        payment,
        f"PMT-{payment}",
        f"E2E-{number}",
        f"{number}.00",
        "EUR",
        f"CUSTOMER-{number}",
        None,
        {"TxId": f"TX-{number}", "InstrId": f"OURS-{number}", "EndToEndId": f"E2E-{number}"},
        f"OUT-{number}",
        status,
    )


ORDER = CustomerOrder(
    "pain.001.001.09",
    "ORDER-1",
    (ordered(1, 1, "ACSP"), ordered(2, 1, "ACSP"), ordered(3, 2, "ACTC")),
    "2026-11-23T09:00:00+00:00",
    "3",
    "6.00",
)


def said(number: int, status: str, *reasons: str) -> Reported:
    why = tuple(Reason(reason) for reason in reasons)
    return Reported({"TxId": f"TX-{number}"}, Status(status, why), f"OUT-{number}", "pacs.008.001.08")


def customer_report(order: CustomerOrder, passed: Relayed) -> bytes:
    original, blocks = opened(order.definition, order_blocks(order), None)
    assert original is not None
    tree = default_catalog().tree("pain.002.001.10")

    def write(writer: MessageWriter) -> None:
        write_status_report(writer, tree, original, blocks, passed.statuses, ReportOptions(STAMP))

    return body("pain.002.001.10", write)


def test_a_network_s_report_reaches_the_customer_with_the_customer_s_references() -> None:
    passed = relay(ORDER, [said(2, "RJCT", "AC04")])
    written = customer_report(ORDER, passed)
    assert faults(written) == []
    blocks = original_of(message_of(written))[1]
    (line,) = only_transactions(blocks)
    assert line.text("OrgnlInstrId") == "CUSTOMER-2"
    assert line.text("OrgnlEndToEndId") == "E2E-2"
    assert line.text("StsRsnInf/Rsn/Cd") == "AC04"
    assert b"OURS" not in written
    assert b"TX-2" not in written
    groups = {one.below: one for one in blocks if one.kind == "group"}
    assert groups["OrgnlPmtInfAndSts"].text("OrgnlPmtInfId") == "PMT-1"
    assert groups["OrgnlPmtInfAndSts"].text("PmtInfSts") == "PART"
    assert groups["OrgnlGrpInfAndSts"].text("GrpSts") == "PART"
    assert groups["OrgnlGrpInfAndSts"].all_texts("NbOfTxsPerSts/DtldSts") == ("ACSP", "RJCT", "ACTC")
    assert passed.told == 1


def test_a_report_on_a_whole_message_is_for_all_that_was_sent_in_it() -> None:
    whole = Reported({}, Status("ACSC"), "OUT-3", "pacs.008.001.08")
    passed = relay(ORDER, [whole])
    assert {number for number, one in passed.statuses.chosen.items() if one.listed} == {3}


def test_what_goes_back_is_not_passed_on() -> None:
    passed = relay(ORDER, [said(1, "ACTC"), said(2, "ACSC")])
    assert [one.code for one in passed.findings] == ["REPLY-STATUS-GOES-BACK"]
    assert passed.told == 1


def test_a_report_on_another_order_is_not_passed_on() -> None:
    passed = relay(ORDER, [said(9, "ACSC")])
    assert [one.code for one in passed.findings] == ["REPLY-LINK-MISSING"]


def test_only_orders_have_customers() -> None:
    with pytest.raises(ValueError, match="no customer's order"):
        relay(CustomerOrder("pacs.008.001.08", "M", ()), [])


def test_an_order_read_from_its_message_is_the_same_order() -> None:
    message = made("pain.001.001.09", 3)
    original, blocks = original_of(message)
    order = order_of(original, iter(blocks))
    again = [one for one in order_blocks(order) if one.kind == "transaction"]
    assert [one.text("PmtId/EndToEndId") for one in again] == [
        one.text("PmtId/EndToEndId") for one in only_transactions(blocks)
    ]
    assert order.message_id == original.message_id


def test_reports_are_read_as_they_were_written() -> None:
    choose = Statuses(Status("ACSP"), {2: Status("RJCT", (Reason("AC04"),))})
    for definition, answer in (("pacs.008.001.08", "pacs.002.001.10"), ("pain.001.001.09", "pain.002.001.10")):
        written, _ = report(made(definition, 3), answer, choose)
        found = [one for one in reported(answer[:8], message_of(written).blocks()) if one.ids]
        assert [one.status.code for one in found] == ["ACSP", "RJCT", "ACSP"]
        assert found[1].status.reasons == (Reason("AC04"),)
        assert all(one.message_definition == definition for one in found)


def test_a_transaction_without_a_status_has_that_of_its_group() -> None:
    written, _ = report(made("pacs.008.001.08", 1), "pacs.002.001.10", Statuses(Status("ACSC")))
    bare = written.replace(b"<TxSts>ACSC</TxSts>", b"")
    found = [one for one in reported("pacs.002", message_of(bare).blocks()) if one.ids]
    assert [one.status.code for one in found] == ["ACSC"]


def test_a_reference_that_several_have_finds_none_of_them() -> None:
    links = Links([Link(1, {"EndToEndId": "SAME", "TxId": "A"}), Link(2, {"EndToEndId": "SAME", "TxId": "B"})])
    assert links.find({"EndToEndId": "SAME"}) is None
    assert links.find({"EndToEndId": "SAME", "TxId": "B"}) == 2
    assert links.find({"EndToEndId": "NOTPROVIDED"}) is None
    assert len(links) == 2


def test_a_request_about_what_nobody_reported_is_refused() -> None:
    request, blocks = original_of(made("pacs.028.001.03", 1))
    found = asked(request, blocks, lambda *_: [], None)
    assert {one.code for one in found.findings} <= {"REPLY-STATUS-NOT-KNOWN", "REPLY-NOT-POSSIBLE"}
    assert found.findings


def test_references_that_both_sides_have_and_that_differ_are_of_two_payments() -> None:
    links = Links(
        [
            Link(1, {"UETR": "U1", "EndToEndId": "SAME", "InstrId": "A"}),
            Link(2, {"EndToEndId": "SAME", "InstrId": "B"}),
            Link(3, {"EndToEndId": "OTHER", "InstrId": "C"}),
        ]
    )
    assert links.find({"UETR": "U9", "EndToEndId": "SAME", "InstrId": "A"}) is None
    assert links.find({"UETR": "U1", "EndToEndId": "CHANGED"}) == 1
    assert links.matching({"EndToEndId": "SAME"}) == (1, 2)
    assert links.find({"EndToEndId": "SAME", "InstrId": "B"}) == 2
    assert links.find({"EndToEndId": "SAME", "InstrId": "C"}) is None


def test_a_reference_of_very_many_is_of_none() -> None:
    links = Links(Link(number, {"EndToEndId": "SAME", "InstrId": str(number)}) for number in range(1, 101))
    assert len(links.matching({"EndToEndId": "SAME"})) > 1
    assert links.find({"InstrId": "99"}) == 99


def test_what_may_be_said_of_either_of_two_is_not_passed_on() -> None:
    first, second = (replace(ordered(number, 1), sent_as={"EndToEndId": "SAME"}) for number in (1, 2))
    passed = relay(
        replace(ORDER, payments=(first, second)), [Reported({"EndToEndId": "SAME"}, Status("ACSC"), "M", None)]
    )
    assert "REPLY-LINK-AMBIGUOUS" in [one.code for one in passed.findings]
    assert passed.told == 0


def test_a_request_that_may_be_about_either_of_two_is_refused() -> None:
    message = made("pacs.028.001.03", 1)
    request, blocks = original_of(message)
    inside = [one for one in blocks if one.kind == "transaction"]
    ids = ids_of("pacs.028", inside[0])
    name = next(text for one in blocks if (text := one.first("OrgnlMsgId", "OrgnlGrpInf/OrgnlMsgId")) is not None)
    lines = [Reported(ids, Status(code), name, None) for code in ("ACSP", "RJCT")]
    assert [one.code for one in asked(request, blocks, lambda *_: lines, None).findings] == ["REPLY-LINK-AMBIGUOUS"]
    assert asked(request, blocks, lambda *_: lines[:1] * 2, None).findings == ()
    other = [Reported(ids, Status("ACSP"), "ANOTHER", None)]
    assert [one.code for one in asked(request, blocks, lambda *_: other, None).findings] == ["REPLY-STATUS-NOT-KNOWN"]
