"""Flows between banks, step by step; what is written and booked in each is kept as a golden file.

Written anew by ``python -m tests.engine.interbank_scenarios --write``.
"""

import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from tests.engine import orders
from tests.engine.interbank import (
    CLARA,
    DOLLARS,
    DORA,
    THEIRS,
    Pay,
    World,
    cover,
    enquiry,
    inst,
    line,
    recall,
    report,
    returned,
    sct,
    swift,
    uetr,
    value,
    with_header,
    world,
)
from wissel.engine.handlers import HANDLERS

GOLDEN = Path(__file__).resolve().parents[1] / "golden" / "interbank"
REIMBURSED = "".join(
    f"<{tag}><FinInstnId><BICFI>ZZHUUS30</BICFI></FinInstnId></{tag}>"
    for tag in ("InstgRmbrsmntAgt", "InstdRmbrsmntAgt")
)
USD = Pay(7, currency="USD", to=DOLLARS, name="Muster GmbH")
ABROAD = Pay(11, to=THEIRS, agent="ZZLIFR20", name="Bertrand Exemple")


@dataclass(frozen=True)
class Scenario:
    """One flow."""

    name: str
    run: Callable[[World], object]
    changes: dict[str, str] = field(default_factory=dict)
    """Of ``wissel.toml``."""

    @property
    def golden(self) -> Path:
        """Where what comes of it is kept."""
        return GOLDEN / f"{self.name}.txt"


def sent(world: World, definition: str = "pacs.008") -> str:
    """The text of the latest message of a definition that was written."""
    found = [
        text for one in world.reports for name, text in one["written"].items() if definition in name.rpartition("/")[2]
    ]
    return str(found[-1])


def order_of_three(world: World) -> tuple[str, list[str]]:
    """An order that was sent: MsgId of its message, TxId of its transactions."""
    world.drop("", orders.order(orders.Pay("10.00"), orders.Pay("20.00"), orders.Pay("30.00")))
    text = sent(world)
    return value(text, "MsgId"), [value(text, "TxId", number) for number in range(3)]


def _order_reported(world: World) -> None:
    message, ids = order_of_three(world)
    lines = (line("RJCT", "AC04", "S-1", TxId=ids[1]), line("ACSC", None, "S-2", TxId=ids[0]))
    world.drop("sct", report("R-1", message, "pacs.008.001.08", "PART", *lines))
    world.drop("sct", report("R-2", message, "pacs.008.001.08", "ACSC"))


def _order_returned(world: World) -> None:
    message, ids = order_of_three(world)
    world.drop("sct", returned("T-1", "20.00", message, TxId=ids[1]))
    world.drop("sct", returned("T-2", "25.00", message, TxId=ids[2], reason="FOCR"))


def _relayed(world: World) -> str:
    world.drop("swift", swift("S-11", ABROAD, "INDA", level="URGP"))
    return value(sent(world), "MsgId")


def _relay_rejected(world: World) -> None:
    message = _relayed(world)
    world.drop("t2", report("R-1", message, "pacs.008.001.08", "RJCT", line("RJCT", "AC04", UETR=uetr(11))))


def _relay_returned(world: World) -> None:
    message = _relayed(world)
    ids = {"UETR": uetr(11), "InstrId": value(sent(world), "InstrId")}
    world.drop("t2", report("R-1", message, "pacs.008.001.08", "ACSC"))
    world.drop("t2", returned("T-1", "90.00", message, system="TGT", **ids))


def _recalled(world: World) -> None:
    world.drop("sct", sct("M-1", Pay(1), Pay(2, to=DORA)))
    world.drop("sct", recall("C-1", "M-1", Pay(1)))
    world.drop("sct", recall("C-2", "M-1", Pay(2)))
    world.drop("sct", recall("C-3", "M-1", Pay(9)))


def _called_off(world: World) -> None:
    world.drop("swift", swift("S-7", USD, "COVE", extra=REIMBURSED))
    world.drop("swift", _recall_by_swift("C-7", "S-7", USD))
    world.drop("swift", cover("S-8", USD))


def _recall_by_swift(name: str, about: str, one: Pay) -> str:
    body = recall(name, about, one, sender="ZZALCH20").partition(">\n")[2]
    inner = body.partition(">")[2].removesuffix("</Document>").replace(f"<OrgnlTxId>T-{one.number}</OrgnlTxId>", "")
    case = "<Case><Id>CASE-1</Id><Cretr><Agt><FinInstnId><BICFI>ZZALCH20</BICFI></FinInstnId></Agt></Cretr></Case>"
    inner = inner.replace("<OrgnlGrpInf>", f"{case}<OrgnlGrpInf>")
    return with_header("camt.056.001.08", inner, "ZZALCH20", name, "swift.cbprplus.02")


