"""Who is credited is told at once, where the owner of the account wants it: numbered, once, the same after a crash."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.engine.orders import ANNA, AT, BRUNO, MUSTER, Pay, World, order, world
from wissel.engine.statements.notifications import folder_name
from wissel.service.filedrop import recover, take
from wissel.service.spool import waiting

TO_MUSTER = Pay("100.00", bic="ZZWIDE20", iban=MUSTER, level=None, remittance="Invoice 7")


@pytest.fixture
def bank(tmp_path: Path, kind: str) -> Iterator[World]:
    with world(tmp_path / "bank") as made:
        yield made


def told(bank: World) -> list[str]:
    folder = bank.station.spool.out / MUSTER
    return [path.read_text("utf-8") for path in sorted(folder.iterdir())] if folder.is_dir() else []


def test_a_transfer_inside_the_bank_is_told_to_the_creditor(bank: World) -> None:
    report = bank.drop(order(TO_MUSTER))
    (text,) = told(bank)
    assert report["counts"] == {"booked": 1, "notified": 1}
    assert re.findall(r'<Amt Ccy="EUR">(.*?)<', text)[:1] == ["100.00"]
    assert set(re.findall(r"<CdtDbtInd>(.*?)<", text)) == {"CRDT"}
    assert re.findall(r"<(?:Ustrd|EndToEndId)>(.*?)<", text) == ["E-1", "Invoice 7"]
    assert "<Dbtr>" in text
    assert "Anna Example" in text


def test_debits_and_accounts_that_do_not_ask_are_not_told(bank: World) -> None:
    bank.drop(order(Pay(), account=MUSTER))
    bank.drop(order(Pay("1.00", bic="ZZWIDE20", iban=BRUNO, level=None), message_id="B"), "b.xml")
    assert told(bank) == []


def test_files_that_come_at_one_moment_are_told_one_by_one(bank: World) -> None:
    for number in range(3):
        content = order(TO_MUSTER, message_id=f"M-{number}", requested="2026-11-23")
        content = content.replace(b">E-1<", f">E-{number}<".encode())
        (bank.station.spool.inbox / f"{number}.xml").write_bytes(content)
    recover(bank.station)
    done = take(bank.station, tuple(waiting(bank.station.spool)))
    assert {one.record.receipt.received_at for one in done} == {AT}
    texts = told(bank)
    assert [re.findall(r"<EndToEndId>(.*?)<", text) for text in texts] == [["E-0"], ["E-1"], ["E-2"]]
    assert [re.findall(r"<ElctrncSeqNb>(.*?)<", text) for text in texts] == [["1"], ["2"], ["3"]]
    assert len({re.findall(r"<MsgId>(.*?)<", text)[0] for text in texts}) == 3


def test_the_folder_of_an_account_is_a_plain_name() -> None:
    assert folder_name(ANNA) == ANNA
    assert folder_name("../x") == "account-2e2e2f78"
