"""Files prepared in several processes come to the same as in one, also where a process is killed."""

import json
import os
import re
import shutil
import signal
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.engine.interbank import CHANNELS, inst
from tests.engine.interbank import Pay as InterbankPay
from tests.engine.orders import DUINBANK, order
from tests.engine.orders import Pay as Transfer
from tests.routing.messages import SEPA, Pay, pain001
from tests.service.echo import AT, files
from wissel.catalog.definitions import default_catalog
from wissel.core.clock import fixed_clock
from wissel.core.codes import finding
from wissel.engine.bank.init import init_bank
from wissel.engine.checking import checked
from wissel.engine.orders.run import OrderRun
from wissel.service import pooled
from wissel.service.draining import Pace, drain
from wissel.service.filedrop import Station
from wissel.service.pooled import Pooled, with_processes
from wissel.service.running import opened
from wissel.validation.report import Verdict


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

        def submit(self, task: Callable[[Any], Any], given: Any) -> object:
            return self.pool.submit(killed_at_one if task is pooled._prepare else task, given)

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


def large(root: Path, *more: Transfer) -> None:
    """One order in place of the others."""
    for path in (root / "in/default").iterdir():
        path.unlink()
    ways = [Transfer(), Transfer(bic="ZZDUNL20", iban=DUINBANK)]
    payments = [replace(ways[number % 2], amount=f"0.{number}", end_to_end=f"E-{number}") for number in range(10, 70)]
    (root / "in/default/large.xml").write_bytes(order(*payments, *more))


def outputs(root: Path) -> dict[str, bytes]:
    return {str(path.relative_to(root)): path.read_bytes() for path in sorted((root / "out").rglob("*.xml"))}


@pytest.mark.parametrize("killed", [False, True])
def test_what_a_large_order_led_to_is_checked_by_others(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, killed: bool
) -> None:
    large(root)
    shutil.copytree(root, tmp_path / "other")
    alone = worked(root, 1)
    monkeypatch.setattr(pooled, "CHECKED_HERE_BYTES_MAX", 0)
    monkeypatch.setattr(pooled, "LARGE_BYTES", 0)
    real, seen = pooled.Pooled.check, list[str]()

    def check(self: Pooled, question: Any, catalog: Any) -> Any:
        asked = real(self, question, catalog)
        seen.append(question.path.name)
        if killed:
            for process in list((self.pools[0]._processes or {}).values()):
                process.kill()
        return asked

    monkeypatch.setattr(pooled.Pooled, "check", check)
    assert worked(tmp_path / "other", 2) == alone
    assert [name for name in outputs(root) if "pacs.008" in name] == [f"out/sepa-sct/{name}" for name in seen]
    assert len(seen) == 2
    assert outputs(tmp_path / "other") == outputs(root)


@pytest.mark.parametrize(
    ("more", "verdict", "rejected", "gone"),
    [
        ((), "accepted", 0, 1),
        ((Transfer(iban="FR7699991000010000000000149"),), "accepted", 1, 2),
        ((Transfer(currency="EURO"),), "failed", 0, 1),
        ((Transfer("99999999.00"),), "accepted", 1, 1),
    ],
)
def test_a_large_order_is_gone_through_while_its_rules_are_checked(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, more: Any, verdict: str, rejected: int, gone: int
) -> None:
    large(root, *more)
    shutil.copytree(root, tmp_path / "other")
    alone = worked(root, 1)
    monkeypatch.setattr(pooled, "LARGE_BYTES", 0)
    real, runs = OrderRun.__init__, list[str]()

    def counted(self: OrderRun, context: Any, received: Any, faults: Any, excluded: Any, folder: Path) -> None:
        runs.append(folder.name)
        real(self, context, received, faults, excluded, folder)

    monkeypatch.setattr(OrderRun, "__init__", counted)
    assert worked(tmp_path / "other", 2) == alone
    assert outputs(tmp_path / "other") == outputs(root)
    assert (alone[0][0], json.loads(alone[0][1])["counts"].get("rejected", 0)) == (verdict, rejected)
    assert [name == "ahead" for name in runs] == [True, False][:gone]


def test_what_others_find_wrong_is_left_out(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    large(root)
    monkeypatch.setattr(pooled, "CHECKED_HERE_BYTES_MAX", 0)
    monkeypatch.setattr(pooled, "_check", strict)
    monkeypatch.setattr(Future, "cancel", lambda _: False)
    ((verdict, report),) = worked(root, 2)
    assert (verdict, json.loads(report)["counts"]) == ("accepted", {"rejected": 1, "sent": 59})
    assert not [name for name, text in outputs(root).items() if "pacs.008" in name and b">0.47<" in text]


def strict(question: Any) -> Any:
    """Stands for a guideline that takes no amount of 0.47."""
    report = checked(question, default_catalog())
    amounts = re.findall(r"<IntrBkSttlmAmt[^>]*>([^<]*)<", question.path.read_text("utf-8"))
    if "0.47" not in amounts:
        return report
    found = finding("VALUE-BEYOND-TARGET", "For the test.", transaction=amounts.index("0.47") + 1)
    (message,) = report.messages
    wrong = replace(message, verdict=Verdict.INVALID, findings=(found,))
    return replace(report, verdict=Verdict.INVALID, messages=(wrong,))
