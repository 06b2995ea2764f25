"""Which business day a moment belongs to, and on which day a payment settles. All functions are pure.

A moment at or before a cut-off is in time, any later one is late.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from wissel.routing.calendar import Calendar
from wissel.routing.network import Network, TransferKind


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
    raise NotImplementedError


def business_day(network: Network, calendar: Calendar, at: datetime) -> date:
    """The business day that a moment (aware) belongs to: the one under way, or else the next."""
    raise NotImplementedError


def settlement_day(
    network: Network, calendar: Calendar, requested: date | None, at: datetime, kind: TransferKind = "customer"
) -> tuple[date, str]:
    """The day on which a payment decided at ``at`` (aware) settles, and why that day: a sentence without full stop."""
    raise NotImplementedError


def release(network: Network, calendar: Calendar, settles: date, at: datetime) -> datetime:
    """When a payment that settles on ``settles`` can leave at the earliest: now, at the opening, or in a cycle."""
    raise NotImplementedError
