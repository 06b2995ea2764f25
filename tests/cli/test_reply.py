"""``wissel reply`` as it is called: what it writes where, what it refuses, and that it then writes nothing."""

import os
import re
from datetime import date, timedelta
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.reply.golden import GOLDEN, INPUTS, MOMENT
from wissel.cli.main import main
from wissel.reply.time_limits import last_day

ORDER = INPUTS / "order-two-payments.xml"
SEPA = INPUTS / "sepa-three.xml"
RECALL = INPUTS / "sepa-recall.xml"
VALID = ROOT / "samples" / "valid"
CORRESPONDENT = ROOT / "samples" / "envelope" / "cbpr-plus.pacs.008.001.08.xml"
CORRESPONDENT_RECALL = ROOT / "samples" / "envelope" / "cbpr-plus.camt.056.001.08.xml"
REPORTED = GOLDEN / "order-part-of-one-payment.xml"


def reply(*words: object) -> int:
    return main(["reply", *(str(word) for word in words), "--at", MOMENT])


REFUSED = [
    ("transaction beyond the last", ORDER, "--with pain.002.001.10 --status RJCT --reason AC04 --transaction 6",
     "REPLY-TRANSACTION-UNKNOWN"),
    ("transaction zero", ORDER, "--with pain.002.001.10 --status ACSP --transaction 0", "REPLY-TRANSACTION-UNKNOWN"),
    ("reason in no list", ORDER, "--with pain.002.001.10 --status RJCT --reason ZZ99", "REPLY-REASON-UNKNOWN"),
    ("reason of another message", SEPA, "--with pacs.004.001.09 --reason DU04", "REPLY-REASON-UNKNOWN"),
    ("reason not of the scheme", ORDER, "--with pain.002.001.10 --status RJCT --reason MD01",
     "REPLY-REASON-NOT-OF-SCHEME"),
    ("no reason for a rejection", ORDER, "--with pain.002.001.10 --status RJCT", "REPLY-REASON-MISSING"),
    ("no reason for a return", SEPA, "--with pacs.004.001.09", "REPLY-REASON-MISSING"),
    ("no reason for a refused recall", RECALL, "--with camt.029.001.09 --status RJCR", "REPLY-REASON-MISSING"),
    ("status that goes back", ORDER, f"--with pain.002.001.10 --status ACTC --last {REPORTED}",
     "REPLY-STATUS-GOES-BACK"),
    ("received once more is told", ORDER, f"--with pain.002.001.10 --status RCVD --last {REPORTED}",
     "REPLY-STATUS-GOES-BACK"),
    ("last report on another message", SEPA, f"--with pacs.002.001.10 --status ACSC --last {REPORTED}",
     "REPLY-REPORT-OF-ANOTHER"),
    ("recall of a message without the payment", INPUTS / "recall-of-message.xml",
     "--with pacs.004.001.09 --reason FOCR", "REPLY-ORIGINAL-NEEDED"),
    ("recall of another message", INPUTS / "recall-of-message.xml",
     f"--with pacs.004.001.09 --reason FOCR --original {CORRESPONDENT}", "REPLY-ORIGINAL-NEEDED"),
    ("charges of nobody", VALID / "pacs.007.001.09.xml", "--with pacs.004.001.09 --reason AC04 --charges 1",
     "REPLY-ORIGINAL-NEEDED"),
    ("status in no list", ORDER, "--with pain.002.001.10 --status DONE", "REPLY-STATUS-UNKNOWN"),
    ("group status for a transaction", ORDER, "--with pain.002.001.10 --status PART", "REPLY-STATUS-UNKNOWN"),
    ("status that an old version lacks", ORDER, "--with pain.002.001.03 --status ACWP", "REPLY-STATUS-UNKNOWN"),
    ("payment status for a recall", RECALL, "--with camt.029.001.09 --status ACSC", "REPLY-STATUS-UNKNOWN"),
    ("report between banks for an order", ORDER, "--with pacs.002.001.10", "REPLY-NOT-POSSIBLE"),
    ("recall by the receiver", SEPA, "--with camt.056.001.08", "REPLY-NOT-POSSIBLE"),
    ("receipt for what can be read", SEPA, "--with admi.002.001.01", "REPLY-NOT-POSSIBLE"),
    ("version that is not written", ORDER, "--with pain.002.001.02", "REPLY-NOT-POSSIBLE"),
    ("version that the scheme does not take", SEPA, "--with pacs.002.001.12 --status ACSC", "GUIDELINE-VERSION"),
    ("message without an identifier", INPUTS / "order-without-id.xml", "--with pain.002.001.10",
     "REPLY-ORIGINAL-WITHOUT-ID"),
    ("bytes that break off", ROOT / "samples/unreadable/XML-TRUNCATED.pacs.008.001.08.xml", "--with pacs.002.001.10",
     "REPLY-ORIGINAL-UNREADABLE"),
    ("no XML at all", ROOT / "samples/unreadable/NOT-XML.json.xml", "--with pacs.002.001.10",
     "REPLY-ORIGINAL-UNREADABLE"),
    ("receipt for nobody", INPUTS / "broken-without-sender.xml", "--with admi.002.001.01", "REPLY-ADDRESSEE-UNKNOWN"),
    ("return of a recall that does not tell how", CORRESPONDENT_RECALL, "--with pacs.004.001.09 --reason FOCR",
     "REPLY-ORIGINAL-NEEDED"),
    ("recall of another payment", CORRESPONDENT_RECALL,
     f"--with pacs.004.001.09 --reason FOCR --original {SEPA}", "REPLY-ORIGINAL-NEEDED"),
    ("original that is no payment", CORRESPONDENT_RECALL,
     f"--with pacs.004.001.09 --reason FOCR --original {ORDER}", "REPLY-ORIGINAL-NEEDED"),
    ("report to a customer without the order", VALID / "pacs.002.001.10.xml", "--with pain.002.001.10",
     "REPLY-ORIGINAL-NEEDED"),
    ("report that takes back what is booked", VALID / "pacs.002.001.10.xml",
     f"--with pain.002.001.10 --original {ORDER} --last {GOLDEN / 'order-after-an-earlier-report.xml'}",
     "REPLY-STATUS-GOES-BACK"),
    ("report on another order", VALID / "pacs.002.001.10.xml",
     f"--with pain.002.001.10 --original {VALID / 'pain.008.001.08.xml'}", "REPLY-LINK-MISSING"),
    ("status that nobody knows", INPUTS / "status-request.xml", "--with pacs.002.001.10", "REPLY-STATUS-NOT-KNOWN"),
    ("charges above the amount", CORRESPONDENT, "--with pacs.004.001.09 --reason AC04 --charges 99999",
     "REPLY-AMOUNT-NOT-RETURNABLE"),
]  # fmt: skip


