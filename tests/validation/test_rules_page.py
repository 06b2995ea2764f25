"""RULES.md and the examples are built from rules and cases, the same each time."""

from dataclasses import replace
from datetime import date

from tests.cases import base, patched
from tests.examples import LINES_MAX, differences, leaves
from wissel.core.finding import Severity
from wissel.validation import rules_page
from wissel.validation.case import Patch
from wissel.validation.known_rules import guidelines
from wissel.validation.rule import RuleFacts
from wissel.validation.rules_page import _severity, _table

FACTS = RuleFacts("CONTROL-SUM-DIFFERS", "Sums agree.", "", Severity.ERROR, "ISO", families=("pain.001", "pacs.008"))


def test_every_rule_of_every_guideline_stands_in_its_section() -> None:
    text = rules_page.rules_page()
    assert text == rules_page.rules_page()
    sections = dict(part.split(":", 1) for part in text.split("\n## ")[1:])
    assert list(sections) == [guideline.name for guideline in guidelines()]
    for guideline in guidelines():
        section = sections[guideline.name]
        shown = set(guideline.own_codes) if len(guideline.chain) > 1 else {facts.code for facts in guideline.facts()}
        inherited = {code for one in guidelines() if one.name in guideline.chain[1:] for code in one.own_codes}
        assert [code for code in sorted(shown - inherited) if f"| `{code}` |" not in section] == []


def test_a_row_says_severity_dates_and_confidence() -> None:
    weak = replace(FACTS, confidence="low", title="a | b", effective_from=date(2026, 11, 14), effective_to=None)
    assert _severity(weak) == "warning from 2026-11-14"
    row = list(_table([weak]))[2]
    assert row == (
        "| `CONTROL-SUM-DIFFERS` | a \\| b | pacs.008, pain.001 | warning from 2026-11-14 |  | ISO (confidence low) |"
    )
    assert _severity(replace(FACTS, severity=Severity.INFO, effective_to=date(2027, 1, 1))) == "info to 2027-01-01"


def test_examples_show_what_differs() -> None:
    document = base("pain.001.001.09")
    removed = patched(document, [Patch("remove", "PmtInf/CdtTrfTxInf/PmtId/UETR"), Patch("set", "GrpHdr/MsgId", "X")])
    assert differences(leaves(removed), leaves(document)) == (
        ["GrpHdr/MsgId = X", "no PmtInf/CdtTrfTxInf/PmtId/UETR"],
        [
            "GrpHdr/MsgId = LINDNER-20261123-01",
            "PmtInf/CdtTrfTxInf/PmtId/UETR = 214aa8e1-55f8-413c-b8e8-04cb53d42c1b",
        ],
    )
    without = patched(document, [Patch("remove", "PmtInf/CdtTrfTxInf[2]")])
    fails, _ = differences(leaves(without), leaves(document))
    assert len(fails) == LINES_MAX + 1
    assert fails[0] == "no PmtInf/CdtTrfTxInf[2]/PmtId/InstrId"
    assert fails[-1].startswith("and ")


def test_attributes_and_headers_are_values_too() -> None:
    found = leaves(base("envelope/fednow.pacs.008.001.08"))
    assert found["CdtTrfTxInf/IntrBkSttlmAmt/@Ccy"] == "USD"
    assert found["AppHdr/BizMsgIdr"] == "20261124HDSNUS33000072"
