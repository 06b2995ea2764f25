"""Inspecting whole files: encodings, shapes, limits, hostile input, places; nothing raises."""

import gzip
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.xml.messages import header, pacs008
from wissel.catalog.definitions import Catalog, bundled_folder
from wissel.core.limits import Limits
from wissel.validation.report import Report, Verdict
from wissel.validation.validate import Options, validate
from wissel.xml.sources.source import Source

CATALOG = Catalog(bundled_folder())


def report(data: bytes | str, **limits: int) -> Report:
    raw = data.encode() if isinstance(data, str) else data
    return validate(Source.from_bytes(raw), Options(date(2026, 11, 23), "schema", Limits(**limits)), CATALOG)


def codes(found: Report) -> list[str]:
    return [finding.code for finding in found.all_findings]


BODY = pacs008(3, declaration=False)


@pytest.mark.parametrize(
    ("data", "envelope", "header_definition", "messages"),
    [
        (BODY, None, None, 1),
        (f"<BizMsgEnvlp>{header()}{BODY}</BizMsgEnvlp>", "BizMsgEnvlp", "head.001.001.02", 1),
        (f"<a><Hdr>{header()}</Hdr><Doc>{BODY}</Doc></a>", "a", "head.001.001.02", 1),
        (f"<d:DataPDU xmlns:d='urn:swift'><d:Body>{header()}{BODY}</d:Body></d:DataPDU>", "DataPDU/Body", "head.001.001.02", 1),
        (f"{header()}\n{BODY}", None, "head.001.001.02", 1),
        (f"<?xml version='1.0'?>{header()}<?xml version='1.0'?>{BODY}", None, "head.001.001.02", 1),
        (f"<E>{header()}{BODY}{header()}{BODY}{BODY}</E>", "E", "head.001.001.02", 3),
    ],
)  # fmt: skip
def test_shapes(data: str, envelope: str | None, header_definition: str | None, messages: int) -> None:
    found = report(data)
    assert found.verdict is Verdict.VALID, found.all_findings
    assert [m.definition for m in found.messages] == ["pacs.008.001.08"] * messages
    assert found.messages[0].envelope == envelope
    assert found.messages[0].header == header_definition
    assert all(message.transactions == 3 for message in found.messages)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "iso-8859-1", "windows-1252", "utf-32"])
def test_encodings_give_the_same_findings_at_the_same_places(encoding: str) -> None:
    text = pacs008(2).replace("Birke GmbH", "Bürke " + "é" * 200)
    name = {"utf-8-sig": "utf-8"}.get(encoding, encoding)
    found = report(text.replace('encoding="UTF-8"', f'encoding="{name}"').encode(encoding))
    places = [(f.code, f.line, f.column, f.path) for f in found.all_findings]
    assert places == [(f.code, f.line, f.column, f.path) for f in report(text).all_findings]
    assert [code for code, *_ in places] == ["VALUE-TOO-LONG"] * 2


def test_prefixed_messages_are_counted_and_explained() -> None:
    text = BODY.replace("<", "<p:").replace("<p:/", "</p:").replace("xmlns=", "xmlns:p=")
    assert report(text).messages[0].transactions == 3
    found = report(text.replace("SLEV", "slev"))
    assert [f.path for f in found.all_findings] == [
        f"/Document/FIToFICstmrCdtTrf/CdtTrfTxInf[{n}]/ChrgBr" for n in (1, 2, 3)
    ]


@pytest.mark.parametrize(
    "inserted",
    ["<!-- <CdtTrfTxInf> -->", "<?p <CdtTrfTxInf>?>", "<!-- </Document> -->", "<!-- </CdtTrfTxInf> -->"],
)
def test_look_alikes_do_not_count(inserted: str) -> None:
    found = report(BODY.replace("<ChrgBr>", inserted + "<ChrgBr>", 1))
    assert (found.verdict, found.messages[0].transactions) == (Verdict.VALID, 3)


