"""``wissel statement``: what is written where, what is refused, and the exit codes."""

import sqlite3
from datetime import UTC, date, datetime
from errno import ENOSPC
from pathlib import Path

import pytest

from tests.databases import database
from wissel.cli.main import main
from wissel.engine.bank.files import load_bank
from wissel.engine.bank.init import example_account, init_bank
from wissel.engine.statements.of_ledger import open_ledger
from wissel.ledger.books import post
from wissel.ledger.posting import Leg, PostingSet

FIRST, AT = example_account("DE", 1), "2026-11-23T20:00:00Z"
DAY = date(2026, 11, 23)
BOOKINGS = """\
kind,account,currency,booking_date,amount,case,reference
opening,DE85370501980047110815,EUR,2026-11-23,10.00,,
,DE85370501980047110815,EUR,2026-11-23,-1.00,sct,R-1
"""


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Path("bookings.csv").write_text(BOOKINGS, "utf-8")
    return tmp_path


@pytest.fixture
def bank() -> Path:
    init_bank(Path("bank"))
    return Path("bank")


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = main(["statement", *arguments])
    out, err = capsys.readouterr()
    return code, out, err


def test_all_accounts_go_to_a_folder_once(bank: Path, capsys: pytest.CaptureFixture[str]) -> None:
    call = ["--bank", "bank", "--all", "--type", "camt.053", "--at", AT, "-o", "out/"]
    code, out, err = run(capsys, *call)
    assert code == 0
    names = sorted(path.name for path in Path("out").iterdir())
    assert len(names) == 6
    assert f"{FIRST}.camt.053.001.08.20261123.xml" in names
    assert "number 1, 2026-11-23, 0 entries, 12500.00 to 12500.00 EUR" in out
    assert f"{FIRST}: info STATEMENT-WITHOUT-ENTRIES: Account {FIRST} has no entries (2026-11-23)." in err
    before = {path: path.read_bytes() for path in Path("out").iterdir()}
    Path(f"out/{names[0]}").unlink()
    code, out, _ = run(capsys, *call)
    assert (code, out.count("kept "), out.count("written ")) == (0, 5, 1)
    assert {path: path.read_bytes() for path in Path("out").iterdir()} == before


def test_the_next_day_has_the_next_number(bank: Path, capsys: pytest.CaptureFixture[str]) -> None:
    call = ["--bank", "bank", "--account", FIRST, "--type", "camt.053", "--quiet"]
    for day, number, first in (("23", 1, "23"), ("24", 2, "24"), ("26", 3, "25"), ("24", 2, "24")):
        code, out, _ = run(capsys, *call, "--to", f"2026-11-{day}", "--at", f"2026-11-{day}T20:00:00Z")
        assert code == 0
        assert f"<ElctrncSeqNb>{number}</ElctrncSeqNb>" in out
        assert f"<FrDtTm>2026-11-{first}T00:00:00+01:00</FrDtTm>" in out


def test_a_report_for_an_earlier_moment_is_refused(bank: Path, capsys: pytest.CaptureFixture[str]) -> None:
    call = ["--bank", "bank", "--account", FIRST, "--type", "camt.052", "-o", "out/", "--at"]
    assert run(capsys, *call, "2026-11-23T12:00:00Z")[0] == 0
    code, _, err = run(capsys, *call, "2026-11-23T11:00:00Z")
    assert code == 1
    assert "error STATEMENT-OUT-OF-ORDER: The last one was made at 2026-11-23T12:00:00+00:00, after" in err
    assert len(list(Path("out").iterdir())) == 1


def test_nothing_to_notify_writes_nothing(bank: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capsys, "--bank", "bank", "--account", FIRST, "--type", "camt.054", "--at", AT)
    assert (code, out) == (0, "")
    assert "STATEMENT-WITHOUT-ENTRIES" in err


def test_from_bookings_to_standard_output_a_file_and_a_page(capsys: pytest.CaptureFixture[str]) -> None:
    call = ["--bookings", "bookings.csv", "--type", "camt.053", "--at", AT]
    code, out, _ = run(capsys, *call)
    assert code == 0
    assert run(capsys, *call, "-o", "statement.xml")[0] == 0
    assert Path("statement.xml").read_text("utf-8") == out
    code, page, _ = run(capsys, *call, "--format", "html")
    assert code == 0
    assert "<h1>Statement of account</h1>" in page
    assert "default-src &#x27;none&#x27;" in page or "default-src 'none'" in page
    assert not [word for word in ("http://", "https://", "<script", "<img") if word in page]


def test_what_is_wrong_is_told_with_its_line_and_nothing_is_written(capsys: pytest.CaptureFixture[str]) -> None:
    Path("bookings.csv").write_text(BOOKINGS.replace("-1.00", "-1.005"), "utf-8")
    code, out, err = run(capsys, "--bookings", "bookings.csv", "--type", "camt.053", "-o", "s.xml", "--at", AT)
    assert (code, out) == (1, "")
    assert "bookings.csv:3: error BOOKING-VALUE-WRONG: amount is '-1.005'; EUR has 2 decimals." in err
    assert not Path("s.xml").exists()


