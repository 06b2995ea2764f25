"""A bank directory at work: what is made ready, and what is refused before anything is taken."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.databases import placed
from wissel.core.clock import fixed_clock
from wissel.core.errors import InstallationError
from wissel.core.settings import processor_count
from wissel.engine.bank.init import init_bank
from wissel.engine.database import transaction
from wissel.ledger.books import balance, totals
from wissel.service.local_disk import is_remote, kind_of_disk
from wissel.service.running import jobs_of, looked_into, opened

AT = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
ANNA = "DE93999999990000000001"


@pytest.fixture
def root(tmp_path: Path, kind: str) -> Path:
    init_bank(tmp_path / "bank")
    placed(tmp_path / "bank")
    return tmp_path / "bank"


def test_accounts_begin_with_their_opening_balances_once(root: Path) -> None:
    for _ in range(2):
        with opened(root, fixed_clock(AT)) as station, transaction(station.database) as connection:
            assert balance(connection, ANNA).amount == 1_250_000
            assert balance(connection, "opening:EUR").amount == 0
            assert totals(connection) == {"EUR": 0, "USD": 0, "GBP": 0, "CHF": 0}


def test_an_opening_balance_that_was_booked_cannot_be_changed(root: Path) -> None:
    with opened(root):
        pass
    accounts = root / "accounts.csv"
    accounts.write_text(accounts.read_text("utf-8").replace("12500.00", "12600.00"), "utf-8")
    with pytest.raises(InstallationError, match=f"the opening balance of {ANNA} was booked"), opened(root):
        pass


def test_one_process_owns_the_directory(root: Path) -> None:
    with opened(root), pytest.raises(InstallationError, match="is in use by process"), opened(root):
        pass


def test_what_a_killed_run_left_in_scratch_is_removed(root: Path) -> None:
    (root / "work" / "scratch" / "left").mkdir(parents=True)
    (root / "work" / "scratch" / "left" / "a.xml").write_text("half", "utf-8")
    with opened(root):
        assert list((root / "work" / "scratch").iterdir()) == []


def test_inboxes_of_new_channels_are_made(root: Path) -> None:
    main = root / "wissel.toml"
    main.write_text(
        main.read_text("utf-8") + '\n[channel.new]\ndefinitions = ["pain.001"]\naccounts = ["DE*"]\n', "utf-8"
    )
    with opened(root):
        assert (root / "in" / "new").is_dir()


def test_how_many_processes_read_is_wanted_else_configured_else_one_a_processor(root: Path) -> None:
    with opened(root) as station:
        assert (jobs_of(station, 5), jobs_of(station, None)) == (5, processor_count())
    main = root / "wissel.toml"
    main.write_text(main.read_text("utf-8").replace("#jobs = 2", "jobs = 17"), "utf-8")
    with opened(root) as station:
        assert (jobs_of(station, 5), jobs_of(station, None)) == (5, 17)


def test_a_bank_that_never_worked_has_nothing_to_look_into(root: Path) -> None:
    with pytest.raises(InstallationError, match="has no database yet"), looked_into(root):
        pass


def test_the_kind_of_disk_is_that_of_the_nearest_mount(tmp_path: Path) -> None:
    share = tmp_path / "a share"
    share.mkdir()
    mounts = tmp_path / "mountinfo"
    lines = [
        "27 1 254:0 / / rw,relatime - ext4 /dev/vda rw",
        f"28 27 0:25 / {str(share).replace(' ', chr(92) + '040')} rw shared:1 - nfs4 host:/x rw",
    ]
    mounts.write_text("\n".join(lines), "utf-8")
    assert kind_of_disk(share, mounts) == "nfs4"
    assert kind_of_disk(tmp_path, mounts) == "ext4"
    assert kind_of_disk(tmp_path, tmp_path / "none") is None


@pytest.mark.parametrize(("kind", "remote"), [("nfs4", True), ("cifs", True), ("fuse.sshfs", True), ("ext4", False), ("xfs", False), ("fuse.ntfs-3g", False), ("tmpfs", False)])  # fmt: skip
def test_disks_of_other_machines_are_known(kind: str, remote: bool) -> None:
    assert is_remote(kind) is remote


def test_work_on_a_network_file_system_is_refused(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("wissel.service.local_disk.kind_of_disk", lambda _: "nfs4")
    with pytest.raises(InstallationError, match=r"work is on a network file system \(nfs4\)"), opened(root):
        pass
