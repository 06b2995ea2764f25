import io
import pickle
from pathlib import Path

import pytest

from tests.cli.render import reports
from wissel.cli.progress import HidingStream, Meter, WatchedSource, metered, total_bytes
from wissel.xml.sources.source import Source


class Clock:
    """Milliseconds that the test sets."""

    def __init__(self) -> None:
        self.now = 0

    def __call__(self) -> int:
        return self.now


def meter(total: int | None = 3_000) -> tuple[Meter, Clock, io.StringIO]:
    clock, stream = Clock(), io.StringIO()
    return Meter(stream, total, clock), clock, stream


def test_short_work_shows_nothing() -> None:
    bar, clock, stream = meter()
    for clock.now in (0, 500, 999):
        bar.finished(reports.payment())
    bar.hide()
    assert stream.getvalue() == ""


def test_long_work_shows_bytes_files_and_findings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    bar, clock, stream = meter()
    clock.now = 1_000
    bar.finished(reports.payment())
    text = stream.getvalue()
    assert "1.0/3.0 kB" in text
    assert "1 files" in text
    assert "4 findings" in text


def test_the_bar_is_drawn_ten_times_a_second_at_most() -> None:
    bar, clock, stream = meter()
    clock.now = 1_000
    bar.refresh()
    drawn = len(stream.getvalue())
    clock.now = 1_099
    bar.refresh()
    assert len(stream.getvalue()) == drawn
    clock.now = 1_100
    bar.refresh()
    assert len(stream.getvalue()) > drawn


def test_the_bar_gives_way_to_what_is_printed_and_comes_back() -> None:
    bar, clock, stream = meter()
    clock.now = 1_000
    bar.refresh()
    out = HidingStream(stream, bar)
    out.write("a finding\n")
    before, after = stream.getvalue().split("a finding\n")
    assert before.rstrip("\n").endswith("\x1b[2K") or "\x1b[2K" in before
    assert after == ""
    clock.now = 2_000
    bar.refresh()
    assert len(stream.getvalue()) > len(before) + 10


def test_reading_a_file_moves_the_bar_and_reading_it_again_does_not_move_it_back() -> None:
    bar, _, _ = meter()
    source = WatchedSource(Source.from_bytes(b"x" * 100, "a.xml"), bar)
    assert source.name == "a.xml"
    with source.open() as file:
        file.read(60)
        assert bar.part_bytes == 60
        assert file.read() == b"x" * 40
    with source.open() as file:
        file.read(10)
    assert bar.part_bytes == 100
    list(metered([reports.payment()], bar))
    assert (bar.part_bytes, bar.bytes, bar.files, bar.findings) == (0, reports.payment().bytes, 1, 4)


def test_another_process_gets_the_plain_source() -> None:
    bar, _, _ = meter()
    plain = Source.from_bytes(b"<a/>", "a.xml")
    again = pickle.loads(pickle.dumps(WatchedSource(plain, bar)))
    assert type(again) is Source
    assert again == plain


def test_the_total_is_that_of_all_files_and_unknown_where_it_cannot_be_known(tmp_path: Path) -> None:
    (tmp_path / "a.xml").write_bytes(b"x" * 10)
    (tmp_path / "below").mkdir()
    (tmp_path / "below" / "b.xml").write_bytes(b"x" * 5)
    assert total_bytes([str(tmp_path)]) == 15
    assert total_bytes([str(tmp_path / "a.xml"), str(tmp_path / "below")]) == 15
    assert total_bytes(["-"]) is None
    assert total_bytes([str(tmp_path / "gone.xml")]) is None
    (tmp_path / "c.ZIP").write_bytes(b"x")
    assert total_bytes([str(tmp_path)]) is None
