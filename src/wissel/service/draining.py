"""Work on all that lies in the inboxes, once."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from wissel.service.disk_faults import disk
from wissel.service.filedrop import Finished, Station, lots, taking
from wissel.service.instructing import obey, resuming
from wissel.service.spool import CLAIM_MAX, due, waiting
from wissel.service.stable import Look, next_look_ms, settled

LOOKS_MAX = 10
"""How often a file that still grows is looked at before it is left for the next time."""
FIRST_MAX = 16
"""The first few files are taken together, then up to :data:`wissel.service.spool.CLAIM_MAX`: so the first result of
many comes soon."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How long is waited, and by which clock."""

    settle_ms: int
    """For how long a file has to look the same before it is taken; 0 where files appear whole."""
    milliseconds: Callable[[], int]
    """A clock that only goes forward."""
    pause: Callable[[int], None]
    """Waits so many milliseconds."""


def drain(station: Station, pace: Pace) -> Iterator[Finished]:
    """Take up what an earlier run left, then instructions and the orders that are due, then all files that are there
    now; what comes meanwhile waits for the next run.

    Raises InstallationError where disk or database refuse; nothing is lost then, and the next run goes on.
    """
    yield from resuming(station)
    yield from release(station)
    with disk():
        there = {one.path for one in waiting(station.spool)}
    looks: dict[Path, Look] = {}
    for number in range(LOOKS_MAX):
        with disk():
            found = [one for one in waiting(station.spool) if one.path in there]
        ready, kept = settled(found, looks, pace.milliseconds(), pace.settle_ms)
        looks = dict(kept)
        yield from taking(station, lots(ready, first=FIRST_MAX if number == 0 else CLAIM_MAX))
        if not looks:
            return
        pace.pause(next_look_ms(looks, pace.milliseconds(), pace.settle_ms))


def release(station: Station) -> Iterator[Finished]:
    """Take up instructions, then carry out the orders of the warehouse whose time has come. Raises as :func:`drain`
    does."""
    yield from obey(station)
    with disk():
        found = due(station.spool, station.clock())
    yield from taking(station, lots(found))
