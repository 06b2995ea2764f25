"""Differences between types are said in plain words, and what only looks different is not one."""

import pytest

from tests.catalog.samples import tiny
from wissel.catalog.comparison import differences
from wissel.xml.xsd.schema_tree import Type, read_schema

PLAIN = '<xs:element name="A" type="xs:date"/><xs:element name="B" type="Max35Text" minOccurs="0"/>'


def types(body: str) -> dict[str, Type]:
    """The types of a small schema with these besides."""
    return read_schema(tiny(types=body)).types


def members(content: str) -> dict[str, Type]:
    return types(f'<xs:complexType name="T">{content}</xs:complexType>')


def value(facets: str, base: str = "xs:string") -> dict[str, Type]:
    return types(f'<xs:simpleType name="T"><xs:restriction base="{base}">{facets}</xs:restriction></xs:simpleType>')


def amount(attributes: str) -> dict[str, Type]:
    return types(
        f'<xs:complexType name="T"><xs:simpleContent><xs:extension base="Max35Text">{attributes}'
        "</xs:extension></xs:simpleContent></xs:complexType>"
    )


OURS = members(f"<xs:sequence>{PLAIN}</xs:sequence>")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (f"<xs:sequence><xs:sequence>{PLAIN}</xs:sequence></xs:sequence>", None),
        ('<xs:sequence><xs:element name="A" type="xs:date"/></xs:sequence>', ["the given schema lacks the element B"]),
        (
            f'<xs:sequence>{PLAIN}<xs:element name="C" type="Max35Text"/></xs:sequence>',
            ["the given schema has the element C more"],
        ),
        (
            '<xs:sequence><xs:element name="A" type="Max35Text"/>'
            '<xs:element name="B" type="Max35Text" maxOccurs="unbounded"/></xs:sequence>',
            [
                "the element A is of type xs:date; in the given schema of Max35Text",
                "the element B occurs 0..1; in the given schema 1..*",
            ],
        ),
        (
            '<xs:sequence><xs:element name="B" type="Max35Text" minOccurs="0"/><xs:element name="A" type="xs:date"/>'
            "</xs:sequence>",
            ["its elements stand in another order in the given schema"],
        ),
        (f"<xs:choice>{PLAIN}</xs:choice>", ["its members form a sequence; in the given schema a choice"]),
        (
            f'<xs:sequence><xs:choice minOccurs="0">{PLAIN}</xs:choice></xs:sequence>',
            ["its members form a sequence; in the given schema a choice (0..1)"],
        ),
        (
            f'<xs:sequence>{PLAIN}<xs:choice><xs:element name="C" type="xs:date"/>'
            '<xs:element name="D" type="xs:date"/></xs:choice></xs:sequence>',
            [
                "the given schema has the element C more",
                "the given schema has the element D more",
                "its members form a sequence; in the given schema a sequence with a choice inside",
            ],
        ),
        (
            f'<xs:sequence>{PLAIN}<xs:any namespace="##any" processContents="lax"/></xs:sequence>',
            ["the given schema has any element of ##any (lax) more"],
        ),
        ("<xs:sequence/>", ["the given schema lacks the element A", "the given schema lacks the element B"]),
    ],
)
def test_elements(content: str, words: list[str] | None) -> None:
    assert differences(OURS, members(content)) == ({"T": words} if words else {})


def test_what_is_in_which_group_counts() -> None:
    a, b, c = (f'<xs:element name="{tag}" type="xs:date"/>' for tag in "ABC")
    ours = members(f"<xs:sequence>{a}<xs:choice>{b}{c}</xs:choice></xs:sequence>")
    given = members(f"<xs:sequence><xs:choice>{a}{b}</xs:choice>{c}</xs:sequence>")
    assert differences(ours, given) == {"T": ["its members are grouped in another way in the given schema"]}


def test_facets() -> None:
    ours = value('<xs:minLength value="1"/><xs:maxLength value="35"/><xs:pattern value="[A-Z]+"/>')
    given = value('<xs:minLength value="1"/><xs:maxLength value="30"/>', "xs:token")
    assert differences(ours, given) == {
        "T": [
            "is built on xs:string; in the given schema on xs:token",
            "maxLength is 35; in the given schema 30",
            "pattern is [A-Z]+; in the given schema not set",
        ]
    }


def test_codes_are_a_set() -> None:
    codes = [f'<xs:enumeration value="C{i:02}"/>' for i in range(12)]
    ours = value("".join(codes))
    assert differences(ours, value("".join(reversed(codes)))) == {}
    assert differences(ours, value(codes[0] + '<xs:enumeration value="NEW"/>')) == {
        "T": [
            "the given schema lacks the codes C01, C02, C03, C04, C05, C06, C07, C08 and 3 others",
            "the given schema has the code NEW more",
        ]
    }


def test_attributes() -> None:
    ours = amount('<xs:attribute name="Ccy" type="Max35Text" use="required"/><xs:attribute name="Old" type="xs:date"/>')
    given = amount('<xs:attribute name="Ccy" type="xs:string"/><xs:attribute name="New" type="xs:date"/>')
    assert differences(ours, given) == {
        "T": [
            "the attribute Ccy is required; in the given schema optional",
            "the attribute Ccy is of type Max35Text; in the given schema of xs:string",
            "the given schema has the attribute New more",
            "the given schema lacks the attribute Old",
        ]
    }


def test_kinds_and_missing_types() -> None:
    assert differences(OURS, value("")) == {"T": ["holds elements; in the given schema a value"]}
    assert differences(amount(""), OURS) == {"T": ["holds a value; in the given schema elements"]}
    assert differences(OURS, types("")) == {"T": ["is missing in the given schema"]}
    assert differences(types(""), OURS) == {"T": ["is in the given schema only"]}