def _asked(world: World) -> None:
    world.drop("inst", inst("M-1", Pay(1)))
    world.drop("inst", inst("M-2", Pay(2, to=CLARA)))
    world.drop("inst", enquiry("Q-1", "M-1", 1))
    world.drop("inst", enquiry("Q-2", "M-2", 2))


def _drops(*files: tuple[str, str]) -> Callable[[World], None]:
    def run(world: World) -> None:
        for channel, content in files:
            world.drop(channel, content)

    return run


SCENARIOS = (
    Scenario("sct-in-part", _drops(("sct", sct("M-1", Pay(1), Pay(2, to=DORA), Pay(3, to=CLARA))))),
    Scenario("sct-repeated", _drops(("sct", sct("M-1", Pay(1))), ("sct", sct("M-2", Pay(1), Pay(2))))),
    Scenario("sct-in-dollars", _drops(("sct", sct("M-1", Pay(1, to=DOLLARS))))),
    Scenario("inst-credited", _drops(("inst", inst("M-1", Pay(1))))),
    Scenario("inst-rejected", _drops(("inst", inst("M-1", Pay(1, to=CLARA))))),
    Scenario("swift-debited", _drops(("swift", swift("S-1", Pay(1), "INDA")))),
    Scenario("swift-debited-rejected", _drops(("swift", swift("S-1", Pay(1, to=DORA), "INDA")))),
    Scenario("swift-credited", _drops(("swift", swift("S-1", USD, "INGA", sender="ZZHUUS30")))),
    Scenario(
        "swift-credited-returned",
        _drops(("swift", swift("S-1", Pay(1, currency="USD", to=DORA), "INGA", sender="ZZHUUS30"))),
    ),
    Scenario(
        "cover-after-payment",
        _drops(("swift", swift("S-1", USD, "COVE", extra=REIMBURSED)), ("swift", cover("S-2", USD))),
    ),
    Scenario(
        "cover-before-payment",
        _drops(("swift", cover("S-2", USD)), ("swift", swift("S-1", USD, "COVE", extra=REIMBURSED))),
    ),
    Scenario(
        "cover-not-waited-for",
        _drops(("swift", swift("S-1", USD, "COVE", extra=REIMBURSED)), ("swift", cover("S-2", USD))),
        {"cover": '"credit"'},
    ),
    Scenario("relayed", _relayed),
    Scenario("relay-rejected", _relay_rejected),
    Scenario("relay-returned", _relay_returned),
    Scenario("order-reported", _order_reported),
    Scenario("order-returned", _order_returned),
    Scenario("order-returned-told", _order_returned, {"return_report": "true"}),
    Scenario("return-unknown", _drops(("sct", returned("T-1", "25.00", "NOPE", TxId="NOPE")))),
    Scenario("recall-pending", _recalled),
    Scenario("recall-refused", _recalled, {"recall": '"reject"'}),
    Scenario("recall-returned", _recalled, {"recall": '"return-if-funds"'}),
    Scenario("recall-before-cover", _called_off),
    Scenario("asked-again", _asked),
)


def outcome(scenario: Scenario, folder: Path) -> str:
    """What comes of a flow: verdicts and findings of each file, what is written, and what is booked in the end."""
    said: list[str] = []
    with world(folder, dict(HANDLERS), **scenario.changes) as bank:
        scenario.run(bank)
        for one in bank.reports:
            found = ", ".join(found["code"] for found in one["findings"]) or "no findings"
            said.append(f"# {one['channel']}: {one['verdict']}, {one['counts']}, {found}")
            said += [f"## {name}\n{text.rstrip()}" for name, text in one["written"].items()]
        said.append("# balances")
        said += [f"{name} {amount}" for name, amount in sorted(bank.balances().items())]
    return "\n".join(said) + "\n"


def main() -> None:
    """Write the golden files."""
    GOLDEN.mkdir(parents=True, exist_ok=True)
    for scenario in SCENARIOS:
        with tempfile.TemporaryDirectory() as folder:
            scenario.golden.write_text(outcome(scenario, Path(folder)), "utf-8")


if __name__ == "__main__":
    if sys.argv[1:] != ["--write"]:
        sys.exit("python -m tests.engine.interbank_scenarios --write")
    main()
