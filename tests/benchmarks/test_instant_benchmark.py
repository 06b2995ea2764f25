"""The benchmark of instant payments has each of them accepted; its figures are not judged here."""

from pathlib import Path

import pytest

from benchmarks import instant


def test_each_payment_is_answered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(instant, "WARM", 1)
    found = instant.latencies(tmp_path / "bank", 2)
    assert {kind: len(times) for kind, times in found.items()} == {"order": 2, "payment": 2}
    assert len(list((tmp_path / "bank" / "out" / "instant").iterdir())) == 3
