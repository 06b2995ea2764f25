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
from wissel.journal.journal import conclude, outcome_of, outputs_of, receive, record_of
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
    """Claim files, work on them, and hand over what follows. Raises InstallationError where disk or database refuse;
    what was claimed then stays in ``work/`` and is taken up again by :func:`recover`."""
    finished: list[Finished] = []
    for _, some in groupby(chosen, key=lambda one: one.channel):
        together = list(some)
        for first in range(0, len(together), CLAIM_MAX):
            with disk():
                claimed = claim(station.spool, station.files, together[first : first + CLAIM_MAX])
            finished += work_on(station, claimed)
    return tuple(finished)


def recover(station: Station) -> tuple[Finished, ...]:
    """Take up what an earlier run left behind. Raises as :func:`take` does."""
    with disk():
        _deliver_staged(station)
        left = left_over(station.spool)
    finished: list[Finished] = []
    for _, some in groupby(left, key=lambda one: one.folder):
        finished += work_on(station, tuple(some))
    return tuple(finished)


def work_on(station: Station, claimed: Sequence[Claimed]) -> tuple[Finished, ...]:
    """Record, conclude, deliver and finish files of one folder below ``work/``."""
    if not claimed:
        return ()
    with disk():
        records = _recorded(station, claimed)
        _conclude(station, records)
        return _hand_over(station, records)


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
    except Exception as error:
        if _is_of_the_disk(error):
            raise
        return [error] if len(given) == 1 else [known for one in given for known in _prepared(work, [one])]


def _is_of_the_disk(error: Exception) -> bool:
    """Whether the disk, the database or the machine refuses, which trying again later may mend; else setting the file
    aside is what helps."""
    return isinstance(error, DatabaseUnavailable) or (isinstance(error, OSError) and error.errno not in _OURS)


_OURS = (errno.ENAMETOOLONG, errno.EINVAL, errno.EISDIR, errno.ENOTDIR, errno.EEXIST, errno.ELOOP, errno.EILSEQ)


def _conclude_one(station: Station, connection: Connection, record: Record, path: Path, prepared: Any) -> None:
    try:
        if isinstance(prepared, Exception):
            raise prepared
        with savepoint(connection), TemporaryDirectory(dir=station.spool.scratch) as folder:
            conclusion = station.work.process(record, path, prepared, connection, Path(folder))
            _commit(station, connection, record, conclusion)
    except Exception as error:
        if _is_of_the_disk(error):
            raise
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


def _hand_over(station: Station, records: Sequence[tuple[Claimed, Record]]) -> tuple[Finished, ...]:
    """Deliver the outputs, then let the inputs go."""
    with transaction(station.database) as connection:
        concluded = [
            (one, record, outcome_of(connection, record.number), outputs_of(connection, record.number))
            for one, record in records
        ]
    finished: list[Finished] = []
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
        finished.append(Finished(record, outcome[0], Path(one.name), tuple(delivered), outcome[1]))
    settle(station.spool, station.files, folders, ())
    ended = []
    for (one, *_), done in zip(concluded, finished, strict=True):
        target = finish(station.spool, station.files, one, WHERE[done.verdict], done.report.encode())
        ended.append(replace(done, target=target))
    settle(station.spool, station.files, [done.target.parent for done in ended], [one.folder for one, _ in records])
    return tuple(ended)
