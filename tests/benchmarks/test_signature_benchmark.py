"""The benchmark of signatures does what it says with a small file; its figures are not judged here."""

from importlib.util import find_spec

import pytest

from benchmarks.signature import ROWS, main


def test_every_row_is_measured(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--transactions", "20", "--rounds", "1"]) in (0, 1)
    told = capsys.readouterr().out
    names = [name for name, _, _ in ROWS if not name.endswith("xmlsec") or find_spec("xmlsec")]
    assert [line[:16].rstrip() for line in told.splitlines() if " MB  " in line] == names
    assert "small message of" in told
    assert told.splitlines()[-1].startswith(("goals met", "goals missed: "))
