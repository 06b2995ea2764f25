"""Scratch files: what must be unpacked, or taken from a pipe, before it can be read."""

import atexit
from collections.abc import Iterable
from pathlib import Path
from typing import Self

from wissel.core.errors import InstallationError
from wissel.xml.sources.stored import Stored


class ScratchFile:
    """A file that takes one thing after the other and says where each is."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file = path.open("xb")

    def keep(self, chunks: Iterable[bytes]) -> Stored:
        """Write ``chunks`` behind what is there. Raises what ``chunks`` raises; InstallationError without room."""
        start = size_bytes = 0
        try:
            start = self._file.tell()
            for chunk in chunks:
                self._file.write(chunk)
                size_bytes += len(chunk)
            self._file.flush()
        except OSError as error:
            raise _no_room(error) from None
        return Stored(self._path, start, size_bytes)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()


class Scratch:
    """A folder for scratch files.

    It is made when first needed and removed at the end of ``with``, otherwise when the process ends; sources made
    from it cannot be opened afterwards.
    """

    def __init__(self) -> None:
        self._folder: Path | None = None
        self._files = 0

    def new_file(self) -> ScratchFile:
        """An empty file. Raises InstallationError where none can be made."""
        try:
            if self._folder is None:
                import tempfile  # slow to load, and most calls need none

                self._folder = Path(tempfile.mkdtemp(prefix="wissel-"))
                atexit.register(self.remove)
            self._files += 1
            return ScratchFile(self._folder / str(self._files))
        except OSError as error:
            raise _no_room(error) from None

    def remove(self) -> None:
        """Remove the folder and all in it."""
        if self._folder is not None:
            import shutil

            shutil.rmtree(self._folder, ignore_errors=True)
            atexit.unregister(self.remove)
            self._folder = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.remove()


def _no_room(error: OSError) -> InstallationError:
    return InstallationError(f"No temporary file can be written for unpacking: {error}.")
