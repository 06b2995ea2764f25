"""Recalls of payments that came in, and resolutions of our own."""

from pathlib import Path

import pytest

from tests.engine.interbank import (
    ANNA,
    BRUNO,
    DORA,
    Pay,
    World,
    codes,
    document,
    inst,
    recall,
    recall_of_all,
    sct,
    swift,
    uetr,
    value,
    world,
)
from tests.engine.interbank_scenarios import order_of_three
from wissel.engine.handlers import HANDLERS

pytestmark = pytest.mark.usefixtures("kind")

RETURN = {"recall": '"return-if-funds"'}
SETTLED = "T2-EUR"


def resolution(report: dict[str, object]) -> tuple[str, str | None]:
    """What a recall came to, and why."""
    written: dict[str, str] = report["written"]  # type: ignore[assignment]
    text = next(text for name, text in written.items() if "camt.029" in name)
    return value(text, "Conf"), value(text, "Cd") if "<CxlStsRsnInf>" in text else None


@pytest.mark.parametrize(
    ("choice", "came_to", "left"),
    [("pending", ("PDCR", None), 10_000), ("reject", ("RJCR", "CUST"), 10_000), ("return-if-funds", ("CNCL", None), 0)],
)
def test_a_payment_that_was_credited(choice: str, came_to: tuple[str, str | None], left: int, tmp_path: Path) -> None:
    with world(tmp_path, dict(HANDLERS), recall=f'"{choice}"') as bank:
        bank.drop("sct", sct("M-1", Pay(1)))
        report = bank.drop("sct", recall("C-1", "M-1", Pay(1)))
        assert resolution(report) == came_to
        assert ("RECALL-PENDING" in codes(report)) == (choice == "pending")
        assert any("pacs.004" in name for name in report["written"]) == (choice == "return-if-funds")
        assert bank.balances() == ({ANNA: left, SETTLED: -left} if left else {})


def test_money_that_is_gone_is_not_sent_back(tmp_path: Path) -> None:
    from tests.engine import orders

    with world(tmp_path, dict(HANDLERS), **RETURN) as bank:
        bank.drop("sct", sct("M-1", Pay(1, "100.00", to=BRUNO)))
        spent = orders.order(orders.Pay("80050.00"), account=BRUNO)
        assert bank.drop("", spent)["counts"] == {"sent": 1}
        report = bank.drop("sct", recall("C-1", "M-1", Pay(1)))
        assert resolution(report) == ("PDCR", None)
        assert codes(report) == ["RECALL-PENDING"]
        assert bank.balances() == {BRUNO: 10_000 - 8_005_000, SETTLED: 8_005_000 - 10_000}


def test_a_payment_is_sent_back_once(tmp_path: Path) -> None:
    with world(tmp_path, dict(HANDLERS), **RETURN) as bank:
        bank.drop("sct", sct("M-1", Pay(1)))
        assert resolution(bank.drop("sct", recall("C-1", "M-1", Pay(1)))) == ("CNCL", None)
        again = bank.drop("sct", recall("C-2", "M-1", Pay(1)))
        assert resolution(again) == ("RJCR", "ARDT")
        assert list(again["written"]) == ["sct/3-1-1-camt.029.001.09.xml"]
        assert bank.balances() == {}


@pytest.mark.parametrize(
    ("channel", "content", "code"),
    [
        ("sct", recall("C-1", "M-9", Pay(9)), "ORIGINAL-UNKNOWN"),
        ("inst", recall("C-2", "M-1", Pay(1)), "ANSWER-NOT-OF-SENDER"),
        ("interbank", recall("C-3", "M-1", Pay(1), sender="ZZDUNL20"), "ANSWER-NOT-OF-SENDER"),
    ],
    ids=["unknown", "over another network", "by another bank"],
)
def test_what_is_not_the_senders_to_recall(channel: str, content: str, code: str, tmp_path: Path) -> None:
    with world(tmp_path, dict(HANDLERS), **RETURN) as bank:
        bank.drop("sct", sct("M-1", Pay(1)))
        report = bank.drop(channel, content)
        assert codes(report) == [code]
        assert resolution(report) == ("RJCR", "NOOR")
        assert bank.balances() == {ANNA: 10_000, SETTLED: -10_000}


