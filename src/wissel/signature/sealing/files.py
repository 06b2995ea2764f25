"""Files sealed and opened: what is written appears under its name whole, or not at all."""

import os
import stat
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, cast

from cryptography import x509

from wissel.core.errors import InstallationError, UsageError
from wissel.core.finding import Finding
from wissel.core.limits import Limits
from wissel.signature.sealing.ber import CHUNK_BYTES
from wissel.signature.sealing.open import open_sealed
from wissel.signature.sealing.recipients import OpeningKey
from wissel.signature.sealing.seal import SealOptions, Write, seal


def seal_file(
    source: BinaryIO, certificates: Sequence[x509.Certificate], options: SealOptions, target: Path
) -> Finding | None:
    """Seal what ``source`` holds into the file ``target``; None where it is done, else why not, and nothing is written.

    Raises what :func:`wissel.signature.sealing.seal.seal` raises; InstallationError where it cannot be written.
    """
    return _filled(target, lambda file: seal(source, size_of(source), certificates, options, file.write))


def open_file(source: BinaryIO, key: OpeningKey, target: Path, limits: Limits) -> Finding | None:
    """Open a sealed file into ``target``; None where it is done, else why not, and nothing is written.

    What is decrypted stands in a file without a name until the seal proved good; where the system has no such files,
    in one with a hidden name beside ``target``. Only its owner may read it. Raises InstallationError.
    """
    return _filled(target, lambda file: open_sealed(source, key, file, limits))


def open_to(source: BinaryIO, key: OpeningKey, write: Write, limits: Limits) -> Finding | None:
    """Open a sealed file and hand its content on once the seal proved good; until then it waits in a temporary file.

    None where it is done, else why not, and nothing was handed on. Raises InstallationError.
    """
    try:
        with tempfile.TemporaryFile() as spool:
            refused = open_sealed(source, key, cast(BinaryIO, spool), limits)
            if refused is None:
                spool.seek(0)
                while chunk := spool.read(CHUNK_BYTES):
                    write(chunk)
            return refused
    except BrokenPipeError:
        raise
    except OSError as error:
        raise InstallationError(f"the opened file cannot be written: {error.strerror or error}") from None


def size_of(source: BinaryIO) -> int | None:
    """How many bytes are left in a regular file; None for anything else, such as a pipe."""
    try:
        status = os.fstat(source.fileno())
    except OSError:  # no file of the system
        return None
    return status.st_size - source.tell() if stat.S_ISREG(status.st_mode) else None


def _filled(target: Path, fill: Callable[[BinaryIO], Finding | None]) -> Finding | None:
    refused: Finding | None = None
    if target.exists() and not target.is_file():
        raise UsageError(f"{target} is no file: a device or pipe cannot be replaced; without an output file, standard "
                         "output is written")  # fmt: skip
    try:
        with _appearing(Path(os.path.realpath(target))) as (file, keep):
            refused = fill(file)
            if refused is None:
                file.flush()
                os.fsync(file.fileno())
                keep()
    except OSError as error:
        raise InstallationError(f"{target} cannot be written: {error.strerror or error}") from None
    return refused


@contextmanager
def _appearing(target: Path) -> Iterator[tuple[BinaryIO, Callable[[], None]]]:
    """A new file, and the function that gives it its name; without that it is gone at the end."""
    beside = target.with_name(f".{target.name}.{os.getpid()}.tmp")
    nameless = _nameless(target.parent)
    number = os.open(beside, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600) if nameless is None else nameless

    def keep() -> None:
        if nameless is not None:
            folder = os.open(target.parent, os.O_RDONLY)
            try:
                # with a folder given, the call follows the link of /proc to the file itself
                os.link(f"/proc/self/fd/{number}", beside.name, dst_dir_fd=folder, follow_symlinks=True)
            finally:
                os.close(folder)
        os.replace(beside, target)

    try:
        with os.fdopen(number, "w+b") as file:
            yield file, keep
    finally:
        with suppress(OSError):
            os.unlink(beside)


def _nameless(folder: Path) -> int | None:
    """A file in a folder that has no name and is gone with the process; None where the system has no such files."""
    flag = getattr(os, "O_TMPFILE", None)
    if flag is None or not os.path.isdir("/proc/self/fd"):
        return None
    with suppress(OSError):
        return os.open(folder, flag | os.O_RDWR, 0o600)
    return None
