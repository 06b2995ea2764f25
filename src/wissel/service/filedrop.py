"""Take files out of the inboxes, have them worked on, and hand over what follows: exactly once, whatever is killed.

Two commits and an outbox. (1) The journal records the claimed files. (2) What follows from each is written whole below
``work/outbox`` and forced to the disk; then one transaction commits decisions, bookings, links, and the names and
digests of the outputs. (3) Each output is renamed into ``out/``: the rename is the delivery. (4) The input
leaves ``work/``.

After a crash, in this order: what is staged and committed is delivered, what is staged otherwise is removed; a file in
``work/`` without a record is recorded; one without an outcome is worked on with the number, time and identifiers of its
record; one that is concluded leaves ``work/``.
"""

import hashlib
import os
import shutil
import traceback
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Protocol

from wissel.core.clock import Clock
from wissel.core.errors import InstallationError, WisselError
from wissel.engine.conclusion import Conclusion, Made, failed_by_us, packed, report_text
from wissel.engine.database import Connection, Engine, savepoint, transaction
from wissel.journal.journal import conclude, last_folder, outcomes_of, outputs_by_record, receive, records_of, tip
from wissel.journal.values import Outcome, Output, Receipt, Record, Verdict
from wissel.service.disk_faults import disk, raise_for_disk
from wissel.service.file_names import text_name
from wissel.service.files import Files, chunks_of
from wissel.service.guard import NO_GUARD, Guard
from wissel.service.spool import (
    CLAIM_MAX,
    Claimed,
    Spool,
    Waiting,
    claim,
    deliver,
    finishing,
    folder_of,
    left_over,
    settle,
    stage,
    staged,
)

Preparing = Callable[[], Sequence[Any]]
"""Waits for what was begun; its results in the order of the files. Asked once."""
WHERE = {Verdict.ACCEPTED: "done", Verdict.FAILED: "failed", Verdict.SHUNTED: "shunt"}
"""The folder that a file ends in."""


class Work(Protocol):
    """What is done with a file: the engine, or something simpler in a test."""

    def prepare(self, files: Sequence[tuple[Record, Path]]) -> Preparing:
        """Begin to find out of each file what can be found out of it alone, without the database, perhaps in several
        processes. Raises nothing for a bad file."""

    def process(self, record: Record, path: Path, prepared: Any, connection: Connection, folder: Path) -> Conclusion:
        """Everything that follows from one file. Books and reads through the connection, and neither commits nor rolls
        back; large outputs are written into ``folder``, which is empty. Raises InstallationError, or any other
        exception where it has a fault."""

    def putting_off(self, files: int, /) -> "tuple[Work, Callable[[], bool]]":
        """The same for so many files, with checks of what it writes put off where that pays; and what says, after all
        of them, whether what was put off holds. Where it does not, all is done again with nothing put off."""
        return self, lambda: True


@dataclass(frozen=True, slots=True)
class Station:
    """All that a drop directory is worked on with."""

    spool: Spool
    files: Files
    database: Engine
    work: Work
    clock: Clock
    configuration: str
    """Digest of the configuration, for the journal."""
    guard: Guard = NO_GUARD
    """Looks whether folder and journal are still the same."""


@dataclass(frozen=True, slots=True)
class Finished:
    """What became of one file."""

    record: Record
    verdict: Verdict
    target: Path
    outputs: tuple[Path, ...]
    report: str
    """JSON, as it stands beside the file."""


@dataclass(frozen=True, slots=True)
class _Begun:
    """Files of one folder below ``work/`` that are recorded, those without an outcome being prepared."""

    records: Sequence[tuple[Claimed, Record]]
    open: Sequence[tuple[Record, Path]]
    preparing: Preparing | Exception


def take(station: Station, chosen: Sequence[Waiting]) -> tuple[Finished, ...]:
    """What :func:`taking` gives of files that are taken one channel at a time, all of it."""
    return tuple(taking(station, lots(chosen)))


def lots(chosen: Sequence[Waiting], first: int = CLAIM_MAX) -> Iterator[Sequence[Waiting]]:
    """The files in their order, in lots of one channel that are taken together; ``first``: how many are in the first
    lot of each channel at most."""
    for _, some in groupby(chosen, key=lambda one: one.channel):
        together = list(some)
        begin, size = 0, first
        while begin < len(together):
            yield together[begin : begin + size]
            begin, size = begin + size, CLAIM_MAX


def taking(station: Station, chosen: Iterable[Sequence[Waiting]]) -> Iterator[Finished]:
    """Claim lots of files, work on them, and hand over what follows. While one lot is concluded, the next one is
    prepared. Raises InstallationError where disk or database refuse; what was claimed then stays in ``work/`` and is
    taken up again by :func:`recovering`."""
    return _in_turn(station, (_claimed(station, some) for some in chosen))


