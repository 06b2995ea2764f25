"""``python -m benchmarks.payments``: instant payments of another bank, one a message with its header, the whole way.

Read, validate, verify, journal, judge, credit, answer by pacs.002, check the answer, sign, deliver, and all of it
forced to the disk. Many files wait and ``wissel process`` takes them; wall time is that of the whole process, start-up
included. Once nothing is signed, and once each message and each answer is. The stages are measured in a second run,
inside one process.
"""

import argparse
import os
import re
import shutil
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.engine import measured
from benchmarks.instant import INSTANT, a_payment
from benchmarks.machine import description
from benchmarks.measure import run
from wissel.engine.bank.init import init_bank
from wissel.signature.keys import load_signer
from wissel.signature.sign import SignOptions, sign

GOALS = {"unsigned": 1_000, "signed": 500}
"""Messages per second on two cores."""
STAGES = (
    ("record", "wissel.service.filedrop", "_recorded"),
    ("read, validate, verify", "wissel.engine.engine", "prepare"),
    ("judge, credit", "wissel.engine.interbank.handle_transfer", "_carry_out"),
    ("answer, check, sign", "wissel.engine.interbank.handle_transfer", "answer"),
    ("journal", "wissel.service.filedrop", "conclude"),
    ("force and deliver", "wissel.service.filedrop", "_delivered"),
)
HEADER = """\
<AppHdr xmlns="urn:iso:std:iso:20022:tech:xsd:head.001.001.02">
<Fr><FIId><FinInstnId><BICFI>ZZLIFR20</BICFI></FinInstnId></FIId></Fr>
<To><FIId><FinInstnId><BICFI>ZZWIDE20</BICFI></FinInstnId></FIId></To>
<BizMsgIdr>{name}</BizMsgIdr><MsgDefIdr>pacs.008.001.08</MsgDefIdr><CreDt>{at:%Y-%m-%dT%H:%M:%SZ}</CreDt></AppHdr>"""


def message(name: str, at: datetime) -> bytes:
    """A payment with its header, in an envelope."""
    header = HEADER.format(name=f"P-{name}", at=at)
    return f"<Envelope>{header}{a_payment(name, at)}</Envelope>".encode()


def dropped(root: Path, count: int, *, signed: bool, at: datetime) -> None:
    """A bank directory in whose inbox so many payments wait."""
    init_bank(root, demo=at.replace(hour=0, minute=0, second=0, microsecond=0) if signed else None)
    if not signed:
        with (root / "wissel.toml").open("a", encoding="utf-8") as file:
            file.write(INSTANT)
    inbox = root / "in" / "instant"
    inbox.mkdir(exist_ok=True)
    signer = load_signer(root / "world" / "keys" / "ZZLIFR20.pem", None) if signed else None
    for number in range(count):
        data = message(str(number), at)
        if signer is not None:
            data = sign(data, signer, SignOptions("bah", at.replace(microsecond=0)))
        (inbox / f"{number:06}.xml").write_bytes(data)


def drained(root: Path, place: Path, jobs: int) -> tuple[float, float]:
    """Drain a copy of a bank: seconds, and megabytes of the largest process. Raises SystemExit where not every payment
    is credited and answered."""
    shutil.copytree(root, place)
    count = len(os.listdir(place / "in" / "instant"))
    done = run([sys.executable, "-m", "wissel", "process", "--bank", str(place), "--settle", "0", "--jobs", str(jobs)])
    answers = sorted((place / "out" / "instant").glob("*-pacs.002.001.10.xml"))
    credited = sum(bool(re.search(b"<TxSts>ACC[CP]</TxSts>", path.read_bytes())) for path in answers)
    if credited != count or any(os.listdir(place / end) for end in ("failed", "shunt")):
        raise SystemExit(f"of {count} payments {credited} were credited and answered")
    shutil.rmtree(place)
    return done.wall_seconds, done.peak_bytes / 1e6


def stages(root: Path, place: Path) -> dict[str, float]:
    """CPU seconds of each stage, in one process."""
    from wissel.service.filedrop import take
    from wissel.service.running import opened
    from wissel.service.spool import waiting

    shutil.copytree(root, place)
    times: dict[str, float] = {}
    with opened(place) as station, measured(times, STAGES):
        take(station, tuple(waiting(station.spool)))
    shutil.rmtree(place)
    return times


def main(arguments: list[str]) -> int:
    """Print the table; 1 where a goal is missed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.payments")
    parser.add_argument("--messages", type=int, default=4_000)
    parser.add_argument("--jobs", type=int, default=2)
    chosen = parser.parse_args(arguments)
    print(f"{description([sys.executable, '-m', 'wissel'])}\n")
    missed = False
    with tempfile.TemporaryDirectory() as folder:
        for name, goal in GOALS.items():
            root, place = Path(folder) / name, Path(folder) / "copy"
            dropped(root, chosen.messages, signed=name == "signed", at=datetime.now(UTC))
            seconds, size = drained(root, place, chosen.jobs)
            rate = chosen.messages / seconds
            missed = missed or rate < goal
            print(f"{name}, {chosen.messages:,} messages, {chosen.jobs} jobs")
            print(f"  {seconds:7.2f} s  {rate:7,.0f} messages/s (goal {goal:,})  {size:.0f} MB")
            for stage, spent in stages(root, place).items():
                print(f"  {stage:24} {spent / chosen.messages * 1e6:7.0f} us CPU a message")
            shutil.rmtree(root)
    return int(missed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
