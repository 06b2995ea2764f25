"""``wissel status``, ``shunt`` and ``journal`` from call to exit code."""

import sqlite3
from pathlib import Path

import pytest

from tests.cli.banks import INSTANT, SEPA, data, drop, new_bank, order, process, run
from tests.engine.interbank import returned, uetr


@pytest.fixture
def bank(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    made = new_bank(tmp_path, capsys)
    drop(made, "a.xml", order(SEPA, INSTANT))
    drop(made, "b.xml", order(SEPA, name="LATER", requested="2026-12-01"))
    drop(made, "c.xml", "x")
    process(capsys, made)
    return made


# --- status ---


def test_status_says_how_it_stands(bank: Path, capsys: pytest.CaptureFixture[str]) -> None:
    drop(bank, "d.xml", order(name="D"))
    found = data(capsys, "status", "--bank", bank)
    assert found["sound"] is True
    assert found["owner"] is None
    assert found["waiting"] == {"default": 1}
    assert (found["done"], found["failed"], found["shunt"]) == (2, 1, 0)
    assert found["records"] == {"accepted": 2, "failed": 1, "shunted": 0, "open": 0}
    assert [one["transactions"] for one in found["warehouse"]] == [1]
    assert found["warehouse"][0]["due"].startswith("2026-1")
    assert (found["unanswered"]["count"], found["unanswered"]["first"][0]["network"]) == (1, "sepa-sct-inst")
    assert found["books"] == {"CHF": 0, "EUR": 0, "GBP": 0, "USD": 0}


def test_status_for_a_person(bank: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capsys, "status", "--bank", bank)
    assert (code, err) == (0, "")
    said = dict(line.split("  ", 1) for line in out.splitlines()[1:] if "  " in line)
    assert out.splitlines()[0] == "Wissel Example Bank (ZZWIDE20)"
    assert said["at work"].strip() == "nobody"
    assert said["warehouse"].strip().startswith("1 transaction, the first due 2026-1")
    assert said["unanswered"].strip().startswith("1 payment since 2026-11-23 10:00 UTC: sepa-sct-inst ")
    assert said["books"].strip() == "sum to CHF 0.00, EUR 0.00, GBP 0.00, USD 0.00"
    assert said["journal"].strip() == "3 records (2 accepted, 1 failed), 6 entries"


def test_status_names_what_waits_between_banks(bank: Path, capsys: pytest.CaptureFixture[str]) -> None:
    drop(bank, "e.xml", returned("T-1", "25.00", "NOPE", TxId="NOPE", UETR=uetr(5)), "interbank")
    process(capsys, bank)
    (waits,) = data(capsys, "status", "--bank", bank)["between_banks"]
    assert (waits["waits_for"], waits["count"], waits["first"][0]["uetr"]) == ("return", 1, uetr(5))
    said = " ".join(run(capsys, "status", "--bank", bank)[1].split())
    assert f"money held 1 return that nobody is credited with since 2026-11-23 10:00 UTC: {uetr(5)} EUR 25.00" in said


# --- shunt ---


def shunted(bank: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """An instant payment whose network wants signatures, and there is no key."""
    main = bank / "wissel.toml"
    main.write_text(main.read_text("utf-8") + '\n[network.sepa-sct-inst]\nsignature_profile = "enveloped"\n', "utf-8")
    drop(bank, "s.xml", order(INSTANT, name="SIGNED"))
    assert process(capsys, bank)[0] == 1


def test_what_was_set_aside_is_listed_and_tried_again(bank: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shunted(bank, capsys)
    code, out, _ = run(capsys, "shunt", "list", "--bank", bank)
    assert code == 0
    assert out.splitlines()[1].startswith("s.xml  default  2026-11-23 10:00:00  messages to sepa-sct-inst are signed")
    assert run(capsys, "status", "--bank", bank)[0] == 1
    main = bank / "wissel.toml"
    main.write_text(main.read_text("utf-8").replace('\nsignature_profile = "enveloped"\n', "\n"), "utf-8")
    code, out, _ = run(capsys, "shunt", "retry", "s.xml", "--bank", bank)
    assert (code, out) == (0, f"s.xml is in {bank}/in/default/ again, as s.xml\n")
    assert process(capsys, bank)[0] == 0
    assert data(capsys, "shunt", "list", "--bank", bank)["files"] == []
    assert data(capsys, "status", "--bank", bank)["sound"] is True


def test_all_of_them(bank: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, "shunt", "retry", "--all", "--bank", bank) == (0, "nothing was set aside\n", "")
    shunted(bank, capsys)
    assert run(capsys, "shunt", "retry", "--all", "--bank", bank)[0] == 0
    assert (bank / "in/default/s.xml").is_file()


def test_a_wrong_name_is_2(bank: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shunted(bank, capsys)
    code, _, err = run(capsys, "shunt", "retry", "../failed/c.xml", "--bank", bank)
    assert (code, "no file '../failed/c.xml' was set aside" in err) == (2, True)
    code, _, err = run(capsys, "shunt", "retry", "S.xml", "--bank", bank)
    assert (code, "did you mean 's.xml'?" in err) == (2, True)
    assert run(capsys, "shunt", "retry", "--bank", bank)[0] == 2
    assert run(capsys, "shunt", "retry", "s.xml", "--all", "--bank", bank)[0] == 2


# --- journal ---


def test_a_sound_journal_says_its_tip(bank: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "journal", "verify", "--bank", bank)
    first, books, second = out.splitlines()
    assert books == "books: 15 postings, 32 legs, 0 statements"
    assert (code, first) == (0, "sound: 6 entries, 3 records")
    tip = second.removeprefix("tip ")
    assert len(tip) == 64
    process(capsys, bank)
    drop(bank, "d.xml", order(name="D"))
    process(capsys, bank)
    assert run(capsys, "journal", "verify", "--bank", bank, "--tip", tip)[0] == 0
    code, out, _ = run(capsys, "journal", "verify", "--bank", bank, "--tip", "0" * 64)
    assert (code, out.splitlines()[0]) == (1, f"fault: no entry has the hash {'0' * 64}")


def test_a_journal_that_was_changed_is_not_sound(bank: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with sqlite3.connect(bank / "wissel.db") as database:
        triggers = database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for (name,) in triggers:
            database.execute(f"DROP TRIGGER {name}")
        database.execute("UPDATE journal_outcome SET verdict = 'accepted' WHERE record = 3")
    database.close()
    code, out, _ = run(capsys, "journal", "verify", "--bank", bank)
    assert code == 1
    assert out.startswith("fault: what follows from record 3 is not what entry ")
    assert "NOT SOUND: " in out
    assert data(capsys, "journal", "verify", "--bank", bank)["sound"] is False


def test_the_latest_records_are_listed(bank: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "journal", "list", "--bank", bank)
    rows = [line.split() for line in out.splitlines()]
    assert code == 0
    assert [row[0] for row in rows] == ["record", "1", "2", "3"]
    assert rows[2][:8] == ["2", "2026-11-23", "10:00:00", "default", "b.xml", "accepted", "1", "waiting"]
    listed = data(capsys, "journal", "list", "--bank", bank, "--last", "2")["records"]
    assert [(one["record"], one["verdict"], one["counts"]) for one in listed] == [
        (2, "accepted", {"waiting": 1}), (3, "failed", {"unreadable": 1}),
    ]  # fmt: skip
