"""The server of the database is gone in the middle, at any request: nothing is lost or doubled, and the work goes on."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.crash.test_filedrop_crash import AT, Books, prepared, result
from tests.crash.wire import Wire, wire
from tests.databases import banks_on, noted, quick
from wissel.core.clock import fixed_clock
from wissel.core.errors import InstallationError
from wissel.engine.database import open_database
from wissel.service.filedrop import Station, recover, take
from wissel.service.files import DiskFiles
from wissel.service.spool import Spool, waiting

EACH = 1 if os.environ.get("WISSEL_HYPOTHESIS") == "thorough" else 17


@pytest.fixture
def server() -> Iterator[None]:
    with banks_on("postgresql"):
        yield


@contextmanager
def working(root: Path) -> Iterator[tuple[Station, Wire]]:
    """A drop directory with files in it, whose database is reached by a line that can be cut."""
    prepared(root)
    with wire(noted(root)) as line:
        engine = quick(open_database(line.url(noted(root))))
        try:
            yield Station(Spool(root), DiskFiles(), engine, Books(), fixed_clock(AT), "c"), line
        finally:
            engine.dispose()


def go(station: Station) -> None:
    recover(station)
    take(station, tuple(waiting(station.spool)))


@pytest.mark.usefixtures("server")
@pytest.mark.parametrize("passed", [False, True], ids=["request lost", "answer lost"])
def test_cut_at_any_request_the_result_is_the_same(tmp_path: Path, passed: bool) -> None:
    with working(tmp_path / "whole") as (station, line):
        go(station)
        count = line.requests
    expected = result(tmp_path / "whole")
    assert count > 30
    refused = set()
    for stop in range(1, count + 1, EACH):
        root = tmp_path / str(stop)
        with working(root) as (station, line):
            line.cut_at, line.passed = stop, passed
            try:
                go(station)
            except InstallationError as told:
                refused |= {line.partition(":")[0] for line in str(told).split("\n")}
                with pytest.raises(InstallationError, match="the database refuses: "):
                    go(station)
                line.mend()
                go(station)
            else:  # what is handed over at once may come in fewer pieces than the first time
                assert not line.down
                assert stop > count - EACH
        assert result(root) == expected, f"cut at request {stop}"
    assert refused == {"the database refuses"}