@pytest.mark.parametrize(("source", "call", "code"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED])
def test_what_is_refused_is_said_and_nothing_is_written(
    source: Path, call: str, code: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    output = tmp_path / "answer.xml"
    assert reply(source, *call.split(), "-o", output) == 1
    assert list(tmp_path.iterdir()) == []
    printed = capsys.readouterr()
    assert f" {code}: " in printed.err
    assert "was written" in printed.err
    assert printed.out == ""


WRONG = [
    ("no --with", [ORDER], "--with DEFINITION"),
    ("unknown definition", [ORDER, "--with", "pain.002.001.99"], "known are"),
    ("no definition", [ORDER, "--with", "status"], "no schema"),
    ("others alone", [ORDER, "--with", "pain.002.001.10", "--others", "ACSP"], "--others goes with --transaction"),
    ("transaction alone", [ORDER, "--with", "pain.002.001.10", "--transaction", "1"], "--transaction goes with"),
    (
        "status of a return",
        [SEPA, "--with", "pacs.004.001.09", "--status", "RJCT", "--reason", "AC04"],
        "no place for what --status says",
    ),
    ("charges of a report", [SEPA, "--with", "pacs.002.001.10", "--charges", "1"], "for what --charges says"),
    ("charges in words", [SEPA, "--with", "pacs.004.001.09", "--reason", "AC04", "--charges", "one"], "no amount"),
    ("no file", [INPUTS / "missing.xml", "--with", "pain.002.001.10"], "there is no"),
    ("no bank", [ORDER, "--with", "pain.002.001.10", "--bank", INPUTS], "no bank directory"),
    ("last that is none", [ORDER, "--with", "pain.002.001.10", "--last", INPUTS / "scenarios.none"], "there is no"),
    ("last that is no report", [ORDER, "--with", "pain.002.001.10", "--last", ORDER], "not a report"),
    (
        "last that breaks off",
        [ORDER, "--with", "pain.002.001.10", "--last", ROOT / "samples/unreadable/XML-TRUNCATED.pacs.008.001.08.xml"],
        "cannot be read",
    ),
    ("reason alone", [ORDER, "--with", "pain.002.001.10", "--reason", "AC04"], "--reason goes with --status"),
    ("original of a report", [ORDER, "--with", "pain.002.001.10", "--original", ORDER], "for what --original says"),
    (
        "last of a return",
        [SEPA, "--with", "pacs.004.001.09", "--reason", "AC04", "--last", REPORTED],
        "for what --last says",
    ),
    ("last of a resolution", [RECALL, "--with", "camt.029.001.09", "--last", REPORTED], "for what --last says"),
    (
        "status of what is passed on",
        [VALID / "pacs.002.001.10.xml", "--with", "pain.002.001.10", "--original", ORDER, "--status", "RJCT"],
        "for what --status says",
    ),
    (
        "transaction of what is given again",
        [INPUTS / "status-request.xml", "--with", "pacs.002.001.10", "--status", "ACSP", "--transaction", "1"],
        "for what --transaction says",
    ),
    ("several into a file", [ORDER, SEPA, "--with", "pain.002.001.10", "-o", "one.xml"], "-o FOLDER/"),
]


@pytest.mark.parametrize(("words", "said"), [row[1:] for row in WRONG], ids=[row[0] for row in WRONG])
def test_a_wrong_call_is_told_in_one_line(words: list[object], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert reply(*words) == 2
    printed = capsys.readouterr()
    assert said in printed.err
    assert printed.out == ""


def test_an_answer_goes_to_standard_output_alone(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    assert reply(ORDER, "--with", "pain.002.001.10", "--status", "RCVD") == 0
    assert capfdbinary.readouterr().out == (GOLDEN / "order-received.xml").read_bytes()


def test_many_files_are_answered_into_a_folder_and_not_a_second_time(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "out"
    call = [SEPA, CORRESPONDENT, "--with", "pacs.002.001.10", "--status", "ACSC", "-o", f"{folder}/"]
    assert reply(*call) == 0
    first = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert sorted(first) == ["cbpr-plus.pacs.008.001.08.pacs.002.001.10.xml", "sepa-three.pacs.002.001.10.xml"]
    assert "3 ACSC" in capsys.readouterr().out
    (folder / "sepa-three.pacs.002.001.10.xml").unlink()
    kept = folder / "cbpr-plus.pacs.008.001.08.pacs.002.001.10.xml"
    os.utime(kept, (1, 1))
    assert reply(*call) == 0
    printed = capsys.readouterr().out
    assert "kept" in printed
    assert "written" in printed
    assert kept.stat().st_mtime == 1
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == first


def test_an_unfinished_answer_is_written_anew(tmp_path: Path) -> None:
    (tmp_path / ".sepa-three.pacs.002.001.10.xml.1.tmp").write_text("half")
    assert reply(SEPA, "--with", "pacs.002.001.10", "--status", "ACSC", "-o", tmp_path) == 0
    assert (tmp_path / "sepa-three.pacs.002.001.10.xml").read_bytes().endswith(b"</Document>\n")


def test_two_inputs_of_one_name_are_not_mixed_up(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "in.xml").write_bytes(SEPA.read_bytes())
    call = ["--with", "pacs.002.001.10", "--status", "ACSC", "-o", tmp_path / "out/"]
    assert reply(tmp_path / "a" / "in.xml", tmp_path / "b" / "in.xml", *call[:-1], f"{tmp_path}/out/") == 2
    assert "two inputs would be answered" in capsys.readouterr().err


def test_one_refusal_does_not_hide_the_other_answers(tmp_path: Path) -> None:
    call = ["--with", "pain.002.001.10", "--status", "ACSP", "-o", f"{tmp_path}/"]
    assert reply(INPUTS / "order-without-id.xml", ORDER, *call) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["order-two-payments.pain.002.001.10.xml"]


def test_each_message_of_a_file_is_answered(tmp_path: Path) -> None:
    several = ROOT / "samples" / "envelope" / "several-messages.pacs.008.001.08.pacs.002.001.10.xml"
    assert reply(several, "--with", "pacs.002.001.10", "--status", "ACSC", "-o", f"{tmp_path}/") == 1
    assert len(list(tmp_path.iterdir())) == 1


def test_a_recall_is_answered_and_the_money_sent_in_one_call(tmp_path: Path) -> None:
    call = ["--with", "camt.029.001.09", "--with", "pacs.004.001.09", "--status", "CNCL", "-o", f"{tmp_path}/"]
    assert reply(RECALL, *call) == 0
    names = sorted(path.name for path in tmp_path.iterdir())
    assert names == ["sepa-recall.camt.029.001.09.xml", "sepa-recall.pacs.004.001.09.xml"]
    assert b"<Cd>FOCR</Cd>" in (tmp_path / names[1]).read_bytes()


def test_bytes_of_nobody_leave_a_report_only(tmp_path: Path) -> None:
    assert reply(INPUTS / "broken-without-sender.xml", "--with", "admi.002.001.01", "-o", f"{tmp_path}/") == 1
    (left,) = tmp_path.iterdir()
    assert left.name == "broken-without-sender.xml.report.json"
    assert '"verdict": "unreadable"' in left.read_text("utf-8")


def test_the_bank_directory_says_who_answers(tmp_path: Path) -> None:
    bank = tmp_path / "bank"
    assert main(["init", str(bank), "--bic", "OWNBDEFF"]) == 0
    output = tmp_path / "answer.xml"
    call = ["--with", "pacs.002.001.10", "--status", "RJCT", "--reason", "AC04"]
    assert reply(SEPA, *call, "--bank", bank, "-o", output) == 0
    assert b"<AnyBIC>OWNBDEFF</AnyBIC>" in output.read_bytes()


def test_a_late_return_is_warned_of_and_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = [SEPA, "--with", "pacs.004.001.09", "--reason", "AC04", "-o", tmp_path / "late.xml"]
    assert main(["reply", *map(str, words), "--at", "2026-12-05T10:00:00Z"]) == 0
    assert "REPLY-AFTER-TIME-LIMIT" in capsys.readouterr().err
    # 5 December is a Saturday: the return is settled on Monday
    assert b"<IntrBkSttlmDt>2026-12-07</IntrBkSttlmDt>" in (tmp_path / "late.xml").read_bytes()


@pytest.mark.parametrize(
    ("source", "rows"),
    [
        (CORRESPONDENT, ["pacs.002 (03 to 16)", "pacs.004 (02 to 15)", "camt.056", "sent by the bank that sent"]),
        (ORDER, ["pain.002 (03 to 15)", "an identifier of the message"]),
        (RECALL, ["camt.029 (03 to 14)", "FOCR", "--original FILE"]),
        (INPUTS / "broken-without-id.xml", ["admi.002.001.01", "cannot be read"]),
        (ROOT / "samples/valid/camt.060.001.05.xml", ["camt.053", "wissel statement"]),
        (ROOT / "samples/valid/pacs.007.001.09.xml", ["pacs.004 (02 to 15)", "a reason: --reason CODE"]),
    ],
)
def test_the_list_says_what_is_possible_and_why(
    source: Path, rows: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["reply", str(source), "--list"]) == 0
    printed = capsys.readouterr().out
    assert [row for row in rows if row not in printed] == []


def test_an_answer_to_an_archive_and_standard_input(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    packed = ROOT / "samples" / "envelope" / "packed.pain.001.001.09.pain.008.001.08.tar.gz"
    assert reply(packed, "--with", "pain.002.001.10", "-o", f"{tmp_path}/") == 0
    assert len(list(tmp_path.iterdir())) == 2


def test_of_many_findings_of_one_kind_the_first_are_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = tmp_path / "umlauts.xml"
    source.write_text(
        SEPA.read_text("utf-8").replace("Tulp Bloemen", "Tülp Blömen").replace("Schraubenwerk", "Schräubenwerk"),
        "utf-8",
    )
    assert reply(source, "--with", "pacs.002.001.10", "--status", "ACSC", "-o", tmp_path / "out.xml") == 0
    printed = capsys.readouterr().err
    assert printed.count("warning CHARACTER-NOT-ALLOWED: The") == 3
    assert "CHARACTER-NOT-ALLOWED: 3 more of it" in printed


@pytest.mark.parametrize("output", [[], ["-o", "one.xml"]])
def test_several_answers_never_go_into_one_file(
    output: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    packed = ROOT / "samples" / "envelope" / "packed.pain.001.001.09.pain.008.001.08.tar.gz"
    several = ROOT / "samples" / "envelope" / "several-messages.pacs.008.001.08.pacs.002.001.10.xml"
    assert reply(several, "--with", "pacs.002.001.10", *output) == 2
    assert list(tmp_path.iterdir()) == []
    assert reply(packed, "--with", "pain.002.001.10", *output) == 2
    assert list(tmp_path.iterdir()) == []
    assert "-o FOLDER/" in capsys.readouterr().err


@pytest.mark.parametrize("output", ["last.xml", "./"])
def test_the_last_report_is_not_written_over(
    output: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("last.xml", "order-two-payments.pain.002.001.10.xml"):
        (tmp_path / name).write_bytes(REPORTED.read_bytes())
    last = "last.xml" if output == "last.xml" else "order-two-payments.pain.002.001.10.xml"
    assert reply(ORDER, "--with", "pain.002.001.10", "--status", "ACSC", "--last", last, "-o", output) == 2
    assert capsys.readouterr().out == ""
    assert {path.read_bytes() for path in tmp_path.iterdir()} == {REPORTED.read_bytes()}


def test_a_fault_of_the_original_is_not_repeated_in_its_rejection(tmp_path: Path) -> None:
    """A bank whose BIC is wrong is told so: the answer leaves the BIC out and is written."""
    source, output = tmp_path / "in.xml", tmp_path / "out.xml"
    text = SEPA.read_text("utf-8")
    bic = re.findall("<BICFI>([A-Z0-9]+)</BICFI>", text)[0]
    source.write_text(text.replace(f"<BICFI>{bic}<", f"<BICFI>{bic[:4]}QQ{bic[6:]}<"), "utf-8")
    assert main(["reply", str(source), "--with", "pacs.002.001.10", "--at", MOMENT, "-o", str(output), "-q"]) == 0
    written = output.read_text("utf-8")
    assert "<TxSts>RJCT</TxSts>" in written or "<GrpSts>RJCT</GrpSts>" in written
    assert f"{bic[:4]}QQ" not in written


def test_limits_are_counted_in_the_days_of_the_scheme(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Three days after 23 December, over Christmas: the 29th is in time; so it is by the calendar, not by weekends."""
    source = tmp_path / "in.xml"
    text = SEPA.read_text("utf-8")
    day = re.findall("<IntrBkSttlmDt>(.*?)<", text)[0]
    source.write_text(text.replace(f"<IntrBkSttlmDt>{day}", "<IntrBkSttlmDt>2026-12-23"), "utf-8")
    call = ["reply", str(source), "--with", "pacs.004.001.09", "--reason", "AC04"]
    assert main([*call, "--at", "2026-12-29T10:00:00Z", "-o", str(tmp_path / "in-time.xml")]) == 0
    assert "REPLY-AFTER-TIME-LIMIT" not in capsys.readouterr().err
    assert main([*call, "--at", "2026-12-30T10:00:00Z", "-o", str(tmp_path / "late.xml")]) == 0
    assert "that is until 2026-12-29" in capsys.readouterr().err


def test_the_answer_to_a_recall_is_due_after_the_recall_not_after_settlement(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = re.findall("<CreDtTm>(.{10})", RECALL.read_text("utf-8"))[0]
    call = ["reply", str(RECALL), "--with", "pacs.004.001.09", "--reason", "FOCR"]
    due = last_day("15 banking business days after the request", date.fromisoformat(made))
    assert due is not None
    assert main([*call, "--at", f"{due}T10:00:00Z", "-o", str(tmp_path / "in-time.xml")]) == 0
    assert "REPLY-AFTER-TIME-LIMIT" not in capsys.readouterr().err
    late = due + timedelta(days=7)
    assert main([*call, "--at", f"{late}T10:00:00Z", "-o", str(tmp_path / "late.xml")]) == 0
    assert "REPLY-AFTER-TIME-LIMIT" in capsys.readouterr().err


def test_a_return_is_not_settled_before_its_payment(tmp_path: Path) -> None:
    output = tmp_path / "out.xml"
    debit = VALID / "pacs.003.001.08.xml"
    assert reply(debit, "--with", "pacs.004.001.09", "--reason", "MD01", "-o", output) == 0
    settled = re.findall("<IntrBkSttlmDt>(.*?)<", debit.read_text("utf-8"))[0]
    assert f"<IntrBkSttlmDt>{settled}</IntrBkSttlmDt>" in output.read_text("utf-8")


def test_a_message_without_a_schema_is_rejected_and_never_accepted(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source, output = tmp_path / "in.xml", tmp_path / "out.xml"
    source.write_text(SEPA.read_text("utf-8").replace("pacs.008.001.08", "pacs.008.001.99"), "utf-8")
    assert main(["reply", str(source), "--list"]) == 0
    printed = capsys.readouterr().out
    assert "can only be rejected" in printed
    assert "admi.002.001.01" in printed
    assert reply(source, "--with", "pacs.002.001.10", "--status", "ACSC", "-o", output) == 1
    assert "REPLY-ORIGINAL-UNREADABLE" in capsys.readouterr().err
    assert not output.exists()
    assert reply(source, "--with", "pacs.002.001.10", "-o", output) == 0
    assert "<GrpSts>RJCT</GrpSts>" in output.read_text("utf-8")


def test_an_identifier_that_no_answer_can_repeat_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = tmp_path / "in.xml"
    source.write_text(SEPA.read_text("utf-8").replace(">SEPA-3<", f">{'S' * 36}<"), "utf-8")
    assert reply(source, "--with", "pacs.002.001.10", "-o", tmp_path / "out.xml") == 1
    assert "of 36 characters" in capsys.readouterr().err
