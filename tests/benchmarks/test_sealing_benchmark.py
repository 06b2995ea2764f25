"""The benchmark of sealing does what it says with a small file; its figures are not judged here."""

import shutil

import pytest

from benchmarks.sealing import main


def test_every_row_is_measured(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--megabytes", "1", "--rounds", "1"]) in (0, 1)
    told = capsys.readouterr().out
    names = ["wissel seal", "wissel open", "wissel seal /10", "wissel open /10"]
    if shutil.which("openssl"):
        names += [f"openssl {does}{how}" for how in ("", " -stream") for does in ("seal", "open")]
    rows = [line for line in told.splitlines() if " MB " in line]
    assert [row[:24].rstrip() for row in rows] == [f"{kind:4}{name}" for kind in ("rsa", "ec") for name in names]
    assert told.splitlines()[-1].startswith(("goals met", "goals missed: "))
