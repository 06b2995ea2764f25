"""A drop directory with a simple work in place of the engine."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.databases import new_url
from wissel.core.clock import fixed_clock
from wissel.core.errors import InstallationError
from wissel.engine.conclusion import Conclusion, Made
from wissel.engine.database import Connection, open_database, transaction
from wissel.journal.journal import open_journal
from wissel.journal.values import Record, Verdict
from wissel.service.filedrop import Preparing, Station, Work, recover, take
from wissel.service.files import DiskFiles, Files
from wissel.service.spool import Spool, waiting

AT = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
FOLDERS = ("in", "in/web", "work", "work/outbox", "work/scratch", "out", "done", "failed", "shunt")


@dataclass(frozen=True, slots=True)
class Echo(Work):
    """Answers each file with its own content; some words in it do something else."""

    def prepare(self, files: Sequence[tuple[Record, Path]]) -> Preparing:
        return lambda: self._read(files)

    def _read(self, files: Sequence[tuple[Record, Path]]) -> Sequence[Any]:
        read = [path.read_bytes() for _, path in files]
        if any(b"unreadable by us" in content for content in read):
            raise ValueError("we are wrong when reading")
        return read

    def process(self, record: Record, path: Path, prepared: Any, connection: Connection, folder: Path) -> Conclusion:
        if b"bug" in prepared:
            raise RuntimeError("we are wrong")
        if b"installation" in prepared:
            raise InstallationError("the key of t2 is missing")
        verdict = Verdict.FAILED if b"bad" in prepared else Verdict.ACCEPTED
        return Conclusion(verdict, {}, (Made("web", f"{record.number}.xml", b"re: " + prepared, answer=True),))


@contextmanager
def echoing(root: Path, files: Files | None = None) -> Iterator[Station]:
    """A station in a folder that is empty."""
    for name in FOLDERS:
        (root / name).mkdir()
    engine = open_database(new_url(root))
    with transaction(engine) as connection:
        open_journal(connection)
    yield Station(Spool(root), files or DiskFiles(), engine, Echo(), fixed_clock(AT), "c")
    engine.dispose()


def drop(station: Station, name: str, content: str = "good", channel: str = "web") -> None:
    folder = station.spool.inbox / channel
    (folder / name).write_text(content, "utf-8")


def run(station: Station) -> list[tuple[str, str]]:
    finished = [*recover(station), *take(station, tuple(waiting(station.spool)))]
    return [(done.verdict.value, done.target.name) for done in finished]


def files(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
