"""Every message file of the reference data, dropped at once: each ends in exactly one place, with a report."""

import json
import os
from collections import Counter
from pathlib import Path

from tests.service.echo import AT, files
from tests.service.everything import bank_for_all, dropped
from wissel.core.clock import fixed_clock
from wissel.engine.database import transaction
from wissel.journal.proof import prove
from wissel.ledger.books import totals
from wissel.service.draining import Pace, drain
from wissel.service.file_names import report_path
from wissel.service.filedrop import WHERE
from wissel.service.running import opened

PACE = Pace(0, lambda: 0, lambda _: None)
ALL = os.environ.get("WISSEL_HYPOTHESIS") == "thorough"
EVERY = 1 if ALL else 20
"""Of so many files one is taken; all of them in the thorough profile."""
GROWTH_BYTES_MAX = 24_000_000


def memory_bytes() -> int:
    """What this process holds in memory now."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def open_files() -> int:
    return len(os.listdir("/proc/self/fd"))


def test_each_file_ends_in_one_place_with_a_report(shared: Path, tmp_path: Path) -> None:
    root = tmp_path / "bank"
    bank_for_all(root)
    chosen = sorted((shared / "samples").rglob("*.xml"))[::EVERY]
    names = dropped(root, chosen, shared / "samples")
    with opened(root, fixed_clock(AT)) as station:
        done = list(drain(station, PACE))
        assert sorted(one.record.receipt.file for one in done) == names
        for one in done:
            assert one.target.parent == root / WHERE[one.verdict]
            assert json.loads(report_path(one.target).read_text("utf-8"))["verdict"] == one.verdict.value
        kept = Counter(Path(name).name for end in WHERE.values() for name in files(root / end))
        kept = Counter({name: count for name, count in kept.items() if not name.endswith(".report.json")})
        assert kept == Counter(names)
        assert files(root / "shunt") == []
        assert files(root / "in") == []
        assert [name for name in files(root / "work") if name not in ("lock", "tip")] == []
        with transaction(station.database) as connection:
            assert prove(connection).faults == ()
            assert set(totals(connection).values()) == {0}


def test_memory_and_open_files_do_not_grow(shared: Path, tmp_path: Path) -> None:
    root = tmp_path / "bank"
    bank_for_all(root)
    chosen = sorted((shared / "samples").rglob("*.xml"))[:: 3 * EVERY]
    seen = []
    with opened(root, fixed_clock(AT)) as station:
        for number in range(4):
            for name in dropped(root, chosen, shared / "samples"):
                path = root / "in" / "all" / name
                path.write_bytes(path.read_bytes() + b"\n" * number)
            assert len(list(drain(station, PACE))) == len(chosen)
            seen.append((memory_bytes(), open_files()))
    assert {count for _, count in seen[1:]} == {seen[1][1]}
    assert seen[-1][0] - seen[1][0] < GROWTH_BYTES_MAX
