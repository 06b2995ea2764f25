"""On which days settlement systems are closed, reckoned from their rules. The calendar is the Gregorian one."""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from functools import lru_cache
from types import MappingProxyType

_SATURDAY, _SUNDAY, _MONDAY, _THURSDAY = 5, 6, 0, 3


def easter(year: int) -> date:
    """Easter Sunday, by the anonymous Gregorian method."""
    a, (b, c) = year % 19, divmod(year, 100)
    (d, e), f = divmod(b, 4), (b + 8) // 25
    h = (19 * a + b - d - (b - f + 1) // 3 + 15) % 30
    i, k = divmod(c, 4)
    n = (32 + 2 * e + 2 * i - h - k) % 7
    month, day = divmod(h + n - 7 * ((a + 11 * h + 22 * n) // 451) + 114, 31)
    return date(year, month, day + 1)


def _nth(year: int, month: int, weekday: int, number: int) -> date:
    """The n-th weekday of a month; the last one for 0."""
    if number == 0:
        after = _nth(year + month // 12, month % 12 + 1, weekday, 1)
        return after - timedelta(days=7)
    first = date(year, month, 1)
    return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (number - 1))


def _target(year: int) -> Mapping[date, str]:
    sunday = easter(year)
    return {
        date(year, 1, 1): "New Year's Day",
        sunday - timedelta(days=2): "Good Friday",
        sunday + timedelta(days=1): "Easter Monday",
        date(year, 5, 1): "Labour Day",
        date(year, 12, 25): "Christmas Day",
        date(year, 12, 26): "the day after Christmas",
    }


def _fedwire(year: int) -> Mapping[date, str]:
    fixed = {
        date(year, 1, 1): "New Year's Day",
        date(year, 6, 19): "Juneteenth",
        date(year, 7, 4): "Independence Day",
        date(year, 11, 11): "Veterans Day",
        date(year, 12, 25): "Christmas Day",
    }
    # a holiday on a Sunday is kept on the Monday, one on a Saturday is not moved
    found = {day + timedelta(days=day.weekday() == _SUNDAY): name for day, name in fixed.items()}
    return found | {
        _nth(year, 1, _MONDAY, 3): "Martin Luther King Day",
        _nth(year, 2, _MONDAY, 3): "Presidents' Day",
        _nth(year, 5, _MONDAY, 0): "Memorial Day",
        _nth(year, 9, _MONDAY, 1): "Labor Day",
        _nth(year, 10, _MONDAY, 2): "Columbus Day",
        _nth(year, 11, _THURSDAY, 4): "Thanksgiving",
    }


def _chaps(year: int) -> Mapping[date, str]:
    sunday = easter(year)
    new_year, christmas = date(year, 1, 1), date(year, 12, 25)
    found = {
        new_year + timedelta(days=(0, 0, 0, 0, 0, 2, 1)[new_year.weekday()]): "New Year's Day",
        sunday - timedelta(days=2): "Good Friday",
        sunday + timedelta(days=1): "Easter Monday",
        _nth(year, 5, _MONDAY, 1): "the early May bank holiday",
        _nth(year, 5, _MONDAY, 0): "the spring bank holiday",
        _nth(year, 8, _MONDAY, 0): "the summer bank holiday",
    }
    for number, name in enumerate(("Christmas Day", "Boxing Day")):
        day = christmas + timedelta(days=number)
        if day.weekday() >= _SATURDAY:
            # made up for by the next working day that is free
            day += timedelta(days=2)
        found[day] = name
    return found


_HOLIDAYS: Mapping[str, Callable[[int], Mapping[date, str]]] = MappingProxyType(
    {"target": _target, "fedwire": _fedwire, "chaps": _chaps}
)


def calendars() -> tuple[str, ...]:
    """Names of the calendars that are known."""
    return tuple(_HOLIDAYS)


@lru_cache(maxsize=64)
def _holidays(calendar: str, year: int) -> Mapping[date, str]:
    return _HOLIDAYS[calendar](year)


def closed_for(calendar: str, day: date) -> str | None:
    """Why a system is closed on a day; None where it is open. Raises KeyError for a calendar that is not known."""
    if day.weekday() >= _SATURDAY:
        return "a Saturday" if day.weekday() == _SATURDAY else "a Sunday"
    return _holidays(calendar, day.year).get(day)
