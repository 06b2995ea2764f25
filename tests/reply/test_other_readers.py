"""Other people's libraries read every answer of the golden scenarios, and find in it what stands there."""

from pathlib import Path
from typing import Any

import pytest

from tests.reply.golden import GOLDEN
from tests.reply.messages import message_of, only_transactions, original_of
from wissel.message.business_message import BusinessMessage
from wissel.xml.blocks.block import Block

ANSWERS = sorted(path for path in GOLDEN.glob("*.xml") if not path.name.startswith("receipt-"))
NAMES = ("InstrId", "EndToEndId", "TxId", "UETR")


def library(name: str) -> Any:
    return pytest.importorskip(name, reason=f"{name} is not installed: pip install -e '.[dev]'")


def answer(path: Path, *families: str) -> tuple[BusinessMessage, list[Block]]:
    """A golden answer and its transactions; of another family: skipped by the caller's parameters."""
    message = message_of(path.read_bytes())
    assert message.definition is not None
    assert message.definition[:8] in families
    return message, only_transactions(original_of(message)[1])


def of(*families: str) -> list[Path]:
    marks = [f":xsd:{family}." for family in families]
    return [path for path in ANSWERS if any(mark in path.read_text("utf-8") for mark in marks)]


def name(path: Path) -> str:
    return path.stem


@pytest.mark.parametrize("path", of("pain.002"), ids=name)
def test_openpurse_reads_reports_to_customers(path: Path) -> None:
    message, lines = answer(path, "pain.002")
    found = library("openpurse").OpenPurseParser(path.read_bytes()).parse_detailed()
    group = next(one for one in original_of(message)[1] if one.below == "OrgnlGrpInfAndSts")
    assert found.original_message_id == group.text("OrgnlMsgId")
    assert found.original_message_name_id == group.text("OrgnlMsgNmId")
    assert found.group_status == group.text("GrpSts")
    keys = ("original_instruction_id", "original_end_to_end_id", "transaction_status", "status_reason_code")
    paths = ("OrgnlInstrId", "OrgnlEndToEndId", "TxSts", "StsRsnInf/Rsn/Cd")
    read = [tuple(one[key] for key in keys) for one in found.transactions_status]
    assert read == [tuple(line.text(tag) for tag in paths) for line in lines]


@pytest.mark.parametrize("path", of("pacs.004"), ids=name)
def test_openpurse_reads_returns(path: Path) -> None:
    _, lines = answer(path, "pacs.004")
    found = library("openpurse").OpenPurseParser(path.read_bytes()).parse_detailed()
    keys = ("return_id", "original_end_to_end_id", "original_transaction_id", "returned_amount", "returned_currency")
    paths = ("RtrId", "OrgnlEndToEndId", "OrgnlTxId", "RtrdIntrBkSttlmAmt", "RtrdIntrBkSttlmAmt/@Ccy")
    read = [(*(one[key] for key in keys), one["return_reason"]) for one in found.transactions]
    assert read == [(*(line.text(tag) for tag in paths), line.text("RtrRsnInf/Rsn/Cd")) for line in lines]


@pytest.mark.parametrize("path", of("camt.029"), ids=name)
def test_openpurse_reads_resolutions(path: Path) -> None:
    message, _ = answer(path, "camt.029")
    found = library("openpurse").OpenPurseParser(path.read_bytes()).parse_detailed()
    whole = original_of(message)[0].message
    assert found.assignment_id == whole.text("Assgnmt/Id")
    assert found.investigation_status == whole.text("Sts/Conf")


NEWER = "order-newest-report"
"""In a version that pyiso20022 does not have."""
CLASSES = {
    "pain.002": lambda found: [
        line for payment in found.cstmr_pmt_sts_rpt.orgnl_pmt_inf_and_sts for line in payment.tx_inf_and_sts
    ],
    "pacs.002": lambda found: found.fito_fipmt_sts_rpt.tx_inf_and_sts,
    "pacs.004": lambda found: found.pmt_rtr.tx_inf,
    "camt.029": lambda found: [line for details in found.rsltn_of_invstgtn.cxl_dtls for line in details.tx_inf_and_sts],
}


@pytest.mark.parametrize("path", [path for path in of(*CLASSES) if path.stem != NEWER], ids=name)
def test_classes_made_by_others_from_the_schemas_hold_every_answer(path: Path) -> None:
    message, lines = answer(path, *CLASSES)
    definition = message.definition or ""
    module = library(f"pyiso20022.{definition[:4]}.{definition.replace('.', '_')}")
    parsers, configuration = (library(f"xsdata.formats.dataclass.parsers{end}") for end in ("", ".config"))
    strict = configuration.ParserConfig(fail_on_unknown_properties=True, fail_on_converter_warnings=True)
    document = message.document_xml(10**7)
    assert document is not None
    found = CLASSES[definition[:8]](parsers.XmlParser(strict).from_bytes(document, module.Document))
    read = [
        {one: text for one in NAMES if (text := getattr(line, f"orgnl_{_FIELDS[one]}", None)) is not None}
        for line in found
    ]
    told = [{one: line.text(f"Orgnl{one}") for one in NAMES if line.has(f"Orgnl{one}")} for line in lines]
    assert read == told


_FIELDS = {"InstrId": "instr_id", "EndToEndId": "end_to_end_id", "TxId": "tx_id", "UETR": "uetr"}