@pytest.mark.parametrize(
    ("text", "more", "code"),
    [
        (BOOKINGS.replace("opening", ""), [], "BOOKINGS-WITHOUT-OPENING"),
        (BOOKINGS, ["--from", "2026-11-24", "--to", "2026-11-25"], "BOOKING-OUT-OF-PLACE"),
        (BOOKINGS.replace("reference", "status").replace("R-1", "PDNG"), [], "STATEMENT-ENTRY-NOT-BOOKED"),
        (BOOKINGS.replace("sct,R-1", 'sct,"R\x011"'), [], "BOOKINGS-UNREADABLE"),
    ],
)
def test_what_makes_no_statement(text: str, more: list[str], code: str, capsys: pytest.CaptureFixture[str]) -> None:
    Path("bookings.csv").write_text(text, "utf-8")
    found, out, err = run(capsys, "--bookings", "bookings.csv", "--type", "camt.053", "--at", AT, *more)
    assert (found, out) == (1, "")
    assert f"error {code}: " in err


def test_what_validation_refuses_is_not_written(capsys: pytest.CaptureFixture[str]) -> None:
    text = BOOKINGS.replace("reference", "reference,uetr").replace("R-1", "R-1,no-uetr").replace("10.00,,", "10.00,,,")
    Path("bookings.csv").write_text(text, "utf-8")
    code, _, err = run(capsys, "--bookings", "bookings.csv", "--type", "camt.053", "--at", AT, "-o", "s.xml")
    assert code == 1
    assert "at /Document/BkToCstmrStmt/Stmt[1]/Ntry[1]/NtryDtls[1]/TxDtls[1]/Refs/UETR" in err
    assert not Path("s.xml").exists()


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (["--type", "camt.053"], "say where the entries are: --bank DIR, or --bookings FILE"),
        (["--bookings", "bookings.csv"], "say what to write: --type"),
        (["--bookings", "bookings.csv", "--type", "camt.05"], "camt.05"),
        (["--bookings", "bookings.csv", "--type", "pain.001.001.09"], "pain.001.001.09 is no statement"),
        (["--bookings", "bookings.csv", "--type", "camt.053.001.01"], "statements are written from version 02 on"),
        (["--bookings", "bookings.csv", "--type", "camt.053", "--account", "A"], "leave out --account and --all"),
        (["--bookings", "bookings.csv", "--type", "camt.053", "--only", "credit"], "only notifications (camt.054)"),
        (["--bookings", "bookings.csv", "--type", "camt.053", "--market", "XX"], "there is no market 'XX'; known are DE"),
        (["--bookings", "bookings.csv", "--type", "camt.053", "--guideline", "x"], "there is no guideline 'x'"),
        (["--bookings", "bookings.csv", "--type", "camt.053", "--page-entries", "2"], "pages go to a folder: -o FOLDER/"),
        (["--bookings", "bookings.csv", "--type", "camt.053", "-o", "bookings.csv"], "would overwrite it"),
        (["--bookings", "/dev/null", "--type", "camt.053"], "'/dev/null' is no file: bookings are gone over twice"),
        (["--bookings", "bookings.csv", "--type", "camt.053", "--to", "20261123xx"], "'20261123xx' is no date"),
        (["--bookings", "none.csv", "--type", "camt.053"], "there is no 'none.csv'"),
        (["--bank", "bank", "--type", "camt.053"], "say whose statement: --account ID, or --all"),
        (["--bank", "bank", "--type", "camt.053", "--account", "X"], "accounts.csv has no account 'X'"),
        (["--bank", "bank", "--type", "camt.052", "--all"], "wants camt.052: see the column statements"),
        (["--bank", "bank", "--type", "camt.053", "--all"], "several statements go to a folder: -o FOLDER/"),
        (["--bank", "bank", "--type", "camt.053", "--account", FIRST, "--number", "1"], "has no camt.053 number 1"),
        (["--bank", "bank", "--type", "camt.053", "--all", "--number", "1"], "leave out --all, --from and --to"),
        (["--bank", "bank", "--type", "camt.053", "--account", FIRST, "--to", "2026-11-24"], "the day on which the"),
        (["--bank", "bank", "--type", "camt.053", "--account", FIRST, "--from", "2026-11-24", "--to", "2026-11-23"],
         "the days end (2026-11-23) before they begin"),
        (["--bank", "bank", "--type", "camt.052", "--account", FIRST, "--to", "2026-11-23"], "leave out --from and --to"),
    ],
)  # fmt: skip
def test_wrong_calls(call: list[str], said: str, bank: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capsys, *call, "--at", AT)
    assert (code, out) == (2, "")
    assert said in err


