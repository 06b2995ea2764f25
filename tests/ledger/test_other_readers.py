"""Other people's libraries read what is written, with the same balances and entries."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from wissel.cli.main import main

BOOKINGS = """\
kind,account,currency,booking_date,value_date,amount,case,reference,end_to_end_id,creditor_name,debtor_name,remittance
opening,DE85370501980047110815,EUR,2026-11-23,,1000.00,,,,,,
,DE85370501980047110815,EUR,2026-11-23,,-100.10,sct,R-1,E-1,Example Shop,,Invoice 1
,DE85370501980047110815,EUR,2026-11-24,2026-11-25,2500.00,salary,R-2,E-2,,Muster GmbH,Salary
,DE85370501980047110815,EUR,2026-11-24,,-3.90,charges,R-3,,,,
closing,DE85370501980047110815,EUR,2026-11-24,,3396.00,,,,,,
"""
ENTRIES = [("R-1", Decimal("-100.10")), ("R-2", Decimal("2500.00")), ("R-3", Decimal("-3.90"))]


def library(name: str) -> Any:
    return pytest.importorskip(name, reason=f"{name} is not installed: pip install -e '.[dev]'")


@pytest.fixture(params=["02", "08"])
def statement(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    (tmp_path / "bookings.csv").write_text(BOOKINGS, "utf-8")
    out, definition = tmp_path / "statement.xml", f"camt.053.001.{request.param}"
    call = ["--type", definition, "--at", "2026-11-24T20:00:00Z", "-o", str(out), "--quiet", "--number", "3"]
    assert main(["statement", "--bookings", str(tmp_path / "bookings.csv"), *call]) == 0
    return out


def test_pycamt(statement: Path) -> None:
    parser = library("pycamt.parser").Camt053Parser.from_file(str(statement))
    info = parser.get_statement_info()
    about = info[0] if isinstance(info, list) else info
    assert (about["IBAN"], about["Currency"]) == ("DE85370501980047110815", "EUR")
    assert (Decimal(about["OpeningBalance"]), Decimal(about["ClosingBalance"])) == (Decimal(1000), Decimal(3396))
    assert (about["OpeningBalanceDate"], about["ClosingBalanceDate"]) == ("2026-11-23", "2026-11-24")
    found = parser.get_transactions()
    signs = {"CRDT": 1, "DBIT": -1}
    read = [(one["TransactionID"], signs[one["CreditDebitIndicator"]] * Decimal(one["Amount"])) for one in found]
    assert read == ENTRIES
    assert [one["BankTransactionCode"] for one in found] == ["PMNT", "PMNT", "ACMT"]
    assert found[0]["CreditorName"] == "Example Shop" or statement.read_text("utf-8").count("001.02")


def test_ofxstatement(statement: Path) -> None:
    plugin, ui = library("ofxstatement.plugins.iso20022"), library("ofxstatement.ui")
    found = plugin.Iso20022Plugin(ui.UI(), {}).get_parser(str(statement)).parse()
    assert (found.account_id, found.currency) == ("DE85370501980047110815", "EUR")
    assert (found.start_balance, found.end_balance) == (Decimal(1000), Decimal(3396))
    assert [(line.refnum, line.amount) for line in found.lines] == ENTRIES


def test_pyiso20022(statement: Path) -> None:
    """Classes made from the schemas by others: everything has to be in its place."""
    version = "001_02" if "001.02" in statement.read_text("utf-8") else "001_08"
    classes = library(f"pyiso20022.camt.camt_053_{version}")
    parsers = library("xsdata.formats.dataclass.parsers")
    (found,) = parsers.XmlParser().from_path(statement, classes.Document).bk_to_cstmr_stmt.stmt
    assert found.elctrnc_seq_nb == 3
    signs = {"CRDT": 1, "DBIT": -1}
    balances = {one.tp.cd_or_prtry.cd: one.amt.value * signs[one.cdt_dbt_ind.value] for one in found.bal}
    named = {getattr(code, "value", code): amount for code, amount in balances.items()}
    assert named == {
        "OPBD": Decimal("1000.00"), "CLBD": Decimal("3396.00"), "CLAV": Decimal("896.00"), "FWAV": Decimal("3396.00"),
    }  # fmt: skip
    assert [(one.acct_svcr_ref, one.amt.value * signs[one.cdt_dbt_ind.value]) for one in found.ntry] == ENTRIES
    (details,) = found.ntry[0].ntry_dtls[0].tx_dtls
    assert details.refs.end_to_end_id == "E-1"
    assert details.rmt_inf.ustrd == ["Invoice 1"]


@pytest.mark.parametrize("version", ["03", "09"])
def test_a_written_order_and_the_report_on_it(version: str, tmp_path: Path) -> None:
    order, report = tmp_path / "order.xml", tmp_path / "report.xml"
    parsers = library("xsdata.formats.dataclass.parsers")
    orders, reports = library(f"pyiso20022.pain.pain_001_001_{version}"), library("pyiso20022.pain.pain_002_001_10")
    assert main(["sample", f"pain.001.001.{version}", "-o", str(order)]) == 0
    call = [
        "--with",
        "pain.002.001.10",
        "--status",
        "ACTC",
        "--at",
        "2026-11-24T20:00:00Z",
        "-o",
        str(report),
        "--quiet",
    ]
    assert main(["reply", str(order), *call]) == 0
    sent = parsers.XmlParser().from_path(order, orders.Document).cstmr_cdt_trf_initn
    told = parsers.XmlParser().from_path(report, reports.Document).cstmr_pmt_sts_rpt
    assert told.orgnl_grp_inf_and_sts.orgnl_msg_id == sent.grp_hdr.msg_id
    assert told.orgnl_grp_inf_and_sts.grp_sts == "ACTC"
