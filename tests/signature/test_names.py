"""Names of issuers as different writers spell them."""

import pytest
from cryptography import x509
from cryptography.x509.oid import NameOID
from hypothesis import given
from hypothesis import strategies as st

from wissel.signature.names import NAME_CHARACTERS_MAX, parsed, same_name

NAME = x509.Name(
    [
        x509.NameAttribute(NameOID.COUNTRY_NAME, "BR"),
        x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Banco, Irmãos & Cia"),
        x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, "CSPB-1"),
        x509.NameAttribute(NameOID.COMMON_NAME, 'O "Assinador"'),
    ]
)


@pytest.mark.parametrize(
    "text",
    [
        'CN=O \\"Assinador\\",OU=CSPB-1,O=Banco\\, Irmãos & Cia,C=BR',
        'CN=O \\"Assinador\\", OU=CSPB-1, O=Banco\\, Irmãos & Cia, C=BR',
        'CN="O \\"Assinador\\""; OU=CSPB-1; O="Banco, Irmãos & Cia"; C=BR',
        'c=br,o=banco\\, irmãos  &  cia,ou=cspb-1,cn=o \\"assinador\\"',
        '2.5.4.3=O \\"Assinador\\",OID.2.5.4.11=CSPB-1,O=Banco\\2C Irm\\C3\\A3os & Cia,C=BR',
    ],
)
def test_the_same_name_in_other_words(text: str) -> None:
    assert same_name(text, NAME)


@pytest.mark.parametrize(
    "text",
    [
        "", "CN", "=x", "CN=O", 'CN=O \\"Assinador\\",OU=CSPB-2,O=Banco\\, Irmãos & Cia,C=BR',
        'CN=O \\"Assinador\\",O=Banco\\, Irmãos & Cia,C=BR', 'OU=CSPB-1,CN=O \\"Assinador\\",O=Banco\\, Irmãos & Cia,C=BR',
        'CN=O \\"Assinador\\"+OU=CSPB-1,O=Banco\\, Irmãos & Cia,C=BR', 'CN="open', "CN=a,", "XX=a", "CN=\\ff",
        "CN=" + "a" * NAME_CHARACTERS_MAX,
    ],
)  # fmt: skip
def test_another_name(text: str) -> None:
    assert not same_name(text, NAME)


def test_several_values_in_one_part() -> None:
    both = x509.RelativeDistinguishedName(
        [x509.NameAttribute(NameOID.COMMON_NAME, "a"), x509.NameAttribute(NameOID.SERIAL_NUMBER, "1")]
    )
    assert same_name("SERIALNUMBER=1+CN=a", x509.Name([both]))
    assert not same_name("SERIALNUMBER=1,CN=a", x509.Name([both]))


TEXTS = st.text(st.characters(exclude_categories=["C", "Zl", "Zp"]), min_size=1, max_size=20).filter(str.strip)


@given(
    st.lists(
        st.tuples(st.sampled_from([NameOID.COMMON_NAME, NameOID.ORGANIZATION_NAME]), TEXTS), min_size=1, max_size=4
    )
)
def test_what_the_library_writes_is_understood(parts: list[tuple[x509.ObjectIdentifier, str]]) -> None:
    name = x509.Name([x509.NameAttribute(kind, text) for kind, text in parts])
    assert same_name(name.rfc4514_string(), name)


@given(st.text(max_size=100))
def test_any_text_is_read_or_not(text: str) -> None:
    assert parsed(text) is None or parsed(text)


def test_a_last_space_that_is_escaped_belongs_to_the_name() -> None:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "0 ")])
    assert same_name("CN=0\\ ", name)
