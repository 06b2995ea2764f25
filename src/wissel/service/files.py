"""The operations on files that a drop directory is made of, each one step that a crash can come before or after.

Everything durable goes through these, so that a test can stop the program at each of them in turn, and can lose what
was not yet forced to the disk.
"""

import os
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import Protocol

_COPY_BYTES = 1 << 20


class Files(Protocol):
    """What the drop directory asks of a file system. All raise OSError."""

    def make_folder(self, path: Path) -> None:
        """Make a folder whose parent is there; nothing happens where it is there already."""

    def write(self, path: Path, chunks: Iterable[bytes]) -> None:
        """Write a new file and force its content to the disk; FileExistsError where there is one of that name."""

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
                file.flush()
                os.fsync(file.fileno())
            except BaseException:
                with suppress(OSError):
                    path.unlink()
                raise

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
        folder = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def chunks_of(path: Path, look: Callable[[bytes], object] = len) -> Iterable[bytes]:
    """A file's bytes in pieces; ``look`` sees each of them too (a digest, for one). A link is not followed: OSError."""
    with open(os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC), "rb") as file:
        while chunk := file.read(_COPY_BYTES):
            look(chunk)
            yield chunk
