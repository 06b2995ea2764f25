"""Go by a new configuration while at work: read again once its files have changed, and taken only where it is right."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from wissel.core.configuration import ConfigurationError
from wissel.core.errors import InstallationError, WisselError
from wissel.engine.bank.files import ACCOUNTS, DIRECTORY, MAIN, ROUTES, load_bank
from wissel.engine.engine import Engine
from wissel.engine.opening import make_ready
from wissel.engine.signing import FOLDER as KEYS
from wissel.engine.signing import signers_of
from wissel.routing.bank import Bank
from wissel.service.filedrop import Station
from wissel.service.pooled import Pooled
from wissel.service.running import make_folders, station_of

LOOK_MS = 1_000
"""The files are looked at so often at most."""
AGAIN_MS = 10_000
"""After so long what the database or the disk refused is tried again."""
FAULTS_TOLD_MAX = 20
_DIGEST_CHARACTERS = 12

Look = Mapping[Path, tuple[int, ...]]
"""The files of a configuration, and by what a change of each is known."""


class Renewal:
    """Knows when the configuration of a bank directory has changed, and puts it in force. ``trust/`` and guidelines of
    the bank's own are not waited for: they are read with each file."""

    __slots__ = ("_again_ms", "_asked", "_bank", "_due", "_milliseconds", "_next_ms", "_seen", "_tell", "_told")

    def __init__(
        self, bank: Bank, milliseconds: Callable[[], int], asked: Callable[[], bool], tell: Callable[[str], object]
    ) -> None:
        """``bank`` is the one in force; ``milliseconds`` a clock that only goes forward; ``asked`` says whether
        somebody has asked for a look since it was last called; ``tell`` says a sentence for a person."""
        self._bank = bank
        self._milliseconds = milliseconds
        self._asked = asked
        self._tell = tell
        self._seen = look_at(bank)
        self._next_ms = milliseconds() + LOOK_MS
        self._again_ms: int | None = None
        self._due = False
        self._told = ""

    def is_due(self) -> bool:
        """Whether there may be another configuration by now. Cheap enough to be asked between any two lots of files."""
        now = self._milliseconds()
        if self._asked() or (self._again_ms is not None and now >= self._again_ms):
            self._due = True
        elif not self._due and now >= self._next_ms:
            self._next_ms = now + LOOK_MS
            self._due = look_at(self._bank) != self._seen
        return self._due

    def renewed(self, station: Station) -> Station:
        """The station with the configuration that stands in the files; the same station where that one is wrong, which
        is said once, or where nothing has changed."""
        self._due, self._again_ms = False, None
        self._seen = before = look_at(self._bank)  # what changes from here on is another change
        try:
            bank = load_bank(self._bank.folder)
            if bank.settings.database != self._bank.settings.database:
                raise InstallationError("the database is another one; for that wissel watch has to be started again")
            make_folders(station.spool, bank)
            fresh = station_of(bank, station.database, station.clock, station.files, signers_of(bank))
            make_ready(station.database, bank)
        except ConfigurationError as error:
            self._refuse(str(error))
            return station
        except WisselError as error:
            self._again_ms = self._milliseconds() + AGAIN_MS
            self._refuse(str(error))
            return station
        changed = bank.digest != self._bank.digest
        self._bank, self._told = bank, ""
        self._seen = {path: before.get(path, marks) for path, marks in look_at(bank).items()}
        said = "is in force" if changed else "stays in force; the keys were read again"
        self._tell(f"configuration {bank.digest[:_DIGEST_CHARACTERS]} {said}")
        return replace(fresh, work=_worked_by(station, fresh), guard=station.guard)

    def _refuse(self, said: str) -> None:
        if said == self._told:
            return
        self._told = said
        lines = said.splitlines()
        in_force = self._bank.digest[:_DIGEST_CHARACTERS]
        self._tell(f"the configuration has changed and cannot be used; {in_force} stays in force")
        for line in lines[:FAULTS_TOLD_MAX]:
            self._tell(f"  {line}")
        if len(lines) > FAULTS_TOLD_MAX:
            self._tell(f"  and {len(lines) - FAULTS_TOLD_MAX:,} more; wissel check {self._bank.folder} lists them")


def renewal_of(
    station: Station, milliseconds: Callable[[], int], asked: Callable[[], bool], tell: Callable[[str], object]
) -> Renewal | None:
    """The renewal of a station that works for a bank; None for one that does not."""
    return Renewal(station.work.bank, milliseconds, asked, tell) if isinstance(station.work, Engine) else None


def _worked_by(station: Station, fresh: Station) -> Engine | Pooled:
    """The new engine, preparing in the processes that the old one had."""
    if not isinstance(fresh.work, Engine):
        raise TypeError("a bank is worked on by its engine")
    return replace(station.work, engine=fresh.work) if isinstance(station.work, Pooled) else fresh.work


def look_at(bank: Bank) -> Look:
    """How the files of a bank's configuration look from outside."""
    return {path: _marks(path) for path in _files(bank)}


def _files(bank: Bank) -> Iterator[Path]:
    folder = bank.folder
    yield from (folder / name for name in (MAIN, ROUTES, ACCOUNTS, DIRECTORY))
    for below in ("calendars", KEYS):
        yield folder / below
        try:
            yield from sorted((folder / below).iterdir())
        except OSError:
            continue
    named = {one.guideline for one in bank.channels.values()} | {one.guideline for one in bank.networks.values()}
    yield from (folder / name for name in sorted(named) if name.endswith(".toml"))


def _marks(path: Path) -> tuple[int, ...]:
    try:
        status = path.stat()
    except OSError:
        return ()
    return status.st_mtime_ns, status.st_ctime_ns, status.st_size, status.st_ino, status.st_mode
