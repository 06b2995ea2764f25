"""The benchmark of conversions does what it says with a small file; its figures are not judged here."""

import pytest

from benchmarks.conversion import ROWS, main


def test_every_row_is_measured(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--transactions", "20", "--rounds", "1"]) in (0, 1)
    told = capsys.readouterr().out
    assert [line[:16].rstrip() for line in told.splitlines() if " s " in line] == list(ROWS)
    assert told.splitlines()[-1].startswith(("goals met", "goals missed: "))
