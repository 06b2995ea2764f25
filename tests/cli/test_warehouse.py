"""``wissel warehouse`` and ``recall`` from call to exit code, with the engine between."""

import json
import re
from pathlib import Path

import pytest

from tests.cli.banks import ANNA, SEPA, data, drop, new_bank, order, process, run
from tests.routing.messages import Pay
from wissel.core.settings import user_name
from wissel.service.ownership import owned
from wissel.service.spool import Spool

SMALL = Pay("7.00", type_information=SEPA.type_information)
LATER = "2026-12-01"


@pytest.fixture
def bank(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    """An order that was sent, the same again, which is held, and one that waits for its day."""
    made = new_bank(tmp_path, capsys)
    drop(made, "a.xml", order(SEPA, SMALL))
    process(capsys, made)
    drop(made, "b.xml", order(SEPA, SMALL).replace("ORDER-1", "AGAIN"))
    drop(made, "c.xml", order(SEPA, name="LATER", requested=LATER))
    process(capsys, made)
    return made


# --- listing ---


def test_what_waits_is_listed(bank: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capsys, "warehouse", "list", "--bank", bank)
    assert (code, err) == (0, "")
    rows = [re.split(r"  +", line.strip()) for line in out.splitlines()]
    assert rows[0] == ["order", "no", "until", "amount", "from", "to", "EndToEndId"]
    assert rows[1] == ["LATER", "1", "2026-11-30 20:30 UTC", "EUR 12.50", "Anna", "Bertrand", "LATER-1"]
    assert rows[2][0] == ANNA
    assert rows[3] == ["AGAIN", "1", "held AM05", "EUR 12.50", "Anna", "Bertrand", "E-1"]
    assert rows[5][:4] == ["AGAIN", "2", "held AM05", "EUR 7.00"]


def test_the_list_as_data(bank: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = data(capsys, "warehouse", "list", "--bank", bank, "--last", "2")
    assert (found["format"], found["waiting"], len(found["transactions"])) == (1, 3, 2)
    waiting, held = found["transactions"]
    assert (waiting["held"], waiting["due"], waiting["reasons"]) == (False, "2026-11-30T20:30:00+00:00", [])
    assert held == {
        "file": "held-2-1.order", "record": 2, "channel": "default", "definition": "pain.001.001.09",
        "message_id": "AGAIN", "transaction": 1, "held": True, "due": None, "reasons": ["AM05"], "currency": "EUR",
        "amount": "12.50", "debtor": "Anna", "debtor_account": ANNA, "creditor": "Bertrand",
        "creditor_account": "FR7699991000010000000000148", "end_to_end_id": "E-1", "uetr": None,
    }  # fmt: skip


def test_an_empty_warehouse_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    made = new_bank(tmp_path, capsys)
    process(capsys, made)
    assert run(capsys, "warehouse", "list", "--bank", made) == (0, "nothing waits\n", "")
    assert run(capsys, "recall", "list", "--bank", made) == (0, "no recall is open\n", "")


# --- releasing and rejecting ---


def test_an_order_is_released_by_the_next_run(bank: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capsys, "warehouse", "release", "AGAIN", "--by", "anna", "--bank", bank)
    assert (code, err) == (0, "")
    said = (
        rf"release of 2 transactions of AGAIN: handed over as \S+-release-[0-9a-f]{{12}}; wissel process --bank {bank} "
    )
    assert re.fullmatch(said + "carries it out\n", out)
    assert data(capsys, "warehouse", "list", "--bank", bank)["waiting"] == 3, "nothing was done yet"
    code, out, err = process(capsys, bank)
    assert (code, err) == (0, "")
    assert "2 released" in out
    assert "2 sent" in out
    (left,) = data(capsys, "warehouse", "list", "--bank", bank)["transactions"]
    assert left["message_id"] == "LATER"
    assert not list((bank / "work" / "warehouse").glob("held-*"))


def test_single_payments_are_named_by_number_or_reference(bank: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, "warehouse", "release", "AGAIN", "--transaction", "2", "--bank", bank, "-q") == (0, "", "")
    code, out, _ = run(capsys, "warehouse", "reject", "LATER-1", "--reason", "AC06", "--bank", bank)
    assert (code, out.startswith("rejection of transaction 1 of LATER: handed over as ")) == (0, True)
    process(capsys, bank)
    (left,) = data(capsys, "warehouse", "list", "--bank", bank)["transactions"]
    assert (left["message_id"], left["transaction"]) == ("AGAIN", 1)


def test_the_life_of_a_payment_says_who_decided(bank: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(capsys, "warehouse", "reject", "LATER", "--bank", bank)
    process(capsys, bank)
    out = run(capsys, "trace", "LATER-1", "--bank", bank)[1]
    assert "decided   PDNG\n" in out
    assert f"reported  RJCT DS02, reject by {user_name()} (record 4)\n" in out
    assert "written   default/4-1-1-pain.002.001.10.xml\n" in out
    (life,) = data(capsys, "trace", "LATER-1", "--bank", bank)["payments"]
    assert [one["status"] for one in life["statuses"]] == ["PDNG", "RJCT"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("release", "NOBODY"), "'NOBODY' does not wait; see wissel warehouse list"),
        (("release", "LATER"), "'LATER' is not held: it waits for its day"),
        (("release", "AGAIN", "--transaction", "3"), "transaction 3 of 'AGAIN' does not wait"),
        (("release", "E-1", "--transaction", "1"), "no order 'E-1' waits; --transaction goes with an order's MsgId"),
        (("reject", "AGAIN", "--reason", "AM5"), "--reason: 'AM5' is no code of ExternalStatusReason1Code"),
        (("reject", "AGAIN", "--by", "a\nb"), "'by' is missing, or no text"),
    ],
)
def test_a_wrong_call_is_2_and_instructs_nothing(
    bank: Path, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], words: str
) -> None:
    code, out, err = run(capsys, "warehouse", *arguments, "--bank", bank)
    assert (code, out, words in err) == (2, "", True), err
    assert not list((bank / "work" / "instructions").iterdir())


