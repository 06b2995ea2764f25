"""The benchmark of decisions does what it says with a small directory; its figures are not judged here."""

from pathlib import Path

import pytest

from benchmarks.routing import bic, main, orders, write_directory
from wissel.core.identifiers.bic import check_bic
from wissel.routing.participants import load


def test_its_directory_is_right(tmp_path: Path) -> None:
    path = tmp_path / "d.csv"
    bics = write_directory(path, 500)
    assert len(load(path)) == 500
    assert len({bic(number) for number in range(40_000)}) == 40_000
    assert all(check_bic(one) is None for one in bics)


def test_its_orders_differ_and_come_again() -> None:
    bics = [bic(number) for number in range(50)]
    made = orders(11, 20, bics, "DE93999999990000000001")
    assert made == orders(11, 20, bics, "DE93999999990000000001")
    assert [one.transaction for one in made] == list(range(11, 31))
    assert len({one.creditor_agent for one in made}) > 10
    assert len({one.creditor_account for one in made}) == 20


def test_it_counts_what_it_decides(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--decisions", "1500", "--rows", "600"]) == 0
    told = capsys.readouterr().out
    assert "1,500 decisions, 1,500 routed, 6 networks in use" in told
    assert "decisions a second (goal 20,000)" in told