def test_a_payment_that_was_rejected_is_not_recalled(tmp_path: Path) -> None:
    with world(tmp_path, dict(HANDLERS), **RETURN) as bank:
        bank.drop("inst", inst("M-1", Pay(1, to=DORA)))
        assert resolution(bank.drop("inst", recall("C-1", "M-1", Pay(1)))) == ("RJCR", "ARDT")


def test_a_whole_message_is_recalled(tmp_path: Path) -> None:
    with world(tmp_path, dict(HANDLERS), **RETURN) as bank:
        bank.drop("sct", sct("M-1", Pay(1), Pay(2, to=BRUNO)))
        report = bank.drop("sct", recall_of_all("C-1", "M-1", 2))
        assert resolution(report) == ("CNCL", None)
        assert report["counts"] == {"cancelled": 2, "returned": 2}
        assert bank.balances() == {}


def test_a_payment_that_was_passed_on_waits_for_a_person(tmp_path: Path) -> None:
    from tests.engine.interbank_scenarios import ABROAD

    with world(tmp_path, dict(HANDLERS), **RETURN) as bank:
        bank.drop("swift", swift("S-1", ABROAD, "INDA", level="URGP"))
        report = bank.drop("interbank", recall("C-1", "S-1", ABROAD, sender="ZZALCH20"))
        assert codes(report) == ["RECALL-PENDING"]
        assert bank.balances() == {"VOSTRO-EUR-ALPEN": -10_000, SETTLED: 10_000}
        assert ("in camt.056", "PDNG", ()) in bank.statuses(uetr(11))


def answered(status: str, about: str, name: str, reason: str = "") -> str:
    """A camt.029 about a payment."""
    why = f"<CxlStsRsnInf><Rsn><Cd>{reason}</Cd></Rsn></CxlStsRsnInf>" if reason else ""
    whole = {"ACCR": "CNCL"}.get(status, status)
    bank = "<{0}><Agt><FinInstnId><BICFI>{1}</BICFI></FinInstnId></Agt></{0}>"
    body = (
        f"<Assgnmt><Id>A-1</Id>{bank.format('Assgnr', 'ZZLIFR20')}{bank.format('Assgne', 'ZZWIDE20')}"
        "<CreDtTm>2026-11-23T13:00:00Z</CreDtTm></Assgnmt>"
        f"<Sts><Conf>{whole}</Conf></Sts><CxlDtls><TxInfAndSts><CxlStsId>A-1-1</CxlStsId><OrgnlGrpInf><OrgnlMsgId>{about}"
        f"</OrgnlMsgId><OrgnlMsgNmId>pacs.008.001.08</OrgnlMsgNmId></OrgnlGrpInf><OrgnlTxId>{name}</OrgnlTxId>"
        f"<TxCxlSts>{status}</TxCxlSts>{why}</TxInfAndSts></CxlDtls>"
    )
    return document("camt.029.001.09", f"<RsltnOfInvstgtn>{body}</RsltnOfInvstgtn>")


def noted(bank: World, name: str) -> list[tuple[str, tuple[str, ...]]]:
    """What was noted of recalls of a payment."""
    return [(said, why) for kind, said, why in bank.statuses(name) if kind == "in camt.029"]


def test_the_answer_to_our_own_recall_is_noted_and_moves_nothing(tmp_path: Path) -> None:
    with world(tmp_path, dict(HANDLERS)) as bank:
        message, ids = order_of_three(bank)
        before = bank.balances()
        assert codes(bank.drop("sct", answered("RJCR", message, ids[0], "CUST"))) == ["RECALL-ANSWERED"]
        assert noted(bank, ids[0]) == [("RJCT", ("CUST",))]
        assert codes(bank.drop("inst", answered("ACCR", message, ids[1]))) == ["ANSWER-NOT-OF-SENDER"]
        assert codes(bank.drop("sct", answered("ACCR", "NOPE", "NOPE").replace("A-1", "A-2"))) == ["ORIGINAL-UNKNOWN"]
        assert bank.balances() == before
