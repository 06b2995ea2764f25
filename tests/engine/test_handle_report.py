"""Reports on payments that were sent: statuses, reversals, and what customers and banks are told."""

import re
from pathlib import Path

import pytest

from tests.engine import orders
from tests.engine.interbank import (
    ANNA,
    Pay,
    agent,
    codes,
    inst,
    line,
    report,
    swift,
    uetr,
    value,
    with_header,
    world,
)
from tests.engine.interbank_scenarios import ABROAD, order_of_three, sent
from wissel.engine.handlers import HANDLERS

pytestmark = pytest.mark.usefixtures("kind")

SETTLED, SENT = "T2-EUR", "pacs.008.001.08"


def told(written: dict[str, str]) -> list[tuple[str, str]]:
    """EndToEndId and status of each transaction in the customer's report."""
    (text,) = written.values()
    rows = re.findall(r"<TxInfAndSts>.*?</TxInfAndSts>", text, re.DOTALL)
    return [(value(row, "OrgnlEndToEndId"), value(row, "TxSts")) for row in rows]


def test_a_customer_is_told_with_its_own_references(tmp_path: Path) -> None:
    with world(tmp_path, dict(HANDLERS)) as bank:
        message, ids = order_of_three(bank)
        lines = (line("RJCT", "AC04", "S-1", TxId=ids[1]), line("ACSC", None, "S-2", TxId=ids[0]))
        first = bank.drop("sct", report("R-1", message, SENT, "PART", *lines))
        assert told(first["written"]) == [("E-1", "ACSC"), ("E-2", "RJCT")]
        ((name, text),) = first["written"].items()
        assert name.startswith("default/")
        assert value(text, "OrgnlMsgId") == "ORDER-1"
        assert value(text, "OrgnlPmtInfId") == "P-1"
        assert re.findall(r"<DtldCtrlSum>([^<]*)<", text)[:3] == ["10.00", "20.00", "30.00"]
        assert bank.balances() == {ANNA: -4_000, SETTLED: 4_000}
        rest = bank.drop("sct", report("R-2", message, SENT, "ACSC"))
        assert told(rest["written"]) == [("E-3", "ACSC")]


def test_a_rejection_takes_back_once(tmp_path: Path) -> None:
    with world(tmp_path, dict(HANDLERS)) as bank:
        message, ids = order_of_three(bank)
        for number in range(3):
            again = bank.drop("sct", report(f"R-{number}", message, SENT, "PART", line("RJCT", "AC04", TxId=ids[1])))
            assert again["counts"].get("taken back", 0) == (number == 0)
            assert bool(again["written"]) == (number == 0)
        assert bank.balances() == {ANNA: -4_000, SETTLED: 4_000}


@pytest.mark.parametrize(
    ("first", "then", "kept"),
    [("ACSC", "ACSP", "ACSC"), ("ACSC", "RJCT", "ACSC"), ("RJCT", "ACSC", "RJCT"), ("ACCC", "ACSC", "ACCC")],
)
def test_a_status_never_goes_back(first: str, then: str, kept: str, tmp_path: Path) -> None:
    with world(tmp_path, dict(HANDLERS)) as bank:
        message, ids = order_of_three(bank)
        reasons = {"RJCT": "AC04"}
        bank.drop("sct", report("R-1", message, SENT, None, line(first, reasons.get(first), TxId=ids[0])))
        before = bank.balances()
        found = bank.drop("sct", report("R-2", message, SENT, None, line(then, reasons.get(then), TxId=ids[0])))
        assert (found["verdict"], codes(found)) == ("failed", ["REPLY-STATUS-GOES-BACK"])
        assert found["written"] == {}
        assert bank.balances() == before
        assert [said for kind, said, _ in bank.statuses(ids[0]) if kind == "out pacs.008"] == [kept]


@pytest.mark.parametrize("statuses", [("ACTC", "ACSP", "ACSC", "ACCC"), ("ACSP", "ACSP", "ACCC"), ("ACCC", "ACCC")])
def test_reports_may_repeat_and_jump(statuses: tuple[str, ...], tmp_path: Path) -> None:
    with world(tmp_path, dict(HANDLERS)) as bank:
        message, ids = order_of_three(bank)
        for number, status in enumerate(statuses):
            found = bank.drop("sct", report(f"R-{number}", message, SENT, None, line(status, TxId=ids[0])))
            assert found["verdict"] == "accepted"
            assert codes(found) == []
        said = [said for kind, said, _ in bank.statuses(ids[0]) if kind == "out pacs.008"]
        assert said == list(dict.fromkeys(statuses))


