"""Orders of customers, step by step; files, reports and bookings that come of each are kept as a golden file.

Written anew by ``python -m tests.engine.order_scenarios --write``.
"""

import json
import re
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.engine.orders import BRUNO, DOLLARS, INSIDE, INSTANT, MUSTER, Group, Order, Pay, World, order, world
from wissel.engine.database import transaction
from wissel.ledger.books import accounts, entries

GOLDEN = Path(__file__).resolve().parents[1] / "golden" / "orders"
_ENGINE = re.compile(r'"engine": "[^"]*"')
"""The only words of a report that depend on where the program runs."""


@dataclass(frozen=True)
class Scenario:
    """One flow."""

    name: str
    run: Callable[[World], object]
    changes: dict[str, dict[str, str]] = field(default_factory=dict)
    """Texts replaced in the files of the bank."""

    @property
    def golden(self) -> Path:
        """Where what comes of it is kept."""
        return GOLDEN / f"{self.name}.txt"


def _drops(*files: bytes) -> Callable[[World], None]:
    def run(bank: World) -> None:
        for number, content in enumerate(files, 1):
            bank.drop(content, f"{number}.xml")

    return run


def _waits(bank: World) -> None:
    bank.drop(order(Pay("10.00"), requested="2026-12-01"))
    bank.release(datetime(2026, 11, 30, 23, 30, tzinfo=UTC))


IN_DOLLARS = "DE55999999990000000006"
WHOLE = Order((
    Group((Pay("10.00"), Pay("20.00", iban="FR7699991000010000000000149"), Pay("30.00", remittance="Invoice 3")),
          batch=True),
    Group((INSIDE, Pay("40.00")), account=MUSTER),
))  # fmt: skip
"""A batch of which one payment names a wrong account; and another of which one stays inside the bank."""
TOLD = Pay("100.00", bic="ZZWIDE20", iban=MUSTER, level=None, remittance="Invoice 7")
SCENARIOS = (
    Scenario("sepa", _drops(order(Pay("10.00", remittance="Invoice 1")))),
    Scenario("instant", _drops(order(INSTANT))),
    Scenario("correspondent", _drops(order(DOLLARS, account=IN_DOLLARS, bearer="SHAR"))),
    Scenario(
        "cover",
        _drops(order(Pay("80.00", "GBP", level=None), account=BRUNO, bearer="SHAR")),
        {"accounts.csv": {"EUR,customer,open,,80000.00": "GBP,customer,open,,80000.00"}},
    ),
    Scenario("bulk-with-one-rejected", _drops(WHOLE.xml())),
    Scenario("future-dated", _waits),
    Scenario("duplicate-held", _drops(order(Pay("10.00")), order(Pay("10.00"), message_id="ORDER-2"))),
    Scenario("inside-the-bank", _drops(order(INSIDE))),
    Scenario("notified", _drops(order(TOLD))),
)


def booked(bank: World) -> Iterator[str]:
    """All entries since the opening balances, by account."""
    with transaction(bank.station.database) as connection:
        for account, currency in accounts(connection).items():
            for one in entries(connection, account):
                if one.case != "opening":
                    yield (
                        f"{account} {one.sequence}: {one.amount:+} {currency}, then {one.balance}; {one.case}"
                        f"{' reversed' if one.reversal else ''}, booked {one.booking_date}, value {one.value_date}, "
                        f"{one.reference}{f', {one.information}' if one.information else ''}"
                    )
                    for detail in one.details:
                        known = ", ".join(f"{name} {value}" for name, value in sorted(detail.values.items()))
                        yield f"  {detail.amount:+}: {known}"


class Noted(World):
    """A bank that notes what comes of each file as it comes, since an order that is released leaves the warehouse."""

    said: list[str]

    def _report(self, done: Any) -> dict[str, Any]:
        report = super()._report(done)
        text = Path(f"{done.target}.report.json").read_text("utf-8")
        self.said.append(f"# {done.target.relative_to(self.root)}")
        self.said += [f"## {name}\n{content.rstrip()}" for name, content in self.outputs(report).items()]
        self.said.append("## report.json\n" + _ENGINE.sub('"engine": "wissel"', text).rstrip())
        return report


def outcome(scenario: Scenario, folder: Path) -> str:
    """What comes of a flow: for each file where it ends, what is written, and its report; then the entries."""
    with world(folder / "bank", scenario.changes) as made:
        bank = Noted(made.station, made.time)
        bank.said = []
        scenario.run(bank)
        return "\n".join([*bank.said, "# entries", *booked(bank)]) + "\n"


def reports_in(golden: str) -> list[dict[str, Any]]:
    """The reports that stand in a golden file."""
    parts = golden.split("\n## report.json\n")[1:]
    return [json.loads(part.partition("\n# ")[0]) for part in parts]


def main() -> None:
    """Write the golden files."""
    GOLDEN.mkdir(parents=True, exist_ok=True)
    for path in GOLDEN.iterdir():
        path.unlink()
    for scenario in SCENARIOS:
        with tempfile.TemporaryDirectory() as folder:
            scenario.golden.write_text(outcome(scenario, Path(folder)), "utf-8")


if __name__ == "__main__":
    if sys.argv[1:] != ["--write"]:
        raise SystemExit("usage: python -m tests.engine.order_scenarios --write")
    main()
