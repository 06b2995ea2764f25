"""A place for the part of a report that is known late and stands early, without keeping it in memory."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, TextIO

_MEMORY_BYTES_MAX = 8 * 1024**2
_COPY_CHARACTERS = 65_536


@contextmanager
def spool() -> Iterator[IO[str]]:
    """A text file that lives in memory while it is small and vanishes afterwards."""
    import tempfile

    with tempfile.SpooledTemporaryFile(
        _MEMORY_BYTES_MAX, "w+", encoding="utf-8", errors="backslashreplace", newline=""
    ) as file:
        yield file


def pour(file: IO[str], out: TextIO) -> None:
    """Copy all that was written to ``file`` into ``out``."""
    file.seek(0)
    while text := file.read(_COPY_CHARACTERS):
        out.write(text)
