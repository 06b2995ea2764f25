"""A signature at the end of Document is set aside and said; any other is refused as the schema has it."""

import re
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

import wissel
from tests.xml.messages import header, pacs008
from wissel.catalog.definitions import Catalog, bundled_folder
from wissel.core.finding import Severity, Stage
from wissel.core.limits import Limits
from wissel.validation.report import Report, Verdict
from wissel.validation.validate import Options, validate
from wissel.xml.parts import set_aside
from wissel.xml.sources import encoding
from wissel.xml.sources.source import Source

CATALOG = Catalog(bundled_folder())
DSIG = "http://www.w3.org/2000/09/xmldsig#"
INSIDE = "<ds:SignedInfo><ds:Reference URI=''/></ds:SignedInfo><ds:SignatureValue>AA==</ds:SignatureValue>"
SIGNATURE = f'<ds:Signature xmlns:ds="{DSIG}">{INSIDE}</ds:Signature>'
PLAIN = f'<Signature xmlns="{DSIG}">{INSIDE.replace("ds:", "")}</Signature>'
NOTE = "SIGNATURE-SET-ASIDE"
UNKNOWN = "ELEMENT-UNEXPECTED"


def report(data: str | bytes, guideline: str = "schema", **limits: int) -> Report:
    raw = data.encode() if isinstance(data, str) else data
    return validate(Source.from_bytes(raw), Options(date(2026, 11, 23), guideline, Limits(**limits)), CATALOG)


def codes(found: Report) -> list[str]:
    return [finding.code for finding in found.all_findings]


def ended(end: str, text: str = "", count: int = 2) -> str:
    """A message with something before its last end tag."""
    before, close, after = (text or pacs008(count)).rpartition("</Document>")
    return before + end + close + after


@pytest.mark.parametrize(
    "end",
    [
        SIGNATURE,
        PLAIN,
        f"\n  {SIGNATURE}\n\t",
        f"<!-- signed by hand -->{SIGNATURE}",
        f"<?note signed?>{SIGNATURE}",
        SIGNATURE.replace("</ds:Signature>", "</ds:Signature \n>"),
        f"<ds:Signature xmlns:ds='{DSIG}'/>",
        SIGNATURE.replace("</ds:SignedInfo>", f"</ds:SignedInfo><ds:Object>{SIGNATURE}</ds:Object>"),
        SIGNATURE.replace(
            "</ds:SignedInfo>", f"</ds:SignedInfo><ds:Object>{pacs008(1, declaration=False)}</ds:Object>"
        ),
        SIGNATURE.replace("<ds:SignedInfo>", "<ds:SignedInfo Id='a&gt;b>c'>"),
    ],
)
def test_it_is_set_aside_and_said(end: str) -> None:
    text = ended(end)
    found = report(text)
    assert (found.verdict, codes(found)) == (Verdict.VALID, [NOTE])
    (note,) = found.all_findings
    assert (note.severity, note.stage, note.path) == (Severity.INFO, Stage.SIGNATURE, "/Document/Signature")
    before = text[: text.index("<ds:Signature" if "<ds:Signature" in text else "<Signature")]
    assert (note.line, note.column) == (before.count("\n") + 1, len(before) - before.rfind("\n"))
    assert "wissel verify" in (note.hint or "")
    assert found.messages[0].transactions == 2


@pytest.mark.parametrize(
    ("end", "expected"),
    [
        (SIGNATURE * 2, [UNKNOWN, NOTE]),
        (SIGNATURE + PLAIN, [UNKNOWN, NOTE]),
        (SIGNATURE * 3, [UNKNOWN, UNKNOWN, NOTE]),
        (f"{SIGNATURE}<x/>", [UNKNOWN, UNKNOWN]),
        (f"<x/>{SIGNATURE}", [UNKNOWN, NOTE]),
        (f"{SIGNATURE}<!-- after -->", [UNKNOWN]),
        (f"{SIGNATURE}<?after?>", [UNKNOWN]),
        (f"{SIGNATURE}text", [UNKNOWN, "TEXT-UNEXPECTED"]),
        (f"text{SIGNATURE}", ["TEXT-UNEXPECTED", NOTE]),
        (SIGNATURE.replace(DSIG, DSIG + "x"), [UNKNOWN]),
        (SIGNATURE.replace(DSIG, "http://www.w3.org/2009/xmldsig11#"), [UNKNOWN]),
        (PLAIN.replace(DSIG, DSIG.upper()), [UNKNOWN]),
        ("<Signature/>", [UNKNOWN]),
        (SIGNATURE.replace("ds:Signature>", "ds:Signatur>").replace("<ds:Signature ", "<ds:Signatur "), [UNKNOWN]),
        (SIGNATURE.replace("ds:Signature>", "ds:signature>").replace("<ds:Signature ", "<ds:signature "), [UNKNOWN]),
        (f"<x>{SIGNATURE}</x>", [UNKNOWN]),
        (SIGNATURE.replace("<ds:SignedInfo>", "<ds:SignedInfo><!-- <ds:Signature> -->"), [UNKNOWN]),
        (SIGNATURE.replace("<ds:SignedInfo>", "<ds:SignedInfo>" + "<x>" * 40 + "</x>" * 40), [UNKNOWN]),
    ],
)  # fmt: skip
def test_nothing_else_is(end: str, expected: list[str]) -> None:
    found = report(ended(end))
    assert codes(found) == expected
    assert found.verdict is (Verdict.INVALID if UNKNOWN in expected or "TEXT-UNEXPECTED" in expected else Verdict.VALID)


