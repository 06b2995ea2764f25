"""The only sources of time: everything else is handed a clock."""

import time
from collections.abc import Callable
from datetime import UTC, date, datetime

Clock = Callable[[], datetime]
"""Returns the present moment as an aware datetime in UTC."""


def system_clock() -> datetime:
    """The machine's clock, aware, in UTC."""
    return datetime.now(UTC)


def fixed_clock(moment: datetime) -> Clock:
    """A clock that always shows ``moment`` (aware); for tests and for ``--as-of``."""
    if moment.tzinfo is None:
        raise ValueError("a clock needs an aware datetime")
    return lambda: moment


def today(clock: Clock) -> date:
    """The clock's date in UTC."""
    return clock().astimezone(UTC).date()


def milliseconds() -> int:
    """Milliseconds of a clock that only ever goes forward, from an arbitrary start; for measuring, not for dating."""
    return time.monotonic_ns() // 1_000_000
