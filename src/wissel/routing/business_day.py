"""Which business day a moment belongs to, and on which day a payment settles. All functions are pure.

Decided here, and nowhere else:

* A moment at or before a cut-off is in time, any later one is late.
* A business day ends with the last of its cut-offs. What comes later, also in the hours before the next one opens,
  belongs to the next business day. A day without cut-offs ends at midnight in the network's zone.
* Where the clocks are put back and a time comes twice, a cut-off is its first coming and an opening its second; where
  they are put forward and it never comes, it is the moment at which they are put forward. So no network is taken to be
  open longer than it is.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from types import MappingProxyType
from zoneinfo import ZoneInfo

from wissel.routing.calendar import CALENDAR_END, Calendar
from wissel.routing.network import DayTime, Network, TransferKind

_DAY = timedelta(days=1)
_TICK = timedelta(microseconds=1)
_MIDNIGHT = time(0)
_KINDS = ("customer", "interbank")


@dataclass(frozen=True, slots=True)
class Session:
    """One business day of a network as moments in UTC."""

    day: date
    opens: datetime
    cut_offs: Mapping[str, datetime]
    """``customer`` and ``interbank``, whichever the network has."""
    cycles: tuple[datetime, ...]
    closes: datetime
    """The last moment that belongs to the day."""


def session(network: Network, calendar: Calendar, day: date) -> Session:
    """The opening, cut-offs and cycles of one business day."""
    early = timedelta(seconds=network.buffer_seconds)
    return Session(
        day=day,
        opens=_on(network, calendar, day, network.opens, later=True),
        cut_offs=MappingProxyType({kind: _cut_off(network, day, kind) for kind in network.cut_offs}),
        cycles=tuple(_on(network, calendar, day, cycle) - early for cycle in network.cycles),
        closes=_closes(network, day),
    )


def business_day(network: Network, calendar: Calendar, at: datetime) -> date:
    """The business day that a moment (aware) belongs to: the one under way, or else the next."""
    today = at.astimezone(_zone(network.zone)).date()
    day = calendar.next_open(today)
    return day if day > today or at <= _closes(network, day) else calendar.next_open(day + _DAY)


def settlement_day(
    network: Network, calendar: Calendar, requested: date | None, at: datetime, kind: TransferKind = "customer"
) -> tuple[date, str]:
    """The day on which a payment decided at ``at`` (aware) settles, and why that day: a sentence without full stop.

    It is the first business day that has not passed its cut-off, and not before the day that was requested; where that
    is closed, the next one that is open.
    """
    day = business_day(network, calendar, at)
    late = at > _cut_off(network, day, kind)
    first = calendar.next_open(day + _DAY) if late else day
    if requested is None or requested <= first:
        return first, _first_why(network, calendar, requested, at, (day, late, first), kind)
    closed = calendar.why_closed(requested)
    if closed is None:
        return requested, f"{requested} was requested and is a business day of {network.name}"
    found = calendar.next_open(requested)
    return found, f"{requested} was requested and is {closed}; {network.name} is next open on {found}"


def release(network: Network, calendar: Calendar, settles: date, at: datetime) -> datetime:
    """When a payment that settles on ``settles`` can leave at the earliest: now, at the opening, or with a cycle."""
    day = session(network, calendar, settles)
    start = max(at.astimezone(UTC), day.opens)
    return next((cycle for cycle in day.cycles if cycle >= start), start)


def _first_why(
    network: Network,
    calendar: Calendar,
    requested: date | None,
    at: datetime,
    found: tuple[date, bool, date],
    kind: TransferKind,
) -> str:
    day, late, first = found
    if late:
        cut_off = network.cut_offs[kind].at
        why = f"the {kind} cut-off of {day}, {cut_off:%H:%M:%S} {network.zone}, has passed"
        return f"{why}; {network.name} settles next on {first}"
    today = at.astimezone(_zone(network.zone)).date()
    said = f"{requested} has passed; " if requested is not None and requested < min(day, today) else ""
    if day == today:
        return f"{said}{network.name} settles on the same day, {day}"
    if at >= _on(network, calendar, day, network.opens, later=True):
        opened = network.opens
        return f"{said}the business day {day} of {network.name} began at {opened.at:%H:%M} {network.zone} before it"
    closed = calendar.why_closed(today)
    if closed is not None:
        return f"{said}{today} is {closed}; {network.name} is next open on {day}"
    return f"{said}the business day {today} of {network.name} has ended; the next is {day}"


@lru_cache(maxsize=64)
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def _cut_off(network: Network, day: date, kind: str) -> datetime:
    given = network.cut_offs.get(kind)
    if given is None:
        return _closes(network, day)
    return _moment(network.zone, day, given.at, False) - timedelta(seconds=network.buffer_seconds)


def _closes(network: Network, day: date) -> datetime:
    """The last cut-off where each kind of transfer has one; else the end of the day."""
    if len(network.cut_offs) == len(_KINDS):
        latest = max(one.at for one in network.cut_offs.values())
        return _moment(network.zone, day, latest, False) - timedelta(seconds=network.buffer_seconds)
    return _moment(network.zone, day, _MIDNIGHT, False, 1) - _TICK


def _on(network: Network, calendar: Calendar, day: date, at: DayTime, later: bool = False) -> datetime:
    if at.on == "calendar-before":
        day -= _DAY
    elif at.on == "business-before":
        day = calendar.open_before(day)
    return _moment(network.zone, day, at.at, later)


@lru_cache(maxsize=4096)
def _moment(zone: str, day: date, at: time, later: bool, days_after: int = 0) -> datetime:
    """A local time of a day as a moment in UTC; ``later`` takes the second of two."""
    tz = _zone(zone)
    # nobody pays in the year 9999, but a message may ask for it, and a zone west of Greenwich has no time for it
    day = min(day, CALENDAR_END)
    local = datetime.combine(day + days_after * _DAY, at)
    first = local.replace(tzinfo=tz, fold=0)
    second = local.replace(tzinfo=tz, fold=1)
    before, after = first.astimezone(UTC), second.astimezone(UTC)
    if after < before:
        return _jump(tz, after, before)
    return after if later else before


def _jump(tz: ZoneInfo, low: datetime, high: datetime) -> datetime:
    """The first moment after ``low`` at which the clocks in a zone have been put forward."""
    offset = low.astimezone(tz).utcoffset()
    while high - low > timedelta(seconds=1):
        middle = (low + (high - low) / 2).replace(microsecond=0)
        if middle.astimezone(tz).utcoffset() == offset:
            low = middle
        else:
            high = middle
    return high