def test_one_that_stands_elsewhere_is_refused() -> None:
    first = pacs008(2).replace("<FIToFICstmrCdtTrf>", f"{SIGNATURE}<FIToFICstmrCdtTrf>")
    assert codes(report(first)) == [UNKNOWN]
    inside = pacs008(2).replace("</FIToFICstmrCdtTrf>", f"{SIGNATURE}</FIToFICstmrCdtTrf>")
    assert codes(report(inside)) == [UNKNOWN]
    transaction = pacs008(2).replace("<PmtId>", f"{SIGNATURE}<PmtId>", 1)
    assert codes(report(transaction)) == [UNKNOWN]
    assert codes(report(ended(SIGNATURE, first))) == [UNKNOWN, NOTE]


def test_one_in_place_of_the_message_is_refused() -> None:
    empty = pacs008(1)
    start, end = empty.index("<FIToFICstmrCdtTrf>"), empty.index("</FIToFICstmrCdtTrf>") + len("</FIToFICstmrCdtTrf>")
    found = report(empty[:start] + SIGNATURE + empty[end:])
    assert found.verdict is Verdict.INVALID
    assert codes(found) == ["ELEMENT-MISSING", NOTE]


def test_prefixes_declared_around_the_document() -> None:
    bare = SIGNATURE.replace(f' xmlns:ds="{DSIG}"', "")
    assert codes(report(ended(bare, pacs008(1).replace("<Document ", f'<Document xmlns:ds="{DSIG}" ')))) == [NOTE]
    body = ended(bare, pacs008(1, declaration=False))
    assert codes(report(f'<Env xmlns:ds="{DSIG}">{header()}{body}</Env>')) == [NOTE]
    assert codes(report(f'<Env xmlns:ds="urn:other">{header()}{body}</Env>')) == [UNKNOWN]
    undeclared = report(f"<Env>{header()}{body}</Env>")
    assert (undeclared.verdict, codes(undeclared)) == (Verdict.UNREADABLE, ["PREFIX-UNDECLARED"])


def test_a_document_with_a_prefix() -> None:
    text = re.sub(r"<(/?)(?=[A-Z])", r"<\1q:", pacs008(3)).replace("xmlns=", "xmlns:q=")
    found = report(text.replace("</q:Document>", f"{PLAIN}</q:Document>"))
    assert (found.verdict, codes(found), found.messages[0].transactions) == (Verdict.VALID, [NOTE], 3)
    none = PLAIN.replace(f' xmlns="{DSIG}"', "")
    found = report(text.replace("</q:Document>", f"{none}</q:Document>"))
    assert codes(found) == [UNKNOWN]


@pytest.mark.parametrize("codec", ["utf-8-sig", "utf-16", "iso-8859-1", "utf-32"])
def test_every_encoding(codec: str) -> None:
    name = {"utf-8-sig": "utf-8"}.get(codec, codec)
    text = ended(f"\r\n{SIGNATURE}", pacs008(2).replace("Birke GmbH", "Bürke"))
    found = report(text.replace('encoding="UTF-8"', f'encoding="{name}"').encode(codec))
    assert (found.verdict, codes(found)) == (Verdict.VALID, [NOTE])
    assert found.all_findings[0].line == text[: text.index("<ds:Sig")].count("\n") + 1


def test_what_is_wrong_before_it_keeps_its_place() -> None:
    wrong = pacs008(9).replace("<ChrgBr>SLEV</ChrgBr>", "<ChrgBr>SOME</ChrgBr>")
    assert wrong.count("SOME") > 1
    plain, signed = report(wrong, "iso"), report(ended(SIGNATURE, wrong), "iso")
    places = [(f.code, f.line, f.column, f.path, f.excerpt) for f in plain.all_findings]
    assert [(f.code, f.line, f.column, f.path, f.excerpt) for f in signed.all_findings if f.code != NOTE] == places
    assert codes(signed).count(NOTE) == 1
    assert signed.verdict is Verdict.INVALID
    on_one_line = "".join(line.strip() for line in wrong.splitlines())
    plain, signed = report(on_one_line), report(ended(SIGNATURE, on_one_line))
    assert [(f.line, f.column) for f in signed.all_findings][:-1] == [(f.line, f.column) for f in plain.all_findings]
    assert signed.all_findings[-1].column == on_one_line.index("</Document>") + 1


