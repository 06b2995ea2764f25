"""Golden scenarios: the same input, clock and options give exactly these bytes, and these are valid."""

from pathlib import Path

import pytest

import wissel
from tests.reply.golden import GOLDEN, Scenario, scenarios, written
from wissel.reply.ladder import ladder

SCENARIOS = scenarios()


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.name)
def test_a_call_gives_exactly_the_golden_bytes(scenario: Scenario, tmp_path: Path) -> None:
    assert written(scenario, tmp_path) == scenario.golden.read_bytes()


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.name)
def test_what_is_written_is_valid(scenario: Scenario) -> None:
    report = wissel.validate(scenario.golden)
    assert report.valid, [(found.code, found.message) for found in report.all_findings]


def test_there_is_no_golden_file_without_a_scenario() -> None:
    assert set(GOLDEN.iterdir()) == {scenario.golden for scenario in SCENARIOS}


def test_every_status_of_a_transaction_and_part_are_written_somewhere() -> None:
    every = "".join(scenario.golden.read_text("utf-8") for scenario in SCENARIOS)
    assert [code for code in ladder() if f"Sts>{code}<" not in every] == []


def test_identifiers_differ_where_what_is_said_differs() -> None:
    texts = [scenario.golden.read_text("utf-8") for scenario in SCENARIOS if "receipt" not in scenario.name]
    found = [text.partition("-")[2] for text in texts]
    assert len(set(found)) == len(found)
