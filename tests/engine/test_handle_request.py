"""Requests for reports (camt.060): who may ask, what is given, and what is said where it cannot be."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.engine.orders import ANNA, INSIDE, MUSTER, World, order, world
from tests.engine.requests import Ask, balances, codes, given, issue, newest, request, values
from wissel.engine.database import transaction
from wissel.engine.statements.draft import StatementWish
from wissel.journal.trace import find
from wissel.ledger.statement import Kind

VOSTRO = "VOSTRO-EUR-ALPEN"
ALPEN = "ZZALCH20"
DEFINITIONS = {"wissel.toml": {'definitions = ["pain.001"]': 'definitions = ["pain.001", "camt.060"]'}}
EVENING = datetime(2026, 11, 23, 21, 0, tzinfo=UTC)


@pytest.fixture
def bank(tmp_path: Path) -> Iterator[World]:
    with world(tmp_path / "bank", DEFINITIONS) as made_:
        yield made_


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