def test_an_unknown_payment_is_filed(tmp_path: Path) -> None:
    with world(tmp_path, dict(HANDLERS)) as bank:
        found = bank.drop("sct", report("R-1", "NOPE", SENT, "RJCT"))
        assert (found["verdict"], codes(found), found["written"]) == ("accepted", ["ORIGINAL-UNKNOWN"], {})


@pytest.mark.parametrize("about", ["camt.056.001.08", "pacs.028.001.03", "pacs.003.001.08"])
def test_what_is_said_of_another_message_is_not_said_of_the_payment(about: str, tmp_path: Path) -> None:
    """A recall names the references of the payment; its rejection must not take the payment back."""
    with world(tmp_path, dict(HANDLERS)) as bank:
        message, ids = order_of_three(bank)
        before = bank.balances()
        found = bank.drop("sct", report("R-1", message, about, None, line("RJCT", "AC04", TxId=ids[0])))
        assert (codes(found), found["written"], bank.balances()) == (["ORIGINAL-UNKNOWN"], {}, before)


def test_a_report_that_may_mean_two_payments_moves_none(tmp_path: Path) -> None:
    with world(tmp_path, dict(HANDLERS)) as bank:
        bank.drop("", orders.order(orders.Pay("10.00", end_to_end="SAME"), orders.Pay("20.00", end_to_end="SAME")))
        message, name = value(sent(bank), "MsgId"), value(sent(bank), "InstrId", 1)
        found = bank.drop("sct", report("R-1", message, SENT, None, line("RJCT", "AC04", EndToEndId="SAME")))
        assert (found["verdict"], codes(found)) == ("failed", ["REPLY-LINK-AMBIGUOUS"])
        assert bank.balances() == {ANNA: -3_000, SETTLED: 3_000}
        bank.drop("sct", report("R-2", message, SENT, None, line("RJCT", "AC04", EndToEndId="SAME", InstrId=name)))
        assert bank.balances() == {ANNA: -1_000, SETTLED: 1_000}


def test_references_that_contradict_each_other_mean_nothing(tmp_path: Path) -> None:
    with world(tmp_path, dict(HANDLERS)) as bank:
        message, ids = order_of_three(bank)
        before = bank.balances()
        found = bank.drop(
            "sct", report("R-1", message, SENT, None, line("RJCT", "AC04", TxId="OTHER", EndToEndId="E-1"))
        )
        assert (codes(found), bank.balances()) == (["ORIGINAL-UNKNOWN"], before)
        found = bank.drop("sct", report("R-2", message, SENT, None, line("RJCT", "AC04", TxId=ids[0], UETR=uetr(9))))
        assert (codes(found), bank.balances()) == (["ORIGINAL-UNKNOWN"], before)


@pytest.mark.parametrize(
    ("group", "lines", "said", "verdict"),
    [
        ("PART", (), ["REPORT-WITHOUT-STATUS"], "accepted"),
        (None, (), ["REPORT-WITHOUT-STATUS"], "accepted"),
        (None, ("ABCD",), ["REPLY-STATUS-UNKNOWN"], "failed"),
        (None, ("ACSP", "ACSC"), [], "accepted"),
        (None, ("ACSC", "RJCT"), ["REPLY-STATUS-GOES-BACK"], "accepted"),
        (None, ("RJCT", "ACSC"), ["REPLY-STATUS-GOES-BACK"], "accepted"),
    ],
)
def test_every_word_of_a_report_is_heard(
    group: str | None, lines: tuple[str, ...], said: list[str], verdict: str, tmp_path: Path
) -> None:
    with world(tmp_path, dict(HANDLERS)) as bank:
        message, ids = order_of_three(bank)
        rows = [line(one, "AC04" if one == "RJCT" else None, TxId=ids[0]) for one in lines]
        found = bank.drop("sct", report("R-1", message, SENT, group, *rows))
        assert (found["verdict"], codes(found)) == (verdict, said)
        taken_back = 1_000 if lines[:1] == ("RJCT",) else 0
        assert bank.balances() == {ANNA: taken_back - 6_000, SETTLED: 6_000 - taken_back}


