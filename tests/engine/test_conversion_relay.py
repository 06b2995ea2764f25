"""Payments between banks passed on by a bank's routing."""

from dataclasses import replace
from pathlib import Path

import pytest

from tests.engine.test_conversion import TO, abroad, bank, from_account, run
from tests.mapping.orders import Outcome, blocks_of, order
from wissel.catalog.definitions import default_catalog
from wissel.core.finding import Severity
from wissel.message.business_message import read_messages
from wissel.routing.bank import Bank
from wissel.xml.sources.source import Source
from wissel.xml.writing.writer import write

assert bank is not None  # the fixture
MESSAGE = "/Document/FIToFICstmrCdtTrf"
UETR = "8a562c67-ca16-48ba-b074-65581be6f001"


def payment(*creditor_agents: str, currency: str = "USD", method: str = "INDA") -> bytes:
    """A pacs.008 that the Alpen Example Bank sends us."""
    values = {
        "GrpHdr/MsgId": "LEG-1",
        "GrpHdr/CreDtTm": "2026-11-23T09:00:00+01:00",
        "GrpHdr/NbOfTxs": str(len(creditor_agents)),
        "GrpHdr/SttlmInf/SttlmMtd": method,
    }
    for number, bic in enumerate(creditor_agents, 1):
        here = f"CdtTrfTxInf[{number}]"
        values |= {
            f"{here}/PmtId/InstrId": f"LEG-1-{number}",
            f"{here}/PmtId/EndToEndId": f"E{number}",
            f"{here}/PmtId/UETR": UETR[:-1] + str(number),
            f"{here}/IntrBkSttlmAmt": "10.00",
            f"{here}/IntrBkSttlmAmt/@Ccy": currency,
            f"{here}/IntrBkSttlmDt": "2026-11-24",
            f"{here}/ChrgBr": "SHAR",
            f"{here}/InstgAgt/FinInstnId/BICFI": "ZZALCH20",
            f"{here}/InstdAgt/FinInstnId/BICFI": "ZZWIDE20",
            f"{here}/Dbtr/Nm": "Heidi Exempel",
            f"{here}/Dbtr/PstlAdr/TwnNm": "Bern",
            f"{here}/Dbtr/PstlAdr/Ctry": "CH",
            f"{here}/DbtrAcct/Id/Othr/Id": "777",
            f"{here}/DbtrAgt/FinInstnId/BICFI": "ZZALCH20",
            f"{here}/CdtrAgt/FinInstnId/BICFI": bic,
            f"{here}/Cdtr/Nm": "Jean Exemple",
            f"{here}/Cdtr/PstlAdr/TwnNm": "Lyon",
            f"{here}/Cdtr/PstlAdr/Ctry": "FR",
            f"{here}/CdtrAcct/Id/Othr/Id": "12345",
        }
    return write(default_catalog().tree(TO), {f"{MESSAGE}/{path}": text for path, text in values.items()})


def errors(outcome: Outcome) -> list[str]:
    return [
        one.code for report in outcome.done.reports for one in report.all_findings if one.severity is Severity.ERROR
    ]


