"""A journal belongs to one bank directory: what lies in ``work/`` and what is recorded go together.

Two directories that shared a database would take each other's files for their own. So a journal that is kept elsewhere
(on a server, in another folder) holds a mark, and ``work/journal`` the same one.
"""

import os
from pathlib import Path

from wissel.core.clock import Random, system_random
from wissel.core.errors import InstallationError
from wissel.engine.database import Connection
from wissel.journal.mark import mark_of, set_mark

_MARK_BYTES = 16


def claim_journal(connection: Connection, folder: Path, random: Random = system_random) -> None:
    """Mark the journal as that of a bank directory, in the transaction of the caller; ``folder`` is that directory.
    Raises InstallationError where it is another's, or the mark cannot be read or written."""
    path = folder / "work" / "journal"
    stored = mark_of(connection)
    try:
        noted = _noted(path)
        if stored is None:
            mark = noted or random(_MARK_BYTES).hex()
            _write(path, f"{mark}\n".encode())
            set_mark(connection, mark)
            return
    except OSError as error:
        raise InstallationError(f"{path} cannot be used: {error.strerror}") from None
    if stored != noted:
        raise InstallationError(
            f"the database belongs to another bank directory; where that one was moved here and is no longer in use, "
            f"write {stored} into {path}"
        )


def _noted(path: Path) -> str | None:
    try:
        with path.open("rb") as file:
            return file.read(2 * _MARK_BYTES).decode("ascii", "replace").strip() or None
    except FileNotFoundError:
        return None


def _write(path: Path, content: bytes) -> None:
    """Whole and forced to the disk, before the journal says so."""
    path.parent.mkdir(exist_ok=True)
    beside = path.with_name(".journal.tmp")
    with beside.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
    entry = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(entry)
    finally:
        os.close(entry)
