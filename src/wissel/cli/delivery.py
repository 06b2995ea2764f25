"""What was made, put in its place: a file appears whole or not at all; a pipe or device is written into."""

import os
import shutil
import signal
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from filecmp import cmp
from pathlib import Path

from wissel.cli.console import visible
from wissel.core.errors import UsageError

_COPY_BYTES = 1024**2


def is_replaceable(path: str | Path) -> bool:
    """Whether a file can be put in the place of what stands there: nothing, or a regular file (also behind a link).
    A device or pipe that is renamed over is gone for everyone."""
    return not os.path.exists(path) or os.path.isfile(path)


def require_no_other(made: Sequence[Path], folder: str) -> None:
    """Raises UsageError where a name in ``folder`` is taken by a file that holds something else: what was made by an
    earlier call, and perhaps not sent yet, is never overwritten. Nothing is wrong with the same bytes."""
    for path in made:
        there = os.path.join(folder, path.name)
        if os.path.lexists(there) and not (os.path.isfile(there) and cmp(path, there, shallow=False)):
            raise UsageError(f"'{visible(there)}' is there already and holds something else: move it away, or name "
                             "another folder")  # fmt: skip


@contextmanager
def in_order() -> Iterator[None]:
    """Inside, a signal to end the program raises SystemExit, so that what was set aside is cleared away."""
    kept = {}
    if threading.current_thread() is threading.main_thread():
        for number in (signal.SIGTERM, signal.SIGHUP):
            if signal.getsignal(number) is signal.SIG_DFL:
                kept[number] = signal.signal(number, _end)
    try:
        yield
    finally:
        for number, before in kept.items():
            signal.signal(number, before)


def _end(number: int, _frame: object) -> None:
    raise SystemExit(128 + number)


def deliver(made: Path, to: str | None) -> None:
    """Put a file into its place, once the disk has it; None and ``-`` are standard output. What a link names is
    replaced, not the link. Raises OSError."""
    if to is None or to == "-":
        sys.stdout.flush()
        with made.open("rb") as file:
            shutil.copyfileobj(file, sys.stdout.buffer, _COPY_BYTES)
        sys.stdout.buffer.flush()
    elif not is_replaceable(to):
        with made.open("rb") as file, open(to, "wb") as target:
            shutil.copyfileobj(file, target, _COPY_BYTES)
    else:
        _replace(made, Path(os.path.realpath(to)))


def _replace(made: Path, target: Path) -> None:
    if made.stat().st_dev != target.parent.stat().st_dev:
        beside = target.with_name(f".{target.name}.{os.getpid()}.tmp")
        try:
            shutil.copyfile(made, beside)
            _synced(beside)
            os.replace(beside, target)
        finally:
            beside.unlink(missing_ok=True)
        return
    _synced(made)
    os.replace(made, target)


def _synced(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())
