"""xmlschema and our own reader see the same types, in plain schemas and in those that exports are made of."""

import pytest

from tests.catalog.samples import BUNDLED, as_published, bundled, tiny
from wissel.xml.xsd import second_engine
from wissel.xml.xsd.normal_form import accept
from wissel.xml.xsd.schema_tree import SimpleType, Type, UnsupportedSchema, read_schema

INLINE = """
<xs:complexType name="Amt"><xs:simpleContent><xs:restriction base="Wide"><xs:maxInclusive value="9.50"/>
  </xs:restriction></xs:simpleContent></xs:complexType>
<xs:complexType name="Wide"><xs:simpleContent><xs:extension base="Dec"><xs:attribute name="Ccy" use="required">
  <xs:simpleType><xs:restriction base="xs:string"><xs:pattern value="[A-Z]{3}"/></xs:restriction></xs:simpleType>
  </xs:attribute></xs:extension></xs:simpleContent></xs:complexType>
<xs:simpleType name="Dec"><xs:restriction base="xs:decimal"><xs:totalDigits value="18"/></xs:restriction>
  </xs:simpleType>
<xs:simpleType name="Code"><xs:restriction base="Max35Text"><xs:pattern value="A.*"/><xs:pattern value="B.*"/>
  <xs:maxLength value="4"/></xs:restriction></xs:simpleType>
<xs:simpleType name="Code2"><xs:restriction base="Code"><xs:pattern value=".*C"/><xs:enumeration value="ABC"/>
  </xs:restriction></xs:simpleType>
<xs:complexType name="T"><xs:sequence><xs:choice minOccurs="0" maxOccurs="3"><xs:element name="In">
  <xs:simpleType><xs:restriction base="Max35Text"><xs:minLength value="2"/></xs:restriction></xs:simpleType>
  </xs:element><xs:element name="Dt" type="xs:date"/></xs:choice><xs:element name="Sub" maxOccurs="unbounded">
  <xs:complexType><xs:sequence><xs:any namespace="##other" processContents="lax"/></xs:sequence></xs:complexType>
  </xs:element></xs:sequence></xs:complexType>"""


def own(types: dict[str, Type]) -> dict[str, Type]:
    """Without the types of XML Schema itself, which our reader files too."""
    return {name: of for name, of in types.items() if not name.startswith("xs:")}


NEWEST = sorted({path.stem.rsplit(".", 1)[0]: path.stem for path in sorted(BUNDLED.glob("*/*.xsd"))}.values())


@pytest.mark.parametrize("definition", NEWEST[::6])
def test_both_read_the_same_types_from_bundled_schemas(definition: str) -> None:
    data = bundled(definition)
    assert second_engine.types(data) == own(read_schema(data).types)


def test_the_original_spelling_is_read_the_same() -> None:
    assert second_engine.types(as_published("pain.001.001.09")) == own(read_schema(bundled("pain.001.001.09")).types)


def test_both_read_the_same_from_types_without_names_and_derived_types() -> None:
    data = tiny(types=INLINE)
    mine, other = own(accept(data).tree.types), second_engine.types(data)
    assert other.keys() == mine.keys() >= {"T.In", "T.Sub"}
    assert {name for name in mine if mine[name] != other[name]} == set()
    code = other["Code2"]
    assert isinstance(code, SimpleType)
    assert (code.patterns, code.enumeration, code.length_min, code.length_max) == (
        ("(A.*)|(B.*)", ".*C"),
        ("ABC",),
        1,
        4,
    )


def test_what_xmlschema_refuses_is_said_in_one_line() -> None:
    with pytest.raises(UnsupportedSchema, match=r"^xmlschema cannot read it: [^\n]+$"):
        second_engine.types(tiny().replace(b'type="Max35Text"', b'type="Missing"'))