def test_cdata_and_foreign_content_do_not_count() -> None:
    supplementary = (
        "<SplmtryData><Envlp><x><CdtTrfTxInf/><![CDATA[<CdtTrfTxInf>]]><Document xmlns=''/></x></Envlp></SplmtryData>"
    )
    text = BODY.replace("Alder &amp; Sons", "<![CDATA[<CdtTrfTxInf>]]>")
    text = text.replace("    </CdtTrfTxInf>", supplementary + "    </CdtTrfTxInf>")
    found = report(text)
    assert (found.verdict, found.messages[0].transactions) == (Verdict.VALID, 3), found.all_findings


def test_deep_foreign_content_is_refused() -> None:
    deep = "<x>" * 300 + "</x>" * 300
    text = BODY.replace("</CdtTrfTxInf>", f"<SplmtryData><Envlp>{deep}</Envlp></SplmtryData></CdtTrfTxInf>", 1)
    found = report(text)
    assert codes(found) == ["LIMIT-DEPTH"]
    assert found.verdict is Verdict.UNREADABLE


@pytest.mark.parametrize(
    ("limits", "code"),
    [
        ({"file_bytes_max": 500}, "LIMIT-BYTES"),
        ({"depth_max": 5}, "LIMIT-DEPTH"),
        ({"elements_max": 20}, "LIMIT-ELEMENTS"),
        ({"messages_max": 1}, "LIMIT-MESSAGES"),
    ],
)
def test_limits(limits: dict[str, int], code: str) -> None:
    found = report(f"<E>{BODY}{BODY}{BODY}</E>", **limits)
    assert code in codes(found)
    assert found.verdict is Verdict.UNREADABLE


def test_a_value_beyond_the_parsers_limit_is_refused() -> None:
    found = report(BODY.replace("Birke GmbH", "x" * 10_100_000, 1))
    assert codes(found) == ["LIMIT-TEXT"]


BOMB = "<!DOCTYPE Document [<!ENTITY a 'xxxxxxxxxx'>" + "".join(
    f"<!ENTITY {chr(98 + n)} '{f'&{chr(97 + n)};' * 10}'>" for n in range(9)
)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-le", "iso-8859-1"])
@pytest.mark.parametrize("bomb", [BOMB + "]>", "<!DOCTYPE Document SYSTEM 'file:///etc/passwd'>", "<!DOCTYPE a [<!ENTITY a '" + "x" * 50_000 + "'>]>"])  # fmt: skip
def test_bombs_are_stopped_at_their_declaration(bomb: str, encoding: str) -> None:
    text = f'<?xml version="1.0" encoding="{encoding.removesuffix("-le")}"?>{bomb}{BODY.replace("Birke", "&j;")}'
    found = report(text.encode(encoding))
    assert codes(found) == ["DOCTYPE-REFUSED"]
    assert found.verdict is Verdict.UNREADABLE


def test_findings_beyond_the_limit_are_said_to_be_left_out() -> None:
    found = report(pacs008(30).replace("SLEV", "slev"), findings_max=7)
    assert codes(found) == ["FINDINGS-CAPPED", *["VALUE-NOT-IN-LIST"] * 7]
    assert "23 more" in found.findings[0].message


@pytest.mark.parametrize(
    ("data", "code", "line"),
    [
        (b"", "FILE-EMPTY", None),
        (b" \n ", "FILE-EMPTY", None),
        (b"\xef\xbb\xbf", "FILE-EMPTY", None),
        (b"{1:F01", "NOT-XML", 1),
        (pacs008().encode()[:400], "XML-TRUNCATED", pacs008()[:400].count("\n") + 1),
        (pacs008().replace("</PmtId>", "</PmtID>").encode(), "XML-NOT-WELL-FORMED", 16),
        (pacs008().replace("&amp;", "&").encode(), "XML-NOT-WELL-FORMED", 20),
        (pacs008().replace("Birke", "B\xfcrke").encode("latin-1"), "ENCODING-INVALID", 33),
        (pacs008().replace("<ChrgBr>", "<q:ChrgBr>").replace("</ChrgBr>", "</q:ChrgBr>").encode(), "PREFIX-UNDECLARED", 18),
        (pacs008().encode() + b"trailing", "XML-NOT-WELL-FORMED", pacs008().count("\n") + 1),
        (b"<a><b/></a>", "MESSAGE-MISSING", None),
        (pacs008().replace("pacs.008.001.08", "pacs.008.001.99").encode(), "NAMESPACE-UNKNOWN", 2),
        (pacs008().replace("urn:iso:std:iso:20022:tech:xsd:", "urn:other:").encode(), "NAMESPACE-NATIONAL", 2),
        (b"<Document/>", "NAMESPACE-MISSING", 1),
        (header().encode(), "DOCUMENT-MISSING", None),
    ],
)  # fmt: skip
def test_what_cannot_be_read_gets_one_clear_finding(data: bytes, code: str, line: int | None) -> None:
    found = report(data)
    assert codes(found) == [code], found.all_findings
    assert found.all_findings[0].line == line


