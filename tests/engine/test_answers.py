"""Answers to messages that were damaged: an answer that is valid, or findings that say why not; never a breakdown."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.conftest import ROOT
from wissel.catalog.definitions import default_catalog
from wissel.core.finding import Severity
from wissel.engine.answering.file import answer_into, is_unreadable, judged, receipt_into, received
from wissel.engine.answering.request import Answered, Request
from wissel.xml.sources.source import Source

MOMENT = datetime(2026, 11, 24, 10, tzinfo=UTC)
CATALOG = default_catalog()
SAMPLES = {
    "valid/pain.001.001.09": [Request("pain.002.001.10", MOMENT), Request("pain.002.001.03", MOMENT, "ACSP")],
    "valid/pain.008.001.08": [Request("pain.002.001.10", MOMENT, "RJCT", "MD01", (1,))],
    "valid/pacs.008.001.08-sepa": [
        Request("pacs.002.001.10", MOMENT, "ACSC"),
        Request("pacs.004.001.09", MOMENT, None, "AC04"),
    ],
    "envelope/cbpr-plus.pacs.008.001.08": [
        Request("pacs.002.001.10", MOMENT),
        Request("pacs.004.001.09", MOMENT, None, "AC04"),
    ],
    "envelope/cbpr-plus.camt.056.001.08": [Request("camt.029.001.09", MOMENT, "RJCR", "ARDT")],
    "valid/pacs.028.001.03": [Request("pacs.002.001.10", MOMENT, "ACSP")],
}


def answered(data: bytes, request: Request, folder: Path) -> list[Answered]:
    """What comes of an answer to some bytes; each one that is written is looked at and removed."""
    source = Source.from_bytes(data)
    report = judged(source, request, CATALOG)
    path = folder / "answer.xml"
    found = [answer_into(path, one, request, CATALOG) for one in received(source, report)]
    if is_unreadable(report):
        receipt = Request("admi.002.001.01", MOMENT)
        found.append(receipt_into(folder / "receipt.xml", source, report, receipt, CATALOG))
    for left in folder.iterdir():
        left.unlink()
    return found


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("answers")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(data=st.data())
def test_a_damaged_message_is_answered_or_refused_in_words(data: st.DataObject, folder: Path) -> None:
    name = data.draw(st.sampled_from(sorted(SAMPLES)))
    text = bytearray((ROOT / "samples" / f"{name}.xml").read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        begin = data.draw(st.integers(0, len(text) - 1))
        length = data.draw(st.integers(0, 60))
        text[begin : begin + length] = data.draw(st.sampled_from([b"", b"1", b"<x/>", b"&amp;", b" ", b"Z" * 40]))
    for request in SAMPLES[name]:
        for found in answered(bytes(text), request, folder):
            errors = [one for one in found.findings if one.severity is Severity.ERROR]
            assert found.refused == bool(errors)
            assert all(one.message for one in errors)


def test_a_payment_that_breaks_its_schema_is_rejected_and_not_returned(tmp_path: Path) -> None:
    data = (ROOT / "samples" / "valid" / "pacs.008.001.08-sepa.xml").read_bytes()
    broken = data.replace(b"<ChrgBr>SLEV</ChrgBr>", b"<ChrgBr>NONE</ChrgBr>")
    (refused,) = answered(broken, Request("pacs.004.001.09", MOMENT, None, "AC04"), tmp_path)
    assert [one.code for one in refused.findings] == ["REPLY-NOT-POSSIBLE"]
    (rejected,) = answered(broken, Request("pacs.002.001.10", MOMENT), tmp_path)
    assert rejected.counts == {"RJCT": 1}
    assert not rejected.refused
