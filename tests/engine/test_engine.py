"""The engine over whole files: what may be taken, what is refused, what came before."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.databases import new_url
from wissel.catalog.definitions import default_catalog
from wissel.core.clock import fixed_clock
from wissel.engine.bank.files import load_bank
from wissel.engine.bank.init import init_bank
from wissel.engine.database import open_database, transaction
from wissel.engine.engine import Engine
from wissel.journal.journal import open_journal
from wissel.journal.proof import prove
from wissel.service.filedrop import Station, recover, take
from wissel.service.files import DiskFiles
from wissel.service.spool import Spool, waiting

AT = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
SAMPLES = Path(__file__).resolve().parents[2] / "samples"


@pytest.fixture
def station(tmp_path: Path, kind: str) -> Iterator[Station]:
    root = tmp_path / "bank"
    init_bank(root)
    for name in ("outbox", "scratch"):
        (root / "work" / name).mkdir()
    database = open_database(new_url(root))
    with transaction(database) as connection:
        open_journal(connection)
    bank = load_bank(root)
    engine = Engine(bank, default_catalog(), {}, lambda made, *_: made)
    yield Station(Spool(root), DiskFiles(), database, engine, fixed_clock(AT), bank.digest)
    database.dispose()


def drop(station: Station, name: str, content: bytes, channel: str = "default") -> dict[str, object]:
    """Drop one file, run, and give its report."""
    (station.spool.inbox / channel / name).write_bytes(content)
    recover(station)
    (done,) = take(station, tuple(waiting(station.spool)))
    report: dict[str, object] = json.loads(Path(f"{done.target}.report.json").read_text("utf-8"))
    with transaction(station.database) as connection:
        assert prove(connection).faults == ()
    return report


def sample(definition: str) -> bytes:
    return next(SAMPLES.rglob(f"{definition}*.xml")).read_bytes()


def codes(report: dict[str, object]) -> list[str]:
    return [found["code"] for found in report["findings"]]  # type: ignore[attr-defined]


def test_what_cannot_be_read_gets_a_receipt(station: Station) -> None:
    report = drop(station, "a.xml", b"<Document><GrpHdr><MsgId>M-1</MsgId>")
    assert report["verdict"] == "failed"


def test_a_channel_sends_only_what_it_may(station: Station) -> None:
    report = drop(station, "a.xml", sample("pacs.008.001.08"))
    assert (report["verdict"], codes(report)) == ("failed", ["DEFINITION-NOT-OF-CHANNEL"])


def test_an_unknown_channel_is_refused(station: Station) -> None:
    (station.spool.inbox / "nobody").mkdir()
    report = drop(station, "a.xml", sample("pain.001.001.09"), "nobody")
    assert (report["verdict"], codes(report)) == ("failed", ["CHANNEL-UNKNOWN"])


def test_the_same_file_is_taken_once(station: Station) -> None:
    content = sample("pain.001.001.09")
    first = drop(station, "a.xml", content)
    again = drop(station, "b.xml", content)
    other = drop(station, "c.xml", content.replace(b"</Document>", b"</Document>\n"))
    assert (first["verdict"], codes(first)) == ("accepted", ["DEFINITION-WITHOUT-EFFECT"])
    assert (again["verdict"], codes(again), again["repeats"]) == ("accepted", ["MESSAGE-REPEATED"], 1)
    assert (other["verdict"], codes(other)) == ("failed", ["MESSAGE-IDENTIFIER-REUSED"])
    (answer,) = other["outputs"]  # type: ignore[misc]
    assert answer["about"] == "pain.002.001.10"
    written = (station.spool.out / answer["to"] / answer["file"]).read_text("utf-8")
    assert "<GrpSts>RJCT</GrpSts>" in written
    assert "<Cd>AM05</Cd>" in written
