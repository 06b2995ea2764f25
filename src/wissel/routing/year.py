"""A year of a network: the days on which it is closed, and its hours as clocks in UTC show them through the year."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from wissel.routing.business_day import Session, session
from wissel.routing.calendar import Calendar
from wissel.routing.network import Network


@dataclass(frozen=True, slots=True)
class Hours:
    """Business days in a row whose hours are the same in UTC."""

    first: date
    last: date
    opens: str
    """``01:30``, with ``-1`` behind it on the day before; of one that opens on the business day before, the time alone:
    which day that is differs from day to day."""
    cut_offs: tuple[tuple[str, str], ...]
    cycles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Year:
    """What a calendar year is like for a network."""

    year: int
    closed: tuple[tuple[date, str], ...]
    """Beside the closed weekdays."""
    days: int
    """Business days."""
    hours: tuple[Hours, ...]


def year_of(network: Network, calendar: Calendar, year: int) -> Year:
    """The year of a network."""
    first, last = date(year, 1, 1), date(year, 12, 31)
    every = (first + timedelta(days=number) for number in range((last - first).days + 1))
    days = [day for day in every if calendar.is_open(day)]
    found: list[Hours] = []
    for day in days:
        hours = _hours(network, session(network, calendar, day))
        if found and _same(found[-1], hours):
            found[-1] = Hours(found[-1].first, day, hours.opens, hours.cut_offs, hours.cycles)
        else:
            found.append(hours)
    return Year(year, tuple(calendar.holidays(year)), len(days), tuple(found))


def _hours(network: Network, one: Session) -> Hours:
    return Hours(
        first=one.day,
        last=one.day,
        opens=_clock(one.opens, None if network.opens.on == "business-before" else one.day),
        cut_offs=tuple((kind, _clock(moment, one.day)) for kind, moment in one.cut_offs.items()),
        cycles=tuple(
            _clock(moment, None if given.on == "business-before" else one.day)
            for given, moment in zip(network.cycles, one.cycles, strict=True)
        ),
    )


def _clock(moment: datetime, day: date | None) -> str:
    """``day``: the business day, where the day is to be told."""
    shown = f"{moment:%H:%M:%S}" if moment.second else f"{moment:%H:%M}"
    days = (moment.date() - day).days if day else 0
    return f"{shown}{days:+d}" if days else shown


def _same(one: Hours, other: Hours) -> bool:
    return (one.opens, one.cut_offs, one.cycles) == (other.opens, other.cut_offs, other.cycles)
