"""That folder and journal are still those that work began with, and belong together.

Whoever puts back an old copy of the journal, or takes a folder away while it is worked on, would make payments go out
twice, or be booked nowhere. ``work/tip`` holds the last entry of the journal that this directory knows of; a journal
without that entry is refused. The note is not forced to the disk: after a power cut an older one is as good, and a
newer one than the journal's own is never written.
"""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from wissel.core.errors import InstallationError
from wissel.engine.database import Connection
from wissel.journal.journal import Tip, hash_of

_NOTE = re.compile(r"([0-9]{20}) ([0-9a-f]{64})\n")
_NOTE_BYTES = 86


@dataclass(frozen=True, slots=True)
class Guard:
    """Looks whether all is as it was; does nothing where it is made of nothing."""

    note: Path | None = None
    """``work/tip``."""
    known: Mapping[Path, tuple[int, int]] | None = None
    """Device and number of what must not be exchanged while it is worked on."""

    def require_same(self) -> None:
        """Raises InstallationError where the folder or the database's file were exchanged or removed."""
        for path, identity in (self.known or {}).items():
            if _identity(path) != identity:
                raise InstallationError(
                    f"{path} was removed or exchanged while it was worked on; nothing more is done until wissel is "
                    "started again"
                )

    def noted(self, tip: Tip) -> None:
        """Note the last entry of the journal, once it is committed. Raises OSError."""
        if self.note is None or not tip.number:
            return
        handle = os.open(self.note, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            os.pwrite(handle, f"{tip.number:020d} {tip.hash}\n".encode(), 0)
        finally:
            os.close(handle)


NO_GUARD = Guard()


def guard_of(work: Path, *others: Path | None) -> Guard:
    """The guard of a folder ``work/`` and of files that must not be exchanged."""
    paths = [work, *(one for one in others if one is not None)]
    return Guard(work / "tip", {path: identity for path in paths if (identity := _identity(path)) is not None})


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        state = path.stat()
    except OSError:
        return None
    return state.st_dev, state.st_ino


def require_known(connection: Connection, work: Path) -> None:
    """Raises InstallationError where the journal has not the entry that the directory noted last."""
    try:
        with (work / "tip").open("rb") as file:
            found = _NOTE.fullmatch(file.read(_NOTE_BYTES).decode("ascii", "replace"))
    except FileNotFoundError:
        return
    except OSError as error:
        raise InstallationError(f"{work / 'tip'} cannot be read: {error.strerror}") from None
    if found is not None and hash_of(connection, int(found[1])) != found[2]:
        raise InstallationError(
            f"the journal has not the entry {int(found[1]):,} that {work / 'tip'} speaks of: it was lost, or put back "
            "from an older copy. Put the right one back; where there is none, find out what was booked and sent since, "
            "then remove that file"
        )
