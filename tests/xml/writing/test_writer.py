"""Writing messages from values by path."""

from pathlib import Path

import pytest
from lxml import etree

from wissel.core.errors import UsageError
from wissel.xml.writing.writer import build, to_bytes, wrap, write
from wissel.xml.xsd.schema_tree import SchemaTree, read_schema

SCHEMAS = Path(__file__).resolve().parents[3] / "schemas"
ROOT = "/Document/FIToFICstmrCdtTrf"
NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:pacs.008.001.08"


@pytest.fixture(scope="module")
def tree() -> SchemaTree:
    return read_schema((SCHEMAS / "pacs" / "pacs.008.001.08.xsd").read_bytes())


def test_values_in_any_order_come_out_in_schema_order(tree: SchemaTree) -> None:
    values = {
        f"{ROOT}/CdtTrfTxInf[2]/PmtId/EndToEndId": "second",
        f"{ROOT}/CdtTrfTxInf[1]/Dbtr/Nm": "A & B",
        f"{ROOT}/CdtTrfTxInf/IntrBkSttlmAmt/@Ccy": "EUR",
        f"{ROOT}/CdtTrfTxInf/IntrBkSttlmAmt": "1.00",
        f"{ROOT}/CdtTrfTxInf/PmtId/EndToEndId": "first",
        f"{ROOT}/GrpHdr/MsgId": "m",
        f"{ROOT}/CdtTrfTxInf/DbtrAgt/FinInstnId": "",
    }
    assert write(tree, values, pretty=False).decode() == (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<Document xmlns="{NAMESPACE}"><FIToFICstmrCdtTrf>'
        "<GrpHdr><MsgId>m</MsgId></GrpHdr>"
        "<CdtTrfTxInf><PmtId><EndToEndId>first</EndToEndId></PmtId>"
        '<IntrBkSttlmAmt Ccy="EUR">1.00</IntrBkSttlmAmt>'
        "<Dbtr><Nm>A &amp; B</Nm></Dbtr><DbtrAgt><FinInstnId/></DbtrAgt></CdtTrfTxInf>"
        "<CdtTrfTxInf><PmtId><EndToEndId>second</EndToEndId></PmtId></CdtTrfTxInf>"
        "</FIToFICstmrCdtTrf></Document>\n"
    )


def test_prefix_and_indent(tree: SchemaTree) -> None:
    data = write(tree, [(f"{ROOT}/GrpHdr/MsgId", "ü")], prefix="p").decode()
    assert data.splitlines()[1:4] == [
        f'<p:Document xmlns:p="{NAMESPACE}">',
        "  <p:FIToFICstmrCdtTrf>",
        "    <p:GrpHdr>",
    ]
    assert "<p:MsgId>ü</p:MsgId>" in data


def test_the_root_may_be_left_out(tree: SchemaTree) -> None:
    assert write(tree, {"FIToFICstmrCdtTrf/GrpHdr/MsgId": "m"}) == write(tree, {f"{ROOT}/GrpHdr/MsgId": "m"})


def test_foreign_elements_stand_where_the_schema_allows_any(tree: SchemaTree) -> None:
    path = f"{ROOT}/SplmtryData/Envlp/{{http://example.org/a}}Note"
    top = build(tree, {f"{path}/{{http://example.org/a}}Text": "x", f"{path}/@id": "1"})
    note = top.find(".//{http://example.org/a}Note")
    assert note is not None
    assert note.get("id") == "1"
    assert note[0].text == "x"
    with pytest.raises(UsageError, match="has no place"):
        build(tree, {f"{ROOT}/GrpHdr/{{http://example.org/a}}Note": "x"})


@pytest.mark.parametrize(
    ("values", "text"),
    [
        (
            [(f"{ROOT}/GrpHdr/MsgIdd", "m")],
            r"pacs.008.001.08 has no place .*/GrpHdr/MsgIdd; there are MsgId, CreDtTm",
        ),
        ([(f"{ROOT}/GrpHdr/CtrlSum/@Ccy", "m")], r"has no place .*/CtrlSum/@Ccy"),
        ([(f"{ROOT}/GrpHdr/TtlIntrBkSttlmAmt/@Cur", "m")], r"/@Cur; there are @Ccy"),
        ([(f"{ROOT}/GrpHdr[2]/MsgId", "m")], r"GrpHdr\[2\]: GrpHdr may stand once here"),
        ([(f"{ROOT}/GrpHdr", "m")], "holds elements, not a value"),
        ([(f"{ROOT}/GrpHdr/MsgId", "m"), (f"{ROOT}/GrpHdr/MsgId", "m")], "is given twice"),
        ([(f"{ROOT}/GrpHdr/MsgId", "a\x00")], "character that XML forbids"),
        ([(f"{ROOT}/GrpHdr/MsgId[0]", "a")], "is not a path"),
        ([(f"{ROOT}/GrpHdr[x]/MsgId", "a")], "is not a path"),
        ([("", "a")], "a path is empty"),
    ],
)
def test_what_cannot_be_written_is_named(tree: SchemaTree, values: list[tuple[str, str]], text: str) -> None:
    with pytest.raises(UsageError, match=text):
        build(tree, values)


def test_envelope_around_header_and_document(tree: SchemaTree) -> None:
    header = read_schema((SCHEMAS / "head" / "head.001.001.02.xsd").read_bytes())
    parts = build(header, {"/AppHdr/BizMsgIdr": "b"}), build(tree, {f"{ROOT}/GrpHdr/MsgId": "m"})
    data = to_bytes(wrap("Envelope", *parts), pretty=False)
    assert data.split(b"\n")[1] == (
        b'<Envelope><AppHdr xmlns="urn:iso:std:iso:20022:tech:xsd:head.001.001.02">'
        b"<BizMsgIdr>b</BizMsgIdr></AppHdr>"
        + f'<Document xmlns="{NAMESPACE}"><FIToFICstmrCdtTrf><GrpHdr><MsgId>m</MsgId></GrpHdr>'.encode()
        + b"</FIToFICstmrCdtTrf></Document></Envelope>"
    )
    named = etree.fromstring(to_bytes(wrap("{urn:example}Biz", *parts)))
    assert named.tag == "{urn:example}Biz"
    assert [etree.QName(child).localname for child in named] == ["AppHdr", "Document"]
