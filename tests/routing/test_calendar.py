"""Calendars: what the holidays library says against facts looked up elsewhere, and a bank's own days."""

import csv
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import pytest

from wissel.core.configuration import ConfigurationError
from wissel.core.errors import UsageError
from wissel.routing.calendar import CALENDAR_END, Calendar, calendar_names, calendar_of
from wissel.validation.settlement_days import closed_for

FACTS = {"TARGET": "target", "Fedwire/Federal Reserve": "fedwire", "CHAPS (England bank holidays)": "chaps"}


def days(*texts: str) -> list[date]:
    return [date.fromisoformat(text) for text in texts]


@pytest.mark.parametrize("year", [2026, 2027, 2028])
def test_the_library_against_the_reference_data(year: int, shared: Path) -> None:
    with (shared / "rules" / "codes" / "calendars.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for title, name in FACTS.items():
        calendar = calendar_of(name)
        told = {date.fromisoformat(row["date"]) for row in rows if row["calendar"] == title}
        expected = {day for day in told if day.year == year and day.weekday() < 5}
        assert {day for day, _ in calendar.holidays(year)} == expected
        first = date(year, 1, 1)
        every = [first + timedelta(days=number) for number in range(366) if (first + timedelta(number)).year == year]
        assert {day for day in every if not calendar.is_open(day) and day.weekday() < 5} == expected
    assert {row["calendar"] for row in rows} == set(FACTS)


@pytest.mark.parametrize(
    ("name", "day", "why"),
    [
        ("target", "2026-04-03", "Good Friday"),
        ("target", "2026-05-01", "Labour Day"),
        ("target", "2026-05-02", "a Saturday"),
        ("target", "2026-12-26", "a Saturday"),
        ("target", "2026-11-23", None),
        ("target", "2028-02-29", None),
        ("fedwire", "2026-06-19", "Juneteenth National Independence Day"),
        ("fedwire", "2026-07-03", None),
        ("fedwire", "2027-07-05", "Independence Day (observed)"),
        ("fedwire", "2026-11-26", "Thanksgiving Day"),
        ("chaps", "2026-12-28", "Boxing Day (observed)"),
        ("chaps", "2026-06-19", None),
        ("weekdays", "2026-12-25", None),
        ("weekdays", "2026-11-22", "a Sunday"),
        ("every-day", "2026-12-25", None),
        ("target", "2150-12-25", None),
        ("target", "9999-12-31", None),
    ],
)
def test_why_a_day_is_closed(name: str, day: str, why: str | None) -> None:
    calendar = calendar_of(name)
    assert calendar.why_closed(date.fromisoformat(day)) == why
    assert calendar.is_open(date.fromisoformat(day)) is (why is None)


@pytest.mark.parametrize(
    ("name", "day", "after", "before"),
    [
        ("target", "2026-04-03", "2026-04-07", "2026-04-02"),
        ("target", "2026-04-07", "2026-04-07", "2026-04-02"),
        ("target", "2027-01-01", "2027-01-04", "2026-12-31"),
        ("fedwire", "2026-11-27", "2026-11-27", "2026-11-25"),
        ("every-day", "2026-11-22", "2026-11-22", "2026-11-21"),
    ],
)
def test_open_days_around_a_day(name: str, day: str, after: str, before: str) -> None:
    calendar = calendar_of(name)
    assert [calendar.next_open(date.fromisoformat(day)), calendar.open_before(date.fromisoformat(day))] == days(
        after, before
    )


def test_the_ends_of_time() -> None:
    calendar = calendar_of("target")
    assert calendar.next_open(date.max) == date.max
    assert calendar.next_open(CALENDAR_END) == CALENDAR_END
    assert calendar.open_before(date.min) == date.min
    assert calendar.open_before(date.min + timedelta(days=1)) == date.min


def test_holidays_of_a_year_leave_out_weekends() -> None:
    assert [(str(day), name) for day, name in calendar_of("target").holidays(2027)] == [
        ("2027-01-01", "New Year's Day"),
        ("2027-03-26", "Good Friday"),
        ("2027-03-29", "Easter Monday"),
    ]
    assert calendar_of("every-day").holidays(2027) == []


def test_every_calendar_says_where_it_comes_from() -> None:
    assert calendar_names() == ("target", "fedwire", "chaps", "weekdays", "every-day")
    for name in calendar_names():
        calendar = calendar_of(name)
        assert calendar.title
        assert calendar.source
        assert calendar.confidence in ("high", "medium", "low")


def own(tmp_path: Path, text: str, name: str = "target") -> Calendar:
    file = tmp_path / "own.csv"
    file.write_text(text, "utf-8")
    return calendar_of(name, file)


def test_a_bank_adds_days(tmp_path: Path) -> None:
    calendar = own(
        tmp_path,
        "# own days\ndate,name,open\n2026-12-24,Christmas Eve,\n2026-12-27,stocktaking,yes\n2026-12-31,,no\n"
        "2026-12-25,at work,yes\n",
    )
    assert calendar.why_closed(date(2026, 12, 24)) == "Christmas Eve"
    assert calendar.why_closed(date(2026, 12, 31)) == "a day of own.csv"
    assert calendar.next_open(date(2026, 12, 24)) == date(2026, 12, 25)
    assert calendar.next_open(date(2026, 12, 26)) == date(2026, 12, 27)
    assert [day.day for day, _ in calendar.holidays(2026) if day.month == 12] == [24, 31]
    assert calendar_of("target").is_open(date(2026, 12, 24))


def test_only_dates_are_needed(tmp_path: Path) -> None:
    assert own(tmp_path, "date\n2026-11-23\n", "every-day").holidays(2026) == [(date(2026, 11, 23), "a day of own.csv")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("date,name\n24.12.2026,x\n", ["2: '24.12.2026' is no date of 2000 to 2099; write it as 2026-12-24"]),
        ("date,name\n2026-W52-4,x\n", ["2: '2026-W52-4' is no date of 2000 to 2099; write it as 2026-12-24"]),
        ("date,name\n20261224,x\n", ["2: '20261224' is no date of 2000 to 2099; write it as 2026-12-24"]),
        ("date\n2026-02-29\n3026-01-01\n", [
            "2: '2026-02-29' is no date of 2000 to 2099; write it as 2026-12-24",
            "3: '3026-01-01' is no date of 2000 to 2099; write it as 2026-12-24",
        ]),
        ("date,open\n2026-12-24,maybe\n", ["2: open is yes or no, not 'maybe'"]),
        ("date,name\n2026-12-24,x\n\n2026-12-24,y\n", ["4: 2026-12-24 stands in line 2 already"]),
        ("date,name\n2026-12-24\n", ["2: it has 1 values, and there are 2 columns"]),
        ("day,name\n2026-12-24,x\n", ["1: the columns are date, name and open, not day, name"]),
        ("name\nx\n", ["1: the columns are date, name and open, not name"]),
        ('date,name\n2026-12-24,"x\n', ["2: this is no row of a CSV file: unexpected end of data"]),
    ],
)  # fmt: skip
def test_faults_of_a_file(tmp_path: Path, text: str, expected: list[str]) -> None:
    with pytest.raises(ConfigurationError) as caught:
        own(tmp_path, text)
    assert str(caught.value).splitlines() == [f"{tmp_path / 'own.csv'}:{line}" for line in expected]


