"""Blocks: which there are, their paths, numbers and values, and where each value stands."""

from collections.abc import Iterable

import pytest

from wissel.xml.blocks.block import Block
from wissel.xml.blocks.block_reader import BlockReader
from wissel.xml.place import Place

TRANSACTIONS, GROUPS = ("Pmt/Tx",), ("Pmt",)
DOCUMENT = """<Document xmlns="urn:a">
 <Msg>
  <Hdr><Id> M 1
</Id></Hdr>
  <Pmt>
   <Id>P1</Id>
   <Tx><Amt Ccy="EUR">1.00</Amt><Nm>A &amp; B</Nm><Ref>r1</Ref><Ref>r2</Ref></Tx>
   <Tx><Amt Ccy='USD'>2.00</Amt><Nm><![CDATA[C <D>]]></Nm></Tx>
  </Pmt>
  <Pmt>
   <Tx><Ln><Nb>1</Nb></Ln><Ln><Nb>2</Nb><Nb>3</Nb></Ln></Tx><Id>after</Id>
  </Pmt>
  <End/>
 </Msg>
</Document>"""


def read(text: str, chunk_bytes: int = 1 << 20, start: Place | None = None, root_depth: int = 2) -> list[Block]:
    data = text.encode()
    chunks: Iterable[bytes] = (data[i : i + chunk_bytes] for i in range(0, len(data), chunk_bytes))
    # small parts are put together before they are read; this is what happens to large ones
    return list(BlockReader(TRANSACTIONS, GROUPS)._read(chunks, start or Place(1, 1), root_depth))


def places(block: Block) -> list[tuple[str, str, int, int]]:
    """Path, text, line and column of every value, in the order of the file."""
    found = [(v.path, v.text, v.line, v.column) for values in block.values.values() for v in values]
    return sorted(found, key=lambda value: block.shape.paths.index(value[0]))


@pytest.mark.parametrize("chunk_bytes", [1, 7, 64, 1 << 20])
def test_blocks_come_in_order_with_their_paths_and_numbers(chunk_bytes: int) -> None:
    blocks = read(DOCUMENT, chunk_bytes)
    assert [(block.kind, block.number, block.below, block.path, block.children) for block in blocks] == [
        ("transaction", 1, "Pmt/Tx", "/Document/Msg/Pmt[1]/Tx[1]", 0),
        ("transaction", 2, "Pmt/Tx", "/Document/Msg/Pmt[1]/Tx[2]", 0),
        ("group", 1, "Pmt", "/Document/Msg/Pmt[1]", 2),
        ("transaction", 3, "Pmt/Tx", "/Document/Msg/Pmt[2]/Tx[1]", 0),
        ("group", 2, "Pmt", "/Document/Msg/Pmt[2]", 1),
        ("message", 1, "/Document/Msg", "/Document/Msg", 3),
    ]
    first, second, group, third, _, message = blocks
    assert first.parent is group
    assert group.parent is message
    assert third.parent is blocks[4]
    assert message.parent is None
    assert second.parent is group


@pytest.mark.parametrize("chunk_bytes", [1, 7, 1 << 20])
def test_values_have_indexed_paths_and_exact_places(chunk_bytes: int) -> None:
    first, second, group, third, group2, message = read(DOCUMENT, chunk_bytes)
    lines = DOCUMENT.split("\n")

    def at(line: int, before: str, nth: int = 1) -> tuple[int, int]:
        """Line, and the column behind the ``nth`` place where ``before`` stands on it."""
        column = 0
        for _ in range(nth):
            column = lines[line - 1].index(before, column) + len(before)
        return line, column + 1

    assert places(first) == [
        ("Amt/@Ccy", "EUR", *at(7, 'Ccy="')),
        ("Amt", "1.00", *at(7, 'EUR">')),
        ("Nm", "A & B", *at(7, "<Nm>")),
        ("Ref", "r1", *at(7, "<Ref>")),
        ("Ref[2]", "r2", *at(7, "<Ref>", 2)),
    ]
    assert places(second) == [
        ("Amt/@Ccy", "USD", *at(8, "Ccy='")),
        ("Amt", "2.00", *at(8, "USD'>")),
        ("Nm", "C <D>", *at(8, "<Nm>")),
    ]
    assert places(group) == [("Id", "P1", *at(6, "<Id>"))]
    assert places(third) == [
        ("Ln/Nb", "1", *at(11, "<Nb>")),
        ("Ln[2]/Nb", "2", *at(11, "<Nb>", 2)),
        ("Ln[2]/Nb[2]", "3", *at(11, "<Nb>", 3)),
    ]
    assert places(group2) == [("Id", "after", *at(11, "<Id>"))]
    assert places(message) == [("Hdr/Id", " M 1\n", *at(3, "<Id>")), ("End", "", *at(13, "<End/>"))]