def test_messages_one_by_one() -> None:
    signed, plain = ended(SIGNATURE, pacs008(1, declaration=False)), pacs008(1, declaration=False)
    twice = ended(SIGNATURE * 2, pacs008(1, declaration=False))
    found = report(f"<E>{signed}{plain}{twice}{header()}{signed}</E>")
    assert [[f.code for f in message.findings] for message in found.messages] == [[NOTE], [], [UNKNOWN, NOTE], [NOTE]]
    assert [message.verdict.value for message in found.messages] == ["valid", "valid", "invalid", "valid"]
    assert sorted(codes(report(f"{signed}\n{signed}"))) == ["ROOTS-SEVERAL", NOTE, NOTE]


def test_one_in_the_wrapper_is_no_part_of_a_message() -> None:
    body = pacs008(2, declaration=False)
    for text in (f"<E>{body}{SIGNATURE}</E>", f"<E>{SIGNATURE}{body}</E>", f"<E>{header()}{body}{SIGNATURE * 2}</E>"):
        assert (report(text).verdict, codes(report(text))) == (Verdict.VALID, [])
    holding = SIGNATURE.replace("</ds:SignedInfo>", f"</ds:SignedInfo><ds:Object>{body}</ds:Object>")
    assert len(report(f"<E>{body}{holding}</E>").messages) == 2


def test_the_note_counts_like_any_other_finding() -> None:
    signed = ended(SIGNATURE, pacs008(1, declaration=False))
    found = report(f"<E>{signed * 5}</E>", findings_max=3)
    assert sorted(codes(found)) == ["FINDINGS-CAPPED", NOTE, NOTE, NOTE]
    assert found.verdict is Verdict.VALID
    assert "2 more findings" in next(f.message for f in found.all_findings if f.code == "FINDINGS-CAPPED")


def test_nothing_in_it_counts_as_a_value_of_the_message() -> None:
    smuggled = "<GrpHdr><NbOfTxs>9</NbOfTxs></GrpHdr><CdtTrfTxInf><ChrgBr>EVIL</ChrgBr></CdtTrfTxInf>"
    text = ended(SIGNATURE.replace("<ds:SignedInfo>", smuggled + "<ds:SignedInfo>"))
    plain, signed = (wissel.read(data.encode()).messages[0] for data in (pacs008(2), text))
    values = [[(block.kind, block.number, block.texts) for block in one.blocks()] for one in (plain, signed)]
    assert values[0] == values[1]
    assert [code for code in codes(report(text, "iso")) if code != NOTE] == codes(report(pacs008(2), "iso"))
    assert report(text, "iso").messages[0].transactions == 2


def test_large_parts_in_small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    """The end of a part is held back, wherever the pieces end."""
    monkeypatch.setattr(set_aside, "SIGNATURE_BYTES_MAX", 600)
    text = ended(f"\n{SIGNATURE}\n", count=20)
    assert (report(text).verdict, codes(report(text))) == (Verdict.VALID, [NOTE])
    monkeypatch.undo()
    large = ended(SIGNATURE.replace("AA==", "AAAA" * 200_000), count=2)
    assert len(large) > 8 * encoding.CHUNK_BYTES
    assert codes(report(large)) == [NOTE]
    assert codes(report(ended(SIGNATURE.replace("AA==", "AAAA" * 400_000), count=2))) == [UNKNOWN]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from([SIGNATURE, PLAIN, "<x/>", "<!-- c -->", "t", " ", "<![CDATA[<ds:Signature>]]>",
                                 "<!-- <ds:Signature> -->", "</ds:Signature>", f'<ds:Signature xmlns:ds="{DSIG}">']), max_size=5))  # fmt: skip
def test_whatever_stands_there_gets_a_true_report(pieces: list[str]) -> None:
    text = ended("".join(pieces))
    found = report(text)
    try:
        tree = etree.fromstring(text.encode())
    except etree.XMLSyntaxError:
        assert found.verdict is Verdict.UNREADABLE
        return
    children = [child for child in tree if isinstance(child.tag, str)]
    texts = "".join(tree.xpath("text()"))
    last = tree[-1]
    allowed = last.tag == f"{{{DSIG}}}Signature" and not (last.tail or "").strip()
    honest = (len(children) == 1 or (len(children) == 2 and allowed)) and not texts.strip()
    # tags in comments and sections are not told from others: such a signature may be refused, others never accepted
    doubtful = "<!-- <ds:" in text or "CDATA" in text or bool(tree.xpath("*[2]//comment()"))
    assert found.verdict is (Verdict.VALID if honest else Verdict.INVALID) or (honest and doubtful)
    assert codes(found).count(NOTE) <= 1
