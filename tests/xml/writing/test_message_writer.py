"""Writing piece by piece gives the bytes that writing a whole tree gives, and refuses what the schema has no place for."""

import re
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from wissel.catalog.definitions import default_catalog
from wissel.core.errors import UsageError
from wissel.xml.writing.element_template import element_template
from wissel.xml.writing.generate import full
from wissel.xml.writing.message_writer import MessageWriter
from wissel.xml.writing.writer import write
from wissel.xml.xsd.schema_tree import SchemaTree

XML_FORBIDS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def tree(definition: str = "pacs.008.001.08") -> SchemaTree:
    return default_catalog().tree(definition)


def written(of: SchemaTree, pieces: list[tuple[str, tuple[str, ...], list[str]]]) -> bytes:
    sink: list[bytes] = []
    writer = MessageWriter(of, sink.append)
    writer.start(of.message_element.tag)
    for tag, paths, texts in pieces:
        writer.block(tag, paths, texts)
    writer.close()
    return b"".join(sink)


def pieces_of(of: SchemaTree, values: dict[str, str]) -> list[tuple[str, tuple[str, ...], list[str]]]:
    """The values grouped by the element below the message's own that they stand in."""
    top = f"/Document/{of.message_element.tag}/"
    groups: dict[str, tuple[list[str], list[str]]] = {}
    for path, text in values.items():
        first, _, rest = path.removeprefix(top).partition("/")
        paths, texts = groups.setdefault(first, ([], []))
        paths.append(rest)
        texts.append(text)
    return [(first.partition("[")[0], tuple(paths), texts) for first, (paths, texts) in groups.items()]


@pytest.mark.parametrize(
    "definition",
    ["pacs.008.001.08", "pacs.008.001.13", "pain.001.001.09", "pain.002.001.10", "camt.053.001.08", "camt.029.001.09"],
)
@pytest.mark.parametrize("seed", range(3))
def test_pieces_give_the_bytes_of_the_whole(definition: str, seed: int) -> None:
    of = tree(definition)
    values = {path: text for path, text in full(of, Random(seed)).items() if "{" not in path}
    assert written(of, pieces_of(of, values)) == write(of, values)


@given(st.text(st.characters(codec="utf-8"), max_size=30), st.text(st.characters(codec="utf-8"), max_size=9))
def test_any_text_comes_back_or_is_refused(text: str, currency: str) -> None:
    template = element_template(tree(), "FIToFICstmrCdtTrf/CdtTrfTxInf", ("IntrBkSttlmAmt", "IntrBkSttlmAmt/@Ccy"))
    if XML_FORBIDS.search(text + currency):
        with pytest.raises(UsageError, match=r"^IntrBkSttlmAmt(/@Ccy)?: the value holds a character that XML forbids"):
            template.fill([text, currency])
        return
    (amount,) = etree.fromstring(template.fill([text, currency]))
    assert (amount.text or "", amount.get("Ccy")) == (text, currency)


def test_values_stand_in_the_order_of_the_schema_whatever_order_they_come_in() -> None:
    template = element_template(
        tree(), "FIToFICstmrCdtTrf/CdtTrfTxInf", ("Cdtr/Nm", "PmtId/EndToEndId", "DbtrAgt"), None
    )
    assert template.fill(["C & 100 %", "E", ""]) == (
        b"<CdtTrfTxInf><PmtId><EndToEndId>E</EndToEndId></PmtId><DbtrAgt></DbtrAgt>"
        b"<Cdtr><Nm>C &amp; 100 %</Nm></Cdtr></CdtTrfTxInf>"
    )


def test_foreign_elements_declare_their_namespace() -> None:
    path = "SplmtryData/Envlp/{urn:x?a=1&b=%25}Own/{urn:x?a=1&b=%25}Part[2]"
    template = element_template(tree(), "FIToFICstmrCdtTrf", (path, path.replace("[2]", "[1]")), None)
    element = etree.fromstring(template.fill(["one", "two"]))
    assert [part.text for part in element.iter("{urn:x?a=1&b=%25}Part")] == ["two", "one"]


@pytest.mark.parametrize(
    ("paths", "texts", "said"),
    [
        (("Nonsense",), ["x"], "pacs.008.001.08 has no place Nonsense"),
        (("Cdtr/Nm", "Cdtr/Nm"), ["x", "y"], "Cdtr/Nm is given twice"),
        (("Cdtr",), ["x"], "Cdtr holds elements, not a value"),
        (("Cdtr[2]/Nm",), ["x"], r"Cdtr\[2\]/Nm: <Cdtr> may stand at most 1 times"),
        (("Cdtr/Nm/@Ccy",), ["x"], "has no place Cdtr/Nm/@Ccy"),
        (("Cdtr/Nm",), ["\x01"], "Cdtr/Nm: the value holds a character that XML forbids"),
        (("Cdtr/{urn:x}Nm",), ["x"], "takes no foreign element at Cdtr/{urn:x}Nm"),
        (("Cdtr//",), ["x"], "is not a path|no place"),
    ],
)
def test_what_the_schema_has_no_place_for_is_refused(paths: tuple[str, ...], texts: list[str], said: str) -> None:
    with pytest.raises(UsageError, match=said):
        element_template(tree(), "FIToFICstmrCdtTrf/CdtTrfTxInf", paths).fill(texts)


def test_order_and_number_are_kept() -> None:
    writer = MessageWriter(tree("pain.002.001.10"), bytearray().extend)
    writer.start("CstmrPmtStsRpt")
    writer.block("OrgnlGrpInfAndSts", ("OrgnlMsgId", "OrgnlMsgNmId"), ("A", "pain.001.001.09"))
    with pytest.raises(UsageError, match="<OrgnlGrpInfAndSts> may stand at most 1 times in <CstmrPmtStsRpt>"):
        writer.block("OrgnlGrpInfAndSts", ("OrgnlMsgId", "OrgnlMsgNmId"), ("A", "pain.001.001.09"))
    with pytest.raises(UsageError, match=r"<GrpHdr> comes after its place in <CstmrPmtStsRpt> of pain\.002\.001\.10"):
        writer.block("GrpHdr", ("MsgId",), ("A",))
    with pytest.raises(UsageError, match=r"pain\.002\.001\.10 has no <Stmt> in <CstmrPmtStsRpt>"):
        writer.start("Stmt")


def test_copied_elements_count() -> None:
    of, sink = tree("pain.002.001.10"), bytearray()
    writer = MessageWriter(of, sink.extend, declared=False)
    writer.start("CstmrPmtStsRpt")
    writer.block("GrpHdr", ("MsgId", "CreDtTm"), ("M", "2026-11-23T10:00:00Z"))
    writer.block("OrgnlGrpInfAndSts", ("OrgnlMsgId", "OrgnlMsgNmId"), ("A", "pain.001.001.09"))
    writer.start("OrgnlPmtInfAndSts")
    writer.values([("PmtInfSts", "ACTC"), ("OrgnlPmtInfId", "P")])
    one = writer.template("TxInfAndSts", ("StsId",)).fill(["S1"])
    writer.copied("TxInfAndSts", 2, [one, one])
    writer.end()
    writer.close()
    root = etree.fromstring(bytes(sink))
    assert [element.text for element in root.iter("{*}StsId", "{*}OrgnlPmtInfId", "{*}PmtInfSts")] == [
        "P", "ACTC", "S1", "S1",
    ]  # fmt: skip
    with pytest.raises(UsageError, match="the message is closed"):
        writer.start("GrpHdr")
