"""Status reports: counts, sums and references are those of the original, whatever is reported of it."""

from decimal import Decimal
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.reply.messages import DAY, STAMP, faults, made, message_of, only_transactions, original_of, report
from wissel.catalog.definitions import default_catalog
from wissel.core.money import exact_total, sound_amount
from wissel.reply.ladder import ladder
from wissel.reply.original import amount_number, ids_of
from wissel.reply.reason import Reason
from wissel.reply.status import Status, Statuses
from wissel.reply.status_report import ReportOptions, check_status
from wissel.xml.blocks.block import Block
from wissel.xml.writing.generate import typical
from wissel.xml.writing.writer import write

ORIGINALS = (
    "pain.001.001.03", "pain.001.001.09", "pain.001.001.12", "pain.008.001.02", "pain.008.001.08", "pacs.008.001.02",
    "pacs.008.001.08", "pacs.008.001.12", "pacs.009.001.08", "pacs.003.001.08", "pacs.004.001.09", "pacs.007.001.09",
    "pacs.010.001.03",
)  # fmt: skip
REPORTS = {
    "pain": ("pain.002.001.03", "pain.002.001.06", "pain.002.001.10", "pain.002.001.14", "pain.002.001.15"),
    "pacs": ("pacs.002.001.03", "pacs.002.001.06", "pacs.002.001.10", "pacs.002.001.12", "pacs.002.001.15"),
}
OLD = ("ACTC", "ACCP", "ACSP", "ACSC", "ACWC", "PDNG", "RJCT")
"""Statuses that all versions know."""


def status(code: str) -> Status:
    return Status(code, (Reason("AC04"),) if code == "RJCT" else ())


def amount(family: str, block: Block) -> Decimal | None:
    number = amount_number(family, block.shape)
    return None if number is None else sound_amount(block.texts[number])


def total(code: str, codes: list[str], amounts: list[Decimal | None]) -> Decimal | None:
    own = [one for one, its in zip(amounts, codes, strict=True) if its == code]
    known = [one for one in own if one is not None]
    return exact_total(known) if len(known) == len(own) else None


def told(count: int, total: Decimal | None) -> tuple[int, Decimal | None]:
    """What can be written of it: a sum of more than 18 digits has no place."""
    return count, total if total is not None and len(total.as_tuple().digits) <= 18 else None


def counted(block: Block) -> dict[str, tuple[int, Decimal | None]]:
    """Counts and sums per status as a group or payment of a report tells them."""
    found = {}
    for number in range(1, len(block.all_texts("NbOfTxsPerSts/DtldSts")) + 1):
        start = "NbOfTxsPerSts" if number == 1 else f"NbOfTxsPerSts[{number}]"
        values = dict(zip(block.shape.paths, block.texts, strict=True))
        told = values.get(f"{start}/DtldCtrlSum")
        found[values[f"{start}/DtldSts"]] = (
            int(values[f"{start}/DtldNbOfTxs"]),
            None if told is None else Decimal(told),
        )
    return found


@given(data=st.data())
def test_counts_sums_and_references_are_the_original_s(data: st.DataObject) -> None:
    definition = data.draw(st.sampled_from(ORIGINALS))
    answer = data.draw(st.sampled_from(REPORTS[definition[:4]]))
    message = made(definition, data.draw(st.integers(1, 9)), data.draw(st.integers(1, 50)), data.draw(st.booleans()))
    original, blocks = original_of(message)
    found = only_transactions(blocks)
    codes = [data.draw(st.sampled_from(OLD)) for _ in found]
    reference = data.draw(st.booleans())
    options = ReportOptions(STAMP, bic="WISLNL2A", reference=reference)
    written, tally = report(message, answer, lambda block: status(codes[block.number - 1]), options)
    assert faults(written) == []
    amounts = [amount(original.family, one) for one in found]
    expected = {code: (codes.count(code), total(code, codes, amounts)) for code in set(codes)}
    assert {code: (tally.counts[code], tally.sums[code]) for code in tally.counts} == expected
    _, again = original_of(message_of(written))
    said = only_transactions(again)
    assert [one.text("TxSts") for one in said] == codes
    assert [(one.text("StsRsnInf/Rsn/Cd"), one.text("TxSts") == "RJCT") for one in said if one.has("StsRsnInf")] == [
        ("AC04", True) for code in codes if code == "RJCT"
    ]
    known = {name for name in ("InstrId", "EndToEndId", "TxId", "UETR") if _has(answer, f"Orgnl{name}")}
    for one, other in zip(found, said, strict=True):
        ids = {name: text for name, text in ids_of(original.family, one).items() if name in known}
        assert {name: other.text(f"Orgnl{name}") for name in ids} == {name: text.strip() for name, text in ids.items()}
    group = next(one for one in again if one.below == "OrgnlGrpInfAndSts")
    assert group.text("OrgnlMsgNmId") == definition
    assert group.text("GrpSts") == (codes[0] if len(set(codes)) == 1 else "PART")
    assert counted(group) == ({code: told(*one) for code, one in expected.items()} if len(set(codes)) > 1 else {})
    _payments_agree(original.family, blocks, again, codes)


