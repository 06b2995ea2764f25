"""Value checks: a table of faults, and the same verdict as libxml2 on generated values."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from wissel.xml.xsd.schema_tree import SimpleType
from wissel.xml.xsd.values import check_value

AMOUNT = SimpleType("Amount", "decimal", total_digits=18, fraction_digits=5, value_min=Decimal(0))
SMALL = SimpleType("Small", "decimal", total_digits=4, fraction_digits=2, value_min=Decimal(0))
TEXT = SimpleType("Max35Text", "string", length_min=1, length_max=35)
CODE = SimpleType("CreditDebitCode", "string", enumeration=("CRDT", "DBIT"))
BIC = SimpleType("BIC", "string", patterns=("[A-Z0-9]{4,4}[A-Z]{2,2}[A-Z0-9]{2,2}([A-Z0-9]{3,3}){0,1}",))
DATE = SimpleType("ISODate", "date")
MOMENT = SimpleType("ISODateTime", "dateTime")
UTC_MOMENT = SimpleType("ISONormalisedDateTime", "dateTime", patterns=(".*Z",))
BINARY = SimpleType("Max3Binary", "base64Binary", length_min=1, length_max=3)
FLAG = SimpleType("Indicator", "boolean")


@pytest.mark.parametrize(
    ("kind", "value", "code", "hint"),
    [
        (AMOUNT, "12,50", "VALUE-NOT-A-NUMBER", "12.50"),
        (AMOUNT, "1.234,50", "VALUE-NOT-A-NUMBER", "1234.50"),
        (AMOUNT, "1'234.50", "VALUE-NOT-A-NUMBER", "1234.50"),
        (AMOUNT, "-1", "VALUE-RANGE", "no sign"),
        (AMOUNT, "1.123456", "VALUE-DIGITS", None),
        (AMOUNT, "12345678901234567890", "VALUE-DIGITS", None),
        (AMOUNT, "", "VALUE-EMPTY", None),
        (TEXT, "x" * 36, "VALUE-TOO-LONG", None),
        (TEXT, "", "VALUE-EMPTY", "leave optional elements out"),
        (CODE, "crdt", "VALUE-NOT-IN-LIST", "capitals: CRDT"),
        (CODE, "CRDT ", "VALUE-NOT-IN-LIST", "white space"),
        (CODE, "DBTI", "VALUE-NOT-IN-LIST", "did you mean DBIT"),
        (BIC, "bnpafrpp", "VALUE-PATTERN", "capitals: BNPAFRPP"),
        (BIC, "BNPA FR PP", "VALUE-PATTERN", "spaces in it: BNPAFRPP"),
        (DATE, "2026-02-30", "VALUE-DATE", None),
        (DATE, "23.11.2026", "VALUE-DATE", "write year, month, day: 2026-11-23"),
        (DATE, "11/23/2026", "VALUE-DATE", "write year, month, day: 2026-11-23"),
        (DATE, "03.11.2026", "VALUE-DATE", "two ways"),
        (DATE, "31.31.2026", "VALUE-DATE", "as in 2026-11-23"),
        (MOMENT, "2026-11-23T10:00", "VALUE-DATE", "2026-11-23T10:00:00"),
        (MOMENT, "2026-11-23T10:00:00+0100", "VALUE-DATE", "2026-11-23T10:00:00+01:00"),
        (AMOUNT, "EUR 12.50", "VALUE-NOT-A-NUMBER", "alone: 12.50"),
        (AMOUNT, "1.2e4", "VALUE-NOT-A-NUMBER", None),
        (BINARY, "", "VALUE-EMPTY", None),
        (BINARY, "-", "VALUE-TOO-SHORT", None),
        (DATE, "20261123", "VALUE-DATE", "2026-11-23"),
        (DATE, " 2026-11-23", "VALUE-DATE", "validators differ"),
        (DATE, "2026-11-23T10:00:00", "VALUE-DATE", "date alone"),
        (MOMENT, "2026-11-23", "VALUE-DATE", "2026-11-23T00:00:00"),
        (MOMENT, "2026-11-23 10:00:00", "VALUE-DATE", "2026-11-23T10:00:00"),
        (UTC_MOMENT, "2026-11-23T10:00:00", "VALUE-PATTERN", None),
        (BINARY, "QUJDRA==", "VALUE-TOO-LONG", None),
        (BINARY, "QUI", "VALUE-BINARY", None),
        (FLAG, "TRUE", "VALUE-BOOLEAN", "true"),
    ],
)
def test_faults_are_named_and_hinted(kind: SimpleType, value: str, code: str, hint: str | None) -> None:
    fault = check_value(value, kind)
    assert fault is not None
    assert fault.code == code
    assert fault.allowed
    if hint is None:
        assert fault.hint is None
    else:
        assert hint in (fault.hint or "")


def libxml2_type(kind: SimpleType) -> etree.XMLSchema:
    facets = [f'<xs:enumeration value="{code}"/>' for code in kind.enumeration]
    facets += [f'<xs:pattern value="{pattern}"/>' for pattern in kind.patterns]
    for name, value in (
        ("minLength", kind.length_min),
        ("maxLength", kind.length_max),
        ("totalDigits", kind.total_digits),
        ("fractionDigits", kind.fraction_digits),
        ("minInclusive", kind.value_min),
    ):
        if value is not None:
            facets.append(f'<xs:{name} value="{value}"/>')
    return etree.XMLSchema(
        etree.fromstring(
            '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:element name="v"><xs:simpleType>'
            f'<xs:restriction base="xs:{kind.base}">{"".join(facets)}</xs:restriction>'
            "</xs:simpleType></xs:element></xs:schema>"
        )
    )


KINDS = [
    AMOUNT, SMALL, TEXT, CODE, BIC, DATE, MOMENT, UTC_MOMENT, BINARY, FLAG,
    SimpleType("Time", "time"), SimpleType("Year", "gYear"), SimpleType("YearMonth", "gYearMonth"),
]  # fmt: skip
SCHEMAS = {kind.name: libxml2_type(kind) for kind in KINDS}
SHAPES = st.one_of(
    st.from_regex(r"[+-]?[0-9]{0,6}(\.[0-9]{0,4})?", fullmatch=True),
    st.from_regex(r"-?[0-9]{4,5}-[0-9]{2}(-[0-3][0-9])?(Z|[+-][01][0-9]:[0-9]{2})?", fullmatch=True),
    st.from_regex(r"([0-9]{4}-[01][0-9]-[0-3][0-9]T)?[0-2][0-9]:[0-6][0-9]:[0-6][0-9](\.[0-9]{1,3})?(Z|[+-]1[0-9]:[0-9]{2})?", fullmatch=True),
    st.from_regex(r"[A-Z0-9]{7,12}", fullmatch=True),
    st.from_regex(r"([A-Za-z0-9+/= ]){0,8}", fullmatch=True),
    st.sampled_from(["CRDT", "DBIT", "true", "false", "1", "0", "24:00:00", "2024-02-29", "2100-02-29", "2026-04-31"]),
    st.text(st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff"), max_size=40),
)  # fmt: skip


@settings(max_examples=1500, deadline=None)
@given(SHAPES, st.sampled_from(["", "", "", " ", "\n"]), st.sampled_from(["", "", "", " "]))
def test_verdict_equals_libxml2(core: str, before: str, after: str) -> None:
    value = before + core + after
    element = etree.Element("v")
    element.text = value
    for kind in KINDS:
        assert (check_value(value, kind) is None) == SCHEMAS[kind.name].validate(element), (kind.name, value)
