"""Prepare files in several processes: what can be found out of each alone, reading, validating and verifying; and check
what large ones led to.

What follows from them stays in this process and in their order, so that each channel's order is kept.
"""

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import CancelledError, Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from multiprocessing.connection import wait
from pathlib import Path
from typing import Any

from wissel.catalog.definitions import Catalog, default_catalog
from wissel.core.errors import InstallationError
from wissel.core.finding import Severity
from wissel.engine.answering.file import file_faults
from wissel.engine.checking import Question as Checked
from wissel.engine.checking import check_here, checked
from wissel.engine.conclusion import Conclusion
from wissel.engine.database import Connection
from wissel.engine.engine import Engine
from wissel.engine.prepared import Coming, Prepared, Rules, prepare
from wissel.journal.values import Record
from wissel.service.filedrop import Preparing, Station, Work
from wissel.validation.names import SCHEMA
from wissel.validation.report import Report

FILES_MIN = 8
"""So many files have to wait before other processes pay."""
ALONE_BYTES_MAX = 1_000_000
"""Unless they are larger than this together."""
LARGE_BYTES = 5_000_000
"""A file that another process prepares even where it is the only one: meanwhile work on it begins."""
CHECKED_HERE_BYTES_MAX = 50_000
_PIECES_PER_JOB = 4
_CHECKS_TOGETHER = 16

Question = tuple[Path, str, Rules, Any]
Answer = tuple[Prepared, ...] | Exception
Check = tuple[bytes, str, date]
"""What was written, the guideline that it has to keep, and the day."""


