"""The guideline that a message speaks for."""

from datetime import date

import pytest

from tests.cases import base, patched
from wissel.catalog.definitions import default_catalog
from wissel.core.finding import Severity, Stage
from wissel.validation.case import patch_of
from wissel.validation.choose import Signs, choose
from wissel.validation.report import MessageReport
from wissel.validation.validate import Options, validate
from wissel.xml.sources.source import Source


def judged(on: str, *rows: dict[str, str]) -> MessageReport:
    document = patched(base(on), [patch_of(row, "test") for row in rows])
    (message,) = validate(Source.from_bytes(document), Options(date(2026, 11, 24), "auto"), default_catalog()).messages
    return message


@pytest.mark.parametrize(
    ("on", "guideline"),
    [
        ("envelope/cbpr-plus.pacs.008.001.08", "cbpr-plus-2025"), ("envelope/cbpr-plus.camt.056.001.08", "cbpr-plus-2025"),
        ("envelope/cbpr-plus.camt.053.001.08", "cbpr-plus-2025"), ("pacs.008.001.08-sepa", "sepa-sct"),
        ("pacs.008.001.08-inst", "sepa-sct-inst"), ("pain.001.001.09", "sepa-sct"), ("pain.008.001.08", "sepa-sdd-core"),
        ("pacs.003.001.08", "sepa-sdd-core"), ("pacs.008.001.08", "t2"), ("pacs.009.001.08-chaps", "chaps"),
        ("envelope/fedwire.pacs.008.001.08", "fedwire"), ("envelope/fednow.pacs.008.001.08", "fednow"),
        ("camt.053.001.08", "iso"), ("camt.056.001.08", "iso"),
    ],
)  # fmt: skip
def test_the_samples_speak_for_their_networks(on: str, guideline: str) -> None:
    assert judged(on).guideline == guideline


def test_the_report_says_which_guideline_and_why() -> None:
    message = judged("envelope/cbpr-plus.pacs.008.001.08")
    (said,) = [one for one in message.findings if one.code == "GUIDELINE-CHOSEN"]
    assert (said.severity, said.stage, said.value) == (Severity.INFO, Stage.GUIDELINE, "cbpr-plus-2025")
    assert said.message == (
        "The message is judged by the guideline cbpr-plus-2025 (Swift CBPR+, release 2025): "
        "the business service is swift.cbprplus.03."
    )
    assert message.rules > 100


def test_what_says_nothing_is_judged_by_iso_and_that_is_said() -> None:
    message = judged("camt.053.001.08")
    (said,) = [one for one in message.findings if one.code == "GUIDELINE-CHOSEN"]
    assert "nothing in the message names a network" in said.message
    assert message.verdict == "valid"


def test_the_chosen_guideline_finds_what_it_knows() -> None:
    message = judged("pain.001.001.09", {"attribute": "PmtInf/CdtTrfTxInf/Amt/InstdAmt/@Ccy", "to": "USD"})
    assert message.guideline == "sepa-sct"
    assert "CURRENCY-NOT-EURO" in [one.code for one in message.findings]


@pytest.mark.parametrize(
    ("row", "guideline"),
    [
        ({"set": "PmtInf/PmtTpInf/LclInstrm/Cd", "to": "B2B"}, "sepa-sdd-b2b"),
        ({"remove": "PmtInf/PmtTpInf/LclInstrm"}, "iso"),
    ],
)
def test_the_local_instrument_tells_direct_debits_apart(row: dict[str, str], guideline: str) -> None:
    assert judged("pain.008.001.08", row).guideline == guideline


@pytest.mark.parametrize(
    ("family", "values", "guideline", "why"),
    [
        ("pacs.008", {"clearing_system": ("TCH",)}, "rtp", "the clearing system is TCH"),
        ("pacs.008", {"clearing_system": ("TIPS",)}, "sepa-sct-inst", "the clearing system is TIPS"),
        ("pacs.008", {"service_level": ("NURG", "SEPA")}, "sepa-sct", "the service level is SEPA"),
        ("pacs.008", {"service_level": ("G001",), "settlement_method": ("INDA",)}, "cbpr-plus-2025",
         "the service level is G001 and the settlement method is INDA"),
        ("pacs.008", {"service_level": ("G001",), "settlement_method": ("CLRG",)}, "iso", "nothing in the message"),
        ("pacs.008", {"service_level": ("URGP",), "currency": ("GBP",)}, "chaps",
         "the service level is URGP and the currency is GBP"),
        ("pacs.008", {"service_level": ("URGP",), "currency": ("USD",)}, "iso", "nothing in the message"),
        ("pain.001", {"account_country": ("CH",)}, "swiss-sps", "the country of the debtor's account is CH"),
        ("pain.001", {"account_country": ("CH",), "service_level": ("SEPA",)}, "sepa-sct", "the service level is SEPA"),
        ("pacs.008", {"business_service": ("swift.cbprplus.stp.02",), "clearing_system": ("TGT",)}, "cbpr-plus-2025",
         "the business service is swift.cbprplus.stp.02"),
        ("camt.053", {"service_level": ("SEPA",)}, "iso", "nothing in the message"),
    ],
)  # fmt: skip
def test_signs(family: str, values: dict[str, tuple[str, ...]], guideline: str, why: str) -> None:
    chosen = choose(Signs(family, values))
    assert chosen.guideline == guideline
    assert chosen.why.startswith(why)


def test_several_messages_of_one_file_are_judged_each_by_its_own() -> None:
    first, second = (base(on).partition(b"?>")[2] for on in ("pain.001.001.09", "pain.008.001.08"))
    report = validate(
        Source.from_bytes(b"<Batch>" + first + second + b"</Batch>"),
        Options(date(2026, 11, 24), "auto"),
        default_catalog(),
    )
    assert [one.guideline for one in report.messages] == ["sepa-sct", "sepa-sdd-core"]
