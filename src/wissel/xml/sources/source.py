"""The inputs that a caller names: files, folders, archives and standard input, each as something to read."""

import os
import stat
from collections.abc import Iterable, Iterator
from itertools import chain, islice

from wissel.core.errors import UsageError
from wissel.core.limits import Limits
from wissel.xml.refusal import Refused
from wissel.xml.sources.encoding import Readable
from wissel.xml.sources.kind import HEAD_BYTES, LEAVES, kind_of, kind_of_source
from wissel.xml.sources.scratch import Scratch
from wissel.xml.sources.stored import (
    CHUNK_BYTES,
    Skipped,
    Source,
    printable,
    too_large,
    unreadable,
    unwanted,
)

__all__ = ["Scratch", "Skipped", "Source", "expand"]

STANDARD_INPUT = "-"
_DEFAULT_LIMITS = Limits()
_SUGGESTIONS_MAX = 10_000
"""Names looked through for the one that was meant."""
_MEMORY_BYTES_MAX = 16 * 1024**2
"""Standard input beyond this goes to a scratch file."""


def expand(
    paths: Iterable[str | os.PathLike[str]],
    include: Iterable[str] = (),
    limits: Limits = _DEFAULT_LIMITS,
    stdin: Readable | None = None,
    scratch: Scratch | None = None,
) -> Iterator[Source | Skipped]:
    """What there is to read at ``paths``, one by one: the paths as given, in folders and archives by name.

    A file that is named is always taken. In a folder (with all below it) a file is taken if it begins like XML or
    like an archive and its name, or the part of its path below the folder, matches one of the patterns of
    ``include``; hidden and unfinished files are not. Of an archive, members are taken by the same rule; if its own
    name matches, all of them. ``-`` is ``stdin``. What cannot be read comes as a source that refuses to open.

    ``scratch`` holds what must be unpacked; without, a folder is made that lasts as long as the process. Raises
    UsageError, at once, for a path that does not exist.
    """
    names = [os.fspath(path) for path in paths]
    for name in names:
        _must_exist(name)
    if STANDARD_INPUT in names and (stdin is None or names.count(STANDARD_INPUT) > 1):
        raise UsageError("Standard input (-) can be read once, and only where there is one.")
    return _expanded(names, tuple(include), limits, stdin, scratch or Scratch())


def _expanded(
    names: list[str], include: tuple[str, ...], limits: Limits, stdin: Readable | None, scratch: Scratch
) -> Iterator[Source | Skipped]:
    for name in names:
        if name == STANDARD_INPUT and stdin is not None:
            yield from _named(_spooled(stdin, limits, scratch), include, scratch)
        elif os.path.isdir(name):
            yield from _folder(name, include, limits, scratch)
        else:
            yield from _named(Source.from_path(name, limits), include, scratch)


def _named(source: Source, include: tuple[str, ...], scratch: Scratch) -> Iterator[Source | Skipped]:
    """What is asked for by its own name: taken whatever it is, or opened if it is an archive."""
    try:
        leaf = kind_of_source(source) in LEAVES
    except Refused:
        leaf = True  # whoever opens it is told why
    if leaf:
        yield source
        return
    from wissel.xml.sources.archive import unfold  # a single plain file is read without loading all that archives need

    yield from unfold(source, scratch, include)


def _folder(top: str, include: tuple[str, ...], limits: Limits, scratch: Scratch) -> Iterator[Source | Skipped]:
    """The files below a folder. Each folder is read once, however many links lead to it."""
    from wissel.xml.sources.archive import unfold

    visited: set[tuple[int, int]] = set()
    waiting = [top]
    while waiting:
        path = waiting.pop()
        label = path[len(top) :].lstrip("/")
        shown = printable(path)
        if path != top and (why := unwanted(os.path.basename(path))):
            yield Skipped(shown, why)
            continue
        try:
            status = os.stat(path)
            if stat.S_ISDIR(status.st_mode):
                if (status.st_dev, status.st_ino) in visited:
                    yield Skipped(shown, "a link to a folder that was read already")
                    continue
                visited.add((status.st_dev, status.st_ino))
                waiting += (os.path.join(path, name) for name in sorted(os.listdir(path), reverse=True))
            elif stat.S_ISREG(status.st_mode):
                yield from unfold(Source.from_path(path, limits), scratch, include, label)
            else:
                yield Skipped(shown, "no regular file")
        except OSError as error:
            yield Source(shown, unreadable(error).finding, None, limits)


def _spooled(stdin: Readable, limits: Limits, scratch: Scratch) -> Source:
    """Standard input, read to its end: small XML in memory, all else in a scratch file."""
    name = "<stdin>"
    chunks = _chunks(stdin, limits.file_bytes_max)
    try:
        start = bytearray()
        for chunk in chunks:
            start += chunk
            if len(start) > _MEMORY_BYTES_MAX:
                break
        if len(start) <= _MEMORY_BYTES_MAX and kind_of(bytes(start[:HEAD_BYTES])) in LEAVES:
            return Source.from_bytes(bytes(start), name, limits)
        with scratch.new_file() as file:
            content = file.keep(chain([bytes(start)], chunks))
    except Refused as refused:
        return Source(name, refused.finding, None, limits)
    return Source(name, content, content.packed_bytes, limits)


def _chunks(stdin: Readable, bytes_max: int) -> Iterator[bytes]:
    """Standard input in chunks. Raises Refused: FILE-UNREADABLE, LIMIT-BYTES beyond ``bytes_max``."""
    size_bytes = 0
    try:
        while data := stdin.read(CHUNK_BYTES):
            size_bytes += len(data)
            if size_bytes > bytes_max:
                raise too_large(bytes_max)
            yield data
    except (OSError, ValueError) as error:
        raise unreadable(error) from None


def _must_exist(name: str) -> None:
    """Raises UsageError for a path that leads nowhere, with what may have been meant."""
    if not name or "\0" in name:
        raise UsageError(f"{name!r} is no path.")
    if name == STANDARD_INPUT:
        return
    try:
        os.lstat(name)
        return
    except (FileNotFoundError, NotADirectoryError):
        pass
    except OSError:
        return  # it may exist: reading it will tell what is in the way
    if any(character in name for character in "*?["):
        hint = "The pattern matches nothing; to choose files in a folder, give the folder and --include PATTERN."
    elif nearest := _nearest(name):
        hint = f"Did you mean {printable(nearest)}?"
    else:
        hint = "Check the spelling and the current folder."
    raise UsageError(f"There is no file or folder {printable(name)}. {hint}")


def _nearest(name: str) -> str | None:
    """The existing path most like ``name``, up to the first part of it that does not exist."""
    from difflib import get_close_matches

    parent, missing = os.path.split(name.rstrip("/"))
    if parent and not os.path.isdir(parent):
        return _nearest(parent) if parent != name else None
    try:
        with os.scandir(parent or ".") as files:
            known = [file.name for file in islice(files, _SUGGESTIONS_MAX)]
    except OSError:
        return None
    close = get_close_matches(missing, known, 1)
    return os.path.join(parent, close[0]) if close else None
