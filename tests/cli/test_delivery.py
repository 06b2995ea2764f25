"""Results in their places: what stands there already, links, pipes, and other devices."""

import errno
import os
import signal
import threading
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.mapping.orders import order, single, transaction
from wissel.cli.delivery import deliver, in_order
from wissel.cli.main import main
from wissel.core.clock import fixed_clock
from wissel.core.errors import UsageError
from wissel.signature.sealing.files import seal_file

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
TO = "pacs.008.001.08"
CONVERT = ["convert", "one.xml", "--to", TO]
RESULT = f"one-0001-{TO}.xml"


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """One order in the current folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("wissel.core.clock.system_clock", fixed_clock(NOW))
    Path("one.xml").write_bytes(single())
    return tmp_path


def through_a_pipe(arguments: Sequence[str]) -> bytes:
    """What a command writes into a pipe by the name ``pipe``."""
    os.mkfifo("pipe")
    found: list[bytes] = []
    reader = threading.Thread(target=lambda: found.append(Path("pipe").read_bytes()), daemon=True)
    reader.start()
    assert main([*arguments, "-o", "pipe"]) == 0
    reader.join(timeout=30)
    assert Path("pipe").is_fifo()
    return b"".join(found)


@pytest.mark.parametrize(
    "arguments",
    [
        CONVERT,
        ["reply", str(ROOT / "samples/valid/pacs.008.001.08.xml"), "--with", "pacs.002.001.10"],
        ["sign", str(ROOT / "samples/valid/pacs.008.001.08.xml"), "--profile", "enveloped"],
    ],
)
def test_a_pipe_is_written_into_and_stays(arguments: list[str], capfd: pytest.CaptureFixture[str]) -> None:
    if arguments[0] == "sign":
        assert main(["keys", "new", "demo", "--participant", "RHEUDEFF", "--quiet"]) == 0
        arguments = [*arguments, "--key", "demo/keys/RHEUDEFF.pem"]
    written = through_a_pipe(arguments)
    assert written.startswith(b"<?xml")
    assert b"</Document>" in written[-20:]
    assert "<" not in capfd.readouterr().out


def test_what_is_sealed_does_not_replace_a_pipe() -> None:
    os.mkfifo("pipe")
    with Path("one.xml").open("rb") as source, pytest.raises(UsageError, match="cannot be replaced"):
        seal_file(source, [], None, Path("pipe"))  # type: ignore[arg-type]  # refused before they are looked at
    assert Path("pipe").is_fifo()


def test_what_a_link_names_is_replaced_not_the_link() -> None:
    Path("target.xml").write_text("old", "utf-8")
    Path("link.xml").symlink_to("target.xml")
    assert main([*CONVERT, "-o", "link.xml"]) == 0
    assert Path("link.xml").is_symlink()
    assert Path("target.xml").read_bytes().startswith(b"<?xml")


def test_a_result_of_an_earlier_call_is_not_overwritten(capfd: pytest.CaptureFixture[str]) -> None:
    assert main([*CONVERT, "-o", "out/"]) == 0
    first = Path("out", RESULT).read_bytes()
    assert main([*CONVERT, "-o", "out/"]) == 0  # the same bytes
    capfd.readouterr()
    # another order of the same name
    Path("one.xml").write_bytes(single(Amt__InstdAmt="99.00"))
    assert main([*CONVERT, "-o", "out/", "--loss", "lost.jsonl"]) == 2
    assert capfd.readouterr().err == (
        f"wissel: 'out/{RESULT}' is there already and holds something else: move it away, or name another folder\n"
    )
    assert Path("out", RESULT).read_bytes() == first
    assert sorted(path.name for path in Path().rglob("*") if path.is_file()) == [RESULT, "one.xml"]


@pytest.mark.parametrize(
    ("output", "loss", "said"),
    [
        ("new.xml", "./new.xml", "is the place of a result"),
        ("out/", f"out/{RESULT}", "is the place of a result"),
        ("new.xml", "-", "--loss takes the name of a file"),
    ],
)
def test_losses_have_a_place_of_their_own(output: str, loss: str, said: str, capfd: pytest.CaptureFixture[str]) -> None:
    Path("out").mkdir()
    assert main([*CONVERT, "-o", output, "--loss", loss]) == 2
    assert said in capfd.readouterr().err
    assert [path for path in Path().rglob("*") if path.is_file()] == [Path("one.xml")]


def test_several_results_do_not_take_the_place_of_a_file() -> None:
    Path("one.xml").write_bytes(order(({}, [transaction(), transaction(CdtrAgt__FinInstnId__BICFI="ZZDUNL20")])))
    os.mkfifo("pipe")
    assert main([*CONVERT, "-o", "pipe"]) == 2
    assert main([*CONVERT, "-o", "one.xml"]) == 2
    assert Path("pipe").is_fifo()


def test_a_place_on_another_disk(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    made, target = tmp_path / "made", tmp_path / "folder" / "target"
    target.parent.mkdir()
    made.write_bytes(b"new")
    real = Path.stat

    def stat(self: Path, **options: bool) -> os.stat_result:
        found = real(self, **options)
        return os.stat_result((*found[:2], found.st_dev + (self == target.parent), *found[3:10]))

    monkeypatch.setattr(Path, "stat", stat)
    deliver(made, str(target))
    monkeypatch.undo()
    assert target.read_bytes() == b"new"
    assert list(target.parent.iterdir()) == [target]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_to_end_clears_up(number: signal.Signals, tmp_path: Path) -> None:
    before = signal.getsignal(number)

    def killed() -> None:
        with in_order():
            os.kill(os.getpid(), number)
            time.sleep(10)  # ended before that

    with pytest.raises(SystemExit) as ended:
        killed()
    assert ended.value.code == 128 + number
    assert signal.getsignal(number) is before


def test_a_full_disk_is_told_in_a_line(
    here: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("wissel.mapping.bundle.Spool.keep", full)
    monkeypatch.setattr("wissel.engine.conversion.bundling.BUFFER_BYTES_MAX", 0)
    Path("one.xml").write_bytes(order(({}, [transaction(), transaction(PmtId__EndToEndId="E2")])))
    assert main([*CONVERT, "-o", "out/"]) == 3
    assert capfd.readouterr().err == "wissel: cannot write beside out/: No space left on device\n"
    assert list(here.iterdir()) == [here / "one.xml"]
