"""A drop directory whose database is on a server: what is gone for a while, what is said, and whose database it is."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, make_url, text

from tests.crash.wire import wire
from tests.databases import at, schema
from tests.engine.orders import Pay, order
from tests.service.echo import FOLDERS, Echo, drop, files
from tests.service.test_watching import World
from wissel.cli.main import main
from wissel.core.clock import fixed_clock
from wissel.core.errors import InstallationError
from wissel.engine.bank.init import init_bank
from wissel.engine.conclusion import Conclusion
from wissel.engine.database import Connection, open_database, transaction
from wissel.journal.journal import open_journal
from wissel.journal.proof import prove
from wissel.journal.values import Record
from wissel.service.filedrop import Station, recover, take
from wissel.service.files import DiskFiles
from wissel.service.running import looked_into, opened
from wissel.service.spool import Spool, waiting

AT = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
ANNA = "DE93999999990000000001"


@pytest.fixture
def url() -> Iterator[str]:
    with schema() as made:
        yield made


@contextmanager
def echoing_on(url: str, root: Path) -> Iterator[Station]:
    """A drop directory that answers each file with its own content."""
    for name in FOLDERS:
        (root / name).mkdir()
    engine = open_database(url)
    with transaction(engine) as connection:
        open_journal(connection)
    yield Station(Spool(root), DiskFiles(), engine, Echo(), fixed_clock(AT), "c")
    engine.dispose()


def bank_on(root: Path, url: str) -> Path:
    init_bank(root)
    at(root, url)
    return root


def test_the_watcher_waits_for_a_server_that_is_gone(url: str, tmp_path: Path) -> None:
    with wire(url) as line, echoing_on(line.url(url), tmp_path) as station:
        drop(station, "a.xml")

        def again() -> None:
            line.cut()
            drop(station, "b.xml")

        world = World([again, lambda: None, line.mend])
        assert world.run(station) == [
            "accepted a.xml",
            'trouble: the database refuses: connection failed: connection to server at "127.0.0.1", port '
            f"{line.port} failed: server closed the connection unexpectedly",
            "accepted b.xml",
            "over",
        ]
        assert (files(station.spool.work), files(station.spool.inbox)) == ([], [])
        with transaction(station.database) as connection:
            assert prove(connection).faults == ()


def test_a_server_that_was_started_anew_meanwhile_is_no_trouble(url: str, tmp_path: Path) -> None:
    with wire(url) as line, echoing_on(line.url(url), tmp_path) as station:
        drop(station, "a.xml")

        def anew() -> None:
            line.cut()
            line.mend()
            drop(station, "b.xml")

        assert World([anew, lambda: None]).run(station) == ["accepted a.xml", "accepted b.xml"]


class Ending(Echo):
    """An administrator ends the connection while a file is worked on, the first time."""

    __slots__ = ("ended", "url")

    def __init__(self, url: str) -> None:
        object.__setattr__(self, "url", url)
        object.__setattr__(self, "ended", [])

    def process(self, record: Record, path: Path, prepared: Any, connection: Connection, folder: Path) -> Conclusion:
        if not self.ended:
            self.ended.append(path)
            own = connection.execute(text("SELECT pg_backend_pid()")).scalar_one()
            admin = create_engine(self.url, isolation_level="AUTOCOMMIT")
            with admin.connect() as other:
                assert other.execute(text("SELECT pg_terminate_backend(:own)"), {"own": own}).scalar_one()
            admin.dispose()
        return super().process(record, path, prepared, connection, folder)


def test_a_connection_that_an_administrator_ends_sets_no_file_aside(url: str, tmp_path: Path) -> None:
    with echoing_on(url, tmp_path) as station:
        for name in ("a.xml", "b.xml"):
            drop(station, name)
        world = World([lambda: None])
        said = world.run(replace(station, work=Ending(url)))
        assert said == [
            "trouble: the database refuses: terminating connection due to administrator command",
            "accepted a.xml",
            "accepted b.xml",
            "over",
        ]
        assert files(station.spool.out) == ["web/1.xml", "web/2.xml"]


def test_a_text_that_the_server_cannot_hold_sets_its_file_aside_and_no_other(url: str, tmp_path: Path) -> None:
    class Wrong(Echo):
        def process(self, record: Record, path: Path, *more: Any) -> Conclusion:
            made = super().process(record, path, *more)
            return replace(made, made=(replace(made.made[0], name="a\0b"),)) if path.name == "a.xml" else made

    with echoing_on(url, tmp_path) as station:
        for name in ("a.xml", "b.xml"):
            drop(station, name)
        done = take(replace(station, work=Wrong()), tuple(waiting(station.spool)))
        assert [(one.verdict.value, one.target.name) for one in done] == [("shunted", "a.xml"), ("accepted", "b.xml")]
        with transaction(station.database) as connection:
            assert prove(connection).faults == ()


def test_another_bank_directory_is_refused_the_database(url: str, tmp_path: Path) -> None:
    mine, other = bank_on(tmp_path / "mine", url), bank_on(tmp_path / "other", url)
    with opened(mine), pytest.raises(InstallationError, match="belongs to another bank directory"), opened(other):
        pass
    with opened(mine):
        pass
    mark = (mine / "work" / "journal").read_text("ascii").strip()
    with pytest.raises(InstallationError, match=f"write {mark} into "), opened(other):
        pass
    (other / "work" / "journal").write_text(mark, "ascii")  # mine is moved to other
    with opened(other):
        pass


def test_a_mark_without_a_journal_is_taken_up(url: str, tmp_path: Path) -> None:
    """Killed between the two, or the database is a new one."""
    root = bank_on(tmp_path / "bank", url)
    (root / "work" / "journal").write_text("0123456789abcdef0123456789abcdef\n", "ascii")
    for _ in range(2):
        with opened(root):
            assert (root / "work" / "journal").read_text("ascii") == "0123456789abcdef0123456789abcdef\n"


def test_two_schemas_of_one_database_are_two_databases(tmp_path: Path) -> None:
    with schema() as one, schema() as other:
        banks = [bank_on(tmp_path / name, url) for name, url in (("one", one), ("other", other))]
        for root in banks:
            with opened(root, fixed_clock(AT)) as station:
                (root / "in" / "default" / "a.xml").write_bytes(order(Pay()))
                recover(station)
                (done,) = take(station, tuple(waiting(station.spool)))
                assert (done.record.number, done.verdict.value) == (1, "accepted")


def test_a_database_that_was_never_worked_with_has_nothing_to_look_into(url: str, tmp_path: Path) -> None:
    root = bank_on(tmp_path / "bank", url)
    with pytest.raises(InstallationError, match="has no database yet"), looked_into(root):
        pass


def test_commands_on_a_server_and_no_password_in_what_they_say(
    url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    secret = "sEcReT"
    with_password = make_url(url).set(password=secret).render_as_string(hide_password=False)
    root = bank_on(tmp_path / "bank", with_password)
    (root / "in" / "default" / "a.xml").write_bytes(order(Pay()))
    said = []
    for call, code, expected in (
        (("process", "--settle", "0", "--jobs", "1"), 0, "1 in done/"),
        (("status",), 0, "1 record (1 accepted), 2 entries"),
        (("trace", "E-1"), 0, "12.50 EUR"),
        (("journal", "verify"), 0, "sound: 2 entries, 1 record"),
        (("journal", "list"), 0, "a.xml"),
        (("statement", "--account", ANNA, "--type", "camt.053"), 0, "<BkToCstmrStmt>"),
    ):
        found = main([*call, "--bank", str(root)])
        out, err = capsys.readouterr()
        assert (found, expected in out) == (code, True), (call, out, err)
        said += [out, err]
    wrong = make_url(with_password)
    for bad in (
        wrong.set(port=1),
        wrong.set(database="none_of_that_name"),
        wrong.set(host="nowhere.invalid"),
        wrong.update_query_dict({"nonsense": secret}),
        make_url(url).set(port=1).update_query_dict({"password": secret}),
        f"postgresql://wissel:{secret}",
        f"postgresql://wissel:a@{secret}@127.0.0.1/wissel",
        f"postgres://wissel:{secret}@127.0.0.1/wissel",
        f"postgresql://wissel@127.0.0.1:{secret}/wissel",
    ):
        at(root, bad if isinstance(bad, str) else bad.render_as_string(hide_password=False))
        found = main(["status", "--bank", str(root), "--debug"])
        out, err = capsys.readouterr()
        assert found in (2, 3), (bad, out, err)
        assert "fault of wissel" not in err
        said += [out, err]
    assert secret not in "".join(said)
    reports = "".join(path.read_text("utf-8") for path in root.rglob("*.json"))
    assert secret not in reports
