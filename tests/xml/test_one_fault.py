"""One fault gives one finding: what stray text, a misspelt attribute or a value in a wrong element stand for."""

from datetime import date

import pytest

from tests.xml.messages import HEAD, header, pacs008
from wissel.catalog.definitions import Catalog, bundled_folder
from wissel.core.finding import Finding
from wissel.validation.validate import Options, validate
from wissel.xml.sources.source import Source

CATALOG = Catalog(bundled_folder())
PAIN = "urn:iso:std:iso:20022:tech:xsd:pain.001.001"


def findings(text: str) -> list[tuple[str, str | None]]:
    """Code and hint of each."""
    return [(one.code, one.hint) for one in full(text)]


def full(text: str) -> tuple[Finding, ...]:
    return validate(Source.from_bytes(text.encode()), Options(date(2026, 11, 23), "schema"), CATALOG).all_findings


def pain(version: str, date_in: str, bic: str) -> str:
    agent = f"<FinInstnId><{bic}>DEUTDEFF</{bic}></FinInstnId>"
    return (
        f'<Document xmlns="{PAIN}.{version}"><CstmrCdtTrfInitn><GrpHdr><MsgId>M</MsgId><CreDtTm>2026-11-23T10:00:00Z'
        "</CreDtTm><NbOfTxs>1</NbOfTxs><InitgPty><Nm>N</Nm></InitgPty></GrpHdr><PmtInf><PmtInfId>P</PmtInfId>"
        f"<PmtMtd>TRF</PmtMtd><ReqdExctnDt>{date_in}</ReqdExctnDt><Dbtr><Nm>N</Nm></Dbtr><DbtrAcct><Id><Othr>"
        f"<Id>1</Id></Othr></Id></DbtrAcct><DbtrAgt>{agent}</DbtrAgt><CdtTrfTxInf><PmtId><EndToEndId>E</EndToEndId>"
        '</PmtId><Amt><InstdAmt Ccy="EUR">1.00</InstdAmt></Amt></CdtTrfTxInf></PmtInf></CstmrCdtTrfInitn></Document>'
    )


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("</CdtTrfTxInf>", "<Purp>GDDS</Purp></CdtTrfTxInf>", "put the code into <Cd>, or a free value into <Prtry>"),
        (
            "<FinInstnId>\n          <BICFI>ABNANL2A</BICFI>\n        </FinInstnId>",
            "ABNANL2A",
            "put it into <FinInstnId>",
        ),
        ("<TxId>TX-1</TxId>", "EUR", None),
    ],
)
def test_stray_text_is_one_finding(old: str, new: str, expected: str | None) -> None:
    assert old in pacs008()
    assert findings(pacs008().replace(old, new)) == [("TEXT-UNEXPECTED", expected)]


def test_a_date_without_its_choice_is_one_finding_and_so_is_the_choice_where_a_date_is_due() -> None:
    assert findings(pain("03", "2026-11-24", "BIC")) == []
    assert findings(pain("09", "<Dt>2026-11-24</Dt>", "BICFI")) == []
    assert findings(pain("09", "2026-11-24", "BICFI")) == [("TEXT-UNEXPECTED", "put the date into <Dt>")]
    said = [("ELEMENT-UNEXPECTED", "take <Dt> away and leave the value itself")]
    assert findings(pain("03", "<Dt>2026-11-24</Dt>", "BIC")) == said


def test_text_beside_children_stands_for_none_of_them() -> None:
    text = pacs008().replace("<EndToEndId>E2E-1</EndToEndId>", "").replace("</TxId>", "</TxId>EUR")
    assert [code for code, _ in findings(text)] == ["ELEMENT-MISSING", "TEXT-UNEXPECTED"]


def test_a_child_without_its_level_is_one_finding_in_a_choice_too() -> None:
    of_party = header().replace("<FIId>", "", 1).replace("</FIId>", "", 1)
    text = f'<e xmlns="">{of_party}{pacs008(declaration=False)}</e>'
    assert HEAD in text
    assert findings(text) == [("ELEMENT-UNEXPECTED", "put it inside <FIId>")]


@pytest.mark.parametrize(
    ("attributes", "expected"),
    [
        (' ccy="EUR"', [("ATTRIBUTE-UNEXPECTED", "did you mean Ccy?")]),
        (' Ccy="EUR" Currency="EUR"', [("ATTRIBUTE-UNEXPECTED", "remove it")]),
        ("", [("ATTRIBUTE-MISSING", 'write <IntrBkSttlmAmt Ccy="EUR">, with the currency that applies')]),
    ],
)
def test_a_misspelt_attribute_is_one_finding(attributes: str, expected: list[tuple[str, str]]) -> None:
    assert findings(pacs008().replace(' Ccy="EUR"', attributes)) == expected


def test_an_undeclared_prefix_is_said_once() -> None:
    text = pacs008().replace("<Document ", '<Document xsi:schemaLocation="a b" ')
    assert [code for code, _ in findings(text)] == ["PREFIX-UNDECLARED"]


@pytest.mark.parametrize(
    ("old", "new", "line", "column"),
    [
        ("Birke GmbH", "Birke & Co", 33, 19),
        ("Birke GmbH", "Birke&nbsp;GmbH", 33, 18),
        ("</Cdtr>", "</Creditor>", 34, 7),
    ],
)
def test_the_caret_stands_where_the_fault_begins(old: str, new: str, line: int, column: int) -> None:
    (one,) = full(pacs008().replace(old, new))
    assert (one.code, one.line, one.column) == ("XML-NOT-WELL-FORMED", line, column)
    assert one.excerpt is not None
    assert one.excerpt_column is not None
    assert one.excerpt[one.excerpt_column - 1] in "&<"


@pytest.mark.parametrize(
    ("namespace", "code", "hint"),
    [
        ("urn:bank:pacs.008.001.08.variant", "NAMESPACE-NATIONAL", "a variant of pacs.008.001.08"),
        ("urn:bank:own", "NAMESPACE-NATIONAL", None),
        ("urn:iso:std:iso:20022:tech:xsd:pacs.008.001.08.bb", "NAMESPACE-UNKNOWN", "a variant of pacs.008.001.08"),
        ("urn:iso:std:iso:20022:tech:xsd:pacs.008.001.99", "NAMESPACE-UNKNOWN", "the newest known is pacs.008.001"),
    ],
)
def test_a_variant_is_told_its_base(namespace: str, code: str, hint: str | None) -> None:
    (one,) = full(pacs008().replace("urn:iso:std:iso:20022:tech:xsd:pacs.008.001.08", namespace))
    assert one.code == code
    assert (hint is None and one.hint is None) or (hint or "?") in (one.hint or "")
