"""Wait for a change in the inboxes and among instructions: told by the system where that can be, else for a while."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING

from wissel.service.watching import Wake

if TYPE_CHECKING:
    from watchfiles.main import FileChange

_DEBOUNCE_MS, _STEP_MS = 10, 5


@dataclass(frozen=True, slots=True)
class Polling:
    """Waits for as long as it is asked to, or until it is time to stop: right for network shares, too."""

    stop: Event

    def __call__(self, milliseconds: int) -> None:
        """See :class:`wissel.service.watching.Wake`."""
        self.stop.wait(milliseconds / 1_000)


@dataclass(frozen=True, slots=True)
class Told:
    """Waits for what the system tells of changes below the inboxes. What other machines do on a network share it does
    not tell: then the waiting simply ends after ``poll_ms``."""

    stop: Event
    changes: "Iterator[set[FileChange]]"
    poll_ms: int

    def __call__(self, milliseconds: int) -> None:
        """See :class:`wissel.service.watching.Wake`."""
        try:
            # a file has to look the same for a while: to be told of a change would not help before that
            if milliseconds >= self.poll_ms and next(self.changes, None) is not None:
                return
        except (OSError, RuntimeError):  # no more watches are to be had, say; from then on the iterator is at its end
            pass
        self.stop.wait(milliseconds / 1_000)


def wake_for(folders: Sequence[Path], stop: Event, poll_ms: int) -> Wake:
    """The best way of waiting that this installation has (``pip install 'wissel[watch]'``)."""
    try:
        from watchfiles import watch
    except ImportError:
        return Polling(stop)
    changes = watch(
        *folders,
        watch_filter=None,
        debounce=_DEBOUNCE_MS,
        step=_STEP_MS,
        stop_event=stop,
        rust_timeout=poll_ms,
        yield_on_timeout=True,
        raise_interrupt=False,
    )
    return Told(stop, changes, poll_ms)
