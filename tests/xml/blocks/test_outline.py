import pytest
from hypothesis import given
from hypothesis import strategies as st

from wissel.xml.blocks.outline import TEXT, TEXT_CHARACTERS_MAX, Row, canonical, outline
from wissel.xml.sources.source import Source


def rows(data: bytes | str) -> list[Row]:
    return list(outline(Source.from_bytes(data.encode() if isinstance(data, str) else data, "a.xml")))


def short(data: bytes | str) -> list[tuple[int, str, str | None]]:
    return [(row.depth, row.path, row.text) for row in rows(data)]


def test_elements_come_in_document_order_with_path_and_value() -> None:
    assert short("<Document><A><B>1</B><B> 2 </B></A><C/></Document>") == [
        (0, "/Document", None),
        (1, "/Document/A", None),
        (2, "/Document/A/B", "1"),
        (2, "/Document/A/B[2]", "2"),
        (1, "/Document/C", None),
    ]


def test_lines_are_those_of_the_file() -> None:
    text = '<?xml version="1.0"?>\n<!-- x\n -->\n<Document>\n<A/>\n\n<B\n x="1"/></Document>'
    assert [row.line for row in rows(text)] == [4, 5, 8]


def test_lines_that_the_parser_cannot_tell_are_left_out() -> None:
    text = f"<Document>{'<A/>' + chr(10) * 2_000:s}" + (
        "<B>" + " " * 70_000 + "\n" * 70_000 + "<C/></B><D/></Document>"
    )
    assert [row.line for row in rows(text)] == [1, 1, 2_001, None, None]


def test_namespaces_show_where_they_change() -> None:
    data = '<e:Env xmlns:e="urn:e"><Document xmlns="urn:d" Ccy="EUR"><A xmlns:q="urn:q" q:x="1"/></Document></e:Env>'
    assert [(row.tag, row.attributes) for row in rows(data)] == [
        ("Env", (("xmlns", "urn:e"),)),
        ("Document", (("xmlns", "urn:d"), ("Ccy", "EUR"))),
        ("A", (("x", "1"),)),
    ]


def test_messages_are_numbered_and_their_paths_begin_at_their_own_root() -> None:
    data = "<Env><M><AppHdr><Fr/></AppHdr><Document><A/></Document></M><M><Document/></M><M><AppHdr/></M></Env>"
    assert [(row.message, row.depth, row.path) for row in rows(data)] == [
        (0, 0, "/Env"),
        (0, 1, "/Env/M"),
        (1, 2, "/AppHdr"),
        (1, 3, "/AppHdr/Fr"),
        (1, 2, "/Document"),
        (1, 3, "/Document/A"),
        (0, 1, "/Env/M[2]"),
        (2, 2, "/Document"),
        (0, 1, "/Env/M[3]"),
        (3, 2, "/AppHdr"),
    ]


def test_header_and_document_side_by_side_are_one_message() -> None:
    data = '<?xml version="1.0"?><AppHdr/>\n<?xml version="1.0"?>\n<Document><A/></Document>'
    assert [(row.message, row.path) for row in rows(data)] == [(1, "/AppHdr"), (1, "/Document"), (1, "/Document/A")]


def test_text_between_elements_is_a_row() -> None:
    assert [(row.tag, row.text) for row in rows("<Document>a<B>1</B>b<C/>c<!-- x -->d</Document>")] == [
        ("Document", "a"),
        ("B", "1"),
        (TEXT, "b"),
        ("C", None),
        (TEXT, "cd"),
    ]


def test_comments_and_sections_make_no_difference() -> None:
    assert short("<Document><A>x<!-- <B/> -->y<![CDATA[<z>]]><?p i?></A></Document>")[1] == (1, "/Document/A", "xy<z>")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "iso-8859-1"])
def test_encodings(encoding: str) -> None:
    name = encoding.removesuffix("-sig")
    data = f'<?xml version="1.0" encoding="{name}"?><Document><A>é</A></Document>'.encode(encoding)
    assert short(data)[-1] == (1, "/Document/A", "é")


