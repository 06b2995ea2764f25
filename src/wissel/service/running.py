"""A bank directory at work: everything that a drop directory needs, opened and proved to be usable."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from wissel.catalog.definitions import default_catalog
from wissel.core.clock import Clock, system_clock
from wissel.core.errors import InstallationError
from wissel.core.settings import processor_count
from wissel.engine.bank.files import load_bank
from wissel.engine.database import Engine as Database
from wissel.engine.database import transaction
from wissel.engine.engine import Engine
from wissel.engine.handlers import HANDLERS
from wissel.engine.memory import Memory
from wissel.engine.opening import database_file, database_of, make_ready, require_journal
from wissel.engine.signing import Signers, signers_of
from wissel.routing.bank import Bank
from wissel.service.filedrop import Station
from wissel.service.files import DiskFiles, Files
from wissel.service.guard import guard_of, require_known
from wissel.service.local_disk import require_local
from wissel.service.ownership import owned
from wissel.service.spool import DEFAULT_CHANNEL, Spool


@contextmanager
def opened(folder: Path, clock: Clock = system_clock, files: Files | None = None) -> Iterator[Station]:
    """Own a bank directory and work on it: one process at a time, until the block ends.

    Raises UsageError where the folder is none, ConfigurationError for what is wrong in its files, InstallationError
    where another process holds it, a key may be read by others, ``work/`` or the database are not on a local disk, or
    the database cannot be used.
    """
    bank = load_bank(folder)
    spool = Spool(folder)
    make_folders(spool, bank)
    with owned(spool):
        _clear(spool.scratch)
        database = database_of(bank)
        try:
            make_ready(database, bank)
            with transaction(database) as connection:
                require_known(connection, spool.work)
            station = station_of(bank, database, clock, files or DiskFiles(), signers_of(bank))
            yield replace(station, guard=guard_of(spool.work, database_file(bank)))
        finally:
            database.dispose()


@contextmanager
def looked_into(folder: Path) -> Iterator[tuple[Bank, Database]]:
    """A bank and its database, to be read only; another process may be at work on it meanwhile. Raises as
    :func:`opened` does, and InstallationError where nothing was ever worked on there."""
    bank = load_bank(folder)
    database = database_of(bank, read_only=True)
    try:
        require_journal(database, bank)
        yield bank, database
    finally:
        database.dispose()


def station_of(bank: Bank, database: Database, clock: Clock, files: Files, signers: Signers) -> Station:
    """The station of a bank whose folders and database are ready."""
    engine = Engine(bank, default_catalog(), HANDLERS, signers, Memory(bank))
    return Station(Spool(bank.folder), files, database, engine, clock, bank.digest)


def jobs_of(station: Station, wanted: int | None) -> int:
    """In how many processes files are read: so many as are wanted, else as ``wissel.toml`` says, else one for each
    processor."""
    work = station.work
    return wanted or (work.bank.settings.jobs if isinstance(work, Engine) else None) or processor_count()


def make_folders(spool: Spool, bank: Bank) -> None:
    """Make the folders that are missing; ``work/`` and the database are to be on a local disk. Raises
    InstallationError."""
    inboxes = (spool.inbox / name for name in bank.channels if name != DEFAULT_CHANNEL)
    ends = (spool.root / name for name in ("done", "failed", "shunt"))
    try:
        own = (spool.work, spool.outbox, spool.scratch, spool.warehouse, spool.instructions)
        for path in (spool.inbox, *inboxes, *own, spool.out, *ends):
            path.mkdir(exist_ok=True)
    except OSError as error:
        raise InstallationError(f"{error.filename} cannot be made: {error.strerror}") from None
    require_local(spool.work)
    database = database_file(bank)
    if database is not None:
        require_local(database.parent)


def _clear(folder: Path) -> None:
    """What a run that was killed left among its scratch files means nothing to anyone."""
    for path in folder.iterdir():
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)
