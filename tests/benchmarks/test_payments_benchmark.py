"""Every payment of the benchmark is credited and answered, signed or not, and each stage is measured."""

import pytest

from benchmarks.payments import GOALS, STAGES, main


def test_each_payment_goes_the_whole_way(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--messages", "9"]) in (0, 1)
    said = capsys.readouterr().out
    for name in (*GOALS, *(stage for stage, _, _ in STAGES)):
        assert name in said
