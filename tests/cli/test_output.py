import os
import stat
from pathlib import Path

import pytest

from wissel.cli.output import opened, require_target, staging
from wissel.core.errors import UsageError, WisselError


def test_a_file_appears_whole(tmp_path: Path) -> None:
    target = tmp_path / "report.txt"
    target.write_text("old")
    with opened(str(target)) as out:
        out.write("é\n\udcff")
        out.flush()
        assert target.read_text() == "old"
        assert Path(staging(str(target))).exists()
    assert target.read_bytes() == "é\n\\udcff".encode()
    assert os.listdir(tmp_path) == ["report.txt"]


def test_a_file_keeps_its_content_where_something_fails(tmp_path: Path) -> None:
    target = tmp_path / "report.txt"
    target.write_text("old")
    with pytest.raises(ZeroDivisionError), opened(str(target)) as out:
        out.write(f"half {1 // 0}")
    assert target.read_text() == "old"
    assert os.listdir(tmp_path) == ["report.txt"]


def test_a_new_file_has_the_rights_that_the_user_gives_new_files(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        with opened(str(tmp_path / "report.txt")) as out:
            out.write("x")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "report.txt").stat().st_mode) == 0o640


def test_a_link_is_written_through(tmp_path: Path) -> None:
    (tmp_path / "real.txt").write_text("old")
    (tmp_path / "link.txt").symlink_to(tmp_path / "real.txt")
    with opened(str(tmp_path / "link.txt")) as out:
        out.write("new")
    assert (tmp_path / "link.txt").is_symlink()
    assert (tmp_path / "real.txt").read_text() == "new"


def test_a_device_is_written_to() -> None:
    with opened("/dev/null") as out:
        out.write("x")
    assert stat.S_ISCHR(os.stat("/dev/null").st_mode)


def test_a_full_disk_is_one_plain_sentence() -> None:
    if not os.path.exists("/dev/full"):
        pytest.skip("this system has no /dev/full")
    with (
        pytest.raises(WisselError, match=r"^cannot write /dev/full: No space left on device$"),
        opened("/dev/full") as out,
    ):
        out.write("x")


def test_an_error_from_elsewhere_is_not_taken_for_ours(tmp_path: Path) -> None:
    with pytest.raises(PermissionError), opened(str(tmp_path / "report.txt")):
        raise PermissionError


def test_targets_that_cannot_be_are_refused_beforehand(tmp_path: Path) -> None:
    (tmp_path / "in.xml").write_text("x")
    (tmp_path / "link.xml").symlink_to(tmp_path / "in.xml")
    inputs = [str(tmp_path / "in.xml"), str(tmp_path)]
    with pytest.raises(UsageError, match="is a folder"):
        require_target(str(tmp_path), inputs)
    with pytest.raises(UsageError, match="its folder does not exist"):
        require_target(str(tmp_path / "no" / "report.txt"), inputs)
    with pytest.raises(UsageError, match="would overwrite it"):
        require_target(str(tmp_path / "link.xml"), inputs)
    for fine in (None, "-", str(tmp_path / "report.txt"), "/dev/null"):
        require_target(fine, inputs)
