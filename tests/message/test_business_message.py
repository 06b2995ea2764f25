"""Reading messages: which there are in a file of any shape, and that their blocks lose and invent no value."""

from collections import Counter
from datetime import date
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

import wissel
from tests.xml.messages import HEAD, PACS, header, pacs008
from wissel.catalog.definitions import Catalog, bundled_folder
from wissel.core.limits import Limits
from wissel.message.business_message import BusinessMessage, read_messages
from wissel.message.inventory import take_inventory
from wissel.validation.report import Verdict
from wissel.validation.validate import Options, validate
from wissel.xml.sources.source import Source, expand
from wissel.xml.writing.generate import full, random_message, transaction_path
from wissel.xml.writing.writer import write

CATALOG = Catalog(bundled_folder())
BODY = pacs008(2, declaration=False)


def read(data: bytes | str) -> wissel.Reading:
    return wissel.read(data.encode() if isinstance(data, str) else data)


def counted(message: BusinessMessage) -> list[tuple[str, int]]:
    return [(block.kind, block.number) for block in message.blocks()]


@pytest.mark.parametrize(
    ("data", "messages"),
    [
        (BODY, [("pacs.008.001.08", None, ())]),
        (f"<Env>{header()}{BODY}</Env>", [("pacs.008.001.08", "head.001.001.02", ("Env",))]),
        (f"<a:Env xmlns:a='urn:a'><H>{header()}</H><D>{BODY}</D></a:Env>", [("pacs.008.001.08", "head.001.001.02", ("Env",))]),
        (f"{header()}\n{BODY}", [("pacs.008.001.08", "head.001.001.02", ())]),
        (f"<?xml version='1.0'?>{header()}<?xml version='1.0'?>{BODY}", [("pacs.008.001.08", "head.001.001.02", ())]),
        (f"<E>{BODY}{header()}{BODY}{header()}</E>", [
            ("pacs.008.001.08", None, ("E",)), ("pacs.008.001.08", "head.001.001.02", ("E",)), (None, "head.001.001.02", ("E",)),
        ]),
        (f"<Document xmlns='urn:wrapper'><x>{BODY}</x></Document>", [("pacs.008.001.08", None, ("Document", "x"))]),
        (f"<Document>{header()}{BODY}</Document>", [("pacs.008.001.08", "head.001.001.02", ("Document",))]),
        ("<Document><Msg><A>1</A></Msg></Document>", [(None, None, ())]),
        ("<root/>", []),
    ],
)  # fmt: skip
def test_messages_of_a_file(data: str, messages: list[tuple[str | None, str | None, tuple[str, ...]]]) -> None:
    reading = read(data)
    assert reading.refused is None
    assert [(m.definition, m.header_definition, m.envelope) for m in reading.messages] == messages
    assert all(message.complete for message in reading.messages)
    for message in reading.messages:
        if message.definition is not None:
            assert counted(message) == [("transaction", 1), ("transaction", 2), ("message", 1)]
        if message.header_definition is not None:
            head = message.header()
            assert head is not None
            assert head.text("BizMsgIdr") == "B-1"
            assert head.path == "/AppHdr"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-be", "iso-8859-1", "utf-32"])
def test_places_are_those_of_the_decoded_text(encoding: str) -> None:
    name = {"utf-8-sig": "utf-8"}.get(encoding, encoding)
    text = pacs008(2).replace("Birke GmbH", "Bürke & Söhne".replace("&", "&amp;")).replace("UTF-8", name)
    message = read(text.encode(encoding)).messages[0]
    second = list(message.blocks())[1]
    found = second.values["Cdtr/Nm"][0]
    lines = text.split("\n")
    line = max(number for number, line in enumerate(lines, 1) if "Bürke" in line)
    assert (found.text, found.line, found.column) == ("Bürke & Söhne", line, lines[line - 1].index("Bürke") + 1)
    currency = second.values["IntrBkSttlmAmt/@Ccy"][0]
    assert lines[currency.line - 1][currency.column - 1 :].startswith('EUR">10.00')


def test_a_prefixed_document_in_a_wrapper_and_behind_a_header_has_the_same_values_and_right_places() -> None:
    body = BODY.replace("<", "<p:").replace("<p:/", "</p:").replace('xmlns="', 'xmlns:p="')
    message = read(f"<E>\n {header()}\n  {body}</E>").messages[0]
    plain = list(read(BODY).messages[0].blocks())
    assert [block.shape.paths for block in message.blocks()] == [block.shape.paths for block in plain]
    assert [list(block.texts) for block in message.blocks()] == [list(block.texts) for block in plain]
    assert [block.path for block in message.blocks()] == [block.path for block in plain]
    first, first_plain = next(message.blocks()).values["ChrgBr"][0], plain[0].values["ChrgBr"][0]
    assert (first.line, first.column) == (first_plain.line + 2, first_plain.column + 2)