def test_two_orders_of_one_name_are_told_apart_by_their_files(bank: Path, capsys: pytest.CaptureFixture[str]) -> None:
    drop(bank, "d.xml", order(SEPA, SMALL).replace("ORDER-1", "OTHER"))
    process(capsys, bank)
    (held,) = (bank / "work" / "warehouse").glob("held-4-*")
    assert "is in several orders" in run(capsys, "warehouse", "reject", "E-1", "--bank", bank)[2]
    assert run(capsys, "warehouse", "reject", held.name, "--bank", bank, "-q")[0] == 0
    process(capsys, bank)
    assert {one["message_id"] for one in data(capsys, "warehouse", "list", "--bank", bank)["transactions"]} == {
        "AGAIN", "LATER",
    }  # fmt: skip


def test_it_works_while_another_process_does(bank: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with owned(Spool(bank)):
        code, out, _ = run(capsys, "warehouse", "release", "AGAIN", "--bank", bank)
    assert (code, "wissel process" in out) == (0, False)
    assert "2 released" in process(capsys, bank)[1]


def test_an_instruction_that_came_too_late_is_refused(bank: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for _ in range(2):
        run(capsys, "warehouse", "reject", "AGAIN", "--bank", bank)
    code, out, _ = process(capsys, bank)
    assert (code, "1 refused: ORDER-NOT-WAITING" in out) == (1, True)


def test_status_says_what_waits_for_a_person(bank: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(capsys, "warehouse", "release", "AGAIN", "--transaction", "1", "--bank", bank)
    found = data(capsys, "status", "--bank", bank)
    assert [one["transactions"] for one in found["warehouse"]] == [1, 2]
    assert (found["instructions"], found["recalls"]) == (1, {"to_answer": 0, "sent": 0})
    out = run(capsys, "status", "--bank", bank)[1]
    assert "held        2 transactions, see wissel warehouse list\n" in out
    assert "instructed  1 instruction to be taken up\n" in out
    process(capsys, bank)
    run(capsys, "recall", "send", sent(capsys, bank)["uetr"], "--bank", bank)
    process(capsys, bank)
    found = data(capsys, "status", "--bank", bank)
    assert [one["transactions"] for one in found["warehouse"]] == [1, 1]
    assert (found["instructions"], found["recalls"]) == (0, {"to_answer": 0, "sent": 1})
    assert "recalls     0 to be answered, 1 sent and open" in run(capsys, "status", "--bank", bank)[1]


# --- what was set aside ---


def test_a_released_order_that_was_set_aside_is_tried_again(bank: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main = bank / "wissel.toml"
    whole = main.read_text("utf-8")
    main.write_text(whole + '\n[network.sepa-sct]\nsignature_profile = "enveloped"\n', "utf-8")
    run(capsys, "warehouse", "release", "AGAIN", "--bank", bank, "-q")
    assert process(capsys, bank)[0] == 1
    (one,) = data(capsys, "shunt", "list", "--bank", bank)["files"]
    assert (one["channel"], one["file"].endswith("-4-1.order")) == (".warehouse", True)
    main.write_text(whole, "utf-8")
    assert run(capsys, "shunt", "retry", one["file"], "--bank", bank, "-q") == (0, "", "")
    code, out, _ = process(capsys, bank)
    assert (code, "2 sent" in out) == (0, True)
    assert data(capsys, "shunt", "list", "--bank", bank)["files"] == []


def test_a_second_file_of_a_name_is_released_too(bank: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One that was put back where another of its name stands gets a number; that must not keep it for ever."""
    (one,) = (path for path in (bank / "work" / "warehouse").iterdir() if path.name.startswith("2026"))
    one.rename(one.with_name(one.name.replace(".order", "~2.order")))
    out = run(capsys, "process", "--bank", bank, "--settle", "0", "--at", "2026-12-01T10:00:00Z", "--jobs", "1")[1]
    assert "1 sent" in out


# --- recalls ---


def sent(capsys: pytest.CaptureFixture[str], bank: Path) -> dict[str, str]:
    (life,) = (
        one for one in data(capsys, "trace", "ORDER-1", "--bank", bank)["payments"] if one["end_to_end_id"] == "E-2"
    )
    return dict(life["led_to"][0])


def test_a_payment_that_was_sent_is_asked_back(bank: Path, capsys: pytest.CaptureFixture[str]) -> None:
    payment = sent(capsys, bank)
    code, out, _ = run(capsys, "recall", "send", payment["uetr"], "--reason", "DUPL", "--by", "anna", "--bank", bank)
    assert (code, out.startswith(f"recall of {payment['uetr']}, EUR 7.00: handed over as ")) == (0, True)
    assert process(capsys, bank)[0] == 0
    (one,) = data(capsys, "recall", "list", "--bank", bank)["recalls"]
    assert (one["direction"], one["bank"], one["party"], one["reasons"], one["agreed"]) == (
        "out", "ZZLIFR20", "sepa-sct", ["DUPL"], False,
    )  # fmt: skip
    assert one["payment"]["uetr"] == payment["uetr"]
    rows = run(capsys, "recall", "list", "--bank", bank)[1].splitlines()
    assert re.split(r"  +", rows[0]) == ["since", "recall", "bank", "payment", "amount", "state"]
    assert re.split(r"  +", rows[1])[2:] == ["ZZLIFR20", payment["uetr"], "EUR 7.00", "waits for theirs"]
    out = run(capsys, "trace", payment["uetr"], "--bank", bank)[1]
    assert re.search(r"sent +camt\.056\.001\.08 \S+, transaction 1, to sepa-sct\n", out)
    assert "PDNG DUPL" in out


RECALL = """<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.056.001.08"><FIToFIPmtCxlReq><Assgnmt><Id>C-1</Id><Assgnr><Agt>
<FinInstnId><BICFI>ZZLIFR20</BICFI></FinInstnId></Agt></Assgnr><Assgne><Agt><FinInstnId><BICFI>ZZWIDE20</BICFI>
</FinInstnId></Agt></Assgne><CreDtTm>2026-11-23T12:00:00Z</CreDtTm></Assgnmt><Undrlyg><TxInf><CxlId>C-1-1</CxlId>
<OrgnlGrpInf><OrgnlMsgId>M-1</OrgnlMsgId><OrgnlMsgNmId>pacs.008.001.08</OrgnlMsgNmId></OrgnlGrpInf>
<OrgnlEndToEndId>E-1</OrgnlEndToEndId><OrgnlTxId>T-1</OrgnlTxId>
<OrgnlIntrBkSttlmAmt Ccy="EUR">100.00</OrgnlIntrBkSttlmAmt><OrgnlIntrBkSttlmDt>2026-11-23</OrgnlIntrBkSttlmDt>
<CxlRsnInf><Rsn><Cd>DUPL</Cd></Rsn></CxlRsnInf></TxInf></Undrlyg></FIToFIPmtCxlReq></Document>
"""


@pytest.fixture
def recalled(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    """A bank that was paid, and is asked to send it back."""
    from tests.engine.interbank import Pay as Came
    from tests.engine.interbank import sct

    made = new_bank(tmp_path, capsys)
    drop(made, "a.xml", sct("M-1", Came(1, uetr=False)), "interbank")
    process(capsys, made)
    drop(made, "b.xml", RECALL, "interbank")
    process(capsys, made)
    return made


@pytest.mark.parametrize(
    ("arguments", "definition"),
    [(("accept", "C-1"), "pacs.004"), (("refuse", "T-1", "--reason", "CUST"), "camt.029"), (("refuse", "E-1"), "camt.029")],
)  # fmt: skip
def test_a_recall_is_answered(
    recalled: Path, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], definition: str
) -> None:
    (one,) = data(capsys, "recall", "list", "--bank", recalled)["recalls"]
    assert (one["direction"], one["bank"], one["message_id"]) == ("in", "ZZLIFR20", "C-1")
    assert "waits for your answer" in run(capsys, "recall", "list", "--bank", recalled)[1]
    code, out, err = run(capsys, "recall", *arguments, "--bank", recalled)
    assert (code, "of E-1, EUR 100.00: handed over as" in out, err) == (0, True, "")
    report = json.loads(process(capsys, recalled, "--format", "json")[1])
    assert definition in json.dumps(report)
    assert data(capsys, "recall", "list", "--bank", recalled)["recalls"] == []
    code, _, err = run(capsys, "recall", *arguments, "--bank", recalled)
    assert (code, "waits for an answer; see wissel recall list" in err) == (2, True)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("send", "NOBODY"), "no payment 'NOBODY' was sent; see wissel trace"),
        (("send", "ORDER-1"), "no payment 'ORDER-1' was sent"),
        (("send", "E-1", "--reason", "NOPE"), "'NOPE' is no code of ExternalCancellationReason1Code"),
        (("accept", "E-1"), "no recall of 'E-1' waits for an answer"),
        (("refuse", "E-1", "--reason", "DUPL"), "'DUPL' is no code of ExternalPaymentCancellationRejection1Code"),
    ],
)
def test_a_wrong_recall_is_2(
    bank: Path, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], words: str
) -> None:
    code, out, err = run(capsys, "recall", *arguments, "--bank", bank)
    assert (code, out, words in err) == (2, "", True), err


def test_a_message_with_several_payments_needs_a_number(bank: Path, capsys: pytest.CaptureFixture[str]) -> None:
    message = sent(capsys, bank)["message_id"]
    assert f"'{message}' names 2 payments" in run(capsys, "recall", "send", message, "--bank", bank)[2]
    assert run(capsys, "recall", "send", message, "--transaction", "2", "--bank", bank, "-q") == (0, "", "")


def test_a_bank_that_never_worked_is_3(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    made = new_bank(tmp_path, capsys)
    for arguments in (
        ("warehouse", "list"),
        ("warehouse", "release", "A"),
        ("recall", "list"),
        ("recall", "send", "A"),
    ):
        assert run(capsys, *arguments, "--bank", made)[0] == 3
