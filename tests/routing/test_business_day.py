"""Business days and settlement days: real dates, cut-offs to the second, days on which clocks are changed."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wissel.routing.business_day import business_day, release, session, settlement_day
from wissel.routing.calendar import calendar_of
from wissel.routing.network import DayTime, Network, TransferKind
from wissel.routing.network_data import bundled_networks

NETWORKS = bundled_networks()


def at(text: str, zone: str) -> datetime:
    """A local time; ``*`` at its end is the second coming of a time that comes twice."""
    return datetime.fromisoformat(text.rstrip("*")).replace(tzinfo=ZoneInfo(zone), fold=text.endswith("*"))


def settled(name: str, moment: str, requested: str | None = None, kind: TransferKind = "customer") -> str:
    network = NETWORKS[name]
    wanted = date.fromisoformat(requested) if requested else None
    day, _ = settlement_day(network, calendar_of(network.calendar), wanted, at(moment, network.zone), kind)
    return str(day)


@pytest.mark.parametrize(
    ("network", "moment", "requested", "kind", "expected"),
    [
        # the cut-off to the second, and what lies beyond it
        ("t2", "2026-11-23T17:00:00", None, "customer", "2026-11-23"),
        ("t2", "2026-11-23T17:00:00.000001", None, "customer", "2026-11-24"),
        ("t2", "2026-11-23T17:00:01", None, "customer", "2026-11-24"),
        ("t2", "2026-11-23T17:00:01", None, "interbank", "2026-11-23"),
        ("t2", "2026-11-23T18:00:00", None, "interbank", "2026-11-23"),
        ("t2", "2026-11-23T18:00:01", None, "interbank", "2026-11-24"),
        ("t2", "2026-11-23T00:00:00", None, "customer", "2026-11-23"),
        # Good Friday, Easter Monday, and the weekend between them
        ("t2", "2026-04-02T17:00:00", None, "customer", "2026-04-02"),
        ("t2", "2026-04-02T17:00:01", None, "customer", "2026-04-07"),
        ("t2", "2026-04-03T10:00:00", None, "customer", "2026-04-07"),
        ("t2", "2026-04-06T10:00:00", None, "interbank", "2026-04-07"),
        ("sepa-sct", "2026-04-02T16:30:01", None, "customer", "2026-04-07"),
        # the end of the year, a holiday that is a weekend day, and one that is not
        ("t2", "2026-12-24T18:00:00", None, "interbank", "2026-12-24"),
        ("t2", "2026-12-24T18:00:01", None, "interbank", "2026-12-28"),
        ("t2", "2026-12-31T17:30:00", None, "customer", "2027-01-04"),
        ("chaps", "2026-12-24T17:40:01", None, "customer", "2026-12-29"),
        ("chaps", "2027-12-24T18:00:01", None, "interbank", "2027-12-29"),
        # requested: kept, moved to the next open day, and never in the past
        ("t2", "2026-11-23T10:00:00", "2026-11-23", "customer", "2026-11-23"),
        ("t2", "2026-11-23T17:00:01", "2026-11-23", "customer", "2026-11-24"),
        ("t2", "2026-11-23T10:00:00", "2026-12-15", "customer", "2026-12-15"),
        ("t2", "2026-11-23T10:00:00", "2026-12-25", "customer", "2026-12-28"),
        ("t2", "2026-11-23T10:00:00", "2027-03-26", "customer", "2027-03-30"),
        ("t2", "2026-11-23T10:00:00", "2026-11-20", "customer", "2026-11-23"),
        ("t2", "2026-11-23T17:00:01", "2026-11-20", "customer", "2026-11-24"),
        ("t2", "2026-11-23T17:00:01", "2026-11-25", "customer", "2026-11-25"),
        ("t2", "2026-11-23T10:00:00", "9999-12-31", "customer", "9999-12-31"),
        ("t2", "2026-11-23T10:00:00", "0001-01-01", "customer", "2026-11-23"),
        # the leap day, on a Tuesday in 2028
        ("t2", "2028-02-28T17:00:01", None, "customer", "2028-02-29"),
        ("t2", "2028-02-29T17:00:01", None, "customer", "2028-03-01"),
        ("fedwire", "2028-02-29T18:45:00", None, "customer", "2028-02-29"),
        ("chaps", "2027-11-23T10:00:00", "2028-02-29", "customer", "2028-02-29"),
        # Fedwire: the business day opens at 21:00 on the calendar day before
        ("fedwire", "2026-11-22T12:00:00", None, "customer", "2026-11-23"),
        ("fedwire", "2026-11-22T21:00:00", None, "customer", "2026-11-23"),
        ("fedwire", "2026-11-23T18:45:00", None, "customer", "2026-11-23"),
        ("fedwire", "2026-11-23T18:45:01", None, "customer", "2026-11-24"),
        ("fedwire", "2026-11-23T18:45:01", None, "interbank", "2026-11-23"),
        ("fedwire", "2026-11-23T19:00:01", None, "interbank", "2026-11-24"),
        ("fedwire", "2026-11-23T21:00:00", None, "customer", "2026-11-24"),
        ("fedwire", "2026-11-23T21:00:00", "2026-11-23", "customer", "2026-11-24"),
        ("fedwire", "2026-11-25T21:00:00", None, "customer", "2026-11-27"),
        ("fedwire", "2026-11-20T19:30:00", None, "customer", "2026-11-23"),
        # a holiday on a Saturday is not moved, one on a Sunday is
        ("fedwire", "2026-07-03T12:00:00", None, "customer", "2026-07-03"),
        ("fedwire", "2027-07-05T12:00:00", None, "customer", "2027-07-06"),
        # the days on which clocks are changed are Sundays
        ("t2", "2026-03-27T17:00:01", None, "customer", "2026-03-30"),
        ("t2", "2026-10-25T02:30:00*", None, "customer", "2026-10-26"),
        ("fedwire", "2026-03-08T01:59:59", None, "customer", "2026-03-09"),
        ("fedwire", "2026-11-01T01:30:00*", None, "customer", "2026-11-02"),
        # instant: the very day, whatever day that is
        ("sepa-sct-inst", "2026-04-03T23:59:59", None, "customer", "2026-04-03"),
        ("sepa-sct-inst", "2026-11-22T00:00:00", None, "customer", "2026-11-22"),
        ("sepa-sct-inst", "2026-12-31T23:59:59.999999", None, "customer", "2026-12-31"),
        ("sepa-sct-inst", "2026-10-25T02:30:00*", None, "customer", "2026-10-25"),
        ("fednow", "2026-11-26T12:00:00", None, "customer", "2026-11-26"),
        ("sepa-sct-inst", "2026-11-22T12:00:00", "2026-11-29", "customer", "2026-11-29"),
        ("book", "2026-11-22T12:00:00", None, "customer", "2026-11-22"),
    ],
)
def test_settlement_day(network: str, moment: str, requested: str | None, kind: TransferKind, expected: str) -> None:
    assert settled(network, moment, requested, kind) == expected


@pytest.mark.parametrize(
    ("network", "moment", "requested", "why"),
    [
        ("t2", "2026-11-23T10:00:00", None, "t2 settles on the same day, 2026-11-23"),
        ("t2", "2026-11-23T10:00:00", "2026-11-20", "2026-11-20 has passed; t2 settles on the same day, 2026-11-23"),
        (
            "t2", "2026-11-23T17:00:01", None,
            "the customer cut-off of 2026-11-23, 17:00:00 Europe/Berlin, has passed; t2 settles next on 2026-11-24",
        ),
        ("t2", "2026-11-23T18:00:01", None, "the business day 2026-11-23 of t2 has ended; the next is 2026-11-24"),
        ("t2", "2026-04-03T10:00:00", None, "2026-04-03 is Good Friday; t2 is next open on 2026-04-07"),
        ("t2", "2026-11-22T10:00:00", None, "2026-11-22 is a Sunday; t2 is next open on 2026-11-23"),
        ("t2", "2026-11-23T10:00:00", "2026-11-30", "2026-11-30 was requested and is a business day of t2"),
        (
            "t2", "2026-11-23T10:00:00", "2026-12-25",
            "2026-12-25 was requested and is Christmas Day; t2 is next open on 2026-12-28",
        ),
        (
            "fedwire", "2026-11-22T21:00:00", None,
            "the business day 2026-11-23 of fedwire began at 21:00 America/New_York before it",
        ),
    ],
)  # fmt: skip
def test_why_that_day(network: str, moment: str, requested: str | None, why: str) -> None:
    found = NETWORKS[network]
    wanted = date.fromisoformat(requested) if requested else None
    assert settlement_day(found, calendar_of(found.calendar), wanted, at(moment, found.zone))[1] == why


@pytest.mark.parametrize(
    ("network", "day", "opens", "customer"),
    [
        ("fedwire", "2026-11-23", "2026-11-23T02:00", "2026-11-23T23:45"),
        ("fedwire", "2026-03-09", "2026-03-09T01:00", "2026-03-09T22:45"),  # the Sunday before it is a day of change
        ("fedwire", "2026-11-02", "2026-11-02T02:00", "2026-11-02T23:45"),
        ("fedwire", "2026-11-27", "2026-11-27T02:00", "2026-11-27T23:45"),  # on the evening of Thanksgiving
        ("t2", "2026-03-27", "2026-03-27T01:30", "2026-03-27T16:00"),
        ("t2", "2026-03-30", "2026-03-30T00:30", "2026-03-30T15:00"),
        ("chaps", "2026-10-26", "2026-10-26T06:00", "2026-10-26T17:40"),
        ("sepa-sct", "2026-04-07", "2026-04-02T19:30", "2026-04-07T14:30"),  # on the business day before Easter
    ],
)
def test_a_session_in_utc(network: str, day: str, opens: str, customer: str) -> None:
    found = NETWORKS[network]
    there = session(found, calendar_of(found.calendar), date.fromisoformat(day))
    assert f"{there.opens:%Y-%m-%dT%H:%M}" == opens
    assert f"{there.cut_offs['customer']:%Y-%m-%dT%H:%M}" == customer


def clocked(cut_off: time, opens: time = time(0), zone: str = "Europe/Berlin", **more: object) -> Network:
    """An instant network with a cut-off, so that Sundays have one too."""
    cut_offs = {"customer": DayTime(cut_off), "interbank": DayTime(cut_off)}
    return replace(NETWORKS["sepa-sct-inst"], cut_offs=cut_offs, opens=DayTime(opens), zone=zone, **more)


@pytest.mark.parametrize(
    ("day", "zone", "cut_off", "opens"),
    [
        # 02:30 never comes: the moment at which clocks go forward
        ("2026-03-29", "Europe/Berlin", "2026-03-29T01:00:00", "2026-03-29T01:00:00"),
        ("2026-03-08", "America/New_York", "2026-03-08T07:00:00", "2026-03-08T07:00:00"),
        # 02:30 comes twice in Berlin: its first coming ends, its second begins
        ("2026-10-25", "Europe/Berlin", "2026-10-25T00:30:00", "2026-10-25T01:30:00"),
        ("2026-11-01", "America/New_York", "2026-11-01T07:30:00", "2026-11-01T07:30:00"),
        ("2026-10-24", "Europe/Berlin", "2026-10-24T00:30:00", "2026-10-24T00:30:00"),
    ],
)
def test_a_time_that_never_comes_or_comes_twice(day: str, zone: str, cut_off: str, opens: str) -> None:
    network = clocked(time(2, 30), time(2, 30), zone)
    there = session(network, calendar_of("every-day"), date.fromisoformat(day))
    assert there.cut_offs["customer"].isoformat()[:19] == cut_off
    assert there.opens.isoformat()[:19] == opens


def test_the_second_coming_of_a_cut_off_is_late() -> None:
    network, calendar = clocked(time(2, 30)), calendar_of("every-day")
    days = [
        settlement_day(network, calendar, None, at(f"2026-10-25T02:30:00{second}", network.zone))[0].day
        for second in ("", "*")
    ]
    assert days == [25, 26]


def test_a_bank_closes_before_the_network() -> None:
    network, calendar = replace(NETWORKS["t2"], buffer_seconds=1800), calendar_of("target")
    days = [
        str(settlement_day(network, calendar, None, at(f"2026-11-23T{clock}", network.zone))[0])
        for clock in ("16:30:00", "16:30:01")
    ]
    assert days == ["2026-11-23", "2026-11-24"]


@pytest.mark.parametrize(
    ("network", "settles", "moment", "expected"),
    [
        ("sepa-sct", "2026-11-23", "2026-11-23T08:30:00", "2026-11-23T08:30:00"),
        ("sepa-sct", "2026-11-23", "2026-11-23T08:30:01", "2026-11-23T11:00:00"),
        ("sepa-sct", "2026-11-24", "2026-11-23T16:31:00", "2026-11-23T21:30:00"),
        ("sepa-sct", "2026-11-30", "2026-11-23T10:00:00", "2026-11-27T21:30:00"),
        ("fedwire", "2026-11-24", "2026-11-23T19:30:00", "2026-11-23T21:00:00"),
        ("t2", "2026-11-23", "2026-11-23T10:00:00", "2026-11-23T10:00:00"),
        ("t2", "2026-11-24", "2026-11-23T17:30:00", "2026-11-24T02:30:00"),
        ("fedwire", "9999-12-31", "2026-11-23T10:00:00", "9999-12-01T21:00:00"),
    ],
)
def test_when_a_payment_can_leave(network: str, settles: str, moment: str, expected: str) -> None:
    found = NETWORKS[network]
    calendar, zone = calendar_of(found.calendar), ZoneInfo(found.zone)
    leaves = release(found, calendar, date.fromisoformat(settles), at(moment, found.zone))
    assert leaves.astimezone(zone).isoformat()[:19] == expected


START = datetime(2020, 1, 1, tzinfo=UTC)
MOMENTS = st.timedeltas(timedelta(0), timedelta(days=4700)).map(lambda since: START + since)
DAYS = st.dates(date(2019, 1, 1), date(2040, 1, 1))
NAMES = st.sampled_from(sorted(NETWORKS))
KINDS: st.SearchStrategy[TransferKind] = st.sampled_from(["customer", "interbank"])


@given(NAMES, MOMENTS, st.none() | DAYS, KINDS)
def test_a_settlement_day_is_open_and_never_before_the_business_day(
    name: str, moment: datetime, requested: date | None, kind: TransferKind
) -> None:
    network = NETWORKS[name]
    calendar = calendar_of(network.calendar)
    day, why = settlement_day(network, calendar, requested, moment, kind)
    assert calendar.is_open(day)
    assert day >= business_day(network, calendar, moment)
    assert day >= (requested or date.min)
    assert why.strip(".") == why != ""


@given(NAMES, MOMENTS, st.timedeltas(timedelta(0), timedelta(days=9)), st.none() | DAYS, KINDS)
def test_a_later_moment_never_settles_earlier(
    name: str, moment: datetime, by: timedelta, requested: date | None, kind: TransferKind
) -> None:
    network = NETWORKS[name]
    calendar = calendar_of(network.calendar)
    first = settlement_day(network, calendar, requested, moment, kind)[0]
    assert first <= settlement_day(network, calendar, requested, moment + by, kind)[0]


@given(NAMES, MOMENTS)
def test_what_settles_now_leaves_before_the_cut_off(name: str, moment: datetime) -> None:
    network = NETWORKS[name]
    calendar = calendar_of(network.calendar)
    day, _ = settlement_day(network, calendar, None, moment)
    leaves = release(network, calendar, day, moment)
    there = session(network, calendar, day)
    assert max(moment, there.opens) <= leaves <= there.cut_offs.get("customer", there.closes)


@given(st.times(), DAYS, st.sampled_from(["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kabul"]))
def test_a_cut_off_is_where_clocks_first_show_it(clock: time, day: date, zone: str) -> None:
    clock = clock.replace(fold=0)
    moment = session(clocked(clock, zone=zone), calendar_of("every-day"), day).cut_offs["customer"]
    shown = moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    before = (moment - timedelta(seconds=1)).astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    assert shown >= datetime.combine(day, clock) > before
