"""A generated file that differs, or is missing, is found; writing makes it fresh."""

from pathlib import Path

import pytest

from tests.generated import GENERATED, Generated, stale, write
from tests.generated.__main__ import main

FILES = (Generated("a.txt", lambda: "one\nö\n"), Generated("b.txt", lambda: "two\n"))


def test_missing_and_changed_files_are_stale(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes("one\r\nö\r\n".encode())
    assert [file.path for file in stale(FILES, tmp_path)] == ["a.txt", "b.txt"]


def test_writing_makes_them_fresh(tmp_path: Path) -> None:
    write(FILES, tmp_path)
    assert stale(FILES, tmp_path) == []
    assert (tmp_path / "a.txt").read_bytes() == "one\nö\n".encode()


def test_each_file_is_generated_once() -> None:
    assert len({file.path for file in GENERATED}) == len(GENERATED)


def test_a_wrong_call_is_told_how(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--chekc"]) == 2
    assert "--check | --write" in capsys.readouterr().err