def _claimed(station: Station, some: Sequence[Waiting]) -> Sequence[Claimed]:
    station.guard.require_same()
    with transaction(station.database) as connection:
        last = last_folder(connection)
    with disk():
        return claim(station.spool, station.files, some, last)


def recover(station: Station) -> tuple[Finished, ...]:
    """What :func:`recovering` gives, all of it."""
    return tuple(recovering(station))


def recovering(station: Station) -> Iterator[Finished]:
    """Take up what an earlier run left behind. Raises as :func:`taking` does."""
    with disk():
        _deliver_staged(station)
        left = left_over(station.spool)
    return _in_turn(station, (tuple(some) for _, some in groupby(left, key=lambda one: one.folder)))


def _in_turn(station: Station, folders: Iterator[Sequence[Claimed]]) -> Iterator[Finished]:
    """Record each folder and begin with it, then end the one before."""
    before: _Begun | None = None
    for claimed in folders:
        begun = _begun(station, claimed) if claimed else None
        if before is not None:
            yield from _ended(station, before)
        before = begun
    if before is not None:
        yield from _ended(station, before)


def _begun(station: Station, claimed: Sequence[Claimed]) -> _Begun:
    with disk():
        records = _recorded(station, claimed)
    with transaction(station.database) as connection:
        done = outcomes_of(connection, [record.number for _, record in records])
    open_ones = [(record, one.path(station.spool)) for one, record in records if record.number not in done]
    try:
        preparing: Preparing | Exception = station.work.prepare(open_ones)
    except Exception as error:  # noqa: BLE001 - told when it is this folder's turn
        preparing = error
    return _Begun(records, open_ones, preparing)


def _ended(station: Station, begun: _Begun) -> Iterator[Finished]:
    """Conclude, deliver and finish."""
    with disk():
        if begun.open:
            _conclude(station, begun)
        ready = _delivered(station, begun.records)
    yield from _finished(station, ready)


def _recorded(station: Station, claimed: Sequence[Claimed]) -> list[tuple[Claimed, Record]]:
    """The first commit, for those that have no record yet."""
    now = station.clock()
    receipts = [_receipt(station, one) for one in claimed]
    with transaction(station.database) as connection:
        known = records_of(connection, claimed[0].folder)
        new = [receipt(now) for one, receipt in zip(claimed, receipts, strict=True) if text_name(one.name) not in known]
        made = {record.receipt.file: record for record in receive(connection, new)}
    return [(one, (known | made)[text_name(one.name)]) for one in claimed]


def _receipt(station: Station, claimed: Claimed) -> Callable[[Any], Receipt]:
    digest, size = hashlib.sha256(), 0
    for chunk in chunks_of(claimed.path(station.spool), digest.update):
        size += len(chunk)
    return lambda now: Receipt(
        claimed.channel, text_name(claimed.name), digest.hexdigest(), size, now, station.configuration, claimed.folder
    )


def _conclude(station: Station, begun: _Begun) -> None:
    """The second commit: one for all of them, each of them able to fail alone."""
    station.guard.require_same()
    prepared = _prepared(station.work, begun)
    work, holds = station.work.putting_off(len(begun.open))
    try:
        _attempt(replace(station, work=work), begun, prepared, holds)
    except _DoesNotHoldError:  # nothing of it is committed; what was staged is staged anew
        _attempt(station, begun, prepared, lambda: True)


class _DoesNotHoldError(Exception):
    """A check that was put off failed."""


def _attempt(station: Station, begun: _Begun, prepared: Sequence[Any], holds: Callable[[], bool]) -> None:
    outputs: list[Path] = []
    with (
        transaction(station.database) as connection,
        TemporaryDirectory(dir=station.spool.scratch, ignore_cleanup_errors=True) as folder,
    ):
        for (record, path), known in zip(begun.open, prepared, strict=True):
            outputs += _conclude_one(station, connection, record, path, known, Path(folder))
            _empty(Path(folder))
        station.files.force(outputs)
        station.files.sync_folder(station.spool.outbox)
        if not holds():
            raise _DoesNotHoldError
        last = tip(connection)
    station.guard.noted(last)


def _empty(folder: Path) -> None:
    for name in os.listdir(folder):
        path = folder / name
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()


def _prepared(work: Work, begun: _Begun) -> Sequence[Any]:
    """What could be found out of each file alone; in place of it the exception, where that could not be done."""
    try:
        if isinstance(begun.preparing, Exception):
            raise begun.preparing
        return begun.preparing()
    except Exception as error:  # noqa: BLE001 - a fault of ours at one file must not stop the others
        raise_for_disk(error)
        return [error] if len(begun.open) == 1 else [_prepared_alone(work, one) for one in begun.open]


def _prepared_alone(work: Work, one: tuple[Record, Path]) -> Any:
    try:
        return work.prepare([one])()[0]
    except Exception as error:  # noqa: BLE001 - as above
        raise_for_disk(error)
        return error


