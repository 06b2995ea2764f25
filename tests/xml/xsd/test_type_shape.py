"""Two spellings of one type have one shape; two meanings have two."""

from tests.catalog.samples import tiny
from wissel.xml.xsd.normal_form import normal_form
from wissel.xml.xsd.type_shape import Shape, shapes

ELEMENTS = '<xs:element name="X" type="Max35Text"/><xs:element name="Y" type="Max35Text"/>'


def shape(body: str, kind: str = "complexType") -> Shape:
    """The shape of a type with this body."""
    return shapes(normal_form(tiny(types=f'<xs:{kind} name="T">{body}</xs:{kind}>')))["T"]


def value(facets: str) -> Shape:
    return shape(f'<xs:restriction base="xs:decimal">{facets}</xs:restriction>', "simpleType")


def test_a_sequence_around_a_choice_adds_nothing() -> None:
    choice = shape(f"<xs:choice>{ELEMENTS}</xs:choice>")
    assert shape(f"<xs:sequence><xs:choice>{ELEMENTS}</xs:choice></xs:sequence>") == choice
    assert shape(f"<xs:sequence>{ELEMENTS}</xs:sequence>") != choice
    assert shape(f'<xs:sequence><xs:choice minOccurs="0">{ELEMENTS}</xs:choice></xs:sequence>') != choice


def test_a_choice_of_one_is_that_one() -> None:
    one = '<xs:element name="X" type="Max35Text"/>'
    assert shape(f"<xs:choice>{one}</xs:choice>") == shape(f"<xs:sequence>{one}</xs:sequence>")


def test_the_order_of_facets_does_not_count_but_their_values_do() -> None:
    first = value('<xs:totalDigits value="18"/><xs:fractionDigits value="5"/>')
    assert value('<xs:fractionDigits value="5"/><xs:totalDigits value="18"/>') == first
    assert value('<xs:fractionDigits value="4"/><xs:totalDigits value="18"/>') != first


def test_the_order_of_elements_counts() -> None:
    swapped = '<xs:element name="Y" type="Max35Text"/><xs:element name="X" type="Max35Text"/>'
    assert shape(f"<xs:sequence>{swapped}</xs:sequence>") != shape(f"<xs:sequence>{ELEMENTS}</xs:sequence>")
