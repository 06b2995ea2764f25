"""Instructions of the bank's own people: dropped whole, taken up before anything else, what they leave is tidied."""

from collections.abc import Iterator
from pathlib import Path

from wissel.core.errors import InstallationError
from wissel.engine.database import Connection, transaction
from wissel.engine.instructions.instruction import Instruction, file_name, instruction_bytes
from wissel.engine.orders.warehouse import HELD, left_in, read_waited
from wissel.service.disk_faults import disk
from wissel.service.filedrop import Finished, Station, recovering, take
from wissel.service.files import Files
from wissel.service.spool import Spool, instructed


def instruct(spool: Spool, files: Files, instruction: Instruction) -> str:
    """Drop an instruction, whole or not at all; the name of its file. Whoever works on the bank directory takes it up.
    Raises InstallationError."""
    name = file_name(instruction)
    beside = spool.instructions / f".{name}.tmp"
    try:
        files.make_folder(spool.instructions)
        if beside.exists():
            files.remove(beside)
        files.write(beside, [instruction_bytes(instruction)])
        files.force([beside])
        files.rename(beside, spool.instructions / name)
        files.sync_folder(spool.instructions)
        files.sync_folder(spool.work)
    except OSError as error:
        raise InstallationError(f"{spool.instructions} takes no instruction: {error.strerror}") from None
    return name


def resuming(station: Station) -> Iterator[Finished]:
    """Take up what an earlier run left, and the instructions that are there; what they leave is tidied. Raises as
    :func:`wissel.service.filedrop.recovering` does."""
    yield from recovering(station)
    yield from obey(station)
    tidy(station)


def obey(station: Station) -> Iterator[Finished]:
    """Take up the instructions that are there. Raises as :func:`wissel.service.filedrop.take` does."""
    with disk():
        found = instructed(station.spool)
    if found:
        yield from take(station, found)
        tidy(station)


def tidy(station: Station) -> None:
    """Remove files of the warehouse that hold nothing any more: all of it was released or rejected. A file that is left
    means nothing, the journal decides. Raises InstallationError."""
    spool, files = station.spool, station.files
    with disk():
        held = sorted(spool.warehouse.glob(f"{HELD}-*.order"))
        if not held:
            return
        with transaction(station.database) as connection:
            empty = [path for path in held if _is_empty(connection, path)]
        for path in empty:
            files.remove(path)
        if empty:
            files.sync_folder(spool.warehouse)


def _is_empty(connection: Connection, path: Path) -> bool:
    try:
        return not left_in(connection, read_waited(path))
    except InstallationError:  # a file that was damaged is for a person to look at; it stops nobody
        return False
