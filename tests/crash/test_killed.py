"""kill -9 of the real program at random moments: nothing is lost, nothing is doubled, and the bytes are the same."""

import json
import os
import re
import shutil
import signal
from pathlib import Path
from random import Random

import pytest

from tests.crash.killed import AT, killed_at_random, started
from tests.routing.messages import INSTANT, SEPA, Pay, pain001
from wissel.engine.bank.init import init_bank
from wissel.engine.database import transaction
from wissel.journal.listing import latest
from wissel.journal.proof import prove
from wissel.ledger.books import accounts, balance, totals
from wissel.service.running import looked_into

ROUNDS = 200 if os.environ.get("WISSEL_HYPOTHESIS") == "thorough" else 20
WATCHED = max(4, ROUNDS // 5)
ANNA = "DE93999999990000000001"


def drop(root: Path, number: int) -> None:
    """The files of one round: an order, the same again, a broken one; named so that rounds follow one another."""
    order = pain001(SEPA, Pay("1.00"), INSTANT, Pay("2.00", bic="ZZNOFI20")).replace("ORDER-1", f"ORDER-{number}")
    inbox = root / "in" / "default"
    for name, content in (
        (f"{number:03}-a.xml", order),
        (f"{number:03}-b.xml", order),
        (f"{number:03}-c.xml", order[:200]),
    ):
        (inbox / f"{name}.tmp").write_text(content, "utf-8")
        (inbox / f"{name}.tmp").rename(inbox / name)


def seen(root: Path) -> dict[str, object]:
    """Everything that anybody outside can see, and what journal and books say of it."""
    names = ("in", "out", "done", "failed", "shunt")
    found: dict[str, object] = {
        path.relative_to(root).as_posix(): path.read_bytes()
        for name in names
        for path in sorted((root / name).rglob("*"))
        if path.is_file()
    }
    found["work"] = sorted(path.name for path in (root / "work").rglob("*") if path.is_file())
    with looked_into(root) as (_, database), transaction(database) as connection:
        found["proof"] = prove(connection).faults
        found["totals"] = totals(connection)
        found["balances"] = {name: balance(connection, name) for name in accounts(connection)}
        found["records"] = [
            (one.record.number, one.record.receipt.file, one.verdict, one.outputs) for one in latest(connection, 10_000)
        ]
    return found


@pytest.fixture
def root(tmp_path: Path) -> Path:
    init_bank(tmp_path / "bank")
    return tmp_path / "bank"


def finish(root: Path, at: str = AT) -> None:
    assert started(root, "process", "--at", at).wait(timeout=300) in (0, 1)


def test_killed_and_started_again_it_comes_to_the_same(root: Path, tmp_path: Path) -> None:
    whole = tmp_path / "whole"
    shutil.copytree(root, whole)
    for number in range(ROUNDS):
        drop(whole, number)
    finish(whole)
    random = Random(7)
    kills = 0
    for number in range(ROUNDS):
        drop(root, number)
        kills += killed_at_random(root, random, "process", "--at", AT)
    finish(root)
    result, expected = seen(root), seen(whole)
    assert kills >= ROUNDS // 4
    assert set(result) == set(expected)
    assert {name for name in expected if result[name] != expected[name]} == set()
    assert expected["proof"] == ()
    assert len([name for name in expected if name.startswith("done/") and not name.endswith(".json")]) == 2 * ROUNDS


def without_times(name: str, value: object) -> object:
    """Names of what came of a file; identifiers are made of the moment of receipt, so bytes differ."""
    if not isinstance(value, bytes):
        return value
    if name.endswith(".report.json"):
        said = json.loads(value)
        return said["verdict"], said["counts"], said["sha256"], [one["file"] for one in said["outputs"]]
    return len(re.findall(rb"<TxSts>|<CdtTrfTxInf>", value)) if name.startswith("out/") else value


def test_a_watcher_killed_at_random_loses_and_doubles_nothing(root: Path, tmp_path: Path) -> None:
    whole = tmp_path / "whole"
    shutil.copytree(root, whole)
    for number in range(WATCHED):
        drop(whole, number)
    finish(whole)
    random = Random(11)
    for number in range(WATCHED):
        drop(root, number)
        killed_at_random(root, random, "watch", "--poll", "0.05")
    finish(root)
    result, expected = seen(root), seen(whole)
    assert set(result) == set(expected)
    assert {name: without_times(name, value) for name, value in result.items() if name != "balances"} == {
        name: without_times(name, value) for name, value in expected.items() if name != "balances"
    }
    assert {name: one.amount for name, one in result["balances"].items()} == {  # type: ignore[attr-defined]
        name: one.amount
        for name, one in expected["balances"].items()  # type: ignore[attr-defined]
    }


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_watcher_asked_to_stop_finishes_what_is_in_work(root: Path, number: signal.Signals) -> None:
    for each in range(5):
        drop(root, each)
    process = started(root, "watch", "--poll", "0.05")
    while not any((root / "done").iterdir()):
        assert process.poll() is None
    process.send_signal(number)
    assert process.wait(timeout=60) == 0
    found = seen(root)
    held = [f"held-{record}-1.order" for record in (4, 7, 10, 13)]  # each order says the same as the first one
    assert found["work"] == sorted([*held, "lock", "tip"])
    assert found["proof"] == ()
    assert len(found["records"]) == len([n for n in found if re.match(r"(done|failed)/.*\.xml$", n)])  # type: ignore[arg-type]
