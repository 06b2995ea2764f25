"""The time limit of an answer, as far as the table of reason codes tells it. It only ever warns."""

import re
from datetime import date, timedelta

from wissel.catalog.reason_codes import ReasonCode
from wissel.core.codes import finding
from wissel.core.finding import Finding

_BUSINESS_DAYS = re.compile(
    r"([0-9]+) (?:inter-bank |banking )?business days after (?:settlement|execution|the request|receipt)"
)
_MONTHS = re.compile(r"([0-9]+) months after")
_SATURDAY = 5


def last_day(limit: str, start: date) -> date | None:
    """The last day by a limit in words, from the day it counts from; None for words that give no number of days.

    Saturdays and Sundays are no business days; holidays are not known here, so the true day may be later.
    """
    if found := _BUSINESS_DAYS.match(limit):
        day, left = start, int(found[1])
        while left:
            day += timedelta(days=1)
            left -= day.weekday() < _SATURDAY
        return day
    if found := _MONTHS.match(limit):
        months = start.month - 1 + int(found[1])
        year, month = start.year + months // 12, months % 12 + 1
        after = date(year + month // 12, month % 12 + 1, 1)
        return min(date(year, month, 1) + timedelta(days=start.day - 1), after - timedelta(days=1))
    return None


def late(row: ReasonCode, start: date, on: date) -> Finding | None:
    """The warning for an answer after its time limit; None where it is in time or no limit is known."""
    last = last_day(row.time_limit, start)
    if last is None or on <= last:
        return None
    return finding(
        "REPLY-AFTER-TIME-LIMIT",
        f"{row.scheme} allows {row.code} up to {row.time_limit}, that is until {last}; the answer is of {on}.",
        value=on.isoformat(),
        allowed=f"until {last}, or later by the holidays between",
    )