def test_an_empty_file_and_too_many_days(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="the columns are date, name and open"):
        own(tmp_path, "")
    with pytest.raises(ConfigurationError, match="there are more than 10,000 days"):
        own(tmp_path, "date\n" + "".join(f"{date(2000, 1, 1) + timedelta(days=n)}\n" for n in range(10_001)))


def test_an_unknown_calendar() -> None:
    with pytest.raises(UsageError, match="there is no calendar 'moon'; known are target, "):
        calendar_of("moon")


def test_the_library_is_imported_only_for_a_holiday() -> None:
    code = (
        "import sys; from datetime import date; from wissel.routing.calendar import calendar_of; "
        "calendar_of('target').is_open(date(2026, 11, 22)); print('holidays' in sys.modules); "
        "calendar_of('target').is_open(date(2026, 11, 23)); print('holidays' in sys.modules)"
    )
    shown = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout
    assert shown.split() == ["False", "True"]


@pytest.mark.parametrize("name", ["target", "fedwire", "chaps"])
def test_rules_of_guidelines_and_routing_know_the_same_days(name: str) -> None:
    calendar, first = calendar_of(name), date(2024, 1, 1)
    for day in (first + timedelta(days=number) for number in range(366 * 16)):
        assert (closed_for(name, day) is None) is calendar.is_open(day), day
