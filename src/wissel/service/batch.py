"""Validate many files, on as many processors as there are, and report them in the order they came.

However many files come, only a bounded number is in flight, so memory stays flat. What goes wrong with one file
never hides another: where the program fails at a file, or its process is killed, a report of the code
PROGRAM-FAULT stands in the file's place, the others are finished, and :class:`BatchError` is raised at the end.
"""

import signal
import traceback
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import contextmanager
from itertools import chain
from typing import TYPE_CHECKING, TypeGuard, cast

from wissel.core.codes import finding
from wissel.core.errors import WisselError
from wissel.core.settings import processor_count
from wissel.validation.report import Report, Verdict

if TYPE_CHECKING:
    from concurrent.futures import Future, ProcessPoolExecutor

    from wissel.validation.validate import Options
    from wissel.xml.sources.source import Skipped, Source

BATCH_FILES_MAX = 32
"""Files handed to a process at a time."""
BATCH_BYTES_MAX = 4 * 1024**2
"""Bytes handed to a process at a time; a larger file goes alone."""
ALONE_BYTES_MAX = 2 * 1024**2
"""So much is checked in this process: to start others would take longer."""
BATCHES_PER_JOB = 3
"""Batches in flight for each process: enough to keep it busy, few enough to keep memory flat."""
FAILURES_KEPT_MAX = 10
"""Failed files whose details are kept."""

Check = Callable[["Source", "Options"], Report]
Batch = list["Source | Skipped"]
Answer = tuple["Report | Skipped", str | None]
"""What became of one input, and the traceback where the program failed at it."""


class BatchError(Exception):
    """The program failed at some files, through no fault of theirs; every other file has been reported."""

    def __init__(self, count: int, failures: list[tuple[str, str]]) -> None:
        """``failures`` are the first of them: the file's name and a traceback or other detail."""
        self.count = count
        self.failures = failures
        names = ", ".join(name for name, _ in failures)
        more = f" and {count - len(failures):,} more" if count > len(failures) else ""
        super().__init__(f"it failed at {names}{more}")
        for name, detail in failures:
            self.add_note(f"{name}: {detail}")


def check(source: "Source", options: "Options") -> Report:
    """Validate one file against the schemas of this installation."""
    from wissel.catalog.definitions import default_catalog
    from wissel.validation.validate import validate

    report: Report = validate(source, options, default_catalog())
    return report


def validate_all(
    sources: "Iterable[Source | Skipped]",
    options: "Options",
    jobs: int | None = None,
    check: Check = check,
) -> "Generator[Report | Skipped, None, None]":
    """One report for each source, in their order; what was skipped passes through.

    ``sources`` is read as needed, never all at once. ``jobs`` is the number of processes (default: one for each
    processor); a single file or a few small ones are checked in this process. ``check`` must be a function that can
    be imported by name. Closing what is returned ends the processes. Raises WisselError for a broken installation,
    and BatchError, at the very end, where the program failed at a file.
    """
    inputs = iter(sources)
    jobs = processor_count() if jobs is None else jobs
    failed = 0
    failures: list[tuple[str, str]] = []
    head, more = _look_ahead(inputs) if jobs > 1 else ([], True)
    rest = chain(head, inputs)
    answers = _with_processes(rest, options, check, jobs) if more and jobs > 1 else _alone(rest, options, check)
    for answer, fault in answers:
        if fault is not None and isinstance(answer, Report):
            failed += 1
            if len(failures) < FAILURES_KEPT_MAX:
                failures.append((answer.file, fault))
        yield answer
    if failed:
        raise BatchError(failed, failures)


def _size(one: "Source | Skipped") -> int:
    """Bytes to check; a source of unknown size counts as a large one."""
    if not _is_source(one):
        return 0
    size = getattr(one, "size_bytes", None)
    return BATCH_BYTES_MAX if size is None else size


def _is_source(one: "Source | Skipped") -> "TypeGuard[Source]":
    return hasattr(one, "open")


def _look_ahead(inputs: "Iterator[Source | Skipped]") -> tuple[Batch, bool]:
    """The first inputs, and whether they are so many or so large that other processes pay."""
    head: Batch = []
    size_bytes = count = 0
    for one in inputs:
        head.append(one)
        size_bytes += _size(one)
        count += _is_source(one)
        if count > 1 and (size_bytes > ALONE_BYTES_MAX or count > 4 * BATCH_FILES_MAX):
            return head, True
        if len(head) > 100 * BATCH_FILES_MAX:
            return head, True
    return head, False


