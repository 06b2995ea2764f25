"""Requests for reports (camt.060): who may ask, what is given, and what is said where it cannot be."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

import wissel
from tests.engine.orders import ANNA, BRUNO, INSIDE, MUSTER, World, order, world
from wissel.catalog.definitions import default_catalog
from wissel.engine.database import transaction
from wissel.engine.statements.draft import StatementWish
from wissel.engine.statements.files import made, xml_writing
from wissel.engine.statements.of_ledger import ledger_draft
from wissel.journal.trace import find
from wissel.ledger.issued import last_issued
from wissel.ledger.statement import Kind
from wissel.service.filedrop import take
from wissel.service.spool import waiting

VOSTRO = "VOSTRO-EUR-ALPEN"
ALPEN = "ZZALCH20"
DEFINITIONS = {"wissel.toml": {'definitions = ["pain.001"]': 'definitions = ["pain.001", "camt.060"]'}}
EVENING = datetime(2026, 11, 23, 21, 0, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Ask:
    """One request."""

    report: str = "camt.052.001.08"
    account: str | None = ANNA
    owner: str = "<Pty><Nm>Anna Example</Nm></Pty>"
    days: str = ""
    """First and last day, with a space."""
    hours: tuple[str, str] = ("00:00:00+01:00", "23:59:59+01:00")
    kind: str = "ALLL"
    numbers: str = ""
    more: str = ""
    servicer: str = ""

    def xml(self) -> str:
        identifier = (
            f"<IBAN>{self.account}</IBAN>" if len(self.account or "") == 22 else f"<Othr><Id>{self.account}</Id></Othr>"
        )
        account = f"<Acct><Id>{identifier}</Id></Acct>" if self.account else ""
        first, _, last = self.days.partition(" ")
        until = f"<ToDt>{last}</ToDt>" if last else ""
        period = (
            f"<RptgPrd><FrToDt><FrDt>{first}</FrDt>{until}</FrToDt><FrToTm><FrTm>{self.hours[0]}</FrTm>"
            f"<ToTm>{self.hours[1]}</ToTm></FrToTm><Tp>{self.kind}</Tp></RptgPrd>"
        )
        servicer = (
            f"<AcctSvcr><FinInstnId><BICFI>{self.servicer}</BICFI></FinInstnId></AcctSvcr>" if self.servicer else ""
        )
        return (
            f"<RptgReq><Id>R</Id><ReqdMsgNmId>{self.report}</ReqdMsgNmId>{account}<AcctOwnr>{self.owner}</AcctOwnr>"
            f"{servicer}{period if self.days else ''}{self.numbers}{self.more}</RptgReq>"
        )


def request(*asks: Ask, message_id: str = "ASK-1", sender: str | None = None) -> bytes:
    document = (
        '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.060.001.05"><AcctRptgReq>'
        f"<GrpHdr><MsgId>{message_id}</MsgId><CreDtTm>2026-11-23T09:00:00+01:00</CreDtTm></GrpHdr>"
        + "".join(ask.xml() for ask in asks)
        + "</AcctRptgReq></Document>"
    )
    if sender is None:
        return document.encode()
    who = "<{0}><FIId><FinInstnId><BICFI>{1}</BICFI></FinInstnId></FIId></{0}>"
    header = (
        '<AppHdr xmlns="urn:iso:std:iso:20022:tech:xsd:head.001.001.02">'
        + who.format("Fr", sender)
        + who.format("To", "ZZWIDE20")
        + f"<BizMsgIdr>{message_id}</BizMsgIdr><MsgDefIdr>camt.060.001.05</MsgDefIdr>"
        "<CreDt>2026-11-23T09:00:00+01:00</CreDt></AppHdr>"
    )
    return f"<Envelope>{header}{document}</Envelope>".encode()


@pytest.fixture
def bank(tmp_path: Path) -> Iterator[World]:
    with world(tmp_path / "bank", DEFINITIONS) as made_:
        yield made_


def codes(report: dict[str, Any]) -> list[str]:
    return [found["code"] for found in report["findings"] if found["severity"] != "info"]


def given(bank: World, report: dict[str, Any]) -> list[str]:
    """The statements that came of a file, each of them valid."""
    texts = [text for name, text in bank.outputs(report).items() if "-camt.05" in name]
    with TemporaryDirectory() as folder:
        for text in texts:
            path = Path(folder) / "statement.xml"
            path.write_text(text, "utf-8")
            assert wissel.validate(path, guideline="iso", as_of=bank.time.now.date()).verdict == "valid"
    return texts


def values(text: str, tag: str) -> list[str]:
    return re.findall(rf"<{tag}(?: [^>]*)?>([^<]*)</{tag}>", text)


def balances(text: str) -> list[tuple[str, str]]:
    return re.findall(r"<Bal>.*?<Cd>(OPBD|PRCD|ITBD|CLBD)</Cd>.*?<Amt[^>]*>(.*?)</Amt>", text, re.DOTALL)


def issue(bank: World, account: str, wish: StatementWish, folder: Path) -> str:
    """Have a statement made as wissel statement does."""
    folder.mkdir()
    work = bank.station.work
    with transaction(bank.station.database) as connection:
        draft = ledger_draft(connection, work.bank, work.bank.accounts[account], wish)  # type: ignore[attr-defined]
        done = made(draft, xml_writing(draft, f"{wish.kind}.001.08", default_catalog()), folder, default_catalog())  # type: ignore[arg-type]
    return done.files[0].read_text("utf-8")


def newest(bank: World, account: str, kind: str) -> int:
    with transaction(bank.station.database) as connection:
        found = last_issued(connection, account, kind)
    return found.number if found is not None else 0


# --- what is given ---


def test_a_report_of_today_holds_what_was_booked_until_the_request_came(bank: World) -> None:
    bank.drop(order(INSIDE))
    report = bank.drop(request(Ask(days="2026-11-23 2026-11-23")), "ask.xml")
    (text,) = given(bank, report)
    assert (report["verdict"], report["counts"], codes(report)) == ("accepted", {"reported": 1}, [])
    assert [(one["to"], one["about"]) for one in report["outputs"]] == [("default", "camt.052.001.08, asked for")]
    assert balances(text) == [("OPBD", "12500.00"), ("ITBD", "12400.00")]
    assert values(text, "ToDtTm") == ["2026-11-23T11:00:00+01:00"]
    assert values(text, "EndToEndId") == ["E-1"]
    assert values(text, "ElctrncSeqNb") == []
    assert newest(bank, ANNA, "camt.052") == 0
    bank.drop(order(INSIDE, message_id="LATER"), "later.xml")
    assert values(text, "IBAN")[0] == ANNA


def test_changes_are_what_came_since_the_last_report_and_are_numbered(bank: World) -> None:
    bank.drop(order(INSIDE))
    ask = Ask(days="2026-11-23", kind="CHNG")
    (first,) = given(bank, bank.drop(request(ask), "a.xml"))
    bank.time.now = bank.time.now.replace(hour=11)
    bank.drop(order(replace(INSIDE, amount="7.00"), message_id="B"), "b.xml")
    (second,) = given(bank, bank.drop(request(ask, message_id="ASK-2"), "c.xml"))
    assert [values(one, "ElctrncSeqNb") for one in (first, second)] == [["1"], ["2"]]
    assert balances(second) == [("ITBD", "12400.00"), ("ITBD", "12393.00")]


def test_a_statement_that_was_made_is_given_as_a_duplicate(bank: World, tmp_path: Path) -> None:
    bank.drop(order(INSIDE))
    first = issue(bank, ANNA, StatementWish(Kind.STATEMENT, EVENING), tmp_path / "issued")
    bank.time.now = EVENING.replace(day=24)
    for number, ask in enumerate(
        (
            Ask("camt.053.001.08", days="2026-11-23 2026-11-23"),
            Ask("camt.053", numbers="<RptgSeq><EQSeq>1</EQSeq></RptgSeq>"),
            Ask("camt.053.001.08"),
        )
    ):
        report = bank.drop(request(ask, message_id=f"ASK-{number}"), f"{number}.xml")
        (text,) = given(bank, report)
        assert (values(text, "CpyDplctInd"), values(first, "CpyDplctInd")) == (["DUPL"], [])
        assert [values(text, tag) for tag in ("Id", "ElctrncSeqNb", "FrDtTm", "ToDtTm")] == [
            values(first, tag) for tag in ("Id", "ElctrncSeqNb", "FrDtTm", "ToDtTm")
        ]
        assert values(text, "CreDtTm") == ["2026-11-24T21:00:00Z", "2026-11-23T21:00:00Z"]
        assert values(text, "MsgId") != values(first, "MsgId")
        assert text[text.index("<Bal>") :] == first[first.index("<Bal>") :]
        assert report["outputs"][0]["about"] == "camt.053.001.08, asked for (a duplicate)"
    assert newest(bank, ANNA, "camt.053") == 1


def test_other_days_are_an_excerpt_and_take_no_number(bank: World, tmp_path: Path) -> None:
    bank.drop(order(INSIDE))
    bank.time.now = EVENING.replace(day=25)
    report = bank.drop(request(Ask("camt.053.001.02", days="2026-11-20 2026-11-24")), "ask.xml")
    (text,) = given(bank, report)
    assert 'xsd:camt.053.001.02"' in text
    assert balances(text) == [("OPBD", "12500.00"), ("CLBD", "12400.00")]
    assert (values(text, "ElctrncSeqNb"), values(text, "CpyDplctInd")) == ([], [])
    assert newest(bank, ANNA, "camt.053") == 0
    opened = Ask("camt.053", days="2026-11-24", more="<ReqdBalTp><CdOrPrtry><Cd>PRCD</Cd></CdOrPrtry></ReqdBalTp>")
    (text,) = given(bank, bank.drop(request(opened, message_id="ASK-2"), "b.xml"))
    assert balances(text) == [("PRCD", "12400.00"), ("CLBD", "12400.00")]


def test_a_statement_ends_with_the_last_day_that_is_over(bank: World) -> None:
    bank.time.now = EVENING.replace(day=24)
    report = bank.drop(request(Ask("camt.053", days="2026-11-23 2026-11-30")), "ask.xml")
    assert codes(report) == ["REQUEST-MET-OTHERWISE"]
    assert values(given(bank, report)[0], "ToDtTm") == ["2026-11-23T23:59:59+01:00"]


def test_several_numbers_are_several_statements(bank: World, tmp_path: Path) -> None:
    for day in (23, 24, 25):
        issue(bank, ANNA, StatementWish(Kind.STATEMENT, EVENING.replace(day=day)), tmp_path / str(day))
    bank.time.now = EVENING.replace(day=26)

    def numbers(inside: str, days: str = "") -> list[str]:
        ask = Ask("camt.053", numbers=f"<RptgSeq>{inside}</RptgSeq>", days=days)
        report = bank.drop(request(ask, message_id=f"ASK-{len(bank.reports)}"), "ask.xml")
        assert codes(report) == []
        return [values(text, "ElctrncSeqNb")[0] for text in given(bank, report)]

    assert numbers("<FrSeq>2</FrSeq>") == ["2", "3"]
    assert numbers("<ToSeq>2</ToSeq>") == ["1", "2"]
    assert numbers(
        "<FrToSeq><FrSeq>1</FrSeq><ToSeq>1</ToSeq></FrToSeq><FrToSeq><FrSeq>3</FrSeq><ToSeq>9</ToSeq></FrToSeq>"
    ) == ["1", "3"]
    assert numbers("<NEQSeq>2</NEQSeq>") == ["1", "3"]
    assert numbers("<FrSeq>1</FrSeq>", "2026-11-24 2026-11-24") == ["2"]


def test_notifications_are_told_by_side_and_the_ones_that_were_sent_again(bank: World) -> None:
    bank.drop(order(replace(INSIDE, iban=MUSTER)))
    muster = "<Pty><Nm>MUSTER  gmbh</Nm></Pty>"
    credits = "<ReqdTxTp><Sts><Cd>BOOK</Cd></Sts><CdtDbtInd>{}</CdtDbtInd></ReqdTxTp>"
    ask = Ask("camt.054", MUSTER, muster, "2026-11-23")
    report = bank.drop(
        request(
            ask,
            replace(ask, more=credits.format("CRDT")),
            replace(ask, more=credits.format("DBIT")),
            replace(ask, days="", numbers="<RptgSeq><EQSeq>1</EQSeq></RptgSeq>"),
        ),
        "ask.xml",
    )
    both, credited, again = given(bank, report)
    assert [values(one, "CpyDplctInd") for one in (both, credited, again)] == [[], [], ["DUPL"]]
    assert values(both, "EndToEndId") == values(credited, "EndToEndId") == values(again, "EndToEndId") == ["E-1"]
    assert codes(report) == ["REQUEST-MET-OTHERWISE"]  # nothing was debited


def test_without_an_account_all_of_the_owner_are_told(bank: World) -> None:
    owner = "<Pty><Nm>Muster GmbH</Nm></Pty>"
    report = bank.drop(request(Ask(account=None, owner=owner, days="2026-11-23")), "ask.xml")
    assert {values(text, "Ccy")[0] for text in given(bank, report)} == {"EUR", "USD"}
    assert report["counts"] == {"reported": 2}


def test_what_is_told_otherwise_is_said(bank: World) -> None:
    more = (
        '<ReqdTxTp><Sts><Cd>BOOK</Cd></Sts><CdtDbtInd>CRDT</CdtDbtInd><FlrLmt><Amt Ccy="EUR">5</Amt>'
        "<CdtDbtInd>CRED</CdtDbtInd></FlrLmt></ReqdTxTp><ReqdBalTp><CdOrPrtry><Cd>XPCD</Cd></CdOrPrtry></ReqdBalTp>"
    )
    ask = Ask(days="2026-11-23", hours=("08:00:00+01:00", "12:00:00+01:00"), kind="MODF", more=more)
    report = bank.drop(request(ask), "ask.xml")
    assert [
        one["message"].partition(": ")[2] for one in report["findings"] if one["code"] == "REQUEST-MET-OTHERWISE"
    ] == [
        "whole days are told, not hours of them.",
        "all entries are told, not only those that MODF would choose.",
        "credits and debits are told, since balances follow from both.",
        "entries of every amount are told.",
        "a camt.052 has no balance XPCD here.",
    ]
    assert len(given(bank, report)) == 1


def test_the_same_file_again_gets_the_same_answer(bank: World) -> None:
    content = request(Ask(days="2026-11-23"))
    (first,) = given(bank, bank.drop(content, "a.xml"))
    bank.drop(order(INSIDE), "b.xml")
    again = bank.drop(content, "c.xml")
    assert again["counts"] == {"repeated": 1}
    assert given(bank, again) == [first]
    with transaction(bank.station.database) as connection:
        assert [one.payment.definition for one in find(connection, "ASK-1")] == ["camt.060.001.05"]


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