EXCHANGE = (
    '<x:Xchg xmlns:x="urn:iso:std:iso:20022:tech:xsd:head.002.001.01">\n<x:PyldDesc>\n<x:PyldData><x:PyldIdr>E-1</x:PyldIdr>'
    "<x:CreDtAndTm>2026-11-23T10:00:00Z</x:CreDtAndTm><x:PssblDplctFlg>false</x:PssblDplctFlg></x:PyldData><x:ApplSpcfcs><x:TtlNbOfDocs>1</x:TtlNbOfDocs></x:ApplSpcfcs><x:PyldTp>t</x:PyldTp>"
    "<x:MnfstData><x:DocTp>p</x:DocTp><x:NbOfDocs>1</x:NbOfDocs></x:MnfstData></x:PyldDesc>\n"
    f"<x:Pyld>{BODY}</x:Pyld></x:Xchg>"
)


def test_a_business_file_header_is_checked_by_its_own_schema() -> None:
    found = report(EXCHANGE)
    assert [(m.definition, m.verdict, m.transactions) for m in found.messages] == [
        ("head.002.001.01", Verdict.VALID, 0),
        ("pacs.008.001.08", Verdict.VALID, 3),
    ]
    broken = report(EXCHANGE.replace("<x:PyldTp>t</x:PyldTp>", ""))
    assert [m.verdict for m in broken.messages] == [Verdict.INVALID, Verdict.VALID]
    assert [(f.code, f.path, f.line) for f in broken.all_findings] == [("ELEMENT-MISSING", "/Xchg/PyldDesc/PyldTp", 3)]


def test_lines_are_right_beyond_65535() -> None:
    text = pacs008(3000).replace("E2E-2950<", "E" * 36 + "<")
    (finding,) = report(text).all_findings
    assert finding.line is not None
    assert finding.line > 65_535
    assert text.split("\n")[finding.line - 1].strip().startswith("<EndToEndId>EEE")


def test_compressed_files_are_read(tmp_path: Path) -> None:
    path = tmp_path / "a.xml.gz"
    path.write_bytes(gzip.compress(pacs008(2).encode()))
    from wissel.xml.sources.source import expand

    (source,) = list(expand([path]))
    assert isinstance(source, Source)
    assert validate(source, Options(date(2026, 11, 23), "schema"), CATALOG).messages[0].transactions == 2


SEED = f"<E>{header()}{pacs008(2, declaration=False)}</E>".encode()


@settings(max_examples=600, deadline=None)
@given(st.integers(0, len(SEED) - 1), st.binary(min_size=0, max_size=3), st.integers(0, 4))
def test_a_changed_byte_never_raises_and_always_gets_a_verdict(at: int, new: bytes, removed: int) -> None:
    found = report(SEED[:at] + new + SEED[at + removed :])
    assert found.verdict in Verdict
    assert (found.verdict is Verdict.VALID) == (not [f for f in found.all_findings if f.severity == "error"])
    assert found.sha256 is not None


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_get_a_verdict(data: bytes) -> None:
    assert report(data).verdict in (Verdict.UNREADABLE, Verdict.UNSUPPORTED)
