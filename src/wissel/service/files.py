"""The operations on files that a drop directory is made of, each one step that a crash can come before or after.

Everything durable goes through these, so that a test can stop the program at each of them in turn, and can lose what
was not yet forced to the disk.
"""

import os
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Protocol

_COPY_BYTES = 1 << 20
_TOGETHER = 8
"""Files forced at the same time: a disk writes several for little more than the price of one."""


class Files(Protocol):
    """What the drop directory asks of a file system. All raise OSError."""

    def make_folder(self, path: Path) -> None:
        """Make a folder whose parent is there; nothing happens where it is there already."""

    def write(self, path: Path, chunks: Iterable[bytes]) -> None:
        """Write a new file; FileExistsError where there is one of that name. Its content is on the disk only after
        :meth:`force`."""

    def force(self, paths: Sequence[Path]) -> None:
        """Force the content of files to the disk, all of them together."""

    def rename(self, source: Path, target: Path) -> None:
        """Move a file within one file system; a target that is there is replaced."""

    def remove(self, path: Path) -> None:
        """Remove a file."""

    def remove_folder(self, path: Path) -> None:
        """Remove an empty folder."""

    def sync_folder(self, path: Path) -> None:
        """Force to the disk which names stand in a folder."""


class DiskFiles:
    """The real file system."""

    __slots__ = ()

    def make_folder(self, path: Path) -> None:
        """See :class:`Files`."""
        path.mkdir(exist_ok=True)

    def write(self, path: Path, chunks: Iterable[bytes]) -> None:
        """See :class:`Files`. What could not be written whole is removed again."""
        with path.open("xb") as file:
            try:
                for chunk in chunks:
                    file.write(chunk)
            except BaseException:
                with suppress(OSError):
                    path.unlink()
                raise

    def force(self, paths: Sequence[Path]) -> None:
        """See :class:`Files`."""
        if len(paths) < 2:
            for path in paths:
                _force(path)
            return
        with ThreadPoolExecutor(min(_TOGETHER, len(paths))) as threads:
            for _ in threads.map(_force, paths):
                pass

    def rename(self, source: Path, target: Path) -> None:
        """See :class:`Files`."""
        os.rename(source, target)

    def remove(self, path: Path) -> None:
        """See :class:`Files`."""
        path.unlink()

    def remove_folder(self, path: Path) -> None:
        """See :class:`Files`."""
        path.rmdir()

    def sync_folder(self, path: Path) -> None:
        """See :class:`Files`."""
        _force(path, os.O_DIRECTORY)


def _force(path: Path, kind: int = 0) -> None:
    # the kernel tells whoever opens a file next of a write that failed and that nobody was told of yet
    opened = os.open(path, os.O_RDONLY | os.O_CLOEXEC | kind)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def chunks_of(path: Path, look: Callable[[bytes], object] = len) -> Iterable[bytes]:
    """A file's bytes in pieces; ``look`` sees each of them too (a digest, for one). A link is not followed: OSError."""
    with open(os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC), "rb") as file:
        while chunk := file.read(_COPY_BYTES):
            look(chunk)
            yield chunk
