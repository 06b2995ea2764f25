"""One spelling for all that say the same; what is no usable schema is refused in a sentence."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.catalog.samples import ISO, as_published, bundled, renamed, tiny
from wissel.xml.xsd.normal_form import SCHEMA_BYTES_MAX, accept, canonical_sha256, normal_form
from wissel.xml.xsd.schema_tree import UnsupportedSchema

SAMPLES = ("pacs.008.001.08", "pain.001.001.03", "camt.053.001.02", "head.001.001.02", "head.002.001.01")


@pytest.mark.parametrize("definition", SAMPLES)
def test_a_bundled_schema_is_its_own_normal_form(definition: str) -> None:
    assert normal_form(bundled(definition)) == bundled(definition)


@pytest.mark.parametrize("definition", SAMPLES)
def test_other_spellings_come_to_the_same_bytes(definition: str) -> None:
    given = as_published(definition)
    assert b"annotation" in given.replace(b"\0", b"")
    assert normal_form(given) == bundled(definition)


def test_the_digest_is_that_of_the_stored_file() -> None:
    digest = hashlib.sha256(bundled("pacs.008.001.08")).hexdigest()
    assert canonical_sha256(as_published("pacs.008.001.08")) == digest
    assert canonical_sha256(bundled("pacs.008.001.09")) != digest


def normal_member(attributes: str) -> str:
    """The line of the element ``X`` in normal form, given with ``attributes``."""
    types = f'<xs:complexType name="T"><xs:sequence><xs:element {attributes}/></xs:sequence></xs:complexType>'
    return next(line.strip() for line in normal_form(tiny(types=types)).decode().splitlines() if '"X"' in line)


@pytest.mark.parametrize(
    ("given", "normal"),
    [
        ('type="Max35Text" name="X"', '<xs:element name="X" type="Max35Text"/>'),
        ('maxOccurs="01" name="X" type="Max35Text" minOccurs="1"', '<xs:element name="X" type="Max35Text"/>'),
        (
            'minOccurs="0" name=" X " type="xs:date"',
            '<xs:element name="X" type="xs:date" minOccurs="0" maxOccurs="1"/>',
        ),
        (
            'maxOccurs="unbounded" name="X" type="Max35Text" nillable="0" form="qualified" id="i"',
            '<xs:element name="X" type="Max35Text" minOccurs="1" maxOccurs="unbounded"/>',
        ),
        ('name="X" type="Max35Text" nillable="1"', '<xs:element name="X" type="Max35Text" nillable="true"/>'),
    ],
)
def test_attributes_have_one_order_and_no_defaults(given: str, normal: str) -> None:
    assert normal_member(given) == normal


def test_the_root_element_stands_first_and_the_order_of_facets_stays() -> None:
    types = (
        '<xs:element name="Apple" type="Max35Text"/><xs:simpleType name="A"><xs:restriction base="xs:string">'
        '<xs:enumeration value="Z"/><xs:enumeration value="B"/></xs:restriction></xs:simpleType>'
    )
    lines = normal_form(tiny(types=types)).decode().splitlines()
    assert lines[2:4] == [
        '  <xs:element name="Document" type="Document"/>',
        '  <xs:element name="Apple" type="Max35Text"/>',
    ]
    assert lines[6:8] == ['      <xs:enumeration value="Z"/>', '      <xs:enumeration value="B"/>']


def test_the_order_of_members_stays() -> None:
    """It carries meaning, so two orders are two schemas."""
    one, other = (
        f'<xs:complexType name="T"><xs:sequence>{members}</xs:sequence></xs:complexType>'
        for members in (
            '<xs:element name="X" type="Max35Text"/><xs:element name="Y" type="Max35Text"/>',
            '<xs:element name="Y" type="Max35Text"/><xs:element name="X" type="Max35Text"/>',
        )
    )
    assert canonical_sha256(tiny(types=one)) != canonical_sha256(tiny(types=other))


DOCTYPE = '<!DOCTYPE schema [<!ENTITY a "b">]>'


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "not XML"),
        (b"hello", "not XML"),
        (tiny()[:-30], "not XML"),
        (b"<Document/>", "not an XML schema: its root is Document"),
        (tiny(head=DOCTYPE), "it has a DOCTYPE"),
        (tiny(head=DOCTYPE).decode().replace('"1.0"', '"1.0" encoding="UTF-16"').encode("utf-16"), "it has a DOCTYPE"),
        (tiny(body='<xs:import namespace="urn:x" schemaLocation="http://h/x.xsd"/>'), "xs:import of http://h/x.xsd"),
        (tiny(body='<xs:include schemaLocation="/etc/passwd"/>'), "xs:include of /etc/passwd"),
        (tiny(body='<xs:redefine schemaLocation="b.xsd"/>'), "xs:redefine of b.xsd"),
        (tiny(types='<xs:group name="G"><xs:sequence/></xs:group>'), "uses xs:group at its top level"),
        (tiny().replace(b'elementFormDefault="qualified"', b""), "must be in the message's namespace"),
        (tiny().replace(f'targetNamespace="{ISO}pacs.008.001.99"'.encode(), b""), "no target namespace"),
        (tiny(types='<xs:simpleType name="A"><xs:restriction base="xs:nix"/></xs:simpleType>'), "cannot compile"),
        (tiny().replace(b'type="Max35Text"', b'type="Missing"'), "cannot compile"),
        (tiny().replace(b'type="Max35Text"', b'type="q:Max35Text" xmlns:q="urn:q"'), "which is in urn:q"),
        (tiny().replace(b'maxLength value="35"', b'maxLength value="-1"'), "not a whole number"),
        (tiny(types='<xs:simpleType name="A"><xs:list itemType="xs:date"/></xs:simpleType>'), "not a restriction"),
        (tiny().replace(b'<xs:element name="Msg" type="Msg1"/>', b""), "not built like an ISO 20022 schema"),
        (
            tiny(
                types='<xs:simpleType name="A"><xs:restriction base="xs:date"><xs:minInclusive value="2020-01-01"/>'
                "</xs:restriction></xs:simpleType>"
            ),
            "not built like an ISO 20022 schema",
        ),
        (tiny(body="<restriction/>"), "an element restriction that is no part of XML Schema"),
        (
            tiny(types='<xs:simpleType name="A">or<xs:restriction base="xs:date"/></xs:simpleType>'),
            "text where none may",
        ),
        (b" " * (SCHEMA_BYTES_MAX + 1), "bytes; a schema may have 16,777,216"),
    ],
)
def test_what_is_no_usable_schema_is_refused_in_one_sentence(data: bytes, why: str) -> None:
    with pytest.raises(UnsupportedSchema) as refused:
        accept(data)
    assert why in str(refused.value)
    assert "\n" not in str(refused.value)
    assert "{http" not in str(refused.value)


def optional_elements(count: int) -> str:
    """A type with as many optional elements: libxml2 needs cubic time to compile it."""
    members = "".join(f'<xs:element name="E{i}" type="Max35Text" minOccurs="0"/>' for i in range(count))
    return f'<xs:complexType name="Wide"><xs:sequence>{members}</xs:sequence></xs:complexType>'


def chain(length: int) -> str:
    """Simple types each derived from the next."""
    links = (f'<xs:simpleType name="T{i}"><xs:restriction base="T{i + 1}"/></xs:simpleType>' for i in range(length))
    return "".join(links) + f'<xs:simpleType name="T{length}"><xs:restriction base="xs:string"/></xs:simpleType>'


def pattern(characters: int) -> str:
    """A pattern of optional letters."""
    value = "a?" * (characters // 2)
    return (
        '<xs:simpleType name="P"><xs:restriction base="xs:string">'
        f'<xs:pattern value="{value}"/></xs:restriction></xs:simpleType>'
    )


@pytest.mark.parametrize(
    ("types", "why"),
    [
        (optional_elements(3_000), "the type Wide has more than 500 elements"),
        (chain(40), "derived from itself or over more than 16 steps"),
        ('<xs:simpleType name="A"><xs:restriction base="A"/></xs:simpleType>', "the type A is derived from itself"),
        (pattern(20_000), "a pattern has 20,000 characters, more than 1,000"),
        (chain(6_000), "it has 6,005 definitions; a schema may have 5,000"),
    ],
)
def test_what_would_cost_hours_to_compile_is_refused_before(types: str, why: str) -> None:
    """Without the limits the first takes a minute and the fourth a quarter of an hour."""
    with pytest.raises(UnsupportedSchema) as refused:
        accept(tiny(types=types))
    assert why in str(refused.value)


def test_limits_let_pass_what_is_within_them() -> None:
    assert "Wide" in accept(tiny(types=optional_elements(100))).tree.types
    assert "T15" in accept(tiny(types=chain(15))).tree.types


@given(st.integers(0, 10**6), st.integers(0, 255), st.integers(0, 10**6), st.integers(0, 10**6))
def test_whatever_is_given_is_accepted_or_refused(place: int, value: int, start: int, length: int) -> None:
    """A changed byte and a doubled stretch of an official file; what is accepted is a normal form."""
    data = bytearray(as_published("head.001.001.01"))
    data[place % len(data)] = value
    begin = start % len(data)
    data[begin:begin] = data[begin : begin + length % 200]
    try:
        schema = accept(bytes(data))
    except UnsupportedSchema:
        return
    assert normal_form(schema.data) == schema.data


def test_what_is_accepted_is_ready_for_use() -> None:
    schema = accept(renamed("pacs.008.001.08", "pacs.008.001.99"))
    assert schema.namespace == ISO + "pacs.008.001.99"
    assert schema.tree.definition == "pacs.008.001.99"
    assert schema.tree.message_name == "FIToFICustomerCreditTransferV08"
