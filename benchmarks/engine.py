"""``python -m benchmarks.engine``: orders through the whole engine, from inbox to messages, bookings and answers.

One large pain.001, and many small ones, each dropped into a bank directory and drained by ``wissel process``, journal
and ledger on disk. Wall time and memory are those of the whole process, start-up included. The stages are measured in a
second run, inside the program.
"""

import argparse
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks.conversion import make_bank
from benchmarks.machine import description
from benchmarks.measure import run
from benchmarks.messages import Shape

ORDER = "pain.001.001.09"
GOAL_PER_SECOND, MEMORY_GOAL_MB = 4_000, 300
PAST = "2026-01-02"
"""What is ordered for a day that has passed goes at once."""
STAGES = (
    ("read, validate", "wissel.engine.engine", "prepare"),
    ("decide, convert", "wissel.engine.orders.run", "OrderRun.run"),
    ("check what is sent", "wissel.engine.orders.outgoing", "Messages.faults"),
    ("book", "wissel.engine.orders.handle", "_booked"),
    ("answer", "wissel.engine.orders.handle", "report_on"),
    ("journal", "wissel.journal.journal", "Writing.add"),
)


def prepared(folder: Path, transactions: int) -> tuple[Path, Path]:
    """A bank directory in which an order can go, and the order."""
    order, bank = folder / "order.xml", folder / "bank"
    make_bank(Shape(ORDER, transactions), folder / "given.xml", bank)
    inside = False
    with (folder / "given.xml").open(encoding="utf-8") as lines, order.open("w", encoding="utf-8") as out:
        for line in lines:
            inside = inside or "<ReqdExctnDt>" in line
            out.write(re.sub(r"\d{4}-\d\d-\d\d", PAST, line) if inside else line)
            inside = inside and "</ReqdExctnDt>" not in line
    main = bank / "wissel.toml"
    main.write_text(re.sub(r'accounts = \["[A-Z0-9]+\*"\]', 'accounts = ["*"]', main.read_text("utf-8")), "utf-8")
    return order, bank


def drained(bank: Path, files: dict[str, bytes | Path]) -> tuple[float, float]:
    """Drop files into a copy of a bank and drain it: seconds and megabytes."""
    with tempfile.TemporaryDirectory(dir=bank.parent) as place:
        root = Path(place) / "bank"
        shutil.copytree(bank, root)
        for name, content in files.items():
            if isinstance(content, Path):
                shutil.copy(content, root / "in" / name)
            else:
                (root / "in" / name).write_bytes(content)
        done = run([sys.executable, "-m", "wissel", "process", "--bank", str(root)])
        failed = os.listdir(root / "failed") + os.listdir(root / "shunt")
        if failed:
            raise SystemExit(f"{failed[0]} was not accepted")
        return done.wall_seconds, done.peak_bytes / 1e6


def small_orders(order: Path, count: int) -> dict[str, bytes | Path]:
    """Orders of one transaction each, made from a large one."""
    text = order.read_text("utf-8")
    first = text.index("</CdtTrfTxInf>") + len("</CdtTrfTxInf>")
    one = text[:first] + "</PmtInf></CstmrCdtTrfInitn></Document>"
    one = re.sub(
        r"<(NbOfTxs|CtrlSum)>[^<]*</\1>", lambda found: "<NbOfTxs>1</NbOfTxs>" if found[1] == "NbOfTxs" else "", one
    )
    return {
        f"{number:06}.xml": re.sub(
            "<(MsgId|EndToEndId)>[^<]*<",
            lambda found, n=number: f"<{found[1]}>N-{n}<",
            one,  # type: ignore[misc]
        ).encode()
        for number in range(count)
    }


@contextmanager
def measured(times: dict[str, float], stages: Sequence[tuple[str, str, str]]) -> Iterator[None]:
    """Sum up the CPU time of each stage while the block runs; a stage is a name, a module, and a function in it."""
    import time
    from importlib import import_module

    kept: list[tuple[Any, str, Any]] = []

    def wrapped(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def timed(*arguments: Any, **named: Any) -> Any:
            before = time.process_time()
            try:
                return function(*arguments, **named)
            finally:
                times[name] = times.get(name, 0.0) + time.process_time() - before

        return timed

    for name, module, path in stages:
        holder: Any = import_module(module)
        *above, last = path.split(".")
        for part in above:
            holder = getattr(holder, part)
        kept.append((holder, last, getattr(holder, last)))
        setattr(holder, last, wrapped(name, getattr(holder, last)))
    try:
        yield
    finally:
        for holder, last, function in kept:
            setattr(holder, last, function)


def stages(bank: Path, order: Path) -> dict[str, float]:
    """CPU seconds of each stage, in this process."""
    from wissel.service.filedrop import take
    from wissel.service.running import opened
    from wissel.service.spool import waiting

    times: dict[str, float] = {}
    shutil.copy(order, bank / "in" / "order.xml")
    with opened(bank) as station, measured(times, STAGES):
        take(station, tuple(waiting(station.spool)))
    return times


def main(arguments: list[str]) -> int:
    """Print the table; 1 where a goal is missed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.engine")
    parser.add_argument("--transactions", type=int, default=100_000)
    parser.add_argument("--messages", type=int, default=1_000)
    chosen = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as place:
        order, bank = prepared(Path(place), chosen.transactions)
        print(f"{description([sys.executable, '-m', 'wissel'])}\n")
        seconds, size = drained(bank, {"order.xml": order})
        rate = chosen.transactions / seconds
        print(f"{ORDER}, {chosen.transactions:,} transactions, {order.stat().st_size / 1e6:.0f} MB")
        print(f"  {seconds:7.2f} s  {rate:7,.0f} transactions/s (goal {GOAL_PER_SECOND:,})  "
              f"{size:.0f} MB (goal {MEMORY_GOAL_MB})")  # fmt: skip
        small, memory = drained(bank, small_orders(order, chosen.messages))
        print(f"{ORDER}, {chosen.messages:,} messages of one transaction")
        print(f"  {small:7.2f} s  {chosen.messages / small:7,.0f} messages/s  {memory:.0f} MB\n")
        for name, spent in stages(bank, order).items():
            print(f"  {name:20} {spent:7.2f} s CPU  {spent / chosen.transactions * 1e6:6.0f} us a transaction")
        missed = rate < GOAL_PER_SECOND or size > MEMORY_GOAL_MB
    return int(missed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
