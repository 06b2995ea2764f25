"""``wissel calendar`` from call to exit code."""

import json
from pathlib import Path

import pytest

from wissel.cli.main import main


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = main(["calendar", *arguments])
    said = capsys.readouterr()
    return code, said.out, said.err


def test_all_networks(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys)
    assert code == 0
    rows = [line.split() for line in out.splitlines()]
    assert [row[0] for row in rows] == [
        "network", "book", "cbpr-plus", "cbpr-plus-cover", "chaps", "fednow", "fedwire", "sepa-sct", "sepa-sct-inst",
        "t2",
    ]  # fmt: skip
    assert rows[-1][:8] == ["t2", "EUR", "target", "Europe/Berlin", "02:30", "17:00", "18:00", "T2"]
    assert "21:00 day before" in out


def test_a_network_in_a_year(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "fedwire", "--year", "2026")
    assert code == 0
    lines = out.splitlines()
    assert lines[0] == "fedwire  Fedwire Funds Service"
    assert "  opens      21:00 on the calendar day before" in lines
    assert "  customer   until 18:45" in lines
    assert "Closed in 2026, beside Saturdays and Sundays" in lines
    assert "  2026-11-26  Thursday   Thanksgiving Day" in lines
    assert not any("2026-07-04" in line for line in lines)  # a Saturday
    assert "251 business days." in lines
    assert [line.split() for line in lines[-3:]] == [
        ["2026-01-02", "2026-03-06", "02:00", "23:45", "00:00+1"],
        ["2026-03-09", "2026-10-30", "01:00", "22:45", "23:00"],
        ["2026-11-02", "2026-12-31", "02:00", "23:45", "00:00+1"],
    ]


def test_a_network_that_never_closes(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = run(capsys, "sepa-sct-inst", "--year", "2028")
    assert "Closed in 2028\n  never\n" in out
    assert "366 business days.\n" in out
    assert "  cut-offs  none: the business day ends at midnight\n" in out
    assert "2028-01-01  2028-03-26  23:00-1\n" in out


def test_what_is_uncertain_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = run(capsys, "sepa-sct", "--year", "2027")
    assert "  customer   until 16:30 (uncertain; set it in the bank's configuration)\n" in out
    assert "2027-03-30  2027-03-30  20:30" in out  # opened on the Thursday before Easter, before clocks were changed
    _, out, _ = run(capsys, "t2", "--year", "2027")
    assert "  customer   until 17:00\n" in out


def test_the_days_of_a_currency(capsys: pytest.CaptureFixture[str]) -> None:
    _, dollar, _ = run(capsys, "cbpr-plus", "--currency", "USD", "--year", "2026")
    _, yen, _ = run(capsys, "cbpr-plus", "--currency", "JPY", "--year", "2026")
    assert "Thanksgiving Day" in dollar
    assert "  by currency  EUR target, USD fedwire, GBP chaps; all others weekdays\n" in dollar
    assert "  no other day that is known\n" in yen
    code, _, err = run(capsys, "t2", "--currency", "USD")
    assert (code, err) == (2, "wissel: t2 takes EUR, not 'USD'\n")


def test_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "t2", "--year", "2026", "--format", "json")
    value = json.loads(out)
    assert code == 0
    assert value["calendar"] == "target"
    assert value["cut_offs"] == {
        "customer": {"at": "17:00:00", "on": "same"}, "interbank": {"at": "18:00:00", "on": "same"},
    }  # fmt: skip
    assert value["facts"]["cut_offs"]["confidence"] == "high"
    assert value["closed"][1] == {"date": "2026-04-03", "weekday": "Friday", "name": "Good Friday"}
    assert value["closed_weekdays"] == ["Saturday", "Sunday"]
    assert value["business_days"] == 256
    assert value["utc"][1] == {
        "first": "2026-03-30", "last": "2026-10-23", "opens": "00:30",
        "cut_offs": {"customer": "15:00", "interbank": "16:00"}, "cycles": [],
    }  # fmt: skip
    _, out, _ = run(capsys, "--format", "json")
    assert [one["network"] for one in json.loads(out)][-1] == "t2"


def test_this_year_without_one(capsys: pytest.CaptureFixture[str]) -> None:
    from wissel.core.clock import system_clock, today

    _, out, _ = run(capsys, "t2")
    assert f"Closed in {today(system_clock).year}, " in out


def test_the_networks_of_a_bank(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    bank = tmp_path / "bank"
    assert main(["init", str(bank)]) == 0
    capsys.readouterr()
    code, out, _ = run(capsys, "--bank", str(bank), "--format", "json")
    assert code == 0
    assert "sepa-sct" in [one["network"] for one in json.loads(out)]


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["fedwir"], "there is no network 'fedwir'; did you mean 'fedwire'?"),
        (["moon"], "there is no network 'moon'; known are book, cbpr-plus, "),
        (["t2", "--year", "1999"], "invalid value for '--year'"),
        (["t2", "--bank", "nowhere"], "'nowhere' is no bank directory"),
    ],
)
def test_wrong_calls(capsys: pytest.CaptureFixture[str], arguments: list[str], complaint: str) -> None:
    code, out, err = run(capsys, *arguments)
    assert (code, out) == (2, "")
    assert complaint.lower() in err.lower()
