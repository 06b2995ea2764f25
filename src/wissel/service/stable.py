"""Which files have stopped growing: those that looked the same, in size and time of change, for a while."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from wissel.service.spool import Waiting


@dataclass(frozen=True, slots=True)
class Look:
    """How a file looked, and since when it does."""

    size_bytes: int
    changed_ns: int
    since_ms: int
    """By a clock that only goes forward; the file's own time may be that of another machine."""


class Sorted(NamedTuple):
    """Files that can be taken, and what is known of the others."""

    ready: tuple[Waiting, ...]
    looks: Mapping[Path, Look]


def settled(found: Iterable[Waiting], looks: Mapping[Path, Look], now_ms: int, settle_ms: int) -> Sorted:
    """Tell files that have not changed for ``settle_ms`` from those that may still be written to.

    ``looks`` is what the call before gave back. With 0 every file is ready: right where files appear by being renamed.
    """
    ready: list[Waiting] = []
    kept: dict[Path, Look] = {}
    for one in found:
        look = looks.get(one.path)
        if look is None or (look.size_bytes, look.changed_ns) != (one.size_bytes, one.changed_ns):
            look = Look(one.size_bytes, one.changed_ns, now_ms)
        if now_ms - look.since_ms >= settle_ms:
            ready.append(one)
        else:
            kept[one.path] = look
    return Sorted(tuple(ready), kept)


def next_look_ms(looks: Mapping[Path, Look], now_ms: int, settle_ms: int) -> int:
    """After how many milliseconds the first of them can be ready."""
    return max(1, min((look.since_ms + settle_ms - now_ms for look in looks.values()), default=settle_ms))
