"""The cases of ``tests/golden/statements``: books and calls in, files out."""

import tomllib
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from tests.conftest import ROOT
from wissel.cli.main import main
from wissel.engine.bank.files import load_bank
from wissel.engine.bank.init import example_account, init_bank
from wissel.engine.database import Engine, transaction
from wissel.engine.statements.of_ledger import open_ledger
from wissel.ledger.books import post
from wissel.ledger.exchange import Exchange, Side, exchange_posting
from wissel.ledger.posting import Detail, Leg, PostingSet

GOLDEN = ROOT / "tests" / "golden" / "statements"
CASES: dict[str, dict[str, Any]] = tomllib.loads((GOLDEN / "cases.toml").read_text("utf-8"))


def account(name: str) -> str:
    """``A1`` is the first account of the bank directory."""
    return example_account("DE", int(name[1:])) if name[:1] == "A" and name[1:].isdigit() else name


def posting(number: int, row: list[Any]) -> PostingSet:
    """A row of the cases as a posting."""
    moment, name, amount, case, value, reversal, *details = row
    at = datetime.fromisoformat(moment).astimezone(UTC)
    day = date.fromisoformat(value) if value else at.date()
    shown = tuple(
        Detail(one.get("amount", amount), {name: text for name, text in one.items() if name != "amount"})
        for one in details
    )
    legs = (
        Leg(account(name), "EUR", amount, day, case, reversal, shown),
        Leg("SUSPENSE-EUR", "EUR", -amount, day, case),
    )
    return PostingSet(f"case-{number}", at, at.date(), legs)


def book(engine: Engine, rows: list[list[Any]], start: int = 0) -> None:
    """Book rows."""
    with transaction(engine) as connection:
        for number, row in enumerate(rows, start):
            assert post(connection, posting(number, row))


def exchange(engine: Engine, row: list[Any]) -> None:
    """Book an exchange of euro into dollars."""
    moment, sold, bought, amount, rate = row
    at = datetime.fromisoformat(moment)
    sides = Side(account(sold), "EUR", "POSITION-EUR"), Side(account(bought), "USD", "POSITION-USD")
    made = Exchange(*sides, amount, Decimal(rate))
    with transaction(engine) as connection:
        assert post(connection, exchange_posting("fx", at, at.date(), at.date(), made))


def written(name: str, folder: Path) -> dict[str, bytes]:
    """Work a case off in an empty folder; the files that came of it."""
    case = CASES[name]
    if "bookings" in case:
        (folder / "bookings.csv").write_text(case["bookings"].lstrip(), "utf-8")
        start = ["--bookings", str(folder / "bookings.csv")]
    else:
        init_bank(folder / "bank")
        start = ["--bank", str(folder / "bank")]
    (folder / "out").mkdir()
    for number, call in enumerate(case["calls"]):
        if "bookings" not in case:
            _book(folder / "bank", case, number)
        words = [account(word) for word in call]
        assert main(["statement", *start, *words, "-o", f"{folder / 'out'}/"]) == 0, call
    return dict(_files(folder / "out"))


def _book(bank: Path, case: dict[str, Any], number: int) -> None:
    engine = open_ledger(load_bank(bank))
    try:
        if number == 0:
            book(engine, case.get("book", []))
            if "exchange" in case:
                exchange(engine, case["exchange"])
        elif "then" in case:
            book(engine, case["then"][number], number * 100)
    finally:
        engine.dispose()


def _files(folder: Path) -> Iterator[tuple[str, bytes]]:
    for path in sorted(folder.iterdir()):
        yield path.name, path.read_bytes()
