"""The tables of answers and styles, what findings come to, time limits, and copies between definitions."""

from datetime import date

import pytest

from tests.reply.messages import made, only_transactions, original_of
from wissel.catalog.definitions import default_catalog
from wissel.catalog.reason_codes import reason_codes
from wissel.core.codes import finding
from wissel.reply.answers import answers, answers_to, check_answer, versions
from wissel.reply.completeness import TreeKey, complete, fits
from wissel.reply.copying import place, plan
from wissel.reply.faults import faults_of
from wissel.reply.investigation import overall
from wissel.reply.reason import Reason, check_code, check_scheme, fitting, time_limit_of
from wissel.reply.style import scheme_of, style_for, styles
from wissel.reply.time_limits import last_day, late
from wissel.validation.names import names
from wissel.validation.settlement_days import calendars
from wissel.xml.blocks.shape import shape_of

CATALOG = default_catalog()
PAIN, PACS = CATALOG.tree("pain.002.001.10"), CATALOG.tree("pacs.002.001.10")
PAIN_REASON = "CstmrPmtStsRpt/OrgnlPmtInfAndSts/TxInfAndSts/StsRsnInf/Rsn/Cd"


def test_every_answer_of_the_table_exists() -> None:
    for answer in answers():
        assert CATALOG.versions(answer.received), answer
        assert CATALOG.versions(answer.family), answer
        if answer.written:
            assert len(versions(answer, CATALOG)) >= 10, answer
        else:
            assert answer.why


@pytest.mark.parametrize(
    ("received", "written"),
    [
        ("pain.001.001.09", {"pain.002"}),
        ("pain.008.001.08", {"pain.002"}),
        ("pacs.008.001.08", {"pacs.002", "pacs.004"}),
        ("pacs.009.001.08", {"pacs.002", "pacs.004"}),
        ("pacs.003.001.08", {"pacs.002", "pacs.004"}),
        ("pacs.002.001.10", {"pain.002"}),
        ("pacs.028.001.03", {"pacs.002"}),
        ("pacs.004.001.09", {"pacs.002"}),
        ("pacs.007.001.09", {"pacs.002", "pacs.004"}),
        ("pacs.010.001.03", {"pacs.002"}),
        ("camt.056.001.08", {"camt.029", "pacs.004"}),
        ("camt.053.001.08", set()),
    ],
)
def test_what_is_written_in_answer_to_what(received: str, written: set[str]) -> None:
    assert {one.family for one in answers_to(received) if one.written} == written


@pytest.mark.parametrize(
    ("received", "wanted"),
    [
        ("pain.001.001.09", "pacs.002.001.10"),
        ("pacs.008.001.08", "camt.056.001.08"),
        ("pain.001.001.09", "pain.002.001.02"),
        ("camt.053.001.08", "pain.002.001.10"),
    ],
)
def test_what_is_no_answer_is_refused(received: str, wanted: str) -> None:
    found = check_answer(received, wanted, CATALOG)
    assert found is not None
    assert found.code == "REPLY-NOT-POSSIBLE"


def test_styles_name_guidelines_calendars_and_schemes_that_exist() -> None:
    known = names()
    for style in styles():
        for one in style.guidelines:
            assert one == "*" or any(name == one or name.startswith(f"{one}-") for name in known), one
        assert set(style.calendars) <= set(known)
        assert set(style.calendars.values()) <= set(calendars())
    assert style_for("sepa-sct-inst").reference
    assert style_for("cbpr-plus-2026").original_in_transaction
    assert style_for("iso") is styles()[-1]
    assert {scheme_of(name) for name in known} - {None} == {row.scheme for row in reason_codes()}


def test_reasons_are_of_the_code_set_and_of_the_scheme() -> None:
    assert check_code(PAIN, PAIN_REASON, "AC04") is None
    unknown = check_code(PAIN, PAIN_REASON, "ACO4")
    assert unknown is not None
    assert unknown.code == "REPLY-REASON-UNKNOWN"
    assert unknown.hint == "did you mean AC04 or AC14?"
    assert check_scheme(PAIN, PAIN_REASON, "AC04", "sepa-sct") is None
    refused = check_scheme(PAIN, PAIN_REASON, "MD01", "sepa-sct")
    assert refused is not None
    assert (refused.code, refused.severity) == ("REPLY-REASON-NOT-OF-SCHEME", "error")
    assert check_scheme(PAIN, PAIN_REASON, "MD01", "cbpr-plus") is None
    path = "FIToFIPmtStsRpt/TxInfAndSts/StsRsnInf/Rsn/Cd"
    doubtful = check_scheme(PACS, path, "CH21", "sepa-sct-inst")
    assert doubtful is not None
    assert doubtful.severity == "warning"


def test_reasons_of_findings_become_such_as_the_scheme_takes() -> None:
    assert fitting(["CH21", "AC01"], PAIN, PAIN_REASON, None, 5) == (Reason("CH21"), Reason("AC01"))
    assert fitting(["CH21", "AC01"], PAIN, PAIN_REASON, "sepa-sct", 5) == (Reason("FF01"), Reason("AC01"))
    assert fitting(["CH21", "AC01"], PAIN, PAIN_REASON, "sepa-sct", 1) == (Reason("FF01"),)


