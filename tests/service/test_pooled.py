"""Files prepared in several processes come to the same as in one, also where a process is killed."""

import os
import shutil
import signal
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.engine.interbank import CHANNELS, inst
from tests.engine.interbank import Pay as InterbankPay
from tests.routing.messages import SEPA, Pay, pain001
from tests.service.echo import AT, files
from wissel.core.clock import fixed_clock
from wissel.engine.bank.init import init_bank
from wissel.service import pooled
from wissel.service.draining import Pace, drain
from wissel.service.filedrop import Station
from wissel.service.pooled import Pooled, with_processes
from wissel.service.running import opened


@pytest.fixture
def root(tmp_path: Path) -> Path:
    init_bank(tmp_path / "bank")
    for number in range(20):
        text = pain001(SEPA, Pay("1.00")).replace("ORDER-1", f"ORDER-{number}")
        (tmp_path / f"bank/in/default/{number:02}.xml").write_text(text if number % 5 else text[:300], "utf-8")
    return tmp_path / "bank"


def worked(root: Path, jobs: int) -> list[tuple[str, str]]:
    with opened(root, fixed_clock(AT)) as station, with_processes(station, jobs) as working:
        assert isinstance(working.work, Pooled) is (jobs > 1)
        done = list(drain(working, Pace(0, lambda: 0, lambda _: None)))
    assert files(root / "work" / "scratch") == []
    return [(one.verdict.value, one.report) for one in done]


def test_the_result_is_the_same(root: Path, tmp_path: Path) -> None:
    shutil.copytree(root, tmp_path / "other")
    alone = worked(root, 1)
    assert [verdict for verdict, _ in alone] == (["failed"] + ["accepted"] * 4) * 4
    assert worked(tmp_path / "other", 2) == alone


def killed_at_one(questions: Sequence[pooled.Question]) -> list[pooled.Answer]:
    """Stands for a file that takes all memory."""
    if any(name == "07.xml" for _, name, _, _ in questions):
        os.kill(os.getpid(), signal.SIGKILL)
    return pooled._prepare(questions)


def test_a_file_that_kills_its_process_is_set_aside_and_no_other(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = pooled.new_pool

    class Deadly:
        """A pool whose processes are killed at one file."""

        def __init__(self, jobs: int) -> None:
            self.pool = real(jobs)

        def submit(self, _: object, questions: Sequence[pooled.Question]) -> object:
            return self.pool.submit(killed_at_one, questions)

        def shutdown(self, **options: bool) -> None:
            self.pool.shutdown(**options)

    monkeypatch.setattr(pooled, "new_pool", Deadly)
    done = worked(root, 2)
    assert [verdict for verdict, _ in done].count("shunted") == 1
    assert "the process that read it was killed" in done[7][1]
    assert sorted(one for one in files(root / "shunt")) == ["07.xml", "07.xml.report.json"]


def test_few_small_files_are_prepared_here(root: Path) -> None:
    for path in sorted((root / "in/default").iterdir())[3:]:
        path.unlink()
    with opened(root, fixed_clock(AT)) as station, with_processes(station, 2) as working:
        list(drain(working, Pace(0, lambda: 0, lambda _: None)))
        assert isinstance(working.work, Pooled)
        assert working.work.pools == []


def test_a_simple_work_gets_no_processes(station: Station) -> None:
    with with_processes(station, 4) as working:
        assert working is station


def credited(root: Path, count: int) -> None:
    (root / "wissel.toml").write_text((root / "wissel.toml").read_text("utf-8") + CHANNELS, "utf-8")
    (root / "in/inst").mkdir()
    for number in range(count):
        text = inst(f"M-{number}", InterbankPay(number=number + 1, amount="1.00"))
        (root / f"in/inst/{number:02}.xml").write_text(text, "utf-8")


def outcome(root: Path) -> dict[str, bytes]:
    return {name: (root / "out" / name).read_bytes() for name in files(root / "out")}


def test_checks_that_are_put_off_find_what_checks_at_once_find(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    banks = [tmp_path / name for name in ("alone", "beside", "doubted")]
    init_bank(banks[0])
    credited(banks[0], 20)
    for other in banks[1:]:
        shutil.copytree(banks[0], other)
    alone = worked(banks[0], 1)
    assert len(outcome(banks[0])) == 20
    asked: list[bool] = []
    real = pooled._Later.holds

    def holds(self: pooled._Later) -> bool:
        asked.append(real(self))
        return asked[-1]

    monkeypatch.setattr(pooled._Later, "holds", holds)
    assert worked(banks[1], 2) == alone
    assert outcome(banks[1]) == outcome(banks[0])
    assert asked
    assert all(asked)
    monkeypatch.setattr(pooled._Later, "holds", lambda self: False)
    assert worked(banks[2], 2) == alone
    assert outcome(banks[2]) == outcome(banks[0])


def test_a_check_that_was_put_off_says_what_is_wrong() -> None:
    good = pain001(SEPA, Pay("1.00")).encode()
    assert pooled._holds([(good, "iso", AT.date())])
    assert not pooled._holds([(good, "iso", AT.date()), (good.replace(b"Nm>", b"Name>"), "iso", AT.date())])
    assert not pooled._holds([(b"<a/>", "iso", AT.date())])
