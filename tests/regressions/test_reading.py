"""Faults once found by attacking the reading of files: each test fails without its mend."""

import gzip
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.libxml2_verdict import verdict as libxml2_verdict
from tests.xml.messages import HEAD, PACS, header, pacs008
from wissel.catalog.definitions import default_catalog
from wissel.core.limits import Limits
from wissel.validation.report import Report, Verdict
from wissel.validation.validate import Options, validate
from wissel.xml.blocks.block_reader import BlockReader
from wissel.xml.lexer import Lexer
from wissel.xml.parts.cursor import Cursor
from wissel.xml.parts.segment import Segmenter
from wissel.xml.place import Place
from wissel.xml.sources.source import Source, expand

DOCUMENT = pacs008(1)[pacs008(1).index("<Document") :].strip()
SAMPLES = Path(__file__).resolve().parents[2] / "samples" / "valid"
WRONG = DOCUMENT.replace("SLEV", "slev")


def report(text: str | bytes, guideline: str = "schema", **limits: Any) -> Report:
    data = text if isinstance(text, bytes) else text.encode()
    options = Options(date(2026, 11, 23), guideline, Limits(**limits))
    return validate(Source.from_bytes(data), options, default_catalog())


@pytest.mark.parametrize("where", ["before", "after", "between"])
@pytest.mark.parametrize(
    "between",
    [b"<!-- a -- b -->", b"\x0b", b"\x0c", b"<!-- \xff -->", b"<!-- \0 -->", b"<?xml?>", b"<? a?>", b"<?a\x01?>", b"<?a:b?>"],
)  # fmt: skip
def test_what_stands_around_a_document_is_well_formed_too(between: bytes, where: str) -> None:
    one = DOCUMENT.encode()
    data = {"before": between + one, "after": one + between, "between": one + between + one}[where]
    assert libxml2_verdict(data)[0] == "unreadable"
    assert report(data).verdict is Verdict.UNREADABLE


def test_a_long_comment_after_a_document_is_read_across_chunks() -> None:
    for kind in ("<!-- a long comment -->", "<?a long instruction ?>"):
        text = DOCUMENT + "\n" * (65_536 - len(DOCUMENT.encode()) - 15) + kind + "\n"
        assert report(text).verdict is Verdict.VALID
        assert [f.code for f in report(text.rstrip()[:-2]).all_findings] == ["XML-TRUNCATED"]


@pytest.mark.parametrize("between", ["", " " * 70_000])
@pytest.mark.parametrize(
    "look_alike",
    ["<!-- <Document isn't -->", '<!-- <AppHdr 3" -->', "<![CDATA[ <Document isn't ]]>", "<?x <Document isn't ?>"],
)
def test_a_quote_in_a_comment_hides_no_message(look_alike: str, between: str) -> None:
    text = f"<Envelope>{DOCUMENT}{look_alike}{between}{WRONG}</Envelope>"
    assert [m.verdict for m in report(text).messages] == [Verdict.VALID, Verdict.INVALID]


def test_a_message_whose_start_tag_is_too_long_is_not_passed_over() -> None:
    for part in ("Document", "AppHdr"):
        text = f"<Envelope>{DOCUMENT}<{part} a='{'x' * 200_000}'/></Envelope>"
        assert [f.code for f in report(text).all_findings] == ["LIMIT-TEXT"]


