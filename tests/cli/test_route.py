"""``wissel route`` from call to exit code."""

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

from tests.routing.cases import FOLDER
from tests.routing.messages import INSTANT, SEPA, Pay, pain001
from tests.xml.messages import pacs008
from wissel.cli.main import main
from wissel.routing.criteria import CRITERIA

BANK = str(FOLDER / "bank")
AT = "2026-11-23T10:00:00Z"
UNKNOWN = Pay(bic="ZZNOFI20", iban="FI2112345600000785")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "good.xml").write_text(pain001(SEPA, INSTANT), "utf-8")
    (tmp_path / "mixed.xml").write_text(pain001(SEPA, UNKNOWN, Pay("5990.00"), Pay("-1")), "utf-8")
    (tmp_path / "some.xml").write_text(pain001(SEPA, UNKNOWN, Pay("5980.00"), Pay("10.00")), "utf-8")
    return tmp_path


def routed(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = main(["route", *arguments])
    found = capsys.readouterr()
    return code, found.out, found.err


def data(capsys: pytest.CaptureFixture[str], *arguments: str) -> Any:
    return json.loads(routed(capsys, *arguments, "--bank", BANK, "--at", AT, "--format", "json")[1])


GOOD = """\
good.xml
pain.001.001.09
     1  12.50 EUR to ZZLIFR20: sepa-sct, next ZZLIFR20, CLRG on 2026-11-23 over T2-EUR, pacs.008.001.08
     2  12.50 EUR to ZZLIFR20: sepa-sct-inst, next ZZLIFR20, CLRG on 2026-11-23 over T2-EUR, pacs.008.001.08

2 of 2 transactions routed (sepa-sct 1, sepa-sct-inst 1)
"""


def test_a_line_for_each_payment(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert routed(capsys, "good.xml", "--bank", BANK, "--at", AT) == (0, GOOD, "")


SOME = """\
some.xml
pain.001.001.09
     1  12.50 EUR to ZZLIFR20: sepa-sct, next ZZLIFR20, CLRG on 2026-11-23 over T2-EUR, pacs.008.001.08
     2  12.50 EUR to ZZNOFI20: rejected with RC01, CREDITOR-AGENT-UNKNOWN
        No network carries transaction 2; nearest is sepa-sct: ZZNOFI20 is not in the directory of sepa-sct.
     3  5,980.00 EUR to ZZLIFR20: sepa-sct, next ZZLIFR20, CLRG on 2026-11-23 over T2-EUR, pacs.008.001.08
     4  10.00 EUR to ZZLIFR20: rejected with AM04, FUNDS-INSUFFICIENT
        The account DE93999999990000000001 has not 10.00 EUR left, its limit included.

2 of 4 transactions routed (sepa-sct 2); 2 rejected (AM04 1, RC01 1)
"""


def test_what_one_payment_takes_the_next_has_not(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """6,000.00 are there with the limit: 12.50 and 5,980.00 go, the rejected one takes nothing, 10.00 are too much."""
    assert routed(capsys, "some.xml", "--bank", BANK, "--at", AT) == (1, SOME, "")


def test_quiet_shows_only_what_is_rejected(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = routed(capsys, "some.xml", "--bank", BANK, "--at", AT, "--quiet")
    assert code == 1
    assert [line.split()[0] for line in out.splitlines() if line.startswith("     ") and line.strip()[0].isdigit()] == [
        "2",
        "4",
    ]


def test_explain_shows_every_candidate_and_criterion(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = routed(capsys, "good.xml", "--bank", BANK, "--at", AT, "--explain")
    assert code == 0
    rows = [line for line in out.splitlines() if "  yes  " in line or "  NO   " in line]
    assert len(rows) == 2 * 9 * len(CRITERIA)
    assert "                 speed             NO   the payment is instant or nothing (local instrument INST)" in out


def test_explain_says_where_no_network_was_asked(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "closed.xml").write_text(pain001(SEPA, account="DE82999999990000000005"), "utf-8")
    code, out, _ = routed(capsys, "closed.xml", "--bank", BANK, "--at", AT, "--explain")
    assert code == 1
    assert "rejected with AC04, ACCOUNT-CLOSED" in out
    assert "No network was asked" in out


def test_json_has_the_names_of_the_contract(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    whole = data(capsys, "good.xml")
    assert whole["summary"] == {"transactions": 2, "routed": 2, "rejected": 0, "messages_refused": 0}
    assert (whole["format"], whole["bank"], whole["at"]) == (1, "ZZWIDE20", "2026-11-23T10:00:00+00:00")
    (message,) = whole["files"][0]["messages"]
    one, two = message["transactions"]
    assert list(one) == ["transaction", "network", "next_agent", "settlement", "definition", "candidates"]
    assert one["settlement"] == {"method": "CLRG", "date": "2026-11-23", "account": "T2-EUR"}
    assert (two["transaction"], two["network"], two["next_agent"]) == (2, "sepa-sct-inst", "ZZLIFR20")
    for candidate in two["candidates"]:
        assert list(candidate) == ["network", "ok", "criteria"]
        assert [one["criterion"] for one in candidate["criteria"]] == list(CRITERIA)
        assert all(list(one) == ["criterion", "ok", "why"] for one in candidate["criteria"])


def test_json_of_a_rejection_and_of_a_cover(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    account = "CHF-MUSTER"
    abroad = pain001(Pay("10.00", "CHF", "ZZLISG20"), UNKNOWN).replace("<IBAN>DE93999999990000000001</IBAN>", "@")
    (folder / "abroad.xml").write_text(abroad.replace("@", f"<Othr><Id>{account}</Id></Othr>"), "utf-8")
    cover, rejected = data(capsys, "abroad.xml")["files"][0]["messages"][0]["transactions"]
    assert cover["settlement"] == {
        "method": "COVE",
        "date": "2026-11-23",
        "account": "NOSTRO-CHF-ALPEN",
        "instructing_reimbursement_agent": "ZZALCH20",
    }
    assert (cover["next_agent"], cover["cover"]) == ("ZZLISG20", ["ZZALCH20"])
    assert rejected["rejection"]["code"] == "ACCOUNT-CURRENCY-DIFFERS"
    assert (rejected["network"], rejected["settlement"], rejected["candidates"]) == (None, None, [])


def test_lines_of_json(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = routed(capsys, "some.xml", "--bank", BANK, "--at", AT, "--format", "jsonl")
    rows = [json.loads(line) for line in out.splitlines()]
    assert (code, [row["transaction"] for row in rows]) == (1, [1, 2, 3, 4])


def test_a_message_that_is_not_valid_is_not_routed(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = routed(capsys, "mixed.xml", "--bank", BANK, "--at", AT)
    assert code == 1
    assert "line 11: VALUE-RANGE" in out
    assert "0 of 0 transactions routed; 1 message not decided" in out
    whole = data(capsys, "mixed.xml")
    (message,) = whole["files"][0]["messages"]
    assert (message["verdict"], message["transactions"]) == ("invalid", [])
    assert message["findings"]
    code, out, _ = routed(capsys, "mixed.xml", "--bank", BANK, "--at", AT, "--format", "jsonl")
    assert (code, json.loads(out)["verdict"], json.loads(out)["file"]) == (1, "invalid", "mixed.xml")


def test_what_is_no_payment_is_not_routed(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["sample", "camt.053.001.08", "-o", "statement.xml"]) == 0
    capsys.readouterr()
    code, out, _ = routed(capsys, "statement.xml", "--bank", BANK, "--at", AT)
    assert code == 1
    assert "MESSAGE-NOT-ROUTABLE: A camt.053.001.08 is not routed" in out
    (folder / "text.xml").write_text("no xml at all", "utf-8")
    assert routed(capsys, "text.xml", "--bank", BANK, "--at", AT)[0] == 1


def test_payments_between_banks_and_archives(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "pacs.xml").write_text(pacs008(2), "utf-8")
    with zipfile.ZipFile(folder / "both.zip", "w") as archive:
        archive.write("good.xml")
        archive.write("pacs.xml")
    whole = data(capsys, "both.zip")
    assert [one["file"] for one in whole["files"]] == ["both.zip!good.xml", "both.zip!pacs.xml"]
    assert whole["summary"]["transactions"] == 4


def test_the_same_input_gives_the_same_bytes(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for form in ("text", "json", "jsonl"):
        arguments = ("some.xml", "--bank", BANK, "--at", AT, "--explain", "--format", form)
        assert routed(capsys, *arguments) == routed(capsys, *arguments)


def test_the_hash_seed_does_not_show(folder: Path) -> None:
    command = [sys.executable, "-m", "wissel", "route", "some.xml", "--bank", BANK, "--at", AT, "--format", "json"]
    outputs = {
        subprocess.run(command, capture_output=True, check=False, env={**os.environ, "PYTHONHASHSEED": seed}).stdout
        for seed in ("1", "2")
    }
    assert len(outputs) == 1
    assert outputs != {b""}


def test_a_channel_is_held_to_what_it_may(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert routed(capsys, "good.xml", "--bank", BANK, "--at", AT, "--channel", "small")[0] == 0
    (folder / "old.xml").write_text(pain001(SEPA, version="03"), "utf-8")
    code, out, _ = routed(capsys, "old.xml", "--bank", BANK, "--at", AT, "--channel", "small")
    assert (code, "rejected with AG01, CHANNEL-MAY-NOT-SEND" in out) == (1, True)


def test_a_file_to_write_to(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert routed(capsys, "good.xml", "--bank", BANK, "--at", AT, "-o", "out.txt") == (0, "", "")
    assert (folder / "out.txt").read_text("utf-8") == GOOD


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("good.xml",), "missing option '--bank'"),
        (("good.xml", "--bank", "nowhere"), "is no bank directory"),
        (("gone.xml", "--bank", BANK), "there is no 'gone.xml'"),
        ((".", "--bank", BANK), "is a folder"),
        (("good.xml", "--bank", BANK, "--at", "noon"), "'noon' is no time"),
        (("good.xml", "--bank", BANK, "--at", "0001-01-01T00:00:00+14:00"), "a time is of the years 1900 to 9998"),
        (("good.xml", "--bank", BANK, "--at", "9999-12-31T23:59:59-12:00"), "a time is of the years 1900 to 9998"),
        (("good.xml", "--bank", BANK, "--channel", "defalt"), "did you mean 'default'?"),
        (("good.xml", "--bank", BANK, "-o", "good.xml"), "is one of the files"),
    ],
)
def test_wrong_calls(folder: Path, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], said: str) -> None:
    code, out, err = routed(capsys, *arguments)
    assert (code, out) == (2, "")
    assert said in err


def test_a_wrong_bank_directory(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["init", "bank", "--quiet"]) == 0
    with (folder / "bank" / "routes.toml").open("a", encoding="utf-8") as file:
        file.write('\n[[route]]\nname = "wrong"\nnetworks = ["t9"]\n')
    code, out, err = routed(capsys, "good.xml", "--bank", "bank")
    assert (code, out) == (3, "")
    assert "routes.toml:" in err
    assert "t9" in err


def test_the_bank_that_init_makes_routes_at_once(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["init", "bank", "--quiet"]) == 0
    code, out, _ = routed(capsys, "good.xml", "--bank", "bank", "--at", AT, "--channel", "default")
    assert code == 0, out


@pytest.mark.parametrize("at", ["1900-01-01T00:00:00+14:00", "1969-12-31T23:59:59Z", "9998-12-31T23:59:59-12:00"])
def test_the_ends_of_time(folder: Path, capsys: pytest.CaptureFixture[str], at: str) -> None:
    code, out, err = routed(capsys, "good.xml", "--bank", BANK, "--at", at, "--format", "json")
    assert (code, err) == (0, "")
    assert '"network": "sepa-sct"' in out
