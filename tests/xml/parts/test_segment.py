"""Cutting: every part is found whole, wherever chunks end, and nothing that only looks like one is."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from wissel.core.limits import Limits
from wissel.xml.parts.segment import Part, PartEnd, Segmenter
from wissel.xml.refusal import Refused


def parts(data: bytes, chunk: int = 7, careful: bool = False, limits: Limits | None = None) -> list[tuple[Part, bytes]]:
    segmenter = Segmenter(lambda namespace: (namespace or "").startswith("urn:iso"), limits or Limits(), careful)
    found: list[tuple[Part, bytes]] = []
    for segment in segmenter.segments(data[i : i + chunk] for i in range(0, len(data), chunk)):
        if isinstance(segment, Part):
            found.append((segment, b""))
        elif isinstance(segment, bytes):
            found[-1] = (found[-1][0], found[-1][1] + segment)
        else:
            assert isinstance(segment, PartEnd)
            assert segment.offset <= len(data)
    return found


@pytest.mark.parametrize("chunk", [1, 3, 7, 10_000])
@pytest.mark.parametrize("careful", [False, True])
@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b'<Document xmlns="urn:iso:x"><a>1</a></Document>', [("Document", (), b"<a>1</a></Document>")]),
        (
            b'<?xml version="1.0"?>\n<E xmlns:p="urn:iso:p"><H><p:AppHdr a=">"/></H><!-- <p:Document> --><p:Document>'
            b"t</p:Document ></E>",
            [("AppHdr", ("E", "H"), b""), ("Document", ("E",), b"t</p:Document >")],
        ),
        (
            b'<AppHdr xmlns="urn:iso:h"><b/></AppHdr>\n<?xml version="1.0"?><Document xmlns="urn:iso:x"/> <!-- c -->',
            [("AppHdr", (), b"<b/></AppHdr>"), ("Document", (), b"")],
        ),
        (
            b"<E><![CDATA[<Document>]]><?p <Document> ?><Documents/><Document xmlns='urn:iso:x'>y</Document></E>",
            [("Document", ("E",), b"y</Document>")],
        ),
        (b'<Document xmlns="urn:other"><Document xmlns="urn:iso:x">y</Document></Document>', [
            ("Document", (), b""), ("Document", ("Document",), b"y</Document>"),
        ]),
    ],
)  # fmt: skip
def test_parts_are_found(
    data: bytes, expected: list[tuple[str, tuple[str, ...], bytes]], chunk: int, careful: bool
) -> None:
    assert [(part.tag, part.ancestors, content) for part, content in parts(data, chunk, careful)] == expected


def test_namespaces_in_scope_are_declared_on_the_part() -> None:
    ((part, content),) = parts(b'<E xmlns:p="urn:iso:p" xmlns="urn:d&amp;e"><p:Document p:x="1"><a/></p:Document></E>')
    whole = etree.fromstring(part.start + content)
    assert whole.tag == "{urn:iso:p}Document"
    assert whole[0].tag == "{urn:d&e}a"
    assert part.start.replace(b' xmlns:p="urn:iso:p" xmlns="urn:d&amp;e"', b"") == b'<p:Document p:x="1">'


def test_careful_reading_follows_what_misleads_the_quick_one() -> None:
    data = (
        b'<E><Document xmlns="urn:iso:x">a<!-- </Document> --><Document/><b><![CDATA[</Document>]]></b></Document></E>'
    )
    ((_, content),) = parts(data, careful=True)
    assert content == data[data.index(b">a<") + 1 : data.index(b"</E>")]


@pytest.mark.parametrize(
    "data", [b"<!DOCTYPE a><a/>", b'<!DOCTYPE a [<!ENTITY b "c">]><Document/>', b"<a/><!DOCTYPE a>"]
)
def test_a_document_type_declaration_stops_the_parser(data: bytes) -> None:
    with pytest.raises(Refused) as caught:
        parts(data)
    assert caught.value.finding.code == "DOCTYPE-REFUSED"


@pytest.mark.parametrize(
    ("data", "limits", "code"),
    [
        (b"<a>" * 20 + b"</a>" * 20, Limits(depth_max=19), "LIMIT-DEPTH"),
        (b"<a>" + b"<b/>" * 50 + b"</a>", Limits(elements_max=50), "LIMIT-ELEMENTS"),
        (b"<a>" + b"x" * 5000 + b"<", Limits(text_bytes_max=1000), "LIMIT-TEXT"),
        (b'<Document a="' + b"x" * 70_000 + b'"/>', Limits(), "LIMIT-TEXT"),
    ],
)
def test_limits_of_the_skeleton(data: bytes, limits: Limits, code: str) -> None:
    with pytest.raises(Refused) as caught:
        parts(data, chunk=500, limits=limits)
    assert caught.value.finding.code == code


NAMES = st.sampled_from(["a", "Env", "p:b", "Documents", "Doc"])


@st.composite
def skeletons(draw: st.DrawFn, depth: int = 0) -> str:
    pieces = []
    for _ in range(draw(st.integers(0, 3))):
        kind = draw(st.sampled_from(["text", "comment", "cdata", "pi", "element", "document", "header"]))
        if kind == "text":
            pieces.append(draw(st.sampled_from(["x", " \n", "&lt;Document&gt;", "é"])))
        elif kind == "comment":
            pieces.append(draw(st.sampled_from(["<!-- <Document> -->", "<!-- </Document> -->", "<!---->"])))
        elif kind == "cdata":
            pieces.append("<![CDATA[<Document></Document>]]>")
        elif kind == "pi":
            pieces.append("<?p <AppHdr> ?>")
        elif kind == "element" and depth < 4:
            name = draw(NAMES)
            pieces.append(f"<{name}>{draw(skeletons(depth + 1))}</{name}>")
        elif kind == "document":
            pieces.append(f'<Document xmlns="urn:iso:x" q=">">{draw(skeletons(4))}</Document>')
        elif kind == "header":
            pieces.append(draw(st.sampled_from(['<AppHdr xmlns="urn:iso:h"/>', "<i:AppHdr><c/></i:AppHdr>"])))
    return "".join(pieces)


def oracle(root: etree._Element) -> list[bytes]:
    """The outermost parts by lxml's tree, in canonical form."""
    if etree.QName(root).localname in ("Document", "AppHdr") and etree.QName(root).namespace in (
        "urn:iso:x",
        "urn:iso:h",
    ):
        return [etree.tostring(root, method="c14n", with_tail=False)]
    return [found for child in root if isinstance(child.tag, str) for found in oracle(child)]


@settings(max_examples=300, deadline=None)
@given(skeletons(), st.integers(1, 50))
def test_careful_reading_finds_the_parts_that_lxml_finds(inside: str, chunk: int) -> None:
    data = f'<r xmlns:p="urn:p" xmlns:i="urn:iso:h">{inside}</r>'.encode()
    found = parts(data, chunk, careful=True)
    canonical = [
        etree.tostring(etree.fromstring(part.start + content), method="c14n")
        for part, content in found
        if part.supported
    ]
    assert canonical == oracle(etree.fromstring(data))