@pytest.mark.parametrize(
    "data", [b"<a>" + b"<a></a>" * 9000 + b"</a>", b"<a/>" * 9000, b"<?a?><!-- " + b"<b> " * 9000 + b"--><a/>"]
)
def test_no_byte_is_searched_for_messages_twice(data: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    searched = 0

    class Counting:
        def search(self, window: bytes, start: int) -> None:
            nonlocal searched
            searched += len(window) - start

    monkeypatch.setattr("wissel.xml.parts.segment._CANDIDATE", Counting())
    assert list(Segmenter(lambda _: True, Limits()).segments([data])) == []
    assert searched < 2 * len(data)


def transactions(text: str) -> list[int]:
    found = report(text)
    assert found.verdict is Verdict.VALID, found.all_findings
    return [message.transactions for message in found.messages]


def test_transactions_written_with_a_second_prefix_are_counted() -> None:
    prefixed = DOCUMENT.replace("<CdtTrfTxInf>", "<p:CdtTrfTxInf>").replace("</CdtTrfTxInf>", "</p:CdtTrfTxInf>")
    assert transactions(f'<Envelope xmlns:p="{PACS}">{prefixed}</Envelope>') == [1]
    assert transactions(prefixed.replace("<Document ", f'<Document xmlns:p="{PACS}" ', 1)) == [1]


@pytest.mark.parametrize(
    "comment", ["<!-- <NtryDtls> -->", "<!-- <Ntry> <Ntry/> <Ntry -->", "<?x <NtryX> <Ntry> ?>", "<!-- <Ntry-->"]
)
def test_what_looks_like_a_transaction_in_a_comment_is_not_counted(comment: str) -> None:
    text = (SAMPLES / "camt.053.001.08.xml").read_text()
    assert transactions(text.replace("<GrpHdr>", f"{comment}<GrpHdr>")) == transactions(text) == [2]


def test_look_alikes_in_a_comment_read_in_pieces_are_not_counted() -> None:
    for padding in range(65_480, 65_540, 3):
        comment = f"<!-- </Document> {'y' * padding}{'<CdtTrfTxInf>' * 8} -->"
        assert transactions(DOCUMENT.replace("<GrpHdr>", f"{comment}<GrpHdr>")) == [1]


@pytest.mark.parametrize("around", [("<!--", "-->"), ("<?x ", "?>")])
def test_end_tags_in_comments_are_not_counted_among_transactions_passed_over(around: tuple[str, str]) -> None:
    text = pacs008(20).replace("<MsgId>", "<MsgId><![CDATA[]]>", 1)
    assert transactions(text) == [20]
    trick = f"<PmtId>{around[0]} </CdtTrfTxInf><CdtTrfTxInf> {around[1]}"
    assert transactions(text.replace("<PmtId>", trick)) == [20]


def test_what_is_wrong_beyond_the_cap_counts_for_the_verdict() -> None:
    text = f"<Envelope>{WRONG}{WRONG}{DOCUMENT}</Envelope>"
    for cap in (0, 1):
        verdicts = [message.verdict for message in report(text, findings_max=cap).messages]
        assert verdicts == [Verdict.INVALID, Verdict.INVALID, Verdict.VALID]
        assert report(WRONG, findings_max=cap).verdict is Verdict.INVALID


def test_what_a_rule_finds_beyond_the_cap_counts_for_the_verdict() -> None:
    miscounted = DOCUMENT.replace("<NbOfTxs>1<", "<NbOfTxs>7<")
    found = report(f"<Envelope>{WRONG}{miscounted}</Envelope>", guideline="iso", findings_max=1)
    assert [(m.verdict, len(m.findings)) for m in found.messages] == [(Verdict.INVALID, 1), (Verdict.INVALID, 0)]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
@pytest.mark.parametrize("size", [1, 2, 3, 7])
def test_a_stream_may_give_few_bytes_at_a_time(encoding: str, size: int, tmp_path: Path) -> None:
    data = pacs008(2).replace('encoding="UTF-8"', "").encode(encoding)
    pieces = [data[at : at + size] for at in range(0, 40, size)]
    path = tmp_path / "a.xml.gz"
    path.write_bytes(b"".join(map(gzip.compress, [*pieces, data[len(pieces) * size :]])))
    (source,) = expand([path])
    assert isinstance(source, Source)
    found = validate(source, Options(date(2026, 11, 23), "schema"), default_catalog())
    assert [(message.verdict, message.transactions) for message in found.messages] == [(Verdict.VALID, 2)]


EXCHANGE = (
    '<x:Xchg xmlns:x="urn:iso:std:iso:20022:tech:xsd:head.002.001.01"><x:PyldDesc><x:PyldData>'
    "<x:PyldIdr>E-1</x:PyldIdr><x:CreDtAndTm>2026-11-23T10:00:00Z</x:CreDtAndTm><x:PssblDplctFlg>maybe</x:PssblDplctFlg>"
    "</x:PyldData><x:ApplSpcfcs><x:TtlNbOfDocs>1</x:TtlNbOfDocs></x:ApplSpcfcs><x:PyldTp>t</x:PyldTp><x:MnfstData>"
    f"<x:DocTp>p</x:DocTp><x:NbOfDocs>1</x:NbOfDocs></x:MnfstData></x:PyldDesc><x:Pyld>{DOCUMENT}</x:Pyld></x:Xchg>"
)


@pytest.mark.parametrize("before", ["", "<!-- <x:Xchg -->", "<?Xchg <Xchg ?>", f"<!-- {'long ' * 20_000}-->"])
def test_a_file_header_is_found_behind_a_comment(before: str) -> None:
    found = report(before + EXCHANGE)
    assert [message.verdict for message in found.messages] == [Verdict.INVALID, Verdict.VALID]
    (finding,) = found.all_findings
    assert (finding.path, finding.line) == ("/Xchg/PyldDesc/PyldData/PssblDplctFlg", 1)
    assert finding.column == (before + EXCHANGE).index("maybe") + 1


def test_each_of_several_file_headers_is_checked() -> None:
    lines = EXCHANGE.count("\n") + 1
    found = report(f"{EXCHANGE.replace('maybe', 'true')}\n{EXCHANGE}\n{EXCHANGE}")
    assert [message.verdict for message in found.messages] == [
        *[Verdict.VALID] * 2,
        *[Verdict.INVALID, Verdict.VALID] * 2,
    ]
    assert [finding.line for finding in found.all_findings if finding.path] == [lines + 1, 2 * lines + 1]


def test_a_file_header_nested_too_deep_is_refused() -> None:
    deep = EXCHANGE.replace("<x:PyldTp>", "<x:a>" * 30 + "</x:a>" * 30 + "<x:PyldTp>")
    assert "LIMIT-DEPTH" in [finding.code for finding in report(deep, depth_max=20).all_findings]


@pytest.mark.parametrize("before", ["", "<x/>" * 60, DOCUMENT, header() + DOCUMENT])
@pytest.mark.parametrize("payload", ["<Foo/>", f'<Foo xmlns="{HEAD}"/>', '<p:Foo xmlns:p="urn:p"/>'])
def test_what_stands_in_place_of_a_document_is_never_passed_over(before: str, payload: str) -> None:
    found = report(f"<Envelope>{before}{header()}{payload}</Envelope>")
    last = found.messages[-1]
    assert (last.verdict, [finding.value for finding in last.findings]) == (Verdict.UNSUPPORTED, [payload[1:-2].split()[0].split(":")[-1]])  # fmt: skip


def test_a_payload_may_be_the_next_root() -> None:
    assert report(header() + "<Foo/>").verdict is Verdict.UNSUPPORTED
    assert [m.verdict for m in report(header() + header() + DOCUMENT).messages] == [Verdict.VALID, Verdict.VALID]


def test_a_message_without_schema_is_no_wrapper_of_the_one_inside_it() -> None:
    inside = f"<SplmtryData><Envlp>{DOCUMENT}</Envlp></SplmtryData>"
    found = report(f'<Document xmlns="{PACS[:-2]}99">{inside}</Document>')
    assert [message.verdict for message in found.messages] == [Verdict.UNSUPPORTED, Verdict.VALID]
    assert [message.verdict for message in report(f"<Document>{inside}</Document>").messages] == [Verdict.VALID]


@pytest.mark.parametrize("filling", [" ", "é", "€"])
def test_columns_of_a_long_line_are_exact(filling: str) -> None:
    before = f"<Envelope>{DOCUMENT.replace(chr(10), '')}<a>{filling * 100_001}</a>"
    for wrong, shift in (("<x></y>", 3), ("<x>&foo;</x>", 3), ("<x>a & b</x>", 5)):
        (finding,) = report(f"{before}{wrong}</Envelope>").all_findings
        assert (finding.line, finding.column) == (1, len(before) + shift + 1)
        assert finding.excerpt is not None
        assert finding.excerpt[(finding.excerpt_column or 0) - 1 :].startswith(wrong[shift:])


@given(st.text("aé€😀\n", max_size=60), st.integers(1, 5), st.data())
def test_places_are_right_wherever_chunks_are_cut(text: str, size: int, data: st.DataObject) -> None:
    written = text.encode()
    offset = data.draw(st.integers(0, len(text)))
    place = Cursor(written[at : at + size] for at in range(0, len(written), size)).advance(len(text[:offset].encode()))
    assert (place.line, place.column) == (text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset))


