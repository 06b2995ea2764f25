"""Given files are compared by two readers; a difference is said in words, once, and agreement is reported."""

from pathlib import Path

import pytest

from tests.catalog.samples import BUNDLED, ISO, as_published, bundled, restricted, tiny
from wissel.catalog.definitions import Catalog
from wissel.catalog.verification import Likeness, compare
from wissel.xml.xsd import second_engine
from wissel.xml.xsd.schema_tree import SimpleType, Type

CATALOG = Catalog(BUNDLED)


def test_an_official_file_in_another_spelling_is_equal() -> None:
    result = compare(as_published("camt.053.001.08"), "x.xsd", CATALOG)
    assert (result.likeness, result.definition, result.differences) == (Likeness.EQUAL, "camt.053.001.08", ())
    assert result.text == "says the same as the bundled schema"


def test_differences_are_listed_by_type() -> None:
    result = compare(restricted("pacs.008.001.08"), "x.xsd", CATALOG)
    assert result.likeness is Likeness.DIFFERENT
    assert result.text == "differs from the bundled schema in 2 types"
    assert result.differences == (
        "CreditTransferTransaction39: the given schema lacks the element RmtInf",
        "Max140Text: maxLength is 140; in the given schema 70",
    )


@pytest.mark.parametrize(
    ("ours", "given", "difference"),
    [
        ('name="IntrBkSttlmDt" type="ISODate" minOccurs="0"', 'name="IntrBkSttlmDt" type="ISODate" minOccurs="1"',
         "CreditTransferTransaction39: the element IntrBkSttlmDt occurs 0..1; in the given schema 1..1"),
        ('<xs:enumeration value="DEBT"/>\n', "", "ChargeBearerType1Code: the given schema lacks the code DEBT"),
        ('name="Ccy" type="ActiveCurrencyCode" use="required"', 'name="Ccy" type="ActiveCurrencyCode"',
         "ActiveCurrencyAndAmount: the attribute Ccy is required; in the given schema optional"),
        ('<xs:pattern value="[0-9]{1,15}"/>', '<xs:pattern value="[0-9]{1,14}"/>',
         "Max15NumericText: pattern is [0-9]{1,15}; in the given schema [0-9]{1,14}"),
    ],
)  # fmt: skip
def test_each_single_change_is_found_by_both_engines(ours: str, given: str, difference: str) -> None:
    text = bundled("pacs.008.001.08").decode()
    assert ours in text
    result = compare(text.replace(ours, given, 1).encode(), "x.xsd", CATALOG)
    assert result.differences == (difference,)


def test_what_only_the_canonical_form_shows_is_found_too() -> None:
    """SchemaTree does not keep xs:whiteSpace; the canonical form does."""
    text = bundled("pacs.008.001.08").replace(
        b'<xs:maxLength value="16"/>', b'<xs:maxLength value="16"/><xs:whiteSpace value="collapse"/>', 1
    )
    result = compare(text, "x.xsd", CATALOG)
    assert result.likeness is Likeness.DIFFERENT
    assert result.differences == ("Max16Text: is put together in another way",)


def test_engines_that_disagree_are_both_quoted(monkeypatch: pytest.MonkeyPatch) -> None:
    real = second_engine.types

    def blind(data: bytes) -> dict[str, Type]:
        """Sees no difference in Max140Text, and one in Max16Text that is not there."""
        found = real(data)
        found["Max140Text"] = SimpleType("Max140Text", "string")
        if b'value="140"' not in data:
            found["Max16Text"] = SimpleType("Max16Text", "string", length_min=1, length_max=15)
        return found

    monkeypatch.setattr(second_engine, "types", blind)
    assert compare(restricted("pacs.008.001.08"), "x.xsd", CATALOG).differences == (
        "CreditTransferTransaction39: the given schema lacks the element RmtInf",
        "Max140Text: maxLength is 140; in the given schema 70",
        "Max16Text: maxLength is 16; in the given schema 15 (seen by xmlschema only)",
        "Max140Text: maxLength is 140; in the given schema 70 (not seen by xmlschema)",
    )


def test_what_there_is_no_schema_for_is_not_called_equal() -> None:
    result = compare(tiny(), "x.xsd", CATALOG)
    assert (result.likeness, result.definition) == (Likeness.UNKNOWN, "pacs.008.001.99")
    assert result.text == "there is no schema of pacs.008.001.99 here to compare it with"
    assert compare(tiny("urn:x"), "x.xsd", CATALOG).text == "there is no schema of urn:x here to compare it with"


def test_what_is_no_schema_is_refused(tmp_path: Path) -> None:
    result = compare(b"<a/>", "x.xsd", CATALOG)
    assert (result.likeness, result.text) == (Likeness.REFUSED, "it is not an XML schema: its root is a")
    assert compare(tiny(ISO + "pacs.008.001.08", head="<!DOCTYPE a>"), "x", CATALOG).likeness is Likeness.REFUSED
