"""Every message file of the reference data, dropped at once: each ends in exactly one place, with a report."""

import json
import os
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import wissel
from tests.crash.killed import started
from tests.service.echo import AT, files
from tests.service.everything import bank_for_all, chosen, dropped, made_ours
from wissel.core.clock import fixed_clock
from wissel.engine.database import CACHE_KIB, transaction
from wissel.journal.proof import prove
from wissel.ledger.books import totals
from wissel.ledger.proof import prove_books
from wissel.service.draining import Pace, drain
from wissel.service.file_names import report_path
from wissel.service.filedrop import WHERE, Finished, Station
from wissel.service.running import opened

PACE = Pace(0, lambda: 0, lambda _: None)
ALL = os.environ.get("WISSEL_HYPOTHESIS") == "thorough"
EVERY, EVERY_OURS, EVERY_AGAIN = (1, 1, 1) if ALL else (15, 3, 45)
"""Of so many files one is taken; all of them in the thorough profile."""
GROWTH_BYTES_MAX = 24_000_000 + (CACHE_KIB * 1_024 if ALL else 0)
"""What the database keeps in memory of its own file fills up while thousands of files pass, and then stands still."""
_PATIENCE_S = 1_200


def memory_bytes(process: int) -> int:
    """What a process holds in memory now."""
    return int(Path(f"/proc/{process}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def open_files(process: int) -> int:
    """How many files and pipes it has open."""
    return len(os.listdir(f"/proc/{process}/fd"))


def ended(root: Path) -> Counter[str]:
    """The files that ended anywhere, by name."""
    names = (Path(name).name for end in WHERE.values() for name in files(root / end))
    return Counter(name for name in names if not name.endswith(".report.json"))


def check(station: Station, done: list[Finished], names: list[str]) -> None:
    """Each file ended in exactly one place, with its report; nothing of ours was wrong, and all that left is valid."""
    root = station.spool.root
    assert sorted(one.record.receipt.file for one in done) == sorted(names)
    for one in done:
        assert one.target.parent == root / WHERE[one.verdict]
        assert json.loads(report_path(one.target).read_text("utf-8"))["verdict"] == one.verdict.value
        for path in (each for each in one.outputs if each.suffix == ".xml"):
            found = wissel.validate(path)
            assert found.valid, (one.record.receipt.file, [(each.code, each.message) for each in found.all_findings])
    assert ended(root) == Counter(names)
    assert files(root / "in") == []
    assert [name for name in files(root / "work") if "~" in name or name.startswith("outbox/")] == []
    with transaction(station.database) as connection:
        assert prove(connection).faults == ()
        assert prove_books(connection).faults == ()
        assert set(totals(connection).values()) == {0}


def test_each_file_ends_in_one_place_with_a_report(shared: Path, tmp_path: Path) -> None:
    root = tmp_path / "bank"
    bank_for_all(root)
    names = dropped(root, chosen(shared, EVERY), shared / "samples")
    with opened(root, fixed_clock(AT)) as station:
        check(station, list(drain(station, PACE)), names)
    assert files(root / "shunt") == []


def test_payments_that_others_wrote_are_worked_on_as_far_as_they_are_right(shared: Path, tmp_path: Path) -> None:
    root = tmp_path / "bank"
    bank_for_all(root)
    names = []
    for number, path in enumerate(chosen(shared, EVERY_OURS)):
        if len(data := path.read_bytes()) < 500_000 and (ours := made_ours(data, number)) is not None:
            names.append(f"{number:04}.xml")
            (root / "in" / "all" / names[-1]).write_bytes(ours)
    with opened(root, fixed_clock(AT)) as station:
        done = list(drain(station, PACE))
        check(station, done, names)
    reports = [json.loads(one.report) for one in done]
    counts = sum((Counter(one.get("counts", {})) for one in reports), Counter[str]())
    assert all("there is no key" in one["fault"] for one in reports if one["verdict"] == "shunted")
    assert {"sent", "held", "rejected", "refused", *(("booked",) if ALL else ())} <= set(counts)


def test_memory_and_open_files_do_not_grow(shared: Path, tmp_path: Path) -> None:
    root = tmp_path / "bank"
    bank_for_all(root)
    some = chosen(shared, EVERY_AGAIN)
    seen = []
    with opened(root, fixed_clock(AT)) as station:
        for number in range(4):
            dropped(root, some, shared / "samples", b"\n" * number)
            assert len(list(drain(station, PACE))) == len(some)
            seen.append((memory_bytes(os.getpid()), open_files(os.getpid())))
    assert {count for _, count in seen[1:]} == {seen[1][1]}
    assert seen[-1][0] - seen[1][0] < GROWTH_BYTES_MAX


def test_the_watcher_outlives_them_all(shared: Path, tmp_path: Path) -> None:
    root = tmp_path / "bank"
    bank_for_all(root)
    some = chosen(shared, EVERY_AGAIN)
    watching = started(root, "watch", "--poll", "0.05")
    try:
        open_at_rest = []
        for number in range(3):
            dropped(root, some, shared / "samples", b"\n" * number)
            _await_all(watching, root, len(some) * (number + 1))
            open_at_rest.append(min(_looks(watching.pid)))  # it looks for files now and then
        watching.send_signal(signal.SIGTERM)
        assert watching.wait(_PATIENCE_S) == 0
    finally:
        watching.kill()
        watching.wait()
    assert open_at_rest[2] <= open_at_rest[1]
    assert files(root / "shunt") == []
    assert sum(ended(root).values()) == 3 * len(some)


def _looks(process: int) -> Iterator[int]:
    for _ in range(40):
        time.sleep(0.02)
        yield open_files(process)


def _await_all(watching: "subprocess.Popen[bytes]", root: Path, count: int) -> None:
    """Wait until so many files have ended and nothing is in work."""
    end = time.monotonic() + _PATIENCE_S
    while sum(ended(root).values()) < count or any("~" in path.name for path in (root / "work").iterdir()):
        assert watching.poll() is None
        assert time.monotonic() < end
        time.sleep(0.05)
