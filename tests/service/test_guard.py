"""A journal that was lost or put back from an old copy is refused; what was delivered is never replaced by another."""

import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.routing.messages import SEPA, pain001
from tests.service.echo import drop, files, run
from wissel.core.clock import fixed_clock
from wissel.core.errors import InstallationError
from wissel.engine.bank.init import init_bank
from wissel.engine.database import transaction
from wissel.journal.journal import tip
from wissel.service.filedrop import Station, take
from wissel.service.ownership import owner_of
from wissel.service.running import opened
from wissel.service.spool import Spool, waiting

AT = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    init_bank(tmp_path / "bank")
    work(tmp_path / "bank", 1)
    shutil.copy(tmp_path / "bank" / "wissel.db", tmp_path / "old.db")
    work(tmp_path / "bank", 2)
    return tmp_path / "bank"


def work(root: Path, number: int) -> None:
    (root / "in" / f"{number}.xml").write_text(pain001(SEPA).replace("ORDER-1", f"ORDER-{number}"), "utf-8")
    with opened(root, fixed_clock(AT)) as station:
        (done,) = take(station, tuple(waiting(station.spool)))
        assert done.verdict == "accepted"


def test_a_journal_put_back_from_an_old_copy_is_refused(root: Path) -> None:
    before = files(root)
    shutil.copy(root.parent / "old.db", root / "wissel.db")
    with pytest.raises(InstallationError, match="put back from an older copy"):
        work(root, 3)
    assert [name for name in files(root) if name not in before] == ["in/3.xml"]
    (root / "work" / "tip").unlink()
    work(root, 3)


def test_a_journal_that_is_gone_is_refused(root: Path) -> None:
    (root / "wissel.db").unlink()
    with pytest.raises(InstallationError, match="it was lost"):
        work(root, 3)


def test_another_journal_of_the_same_length_is_refused(root: Path) -> None:
    shutil.copy(root.parent / "old.db", root / "wissel.db")
    noted = (root / "work" / "tip").read_text("ascii")
    (root / "work" / "tip").unlink()
    work(root, 5)
    assert (root / "work" / "tip").read_text("ascii")[:20] == noted[:20]
    (root / "work" / "tip").write_text(noted, "ascii")
    with pytest.raises(InstallationError, match="has not the entry 4 "):
        work(root, 6)


@pytest.mark.parametrize("left", ["", "half", "0" * 86, "\0" * 86])
def test_a_note_that_a_power_cut_tore_means_nothing(root: Path, left: str) -> None:
    (root / "work" / "tip").write_text(left, "ascii")
    work(root, 3)
    with opened(root) as station, transaction(station.database) as connection:
        last = tip(connection)
    assert (root / "work" / "tip").read_text("ascii")[:86] == f"{last.number:020d} {last.hash}\n"


def test_a_note_that_is_older_than_the_journal_means_no_harm(root: Path) -> None:
    noted = (root / "work" / "tip").read_text("ascii")
    work(root, 3)
    (root / "work" / "tip").write_text(noted, "ascii")
    work(root, 4)


@pytest.mark.parametrize("name", ["wissel.db", "work"])
def test_nothing_is_done_once_what_is_worked_on_was_exchanged(root: Path, name: str) -> None:
    with opened(root, fixed_clock(AT)) as station:
        (root / "in" / "3.xml").write_text(pain001(SEPA), "utf-8")
        (root / name).rename(root / "elsewhere")
        if name == "work":
            shutil.copytree(root / "elsewhere", root / "work")
        with pytest.raises(InstallationError, match=f"{name} was removed or exchanged"):
            take(station, tuple(waiting(station.spool)))
    assert (root / "in" / "3.xml").is_file()


def test_a_lock_that_was_tidied_away_still_locks(root: Path) -> None:
    with opened(root):
        (root / "work" / "lock").unlink()
        assert owner_of(Spool(root)) == "unknown"
        with pytest.raises(InstallationError, match="is in use by process unknown"), opened(root):
            pass
    assert owner_of(Spool(root)) is None


def test_what_is_to_be_fetched_is_never_replaced_by_another_file(station: Station) -> None:
    (station.spool.out / "web").mkdir()
    (station.spool.out / "web" / "1.xml").write_text("of another journal", "utf-8")
    drop(station, "a.xml")
    assert run(station) == [("accepted", "a.xml")]
    kept = {path.name: path.read_text("utf-8") for path in (station.spool.out / "web").iterdir()}
    assert kept == {"1.xml": "of another journal", "1~2.xml": "re: good"}