def test_a_place_does_not_depend_on_how_the_block_was_read() -> None:
    """The first two blocks are read tag by tag, later ones by the pattern learned from them."""
    row = '<Tx\n x="1"><Amt Ccy="EUR">1.5</Amt><Nm>é<!-- c --></Nm></Tx>\n'.replace("<!-- c -->", "")
    text = f'<Document xmlns="urn:a"><Msg><Pmt>\n{row * 5}</Pmt></Msg></Document>'
    blocks = read(text)[:5]
    for n, block in enumerate(blocks):
        assert [(path, line - 2 * n, column) for path, _, line, column in places(block)] == [
            ("@x", 3, 5),
            ("Amt/@Ccy", 3, 18),
            ("Amt", 3, 23),
            ("Nm", 3, 36),
        ]


def test_what_a_block_says_of_its_values() -> None:
    first, _, _, third, _, message = read(DOCUMENT)
    assert first.text("Nm") == "A & B"
    assert first.all_texts("Ref") == ("r1", "r2")
    assert first.first("Nope", "Ref") == "r1"
    assert first.text("Nope") is None
    assert third.has("Ln")
    assert third.has("Ln/Nb")
    assert not third.has("Nb")
    assert message.text("Hdr/Id") == "M 1"
    assert message.has("End")


def test_blocks_of_one_shape_and_others_among_them_read_the_same() -> None:
    """Blocks that look like one before are read by a pattern; the result must not show it."""
    rows = [
        f'<Tx>\n<Amt Ccy="EUR">{n}.5</Amt><Nm>N{n}{"&lt;" if n % 3 else ""}</Nm></Tx>'
        if n % 4
        else f"<Tx><Nm>N{n}</Nm><!-- <Tx> --></Tx>"
        for n in range(1, 60)
    ]
    text = f'<Document xmlns="urn:a"><Msg><Pmt>{"".join(rows)}</Pmt></Msg></Document>'
    for chunk_bytes in (3, 100, 1 << 20):
        blocks = read(text, chunk_bytes)
        assert [block.number for block in blocks[:-2]] == list(range(1, 60))
        for n, block in enumerate(blocks[:-2], 1):
            assert block.path == f"/Document/Msg/Pmt[1]/Tx[{n}]"
            if n % 4:
                assert block.all_texts("Amt/@Ccy") == ("EUR",)
                assert block.text("Amt") == f"{n}.5"
                assert block.text("Nm") == f"N{n}" + ("<" if n % 3 else "")
            else:
                assert block.shape.paths == ("Nm",)
        lines = [block.values["Nm"][0].line for block in blocks[:-2]]
        assert lines == [1 + sum(bool(m % 4) for m in range(1, n + 1)) for n in range(1, 60)]


def test_prefixes_are_left_out_and_namespace_declarations_are_no_values() -> None:
    text = (
        '<p:Document xmlns:p="urn:a" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="a b">'
        '<p:Msg><p:Pmt><p:Tx><p:Amt xmlns:q="urn:q" Ccy="EUR">1</p:Amt></p:Tx></p:Pmt></p:Msg></p:Document>'
    )
    blocks = read(text)
    assert [(block.kind, block.path) for block in blocks] == [
        ("transaction", "/Document/Msg/Pmt[1]/Tx[1]"),
        ("group", "/Document/Msg/Pmt[1]"),
        ("message", "/Document/Msg"),
    ]
    assert {path: [v.text for v in values] for path, values in blocks[0].values.items()} == {
        "Amt/@Ccy": ["EUR"],
        "Amt": ["1"],
    }
    assert blocks[2].values == {}


def test_places_go_on_from_where_the_part_begins() -> None:
    header = read("<AppHdr><Fr><Id>X</Id></Fr>\n<To>Y</To></AppHdr>", start=Place(10, 5), root_depth=1)
    assert [(block.kind, block.path) for block in header] == [("message", "/AppHdr")]
    assert places(header[0]) == [("Fr/Id", "X", 10, 21), ("To", "Y", 11, 5)]


def test_what_breaks_off_gives_its_open_blocks_but_no_open_transaction() -> None:
    cut = DOCUMENT[: DOCUMENT.index("<Nm><![CDATA")]
    blocks = read(cut)
    assert [(block.kind, block.number) for block in blocks] == [("transaction", 1), ("group", 1), ("message", 1)]
    assert blocks[1].text("Id") == "P1"
    assert blocks[2].text("Hdr/Id") == "M 1"


def test_a_second_element_beside_the_messages_own_does_not_change_its_path() -> None:
    blocks = read("<Document><Msg><A>1</A></Msg><Other><B>2</B></Other></Document>")
    assert [block.path for block in blocks] == ["/Document/Msg"]
    assert blocks[0].text("A") == "1"


def test_line_ends_and_references_are_resolved() -> None:
    block = read("<Document><Msg><A>a\r\nb&#65;&#x42;\rc</A></Msg></Document>")[0]
    assert block.values["A"][0].text == "a\nbAB\nc"