@pytest.mark.parametrize(
    ("data", "last"),
    [
        ("<Document><A>1</A><B>two", (1, "/Document/B", "two")),
        ("<Document><A><B>1</C></A><D>4</D></Document>", (1, "/Document/D", "4")),
        ("<Document><A>1</A></Document>junk", (1, "/Document/A", "1")),
        (b"<Document><A>\xff</A></Document>", (1, "/Document/A", "\ufffd")),
    ],
)
def test_what_is_not_well_formed_is_shown_as_far_as_it_goes(
    data: bytes | str, last: tuple[int, str, str | None]
) -> None:
    assert short(data)[-1] == last


def test_no_entity_is_ever_defined() -> None:
    bomb = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10 if n else "boom"}">' for n in range(9))
    for inside in ("<A>&e8;</A>", '<A x="&e8;"/>', "<A>&e0;</A>"):
        found = rows(f"<!DOCTYPE Document [{bomb}]><Document>{inside}</Document>")
        assert "boom" not in repr(found)
        assert len(repr(found)) < 1_000
    outside = rows('<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]><Document><A>&x;</A></Document>')
    assert all(row.text in (None, "&x;") for row in outside)


@pytest.mark.parametrize(
    "data", [b"", b"   ", b"hello", b"{1:F01}", b"\x00\x01", b'<?xml version="1.0" encoding="x"?>']
)
def test_what_cannot_be_read_gives_no_rows(data: bytes) -> None:
    assert rows(data) == []


@pytest.mark.parametrize("before", ["", "<?xml version='1.0'?>", "<?xml version='1.0'?>" + " " * 65_530])
@pytest.mark.parametrize("fault", ["", "<B>x & y</B>", "<B></C>", "&nbsp;"])
def test_references_are_read_after_an_error_too(before: str, fault: str) -> None:
    body = f'{fault}<A x="&lt;1">Smith &amp; Sons</A><A><![CDATA[&amp;]]>&#233;</A>'
    found = [row for row in rows(f"{before}<Document>{body}</Document>") if row.tag == "A"]
    assert [(row.text, row.attributes) for row in found] == [("Smith & Sons", (("x", "<1"),)), ("&amp;é", ())]


def test_a_prefix_that_was_never_declared_does_no_harm() -> None:
    found = rows("<x:Document><y:A z:b='1'>2</y:A></x:Document>")
    assert [(row.path, row.attributes, row.text) for row in found] == [
        ("/Document", (), None),
        ("/Document/A", (("b", "1"),), "2"),
    ]


def test_what_is_skipped_is_passed_over_whole() -> None:
    text = "<Document><A><B>1</B>x<A><C/></A></A>stray<A>2</A><D><A/></D></Document>"
    source = Source.from_bytes(text.encode(), "a.xml")
    found = list(outline(source, lambda message, path: message == 1 and path == "/Document/A"))
    assert [(row.depth, row.path, row.text, row.left_out) for row in found] == [
        (0, "/Document", None, False),
        (1, "/Document/A", None, True),
        (1, "/Document", "stray", False),
        (1, "/Document/A[2]", "2", False),
        (1, "/Document/D", None, False),
        (2, "/Document/D/A", None, False),
    ]


def test_long_values_are_cut() -> None:
    (_, row) = rows(f"<Document><A>{'x' * 5_000}</A></Document>")
    assert row.text == "x" * TEXT_CHARACTERS_MAX + "…"


def test_an_index_of_one_says_the_same_as_none() -> None:
    assert canonical("/A[1]/B[11]/C[1]") == "/A/B[11]/C"


def test_rows_come_while_the_file_is_read() -> None:
    found = outline(Source.from_bytes(b"<Document>" + b"<A><B>1</B></A>" * 200_000, "a.xml"))
    assert [next(found).path for _ in range(4)] == ["/Document", "/Document/A", "/Document/A/B", "/Document/A[2]"]
    assert sum(1 for _ in found) == 399_997


@given(st.binary(max_size=40), st.integers(0, 60))
def test_whatever_stands_in_a_file_never_raises(junk: bytes, at: int) -> None:
    good = b'<?xml version="1.0"?><Document xmlns="urn:x"><A>1</A><B y="2"/></Document>'
    for row in rows(good[:at] + junk + good[at:]):
        assert row.path.startswith("/")
