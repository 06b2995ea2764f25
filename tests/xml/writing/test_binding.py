"""The data binding: by the schema, exact, lenient with what is invalid, and plain about what it cannot do."""

from decimal import Decimal

import pytest

from tests.xml.messages import PACS, pacs008
from wissel.catalog.definitions import Catalog, bundled_folder
from wissel.xml.writing import binding
from wissel.xml.writing.binding import Unbound, bind

SCHEMA = Catalog(bundled_folder()).find("pacs.008.001.08")
assert SCHEMA is not None
XSD = SCHEMA.read()


def bound(body: str) -> binding.Bound:
    return bind(f'<Document xmlns="{PACS}">{body}</Document>'.encode(), XSD)


def test_a_valid_document() -> None:
    found = bind(pacs008(2).replace("10.00", "0.10000", 1).encode(), XSD)
    assert found.faults == 0
    body = found.data["FIToFICstmrCdtTrf"]
    assert set(body) == {"GrpHdr", "CdtTrfTxInf"}
    one, two = body["CdtTrfTxInf"]
    assert one["IntrBkSttlmAmt"] == {"@Ccy": "EUR", "$": Decimal("0.10000")}
    assert str(one["IntrBkSttlmAmt"]["$"]) == "0.10000"
    assert isinstance(two["IntrBkSttlmAmt"]["$"], Decimal)
    assert one["PmtId"] == {"EndToEndId": "E2E-1", "TxId": "TX-1"}


def test_an_invalid_document_is_bound_as_far_as_it_goes() -> None:
    found = bound("<FIToFICstmrCdtTrf><GrpHdr><MsgId>M</MsgId><Extra>kept</Extra></GrpHdr></FIToFICstmrCdtTrf>")
    assert found.faults > 0
    assert found.data["FIToFICstmrCdtTrf"]["GrpHdr"] == {"MsgId": "M", "Extra": "kept"}


def test_a_type_that_does_not_exist_is_refused_in_words() -> None:
    with pytest.raises(Unbound, match="xmlschema gives up"):
        bound('<FIToFICstmrCdtTrf xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="x:y"/>')


def test_deep_nesting_is_bound() -> None:
    found = bound("<a>" * 200 + "</a>" * 200)
    assert found.faults > 0
    assert "a" in found.data


def test_nothing_is_fetched_for_a_schema_location() -> None:
    attributes = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="urn:x /etc/hostname"'
    assert bind(f'<Document xmlns="{PACS}" {attributes}/>'.encode(), XSD).faults > 0


def test_another_namespace_is_refused() -> None:
    with pytest.raises(Unbound, match="not loaded"):
        bind(b'<Document xmlns="urn:x"/>', XSD)


def test_the_size_is_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(binding, "BINDING_BYTES_MAX", 100)
    with pytest.raises(Unbound, match="more than 100 bytes"):
        bind(pacs008().encode(), XSD)
