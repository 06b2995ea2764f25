"""Take files out of the inboxes, have them worked on, and hand over what follows: exactly once, whatever is killed.

Two commits and an outbox. (1) The journal records the claimed files. (2) What follows from each is written whole below
``work/outbox`` and forced to the disk; then one transaction commits decisions, bookings, links, and the names and
digests of the outputs. (3) Each output is renamed into ``out/``: the rename is the delivery. (4) The input
leaves ``work/``.

After a crash, in this order: what is staged and committed is delivered, what is staged otherwise is removed; a file in
``work/`` without a record is recorded; one without an outcome is worked on with the number, time and identifiers of its
record; one that is concluded leaves ``work/``.
"""

import errno
import hashlib
import traceback
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Protocol

from wissel.core.clock import Clock
from wissel.core.errors import InstallationError, WisselError
from wissel.engine.conclusion import Conclusion, Made, failed_by_us, packed, report_text
from wissel.engine.database import Connection, DatabaseUnavailable, Engine, savepoint, transaction
from wissel.journal.journal import conclude, last_folder, outcome_of, outputs_of, receive, record_of
from wissel.journal.values import Outcome, Output, Receipt, Record, Verdict
from wissel.service.files import Files, chunks_of
from wissel.service.spool import (
    CLAIM_MAX,
    Claimed,
    Spool,
    Waiting,
    claim,
    deliver,
    finish,
    folder_of,
    left_over,
    settle,
    stage,
    staged,
    text_name,
)

WHERE = {Verdict.ACCEPTED: "done", Verdict.FAILED: "failed", Verdict.SHUNTED: "shunt"}
"""The folder that a file ends in."""


class Work(Protocol):
    """What is done with a file: the engine, or something simpler in a test."""

    def prepare(self, files: Sequence[tuple[Record, Path]]) -> Sequence[Any]:
        """What can be found out of each file alone, without the database, perhaps in several processes. Raises nothing
        for a bad file."""

    def process(self, record: Record, path: Path, prepared: Any, connection: Connection, folder: Path) -> Conclusion:
        """Everything that follows from one file. Books and reads through the connection, and neither commits nor rolls
        back; large outputs are written into ``folder``. Raises InstallationError, or any other exception where it has
        a fault."""


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


@dataclass(frozen=True, slots=True)
class Finished:
    """What became of one file."""

    record: Record
    verdict: Verdict
    target: Path
    outputs: tuple[Path, ...]
    report: str
    """JSON, as it stands beside the file."""


def take(station: Station, chosen: Sequence[Waiting]) -> tuple[Finished, ...]:
    """What :func:`taking` gives, all of it."""
    return tuple(taking(station, chosen))


def taking(station: Station, chosen: Sequence[Waiting]) -> Iterator[Finished]:
    """Claim files, work on them, and hand over what follows. Raises InstallationError where disk or database refuse;
    what was claimed then stays in ``work/`` and is taken up again by :func:`recovering`."""
    for _, some in groupby(chosen, key=lambda one: one.channel):
        together = list(some)
        for first in range(0, len(together), CLAIM_MAX):
            with transaction(station.database) as connection:
                last = last_folder(connection)
            with disk():
                claimed = claim(station.spool, station.files, together[first : first + CLAIM_MAX], last)
            yield from work_on(station, claimed)


def recover(station: Station) -> tuple[Finished, ...]:
    """What :func:`recovering` gives, all of it."""
    return tuple(recovering(station))


def recovering(station: Station) -> Iterator[Finished]:
    """Take up what an earlier run left behind. Raises as :func:`taking` does."""
    with disk():
        _deliver_staged(station)
        left = left_over(station.spool)
    for _, some in groupby(left, key=lambda one: one.folder):
        yield from work_on(station, tuple(some))


def work_on(station: Station, claimed: Sequence[Claimed]) -> Iterator[Finished]:
    """Record, conclude, deliver and finish files of one folder below ``work/``."""
    if not claimed:
        return
    with disk():
        records = _recorded(station, claimed)
        _conclude(station, records)
        ready = _delivered(station, records)
    yield from _finished(station, ready)


@contextmanager
def disk() -> Iterator[None]:
    """A fault of the disk stops the work with one sentence; nothing was promised yet that recovery cannot keep."""
    try:
        yield
    except OSError as error:
        where = f" ({error.filename})" if error.filename else ""
        raise InstallationError(f"the disk refuses: {error.strerror or error}{where}") from error


def _recorded(station: Station, claimed: Sequence[Claimed]) -> list[tuple[Claimed, Record]]:
    """The first commit, for those that have no record yet."""
    now = station.clock()
    receipts = [_receipt(station, one) for one in claimed]
    with transaction(station.database) as connection:
        known = [record_of(connection, one.folder, text_name(one.name)) for one in claimed]
        new = [receipt(now) for receipt, old in zip(receipts, known, strict=True) if old is None]
        made = iter(receive(connection, new))
        return [(one, old or next(made)) for one, old in zip(claimed, known, strict=True)]


def _receipt(station: Station, claimed: Claimed) -> Callable[[Any], Receipt]:
    digest, size = hashlib.sha256(), 0
    for chunk in chunks_of(claimed.path(station.spool), digest.update):
        size += len(chunk)
    return lambda now: Receipt(
        claimed.channel, text_name(claimed.name), digest.hexdigest(), size, now, station.configuration, claimed.folder
    )


