"""Requests for reports that are refused: who may not ask, and what cannot be given; and those of networks."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

import wissel
from tests.engine.orders import ANNA, BRUNO, INSIDE, World, order, world
from tests.engine.requests import Ask, balances, codes, given, request, values
from wissel.service.filedrop import take
from wissel.service.spool import waiting

VOSTRO = "VOSTRO-EUR-ALPEN"
ALPEN = "ZZALCH20"
DEFINITIONS = {"wissel.toml": {'definitions = ["pain.001"]': 'definitions = ["pain.001", "camt.060"]'}}
EVENING = datetime(2026, 11, 23, 21, 0, tzinfo=UTC)


@pytest.fixture
def bank(tmp_path: Path) -> Iterator[World]:
    with world(tmp_path / "bank", DEFINITIONS) as made_:
        yield made_


# --- who may ask ---


@pytest.mark.parametrize(
    ("ask", "channel", "sender"),
    [
        (Ask(account="DE02100100100006820101", days="2026-11-23"), "default", None),  # not an account of the bank
        (Ask(account=BRUNO, days="2026-11-23"), "default", None),  # of somebody else than it says
        (Ask(account="T2-EUR", owner="<Pty/>", days="2026-11-23"), "default", None),
        (Ask(account=ANNA, days="2026-11-23"), "interbank", ALPEN),
        (Ask(account=VOSTRO, owner=f"<Pty><Id><OrgId><AnyBIC>{ALPEN}</AnyBIC></OrgId></Id></Pty>"), "interbank", None),
        (Ask(account=VOSTRO, owner=f"<Pty><Id><OrgId><AnyBIC>{ALPEN}</AnyBIC></OrgId></Id></Pty>"), "interbank", "ZZTHGB20"),
        (Ask(account=VOSTRO, owner="<Pty><Id><OrgId><AnyBIC>ZZTHGB20</AnyBIC></OrgId></Id></Pty>"), "interbank", ALPEN),
        (Ask(account=None, owner="<Pty/>", days="2026-11-23"), "default", None),
        (Ask(account=None, owner="<Pty><Nm>Nobody</Nm></Pty>", days="2026-11-23"), "default", None),
    ],
)  # fmt: skip
def test_who_may_not_ask_is_told_nothing_but_that(bank: World, ask: Ask, channel: str, sender: str | None) -> None:
    report = bank.drop(request(ask, sender=sender), "ask.xml", channel)
    assert (report["verdict"], report["counts"], codes(report)) == (
        "failed", {"refused": 1}, ["REQUEST-ACCOUNT-NOT-ALLOWED"],
    )  # fmt: skip
    assert [(one["to"], one["about"]) for one in report["outputs"]] == [(channel, "admi.002.001.01")]
    (text,) = bank.outputs(report).values()
    assert (values(text, "Ref"), values(text, "RjctgPtyRsn")) == (["ASK-1"], ["AG01"])
    assert values(text, "RsnDesc") == ["The request cannot be met."]


def test_a_bank_is_told_of_its_own_account(bank: World) -> None:
    owner = f"<Agt><FinInstnId><BICFI>{ALPEN}</BICFI></FinInstnId></Agt>"
    ask = Ask(account=VOSTRO, owner=owner, days="2026-11-23", servicer="ZZWIDE20")
    report = bank.drop(request(ask, sender=f"{ALPEN}XXX"), "ask.xml", "interbank")
    assert balances(given(bank, report)[0]) == [("OPBD", "150000.00"), ("ITBD", "150000.00")]


# --- what cannot be given ---


@pytest.mark.parametrize(
    ("ask", "code"),
    [
        (Ask("camt.086.001.03"), "REQUEST-REPORT-UNKNOWN"),
        (Ask("MT940"), "REQUEST-REPORT-UNKNOWN"),
        (Ask("camt.053.001.01"), "REQUEST-REPORT-UNKNOWN"),
        (Ask("camt.053.001.99"), "REQUEST-REPORT-UNKNOWN"),
        (Ask("camt.053"), "REQUEST-NOT-MET"),  # none was made yet
        (Ask("camt.053", days="2026-11-23"), "REQUEST-NOT-MET"),  # the day is not over
        (Ask("camt.053", days="2026-11-20 2026-11-19"), "REQUEST-PERIOD-WRONG"),
        (Ask("camt.053", days="12026-11-20 12026-11-21"), "REQUEST-NOT-MET"),
        (Ask("camt.052", days="2026-11-20 2026-11-21"), "REQUEST-NOT-MET"),
        (Ask("camt.052", days="2026-11-24"), "REQUEST-PERIOD-WRONG"),
        (Ask("camt.054", days="2026-11-24"), "REQUEST-PERIOD-WRONG"),
        (Ask("camt.053", numbers="<RptgSeq><EQSeq>7</EQSeq></RptgSeq>"), "REQUEST-NOT-MET"),
        (Ask("camt.053", numbers="<RptgSeq><EQSeq>A-7</EQSeq></RptgSeq>"), "REQUEST-NOT-MET"),
        (Ask("camt.053", numbers="<RptgSeq><FrSeq>1</FrSeq></RptgSeq>"), "REQUEST-NOT-MET"),
        (Ask(more="<ReqdTxTp><Sts><Cd>PDNG</Cd></Sts><CdtDbtInd>CRDT</CdtDbtInd></ReqdTxTp>"), "REQUEST-NOT-MET"),
        (Ask(servicer="ZZTHGB20"), "REQUEST-NOT-MET"),
    ],
)  # fmt: skip
def test_what_cannot_be_given_is_said_and_answered(bank: World, ask: Ask, code: str) -> None:
    report = bank.drop(request(ask), "ask.xml")
    assert (report["verdict"], report["counts"], codes(report)) == ("failed", {"refused": 1}, [code])
    (text,) = bank.outputs(report).values()
    assert values(text, "Ref") == ["ASK-1"]


def test_where_some_can_be_given_those_are_and_the_report_says_what_cannot(bank: World) -> None:
    report = bank.drop(request(Ask("MT940"), Ask(days="2026-11-23")), "ask.xml")
    assert (report["verdict"], report["counts"]) == ("accepted", {"refused": 1, "reported": 1})
    assert codes(report) == ["REQUEST-REPORT-UNKNOWN"]
    assert [one["about"] for one in report["outputs"]] == ["camt.052.001.08, asked for"]


def test_a_bank_may_choose_to_say_nothing(tmp_path: Path) -> None:
    change = {
        "wissel.toml": {**DEFINITIONS["wissel.toml"], 'refused_request = "receipt"': 'refused_request = "silence"'}
    }
    with world(tmp_path / "bank", change) as bank:
        report = bank.drop(request(Ask("MT940")), "ask.xml")
        assert (report["verdict"], report["outputs"]) == ("failed", [])


def test_very_many_requests_are_not_all_met(bank: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("wissel.engine.statements.handle_request.REQUESTS_MAX", 2)
    report = bank.drop(request(*[Ask(days="2026-11-23")] * 4), "ask.xml")
    assert (report["counts"], codes(report)) == ({"reported": 2}, ["REQUEST-NOT-MET"])
    monkeypatch.setattr("wissel.engine.statements.handle_request.ACCOUNTS_MAX", 1)
    owner = "<Pty><Nm>Muster GmbH</Nm></Pty>"
    report = bank.drop(request(Ask(account=None, owner=owner, days="2026-11-23"), message_id="B"), "b.xml")
    assert (report["counts"], codes(report)) == ({"reported": 1}, ["REQUEST-MET-OTHERWISE"])


def test_what_comes_after_a_request_in_the_same_lot_is_not_told(bank: World) -> None:
    inbox = bank.station.spool.inbox
    (inbox / "a.xml").write_bytes(request(Ask(days="2026-11-23")))
    (inbox / "b.xml").write_bytes(order(INSIDE))
    (inbox / "c.xml").write_bytes(request(Ask(days="2026-11-23"), message_id="ASK-2"))
    take(bank.station, tuple(waiting(bank.station.spool)))
    found = sorted(bank.station.spool.out.rglob("*camt.052*.xml"))
    assert [values(path.read_text("utf-8"), "EndToEndId") for path in found] == [[], ["E-1"]]


# --- over a network ---


def test_over_a_network_the_answer_has_its_header_and_keeps_its_guideline(tmp_path: Path) -> None:
    channel = '[channel.cbpr]\nnetwork = "cbpr-plus"\ndefinitions = ["camt.060"]\naccounts = ["VOSTRO-*"]\n\n'
    with world(
        tmp_path / "bank", {"wissel.toml": {"[channel.interbank]\n": f"{channel}[channel.interbank]\n"}}
    ) as bank:
        owner = f"<Agt><FinInstnId><BICFI>{ALPEN}</BICFI></FinInstnId></Agt>"
        ask = Ask(account=VOSTRO, owner=owner, days="2026-11-23")
        report = bank.drop(request(ask, sender=ALPEN), "ask.xml", "cbpr")
        (text,) = [text for name, text in bank.outputs(report).items() if "camt.052" in name]
        (tmp_path / "report.xml").write_text(text, "utf-8")
        found = wissel.validate(tmp_path / "report.xml", guideline="cbpr-plus-2025", as_of=bank.time.now.date())
        assert (found.verdict, found.messages[0].header) == ("valid", "head.001.001.02")
        assert values(text, "BICFI")[:2] == ["ZZWIDE20", ALPEN]
        assert values(text, "BizMsgIdr") == values(text, "MsgId")
        assert values(text, "BizSvc") == ["swift.cbprplus.03"]


def test_what_the_network_does_not_take_is_not_sent(tmp_path: Path) -> None:
    """CBPR+ takes one version of each report; another one is refused by our own check."""
    channel = '[channel.cbpr]\nnetwork = "cbpr-plus"\ndefinitions = ["camt.060"]\naccounts = ["VOSTRO-*"]\n\n'
    with world(
        tmp_path / "bank", {"wissel.toml": {"[channel.interbank]\n": f"{channel}[channel.interbank]\n"}}
    ) as bank:
        owner = f"<Agt><FinInstnId><BICFI>{ALPEN}</BICFI></FinInstnId></Agt>"
        ask = Ask("camt.052.001.02", account=VOSTRO, owner=owner, days="2026-11-23")
        report = bank.drop(request(ask, sender=ALPEN), "ask.xml", "cbpr")
        assert [one["about"] for one in report["outputs"]] == ["admi.002.001.01"]
        assert "GUIDELINE-VERSION" in [one["code"] for one in report["findings"]]
