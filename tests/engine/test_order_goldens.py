"""Orders of customers: exactly these bytes are written, exactly this is reported, and exactly this is booked."""

import re
from pathlib import Path

import pytest

import wissel
from tests.engine.order_scenarios import GOLDEN, SCENARIOS, Scenario, outcome, reports_in

LEG = re.compile(r"^\S+ [0-9]+: ([+-][0-9]+) ([A-Z]{3}), then", re.MULTILINE)


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.name)
def test_an_order_gives_exactly_the_golden_bytes(scenario: Scenario, tmp_path: Path) -> None:
    assert outcome(scenario, tmp_path) == scenario.golden.read_text("utf-8")


def test_there_is_no_golden_file_without_an_order() -> None:
    assert set(GOLDEN.iterdir()) == {scenario.golden for scenario in SCENARIOS}


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.name)
def test_what_is_written_is_valid(scenario: Scenario, tmp_path: Path) -> None:
    written = 0
    for part in scenario.golden.read_text("utf-8").split("\n## ")[1:]:
        name, _, rest = part.partition("\n")
        if name.endswith(".xml"):
            path = tmp_path / Path(name).name
            path.write_text(rest.partition("\n# ")[0], "utf-8")
            found = wissel.validate(path)
            assert found.valid, [(one.code, one.message) for one in found.all_findings]
            written += 1
    assert written > 0


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.name)
def test_what_is_reported_as_made_is_there_and_the_entries_balance(scenario: Scenario) -> None:
    text = scenario.golden.read_text("utf-8")
    for report in reports_in(text):
        assert all(f"\n## {one['to']}/{one['file']}\n" in text for one in report["outputs"])
    sums: dict[str, int] = {}
    for amount, currency in LEG.findall(text.rpartition("\n# entries\n")[2]):
        sums[currency] = sums.get(currency, 0) + int(amount)
    assert sums
    assert set(sums.values()) == {0}
