"""Give instructions to a bank at work, for tests."""

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from wissel.engine.instructions.instruction import Action, Instruction, new_instruction
from wissel.service.filedrop import Station
from wissel.service.instructing import instruct, obey

GIVEN = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)


def obeyed(station: Station, *given: Instruction) -> list[dict[str, Any]]:
    """Drop instructions and have them taken up; their reports. Files that were written stand in ``written`` by
    ``addressee/name``."""
    for one in given:
        instruct(station.spool, station.files, one)
    return [_report(station, Path(done.target)) for done in obey(station)]


def _report(station: Station, target: Path) -> dict[str, Any]:
    report: dict[str, Any] = json.loads(Path(f"{target}.report.json").read_text("utf-8"))
    assert report["verdict"] != "shunted", report["details"]
    report["written"] = {
        f"{one['to']}/{one['file']}": (station.spool.out / one["to"] / one["file"]).read_text("utf-8")
        for one in report["outputs"]
        if not one["to"].startswith(".")
    }
    return report


def about_order(
    action: Action, order: str, transactions: Iterable[int] = (1,), *, reason: str | None = None, seconds: int = 0
) -> Instruction:
    """An instruction about an order in the warehouse; another number of seconds makes it another instruction."""
    at = GIVEN.replace(second=seconds)
    return new_instruction(action, "anna", at, order=order, transactions=transactions, reason=reason)


def codes(report: dict[str, Any]) -> list[str]:
    """Codes of the findings."""
    return [found["code"] for found in report["findings"]]
