"""What is written stays in memory while it is small, and becomes a file once it is not."""

from pathlib import Path

import pytest

from wissel.engine.draft import MEMORY_BYTES_MAX, Draft


def test_what_is_small_stays_in_memory(tmp_path: Path) -> None:
    draft = Draft(tmp_path / "a.xml")
    for piece in (b"ab", b"", b"c" * (MEMORY_BYTES_MAX - 2)):
        draft.write(piece)
    assert draft.content() == b"ab" + b"c" * (MEMORY_BYTES_MAX - 2)
    draft.drop()
    assert list(tmp_path.iterdir()) == []


def test_what_is_large_is_a_file_with_all_of_it(tmp_path: Path) -> None:
    draft = Draft(tmp_path / "a.xml")
    for piece in (b"ab", b"c" * MEMORY_BYTES_MAX, b"d"):
        draft.write(piece)
    assert draft.content() == tmp_path / "a.xml"
    assert (tmp_path / "a.xml").read_bytes() == b"ab" + b"c" * MEMORY_BYTES_MAX + b"d"
    draft.drop()
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_there_is_not_written_over(tmp_path: Path) -> None:
    (tmp_path / "a.xml").write_bytes(b"other")
    draft = Draft(tmp_path / "a.xml")
    with pytest.raises(FileExistsError):
        draft.write(b"x" * (MEMORY_BYTES_MAX + 1))
    draft.drop()
    assert (tmp_path / "a.xml").read_bytes() == b"other"
