"""``python -m benchmarks.conversion``: a large order as payments between banks, beside parsing and checking with lxml.

One pain.001, converted with the defaults and by a bank's routing; results are validated and written, losses recorded.
Figures are CPU seconds and peak memory of whole processes, start-up included; ratios are of one round, their median is
shown.
"""

import argparse
import re
import sys
import tempfile
from pathlib import Path

from benchmarks.machine import description
from benchmarks.measure import Job, cpu, paired, peak_mb, ratio, run
from benchmarks.messages import Shape, write_file
from benchmarks.rivals import schema_path

ORDER, PAYMENT = "pain.001.001.09", "pacs.008.001.08"
MEMORY_GOAL_MB = 128
RIVAL = (
    "import sys; from lxml import etree; schema = etree.XMLSchema(etree.parse(sys.argv[2])); "
    "assert schema.validate(etree.parse(sys.argv[1]))"
)
ROUTES = '[[route]]\nname = "euro"\nnetworks = ["sepa-sct"]\ncurrencies = ["EUR"]\n'
OWN_BIC = "ABCDLU2A"
ROWS = ("lxml parse + XSD", "convert", "convert, routed")
GOALS = {"convert": 5.0}
"""CPU, as a multiple of the first row. That of routing is measured by itself (``benchmarks.routing``)."""


def make_bank(shape: Shape, file: Path, folder: Path) -> None:
    """Write the order of a customer of the bank of ``wissel init``, and a bank directory in which all its payments can
    go: the debtor's account, and all banks that are named. Line by line: this process has to stay small."""
    run([sys.executable, "-m", "wissel", "init", str(folder), "--bic", OWN_BIC])
    given = file.with_suffix(".given")
    write_file(shape, given)
    agents: dict[str, None] = {}
    account = ""
    with given.open(encoding="utf-8") as lines, file.open("w", encoding="utf-8") as out:
        for line in lines:
            if found := re.search(r"<BICFI>(\w+)</BICFI>", line):
                line = line if agents else line.replace(found[1], OWN_BIC)
                agents.setdefault(found[1])
            elif not account and (found := re.search(r"<IBAN>(\w+)</IBAN>", line)):
                account = found[1]
            out.write(line)
    given.unlink()
    (folder / "routes.toml").write_text(ROUTES, "utf-8")
    with (folder / "accounts.csv").open("a", encoding="utf-8") as rows:
        rows.write(f"{account},Bulk,Bulk,EUR,customer,open,,9000000000000.00,,\n")
    with (folder / "directory.csv").open("a", encoding="utf-8") as rows:
        rows.writelines(f"sepa-sct,{bic},,,,,,{bic},direct,,,,\n" for bic in sorted(agents))


def main(arguments: list[str]) -> int:
    """Print the table; 1 where a goal is missed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.conversion")
    parser.add_argument("--transactions", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=3)
    chosen = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        order, bank = folder / "order.xml", folder / "bank"
        make_bank(Shape(ORDER, chosen.transactions), order, bank)
        wissel = [sys.executable, "-m", "wissel"]
        wanted = [str(order), "--to", PAYMENT, "--at", "2026-11-23T10:00:00Z", "--loss", str(folder / "lost.jsonl")]
        convert = [*wissel, "convert", *wanted]
        jobs: dict[str, Job] = {
            ROWS[0]: [[sys.executable, "-c", RIVAL, str(order), schema_path(ORDER)]],
            ROWS[1]: [[*convert, "-o", f"{folder / 'plain'}/"]],
            ROWS[2]: [[*convert, "--bank", str(bank), "-o", f"{folder / 'routed'}/"]],
        }
        found = paired(jobs, chosen.rounds)
        size = f"{order.stat().st_size / 1e6:.0f} MB"
        print(f"{description(wissel)}\n{ORDER}, {chosen.transactions:,} transactions, {size}\n")
        missed = []
        for name in ROWS:
            times, goal = ratio(found[name], found[ROWS[0]]), GOALS.get(name)
            said = "" if name == ROWS[0] else f"  {times:.2f} x {ROWS[0]}"
            said += f" (goal {goal:g})" if goal else ""
            print(f"{name:16} {cpu(found[name]):7.2f} s {peak_mb(found[name]):7.0f} MB{said}")
            if goal is not None and times > goal:
                missed.append(name)
            if name != ROWS[0] and peak_mb(found[name]) > MEMORY_GOAL_MB:
                missed.append(f"memory of {name}: {MEMORY_GOAL_MB} MB")
        print("goals met" if not missed else f"goals missed: {', '.join(missed)}")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