def test_parts_can_be_had_as_documents_of_their_own() -> None:
    text = f"<e:E xmlns:e='urn:e' xmlns:p='{PACS}'>{header()}<p:Document><p:X a='ü'/></p:Document ></e:E>"
    message = read(text).messages[0]
    document, head = message.document_xml(10_000), message.header_xml(10_000)
    assert document is not None
    assert head is not None
    tree = etree.fromstring(document)
    assert (tree.tag, tree[0].tag, tree[0].get("a")) == (f"{{{PACS}}}Document", f"{{{PACS}}}X", "ü")
    assert etree.fromstring(head).tag == f"{{{HEAD}}}AppHdr"
    assert message.sizes_bytes[1] == len("<p:Document><p:X a='ü'/></p:Document >".encode())
    assert message.document_xml(10) is None


@pytest.mark.parametrize("cut", [100, 500, 1310, 1400])
def test_a_file_that_breaks_off_gives_what_it_has(cut: int) -> None:
    reading = read(BODY[:cut])
    assert reading.refused is not None
    assert reading.refused.code == "XML-TRUNCATED"
    message = reading.messages[0]
    assert not message.complete
    assert message.sizes_bytes == (None, 0)
    assert message.document_xml(10_000) is None
    *transactions, last = message.blocks()
    assert len(transactions) == BODY[:cut].count("</CdtTrfTxInf>")
    assert last.kind == "message"
    assert last.text("GrpHdr/MsgId") == ("MSG-1" if cut > 200 else None)


def leaves(document: bytes) -> Counter[tuple[str, str]]:
    """Path without indices and text of every leaf element and attribute, by lxml."""
    found: Counter[tuple[str, str]] = Counter()
    root = etree.fromstring(document)
    for element in root.iter(etree.Element):
        above = [etree.QName(one).localname for one in [*reversed(list(element.iterancestors())), element]]
        path = "/".join(above)
        for name, text in element.attrib.items():
            found[f"{path}/@{name}", text] += 1
        if not len(element):
            found[path, element.text or ""] += 1
    return found


def from_blocks(message: BusinessMessage) -> Counter[tuple[str, str]]:
    """The same, put together from blocks."""
    found: Counter[tuple[str, str]] = Counter()
    for block in message.blocks():
        around = [block.below] if block.kind != "message" else []
        top = "Document/" + next(iter(roots(message)))
        for plain, text in zip(block.shape.plain, block.texts, strict=True):
            found["/".join([top, *around, *([plain] if plain else [])]), text] += 1
    return found


def roots(message: BusinessMessage) -> tuple[str, ...]:
    assert message.definition is not None
    return (CATALOG.tree(message.definition).message_element.tag,)


# families with nested groups, groups beside transactions, transactions at two places, and none at all
DEFINITIONS = [
    "pacs.008.001.08", "pain.001.001.09", "pain.002.001.10", "pacs.002.001.12", "camt.029.001.09", "camt.053.001.08",
    "camt.086.001.02", "pacs.028.001.03", "camt.056.001.08", "admi.007.001.01", "acmt.023.001.03", "pacs.029.001.02",
]  # fmt: skip


@pytest.mark.parametrize("definition", DEFINITIONS)
@settings(max_examples=12)
@given(seed=st.integers(0, 1 << 30))
def test_blocks_hold_exactly_the_values_that_lxml_sees(definition: str, seed: int) -> None:
    tree, rng = CATALOG.tree(definition), Random(seed)
    probability = rng.choice((0.1, 0.3, 0.6))
    prefix = rng.choice((None, "x"))
    document = write(
        tree, random_message(tree, rng, probability, values_max=300), pretty=rng.random() < 0.5, prefix=prefix
    )
    message = read(document).messages[0]
    assert from_blocks(message) == leaves(document)


@pytest.mark.parametrize("definition", ["pacs.008.001.08", "pain.001.001.09", "camt.053.001.08"])
def test_many_alike_transactions_keep_their_own_values(definition: str) -> None:
    tree = CATALOG.tree(definition)
    assert transaction_path(tree) is not None
    document = write(tree, full(tree, Random(5), transactions=40))
    message = read(document).messages[0]
    assert from_blocks(message) == leaves(document)
    numbers = [block.number for block in message.blocks() if block.kind == "transaction"]
    assert numbers == list(range(1, 41))


def test_reading_validating_and_sniffing_see_the_same_messages(shared: Path, root: Path) -> None:
    options, limits = Options(date(2026, 11, 23), guideline="schema"), Limits()
    differences, files = [], 0
    folders = [str(shared / "samples" / "files"), str(root / "samples")]
    for source in expand(folders, limits=limits):
        if not isinstance(source, Source):
            continue
        files += 1
        report, reading = validate(source, options, CATALOG), read_messages(source, limits)
        # validation reports on a business file header as on a message; it is an envelope to all others
        reports = [message for message in report.messages if not (message.definition or "").startswith("head.002")]
        seen = [(m.definition, m.header_definition, "/".join(m.envelope) or None) for m in reading.messages]
        if seen != [(m.definition, m.header, m.envelope) for m in reports]:
            differences.append(f"{source.name}: read {seen}")
        if take_inventory(source, limits).messages != len(reports):
            differences.append(f"{source.name}: sniffed otherwise")
        for said, message in zip(reports, reading.messages, strict=False):
            blocks = sum(block.kind == "transaction" for block in message.blocks())
            if said.verdict is Verdict.VALID and said.transactions != blocks:
                differences.append(f"{source.name}: {said.transactions} transactions, {blocks} blocks")
    assert files > 1_000
    assert differences == []
