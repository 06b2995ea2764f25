"""Each fact about a scheme is kept by a row, a rule or a list of definitions, or a person said why not."""

import json
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from wissel.core.finding import Severity
from wissel.validation.guideline import constraint_rows, load, names
from wissel.validation.known_rules import known_rules, weight

FOLDER = Path(__file__).parent
GUIDELINES = FOLDER.parents[1] / "src" / "wissel" / "validation" / "guidelines"
CONDITIONAL = {
    # the fact holds under a condition that a message does not show, or sources differ: a warning
    "CHAPS-01", "CHAPS-02", "CHAPS-03", "SEPA-CT-24", "CBPR-X-004", "SEPA-CT-03", "SEPA-CT-08",
}  # fmt: skip


def reviewed() -> dict[str, Any]:
    return tomllib.loads((FOLDER / "reviewed_guideline_facts.toml").read_text("utf-8"))


def facts(shared: Path) -> dict[str, dict[str, Any]]:
    lines = (shared / "rules" / "rules.jsonl").read_text("utf-8").splitlines()
    return {one["id"]: one for one in map(json.loads, lines) if one["level"] != "ISO"}


def rows() -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Guideline, code and row, what the first row of a code says of weight taken over."""
    files: dict[str, Any] = {"sepa": constraint_rows("sepa")}
    for name in names():
        files[name] = tomllib.loads((GUIDELINES / f"{name}.toml").read_text("utf-8")).get("constraint", {})
    for name, codes in files.items():
        for code, some in codes.items():
            several = some if isinstance(some, list) else [some]
            first = {key: several[0][key] for key in ("severity", "confidence", "source") if key in several[0]}
            for row in several:
                yield name, code, {**first, **row}


def test_every_fact_is_kept_or_reviewed(shared: Path) -> None:
    known, seen = facts(shared), reviewed()
    in_rows = {fact for _, _, row in rows() for fact in row.get("facts", ())}
    stated = {*in_rows, *seen["rules"], *seen["definitions"], *seen["reviewed"]}
    wanted = {name for name, fact in known.items() if fact["severity"] != "info"}
    assert wanted - stated == set()
    assert stated - set(known) == set()
    assert in_rows & set(seen["reviewed"]) == set()


def test_the_rules_named_in_the_review_exist_and_the_guidelines_take_definitions() -> None:
    seen = reviewed()
    assert set(seen["rules"].values()) <= set(known_rules())
    for name in seen["definitions"].values():
        assert load(name).definitions, name


def test_each_row_names_its_facts_and_weighs_no_more_than_they_bear(shared: Path) -> None:
    known, wrong = facts(shared), []
    for name, code, row in rows():
        for fact in (known[one] for one in row.get("facts", ())):
            bears = fact["confidence"] == "high" or (fact["confidence"] == "medium" and fact["evidence"] == "looked-up")
            error = row.get("severity", "error") == "error" and row.get("confidence", "high") != "low"
            if error and not (bears and fact["severity"] == "error"):
                wrong.append(f"{name} {code}: an error on {fact['id']} ({fact['confidence']}, {fact['evidence']})")
            if not error and bears and fact["severity"] == "error" and fact["id"] not in CONDITIONAL:
                wrong.append(f"{name} {code}: only a warning on {fact['id']}")
    assert not wrong, "\n" + "\n".join(wrong)


def test_what_rests_on_others_word_says_so() -> None:
    wrong = [
        f"{name} {code}: {row['source']}"
        for name, code, row in rows()
        if not any(word in row["source"] for word in ("secondary source", "not looked up", "Bank of England"))
    ]
    assert not wrong


def test_no_guideline_calls_itself_full() -> None:
    coverages = {name: load(name).coverage for name in names()}
    assert {name for name, coverage in coverages.items() if coverage == "full"} == set()
    assert {name for name, coverage in coverages.items() if coverage == "minimal"} == {
        "chaps", "fednow", "fedwire", "rtp", "swiss-sps", "t2",
    }  # fmt: skip


@pytest.mark.parametrize("name", names())
def test_what_is_not_well_founded_warns(name: str) -> None:
    low = [facts.code for facts in load(name).facts() if facts.confidence == "low"]
    assert all(weight(one) is not Severity.ERROR for one in load(name).facts() if one.code in low)