def test_faults_are_of_the_message_a_payment_or_a_transaction() -> None:
    start = "/Document/CstmrCdtTrfInitn"
    assert faults_of([], "pain.001.001.09").none
    found = faults_of([finding("VALUE-EMPTY", "x", path=f"{start}/PmtInf[2]/PmtMtd")], "pain.001.001.09")
    assert set(found.payments) == {2}
    assert not found.sound
    assert found.message == ("FF01",)
    found = faults_of(
        [finding("VALUE-EMPTY", "x", path=f"{start}/PmtInf[2]/CdtTrfTxInf[1]/Amt", transaction=4)], "pain.001.001.09"
    )
    assert set(found.transactions) == {4}
    assert not found.payments
    found = faults_of([finding("FINDINGS-CAPPED", "more")], "pain.001.001.09")
    assert found.message == ("FF01",)
    warned = faults_of([finding("REPLY-AFTER-TIME-LIMIT", "x")], "pain.001.001.09")
    assert warned.none


@pytest.mark.parametrize(
    ("limit", "start", "last"),
    [
        ("3 banking business days after settlement", date(2026, 11, 20), date(2026, 11, 25)),
        ("5 inter-bank business days after settlement", date(2026, 11, 23), date(2026, 11, 30)),
        ("15 banking business days after the request", date(2026, 11, 23), date(2026, 12, 14)),
        ("13 months after the debit", date(2026, 1, 31), date(2027, 2, 28)),
        ("at once, before settlement", date(2026, 1, 31), None),
        ("", date(2026, 1, 31), None),
    ],
)
def test_time_limits_in_words_are_days(limit: str, start: date, last: date | None) -> None:
    assert last_day(limit, start) == last


def test_a_late_answer_is_warned_of() -> None:
    row = time_limit_of("sepa-sct", "pacs.004.001.09", "AC04")
    assert row is not None
    found = late(row, date(2026, 11, 20), date(2026, 11, 26))
    assert found is not None
    assert (found.code, found.severity) == ("REPLY-AFTER-TIME-LIMIT", "warning")
    assert late(row, date(2026, 11, 20), date(2026, 11, 25)) is None
    assert time_limit_of("cbpr-plus", "pacs.004.001.09", "AC04") is None


@pytest.mark.parametrize(
    ("statuses", "whole"),
    [
        ({"CNCL"}, "CNCL"),
        ({"RJCR"}, "RJCR"),
        ({"CNCL", "RJCR"}, "PECR"),
        ({"CNCL", "PDCR"}, "PDCR"),
        (set(), "PDCR"),
    ],
)
def test_what_a_recall_comes_to(statuses: set[str], whole: str) -> None:
    assert overall(statuses) == whole


@pytest.mark.parametrize(
    ("definition", "path", "there"),
    [
        ("pacs.002.001.10", "OrgnlTxRef/Dbtr/Nm", "OrgnlTxRef/Dbtr/Pty/Nm"),
        ("pacs.002.001.03", "OrgnlTxRef/Dbtr/Nm", "OrgnlTxRef/Dbtr/Nm"),
        ("pacs.002.001.10", "OrgnlTxRef/Dbtr/FinInstnId/BICFI", "OrgnlTxRef/Dbtr/Agt/FinInstnId/BICFI"),
        ("pacs.002.001.03", "OrgnlTxRef/Dbtr/FinInstnId/BICFI", None),
        ("pacs.002.001.03", "OrgnlTxRef/DbtrAgt/FinInstnId/BICFI", "OrgnlTxRef/DbtrAgt/FinInstnId/BIC"),
        ("pacs.002.001.10", "OrgnlTxRef/IntrBkSttlmAmt/@Ccy", "OrgnlTxRef/IntrBkSttlmAmt/@Ccy"),
        ("pacs.002.001.10", "OrgnlTxRef/ReqdExctnDt", "OrgnlTxRef/ReqdExctnDt/Dt"),
        ("pacs.002.001.03", "OrgnlTxRef/ReqdExctnDt/Dt", "OrgnlTxRef/ReqdExctnDt"),
        ("pacs.002.001.03", "OrgnlUETR", None),
        ("pacs.002.001.10", "OrgnlTxRef/RmtInf/Ustrd[3]", "OrgnlTxRef/RmtInf/Ustrd[3]"),
        ("pacs.002.001.10", "OrgnlTxRef/Purp[2]/Cd", None),
    ],
)
def test_a_value_finds_its_place_in_another_version(definition: str, path: str, there: str | None) -> None:
    assert place(CATALOG.tree(definition), "FIToFIPmtStsRpt/TxInfAndSts", path) == there


def test_an_element_that_would_lack_a_part_is_left_out() -> None:
    tree, below = CATALOG.tree("pacs.002.001.03"), "FIToFIPmtStsRpt/TxInfAndSts"
    shape = shape_of(("DbtrAcct/Nm", "CdtrAcct/Id/IBAN", "CdtrAcct/Nm"))
    pairs = (("DbtrAcct", "OrgnlTxRef/DbtrAcct"), ("CdtrAcct", "OrgnlTxRef/CdtrAcct"))
    assert plan(tree, below, shape, pairs).paths == ("OrgnlTxRef/CdtrAcct/Id/IBAN", "OrgnlTxRef/CdtrAcct/Nm")
    assert complete(TreeKey(tree), below, ("OrgnlTxRef/IntrBkSttlmAmt",), (2,)) == ()
    assert fits(tree, f"{below}/OrgnlEndToEndId", "E" * 35)
    assert not fits(tree, f"{below}/OrgnlEndToEndId", "E" * 36)
    assert not fits(tree, f"{below}/OrgnlTxRef/IntrBkSttlmAmt/@Ccy", "euro")


def test_a_message_without_blocks_before_its_transactions_is_still_one() -> None:
    original, blocks = original_of(made("pacs.008.001.08", 2))
    assert original.message_id
    assert len(only_transactions(blocks)) == 2
