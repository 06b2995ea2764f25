"""What the cases cannot say of the data rules: hints, reasons, types in every schema, exemptions."""

import pytest

from tests.cases import base, found_in, patched
from wissel.catalog.code_sets import code_set, code_set_of_type, types_without_set
from wissel.catalog.definitions import default_catalog
from wissel.validation.case import Patch
from wissel.validation.rules import all_rules
from wissel.validation.rules.external_codes import _REASONS
from wissel.validation.siblings import amounts, ending, families, occurrences
from wissel.xml.blocks.shape import shape_of
from wissel.xml.xsd.schema_tree import ComplexType, SimpleType

AGENT = "PmtInf/CdtTrfTxInf/CdtrAgt/FinInstnId"


def member(system: str, text: str) -> Patch:
    xml = f"<ClrSysMmbId><ClrSysId><Cd>{system}</Cd></ClrSysId><MmbId>{text}</MmbId></ClrSysMmbId>"
    return Patch("add", AGENT, xml, after="BICFI")


def test_an_iban_with_exchanged_digits_says_where() -> None:
    broken = patched(base("pain.001.001.09"), [Patch("set", "PmtInf/DbtrAcct/Id/IBAN", "DE66370501980012345687")])
    (found,) = found_in(broken, "iso")
    assert found.reason == "AC01"
    assert found.hint is not None
    assert "21 and 22" in found.hint
    assert (found.line, found.stage) == (44, "rule")


def test_an_unknown_code_names_the_nearest_ones() -> None:
    broken = patched(base("pacs.008.001.08"), [Patch("set", "CdtTrfTxInf/PmtTpInf/CtgyPurp/Cd", "SUPPP"[:4].lower())])
    (found,) = found_in(broken, "iso")
    assert (found.code, found.reason, found.value) == ("EXTERNAL-CODE-UNKNOWN", "FF06", "supp")
    assert found.hint is not None
    assert "SUPP" in found.hint


@pytest.mark.parametrize(("agent", "reason"), [("CdtrAgt", "RC04"), ("IntrmyAgt1", "RC11")])
def test_the_reason_follows_the_agent(agent: str, reason: str) -> None:
    system = "<FinInstnId><ClrSysMmbId><ClrSysId><Cd>USABA</Cd></ClrSysId><MmbId>1</MmbId></ClrSysMmbId></FinInstnId>"
    document = base("pain.001.001.09")
    if agent == "CdtrAgt":
        broken = patched(document, [member("USABA", "1")])
    else:
        broken = patched(
            document, [Patch("add", "PmtInf/CdtTrfTxInf", f"<{agent}>{system}</{agent}>", before="CdtrAgt")]
        )
    assert [(one.code, one.reason) for one in found_in(broken, "iso")] == [("ROUTING-NUMBER-INVALID", reason)]


def test_a_member_id_of_an_unknown_system_passes() -> None:
    assert not found_in(patched(base("pain.001.001.09"), [member("AD", "anything")]), "iso")


@pytest.mark.parametrize(
    ("amount", "currency", "codes"),
    [
        ("100", "JPY", []),
        ("1.50", "JPY", ["AMOUNT-DECIMALS"]),
        ("1.234", "BHD", []),
        ("1.2345", "BHD", ["AMOUNT-DECIMALS"]),
        ("1.2345", "CLF", []),
        ("10.005", "EUR", ["AMOUNT-DECIMALS"]),
        ("0", "EUR", ["AMOUNT-ZERO"]),
        ("0.00", "EUR", ["AMOUNT-ZERO"]),
        (".5", "EUR", []),
        ("100", "XXX", ["CURRENCY-NOT-PAYABLE"]),
        ("100", "XTS", ["CURRENCY-NOT-PAYABLE"]),
        ("100", "XAF", []),
        ("100", "UKP", ["CURRENCY-UNKNOWN"]),
    ],
)
def test_amounts_go_by_their_currency(amount: str, currency: str, codes: list[str]) -> None:
    patches = [
        Patch("set", "CdtTrfTxInf/IntrBkSttlmAmt", amount),
        Patch("attribute", "CdtTrfTxInf/IntrBkSttlmAmt/@Ccy", currency),
    ]
    found = found_in(patched(base("pacs.008.001.08"), patches), "iso")
    assert [one.code for one in found] == codes


def test_a_date_is_told_once_however_many_transactions_have_it() -> None:
    patches = [Patch("copy", "CdtTrfTxInf"), Patch("set", "CdtTrfTxInf[1]/IntrBkSttlmDt", "2026-11-20")]
    patches += [Patch("set", "CdtTrfTxInf[2]/IntrBkSttlmDt", "2026-11-20")]
    found = found_in(patched(base("pacs.008.001.08"), patches), "iso")
    assert [one.transaction for one in found if one.code == "SETTLEMENT-DATE-PAST"] == [1]


def test_every_typed_identifier_of_every_schema_is_known_to_a_rule() -> None:
    """IBAN, BIC, LEI, country and currency types; the pattern of the schema has a UETR in full."""
    types = tuple(one for rule in all_rules() if hasattr(rule, "types") for one in rule.types)
    catalog = default_catalog()
    for definition in catalog.definitions():
        for name, kind in catalog.tree(definition).types.items():
            plain = kind.value if isinstance(kind, ComplexType) else kind
            if name.startswith(("IBAN", "BIC", "AnyBIC", "LEI", "CountryCode", "CurrencyCode", "ActiveCurrencyCode")):
                assert name.startswith(types), f"{name} of {definition}"
            if name == "UUIDv4Identifier":
                assert isinstance(plain, SimpleType)
                assert plain.patterns == ("[a-f0-9]{8}-[a-f0-9]{4}-4[a-f0-9]{3}-[89ab][a-f0-9]{3}-[a-f0-9]{12}",)


def test_every_external_code_of_every_schema_has_a_set_or_a_reason_why_not() -> None:
    catalog = default_catalog()
    names = {name for one in catalog.definitions() for name in catalog.tree(one).types if name.startswith("External")}
    for name in names:
        assert code_set_of_type(name) or name in types_without_set(), name
    for name in _REASONS:
        found = code_set(name)
        assert found is not None
        assert found.confidence == "high", name


def test_siblings_are_found_below_the_same_parent() -> None:
    shape = shape_of(
        (
            "RmtInf/Strd/CdtrRefInf/Tp/Issr",
            "RmtInf/Strd/CdtrRefInf/Ref",
            "RmtInf/Strd[2]/CdtrRefInf/Ref",
            "RmtInf/Strd[3]/CdtrRefInf/Ref",
            "RmtInf/Strd[3]/CdtrRefInf/Tp/Issr",
            "Ref",
            "Amt/@Ccy",
            "Amt",
        )
    )
    assert ending(shape, "Ref") == (1, 2, 3, 5)
    assert ending(shape, "CdtrRefInf/Ref") == (1, 2, 3)
    assert families(shape, "CdtrRefInf/Ref", "Tp/Issr", "Tp/Cd") == ((1, 0, -1), (2, -1, -1), (3, 4, -1))
    assert families(shape, "Ref", "Amt")[3] == (5, 7)
    assert amounts(shape) == ((7, 6),)
    assert occurrences(shape, "Strd") == ("RmtInf/Strd", "RmtInf/Strd[2]", "RmtInf/Strd[3]")
