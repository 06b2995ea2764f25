"""Files of bookings: what is read, and each way to get one wrong, with its line or place and its reason."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wissel.core.errors import UsageError
from wissel.ledger.bookings import entries_by_account, survey
from wissel.ledger.posting import Detail
from wissel.ledger.seen import Seen

HEAD = (
    "kind,account,currency,booking_date,value_date,amount,side,case,reference,status,reversal,code,batch,end_to_end_id"
)
IBAN = "DE85370501980047110815"
OPENING = f"opening,{IBAN},EUR,2026-11-23,,100.00,,,,,,,,"
SENT = f",{IBAN},EUR,2026-11-23,2026-11-24,-10.50,,sct,R-1,,,,,E-1"
GOT = f",{IBAN},EUR,2026-11-24,,10.00,CRDT,,R-2,,true,PMNT/RCDT/ESCT,,"
CLOSING = f"closing,{IBAN},EUR,2026-11-24,,99.50,,,,,,,,"
GOOD = [HEAD, OPENING, SENT, GOT, CLOSING]


def file(folder: Path, *lines: str) -> Path:
    path = folder / "bookings.csv"
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return path


def test_a_right_file(tmp_path: Path) -> None:
    path = file(tmp_path, "# from the old system", HEAD.replace(",", ";"), *(one.replace(",", ";") for one in GOOD[1:]))
    found = survey(path)
    assert found.findings == ()
    (one,) = found.accounts
    assert (one.account, one.currency, one.decimals, one.count, one.booked) == (IBAN, "EUR", 2, 2, -50)
    assert (one.opening, one.closing, one.first, one.last) == (10_000, 9_950, date(2026, 11, 23), date(2026, 11, 24))
    ((account, entries),) = ((account, list(entries)) for account, entries in entries_by_account(path))
    sent, got = entries
    assert account == IBAN
    assert (sent.amount, sent.case, sent.reference, sent.status) == (-1_050, "sct", "R-1", "BOOK")
    assert (sent.value_date, sent.details) == (date(2026, 11, 24), (Detail(-1_050, {"end_to_end_id": "E-1"}),))
    assert (got.amount, got.code, got.reversal, got.details) == (1_000, ("PMNT", "RCDT", "ESCT"), True, ())


@pytest.mark.parametrize(
    ("lines", "code", "line", "said"),
    [
        ([], "BOOKINGS-UNREADABLE", None, "It has no rows; the first one names the columns."),
        ([HEAD], "BOOKINGS-UNREADABLE", None, "It names no account."),
        ([HEAD.replace("amount", "amont"), OPENING], "BOOKINGS-UNREADABLE", 1, "no column 'amont'; did you mean 'amount'?"),
        ([HEAD.replace("side", "case"), OPENING], "BOOKINGS-UNREADABLE", 1, "The column case stands twice."),
        (["account,currency,amount", "A,EUR,1"], "BOOKINGS-UNREADABLE", 1, "The column booking_date is missing."),
        ([HEAD, OPENING, SENT + ",x"], "BOOKINGS-UNREADABLE", 3, "This row has 15 cells, and the first row 14 names."),
        ([HEAD, OPENING, '"x"y' + SENT], "BOOKINGS-UNREADABLE", 3, "This is no row of a CSV file"),
        ([HEAD, OPENING, SENT.replace("-10.50", "-10,50")], "BOOKINGS-UNREADABLE", 3, "This row has 15 cells"),
        ([HEAD, OPENING, SENT.replace("2026-11-23,", "20261123xx,")], "BOOKING-VALUE-WRONG", 3, "booking_date is '20261123xx'"),
        ([HEAD, OPENING, SENT.replace("2026-11-23,", "2026-W48-1,")], "BOOKING-VALUE-WRONG", 3, "booking_date is '2026-W48-1'"),
        ([HEAD, OPENING, SENT + "x" * 200_000], "BOOKINGS-UNREADABLE", 3, "This line is longer than 200,000 characters."),
        ([HEAD, OPENING, SENT.replace("-10.50", "ten")], "BOOKING-VALUE-WRONG", 3, "amount is 'ten'; an amount is written"),
        ([HEAD, OPENING, SENT.replace("-10.50", "-10.505")], "BOOKING-VALUE-WRONG", 3, "'-10.505'; EUR has 2 decimals"),
        ([HEAD, OPENING, SENT.replace("-10.50", "0.00")], "BOOKING-VALUE-WRONG", 3, "an entry moves something"),
        ([HEAD, OPENING, SENT.replace("-10.50", "")], "BOOKING-VALUE-WRONG", 3, "amount is empty"),
        ([HEAD, OPENING, GOT.replace("CRDT", "credit")], "BOOKING-VALUE-WRONG", 3, "side is 'credit'; it is CRDT or DBIT"),
        ([HEAD, OPENING, GOT.replace(",10.00", ",-10.00")], "BOOKING-VALUE-WRONG", 3, "then the amount has no sign"),
        ([HEAD, OPENING, SENT.replace("2026-11-23", "23.11.2026")], "BOOKING-VALUE-WRONG", 3, "a date is written 2026-11-23"),
        ([HEAD, OPENING, SENT.replace("2026-11-24", "2026-11-31")], "BOOKING-VALUE-WRONG", 3, "value_date is '2026-11-31'"),
        ([HEAD, OPENING, SENT.replace(",sct,", ",sctt,")], "BOOKING-CASE-UNKNOWN", 3, "There is no case 'sctt'."),
        ([HEAD, OPENING, GOT.replace("ESCT", "XXXX")], "BOOKING-VALUE-WRONG", 3, "it is domain/family/sub-family"),
        ([HEAD, OPENING, GOT.replace("true", "yes")], "BOOKING-VALUE-WRONG", 3, "reversal is 'yes'; it is true or false"),
        ([HEAD, OPENING, SENT.replace("R-1,", "R-1,DONE")], "BOOKING-VALUE-WRONG", 3, "it is BOOK, PDNG or INFO"),
        ([HEAD, OPENING, SENT.replace("R-1", "R" * 36)], "BOOKING-VALUE-WRONG", 3, "it has at most 35 characters"),
        ([HEAD, OPENING, SENT.replace("E-1", "E" * 36)], "BOOKING-VALUE-WRONG", 3, "end_to_end_id is 'EEE"),
        ([HEAD, OPENING, SENT.replace("EUR", "USD")], "BOOKING-CURRENCY-DIFFERS", 3, "in USD, and its account is kept in EUR"),
        ([HEAD, OPENING.replace("EUR", "EURO")], "BOOKING-VALUE-WRONG", 2, "currency is 'EURO'"),
        ([HEAD, OPENING.replace("EUR", "XAU")], "BOOKING-VALUE-WRONG", 2, "no payment can be made in it"),
        ([HEAD, OPENING.replace(IBAN, "")], "BOOKING-VALUE-WRONG", 2, "account is empty"),
        ([HEAD, OPENING, SENT, SENT], "BOOKING-REFERENCE-REPEATED", 4, "The reference R-1 stands twice"),
        ([HEAD, SENT, OPENING], "BOOKING-OUT-OF-PLACE", 3, "stands once, before the entries"),
        ([HEAD, OPENING, CLOSING, SENT], "BOOKING-OUT-OF-PLACE", 4, "follows the closing balance"),
        ([HEAD, OPENING, SENT.replace(IBAN, "B"), GOT], "BOOKING-OUT-OF-PLACE", 4, f"rows of account {IBAN} stand apart"),
        ([HEAD, OPENING, SENT, CLOSING], "STATEMENT-NOT-BALANCED", 2, "100.00 and the booked entries -10.50 make 89.50, and"),
        ([HEAD, OPENING.replace("opening", "start")], "BOOKING-VALUE-WRONG", 2, "it is one of entry, opening, closing"),
        ([HEAD, "\0"], "BOOKINGS-UNREADABLE", 2, "This line holds a character that no message can carry."),
    ],
)  # fmt: skip
def test_each_wrong_file(lines: list[str], code: str, line: int | None, said: str, tmp_path: Path) -> None:
    found = survey(file(tmp_path, *lines) if lines else _empty(tmp_path)).findings
    assert [(one.code, one.line) for one in found] == [(code, line)]
    assert said in found[0].message


def _empty(folder: Path) -> Path:
    path = folder / "bookings.csv"
    path.write_bytes(b"")
    return path


def test_all_faults_are_told_at_once_and_not_more_than_a_hundred(tmp_path: Path) -> None:
    wrong = [SENT.replace("sct", "x").replace("R-1", f"R-{number}") for number in range(150)]
    found = survey(file(tmp_path, HEAD, OPENING, *wrong)).findings
    assert len(found) == 100
    assert [one.line for one in found[:3]] == [3, 4, 5]


def test_bytes_that_are_no_text(tmp_path: Path) -> None:
    path = tmp_path / "bookings.csv"
    path.write_bytes(HEAD.encode() + b"\n\xff\n")
    assert [one.message for one in survey(path).findings] == ["It is not UTF-8 text."]


def test_a_batch_is_one_entry(tmp_path: Path) -> None:
    rows = [f",{IBAN},EUR,2026-11-23,,-{amount}.00,,sct,,,,,B-1,E-{amount}" for amount in (1, 2, 3)]
    path = file(tmp_path, HEAD, OPENING, *rows, SENT)
    ((_, entries),) = ((account, list(entries)) for account, entries in entries_by_account(path))
    assert [entry.amount for entry in entries] == [-600, -1_050]
    assert [detail.amount for detail in entries[0].details] == [-100, -200, -300]
    other = rows[1].replace("2026-11-23", "2026-11-24")
    (fault,) = survey(file(tmp_path, HEAD, OPENING, rows[0], other)).findings
    assert fault.message == "booking_date is '2026-11-24', and the batch began with '2026-11-23'."


JSON: dict[str, Any] = {
    "accounts": [
        {
            "account": IBAN,
            "currency": "EUR",
            "owner": "Anna",
            "opening": 100.00,
            "closing": "89.5",
            "first": "2026-11-20",
            "last": "2026-11-23",
            "entries": [
                {"booking_date": "2026-11-23", "amount": -10.5, "case": "sct", "details": [{"end_to_end_id": "E-1"}]},
                {"booking_date": "2026-11-23", "details": [{"amount": -1}, {"amount": 1.0}, {"amount": "2"}]},
                {"booking_date": "2026-11-23", "amount": "-2.00", "reversal": True, "remittance": "x"},
            ],
        }
    ]
}


def as_json(folder: Path, values: object) -> Path:
    path = folder / "bookings.json"
    path.write_text(json.dumps(values), "utf-8")
    return path


def test_json_says_the_same(tmp_path: Path) -> None:
    path = as_json(tmp_path, JSON)
    found = survey(path)
    assert found.findings == ()
    (one,) = found.accounts
    assert (one.opening, one.closing, one.first, one.owner) == (10_000, 8_950, date(2026, 11, 20), "Anna")
    ((_, entries),) = ((account, list(entries)) for account, entries in entries_by_account(path))
    assert [(entry.amount, len(entry.details), entry.reversal) for entry in entries] == [
        (-1_050, 1, False), (200, 3, False), (-200, 1, True),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("change", "path", "said"),
    [
        ({"accounts": {}}, "accounts", "Here a list is expected."),
        ({"account": []}, None, "There is no name 'account'; did you mean 'accounts'?"),
        ([], None, "Here an object is expected."),
        ({"accounts": [{"account": "A", "currency": "EUR", "entries": [{"amout": 1}]}]}, "accounts[1].entries[1]", "'amount'?"),
        ({"accounts": [{"account": "A", "currency": None}]}, "accounts[1].currency", "a text or a number is expected"),
        ({"accounts": [{"account": "A", "currency": "EUR", "entries": [{"amount": 1}]}]}, "accounts[1].entries[1]",
         "booking_date is empty"),
    ],
)  # fmt: skip
def test_each_wrong_json(change: object, path: str | None, said: str, tmp_path: Path) -> None:
    (fault, *_) = survey(as_json(tmp_path, change)).findings
    assert fault.path == path
    assert said in fault.message


def test_json_that_is_none(tmp_path: Path) -> None:
    path = tmp_path / "bookings.json"
    path.write_text('{"accounts": [\n}', "utf-8")
    assert [(one.line, one.message) for one in survey(path).findings] == [(2, "This is no JSON: Expecting value.")]
    path.write_text("[" * 100_000, "utf-8")
    assert [one.message for one in survey(path).findings] == ["It is nested too deeply."]


@given(st.text(max_size=300))
def test_whatever_stands_in_a_file_the_answer_is_findings(text: str) -> None:
    from tempfile import TemporaryDirectory

    with TemporaryDirectory() as folder:
        for name, data in (("b.csv", text), ("c.csv", f"{HEAD}\n{OPENING}\n{text}"), ("d.json", text)):
            path = Path(folder) / name
            path.write_text(data, "utf-8", errors="surrogatepass")
            survey(path)


@given(st.lists(st.text(max_size=4)))
def test_what_came_before_is_known(texts: list[str]) -> None:
    seen, before = Seen(), set()
    for text in texts:
        assert seen.again(text) == (text in before)
        before.add(text)


def test_nothing_in_a_quoted_cell_is_a_comment(tmp_path: Path) -> None:
    rows = (
        f"{HEAD},remittance",
        f"{OPENING},",
        "# left out",
        f'{SENT},"Invoice\n#42\n# and more"',
        "# left out",
        f"{GOT},",
    )
    path = file(tmp_path, *rows)
    assert survey(path).findings == ()
    ((_, entries),) = ((account, list(some)) for account, some in entries_by_account(path))
    assert entries[0].details[0].values["remittance"] == "Invoice\n#42\n# and more"
    assert len(entries) == 2


def test_entries_without_references_get_others_on_other_days(tmp_path: Path) -> None:
    """Files of two days each begin with entry 1; the same entry in two files of a day is the same."""

    def references(*rows: str) -> list[str]:
        ((_, entries),) = ((account, list(some)) for account, some in entries_by_account(file(tmp_path, HEAD, *rows)))
        return [entry.reference for entry in entries]

    monday = SENT.replace("R-1", "")
    tuesday = monday.replace("2026-11-23,2026-11-24", "2026-11-24,2026-11-24")
    assert references(monday) == references(monday, monday)[:1]
    assert references(monday) != references(tuesday)


@pytest.mark.parametrize("details", [[{"amount": "-9.00"}], [{"amount": "-4.00"}, {"amount": "-5.00"}]])
def test_an_entry_of_json_is_the_sum_of_its_transactions(details: list[dict[str, str]], tmp_path: Path) -> None:
    entry = {"booking_date": "2026-11-23", "amount": "-10.00", "details": details}
    account = {"account": IBAN, "currency": "EUR", "opening": "100.00", "first": "2026-11-23", "entries": [entry]}
    (fault,) = survey(as_json(tmp_path, {"accounts": [account]})).findings
    assert (fault.code, fault.message) == ("BOOKING-VALUE-WRONG", "amount is '-10.00'; its transactions make -9.00.")
    entry["amount"] = "-9.00"
    assert survey(as_json(tmp_path, {"accounts": [account]})).findings == ()


def test_a_name_that_stands_twice_in_json(tmp_path: Path) -> None:
    path = tmp_path / "bookings.json"
    path.write_text('{"accounts": [{"account": "A", "currency": "EUR", "opening": "1", "opening": "2"}]}', "utf-8")
    (fault,) = survey(path).findings
    assert fault.message == "The name 'opening' stands twice in one object."


def test_a_file_that_is_another_one_by_now(tmp_path: Path) -> None:
    path = file(tmp_path, HEAD, SENT.replace("-10.50", "ten"))
    with pytest.raises(UsageError, match="the bookings changed while they were read"):
        _ = [list(some) for _, some in entries_by_account(path)]