def _has(answer: str, tag: str) -> bool:
    name = "CstmrPmtStsRpt/OrgnlPmtInfAndSts" if answer.startswith("pain") else "FIToFIPmtStsRpt"
    try:
        default_catalog().tree(answer).find(f"{name}/TxInfAndSts/{tag}")
    except KeyError:
        return False
    return True


def _payments_agree(family: str, blocks: list[Block], report_blocks: list[Block], codes: list[str]) -> None:
    """Each payment of the original is reported by what its own transactions come to."""
    if not family.startswith("pain"):
        return
    payments = [one for one in blocks if one.kind == "group"]
    said = [one for one in report_blocks if one.below == "OrgnlPmtInfAndSts"]
    assert [one.text("OrgnlPmtInfId") for one in said] == [one.text("PmtInfId") for one in payments]
    for payment, block in zip(payments, said, strict=True):
        own = {codes[one.number - 1] for one in only_transactions(blocks) if one.parent is payment}
        assert block.text("PmtInfSts") == (own.pop() if len(own) == 1 else "PART")


@pytest.mark.parametrize("definition", [*REPORTS["pain"], *REPORTS["pacs"]])
def test_the_same_input_gives_the_same_bytes(definition: str) -> None:
    message = made("pain.001.001.09" if definition.startswith("pain") else "pacs.008.001.08", 3)
    choose = Statuses(status("ACSP"), {2: status("RJCT")})
    assert report(message, definition, choose)[0] == report(message, definition, choose)[0]


def test_what_booking_knows_is_told() -> None:
    said = Status(
        "ACSC",
        accepted="2026-11-24T09:00:00+00:00",
        settlement_date="2026-11-24",
        servicer_reference="BOOK-1",
        clearing_reference="CLR-1",
    )
    written, _ = report(made("pacs.008.001.08", 1), "pacs.002.001.10", Statuses(said))
    assert faults(written) == []
    line = only_transactions(original_of(message_of(written))[1])[0]
    assert line.text("AccptncDtTm") == "2026-11-24T09:00:00+00:00"
    assert line.text("FctvIntrBkSttlmDt/Dt") == "2026-11-24"
    assert line.text("AcctSvcrRef") == "BOOK-1"
    older, _ = report(made("pacs.008.001.08", 1), "pacs.002.001.03", Statuses(said))
    assert faults(older) == []
    assert b"FctvIntrBkSttlmDt" not in older


def test_a_report_of_many_lines_is_flat_and_complete() -> None:
    """More than what a spool keeps in memory: it goes through a file, and nothing is lost."""
    message = made("pain.001.001.09", 400)
    written, tally = report(message, "pain.002.001.10", Statuses(status("ACSP"), {400: status("RJCT")}))
    assert faults(written) == []
    assert tally.counts == {"ACSP": 399, "RJCT": 1}
    assert written.count(b"<TxInfAndSts>") == 400


@pytest.mark.parametrize("definition", ["pain.002.001.03", "pacs.002.001.03"])
@pytest.mark.parametrize("code", ["ACFC", "RCVD", "XXXX"])
def test_old_versions_know_fewer_statuses(definition: str, code: str) -> None:
    found = check_status(default_catalog().tree(definition), code)
    assert found is not None
    assert found.code == "REPLY-STATUS-UNKNOWN"
    assert "ACSP" in (found.allowed or "")


@pytest.mark.parametrize("definition", ["pain.002.001.14", "pacs.002.001.15"])
def test_new_versions_know_all_statuses(definition: str) -> None:
    tree = default_catalog().tree(definition)
    for rung in ladder().values():
        for level in rung.levels:
            assert check_status(tree, rung.code, level) is None, rung.code


@pytest.mark.parametrize(("definition", "own"), [("pacs.004.001.09", "RtrId"), ("pacs.007.001.09", "RvslId")])
def test_a_return_is_reported_on_by_its_own_identifier(definition: str, own: str) -> None:
    tree = default_catalog().tree(definition)
    name = tree.message_element.tag
    changed = typical(tree, Random(1), DAY, transactions=2)
    for number, index in ((1, ""), (2, "[2]")):
        changed[f"{name}/TxInf{index}/OrgnlInstrId"] = f"OF-THE-PAYMENT-{number}"
        changed[f"{name}/TxInf{index}/{own}"] = f"OF-THE-RETURN-{number}"
    written, _ = report(message_of(write(tree, changed)), "pacs.002.001.10", lambda _: Status("RJCT"))
    told = [block.text("OrgnlInstrId") for block in message_of(written).blocks() if block.kind == "transaction"]
    assert told == ["OF-THE-RETURN-1", "OF-THE-RETURN-2"]
