"""The time limit of an answer, as far as the table of reason codes tells it. It only ever warns."""

import re
from collections.abc import Callable
from datetime import date, timedelta

from wissel.catalog.reason_codes import ReasonCode
from wissel.core.codes import finding
from wissel.core.finding import Finding

_BUSINESS_DAYS = re.compile(
    r"([0-9]+) (?:inter-bank |banking )?business days after (?:settlement|execution|the request|receipt)"
)
_MONTHS = re.compile(r"([0-9]+) months after")
_BY_REQUEST = ("after the request", "after receipt")
_SATURDAY = 5
Closed = Callable[[date], bool]
"""Whether a day is no business day."""


def weekend(day: date) -> bool:
    """Where no calendar is known: Saturdays and Sundays are no business days."""
    return day.weekday() >= _SATURDAY


def counts_from_request(limit: str) -> bool:
    """Whether a limit in words counts from the request that is answered, not from settlement."""
    return limit.endswith(_BY_REQUEST)


def last_day(limit: str, start: date, closed: Closed = weekend) -> date | None:
    """The last day by a limit in words, from the day it counts from; None for words that give no number of days."""
    if found := _BUSINESS_DAYS.match(limit):
        day, left = start, int(found[1])
        while left:
            day += timedelta(days=1)
            left -= not closed(day)
        return day
    if found := _MONTHS.match(limit):
        months = start.month - 1 + int(found[1])
        year, month = start.year + months // 12, months % 12 + 1
        after = date(year + month // 12, month % 12 + 1, 1)
        return min(date(year, month, 1) + timedelta(days=start.day - 1), after - timedelta(days=1))
    return None


def late(row: ReasonCode, start: date, on: date, closed: Closed | None = None) -> Finding | None:
    """The warning for an answer after its time limit; None where it is in time or no limit is known. Without a
    calendar (``closed``) holidays are not known, so the true day may be later."""
    last = last_day(row.time_limit, start, closed or weekend)
    if last is None or on <= last:
        return None
    return finding(
        "REPLY-AFTER-TIME-LIMIT",
        f"{row.scheme} allows {row.code} up to {row.time_limit}, that is until {last}; the answer is of {on}.",
        value=on.isoformat(),
        allowed=f"until {last}" + ("" if closed is not None else ", or later by the holidays between"),
    )
