"""Statements byte by byte: every balance type, pages, empty days, batches, returns of two markets, reversals, exchanges,
reports of a day, notifications, old and new versions, currencies without and with three decimals.

A change that is meant is taken over with ``python -m tests.ledger.write_goldens``.
"""

import re
from pathlib import Path

import pytest

from tests.ledger.statement_cases import CASES, GOLDEN, written


@pytest.mark.parametrize("name", CASES)
def test_what_is_written(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = written(name, tmp_path)
    expected = {path.name: path.read_bytes() for path in sorted((GOLDEN / name).iterdir())}
    assert list(found) == list(expected)
    for file, data in found.items():
        assert data.decode() == expected[file].decode(), file


def test_an_excerpt_is_said_to_have_no_number(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    written("excerpt", tmp_path)
    told = "An excerpt, 2026-11-20 to 2026-11-23: it does not follow the last camt.053 and has no number."
    assert f"STATEMENT-NOT-NUMBERED: {told}" in capsys.readouterr().err


def test_what_a_version_has_no_place_for_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    written("report-version-02", tmp_path)
    told = "camt.052.001.02 has no place for uetr (once)."
    assert f"DETAIL-WITHOUT-PLACE: {told}" in capsys.readouterr().err


def test_the_cases_show_every_balance_type_and_status() -> None:
    text = "".join(path.read_text("utf-8") for path in GOLDEN.rglob("*.xml"))
    codes = set(re.findall(r"<CdOrPrtry>\s*<Cd>(\w+)</Cd>", text))
    assert codes >= {"OPBD", "PRCD", "OPAV", "CLBD", "CLAV", "FWAV", "ITBD", "ITAV"}
    assert {"INTM"} == set(re.findall(r"<SubTp>\s*<Cd>(\w+)</Cd>", text))
    assert len(list(GOLDEN.rglob("*.xml"))) >= 15


def test_each_entry_has_one_reference_in_all_messages() -> None:
    days = "".join(path.read_text("utf-8") for path in (GOLDEN / "batch").iterdir())
    references = re.findall(r"<AcctSvcrRef>(\w+)</AcctSvcrRef>", days)
    assert len(references) == 8
    assert len(set(references)) == 1
