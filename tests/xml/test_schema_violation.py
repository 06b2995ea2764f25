"""Where libxml2 refuses a document for a reason that the explanation does not know, its own words are quoted."""

from pathlib import Path

from tests.xml.messages import pacs008
from wissel.catalog.blocks import transaction_tag
from wissel.catalog.definitions import bundled_folder
from wissel.core.finding import Finding
from wissel.core.limits import Limits
from wissel.xml.parts.inspection import inspect
from wissel.xml.parts.reading import Knowledge
from wissel.xml.parts.schema import Schema
from wissel.xml.sources.source import Source

UNIQUE = (
    '<xs:unique name="OneOfAKind"><xs:selector xpath="d:FIToFICstmrCdtTrf/d:CdtTrfTxInf/d:PmtId"/>'
    '<xs:field xpath="d:EndToEndId"/></xs:unique>'
)


def test_what_only_libxml2_knows_is_quoted(tmp_path: Path) -> None:
    text = (bundled_folder() / "pacs" / "pacs.008.001.08.xsd").read_text("utf-8")
    root = '<xs:element name="Document" type="Document"/>'
    assert root in text
    strict = text.replace(root, root.replace("/>", f">{UNIQUE}</xs:element>"))
    strict = strict.replace("<xs:schema ", '<xs:schema xmlns:d="urn:iso:std:iso:20022:tech:xsd:pacs.008.001.08" ')
    path = tmp_path / "strict.xsd"
    path.write_text(strict, "utf-8")
    schemas = (Schema("pacs.008.001.08", str(path), "strict"),)
    knowledge = Knowledge(lambda namespace: schemas, transaction_tag, lambda tag: ())

    def findings(document: str) -> list[Finding]:
        found = inspect(Source.from_bytes(document.encode()), knowledge, Limits(), 100)
        return [one for part in found.parts for one in part.findings]

    assert findings(pacs008(2)) == []
    (said,) = findings(pacs008(2).replace("E2E-2", "E2E-1"))
    assert said.code == "SCHEMA-VIOLATION"
    assert said.message.startswith("The schema check says: ")
    assert "OneOfAKind" in said.message