def _batches(inputs: "Iterable[Source | Skipped]") -> Iterator[Batch]:
    batch: Batch = []
    size_bytes = 0
    for one in inputs:
        if batch and (len(batch) >= BATCH_FILES_MAX or size_bytes + _size(one) > BATCH_BYTES_MAX):
            yield batch
            batch, size_bytes = [], 0
        batch.append(one)
        size_bytes += _size(one)
    if batch:
        yield batch


def _answer(one: "Source | Skipped", options: "Options", check: Check) -> Answer:
    if not _is_source(one):
        return cast("Skipped", one), None
    try:
        return check(one, options), None
    except WisselError:
        raise
    except Exception as error:  # noqa: BLE001 - a fault of ours at one file must not stop the others
        detail = "".join(traceback.format_exception(error))
        return failure_report(one.name, f"{type(error).__name__}: {error}", options), detail


def _answers(batch: Batch, options: "Options", check: Check) -> list[Answer]:
    """What a process does with a batch."""
    return [_answer(one, options, check) for one in batch]


def _alone(inputs: "Iterable[Source | Skipped]", options: "Options", check: Check) -> Iterator[Answer]:
    return (_answer(one, options, check) for one in inputs)


def failure_report(name: str, detail: str, options: "Options") -> Report:
    """The report of a file at which the program failed: nothing is known about it, and that is said."""
    said = finding("PROGRAM-FAULT", f"wissel failed at this file, so it has not been checked: {detail}")
    return Report(name, None, 0, options.as_of.isoformat(), "wissel", Verdict.UNREADABLE, (said,), ())


def _with_processes(
    inputs: "Iterable[Source | Skipped]", options: "Options", check: Check, jobs: int
) -> Iterator[Answer]:
    """Keep ``jobs`` processes busy; answers come in order. What was in flight when one was killed is done again."""
    from concurrent.futures.process import BrokenProcessPool

    batches = _batches(inputs)
    flying: deque[tuple[Batch, Future[list[Answer]] | None]] = deque()
    while True:
        with _pool(jobs) as pool:
            while True:
                while len(flying) < jobs * BATCHES_PER_JOB and (batch := next(batches, None)) is not None:
                    flying.append((batch, _submitted(pool, batch, options, check)))
                if not flying:
                    return
                future = flying[0][1]
                try:
                    answers = future.result() if future else None
                except BrokenProcessPool:
                    answers = None
                if answers is None:
                    break
                flying.popleft()
                yield from answers
        # the whole pool is lost with one process: see which file it was, then go on with a new pool
        for batch, _ in flying:
            yield from _apart(batch, options, check)
        flying.clear()


def _submitted(
    pool: "ProcessPoolExecutor", batch: Batch, options: "Options", check: Check
) -> "Future[list[Answer]] | None":
    """The batch's future; None where the pool is broken already."""
    from concurrent.futures.process import BrokenProcessPool

    try:
        return pool.submit(_answers, batch, options, check)
    except BrokenProcessPool:
        return None


def _apart(batch: Batch, options: "Options", check: Check) -> Iterator[Answer]:
    """Check a batch in a process of its own, and where that is killed too, each of its files."""
    from concurrent.futures.process import BrokenProcessPool

    try:
        with _pool(1) as pool:
            answers = pool.submit(_answers, batch, options, check).result()
    except BrokenProcessPool:
        if len(batch) > 1:
            for one in batch:
                yield from _apart([one], options, check)
            return
        detail = "the process that checked it was killed; often the machine ran out of memory"
        answers = [(failure_report(batch[0].name, detail, options), detail)]
    yield from answers


@contextmanager
def _pool(jobs: int) -> "Iterator[ProcessPoolExecutor]":
    """Processes that start clean: no thread, lock or open file of this one is inherited.

    Left early (by Ctrl-C, or because nobody reads on), it ends them instead of waiting for what they do.
    """
    import multiprocessing
    from concurrent.futures import ProcessPoolExecutor

    clean = "forkserver" if "forkserver" in multiprocessing.get_all_start_methods() else "spawn"
    context = multiprocessing.get_context(clean)
    if clean == "forkserver":
        context.set_forkserver_preload(["wissel.service.batch", "wissel.validation.validate"])
    strangers = set(multiprocessing.active_children())
    pool = ProcessPoolExecutor(jobs, mp_context=context, initializer=_start_process)
    try:
        yield pool
    except BaseException:
        for process in set(multiprocessing.active_children()) - strangers:
            process.terminate()
        raise
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def _start_process() -> None:
    """Ctrl-C ends a process at once and without a traceback; the one that started it says what happened."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
