"""Payments that were sent with a cover: what comes of the one when the other is rejected or comes back, in any order."""

import re
from pathlib import Path

import pytest

from tests.engine import orders
from tests.engine.interbank import World, codes, line, report, returned, value, with_header, world
from tests.engine.interbank_scenarios import sent
from wissel.engine.handlers import HANDLERS
from wissel.engine.opening import make_ready

POUNDS, NOSTRO, SUSPENSE = "DE28999999990000000007", "NOSTRO-GBP-THAMES", "SUSPENSE-GBP"
AMOUNT = 8_000


def order_with_cover(bank: World) -> dict[str, str]:
    """A payment of 80 pounds that was sent with a cover: UETR, and MsgId of both by their families."""
    accounts = bank.station.spool.root / "accounts.csv"
    row = f"{POUNDS},Pound account,Bruno Example,GBP,customer,open,,80000.00,,\n"
    accounts.write_text(accounts.read_text("utf-8") + row, "utf-8")
    bank.reload()
    make_ready(bank.station.database, bank.station.work.bank)  # type: ignore[attr-defined]
    pounds = orders.Pay("80.00", "GBP", "ZZLIFR20", level=None)
    found = bank.drop("", orders.order(pounds, account=POUNDS, bearer="SHAR"))
    assert found["counts"] == {"sent": 1}
    texts = {family: sent(bank, family) for family in ("pacs.008", "pacs.009")}
    return {"UETR": value(texts["pacs.008"], "UETR"), **{name: value(text, "MsgId") for name, text in texts.items()}}


SENDERS = {"pacs.008": "ZZLIFR20", "pacs.009": "ZZTHGB20"}
"""Who has the payment, and who the cover."""


def reported(names: dict[str, str], family: str, status: str, own: str) -> str:
    """A report on payment or cover, as CBPR+ has it: the original is named in the transaction."""
    body = report(own, "", "", None, line(status, "AC04" if status == "RJCT" else None, UETR=names["UETR"]))
    inner = re.sub(r"<OrgnlGrpInfAndSts>.*?</OrgnlGrpInfAndSts>", "", _inner(body))
    group = f"<OrgnlMsgId>{names[family]}</OrgnlMsgId><OrgnlMsgNmId>{family}.001.08</OrgnlMsgNmId>"
    inner = inner.replace("</StsId>", f"</StsId><OrgnlGrpInf>{group}</OrgnlGrpInf>")
    return with_header("pacs.002.001.10", inner, SENDERS[family], own)


def came_back(names: dict[str, str], family: str, own: str) -> str:
    """A return of payment or cover."""
    inner = _inner(returned(own, "80.00", names[family], currency="GBP", UETR=names["UETR"]))
    inner = inner.replace("<SttlmMtd>CLRG</SttlmMtd><ClrSys><Cd>ST2</Cd></ClrSys>", "<SttlmMtd>INGA</SttlmMtd>")
    inner = re.sub(r"<TtlRtrdIntrBkSttlmAmt.*?</IntrBkSttlmDt>", "", inner)
    inner = inner.replace("</RtrdIntrBkSttlmAmt>", "</RtrdIntrBkSttlmAmt><IntrBkSttlmDt>2026-11-23</IntrBkSttlmDt>")
    inner = inner.replace("pacs.008.001.08", f"{family}.001.08").replace("ZZLIFR20", SENDERS[family])
    return with_header("pacs.004.001.09", inner, SENDERS[family], own)


def _inner(document: str) -> str:
    return document.partition("<Document")[2].partition(">")[2].removesuffix("</Document>")


REJECTED_8, REJECTED_9, BACK_8, BACK_9 = "payment rejected", "cover rejected", "payment back", "cover back"
PAYER_PAID = {POUNDS: -AMOUNT, NOSTRO: AMOUNT}
WAITS = {POUNDS: -AMOUNT, SUSPENSE: AMOUNT}
CLAIMED = {NOSTRO: AMOUNT, SUSPENSE: -AMOUNT}


def play(bank: World, names: dict[str, str], step: str, number: int) -> list[str]:
    """One step; the codes of its findings."""
    family = "pacs.008" if step.startswith("payment") else "pacs.009"
    own = f"N-{number}"
    back = step.endswith("back")
    content = came_back(names, family, own) if back else reported(names, family, "RJCT", own)
    return codes(bank.drop("swift", content))


@pytest.mark.parametrize(
    ("steps", "said", "balances"),
    [
        ([REJECTED_9], ["COVER-REJECTED"], WAITS),
        ([REJECTED_9, REJECTED_9], ["COVER-REJECTED"], WAITS),
        ([REJECTED_8], ["COVER-OUTSTANDING"], CLAIMED),
        ([REJECTED_9, REJECTED_8], ["COVER-REJECTED"], {}),
        ([REJECTED_8, REJECTED_9], ["COVER-OUTSTANDING"], {}),
        ([REJECTED_8, BACK_9], ["COVER-OUTSTANDING"], {}),
        ([REJECTED_8, BACK_8], ["COVER-OUTSTANDING"], {}),
        ([BACK_9], [], {}),
        ([BACK_9, REJECTED_8], ["PAYMENT-TAKEN-BACK"], {}),
        ([BACK_9, REJECTED_9], ["PAYMENT-TAKEN-BACK"], {}),
        ([REJECTED_8, BACK_9, REJECTED_9], ["COVER-OUTSTANDING", "PAYMENT-TAKEN-BACK"], {}),
        ([REJECTED_8, REJECTED_9, REJECTED_8], ["COVER-OUTSTANDING"], {}),
        (
            [REJECTED_9, BACK_9],  # what was never taken comes back: held, nobody is credited
            ["COVER-REJECTED", "PAYMENT-TAKEN-BACK"],
            {POUNDS: -AMOUNT, NOSTRO: -AMOUNT, SUSPENSE: 2 * AMOUNT},
        ),
    ],
    ids=lambda found: ", ".join(found) if isinstance(found, list) else "",
)
def test_the_payer_is_credited_once_whatever_comes_first(
    steps: list[str], said: list[str], balances: dict[str, int], tmp_path: Path
) -> None:
    with world(tmp_path, dict(HANDLERS)) as bank:
        names = order_with_cover(bank)
        assert bank.balances() == PAYER_PAID
        found = [code for number, step in enumerate(steps) for code in play(bank, names, step, number)]
        assert (found, bank.balances()) == (said, balances)


def test_a_rejected_cover_is_told_to_nobody_but_the_operator(tmp_path: Path) -> None:
    with world(tmp_path, dict(HANDLERS)) as bank:
        names = order_with_cover(bank)
        found = bank.drop("swift", reported(names, "pacs.009", "RJCT", "N-1"))
        assert (found["verdict"], found["written"]) == ("accepted", {})
        assert found["counts"] == {"covers rejected": 1, "reported": 1}
        assert ("out pacs.009", "RJCT", ("AC04",)) in bank.statuses(names["UETR"])
        assert not [one for one in bank.statuses(names["UETR"]) if one[0] == "out pacs.008"]


def test_a_report_on_a_cover_is_noted_and_moves_no_money(tmp_path: Path) -> None:
    with world(tmp_path, dict(HANDLERS)) as bank:
        names = order_with_cover(bank)
        found = bank.drop("swift", reported(names, "pacs.009", "ACSC", "N-1"))
        assert (codes(found), found["counts"], found["written"]) == ([], {"reported": 1}, {})
        assert bank.balances() == PAYER_PAID