def test_a_payment_goes_to_the_next_bank_with_what_must_not_change(bank: Bank, tmp_path: Path) -> None:
    outcome = run(bank, payment("CITIUS33"), tmp_path)
    assert errors(outcome) == []
    (data,) = outcome.files.values()
    block = outcome.blocks[0]
    expected = {
        "PmtId/EndToEndId": "E1",
        "PmtId/UETR": UETR,
        "InstgAgt/FinInstnId/BICFI": "ZZWIDE20",
        "InstdAgt/FinInstnId/BICFI": "ZZHUUS30",
        "CdtrAgt/FinInstnId/BICFI": "CITIUS33",
    }
    assert {path: block.text(path) for path in expected} == expected
    assert block.text("PmtId/InstrId") != "LEG-1-1"
    (message,) = read_messages(Source.from_bytes(data, "result.xml")).messages
    header = message.header()
    assert header is not None
    assert header.text("To/FIId/FinInstnId/BICFI") == "ZZHUUS30"
    assert blocks_of(data)[-1].text("GrpHdr/SttlmInf/SttlmAcct/Id/Othr/Id") == "NOSTRO-USD-HUDSON"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (payment("ZZDUNL20", currency="GBP"), "RELAY-WITH-COVER"),
        (payment("CITIUS33", "BARCGB22"), "TRANSACTIONS-MORE-THAN-ONE"),
    ],
)
def test_what_is_not_passed_on(data: bytes, code: str, bank: Bank, tmp_path: Path) -> None:
    outcome = run(bank, data, tmp_path)
    assert outcome.done.refused
    assert code in errors(outcome)
    assert outcome.files == {}


def test_payments_that_go_several_ways_are_not_passed_on_as_one(bank: Bank, tmp_path: Path) -> None:
    data = payment("CITIUS33", "CITIUS33").replace(b"<IntrBkSttlmDt>2026-11-24", b"<IntrBkSttlmDt>2026-11-30", 1)
    outcome = run(bank, data, tmp_path)
    assert "RELAY-SEVERAL-WAYS" in errors(outcome)


def test_orders_are_no_payments_to_be_passed_on(bank: Bank, tmp_path: Path) -> None:
    outcome = run(bank, order((from_account("TEST-USD"), [abroad(1, "USD", "CITIUS33")])), tmp_path)
    assert errors(outcome) == []


def between(bank: Bank) -> Bank:
    """The bank, whose way for dollars leads through ZZLAUS30 behind the correspondent."""
    changed = [replace(one, intermediary="ZZLAUS30") if one.currency == "USD" else one for one in bank.instructions]
    return replace(bank, instructions=tuple(changed))


def test_the_banks_that_the_route_leads_through_are_named(bank: Bank, tmp_path: Path) -> None:
    outcome = run(between(bank), payment("CITIUS33"), tmp_path)
    assert errors(outcome) == []
    assert outcome.blocks[0].text("InstdAgt/FinInstnId/BICFI") == "ZZHUUS30"
    assert outcome.blocks[0].text("IntrmyAgt1/FinInstnId/BICFI") == "ZZLAUS30"


def test_an_intermediary_of_an_order_that_is_reached_is_named_no_more(bank: Bank, tmp_path: Path) -> None:
    def dollars(**own: str) -> bytes:
        return order((from_account("TEST-USD"), [abroad(1, "USD", "CITIUS33", **own)]))

    # the next bank itself; one that is not reached yet; and none, where the route has one of its own
    outcome = run(bank, dollars(IntrmyAgt1__FinInstnId__BICFI="ZZHUUS30"), tmp_path)
    assert errors(outcome) == []
    assert outcome.blocks[0].text("InstdAgt/FinInstnId/BICFI") == "ZZHUUS30"
    assert not outcome.blocks[0].has("IntrmyAgt1")
    assert [loss.category.value for _, loss in outcome.losses if loss.before == "ZZHUUS30"] == ["DROPPED"]
    outcome = run(bank, dollars(IntrmyAgt1__FinInstnId__BICFI="ZZLAUS30"), tmp_path)
    assert outcome.blocks[0].text("IntrmyAgt1/FinInstnId/BICFI") == "ZZLAUS30"
    outcome = run(between(bank), dollars(), tmp_path)
    assert outcome.blocks[0].text("IntrmyAgt1/FinInstnId/BICFI") == "ZZLAUS30"
    # the route leads through ZZLAUS30, and the order wants another
    outcome = run(between(bank), dollars(IntrmyAgt1__FinInstnId__BICFI="ZZPRUS30"), tmp_path)
    assert errors(outcome) == ["INTERMEDIARIES-DIFFER"]
