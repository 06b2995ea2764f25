"""Flows between banks: exactly these bytes are written, and exactly this is booked."""

from pathlib import Path

import pytest

import wissel
from tests.engine.interbank_scenarios import GOLDEN, SCENARIOS, Scenario, outcome


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.name)
def test_a_flow_gives_exactly_the_golden_bytes(scenario: Scenario, tmp_path: Path, kind: str) -> None:
    assert outcome(scenario, tmp_path) == scenario.golden.read_text("utf-8")


def test_there_is_no_golden_file_without_a_flow() -> None:
    assert set(GOLDEN.iterdir()) == {scenario.golden for scenario in SCENARIOS}


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.name)
def test_what_is_written_is_valid(scenario: Scenario, tmp_path: Path) -> None:
    for number, part in enumerate(scenario.golden.read_text("utf-8").split("\n## ")[1:]):
        text = part.partition("\n")[2].partition("\n# ")[0]
        path = tmp_path / f"{number}.xml"
        path.write_text(text, "utf-8")
        found = wissel.validate(path)
        assert found.valid, [(one.code, one.message) for one in found.all_findings]