def _conclude_one(
    station: Station, connection: Connection, record: Record, path: Path, prepared: Any, folder: Path
) -> list[Path]:
    """Write all that follows from one file; the outputs, which are not forced to the disk yet."""
    try:
        if isinstance(prepared, Exception):
            raise prepared
        with savepoint(connection):
            conclusion = station.work.process(record, path, prepared, connection, folder)
            return _commit(station, connection, record, conclusion)
    except Exception as error:  # noqa: BLE001 - the one edge where a fault of ours ends: the file is set aside whole
        raise_for_disk(error)
        for number, _, left in staged(station.spool):
            if number == record.number:
                station.files.remove(left)
        if isinstance(error, WisselError):
            said, details = str(error), ""
        else:
            said = f"a fault of wissel, not of the file: {type(error).__name__}"
            details = "".join(traceback.format_exception(error))
        set_aside = failed_by_us(said, details, record.receipt.received_at)
        with savepoint(connection):
            return _commit(station, connection, record, set_aside)


def _commit(station: Station, connection: Connection, record: Record, conclusion: Conclusion) -> list[Path]:
    written = [_staged(station, record, position, made) for position, made in enumerate(conclusion.made, 1)]
    outcome = Outcome(
        verdict=conclusion.verdict,
        at=record.receipt.received_at,
        keys=conclusion.keys,
        outputs=tuple(output for _, output in written),
        postings=conclusion.postings,
        report=report_text(record, conclusion),
        repeats=conclusion.repeats,
    )
    conclude(connection, record, outcome, conclusion.payments, conclusion.statuses, conclusion.journal)
    return [path for path, _ in written]


def _staged(station: Station, record: Record, position: int, made: Made) -> tuple[Path, Output]:
    digest, size = hashlib.sha256(), 0
    whole = made.content if isinstance(made.content, bytes) else None
    chunks: Iterable[bytes] = [whole] if whole is not None else chunks_of(Path(str(made.content)))

    def counted() -> Iterable[bytes]:
        nonlocal size
        for chunk in chunks:
            digest.update(chunk)
            size += len(chunk)
            yield chunk

    path = stage(station.spool, station.files, record.number, position, counted())
    content = packed(whole if whole is not None else path.read_bytes()) if made.answer else None
    return path, Output(made.addressee, made.name, digest.hexdigest(), size, content)


def _deliver_staged(station: Station) -> None:
    """Deliver what is staged and committed; remove what no commit speaks of."""
    folders: list[Path] = []
    found = staged(station.spool)
    if not found:
        return
    with transaction(station.database) as connection:
        known = outputs_by_record(connection, sorted({number for number, _, _ in found}))
    for number, position, path in found:
        outputs = known.get(number, ())
        if position <= len(outputs):
            output = outputs[position - 1]
            folders.append(deliver(station.spool, station.files, path, output.addressee, output.name))
        else:
            station.files.remove(path)
    settle(station.spool, station.files, folders, ())


def _delivered(station: Station, records: Sequence[tuple[Claimed, Record]]) -> list[tuple[Claimed, Finished]]:
    """Deliver the outputs; what is left to do is to let the inputs go."""
    numbers = [record.number for _, record in records]
    with transaction(station.database) as connection:
        outcomes, outputs = outcomes_of(connection, numbers), outputs_by_record(connection, numbers)
    ready: list[tuple[Claimed, Finished]] = []
    folders: list[Path] = []
    there = {(number, position): path for number, position, path in staged(station.spool)}
    for one, record in records:
        if record.number not in outcomes:
            raise InstallationError(f"record {record.number} has no outcome")
        delivered = []
        for position, output in enumerate(outputs.get(record.number, ()), 1):
            path = there.get((record.number, position))
            if path is not None:
                folders.append(deliver(station.spool, station.files, path, output.addressee, output.name))
            delivered.append(folder_of(station.spool, output.addressee) / output.name)
        verdict, report = outcomes[record.number]
        ready.append((one, Finished(record, verdict, Path(one.name), tuple(delivered), report)))
    settle(station.spool, station.files, folders, ())
    return ready


def _finished(station: Station, ready: Sequence[tuple[Claimed, Finished]]) -> Iterator[Finished]:
    """Let the inputs go. Where the disk refuses that, those that are gone are told before it is raised."""
    gone: list[Finished] = []
    refused: InstallationError | None = None
    asked = [(one, WHERE[done.verdict], done.report.encode()) for one, done in ready]
    try:
        with disk():
            for (_, done), target in zip(ready, finishing(station.spool, station.files, asked), strict=True):
                gone.append(replace(done, target=target))
            settle(
                station.spool, station.files, [done.target.parent for done in gone], [one.folder for one, _ in ready]
            )
    except InstallationError as error:
        refused = error
    yield from gone
    if refused is not None:
        raise refused
