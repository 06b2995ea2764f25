"""Decisions per CPU second of one process, with a directory of 100,000 rows.

``python -m benchmarks.routing [--decisions N] [--rows N]``. The goals: 20,000 decisions a second, the directory loaded
in under a second. Each decision asks every criterion of every network that the bank uses, with an amount of its own and
a creditor's bank drawn evenly from the whole directory; a third of the payments is instant.
"""

import argparse
import random
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import TypeVar

from benchmarks.machine import description
from wissel.core.money import Money
from wissel.engine.bank.files import load_bank
from wissel.engine.bank.init import init_bank
from wissel.routing.agent import Agent
from wissel.routing.bank import Bank
from wissel.routing.decide import Router
from wissel.routing.funds import FundsInMemory
from wissel.routing.order import Order, OrderAccount

DECISIONS_GOAL = 20_000
BLOCK = 1_000
AT = datetime(2026, 11, 23, 10, tzinfo=UTC)
NETWORKS = ("sepa-sct", "sepa-sct-inst", "t2")
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_IBANS = ("NL47ZZDU0000000001", "FR7699991000010000000000148", "AT769999200000000001")

T = TypeVar("T")


def bic(number: int) -> str:
    """A made-up BIC of its own for each number."""
    letters = []
    for _ in range(4):
        number, rest = divmod(number, 26)
        letters.append(_LETTERS[rest])
    return f"ZZ{''.join(letters[:2])}IT{letters[2]}{letters[3]}"


def write_directory(path: Path, rows: int) -> list[str]:
    """A directory with that many rows, over all networks; the BICs in it."""
    bics = [bic(number) for number in range(-(-rows // len(NETWORKS)))]
    lines = [f"{network},{one},Bank {one}" for one in bics for network in NETWORKS][:rows]
    path.write_text("\n".join(["network,bic,name", *lines]) + "\n", "utf-8")
    return bics


def orders(first: int, count: int, bics: list[str], account: str) -> list[Order]:
    """Payments of different amounts to different banks, drawn evenly."""
    source = random.Random(first)
    made = []
    for number in range(first, first + count):
        one = source.choice(bics)
        amount = Decimal(source.randrange(1, 100_000)).scaleb(-2)
        made.append(
            Order(
                transaction=number,
                definition="pain.001.001.09",
                currency="EUR",
                amount=amount,
                instructed=Money(amount, "EUR"),
                service_levels=("SEPA",),
                local_instrument="INST" if number % 3 == 0 else None,
                debtor_account=OrderAccount(iban=account),
                creditor_account=OrderAccount(iban=f"IT60X0542811101{number:012d}"),
                creditor_agent=Agent(bic=one, country="IT"),
            )
        )
    return made


def timed(work: Callable[[], T]) -> tuple[T, int]:
    """What some work gives, and its CPU time in nanoseconds."""
    started = time.process_time_ns()
    return work(), time.process_time_ns() - started


def decide_all(bank: Bank, count: int, bics: list[str]) -> tuple[int, int]:
    """Decide so many orders: how many were routed, and the CPU time of the decisions. The orders come in blocks, as
    those of a file do."""
    account = next(one.id for one in bank.accounts.values() if one.kind == "customer" and one.status == "open")
    router, funds = Router(bank), FundsInMemory(bank.accounts)

    def block(given: list[Order]) -> int:
        return sum(router.decide(order, AT, funds).rejection is None for order in given)

    routed, spent = 0, 0
    for first in range(1, count + 1, BLOCK):
        given = orders(first, min(BLOCK, count + 1 - first), bics, account)
        ok, nanoseconds = timed(lambda given=given: block(given))
        routed, spent = routed + ok, spent + nanoseconds
    return routed, spent


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--decisions", type=int, default=100_000)
    parser.add_argument("--rows", type=int, default=100_000)
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "bank"
        init_bank(folder)
        bics = write_directory(folder / "directory.csv", options.rows)
        bank, loading = timed(lambda: load_bank(folder))
    routed, deciding = decide_all(bank, options.decisions, bics)
    rate = options.decisions * 10**9 // deciding
    print(description([sys.executable, "-m", "wissel"]))
    print(f"bank directory with {options.rows:,} rows loaded in {Decimal(loading) / 10**9:.2f} s of CPU")
    print(f"{options.decisions:,} decisions, {routed:,} routed, {len(bank.networks)} networks in use")
    print(f"{rate:,} decisions a second (goal {DECISIONS_GOAL:,})")
    return 0


if __name__ == "__main__":
    sys.exit(main())