def _conclude(station: Station, records: Sequence[tuple[Claimed, Record]]) -> None:
    """The second commit: one for all of them, each of them able to fail alone."""
    with transaction(station.database) as connection:
        open_ones = [(one, record) for one, record in records if outcome_of(connection, record.number) is None]
    if not open_ones:
        return
    given = [(record, one.path(station.spool)) for one, record in open_ones]
    prepared = _prepared(station.work, given)
    with transaction(station.database) as connection:
        for (record, path), known in zip(given, prepared, strict=True):
            _conclude_one(station, connection, record, path, known)
        station.files.sync_folder(station.spool.outbox)


def _prepared(work: Work, given: Sequence[tuple[Record, Path]]) -> Sequence[Any]:
    """What can be found out of each file alone; in place of it the exception, where that could not be done."""
    try:
        return work.prepare(given)
    except Exception as error:  # noqa: BLE001 - a fault of ours at one file must not stop the others
        _raise_for_disk(error)
        return [error] if len(given) == 1 else [known for one in given for known in _prepared(work, [one])]


def _raise_for_disk(error: Exception) -> None:
    """Raise where the disk, the database or the machine refuses, which trying again later may mend; else setting the
    file aside is what helps. What was made of such a fault on its way here (a sentence for a person) is one, too."""
    if isinstance(error, DatabaseUnavailable) or (isinstance(error, OSError) and error.errno not in _OURS):
        raise error
    before: BaseException | None = error
    while before is not None:
        if isinstance(before, OSError) and before.errno in _FULL:
            raise InstallationError(f"the disk refuses: {before.strerror}") from error
        before = before.__cause__ or before.__context__


_OURS = (errno.ENAMETOOLONG, errno.EINVAL, errno.EISDIR, errno.ENOTDIR, errno.EEXIST, errno.ELOOP, errno.EILSEQ)
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO, errno.EFBIG, errno.ENOMEM, errno.EMFILE, errno.ENFILE)


def _conclude_one(station: Station, connection: Connection, record: Record, path: Path, prepared: Any) -> None:
    try:
        if isinstance(prepared, Exception):
            raise prepared
        with savepoint(connection), TemporaryDirectory(dir=station.spool.scratch) as folder:
            conclusion = station.work.process(record, path, prepared, connection, Path(folder))
            _commit(station, connection, record, conclusion)
    except Exception as error:  # noqa: BLE001 - the one edge where a fault of ours ends: the file is set aside whole
        _raise_for_disk(error)
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
            _commit(station, connection, record, set_aside)


def _commit(station: Station, connection: Connection, record: Record, conclusion: Conclusion) -> None:
    outputs = tuple(_staged(station, record, position, made) for position, made in enumerate(conclusion.made, 1))
    outcome = Outcome(
        verdict=conclusion.verdict,
        at=record.receipt.received_at,
        keys=conclusion.keys,
        outputs=outputs,
        postings=conclusion.postings,
        report=report_text(record, conclusion),
        repeats=conclusion.repeats,
    )
    conclude(connection, record, outcome, conclusion.payments, conclusion.statuses)


def _staged(station: Station, record: Record, position: int, made: Made) -> Output:
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
    return Output(made.addressee, made.name, digest.hexdigest(), size, content)


def _deliver_staged(station: Station) -> None:
    """Deliver what is staged and committed; remove what no commit speaks of."""
    folders: list[Path] = []
    found = staged(station.spool)
    if not found:
        return
    with transaction(station.database) as connection:
        known = {number: outputs_of(connection, number) for number in {number for number, _, _ in found}}
    for number, position, path in found:
        if position <= len(known[number]):
            output = known[number][position - 1]
            folders.append(deliver(station.spool, station.files, path, output.addressee, output.name))
        else:
            station.files.remove(path)
    settle(station.spool, station.files, folders, ())


def _delivered(station: Station, records: Sequence[tuple[Claimed, Record]]) -> list[tuple[Claimed, Finished]]:
    """Deliver the outputs; what is left to do is to let the inputs go."""
    with transaction(station.database) as connection:
        concluded = [
            (one, record, outcome_of(connection, record.number), outputs_of(connection, record.number))
            for one, record in records
        ]
    ready: list[tuple[Claimed, Finished]] = []
    folders: list[Path] = []
    for one, record, outcome, outputs in concluded:
        if outcome is None:
            raise InstallationError(f"record {record.number} has no outcome")
        delivered = []
        for position, output in enumerate(outputs, 1):
            path = station.spool.outbox / f"{record.number}.{position}"
            if path.exists():
                folders.append(deliver(station.spool, station.files, path, output.addressee, output.name))
            delivered.append(folder_of(station.spool, output.addressee) / output.name)
        ready.append((one, Finished(record, outcome[0], Path(one.name), tuple(delivered), outcome[1])))
    settle(station.spool, station.files, folders, ())
    return ready


def _finished(station: Station, ready: Sequence[tuple[Claimed, Finished]]) -> Iterator[Finished]:
    """Let the inputs go. Where the disk refuses that, those that are gone are told before it is raised."""
    ended: list[Finished] = []
    refused: InstallationError | None = None
    try:
        with disk():
            for one, done in ready:
                target = finish(station.spool, station.files, one, WHERE[done.verdict], done.report.encode())
                ended.append(replace(done, target=target))
            folders = [done.target.parent for done in ended]
            settle(station.spool, station.files, folders, [one.folder for one, _ in ready])
    except InstallationError as error:
        refused = error
    yield from ended
    if refused is not None:
        raise refused
