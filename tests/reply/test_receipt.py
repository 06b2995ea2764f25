"""Receipts: what broken bytes still tell, and a receipt that says it."""

import pytest

from tests.reply.messages import STAMP, body, faults
from wissel.catalog.definitions import default_catalog
from wissel.core.codes import finding
from wissel.reply.receipt import glimpse, write_receipt
from wissel.xml.writing.message_writer import MessageWriter

PACS = (
    "<Document><FIToFICstmrCdtTrf><GrpHdr><MsgId>M-1</MsgId><InstgAgt><FinInstnId><BICFI>RHEUDEFF</BICFI>"
    "</FinInstnId></InstgAgt><InstdAgt><FinInstnId><BICFI>WISLNL2A</BICFI></FinInstnId></InstdAgt></GrpHdr><Cdt"
)
HEADED = (
    "<h:AppHdr><h:Fr><h:FIId><h:FinInstnId><h:BICFI>FROMDEFF</h:BICFI></h:FinInstnId></h:FIId></h:Fr>"
    "<h:BizMsgIdr>B-1</h:BizMsgIdr></h:AppHdr>" + PACS
)


@pytest.mark.parametrize(
    ("data", "reference", "sender", "receiver"),
    [
        (PACS.encode(), "M-1", "RHEUDEFF", "WISLNL2A"),
        (HEADED.encode(), "B-1", "FROMDEFF", "WISLNL2A"),
        (PACS.encode("utf-16"), "M-1", "RHEUDEFF", "WISLNL2A"),
        (PACS.encode("utf-16-be"), "M-1", "RHEUDEFF", "WISLNL2A"),
        (PACS.replace("M-1", "Ü-1").encode("latin-1"), "Ü-1", "RHEUDEFF", "WISLNL2A"),
        (b"<GrpHdr><MsgId>CUT-1</MsgId><Init", "CUT-1", None, None),
        (
            b"<Assgnmt><Id>A-7</Id><Assgnr><Agt><BICFI>RHEUDEFF</BICFI></Agt></Assgnr></Assgnmt>",
            "A-7",
            "RHEUDEFF",
            None,
        ),
        (b"<GrpHdr><MsgId>" + b"X" * 36 + b"</MsgId></GrpHdr>", None, None, None),
        (b"<GrpHdr><MsgId>A\x07B</MsgId></GrpHdr>", None, None, None),
        (b"<Acct><Id>DE12</Id></Acct>", None, None, None),
        (b"\x00\xff\x00", None, None, None),
        (b"", None, None, None),
    ],
)
def test_what_broken_bytes_tell(data: bytes, reference: str | None, sender: str | None, receiver: str | None) -> None:
    seen = glimpse(data)
    assert (seen.reference, seen.sender, seen.receiver) == (reference, sender, receiver)


@pytest.mark.parametrize("reference", ["M-1", None])
def test_a_receipt_says_which_message_where_and_why(reference: str | None) -> None:
    why = finding("XML-TRUNCATED", "The file ends.", line=12, column=3)
    tree = default_catalog().tree("admi.002.001.01")

    def write(writer: MessageWriter) -> None:
        write_receipt(writer, tree, reference, STAMP, why)

    data = body("admi.002.001.01", write)
    assert faults(data) == []
    assert f"<Ref>{reference or 'NOTPROVIDED'}</Ref>".encode() in data
    assert b"<ErrLctn>line 12, column 3</ErrLctn>" in data
    assert f"<RjctgPtyRsn>{why.reason or 'FF01'}</RjctgPtyRsn>".encode() in data
    assert b"The file ends" not in data
