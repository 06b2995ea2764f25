"""Types in plain words."""

from decimal import Decimal

import pytest

from wissel.xml.xsd.describe import describe, describe_value, example
from wissel.xml.xsd.patterns import matches
from wissel.xml.xsd.schema_tree import Attribute, ComplexType, Element, Group, SimpleType, Wildcard

TEXT = SimpleType("Max35Text", "string", length_min=1, length_max=35)
CURRENCY = SimpleType("ActiveCurrencyCode", "string", ("[A-Z]{3,3}",))
AMOUNT = SimpleType(
    "A_SimpleType", "decimal", total_digits=18, fraction_digits=5, value_min=Decimal(0), value_max=Decimal(9)
)


@pytest.mark.parametrize(
    ("of", "words"),
    [
        (TEXT, "1 to 35 characters"),
        (SimpleType("T", "string"), "text"),
        (SimpleType("T", "string", length=4), "exactly 4 characters"),
        (SimpleType("T", "string", length_max=1), "up to 1 character"),
        (SimpleType("T", "string", length_min=2), "at least 2 characters"),
        (SimpleType("T", "string", enumeration=("CRDT", "DBIT")), "one of: CRDT, DBIT"),
        (SimpleType("T", "boolean"), "true or false (also 1 or 0)"),
        (SimpleType("T", "date"), "date such as 2026-11-23"),
        (SimpleType("T", "decimal", total_digits=3, fraction_digits=0), "whole number of up to 3 digits"),
        (SimpleType("T", "base64Binary", length_min=1, length_max=10240), "base64 data of 1 to 10,240 bytes"),
        (SimpleType("T", "string", ("[0-9]{1,15}",)), "1 to 15 digits"),
        (SimpleType("T", "string", ("CH[0-9]{6,6}",)), "CH, then exactly 6 digits"),
        (SimpleType("T", "string", ("[a-z]+x?",)), "text that matches [a-z]+x?"),
        (
            SimpleType("T", "string", ("[a-zA-Z0-9]{1,4}",), length_min=1, length_max=4),
            "1 to 4 letters or digits",
        ),
        (
            SimpleType("T", "dateTime", (".*Z",)),
            "date and time, ending in Z (UTC), such as 2026-11-23T09:15:00Z (pattern .*Z)",
        ),
        (
            SimpleType("ExternalPurpose1Code", "string", length_min=1, length_max=4),
            "1 to 4 characters, from ISO's external code list ExternalPurpose1Code",
        ),
        (CURRENCY, "exactly 3 capital letters, an ISO 4217 currency code such as EUR"),
        (AMOUNT, "number of up to 18 digits, at most 5 of them after the point, at least 0, at most 9"),
    ],
)
def test_values(of: SimpleType, words: str) -> None:
    assert describe_value(of) == words


def test_long_code_lists_are_cut_and_counted() -> None:
    codes = SimpleType("T", "string", enumeration=tuple("ABCDE"))
    assert describe(codes, codes_max=2) == "one of: A, B and 3 more"
    assert describe(codes, codes_max=5) == "one of: A, B, C, D, E"


def test_a_value_with_attributes_names_them() -> None:
    amount = ComplexType("Amount", value=AMOUNT, attributes=(Attribute("Ccy", CURRENCY, True),))
    assert describe(amount).endswith("; with attribute Ccy: " + describe(CURRENCY))
    assert describe(amount, brief=True).endswith("; with attribute Ccy")


def test_brief_words_leave_out_example_and_pattern() -> None:
    lei = SimpleType("LEIIdentifier", "string", ("[A-Z0-9]{18,18}[0-9]{2,2}",))
    assert describe(lei, brief=True) == "LEI: 18 capital letters or digits, then 2 check digits"
    assert (
        describe(lei) == describe(lei, brief=True) + ", such as 529900T8BM49AURSDO55 (pattern " + lei.patterns[0] + ")"
    )


def test_content() -> None:
    group = Group("choice", (Element("Cd", "T"), Element("Prtry", "T")))
    assert describe(ComplexType("C", group)) == "one of the elements Cd, Prtry"
    assert describe(ComplexType("C", Group("sequence", group.members))) == "the elements Cd, Prtry"
    signature = Wildcard("http://www.w3.org/2000/09/xmldsig#", "lax")
    assert describe(ComplexType("C", Group("sequence", (signature,)))) == f"any element of {signature.namespace}"
    assert describe(ComplexType("C", Group("sequence", ()))) == "nothing"


def test_examples_match_their_own_pattern() -> None:
    from wissel.xml.xsd.describe import _known_patterns

    assert len(_known_patterns()) > 10
    for pattern, (_, value) in _known_patterns().items():
        assert matches(pattern, value), pattern
    assert example(CURRENCY) is None
    assert example(SimpleType("T", "string", ("[A-Z0-9]{18,18}[0-9]{2,2}",))) == "529900T8BM49AURSDO55"