def test_a_database_that_cannot_be_used_is_exit_code_three(bank: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("bank/wissel.db").write_bytes(b"no database at all" * 100)
    code, _, err = run(capsys, "--bank", "bank", "--account", FIRST, "--type", "camt.053", "--at", AT)
    assert code == 3
    assert "not a database" in err


def test_entries_that_changed_since_are_noticed(bank: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Triggers keep that out; whoever drops them first is found out."""
    call = ["--bank", "bank", "--account", FIRST, "--type", "camt.053", "--at", AT, "-q"]
    assert run(capsys, *call)[0] == 0
    engine = open_ledger(load_bank(bank))
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP TRIGGER ledger_statement_no_update")
        connection.exec_driver_sql("UPDATE ledger_statement SET digest = 'other'")
    engine.dispose()
    code, out, err = run(capsys, *call)
    assert (code, out) == (1, "")
    assert "STATEMENT-CHANGED: Statement 1 of" in err


def test_a_database_on_a_server_gives_the_same_bytes(
    bank: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    call = ["--bank", "bank", "--account", FIRST, "--type", "camt.053", "--at", AT, "-q"]
    expected = run(capsys, *call)
    with database("postgresql", tmp_path) as url:
        text = (bank / "wissel.toml").read_text("utf-8")
        (bank / "wissel.toml").write_text(text.replace("[settings]\n", f'[settings]\ndatabase = "{url}"\n'), "utf-8")
        assert run(capsys, *call) == expected
        assert run(capsys, *call) == expected


def test_a_report_that_got_lost_is_made_again_by_its_number(
    bank: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A number is kept before the file is in its place: stopped in between, a later report would leave a gap."""
    call = ["--bank", "bank", "--account", FIRST, "--type", "camt.052"]

    def full(*_arguments: object) -> None:
        raise OSError(ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("wissel.cli.statement_run.deliver", full)
        code, _, err = run(capsys, *call, "-o", "out/", "--at", "2026-11-23T12:00:00Z")
        assert (code, list(Path("out").iterdir())) == (3, [])
        assert "No space left on device" in err
    code, out, _ = run(capsys, *call, "-o", "out/", "--at", "2026-11-23T13:00:00Z")
    assert "number 2," in out
    code, out, _ = run(capsys, *call, "-o", "out/", "--number", "1")
    assert (code, out.count("number 1,")) == (0, 1)
    names = [path.name for path in sorted(Path("out").iterdir())]
    assert names == [f"{FIRST}.camt.052.001.08.20261123T1{hour}0000.xml" for hour in "23"]
    assert "kept " in run(capsys, *call, "-o", "out/", "--number", "2")[1]


def test_a_number_beyond_all_is_refused(bank: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = run(capsys, "--bank", "bank", "--account", FIRST, "--type", "camt.053", "--number", "9" * 20)
    assert (code, "is not in the range" in err) == (2, True)


def test_two_at_once_make_one_statement(
    bank: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The one that comes second finds its number taken, and gives what the first one made."""
    from wissel.engine.statements import files as statement_files

    made, call = statement_files.made, ["--bank", "bank", "--account", FIRST, "--type", "camt.053", "--at", AT]
    first: list[tuple[int, str, str]] = []

    def late(*arguments: object) -> object:
        monkeypatch.setattr(statement_files, "made", made)
        first.append(run(capsys, *call))
        return made(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(statement_files, "made", late)
    assert run(capsys, *call) == first[0]
    assert "<ElctrncSeqNb>1</ElctrncSeqNb>" in first[0][1]


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE ledger_leg SET amount = amount + 1 WHERE account = '{account}'",
        "UPDATE ledger_leg SET balance = balance - 1 WHERE account = '{account}'",
        "DELETE FROM ledger_leg WHERE account = '{account}' AND sequence = 1",
        "DELETE FROM ledger_seal",
    ],
)
def test_books_that_were_tampered_with_make_no_statement(
    change: str, bank: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    engine = open_ledger(load_bank(bank))
    with engine.begin() as connection:
        legs = (Leg(FIRST, "EUR", -100, DAY), Leg("T2-EUR", "EUR", 100, DAY))
        post(connection, PostingSet("one", datetime(2026, 11, 23, tzinfo=UTC), DAY, legs))
    engine.dispose()
    raw = sqlite3.connect("bank/wissel.db")  # foreign keys are not kept by it
    for table in ("leg", "seal"):
        for event in ("update", "delete"):
            raw.execute(f"DROP TRIGGER ledger_{table}_no_{event}")
    raw.execute(change.format(account=FIRST))
    raw.commit()
    raw.close()
    code, out, err = run(capsys, "--bank", "bank", "--account", FIRST, "--type", "camt.053", "--at", AT)
    assert (code, out) == (1, "")
    assert "error LEDGER-NOT-SOUND: The entries of" in err


def test_columns_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "--columns")
    assert code == 0
    assert "  booking_date" in out
    assert "  end_to_end_id             reference that the debtor gave" in out
