"""The benchmark of directories does what it says with a small file; its figures are not judged here."""

from pathlib import Path

import pytest

from benchmarks.directory import main, write_directory
from wissel.routing.participants import load


def test_its_directory_is_right(tmp_path: Path) -> None:
    path = tmp_path / "d.csv"
    bics = write_directory(path, 500)
    found = load(path)
    assert len(found) == len(set(bics)) == 500
    assert [one.access for one in found.participants()].count("direct") == 3


def test_every_row_is_measured(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--rows", "300", "--rounds", "1"]) == 0
    told = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in told[-4:]] == ["csv.reader", "load", "look-ups", "goal"]
