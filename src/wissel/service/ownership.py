"""One process at a time works on a bank directory."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from wissel.core.errors import InstallationError
from wissel.service.spool import Spool

_TRIES, _PAUSE = 4, 0.05


@contextmanager
def owned(spool: Spool) -> Iterator[None]:
    """Own the bank directory: one process at a time. The kernel lets go of it when the process ends, however it ends.

    Raises InstallationError that says who holds it.
    """
    path = spool.work / "lock"
    try:
        handle = os.open(spool.work, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except OSError as error:
        raise InstallationError(f"{spool.work} cannot be opened: {error.strerror}") from None
    try:
        try:
            _lock(handle)
        except OSError:
            said = f"{spool.root} is in use by process {_holder(path)}; only one may work on it"
            raise InstallationError(said) from None
        try:
            path.write_bytes(f"{os.getpid()}\n".encode())
        except OSError as error:
            raise InstallationError(f"{path} cannot be written: {error.strerror}") from None
        yield
    finally:
        os.close(handle)


def _holder(path: Path) -> str:
    """Who says in ``work/lock`` that it owns the folder; the lock itself is on the folder, which nobody tidies away."""
    try:
        with path.open("rb") as file:
            return file.read(64).decode("ascii", "replace").strip() or "unknown"
    except OSError:
        return "unknown"


def _lock(handle: int) -> None:
    """Who only looks whether anyone owns the directory holds the lock for a moment: that is waited for."""
    for number in range(_TRIES):
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            if number == _TRIES - 1:
                raise
            time.sleep(_PAUSE)
        else:
            return


def owner_of(spool: Spool) -> str | None:
    """The number of the process that works on a bank directory; None where none does."""
    try:
        handle = os.open(spool.work, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except OSError:
        return None
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:
        return _holder(spool.work / "lock")
    finally:
        os.close(handle)
    return None
