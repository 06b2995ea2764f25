"""Conversion of whole files: what is read, headers and envelopes, versions, samples of others."""

import json
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.mapping.orders import converted, order, single, transaction
from wissel.catalog.definitions import default_catalog
from wissel.engine.conversion.convert import convert
from wissel.engine.conversion.run import Wish
from wissel.message.business_message import read_messages
from wissel.xml.sources.source import Source

HEADER = """<AppHdr xmlns="urn:iso:std:iso:20022:tech:xsd:head.001.001.02"><Fr><FIId><FinInstnId><BICFI>ZZLIFR20</BICFI>
</FinInstnId></FIId></Fr><To><FIId><FinInstnId><BICFI>ZZWIDE20</BICFI></FinInstnId></FIId></To>
<BizMsgIdr>ORDER-1</BizMsgIdr><MsgDefIdr>{}</MsgDefIdr><CreDt>2026-11-23T09:00:00+01:00</CreDt></AppHdr>"""


def enveloped(data: bytes, definition: str) -> bytes:
    """A message behind a header, in an envelope."""
    document = data.decode().partition("?>")[2]
    return f"<Message>{HEADER.format(definition)}{document}</Message>".encode()


def test_a_header_of_an_order_is_consumed(tmp_path: Path) -> None:
    outcome = converted(enveloped(single(), "pain.001.001.09"), tmp_path)
    assert not outcome.done.refused, outcome.codes
    consumed = [loss for loss in outcome.lost() if str(loss[1]).startswith("/AppHdr/")]
    assert ("CONSUMED", "/AppHdr/BizMsgIdr", None, "ORDER-1", None) in consumed
    assert len(consumed) == 5
    assert b"AppHdr" not in next(iter(outcome.files.values()))


def test_another_version_keeps_header_and_envelope(tmp_path: Path) -> None:
    outcome = converted(enveloped(single(), "pain.001.001.09"), tmp_path, "pain.001.001.11")
    assert not outcome.done.refused, outcome.errors
    (data,) = outcome.files.values()
    (message,) = read_messages(Source.from_bytes(data, "result.xml")).messages
    header = message.header()
    assert (message.definition, message.envelope) == ("pain.001.001.11", ("Message",))
    assert header is not None
    assert (header.text("MsgDefIdr"), header.text("BizMsgIdr")) == ("pain.001.001.11", "ORDER-1")
    assert outcome.lost() == [
        ("CONSUMED", "/AppHdr/MsgDefIdr", "/AppHdr/MsgDefIdr", "pain.001.001.09", "pain.001.001.11")
    ]


def test_a_bare_message_becomes_a_bare_message_of_another_version(tmp_path: Path) -> None:
    outcome = converted(single(), tmp_path, "pain.001.001.12")
    assert not outcome.done.refused, outcome.errors
    assert (outcome.done.converted, len(outcome.files)) == (1, 1)
    assert outcome.blocks[0].text("PmtId/EndToEndId") == "END-TO-END-1"


def test_several_messages_of_a_file_give_several_results(tmp_path: Path) -> None:
    made = [
        order(({"PmtInfId": f"P-{name}"}, [transaction(PmtId__EndToEndId=name)]), header={"GrpHdr/MsgId": name})
        for name in ("ONE", "TWO")
    ]
    documents = [data.decode().partition("?>")[2].replace("INSTRUCTION-1", f"I-{n}") for n, data in enumerate(made)]
    outcome = converted(f"<Messages>{''.join(documents)}</Messages>".encode(), tmp_path)
    assert [block.text("PmtId/EndToEndId") for block in outcome.blocks] == ["ONE", "TWO"]
    assert len({block.text("PmtId/UETR") for block in outcome.blocks}) == 2
    assert list(outcome.files) == ["order-0001-pacs.008.001.08.xml", "order-0002-pacs.008.001.08.xml"]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "FILE-EMPTY"),
        (b"<a/>", "MESSAGE-MISSING"),
        (b"<a", "XML-TRUNCATED"),
        (b'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"><CstmrCdtTrfInitn/></Document>', "ELEMENT-MISSING"),
        (single(Amt__InstdAmt="10,00"), "VALUE-NOT-A-NUMBER"),
        (single(CdtrAcct__Id__IBAN="FR8599991000000000000000002"), "IBAN-CHECK-DIGITS"),
    ],
)  # fmt: skip
def test_what_is_not_valid_is_not_converted(data: bytes, code: str, tmp_path: Path) -> None:
    outcome = converted(data, tmp_path)
    assert outcome.done.refused
    assert code in outcome.codes
    assert outcome.done.reports[0].file == "order.xml"
    assert list(tmp_path.iterdir()) == []


def test_a_header_alone_cannot_be_converted(tmp_path: Path) -> None:
    outcome = converted(HEADER.format("pain.001.001.09").encode(), tmp_path)
    assert outcome.done.refused
    assert outcome.codes == ["MESSAGE-NOT-ONE"]


def test_a_message_of_a_family_without_a_way_is_told_what_it_can_become(tmp_path: Path) -> None:
    outcome = converted(single(), tmp_path, "camt.053.001.08")
    (found,) = outcome.errors
    assert found.message == (
        "There is no way from pain.001.001.09 to camt.053.001.08; pain.001.001.09 can become another version of "
        "pain.001, or pacs.008 from pacs.008.001.08 on."
    )


def test_many_transactions_wait_on_disk_and_come_out_in_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    many = [
        transaction(PmtId__EndToEndId=f"E{n}", CdtrAgt__FinInstnId__BICFI=("ZZLIFR20", "ZZDUNL20")[n % 2])
        for n in range(60)
    ]
    data = order(({}, many))
    kept = converted(data, tmp_path).files
    monkeypatch.setattr("wissel.engine.conversion.bundling.BUFFER_BYTES_MAX", 5_000)
    assert converted(data, tmp_path).files == kept
    assert [block.text("PmtId/EndToEndId") for block in converted(data, tmp_path).blocks] == [
        *(f"E{n}" for n in range(0, 60, 2)), *(f"E{n}" for n in range(1, 60, 2)),
    ]  # fmt: skip


SAMPLES_MAX = 120
"""Files of others that are converted, evenly taken."""


@pytest.mark.parametrize(
    ("family", "targets"), [("pain.001", ("pacs.008.001.08", "pacs.008.001.14")), ("pacs.008", ("pacs.008.001.10",))]
)
def test_samples_of_others_become_valid_results_or_are_refused_with_reasons(
    family: str, targets: tuple[str, ...], shared: Path, tmp_path: Path
) -> None:
    rows = [json.loads(line) for line in (shared / "samples" / "index.jsonl").read_text("utf-8").splitlines()]
    files = [
        row["file"]
        for row in rows
        if row["kind"] == "xml" and row["xsd_valid"] is True and str(row["message_id"]).startswith(family)
    ]
    outcomes: Counter[str] = Counter()
    for number, file in enumerate(files[:: max(1, len(files) // SAMPLES_MAX)]):
        for target in targets:
            source = Source.from_path(str(shared / "samples" / file))
            for accepts in ("iso", "schema"):
                wish = Wish(target, datetime(2026, 11, 23, 10, tzinfo=UTC), accepts=accepts, guideline=accepts)
                done = convert(source, wish, default_catalog(), tmp_path, f"s{number}", lambda *_: None)
                assert done.results or any(report.all_findings for report in done.reports), file
                outcomes["refused" if done.refused else "converted"] += 1
    assert outcomes["converted"] > len(files) // 4
