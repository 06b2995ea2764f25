"""Counts and sums: both numbers are told, nothing is rounded, and currencies are kept apart."""

import pytest

from tests.cases import base, found_in, patched
from wissel.validation.case import Patch


def total(text: str, currency: str = "EUR") -> Patch:
    xml = f"<TtlIntrBkSttlmAmt Ccy='{currency}'>{text}</TtlIntrBkSttlmAmt>"
    return Patch("add", "GrpHdr", xml, after="NbOfTxs")


def test_both_numbers_and_the_difference_are_told() -> None:
    broken = patched(base("pain.001.001.09"), [Patch("set", "GrpHdr/CtrlSum", "14210.80")])
    (found,) = found_in(broken, "iso")
    assert (found.value, found.allowed, found.reason) == ("14210.80", "14210.85", "AM10")
    assert "CtrlSum says 14210.80" in found.message
    assert "add up to 14210.85" in found.message
    assert "difference -0.05" in found.message


@pytest.mark.parametrize("stated", ["12750.4", "12750.40", "0012750.400"])
def test_the_same_number_written_otherwise_is_right(stated: str) -> None:
    codes = [one.code for one in found_in(patched(base("pacs.008.001.08"), [total(stated)]), "iso")]
    assert "SETTLEMENT-TOTAL-DIFFERS" not in codes


def test_a_sum_is_exact_where_floating_point_is_not() -> None:
    patches = [
        Patch("set", "PmtInf/CdtTrfTxInf[1]/Amt/InstdAmt", "0.1"),
        Patch("set", "PmtInf/CdtTrfTxInf[2]/Amt/InstdAmt", "0.2"),
        Patch("set", "PmtInf/CtrlSum", "0.3"),
        Patch("set", "GrpHdr/CtrlSum", "0.30000000000000004"),
    ]
    assert [one.path for one in found_in(patched(base("pain.001.001.09"), patches), "iso")] == [
        "/Document/CstmrCdtTrfInitn/GrpHdr/CtrlSum"
    ]


def test_a_total_in_another_currency_is_not_compared() -> None:
    codes = [one.code for one in found_in(patched(base("pacs.008.001.08"), [total("1", "USD")]), "iso")]
    assert "SETTLEMENT-TOTAL-DIFFERS" not in codes


def test_each_group_is_counted_for_itself() -> None:
    patches = [
        Patch("copy", "PmtInf"),
        Patch("set", "PmtInf[2]/PmtInfId", "SECOND"),
        Patch("set", "PmtInf[2]/NbOfTxs", "1"),
        Patch("set", "PmtInf[2]/CtrlSum", "1"),
        Patch("set", "GrpHdr/NbOfTxs", "4"),
        Patch("set", "GrpHdr/CtrlSum", "28421.70"),
        Patch("set", "PmtInf[2]/CdtTrfTxInf[1]/PmtId/InstrId", "LND-0003"),
        Patch("set", "PmtInf[2]/CdtTrfTxInf[2]/PmtId/InstrId", "LND-0004"),
        Patch("set", "PmtInf[2]/CdtTrfTxInf[1]/PmtId/EndToEndId", "X-3"),
        Patch("set", "PmtInf[2]/CdtTrfTxInf[2]/PmtId/EndToEndId", "X-4"),
        Patch("set", "PmtInf[2]/CdtTrfTxInf[1]/PmtId/UETR", "214aa8e1-55f8-413c-b8e8-04cb53d42c1c"),
        Patch("set", "PmtInf[2]/CdtTrfTxInf[2]/PmtId/UETR", "214aa8e1-55f8-413c-b8e8-04cb53d42c1d"),
    ]
    document = base("pain.001.001.09")
    if b"<UETR>" not in document:
        patches = [patch for patch in patches if not patch.path.endswith("UETR")]
    found = found_in(patched(document, patches), "iso")
    assert [(one.code, one.path, one.allowed) for one in found] == [
        ("NUMBER-OF-TRANSACTIONS-DIFFERS", "/Document/CstmrCdtTrfInitn/PmtInf[2]/NbOfTxs", "2"),
        ("CONTROL-SUM-DIFFERS", "/Document/CstmrCdtTrfInitn/PmtInf[2]/CtrlSum", "14210.85"),
    ]
