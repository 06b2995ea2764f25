"""Nothing is lost in silence: every value of an order is in a result or in the record, and sums and counts are kept."""

import tempfile
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.mapping.orders import (
    AT,
    Outcome,
    Values,
    any_order,
    blocks_of,
    converted,
    order,
    texts_in,
    transaction,
    values_in,
)
from wissel.core.finding import Severity
from wissel.engine.conversion.run import Wish
from wissel.validation.names import SCHEMA

ORDERS = [f"pain.001.001.{version:02d}" for version in range(3, 14)]
PAYMENTS = [f"pacs.008.001.{version:02d}" for version in range(8, 15)]
ENDS = (("CtryOfRes", "FR"), ("Nm", "Ultimate Example"))


def run(data: bytes, to: str = "pacs.008.001.08", guideline: str = "iso") -> Outcome:
    with tempfile.TemporaryDirectory() as folder:
        return converted(data, Path(folder), wish=Wish(to, AT, guideline=guideline, accepts=guideline))


@given(definition=st.sampled_from(ORDERS), to=st.sampled_from(PAYMENTS), seed=st.integers(0, 100_000))
@settings(max_examples=120)
def test_any_order_becomes_valid_payments_with_every_value_kept_or_recorded(
    definition: str, to: str, seed: int
) -> None:
    data = any_order(definition, seed)
    outcome = run(data, to, SCHEMA)
    if outcome.done.refused:
        # a value that does not fit, or something that the newer type needs and the order does not have
        known = {"VALUE-BEYOND-TARGET", "ELEMENT-BEYOND-TARGET", "ELEMENT-MISSING", "CREDITOR-MISSING"}
        assert outcome.codes
        assert set(outcome.codes) <= known, outcome.codes
        return
    recorded = {loss.original_path for _, loss in outcome.losses}
    kept = texts_in(outcome)
    lost = [(path, text) for path, text in values_in(data) if path not in recorded and text not in kept]
    assert lost == []


LEVELS = st.sampled_from(["none", "group", "transaction"])


@st.composite
def orders(draw: st.DrawFn) -> tuple[bytes, list[Values]]:
    """An order, and of each transaction what its payment has to say."""
    expected: list[Values] = []
    groups = []
    for number in range(draw(st.integers(1, 3))):
        group: dict[str, str | None] = {"PmtInfId": f"P{number}"}
        count = draw(st.integers(1, 4))
        levels = {element: draw(LEVELS) for element in ("PmtTpInf/SvcLvl/Cd", "ChrgBr", "UltmtDbtr/Nm")}
        values = {"PmtTpInf/SvcLvl/Cd": "SEPA", "ChrgBr": draw(st.sampled_from(["SLEV", "SHAR", "DEBT"]))}
        values["UltmtDbtr/Nm"] = f"Ultimate {number}"
        group |= {path: values[path] for path, level in levels.items() if level == "group"}
        transactions = []
        for position in range(count):
            name = f"E{number}-{position}"
            own: dict[str, str | None] = {
                path: values[path] for path, level in levels.items() if level == "transaction"
            }
            cents = draw(st.integers(1, 10**9))
            own |= {"PmtId/EndToEndId": name, "Amt/InstdAmt": f"{cents // 100}.{cents % 100:02d}"}
            own["Amt/InstdAmt/@Ccy"] = draw(st.sampled_from(["EUR", "USD"]))
            own["CdtrAgt/FinInstnId/BICFI"] = draw(st.sampled_from(["ZZLIFR20", "ZZDUNL20"]))
            own["UltmtCdtr/Nm"] = draw(st.sampled_from([None, "Ultimate Creditor"]))
            transactions.append(transaction(**{path.replace("/", "__"): text for path, text in own.items()}))
            wanted = {path: values[path] for path, level in levels.items() if level != "none"}
            wanted |= {"PmtId/EndToEndId": name, "IntrBkSttlmAmt": str(own["Amt/InstdAmt"])}
            wanted["IntrBkSttlmAmt/@Ccy"] = str(own["Amt/InstdAmt/@Ccy"])
            wanted.setdefault("ChrgBr", "SHAR")
            expected.append(wanted)
        groups.append((group, transactions))
    return order(*groups), expected


@given(orders())
def test_sums_counts_and_what_stands_at_either_level_are_conserved(made: tuple[bytes, list[Values]]) -> None:
    data, expected = made
    outcome = run(data)
    assert not outcome.done.refused
    assert not [one for report in outcome.done.reports for one in report.all_findings if one.severity is Severity.ERROR]
    found = {block.text("PmtId/EndToEndId"): block for block in outcome.blocks}
    assert len(outcome.blocks) == len(found) == len(expected) == outcome.done.converted
    for wanted in expected:
        block = found[wanted["PmtId/EndToEndId"]]
        assert {path: block.text(path) for path in wanted} == wanted
        assert block.has("UltmtDbtr") == ("UltmtDbtr/Nm" in wanted)
        assert block.has("PmtTpInf") == ("PmtTpInf/SvcLvl/Cd" in wanted)
    declared: Counter[str] = Counter()
    for content in outcome.files.values():
        message = blocks_of(content)[-1]
        currency = message.text("GrpHdr/TtlIntrBkSttlmAmt/@Ccy")
        total = Decimal(str(message.text("GrpHdr/TtlIntrBkSttlmAmt")))
        inside = [block for block in blocks_of(content) if block.kind == "transaction"]
        assert message.text("GrpHdr/NbOfTxs") == str(len(inside))
        assert total == sum(Decimal(str(block.text("IntrBkSttlmAmt"))) for block in inside)
        assert {block.text("IntrBkSttlmAmt/@Ccy") for block in inside} == {currency}
        declared[str(currency)] += int(total * 100)
    ordered: Counter[str] = Counter()
    for wanted in expected:
        ordered[wanted["IntrBkSttlmAmt/@Ccy"]] += int(Decimal(wanted["IntrBkSttlmAmt"]) * 100)
    assert declared == ordered


@given(orders())
@settings(max_examples=10)
def test_identifiers_are_unique_and_a_rerun_gives_the_same_bytes(made: tuple[bytes, list[Values]]) -> None:
    outcome, again = run(made[0]), run(made[0])
    assert outcome.files == again.files
    assert outcome.losses == again.losses
    for path in ("PmtId/InstrId", "PmtId/TxId", "PmtId/UETR"):
        found = [block.text(path) for block in outcome.blocks]
        assert len(set(found)) == len(found)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("definition", ["pain.001.001.03", "pain.001.001.09", "pain.001.001.13"])
def test_any_order_is_mapped_as_a_whole_somewhere(definition: str, seed: int) -> None:
    """The property above would hold of nothing but refusals."""
    outcome = run(any_order(definition, seed), "pacs.008.001.14", SCHEMA)
    assert outcome.done.refused or outcome.done.converted == len(outcome.blocks) > 0
