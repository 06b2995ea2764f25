"""Data files are read from their compiled form, and from themselves where that is of another text or missing."""

import json
import tomllib
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from wissel.core.errors import InstallationError
from wissel.validation import rows

FILE = "guidelines/some.toml"
TEXT = 'title = "Some é"\neffective_from = 2025-11-22\n[until]\n"pacs.008.001.08" = 2026-01-01\n'
ROWS = {
    "title": "Some é",
    "effective_from": date(2025, 11, 22),
    "until": {"pacs.008.001.08": date(2026, 1, 1)},
}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder of data files with one guideline, compiled."""
    for name in ("addresses", "character_sets", "choose"):
        (tmp_path / f"{name}.toml").write_text("")
    (tmp_path / FILE).parent.mkdir()
    (tmp_path / FILE).write_text(TEXT, encoding="utf-8")
    monkeypatch.setattr(rows, "FOLDER", tmp_path)
    rows._compiled.cache_clear()
    (tmp_path / rows.COMPILED).write_text(rows.compiled_json(), encoding="utf-8")
    yield tmp_path
    rows._compiled.cache_clear()


@pytest.mark.parametrize("name", sorted(json.loads((rows.FOLDER / rows.COMPILED).read_text("utf-8"))))
def test_the_compiled_rows_are_those_of_the_file(name: str) -> None:
    assert rows.rows_of(name) == tomllib.loads((rows.FOLDER / name).read_text("utf-8"))


def test_compiled_rows_are_read_without_toml(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tomllib, "loads", lambda _: pytest.fail("the file itself was read"))
    assert rows.rows_of(FILE) == ROWS


def test_a_file_that_was_changed_is_read_itself(folder: Path) -> None:
    (folder / FILE).write_text(TEXT.replace("Some", "Other"), encoding="utf-8")
    assert rows.rows_of(FILE) == ROWS | {"title": "Other é"}


def test_without_a_compiled_form_the_files_are_read(folder: Path) -> None:
    (folder / rows.COMPILED).unlink()
    assert rows.rows_of(FILE) == ROWS


@pytest.mark.parametrize("text", [b"title =", b"title = '\xff'"])
def test_a_file_that_cannot_be_read_is_told_by_its_name(folder: Path, text: bytes) -> None:
    (folder / FILE).write_bytes(text)
    with pytest.raises(InstallationError, match=FILE):
        rows.rows_of(FILE)
    (folder / FILE).unlink()
    with pytest.raises(InstallationError, match=FILE):
        rows.rows_of(FILE)


def test_a_value_that_json_does_not_have_is_not_compiled(folder: Path) -> None:
    (folder / FILE).write_text("at = 10:30:00\n")
    with pytest.raises(InstallationError, match=FILE):
        rows.compiled_json()
