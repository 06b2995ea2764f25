"""Where a report goes: to standard output, or into a file that appears whole or not at all."""

import os
import stat
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import IO, TextIO, cast

from wissel.cli.console import visible
from wissel.core.errors import UsageError, WisselError


class Sink:
    """A text stream to write a report to. What the operating system refuses becomes one plain sentence.

    ``name`` is what the sentence calls it. A reader that went away stays a BrokenPipeError.
    """

    def __init__(self, stream: IO[str], name: str) -> None:
        self._stream = stream
        self._name = name

    def write(self, text: str, /) -> int:
        """As the stream's own. Raises WisselError where it cannot be written."""
        try:
            return self._stream.write(text)
        except OSError as error:
            raise _failed(self._name, error) from error

    def flush(self) -> None:
        """As the stream's own. Raises WisselError where it cannot be written."""
        try:
            self._stream.flush()
        except OSError as error:
            raise _failed(self._name, error) from error

    def __getattr__(self, name: str) -> object:
        return getattr(self._stream, name)


def _failed(name: str, error: OSError) -> Exception:
    if isinstance(error, BrokenPipeError):
        return error
    return WisselError(f"cannot write {visible(name)}: {error.strerror or error}")


def require_target(path: str | None, inputs: Sequence[str]) -> None:
    """Raises UsageError where ``path`` cannot be the report's file: a folder, in none, or one of ``inputs``."""
    if path is None or path == "-":
        return
    if os.path.isdir(path):
        raise UsageError(f"'{visible(path)}' is a folder; give the name of a file")
    if not os.path.isdir(os.path.dirname(path) or "."):
        raise UsageError(f"cannot write '{visible(path)}': its folder does not exist")
    if _is_file(path) and any(_is_file(one) and os.path.samefile(one, path) for one in inputs):
        raise UsageError(f"'{visible(path)}' is one of the files to check; the report would overwrite it")


def _is_file(path: str) -> bool:
    return os.path.exists(path) and stat.S_ISREG(os.stat(path).st_mode)


def staging(path: str) -> str:
    """Where the report for ``path`` is written before it is renamed into its place: beside it, and hidden."""
    target = os.path.realpath(path)
    return os.path.join(os.path.dirname(target), f".{os.path.basename(target)}.{os.getpid()}.tmp")


@contextmanager
def opened(path: str | None) -> Iterator[TextIO]:
    """The stream for ``path``, or standard output for None and ``-``: UTF-8, line breaks as they are written.

    A file is written beside its place and renamed into it at the end, so that nobody ever reads half a report;
    where an exception comes it keeps its old content. Raises WisselError where it cannot be written.
    """
    if path is None or path == "-":
        stream = _standard_output()
        yield stream
        stream.flush()
    elif os.path.exists(path) and not _is_file(path):
        with _opened(path, path, "w") as stream:
            yield stream
            stream.flush()
    else:
        yield from _whole_file(path)


def _standard_output() -> TextIO:
    stream = sys.stdout
    reconfigure = getattr(stream, "reconfigure", None)
    if reconfigure is not None and not stream.isatty():
        reconfigure(encoding="utf-8", errors="backslashreplace", newline="\n")
    elif reconfigure is not None:
        reconfigure(errors="backslashreplace")
    return cast(TextIO, Sink(stream, "the output"))


@contextmanager
def _opened(place: str, name: str, mode: str) -> Iterator[TextIO]:
    try:
        file = open(place, mode, encoding="utf-8", errors="backslashreplace", newline="\n")  # noqa: SIM115 - below
    except OSError as error:
        raise _failed(name, error) from error
    try:
        yield cast(TextIO, Sink(file, name))
    finally:
        with suppress(OSError):  # closing tries once more to write what could not be written
            file.close()


def _whole_file(path: str) -> Iterator[TextIO]:
    beside = staging(path)
    try:
        with _opened(beside, path, "x") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        try:
            os.replace(beside, os.path.realpath(path))
        except OSError as error:
            raise _failed(path, error) from error
    except BaseException:
        with suppress(OSError):
            os.unlink(beside)
        raise
