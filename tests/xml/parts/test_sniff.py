"""A look at a file without checking it: what it looks like, its parts, its transactions, its encoding and size."""

import pytest

from tests.xml.messages import PACS, header, pacs008
from wissel.core.limits import Limits
from wissel.message.inventory import InventoryRow, take_inventory
from wissel.xml.parts.schema import TransactionTag
from wissel.xml.parts.sniff import Look, Sniffed, sniff
from wissel.xml.sources.source import Source

BODY = pacs008(3, declaration=False)
TAG = TransactionTag("CdtTrfTxInf", ("CdtTrfTxInf",), unique_start=True)


def look(data: bytes | str, **limits: int) -> Sniffed:
    raw = data.encode() if isinstance(data, str) else data
    return sniff(Source.from_bytes(raw), Limits(**limits), lambda _: False, lambda _: TAG)


def row(data: bytes | str) -> InventoryRow:
    return take_inventory(Source.from_bytes(data.encode() if isinstance(data, str) else data), Limits())


@pytest.mark.parametrize(
    ("data", "expected", "code"),
    [
        (BODY, Look.PARTS, None),
        ("<root><a/></root>", Look.OTHER_XML, None),
        ("<root><a></root>", Look.BROKEN_XML, "XML-NOT-WELL-FORMED"),
        ("<root>", Look.BROKEN_XML, "XML-TRUNCATED"),
        ("<?xml version='1.0' encoding='klingon'?><a/>", Look.BROKEN_XML, "ENCODING-UNKNOWN"),
        ("<!DOCTYPE a><a/>", Look.REFUSED_XML, "DOCTYPE-REFUSED"),
        ("{1:F01}", Look.NOT_XML, "NOT-XML"),
        ("", Look.EMPTY, "FILE-EMPTY"),
        (" \n", Look.EMPTY, "FILE-EMPTY"),
        (BODY[:-20], Look.PARTS, "XML-TRUNCATED"),
        (BODY[:-2], Look.PARTS, "XML-TRUNCATED"),
        (f"<E>{BODY}", Look.PARTS, "XML-TRUNCATED"),
    ],
)
def test_looks(data: str, expected: Look, code: str | None) -> None:
    found = look(data)
    assert found.look is expected
    assert (found.refused.code if found.refused else None) == code
    assert found.size_bytes == len(data.encode())


def test_a_file_that_cannot_be_opened() -> None:
    found = sniff(Source.from_path("/nowhere/at/all.xml"), Limits(), lambda _: False, lambda _: None)
    assert found.look is Look.UNREADABLE
    assert found.refused is not None
    assert found.refused.code == "FILE-UNREADABLE"


def test_a_limit_is_kept() -> None:
    found = look(BODY, file_bytes_max=100)
    assert found.refused is not None
    assert found.refused.code == "LIMIT-BYTES"
    assert look(f"<E>{BODY * 5}</E>", messages_max=2).refused is not None


@pytest.mark.parametrize(
    ("data", "transactions"),
    [
        (BODY, [3]),
        (f"<E>{BODY}{header()}{BODY}</E>", [3, 0, 3]),
        (BODY.replace("<", "<p:").replace("<p:/", "</p:").replace("xmlns=", "xmlns:p="), [3]),
        (f'<Document xmlns="{PACS}"/>', [0]),
        (f'<Document xmlns="{PACS}"><a>&lt;CdtTrfTxInf><CdtTrfTxInf/><CdtTrfTxInf a="b"/></a></Document>', [2]),
        (f'<Document xmlns="{PACS}"><!-- </Document> --><CdtTrfTxInf/></Document>', [1]),
    ],
)
def test_transactions_are_counted_by_their_start_tags(data: str, transactions: list[int]) -> None:
    found = look(data)
    assert found.refused is None
    assert [located.tags for located in found.located] == transactions


def test_a_tag_with_which_others_begin_is_counted_alone() -> None:
    tag = TransactionTag("TxInf", ("TxInf",), unique_start=False)
    text = f'<Document xmlns="{PACS}"><TxInf/><TxInfAndSts/><TxInf><TxInfo/></TxInf><TxInf\n></TxInf></Document>'
    found = sniff(Source.from_bytes(text.encode()), Limits(), lambda _: False, lambda _: tag)
    assert [located.tags for located in found.located] == [3]


def test_nothing_inside_a_part_is_parsed() -> None:
    """Faults of the content are not looked for: that is what makes it fast."""
    text = pacs008(3).replace("<ChrgBr>SLEV</ChrgBr>", "<ChrgBr>&nope;</Nm>", 1)
    assert look(text).refused is None
    assert row(text).transactions == 3


def test_a_large_file_is_counted_whatever_the_encoding() -> None:
    text = pacs008(2_000)
    for encoding in ("utf-8", "utf-16", "utf-8-sig"):
        data = text.replace("UTF-8", encoding.replace("-sig", "")).encode(encoding)
        found = look(data)
        assert [located.tags for located in found.located] == [2_000]
        assert found.size_bytes == len(data)
        assert found.encoding == {"utf-8": "utf-8", "utf-16": "utf-16-le", "utf-8-sig": "utf-8"}[encoding]


@pytest.mark.parametrize(
    ("data", "kind", "definitions", "headers", "envelopes", "counts", "recognized"),
    [
        (BODY, "message", {"pacs.008.001.08": 1}, (), (), (1, 3), True),
        (f"<E>{header()}{BODY}</E>", "message", {"pacs.008.001.08": 1}, ("head.001.001.02",), ("E",), (1, 3), True),
        (f"{header()}{BODY}", "message", {"pacs.008.001.08": 1}, ("head.001.001.02",), (), (1, 3), True),
        (f"<E>{BODY}{BODY.replace('001.08', '001.10')}{BODY}</E>", "several messages",
         {"pacs.008.001.08": 2, "pacs.008.001.10": 1}, (), ("E",), (3, 9), True),
        (header(), "header only", {}, ("head.001.001.02",), (), (1, 0), True),
        ("<Document><a/></Document>", "unknown message", {}, (), (), (1, 0), False),
        (f"<Document>{BODY}</Document>", "message", {"pacs.008.001.08": 1}, (), ("Document",), (1, 3), True),
        ("<root/>", "other XML", {}, (), (), (0, 0), False),
        (BODY[:-20], "message", {"pacs.008.001.08": 1}, (), (), (1, 3), False),
        ("hello", "not XML", {}, (), (), (0, 0), False),
    ],
)  # fmt: skip
def test_rows(
    data: str,
    kind: str,
    definitions: dict[str, int],
    headers: tuple[str, ...],
    envelopes: tuple[str, ...],
    counts: tuple[int, int],
    recognized: bool,
) -> None:
    found = row(data)
    assert found.kind == kind
    assert dict(found.definitions) == definitions
    assert (found.headers, found.envelopes) == (headers, envelopes)
    assert (found.messages, found.transactions) == counts
    assert found.recognized is recognized