@dataclass(frozen=True, slots=True)
class Pooled:
    """The engine, with its preparing done by other processes where many files wait."""

    engine: Engine
    jobs: int
    pools: list[ProcessPoolExecutor] = field(default_factory=list)
    """The one in use, once there is one."""

    def prepare(self, files: Sequence[tuple[Record, Path]]) -> Preparing:
        """As the engine does it; what the program failed at, or was killed at, is an exception in its place."""
        size_bytes = sum(record.receipt.size_bytes for record, _ in files)
        if len(files) == 1 and size_bytes >= LARGE_BYTES and self.engine.question(files[0][0])[1].guideline != SCHEMA:
            return self._large(*files[0])
        if len(files) < 2 or (len(files) < FILES_MIN and size_bytes < ALONE_BYTES_MAX):
            return self.engine.prepare(files)
        questions = [(path, *self.engine.question(record)) for record, path in files]
        size = max(1, -(-len(questions) // (self.jobs * _PIECES_PER_JOB)))
        pieces = [questions[first : first + size] for first in range(0, len(questions), size)]
        try:
            pool = self._pool()
            flying = [pool.submit(_prepare, piece) for piece in pieces]
        except BrokenProcessPool:
            flying = []
        return lambda: self._landed(flying, questions)

    def _landed(self, flying: Sequence[Future[list[Answer]]], questions: Sequence[Question]) -> Sequence[Any]:
        try:
            answers = [answer for future in flying for answer in future.result()]
        except (BrokenProcessPool, CancelledError):
            answers = []
        if len(answers) == len(questions):
            return answers
        self.close()
        return list(_apart(questions))

    def _large(self, record: Record, path: Path) -> Preparing:
        """One large file: work on it begins while it is prepared."""
        question = (path, *self.engine.question(record))
        try:
            flying = [self._pool().submit(_prepare, [question])]
        except BrokenProcessPool:
            return self.engine.prepare([(record, path)])
        return lambda: [Coming(lambda: _answered(self._landed(flying, [question])))]

    def process(self, record: Record, path: Path, prepared: Any, connection: Connection, folder: Path) -> Conclusion:
        """As the engine does it, with large results checked by other processes."""
        return self._checking().process(record, path, prepared, connection, folder)

    def _checking(self) -> Engine:
        return replace(self.engine, check=self.check)

    def check(self, question: Checked, catalog: Catalog) -> Callable[[], Report]:
        """Begin to check a file. It is done here where it is small, where nobody has come to it when the report is
        asked for, and where the process that did was killed."""
        here = check_here(question, catalog)
        if question.path.stat().st_size <= CHECKED_HERE_BYTES_MAX:
            return here
        try:
            flying = self._pool().submit(_check, question)
        except BrokenProcessPool:
            return here

        def found() -> Report:
            try:
                return here() if flying.cancel() else flying.result()
            except (BrokenProcessPool, CancelledError):
                return here()

        return found

    def putting_off(self, files: int) -> tuple[Work, Callable[[], bool]]:
        """Many files have what is written checked by the other processes."""
        if files < FILES_MIN:
            return self._checking(), lambda: True
        later = _Later(self._pool)
        return replace(self._checking(), put_off=later.add), later.holds

    def close(self) -> None:
        """End the processes."""
        while self.pools:
            self.pools.pop().shutdown(wait=False, cancel_futures=True)

    def _pool(self) -> ProcessPoolExecutor:
        if not self.pools:
            self.pools.append(new_pool(self.jobs))
        return self.pools[0]


class _Later:
    """Checks on their way to other processes, several at a time."""

    def __init__(self, pool: Callable[[], ProcessPoolExecutor]) -> None:
        self._pool = pool
        self._kept: list[Check] = []
        self._flying: list[Future[bool]] = []

    def add(self, content: bytes, guideline: str, day: date) -> None:
        """Put one off."""
        self._kept.append((content, guideline, day))
        if len(self._kept) >= _CHECKS_TOGETHER:
            self._send()

    def _send(self) -> None:
        if self._kept:
            self._flying.append(self._pool().submit(_holds, self._kept))
            self._kept = []

    def holds(self) -> bool:
        """Whether all of them found nothing; False also where a process was killed."""
        try:
            self._send()
            return all(future.result() for future in self._flying)
        except (BrokenProcessPool, CancelledError):
            return False


def _holds(checks: Sequence[Check]) -> bool:
    """What a process does with some of the checks. Whatever goes wrong is found again by whoever asks at once."""
    try:
        return not any(file_faults(*check, default_catalog(), Severity.ERROR) for check in checks)
    except Exception:  # noqa: BLE001 - see above
        return False


@contextmanager
def with_processes(station: Station, jobs: int) -> Iterator[Station]:
    """The same station, preparing in ``jobs`` processes, which are started when they are first needed."""
    if jobs < 2 or not isinstance(station.work, Engine):
        yield station
        return
    pooled = Pooled(station.work, jobs)
    try:
        yield replace(station, work=pooled)
    finally:
        pooled.close()


def new_pool(jobs: int) -> ProcessPoolExecutor:
    """Processes that start clean: no thread, lock or open file of this one is inherited."""
    clean = "forkserver" if "forkserver" in multiprocessing.get_all_start_methods() else "spawn"
    context = multiprocessing.get_context(clean)
    if clean == "forkserver":
        context.set_forkserver_preload(["wissel.service.pooled"])
    return ProcessPoolExecutor(jobs, mp_context=context, initializer=_start)


def _start() -> None:
    """The process above decides when work ends: signals meant for it, which a terminal or a service manager sends to
    all of them, mean nothing here. Where it is killed, this one ends too."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    above = multiprocessing.parent_process()
    if above is not None:
        threading.Thread(target=_end_with, args=(above.sentinel,), daemon=True).start()


def _end_with(sentinel: int) -> None:
    wait([sentinel])
    os._exit(1)


def _prepare(questions: Sequence[Question]) -> list[Answer]:
    """What a process does with some of the files. A fault at one is an answer, too."""
    catalog = default_catalog()
    answers: list[Answer] = []
    for question in questions:
        try:
            answers.append(prepare(*question, catalog))
        except OSError:
            raise
        except Exception as error:  # noqa: BLE001 - it goes to where faults end, in service/filedrop.py
            answers.append(error)
    return answers


def _answered(answers: Sequence[Answer]) -> tuple[Prepared, ...]:
    (answer,) = answers
    if isinstance(answer, Exception):
        raise answer
    return answer


def _check(question: Checked) -> Report:
    return checked(question, default_catalog())


def _apart(questions: Sequence[Question]) -> Iterator[Answer]:
    """One file after the other, after a process that worked on several was killed."""
    pool = new_pool(1)
    try:
        for question in questions:
            try:
                yield from pool.submit(_prepare, [question]).result()
            except BrokenProcessPool:
                yield InstallationError("the process that read it was killed; often the machine ran out of memory")
                pool.shutdown(wait=False)
                pool = new_pool(1)
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