def test_the_line_of_a_prefix_outside_messages_is_that_of_the_file() -> None:
    (finding,) = report(f"<Envelope>\n{DOCUMENT}\n<q:a/></Envelope>").all_findings
    assert (finding.code, finding.line) == ("PREFIX-UNDECLARED", DOCUMENT.count("\n") + 3)
    findings = report(f"{DOCUMENT}\n<Envelope>\n<q:a/></Envelope>").findings
    assert [(f.code, f.line) for f in findings] == [("PREFIX-UNDECLARED", None), ("ROOTS-SEVERAL", None)]


def test_the_meaning_of_an_unknown_element_is_guessed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    guessed = []
    monkeypatch.setattr("wissel.xml.explaining.explain.guess", lambda tag, *_: guessed.append(tag))
    found = report(DOCUMENT.replace("<GrpHdr>", "<Foo/><Bar/>" * 50 + "<GrpHdr>"))
    assert len(found.all_findings) == 100
    assert guessed == ["Foo", "Bar"]


@pytest.mark.parametrize("prefix", ["p", "é", "支"])
def test_a_wrong_message_is_explained_under_any_prefix_wherever_chunks_end(prefix: str) -> None:
    wrong = re.sub(r"<(/?)(\w)", rf"<\1{prefix}:\2", WRONG).replace("xmlns=", f"xmlns:{prefix}=")
    before = '<Envelope xmlns:a="urn:a" xmlns="urn:b">'
    for cut in range(8):
        text = f"{before}{' ' * (65_536 - len(before) - cut)}{wrong}</Envelope>"
        (finding,) = report(text).all_findings
        assert (finding.code, finding.line) == ("VALUE-NOT-IN-LIST", WRONG[: WRONG.index("slev")].count("\n") + 1)


def test_what_is_no_token_ends_the_reading_of_a_part_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("wissel.xml.lexer.TOKEN_BYTES_MAX", 10_000)
    for broken in (b"<a>< ", b"<a><!-- ", b"<a><![CDATA[ ", b"<a><? "):
        chunks = iter([broken, *[b"x" * 1000] * 1000])
        assert [said for kind, said, _ in Lexer(1, 1).tokens(chunks) if kind == "start"] == ["a"]
        assert len(list(chunks)) > 970


def test_a_group_of_nothing_but_transactions_has_no_value_of_its_own() -> None:
    group = f"<PmtInf>{'<CdtTrfTxInf><Amt>1</Amt></CdtTrfTxInf>' * 3}</PmtInf>".encode()
    data = b"<Document><M>" + group * 3 + b"</M></Document>"
    blocks = list(BlockReader(["PmtInf/CdtTrfTxInf"], ["PmtInf"]).blocks([data], Place(1, 1)))
    assert [block.shape.paths for block in blocks if block.kind == "group"] == [()] * 3
    assert [block.shape.paths for block in blocks if block.kind == "transaction"] == [("Amt",)] * 9
