import os
from typing import Any

import pytest

from tests.service import checks
from tests.service.checks import FakeOptions, FakeSkipped, FakeSource, check
from wissel.core.errors import InstallationError
from wissel.service import batch
from wissel.service.batch import BatchError, validate_all
from wissel.validation.report import Report, Verdict

LARGE = batch.BATCH_BYTES_MAX
MANY = 4 * batch.BATCH_FILES_MAX + 10
HERE = str(os.getpid())


def run(sources: Any, jobs: int | None = None) -> list[Any]:
    return list(validate_all(sources, FakeOptions(), jobs, check))  # type: ignore[arg-type]


def names(items: list[Any]) -> list[str]:
    return [item.file if isinstance(item, Report) else item.name for item in items]


def test_nothing_gives_nothing() -> None:
    assert run([]) == []


def test_one_file_is_checked_in_this_process_however_large_it_is() -> None:
    (report,) = run([FakeSource("one", 10 * LARGE)], jobs=4)
    assert report.engine == HERE


def test_a_few_small_files_are_checked_in_this_process() -> None:
    assert {report.engine for report in run([FakeSource(str(n)) for n in range(20)], jobs=4)} == {HERE}


def test_one_job_means_this_process() -> None:
    assert {report.engine for report in run([FakeSource(str(n), LARGE) for n in range(3)], jobs=1)} == {HERE}


def test_large_files_are_checked_in_other_processes() -> None:
    engines = {report.engine for report in run([FakeSource(f"slow-{n}", LARGE) for n in range(6)], jobs=2)}
    assert HERE not in engines
    assert len(engines) == 2


def test_files_of_unknown_size_count_as_large() -> None:
    assert HERE not in {report.engine for report in run([FakeSource(str(n), None) for n in range(2)], jobs=2)}


def test_order_is_input_order_and_what_was_skipped_keeps_its_place() -> None:
    sources = [
        FakeSkipped(f"skipped-{n}")
        if n % 7 == 3
        else FakeSource(f"slow-{n}" if n % 50 == 0 else f"file-{n}", LARGE if n % 40 == 0 else 10)
        for n in range(MANY)
    ]
    expected = [source.name for source in sources]
    assert names(run(sources, jobs=2)) == expected
    assert names(run(sources, jobs=1)) == expected


def test_sources_are_taken_as_needed() -> None:
    taken = [0]
    reports = validate_all(checks.counted(10_000, taken), FakeOptions(), 2, check)  # type: ignore[arg-type]
    assert next(reports).file == "file-0"  # type: ignore[union-attr]
    in_flight = 2 * batch.BATCHES_PER_JOB * batch.BATCH_FILES_MAX
    assert taken[0] <= MANY + in_flight + batch.BATCH_FILES_MAX
    reports.close()  # type: ignore[attr-defined]


def test_batches_are_bounded_by_files_and_by_bytes() -> None:
    sources = [FakeSource(str(n), LARGE // 3) for n in range(7)]
    assert [len(part) for part in batch._batches(sources)] == [3, 3, 1]  # type: ignore[arg-type]
    small = [FakeSource(str(n)) for n in range(batch.BATCH_FILES_MAX + 1)]
    assert [len(part) for part in batch._batches(small)] == [batch.BATCH_FILES_MAX, 1]  # type: ignore[arg-type]


@pytest.mark.parametrize("size_bytes", [10, LARGE])
def test_a_file_we_fail_at_gets_a_report_stops_no_other_and_is_raised_at_the_end(size_bytes: int) -> None:
    sources = [FakeSource("a", size_bytes), FakeSource("fails", size_bytes), FakeSource("b", size_bytes)]
    reports = validate_all(sources, FakeOptions(), 2, check)  # type: ignore[arg-type]
    seen: list[Any] = []
    with pytest.raises(BatchError, match="it failed at fails") as caught:
        seen.extend(reports)
    assert [(report.file, report.verdict) for report in seen] == [
        ("a", Verdict.VALID),
        ("fails", Verdict.UNREADABLE),
        ("b", Verdict.VALID),
    ]
    assert [finding.code for finding in seen[1].findings] == ["PROGRAM-FAULT"]
    assert "KeyError: 'fails'" in seen[1].findings[0].message
    assert seen[1].as_of == "2026-11-23"
    assert caught.value.count == 1
    assert "raise KeyError" in caught.value.failures[0][1]


def test_only_some_of_many_failures_are_kept() -> None:
    with pytest.raises(BatchError, match="fails-9 and 15 more") as caught:
        run([FakeSource(f"fails-{n}") for n in range(25)])
    assert caught.value.count == 25
    assert len(caught.value.failures) == batch.FAILURES_KEPT_MAX


def test_a_killed_process_costs_one_file_and_no_other() -> None:
    sources = [FakeSource("kills" if n == 37 else f"file-{n}", LARGE if n % 40 == 0 else 10) for n in range(90)]
    reports = validate_all(sources, FakeOptions(), 2, check)  # type: ignore[arg-type]
    seen = [next(reports) for _ in sources]
    assert names(seen) == [source.name for source in sources]
    assert [report.file for report in seen if report.verdict is not Verdict.VALID] == ["kills"]  # type: ignore[union-attr]
    assert "was killed" in seen[37].findings[0].message  # type: ignore[union-attr]
    with pytest.raises(BatchError, match="it failed at kills"):
        next(reports)


@pytest.mark.parametrize("size_bytes", [10, LARGE])
def test_a_broken_installation_ends_the_run(size_bytes: int) -> None:
    with pytest.raises(InstallationError, match="a schema is damaged"):
        run([FakeSource(name, size_bytes) for name in ("a", "broken", "b")], jobs=2)


def test_an_interruption_is_not_taken_for_a_failure() -> None:
    with pytest.raises(KeyboardInterrupt):
        run([FakeSource("interrupted"), FakeSource("b")])


def test_processes_end_when_nobody_reads_on() -> None:
    import multiprocessing

    before = set(multiprocessing.active_children())
    reports = validate_all(
        [FakeSource(f"slow-{n}", LARGE) for n in range(12)],  # type: ignore[misc]
        FakeOptions(),  # type: ignore[arg-type]
        2,
        check,  # type: ignore[arg-type]
    )
    next(reports)
    started = set(multiprocessing.active_children()) - before
    reports.close()  # type: ignore[attr-defined]
    for process in started:
        process.join(10)
    assert started
    assert not any(process.is_alive() for process in started)
