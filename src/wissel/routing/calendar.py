"""Calendars: the days on which a network is closed, by the holidays library and by a bank's own list."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Calendar:
    """Which days are business days."""

    name: str
    title: str
    closed_weekdays: frozenset[int]
    """0 for Monday to 6 for Sunday."""
    library: str | None
    """Key of the holidays library's calendar; None: no holidays but ``closed``."""
    closed: Mapping[date, str]
    """Own days, with their names, before the library's."""
    opened: Mapping[date, str]
    """Days that are open although weekday or library say otherwise."""
    source: str
    confidence: str

    def is_open(self, day: date) -> bool:
        """Whether a day is a business day."""
        raise NotImplementedError

    def next_open(self, day: date) -> date:
        """The first business day on or after ``day``."""
        raise NotImplementedError

    def why_closed(self, day: date) -> str | None:
        """``a Saturday``, ``Good Friday``; None where it is open."""
        raise NotImplementedError

    def holidays(self, year: int) -> list[tuple[date, str]]:
        """The days of a year that are closed, beside the closed weekdays, in order."""
        raise NotImplementedError
