"""Recalls that a person answers, and recalls that a person sends."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.engine import orders
from tests.engine.instructing import GIVEN, codes, obeyed
from tests.engine.interbank import (
    ANNA,
    BRUNO,
    Pay,
    World,
    document,
    line,
    recall,
    recall_of_all,
    report,
    returned,
    sct,
    swift,
    uetr,
    value,
    with_header,
    world,
)
from tests.engine.interbank_scenarios import ABROAD, order_of_three, sent
from wissel.engine.handlers import HANDLERS
from wissel.engine.instructions.instruction import About, Action, new_instruction
from wissel.engine.open_recalls import Open, open_recalls
from wissel.journal.trace import find
from wissel.journal.values import Direction

SETTLED = "T2-EUR"


@pytest.fixture
def bank(tmp_path: Path, kind: str) -> Iterator[World]:
    with world(tmp_path, dict(HANDLERS)) as made:
        yield made


def opened(bank: World) -> tuple[Open, ...]:
    with bank.connection() as connection:
        return open_recalls(connection)


def about(bank: World, name: str, family: str, direction: Direction) -> About:
    """The last payment or recall with a reference."""
    with bank.connection() as connection:
        found = find(connection, name)
    one = [kept for kept in found if (kept.payment.definition[:8], kept.payment.direction) == (family, direction)][-1]
    return About(one.record, one.payment.definition, one.payment.message_id, one.payment.position)


def answered(bank: World, action: Action, name: str, reason: str | None = None, second: int = 0) -> dict[str, object]:
    """Answer a recall that came."""
    of = about(bank, name, "camt.056", Direction.IN)
    given = new_instruction(action, "anna", GIVEN.replace(second=second), about=of, reason=reason)
    (found,) = obeyed(bank.station, given)
    return found


def asked(bank: World, name: str, reason: str | None = None, second: int = 0) -> dict[str, object]:
    """Ask for a payment that was sent."""
    of = about(bank, name, "pacs.008", Direction.OUT)
    given = new_instruction(Action.RECALL, "anna", GIVEN.replace(second=second), about=of, reason=reason)
    (found,) = obeyed(bank.station, given)
    return found


def written(found: dict[str, object], definition: str) -> str:
    """The one message of a definition that was written."""
    files: dict[str, str] = found["written"]  # type: ignore[assignment]
    (text,) = (text for name, text in files.items() if definition in name.rpartition("/")[2])
    return text


def recalled(bank: World, *more: Pay) -> None:
    bank.drop("sct", sct("M-1", Pay(1), *more))
    for one in (Pay(1), *more):
        bank.drop("sct", recall(f"C-{one.number}", "M-1", one))


# --- those of other banks ---


def test_a_recall_that_is_accepted_sends_the_money_back_once(bank: World) -> None:
    recalled(bank)
    ((open_one,),) = (opened(bank),)
    assert (open_one.recall.payment.message_id, open_one.about.payment.uetr) == ("C-1", uetr(1))
    found = answered(bank, Action.ACCEPT_RECALL, "C-1")
    text = written(found, "pacs.004")
    assert (found["verdict"], found["counts"], len(found["written"])) == ("accepted", {"returned": 1}, 1)  # type: ignore[arg-type]
    assert (value(text, "OrgnlTxId"), value(text, "Cd", -1)) == ("T-1", "SEPA")
    assert "<Cd>FOCR</Cd>" in text
    assert (bank.balances(), opened(bank)) == ({}, ())
    assert bank.statuses("C-1") == [("in camt.056", "PDNG", ()), ("in camt.056", "ACCC", ())]
    again = answered(bank, Action.ACCEPT_RECALL, "C-1", second=1)
    assert (again["verdict"], codes(again), again["written"]) == ("failed", ["RECALL-NOT-OPEN"], {})


def test_a_recall_that_is_refused_says_why(bank: World) -> None:
    recalled(bank, Pay(2, to=BRUNO))
    found = answered(bank, Action.REFUSE_RECALL, "C-2", "AC04")
    text = written(found, "camt.029")
    assert (value(text, "Conf"), value(text, "TxCxlSts"), value(text, "Cd")) == ("RJCR", "RJCR", "AC04")
    assert (value(text, "OrgnlTxId"), value(text, "OrgnlUETR")) == ("T-2", uetr(2))
    assert bank.balances() == {ANNA: 10_000, BRUNO: 10_000, SETTLED: -20_000}
    assert [one.recall.payment.message_id for one in opened(bank)] == ["C-1"]
    assert codes(answered(bank, Action.ACCEPT_RECALL, "C-2", second=1)) == ["RECALL-NOT-OPEN"]
    assert "<Cd>CUST</Cd>" in written(answered(bank, Action.REFUSE_RECALL, "C-1"), "camt.029")


def test_a_recall_of_a_correspondent_has_its_case_answered(bank: World) -> None:
    one = Pay(7)
    bank.drop("swift", swift("S-7", one, "INDA"))
    body = recall("C-7", "S-7", one, sender="ZZALCH20").partition(">\n")[2]
    inner = body.partition(">")[2].removesuffix("</Document>").replace("<OrgnlTxId>T-7</OrgnlTxId>", "")
    case = "<Case><Id>CASE-1</Id><Cretr><Agt><FinInstnId><BICFI>ZZALCH20</BICFI></FinInstnId></Agt></Cretr></Case>"
    inner = inner.replace("<OrgnlGrpInf>", f"{case}<OrgnlGrpInf>")
    bank.drop("swift", with_header("camt.056.001.08", inner, "ZZALCH20", "C-7", "swift.cbprplus.02"))
    found = answered(bank, Action.ACCEPT_RECALL, "C-7")
    text = written(found, "camt.029")
    assert (value(text, "Conf"), value(text, "TxCxlSts")) == ("CNCL", "ACCR")
    assert "<RslvdCase>" in text
    assert value(text, "MsgDefIdr") == "camt.029.001.09"
    assert text.index("ZZWIDE20") < text.index("ZZALCH20"), "from us to them"
    assert written(found, "pacs.004")
    assert bank.balances() == {}


def test_money_that_is_gone_is_not_sent_back(bank: World) -> None:
    bank.drop("sct", sct("M-1", Pay(1, to=BRUNO)))
    bank.drop("", orders.order(orders.Pay("80050.00"), account=BRUNO))
    bank.drop("sct", recall("C-1", "M-1", Pay(1)))
    before = bank.balances()
    found = answered(bank, Action.ACCEPT_RECALL, "C-1")
    assert (codes(found), found["written"], bank.balances()) == (["RECALL-NOT-OPEN"], {}, before)
    assert len(opened(bank)) == 1


def test_each_payment_of_a_whole_message_is_answered_for_itself(bank: World) -> None:
    bank.drop("sct", sct("M-1", Pay(1), Pay(2)))
    bank.drop("sct", recall_of_all("C-1", "M-1", 2))
    assert len(opened(bank)) == 2
    text = written(answered(bank, Action.REFUSE_RECALL, "C-1"), "camt.029")
    assert (value(text, "OrgnlEndToEndId"), value(text, "OrgnlMsgId")) == ("E-2", "M-1")
    assert [one.about.payment.end_to_end_id for one in opened(bank)] == ["E-1"]


def test_a_recall_of_what_was_passed_on_waits_for_its_money(bank: World) -> None:
    bank.drop("swift", swift("S-11", ABROAD, "INDA", level="URGP"))
    ids = {"UETR": uetr(11), "InstrId": value(sent(bank), "InstrId")}
    message = value(sent(bank), "MsgId")
    bank.drop("t2", report("R-1", message, "pacs.008.001.08", "ACSC"))
    inner = recall("C-11", "S-11", ABROAD, sender="ZZALCH20").partition("<FIToFIPmtCxlReq>")[2]
    inner = "<FIToFIPmtCxlReq>" + inner.removesuffix("</Document>").replace("<OrgnlTxId>T-11</OrgnlTxId>", "")
    bank.drop("swift", with_header("camt.056.001.08", inner, "ZZALCH20", "C-11", "swift.cbprplus.02"))
    assert codes(answered(bank, Action.ACCEPT_RECALL, "C-11")) == ["RECALL-NOT-OPEN"]
    assert asked(bank, uetr(11))["counts"] == {"asked back": 1}
    assert len(opened(bank)) == 2
    bank.drop("t2", returned("T-1", "100.00", message, system="TGT", reason="FOCR", **ids))
    assert (opened(bank), bank.balances()) == ((), {})


def test_a_reason_that_is_none_is_refused(bank: World) -> None:
    recalled(bank)
    assert codes(answered(bank, Action.REFUSE_RECALL, "C-1", "DUPL")) == ["REPLY-REASON-UNKNOWN"]
    message, _ = order_of_three(bank)
    assert codes(asked(bank, message, "NOOR")) == ["REPLY-REASON-UNKNOWN"]


def test_a_recall_that_is_none_is_refused(bank: World) -> None:
    recalled(bank)
    of = about(bank, "T-1", "pacs.008", Direction.IN)
    unknown = replace(of, message_id="M-9")
    for number, one in enumerate((of, unknown)):
        given = new_instruction(Action.ACCEPT_RECALL, "anna", GIVEN.replace(second=number), about=one)
        (found,) = obeyed(bank.station, given)
        assert codes(found) == ["RECALL-NOT-OPEN"]


# --- our own ---


def test_a_payment_is_asked_back_where_it_went(bank: World) -> None:
    message, ids = order_of_three(bank)
    found = asked(bank, ids[1], "DUPL")
    text = written(found, "camt.056")
    ((name, _),) = found["written"].items()  # type: ignore[attr-defined]
    assert (name.partition("/")[0], found["counts"]) == ("sepa-sct", {"asked back": 1})
    assert (value(text, "OrgnlMsgId"), value(text, "OrgnlTxId"), value(text, "OrgnlEndToEndId")) == (
        message, ids[1], "E-2",
    )  # fmt: skip
    assert (value(text, "BICFI"), value(text, "BICFI", 1)) == ("ZZWIDE20", "ZZLIFR20")
    assert '<OrgnlIntrBkSttlmAmt Ccy="EUR">20.00</OrgnlIntrBkSttlmAmt>' in text
    assert ("<Cd>DUPL</Cd>" in text, "<Case>" in text) == (True, False)
    ((one,),) = (opened(bank),)
    assert (one.about.payment.transaction_id, one.agreed, one.reasons) == (ids[1], False, ("DUPL",))
    for reference in (ids[1], ids[1]):
        assert codes(asked(bank, reference, second=1)) == ["PAYMENT-NOT-RECALLABLE"]


def answer(name: str, about_id: str, transaction_id: str, code: str, reason: str = "") -> str:
    """A camt.029 to us."""
    why = f"<CxlStsRsnInf><Rsn><Cd>{reason}</Cd></Rsn></CxlStsRsnInf>" if reason else ""
    agents = "".join(
        f"<{tag}><Agt><FinInstnId><BICFI>{bic}</BICFI></FinInstnId></Agt></{tag}>"
        for tag, bic in (("Assgnr", "ZZLIFR20"), ("Assgne", "ZZWIDE20"))
    )
    overall = {"RJCR": "RJCR", "PDCR": "PDCR", "ACCR": "CNCL"}[code]
    return document(
        "camt.029.001.09",
        f"<RsltnOfInvstgtn><Assgnmt><Id>{name}</Id>{agents}<CreDtTm>2026-11-23T12:00:00Z</CreDtTm></Assgnmt>"
        f"<Sts><Conf>{overall}</Conf></Sts><CxlDtls><TxInfAndSts><CxlStsId>{name}-1</CxlStsId><OrgnlGrpInf><OrgnlMsgId>"
        f"{about_id}</OrgnlMsgId><OrgnlMsgNmId>pacs.008.001.08</OrgnlMsgNmId></OrgnlGrpInf><OrgnlTxId>{transaction_id}"
        f"</OrgnlTxId><TxCxlSts>{code}</TxCxlSts>{why}</TxInfAndSts></CxlDtls></RsltnOfInvstgtn>",
    )


def test_money_that_comes_back_closes_the_case(bank: World) -> None:
    message, ids = order_of_three(bank)
    asked(bank, ids[1])
    bank.drop("sct", returned("T-1", "20.00", message, TxId=ids[1], reason="FOCR"))
    assert (opened(bank), bank.balances()[ANNA]) == ((), -4_000)
    assert codes(asked(bank, ids[1], second=1)) == ["PAYMENT-NOT-RECALLABLE"]


def test_what_is_answered_is_noted_with_the_request(bank: World) -> None:
    message, ids = order_of_three(bank)
    text = written(asked(bank, ids[1]), "camt.056")
    name = value(text, "Id")
    bank.drop("sct", answer("A-1", message, ids[1], "PDCR"))
    bank.drop("sct", answer("A-2", message, ids[1], "ACCR"))
    assert [one.agreed for one in opened(bank)] == [True]
    assert bank.statuses(name) == [("out camt.056", "PDNG", ("CUST",)), ("out camt.056", "ACCC", ())]
    assert codes(asked(bank, ids[1], second=1)) == ["PAYMENT-NOT-RECALLABLE"]


def test_what_was_denied_may_be_asked_for_again(bank: World) -> None:
    message, ids = order_of_three(bank)
    asked(bank, ids[1])
    bank.drop("sct", answer("A-1", message, ids[1], "RJCR", "CUST"))
    assert opened(bank) == ()
    assert asked(bank, ids[1], "FRAD", second=1)["counts"] == {"asked back": 1}
    assert len(opened(bank)) == 1


def test_what_was_rejected_is_not_asked_for(bank: World) -> None:
    message, ids = order_of_three(bank)
    bank.drop("sct", report("R-1", message, "pacs.008.001.08", "PART", line("RJCT", "AC04", "S-1", TxId=ids[1])))
    assert codes(asked(bank, ids[1])) == ["PAYMENT-NOT-RECALLABLE"]


def test_a_correspondent_is_asked_with_a_case_and_a_header(bank: World) -> None:
    bank.drop("", orders.order(orders.DOLLARS, account="DE55999999990000000006"))
    text = sent(bank)
    found = written(asked(bank, value(text, "MsgId")), "camt.056")
    assert value(found, "MsgDefIdr") == "camt.056.001.08"
    assert value(found, "OrgnlUETR") == value(text, "UETR")
    assert (len(value(found, "CxlId")) <= 16, "<Case>" in found) == (True, True)


def test_what_this_bank_did_not_send_is_not_asked_for(bank: World) -> None:
    bank.drop("sct", sct("M-1", Pay(1)))
    of = about(bank, "M-1", "pacs.008", Direction.IN)
    for number, one in enumerate((of, replace(of, record=99))):
        given = new_instruction(Action.RECALL, "anna", GIVEN.replace(second=number), about=one)
        (found,) = obeyed(bank.station, given)
        assert codes(found) == ["PAYMENT-NOT-RECALLABLE"]
