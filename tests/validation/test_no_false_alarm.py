"""What others call valid, and real banks accepted, has no error under the ISO guideline; where it has, a person has
looked at the file and says in ``reviewed_samples.toml`` why the file is wrong."""

import json
import os
import tomllib
from collections.abc import Iterator
from datetime import date
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from wissel.catalog.definitions import default_catalog
from wissel.core.finding import Finding, Severity, Stage
from wissel.validation.validate import Options, validate
from wissel.xml.sources.source import Source

AS_OF = date(2026, 11, 24)
PROMISES = ("valid", "accepted")


def samples() -> Path:
    shared = os.environ.get("WISSEL_SHARED")
    if not shared:
        pytest.skip("WISSEL_SHARED does not name the folder of shared samples")
    return Path(shared) / "samples"


def promised(folder: Path) -> Iterator[str]:
    """Files whose index row promises that they are valid, and whose parts are all valid by schema."""
    for line in (folder / "index.jsonl").read_text("utf-8").splitlines():
        row: dict[str, Any] = json.loads(line)
        if str(row.get("expectation") or "").startswith(PROMISES) and row.get("xsd_valid"):
            yield row["file"]


@cache
def reviewed() -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = tomllib.loads(Path(__file__).with_name("reviewed_samples.toml").read_text("utf-8"))[
        "sample"
    ]
    return rows


def is_reviewed(file: str, code: str) -> bool:
    name = file.removeprefix("files/")
    return any(code in row["codes"] and any(fnmatchcase(name, one) for one in row["names"]) for row in reviewed())


@cache
def alarms() -> dict[str, tuple[Finding, ...]]:
    """The errors that rules find in files that are valid by schema, by file."""
    folder, catalog = samples(), default_catalog()
    found: dict[str, tuple[Finding, ...]] = {}
    for file in promised(folder):
        report = validate(Source.from_path(str(folder / file)), Options(AS_OF), catalog)
        errors = [one for one in report.all_findings if one.severity is Severity.ERROR]
        if not any(one.stage in (Stage.READ, Stage.SCHEMA) for one in errors):
            found[file] = tuple(errors)
    return found


def test_no_valid_or_accepted_sample_has_an_error_that_nobody_has_looked_at() -> None:
    assert len(alarms()) >= 400
    lines = [
        f"{file}: {one.code} at {one.path}: {one.message}"
        for file, errors in alarms().items()
        for one in errors
        if not is_reviewed(file, one.code)
    ]
    assert not lines, f"\n{len(lines)} errors:\n" + "\n".join(lines[:40])


def test_no_rule_breaks_down_over_a_sample() -> None:
    broken = [(file, one.message) for file, errors in alarms().items() for one in errors if one.code == "RULE-FAILED"]
    assert not broken


def test_what_was_looked_at_is_still_found() -> None:
    """A name or code that no file needs any more hides what it says."""
    found = {(file.removeprefix("files/"), one.code) for file, errors in alarms().items() for one in errors}
    for row in reviewed():
        own = {(file, code) for file, code in found if code in row["codes"]}
        idle = [name for name in row["names"] if not any(fnmatchcase(file, name) for file, _ in own)]
        assert not idle, f"{idle} in {row}"
        named = {code for file, code in own if any(fnmatchcase(file, name) for name in row["names"])}
        assert named == set(row["codes"]), row
        assert row["reason"]
