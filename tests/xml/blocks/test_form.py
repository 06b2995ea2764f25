"""Parts that look like parts before are read by one pattern: the blocks are those of reading tag by tag."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from wissel.catalog.blocks import blocks_of
from wissel.catalog.naming import definition_of
from wissel.xml.blocks.block import Block
from wissel.xml.blocks.block_reader import BlockReader
from wissel.xml.blocks.form import FORMS_MAX, PART_BYTES_MAX, SEEN_MIN, Event, Forms, form_of, forms_of
from wissel.xml.place import Place

SAMPLES = sorted((Path(__file__).resolve().parents[3] / "samples" / "valid").glob("*.xml"))
PLACE = Place(3, 5)
TEXT = re.compile(rb">([^<>]*[^<>\s][^<>]*)<")


@pytest.fixture(autouse=True)
def nothing_learned() -> Iterator[None]:
    forms_of.cache_clear()
    yield
    forms_of.cache_clear()


def said(block: Block | None) -> Any:
    """All that can be asked of a block."""
    if block is None:
        return None
    places = [block.place(number) for number in range(len(block.texts))]
    own = (block.kind, block.below, block.number, block.path, block.children, block.shape, tuple(block.texts), places)
    return (*own, said(block.parent))


def reader_of(data: bytes) -> BlockReader:
    namespace = re.search(rb'xmlns(?::\w+)?="([^"]+)"', data)
    known = blocks_of(definition_of(namespace[1].decode()) or "") if namespace else None
    return BlockReader(known.transactions, known.groups) if known else BlockReader()


def read(data: bytes, root_depth: int = 2) -> list[Any]:
    return [said(block) for block in reader_of(data).blocks([data], PLACE, root_depth)]


def tag_by_tag(data: bytes, root_depth: int = 2) -> list[Any]:
    return [said(block) for block in reader_of(data)._read([data], PLACE, root_depth)]


def document(path: Path) -> bytes:
    data = path.read_bytes()
    return data[data.index(b"<Document") :].rstrip() if b"<Document" in data else b""


def learned() -> int:
    return sum(forms_of(*known)._count for known in KNOWN)


KNOWN = [
    (tuple(known.transactions), tuple(known.groups), 2)
    for path in SAMPLES
    if (known := blocks_of(path.stem.split("-")[0])) is not None
]


def test_other_values_in_a_form_are_read_as_tag_by_tag() -> None:
    count = 0
    for path in SAMPLES:
        data = document(path)
        if not 0 < len(data) <= PART_BYTES_MAX:
            continue
        for _ in range(SEEN_MIN):
            read(data)
        values = iter(range(1_000_000))
        others = [
            TEXT.sub(lambda _: f">  é {next(values)} &amp; &#x41;\r\n<".encode(), data),  # noqa: B023
            TEXT.sub(lambda found: b">" + found[1][::2] + b"<", data).replace(b"\n", b"\r\n"),
            TEXT.sub(b"><", data),
            re.sub(rb">\s+<", b"><", data),
            re.sub(rb'(Ccy=")[A-Z]+"', rb'\1&quot;"', data),
        ]
        for other in (data, *others):
            assert read(other) == tag_by_tag(other), path.name
        count += 1
    assert count >= 20
    assert learned() >= 20


@pytest.mark.parametrize(
    "change",
    [
        (b"</Nm>", b"<!-- a comment --></Nm>"),
        (b"<Nm>", b"<Nm><![CDATA[<]]>"),
        (b"</GrpHdr>", b"<?instruction?></GrpHdr>"),
        (b"<GrpHdr>", b'<GrpHdr kind="other">'),
        (b"<Nm>", b"<Nm >"),
        (b"</Nm>", b"</Nm ><Nm/>"),
        (b"</Document>", b"<Other><Nm>beside</Nm></Other></Document>"),
        (b"</GrpHdr>", b"text between</GrpHdr>"),
        (b"</Document>", b""),
        (b"</PmtInf>", b""),
    ],
    ids=str,
)
def test_what_does_not_look_alike_is_read_tag_by_tag(change: tuple[bytes, bytes]) -> None:
    data = document(SAMPLES[0].parent / "pain.001.001.09.xml")
    other = data.replace(*change)
    assert other != data
    for _ in range(SEEN_MIN + 1):
        assert read(data) == tag_by_tag(data)
    for _ in range(SEEN_MIN + 1):
        assert read(other) == tag_by_tag(other)
    assert read(data) == tag_by_tag(data)


def test_a_header_is_read_by_its_form() -> None:
    header = (
        b'<h:AppHdr xmlns:h="urn:iso:std:iso:20022:tech:xsd:head.001.001.02">\n <h:Fr><h:FIId><h:FinInstnId>'
        b"<h:BICFI>%s</h:BICFI></h:FinInstnId></h:FIId></h:Fr><h:BizMsgIdr>%s</h:BizMsgIdr></h:AppHdr>"
    )
    for number in range(SEEN_MIN):
        read(header % (b"RHEUDEFF", str(number).encode()), 1)
    forms = forms_of((), (), 1)
    other = header % (b"WISLNL2A", b"&lt;1&gt;")
    assert forms.blocks(other, PLACE) is not None
    assert read(other, 1) == tag_by_tag(other, 1)
    assert [block.text("BizMsgIdr") for block in BlockReader().blocks([other[:90], other[90:]], PLACE, 1)] == ["<1>"]


def test_a_form_is_learned_from_several_parts_and_keeps_no_value() -> None:
    forms = Forms()
    data = b"<Document><Msg><Id>SECRET</Id></Msg></Document>"
    for seen in range(SEEN_MIN):
        assert forms.blocks(data, PLACE) is None, seen
        forms.learn(data, events_of(data))
    (block,) = forms.blocks(data.replace(b"SECRET", b"OTHER"), PLACE) or ()
    assert (block.text("Id"), block.path) == ("OTHER", "/Document/Msg")
    (form,) = forms._forms[data.count(b"<")]
    assert [list(one.texts) for one in form._blocks] == [[]]


def events_of(data: bytes) -> list[Event]:
    reader = BlockReader()
    reader._events = []
    list(reader._read([data], PLACE, 2))
    return reader._events


def test_forms_are_forgotten_where_they_are_too_many() -> None:
    forms = Forms()
    for number in range(FORMS_MAX + 1):
        data = b"<Document><Msg>" + b"<Id>1</Id>" * (number + 1) + b"</Msg></Document>"
        for _ in range(SEEN_MIN):
            forms.learn(data, events_of(data))
    assert forms._count == 1
    assert forms.blocks(data, PLACE) is not None


def test_a_part_of_too_many_values_gets_no_form() -> None:
    data = b"<Document><Msg>" + b"<Id>1</Id>" * 401 + b"</Msg></Document>"
    assert form_of(data, events_of(data)) is None
