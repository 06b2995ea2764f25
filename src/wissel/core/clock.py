"""The only sources of time and of random bytes: everything else is handed a clock or a source."""

import os
import time
from collections.abc import Callable
from datetime import UTC, date, datetime

Clock = Callable[[], datetime]
"""Returns the present moment as an aware datetime in UTC."""


Random = Callable[[int], bytes]
"""Returns so many random bytes, fit for keys."""


def system_random(count: int) -> bytes:
    """Random bytes of the operating system, fit for keys."""
    return os.urandom(count)


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
