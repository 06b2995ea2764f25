"""Explaining: faults by name, path and place; the same verdict as libxml2 on mutated documents of every kind."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from tests.xml.messages import pacs008
from wissel.catalog.blocks import transaction_tag
from wissel.catalog.definitions import Catalog, bundled_folder
from wissel.catalog.renames import other_names
from wissel.xml.explaining import explain
from wissel.xml.explaining.explain import Explainer, Explanation
from wissel.xml.parts.schema import compiled
from wissel.xml.place import Place
from wissel.xml.writing.generate import random_message
from wissel.xml.writing.writer import build

CATALOG = Catalog(bundled_folder())


def explained(
    document: bytes, definition: str = "pacs.008.001.08", findings_max: int = 1000, chunk: int = 997
) -> Explanation:
    tree = CATALOG.tree(definition)
    file = CATALOG.find(definition)
    assert file is not None
    transaction = transaction_tag(definition)
    above = f"/{tree.root.tag}/{tree.message_element.tag}"
    paths = frozenset(f"{above}/{path}" for path in transaction.paths) if transaction else frozenset()
    explainer = Explainer(tree, str(file.path), "test", paths, findings_max, 256, other_names)
    pieces = [document[i : i + chunk] for i in range(0, len(document), chunk)]
    return explainer.explain(pieces, Place(1, 1), {})


def found(document: str) -> list[tuple[str, str | None, int | None]]:
    return [(f.code, f.path, f.line) for f in explained(document.encode()).findings]


CREDIT_TRANSFER = "/Document/FIToFICstmrCdtTrf/CdtTrfTxInf[1]"
GROUP_HEADER = "/Document/FIToFICstmrCdtTrf/GrpHdr"


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("<MsgId>MSG-1</MsgId>\n", "\n", [("ELEMENT-MISSING", f"{GROUP_HEADER}/MsgId", 5)]),
        ("<MsgId>", "<MsgId><!-- here -->", []),
        ("MSG-1</MsgId>", "MSG-1</MsgId><Foo/>", [("ELEMENT-UNEXPECTED", f"{GROUP_HEADER}/Foo", 4)]),
        ("MsgId>", "MsgID>", [("ELEMENT-UNEXPECTED", f"{GROUP_HEADER}/MsgID", 4)]),
        ("BICFI>", "BIC>", [("ELEMENT-UNEXPECTED", f"{CREDIT_TRANSFER}/{side}Agt/FinInstnId/BIC", line) for side, line in (("Dbtr", 23), ("Cdtr", 28))]),
        ("<ChrgBr>SLEV</ChrgBr>", "", [("ELEMENT-MISSING", f"{CREDIT_TRANSFER}/ChrgBr", 18)]),
        ("SLEV", "slev", [("VALUE-NOT-IN-LIST", f"{CREDIT_TRANSFER}/ChrgBr", 17)]),
        ("10.00", "10,00", [("VALUE-NOT-A-NUMBER", f"{CREDIT_TRANSFER}/IntrBkSttlmAmt", 16)]),
        ("10.00", "", [("VALUE-EMPTY", f"{CREDIT_TRANSFER}/IntrBkSttlmAmt", 16)]),
        (' Ccy="EUR"', "", [("ATTRIBUTE-MISSING", f"{CREDIT_TRANSFER}/IntrBkSttlmAmt", 16)]),
        (' Ccy="EUR"', ' Ccy="EURO"', [("VALUE-PATTERN", f"{CREDIT_TRANSFER}/IntrBkSttlmAmt", 16)]),
        ("<ChrgBr>", '<ChrgBr a="b">', [("ATTRIBUTE-UNEXPECTED", f"{CREDIT_TRANSFER}/ChrgBr", 17)]),
        ("</PmtId>", "</PmtId>EUR", [("TEXT-UNEXPECTED", CREDIT_TRANSFER, 15)]),
        ("<ChrgBr>SLEV</ChrgBr>", "<ChrgBr>SLEV</ChrgBr>" * 2, [("ELEMENT-REPEATED", f"{CREDIT_TRANSFER}/ChrgBr[2]", 17)]),
        ("<SttlmMtd>", '<SttlmMtd xmlns="urn:x">', [("NAMESPACE-WRONG", f"{GROUP_HEADER}/SttlmInf/SttlmMtd", 8)]),
        (
            "<Nm>Birke GmbH</Nm>",
            "<Id><OrgId><AnyBIC>ABNANL2A</AnyBIC></OrgId><PrvtId/></Id><Nm>Birke GmbH</Nm>",
            [
                ("ELEMENT-ORDER", f"{CREDIT_TRANSFER}/Cdtr/Id", 32),
                ("CHOICE-CONFLICT", f"{CREDIT_TRANSFER}/Cdtr/Id/PrvtId", 32),
            ],
        ),
    ],
)  # fmt: skip
def test_a_fault_is_named_and_placed(before: str, after: str, expected: list[tuple[str, str, int]]) -> None:
    document = pacs008(declaration=False)
    changed = document.replace(before, after)
    assert changed != document
    assert sorted(found(changed)) == sorted(expected)


def test_a_valid_document_has_no_fault_and_its_transactions_are_counted() -> None:
    result = explained(pacs008(3).encode())
    assert (result.findings, result.beyond, result.transactions) == ([], 0, 3)


def test_columns_point_at_the_value_and_excerpts_show_the_line() -> None:
    document = pacs008(declaration=False).replace("SLEV", "ÄÖÜ")
    (finding,) = explained(document.encode()).findings
    line = document.split("\n")[16]
    assert finding.excerpt == line
    assert finding.column == line.index("ÄÖÜ") + 1 == finding.excerpt_column


def test_one_line_files_have_columns_too() -> None:
    document = pacs008(4, declaration=False).replace("\n", "").replace("E2E-3", "E" * 40)
    (finding,) = explained(document.encode()).findings
    assert (finding.line, finding.column, finding.transaction) == (1, document.index("E" * 40) + 1, 3)
    assert finding.excerpt is not None
    assert finding.excerpt_column is not None
    assert finding.excerpt[finding.excerpt_column - 1 :].startswith("EEEE")


def test_hints_name_what_was_meant() -> None:
    document = pacs008(declaration=False).replace("BICFI>ABNANL2A</BICFI", "BIC>ABNANL2A</BIC")
    (finding,) = explained(document.encode()).findings
    assert finding.hint == "this version calls it BICFI"


def test_big_files_have_the_same_findings_as_small_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    document = pacs008(400, declaration=False)
    for number in (1, 2, 3, 57, 58, 200, 399, 400):
        document = document.replace(f"<TxId>TX-{number}</TxId>", f"<TxId>TX-{number}</TxId><Foo>é</Foo>")
    document = document.replace("<EndToEndId>E2E-300<", "<EndToEndId><!-- </CdtTrfTxInf> -->E2E-300<")
    by_sieve = explained(document.encode(), chunk=20_000)
    monkeypatch.setattr(explain, "EXPLAINED_FIRST", -1)
    one_by_one = explained(document.encode(), chunk=20_000)
    assert by_sieve == one_by_one
    assert [f.transaction for f in by_sieve.findings] == [1, 2, 3, 57, 58, 200, 399, 400]
    assert by_sieve.transactions == 400


def test_findings_beyond_the_cap_are_counted() -> None:
    document = pacs008(50).replace("SLEV", "slev")
    result = explained(document.encode(), findings_max=10)
    assert (len(result.findings), result.beyond, result.transactions) == (10, 40, 50)


DEFINITIONS = CATALOG.definitions()
KINDS = ("drop", "double", "swap", "rename", "value", "empty", "attribute", "text", "none")


def mutate(root: etree._Element, kind: str, rng: random.Random) -> None:
    elements = [element for element in root.iter() if isinstance(element.tag, str)][1:]
    if not elements:
        return
    one = rng.choice(elements)
    parent = one.getparent()
    assert parent is not None
    if kind == "drop":
        parent.remove(one)
    elif kind == "double":
        copy = etree.fromstring(etree.tostring(one))
        copy.tail = None
        parent.insert(parent.index(one), copy)
    elif kind == "swap" and len(parent) > 1:
        parent.append(parent[0])
    elif kind == "rename":
        one.tag = rng.choice([str(other.tag) for other in elements])
    elif kind == "value" and not len(one):
        one.text = rng.choice(["x" * 141, "", " ", "2026-02-30", "-1", "12,50", "abc", " " + (one.text or ""), "true"])
    elif kind == "empty":
        one.text = None
        for child in list(one):
            one.remove(child)
    elif kind == "attribute":
        one.set(rng.choice(["Ccy", "Foo", "{http://www.w3.org/2001/XMLSchema-instance}schemaLocation"]), "EUR EUR")
    elif kind == "text" and len(one):
        one.text = "loose"


@settings(max_examples=400, deadline=None)
@given(st.sampled_from(DEFINITIONS), st.sampled_from(KINDS), st.integers(0, 10**9))
def test_explains_exactly_what_libxml2_refuses(definition: str, kind: str, seed: int) -> None:
    rng = random.Random(seed)
    tree = CATALOG.tree(definition)
    root = build(tree, random_message(tree, rng))
    mutate(root, kind, rng)
    document = etree.tostring(root)
    file = CATALOG.find(definition)
    assert file is not None
    schema = compiled(str(file.path))
    valid = schema.validate(etree.fromstring(document))
    findings = explained(document, definition).findings
    assert valid == (not findings), (definition, kind, findings[:3], schema.error_log, document[:3000])
