"""Work on files as they come, until told to stop; outlast disks that are full, read-only or gone for a while."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path
from typing import Protocol

from wissel.core.errors import InstallationError
from wissel.service.disk_faults import disk
from wissel.service.draining import Pace, release
from wissel.service.filedrop import Finished, Station, lots, taking
from wissel.service.instructing import resuming
from wissel.service.renewing import Renewal
from wissel.service.spool import left_alone, waiting
from wissel.service.stable import Look, next_look_ms, settled

RETRY_MS = 2_000
"""How long is waited after disk or database refused."""


class Wake(Protocol):
    """Waits until something may have changed."""

    def __call__(self, milliseconds: int, /) -> None:
        """Wait so long at most; sooner back where something changed in the inboxes, or where it is time to stop."""


@dataclass(frozen=True, slots=True)
class Tell:
    """What a watcher says while it works."""

    finished: Callable[[Finished], object]
    trouble: Callable[[str], object]
    """Disk or database refuse: said once, with the reason; the work waits."""
    over: Callable[[], object]
    """It works again."""
    left: Callable[[Path, str], object]
    """Something lies in an inbox that is never taken: said once, with the reason."""


@dataclass(frozen=True, slots=True)
class Rhythm:
    """When a watcher works and when it waits."""

    pace: Pace
    poll_ms: int
    """After so long inboxes are looked at even where nothing was told of a change."""
    wake: Wake
    stop: Callable[[], bool]
    """Whether it is time to stop: the files in work are finished, no other is taken."""
    renewal: Renewal | None = None
    """Goes by a new configuration once there is one; without, the one that was there at the start holds."""

    def is_interrupted(self) -> bool:
        """Whether there is something to do before more files are taken."""
        return self.stop() or (self.renewal is not None and self.renewal.is_due())


def watch(station: Station, rhythm: Rhythm, tell: Tell) -> None:
    """Work until ``rhythm.stop`` says so. Never raises for what disk or database refuse: it says so and tries again."""
    looks: dict[Path, Look] = {}
    told: set[Path] = set()
    trouble: str | None = None
    fresh = True
    while not rhythm.stop():
        if rhythm.renewal is not None and rhythm.renewal.is_due():
            station = rhythm.renewal.renewed(station)
        try:
            if fresh or trouble is not None:
                for done in resuming(station):
                    tell.finished(done)
                fresh = False
            worked = _round(station, rhythm, tell, looks)
            _tell_left(station, tell, told)
        except InstallationError as error:
            if str(error) != trouble:
                tell.trouble(str(error))
                trouble = str(error)
            rhythm.pace.pause(RETRY_MS)
            continue
        if trouble is not None:
            tell.over()
            trouble = None
        if not worked and not rhythm.is_interrupted():
            settle_ms = rhythm.pace.settle_ms
            next_ms = next_look_ms(looks, rhythm.pace.milliseconds(), settle_ms) if looks else rhythm.poll_ms
            rhythm.wake(min(next_ms, rhythm.poll_ms))


def _round(station: Station, rhythm: Rhythm, tell: Tell, looks: dict[Path, Look]) -> bool:
    """Take what is due and what is ready; whether anything was worked on."""
    worked = False
    for done in release(station):
        tell.finished(done)
        worked = True
    with disk():
        found = tuple(waiting(station.spool))
    ready, kept = settled(found, looks, rhythm.pace.milliseconds(), rhythm.pace.settle_ms)
    looks.clear()
    looks.update(kept)
    for done in taking(station, takewhile(lambda _: not rhythm.is_interrupted(), lots(ready))):
        tell.finished(done)
        worked = True
    return worked


def _tell_left(station: Station, tell: Tell, told: set[Path]) -> None:
    with disk():
        found = dict(left_alone(station.spool))
    told.intersection_update(found)
    for path, reason in found.items():
        if path not in told:
            told.add(path)
            tell.left(path, reason)
