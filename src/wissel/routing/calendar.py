"""Calendars: the days on which a network is closed, by the holidays library and by a bank's own list.

Bundled: ``calendars/calendars.toml``. The library is imported when a holiday is first asked for; it knows years from
:data:`YEAR_FIRST` to :data:`YEAR_LAST`, in all others only weekdays are known to be closed.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache, lru_cache
from pathlib import Path
from types import MappingProxyType

from wissel.core.configuration import ConfigurationError, Fault, read_rows, read_toml
from wissel.core.errors import UsageError

YEAR_FIRST, YEAR_LAST = 2000, 2099
DATA = Path(__file__).parent / "calendars" / "calendars.toml"
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_DAY = timedelta(days=1)
CALENDAR_END = date(9999, 12, 1)
"""From here on every day counts as open, so that each day has an open one after it."""
_COLUMNS = ("date", "name", "open")
_ROWS_MAX = 10_000
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII).fullmatch


@dataclass(frozen=True, slots=True)
class Calendar:
    """Which days are business days."""

    name: str
    title: str
    closed_weekdays: frozenset[int]
    """0 for Monday to 6 for Sunday."""
    library: str | None
    """Where the holidays library has its holidays (``financial/XECB``); None: there are none but ``closed``."""
    closed: Mapping[date, str]
    """Own days with their names, beside the library's."""
    opened: Mapping[date, str]
    """Own days that are open although weekday or library say otherwise."""
    source: str
    confidence: str

    def is_open(self, day: date) -> bool:
        """Whether a day is a business day."""
        return self.why_closed(day) is None

    def next_open(self, day: date) -> date:
        """The first business day on or after ``day``."""
        while self.why_closed(day) is not None:
            day += _DAY
        return day

    def open_before(self, day: date) -> date:
        """The last business day before ``day``; the first of all days has none, and is its own."""
        if day == date.min:
            return day
        day -= _DAY
        while day > date.min and self.why_closed(day) is not None:
            day -= _DAY
        return day

    def why_closed(self, day: date) -> str | None:
        """``a Saturday``, ``Good Friday``; None where it is open."""
        if day >= CALENDAR_END or day in self.opened:
            return None
        if (own := self.closed.get(day)) is not None:
            return own
        if day.weekday() in self.closed_weekdays:
            return f"a {WEEKDAYS[day.weekday()]}"
        return None if self.library is None else _holidays(self.library, day.year).get(day)

    def holidays(self, year: int) -> list[tuple[date, str]]:
        """The days of a year that are closed for another reason than their weekday, in order."""
        known = dict(_holidays(self.library, year)) if self.library else {}
        known |= {day: name for day, name in self.closed.items() if day.year == year}
        return sorted(
            (day, name)
            for day, name in known.items()
            if day not in self.opened and (day in self.closed or day.weekday() not in self.closed_weekdays)
        )


@lru_cache(maxsize=512)
def _holidays(library: str, year: int) -> Mapping[date, str]:
    if not YEAR_FIRST <= year <= YEAR_LAST:
        return MappingProxyType({})
    import holidays

    kind, code, *parts = library.split("/")
    if kind == "financial":
        found = holidays.financial_holidays(code, years=year)
    else:
        found = holidays.country_holidays(code, subdiv=parts[0] if parts else None, years=year)
    return MappingProxyType({day: name for day, name in found.items() if day.year == year})


def calendar_names() -> tuple[str, ...]:
    """Names of the bundled calendars."""
    return tuple(_bundled())


@cache
def _bundled() -> Mapping[str, Calendar]:
    rows = read_toml(DATA).values
    return MappingProxyType(
        {
            name: Calendar(
                name=name,
                title=row["title"],
                closed_weekdays=frozenset(row["closed_weekdays"]),
                library=row.get("library"),
                closed=MappingProxyType({}),
                opened=MappingProxyType({}),
                source=row["source"],
                confidence=row["confidence"],
            )
            for name, row in rows.items()
        }
    )


def calendar_of(name: str, extra: Path | None = None) -> Calendar:
    """A bundled calendar, with the days of a bank's own file added.

    The file is CSV with the columns ``date`` (2026-12-24), ``name``, and ``open`` (``yes`` or ``no``; where it is left
    out, no). Raises UsageError for an unknown name, ConfigurationError with a line for each fault of the file.
    """
    found = _bundled().get(name)
    if found is None:
        raise UsageError(f"there is no calendar '{name}'; known are {', '.join(_bundled())}")
    return found if extra is None else with_days(found, extra)


def with_days(calendar: Calendar, extra: Path) -> Calendar:
    """A calendar with the days of a CSV file added, as :func:`calendar_of` reads it. Raises ConfigurationError."""
    faults: list[Fault] = []
    closed, opened = dict(calendar.closed), dict(calendar.opened)
    for day, name, is_open in _own_days(extra, faults):
        into, out = (opened, closed) if is_open else (closed, opened)
        into[day] = name
        out.pop(day, None)
    if faults:
        raise ConfigurationError(faults)
    return replace(calendar, closed=MappingProxyType(closed), opened=MappingProxyType(opened))


def _own_days(extra: Path, faults: list[Fault]) -> Iterator[tuple[date, str, bool]]:
    """Day, name and whether it is open, of each right row; the faults of the others are added to ``faults``."""
    file = str(extra)
    rows = read_rows(extra)
    line, names = next(rows, (None, []))
    if "date" not in names or any(one not in _COLUMNS for one in names):
        raise ConfigurationError([Fault(file, line, f"the columns are date, name and open, not {', '.join(names)}")])
    seen: dict[date, int] = {}
    for number, (line, row) in enumerate(rows):
        if number == _ROWS_MAX:
            faults.append(Fault(file, line, f"there are more than {_ROWS_MAX:,} days"))
            return
        given = dict(zip(names, row, strict=False))
        day, state = _date(given.get("date", "")), given.get("open", "") or "no"
        if len(row) != len(names):
            faults.append(Fault(file, line, f"it has {len(row)} values, and there are {len(names)} columns"))
        elif day is None:
            years = f"{YEAR_FIRST} to {YEAR_LAST}"
            faults.append(Fault(file, line, f"'{given['date'][:40]}' is no date of {years}; write it as 2026-12-24"))
        elif state not in ("yes", "no"):
            faults.append(Fault(file, line, f"open is yes or no, not '{state[:40]}'"))
        elif day in seen:
            faults.append(Fault(file, line, f"{day} stands in line {seen[day]} already"))
        else:
            seen[day] = line
            yield day, given.get("name", "") or f"a day of {extra.name}", state == "yes"


def _date(text: str) -> date | None:
    try:
        # Python also reads 20261224 and 2026-W52-4
        day = date.fromisoformat(text) if _DATE(text) else None
    except ValueError:
        return None
    return day if day is not None and YEAR_FIRST <= day.year <= YEAR_LAST else None
