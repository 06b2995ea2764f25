"""Answers that go on from what the journal of a bank directory told last."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.engine.orders import INSIDE, Pay, World, order, world
from wissel.cli.main import main
from wissel.engine.answering.last_known import Journalled, journal_of, known_of
from wissel.engine.database import transaction

AT = "2026-11-24T10:00:00Z"
ORDER = order(INSIDE, Pay("99999999.00"))
"""One transaction that is booked at once, and one that the account has no funds for."""
DEFINITION = "pain.001.001.09"


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with world(tmp_path_factory.mktemp("answers") / "bank") as made:
        made.drop(ORDER)
        yield made


def reply(bank: World, folder: Path, *words: str, content: bytes = ORDER, at: str = AT) -> tuple[int, str]:
    source, output = folder / "order.xml", folder / "answer.xml"
    source.write_bytes(content)
    output.unlink(missing_ok=True)
    call = ["reply", str(source), "--with", "pain.002.001.10", "--bank", str(bank.root), "--at", at, "-o", str(output)]
    code = main([*call, *words])
    return code, output.read_text("utf-8") if output.exists() else ""


def told(answer: str) -> list[str]:
    return re.findall("<TxSts>(.*?)</TxSts>", answer)


def test_the_last_statuses_are_those_of_the_journal(bank: World, tmp_path: Path) -> None:
    with transaction(bank.station.database) as connection:
        known = known_of(connection, DEFINITION, "ORDER-1", "")
    statuses = [known.statuses[number].code for number in sorted(known.statuses)]
    assert statuses[1] == "RJCT"
    code, answer = reply(bank, tmp_path)
    assert code == 0
    assert told(answer) == statuses


def test_no_status_goes_back_behind_the_journal(
    bank: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert reply(bank, tmp_path, "--status", "ACTC") == (1, "")
    assert "REPLY-STATUS-GOES-BACK" in capsys.readouterr().err


def test_an_order_that_never_came_is_answered_by_what_validation_finds(bank: World, tmp_path: Path) -> None:
    code, answer = reply(bank, tmp_path, content=order(INSIDE, message_id="ORDER-2"))
    assert code == 0
    assert told(answer) == ["ACTC"]


def test_with_another_last_status_the_answer_has_another_name(bank: World, tmp_path: Path) -> None:
    names = [re.findall("<MsgId>(.*?)<", reply(bank, tmp_path)[1])[0]]
    source, output = tmp_path / "order.xml", tmp_path / "other.xml"
    assert main(["reply", str(source), "--with", "pain.002.001.10", "--at", AT, "-o", str(output)]) == 0
    names += re.findall("<MsgId>(.*?)<", output.read_text("utf-8"))
    assert len(set(names)) == 2


def test_a_bank_directory_where_nothing_was_worked_on_has_no_journal(tmp_path: Path) -> None:
    assert main(["init", str(tmp_path / "bank"), "--bic", "OWNBDEFF"]) == 0
    from wissel.engine.bank.files import load_bank

    assert journal_of(load_bank(tmp_path / "bank")) is None
    assert Journalled().digest == ""