def test_a_network_that_rejects_what_it_brought_is_heard(tmp_path: Path) -> None:
    with world(tmp_path, dict(HANDLERS)) as bank:
        bank.drop("inst", inst("M-1", Pay(1)))
        good = bank.drop("inst", report("R-1", "M-1", SENT, "ACSC"))
        assert (codes(good), good["counts"]) == ([], {"confirmed": 1})
        bad = bank.drop("inst", report("R-2", "M-1", SENT, None, line("RJCT", "AC04", TxId="T-1")))
        assert (bad["verdict"], codes(bad), bad["written"]) == ("accepted", ["PAYMENT-REJECTED-LATER"], {})
        other = bank.drop("sct", report("R-3", "M-1", SENT, None, line("RJCT", "AC04", TxId="T-1")))
        assert codes(other) == ["ORIGINAL-UNKNOWN"]  # another network learns nothing
        assert bank.balances() == {ANNA: 10_000, SETTLED: -10_000}


def test_who_did_not_get_a_payment_cannot_reject_it(tmp_path: Path) -> None:
    with world(tmp_path, dict(HANDLERS)) as bank:
        message, ids = order_of_three(bank)
        before = bank.balances()
        stranger = "<InstgAgt><FinInstnId><BICFI>ZZDUNL20</BICFI></FinInstnId></InstgAgt>"
        rejected = report("R-1", message, SENT, None, line("RJCT", "AC04", TxId=ids[0]))
        for channel, content in (
            ("inst", rejected),
            ("interbank", rejected.replace("</CreDtTm></GrpHdr>", f"</CreDtTm>{stranger}</GrpHdr>")),
        ):
            found = bank.drop(channel, content)
            assert (found["verdict"], codes(found), found["written"]) == ("failed", ["ANSWER-NOT-OF-SENDER"], {})
        assert bank.balances() == before


def test_between_correspondents_only_the_bank_itself_reports(tmp_path: Path) -> None:
    with world(tmp_path, dict(HANDLERS)) as bank:
        dollars = orders.Pay("250.00", "USD", "ZZHUUS30", "DE02100100100006820101", level=None)
        account = "DE55999999990000000006"
        first = bank.drop("", orders.order(dollars, account=account, bearer="SHAR"))
        assert first["counts"] == {"sent": 1}, first
        message, name = value(sent(bank), "MsgId"), value(sent(bank), "UETR")
        body = report("X", message, SENT, None, line("RJCT", "AC04", UETR=name)).partition("<Document")[2]
        inner = body.partition(">")[2].removesuffix("</Document>")
        # CBPR+ names the original in the transaction
        inner = re.sub(r"<OrgnlGrpInfAndSts>.*?</OrgnlGrpInfAndSts>", "", inner).replace(
            "</StsId>",
            f"</StsId><OrgnlGrpInf><OrgnlMsgId>{message}</OrgnlMsgId><OrgnlMsgNmId>{SENT}</OrgnlMsgNmId></OrgnlGrpInf>",
        )
        before = bank.balances()
        stranger = bank.drop("swift", with_header("pacs.002.001.10", inner, "ZZALCH20", "R-1"))
        assert (codes(stranger), bank.balances()) == (["ANSWER-NOT-OF-SENDER"], before)
        named = "".join(agent(tag, bic) for tag, bic in (("InstgAgt", "ZZHUUS30"), ("InstdAgt", "ZZWIDE20")))
        forged = inner.replace("</CreDtTm></GrpHdr>", f"</CreDtTm>{named}</GrpHdr>")
        stranger = bank.drop("swift", with_header("pacs.002.001.10", forged, "ZZALCH20", "R-3"))
        assert (codes(stranger), bank.balances()) == (["ANSWER-NOT-OF-SENDER"], before)
        own = bank.drop("swift", with_header("pacs.002.001.10", inner, "ZZHUUS30", "R-2"))
        assert (codes(own), own["counts"]) == ([], {"reported": 1, "taken back": 1})
        assert bank.balances() == {}


def test_a_rejection_of_what_was_passed_on_goes_to_the_bank_before(tmp_path: Path) -> None:
    with world(tmp_path, dict(HANDLERS)) as bank:
        bank.drop("swift", swift("S-11", ABROAD, "INDA", level="URGP"))
        message = value(sent(bank), "MsgId")
        found = bank.drop("t2", report("R-1", message, SENT, None, line("RJCT", "AC04", UETR=uetr(11))))
        ((name, text),) = found["written"].items()
        assert name.startswith("swift/")
        assert (value(text, "OrgnlMsgId"), value(text, "OrgnlInstrId")) == ("S-11", "I-11")
        assert value(text, "TxSts") == "RJCT"
        assert bank.balances() == {}
        assert ("in pacs.008", "RJCT", ("AC04",)) in bank.statuses(uetr(11))
