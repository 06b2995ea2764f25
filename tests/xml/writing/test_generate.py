"""Generated messages: valid for every bundled schema, the same for the same seed, plausible."""

import re
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from wissel.core.errors import UsageError
from wissel.xml.writing.generate import full, minimal, random_message, transaction_path, typical
from wissel.xml.writing.generate_identifiers import check_digits_97, isin
from wissel.xml.writing.writer import write
from wissel.xml.xsd.schema_tree import (
    Attribute,
    ComplexType,
    Element,
    Group,
    SchemaTree,
    SimpleType,
    Wildcard,
    read_schema,
)

SCHEMAS = Path(__file__).resolve().parents[3] / "schemas"
FILES = {path.stem: path for path in sorted(SCHEMAS.glob("*/*.xsd"))}
AREAS = sorted({path.parent.name for path in FILES.values()})


@cache
def tree(definition: str) -> SchemaTree:
    return read_schema(FILES[definition].read_bytes())


@cache
def schema(definition: str) -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(FILES[definition]))


def fault(definition: str, values: dict[str, str]) -> str | None:
    """What libxml2 says first against the message."""
    checker = schema(definition)
    checker.validate(etree.fromstring(write(tree(definition), values, pretty=False)))
    return next((f"{definition} {error.path}: {error.message}" for error in checker.error_log), None)


@pytest.mark.parametrize("area", AREAS)
def test_every_definition_gives_valid_messages(area: str) -> None:
    definitions = [name for name, path in FILES.items() if path.parent.name == area]
    faults = []
    for number, definition in enumerate(definitions):
        of = tree(definition)
        made = [make(of, Random(number)) for make in (minimal, typical, full)]
        made += [random_message(of, Random(seed), 0.4) for seed in (number, number + 1_000)]
        faults += [text for values in made if (text := fault(definition, values)) is not None]
        # mandatory parts are in all; everything once is not less than the least
        assert len(made[0]) <= len(made[1]) <= len(made[2])
    assert not faults


def test_all_537_definitions_are_tried() -> None:
    assert len(FILES) == 537


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(sorted(FILES)), st.integers(0, 10**9), st.sampled_from([0.1, 0.6]))
def test_random_messages_are_valid(definition: str, seed: int, probability: float) -> None:
    values = random_message(tree(definition), Random(seed), probability, values_max=400)
    assert fault(definition, values) is None


def test_the_proof_can_fail() -> None:
    values = minimal(tree("pacs.008.001.08"), Random(1))
    values["/Document/FIToFICstmrCdtTrf/GrpHdr/NbOfTxs"] = "one"
    assert "NbOfTxs" in str(fault("pacs.008.001.08", values))


@pytest.mark.parametrize("make", [minimal, typical, full, random_message])
def test_the_same_seed_gives_the_same_message(make: type) -> None:
    of = tree("pain.001.001.09")
    assert make(of, Random(7)) == make(of, Random(7))
    assert make(of, Random(7)) != make(of, Random(8))


@pytest.mark.parametrize(
    ("definition", "path"),
    [
        ("pacs.008.001.08", "/Document/FIToFICstmrCdtTrf/CdtTrfTxInf"),
        ("pain.001.001.09", "/Document/CstmrCdtTrfInitn/PmtInf/CdtTrfTxInf"),
        ("pain.002.001.10", "/Document/CstmrPmtStsRpt/OrgnlPmtInfAndSts/TxInfAndSts"),
        ("pacs.002.001.10", "/Document/FIToFIPmtStsRpt/TxInfAndSts"),
        ("camt.053.001.08", "/Document/BkToCstmrStmt/Stmt/Ntry"),
        ("camt.056.001.08", "/Document/FIToFIPmtCxlReq/Undrlyg/TxInf"),
        ("admi.004.001.02", None),
        ("head.001.001.02", None),
    ],
)
def test_what_counts_as_one_transaction(definition: str, path: str | None) -> None:
    assert transaction_path(tree(definition)) == path


@pytest.mark.parametrize("make", [minimal, typical, full])
def test_counts_and_sums_are_those_of_the_transactions(make: type) -> None:
    values = make(tree("pain.001.001.09"), Random(3), transactions=3)
    top = "/Document/CstmrCdtTrfInitn"
    amounts = [v for p, v in values.items() if re.fullmatch(r".*/CdtTrfTxInf\[\d\]/Amt/InstdAmt", p)]
    assert len(amounts) == len(set(amounts)) == 3
    assert values[f"{top}/GrpHdr/NbOfTxs"] == "3"
    if make is full:
        total = sum(map(Decimal, amounts))
        assert Decimal(values[f"{top}/GrpHdr/CtrlSum"]) == total
        assert Decimal(values[f"{top}/PmtInf[1]/CtrlSum"]) == total
        assert values[f"{top}/PmtInf[1]/NbOfTxs"] == "3"


def test_settlement_total_and_statement_summary() -> None:
    values = full(tree("pacs.008.001.08"), Random(3), transactions=2)
    top = "/Document/FIToFICstmrCdtTrf"
    single = [Decimal(values[f"{top}/CdtTrfTxInf[{n}]/IntrBkSttlmAmt"]) for n in (1, 2)]
    assert Decimal(values[f"{top}/GrpHdr/TtlIntrBkSttlmAmt"]) == sum(single)
    values = full(tree("camt.053.001.08"), Random(3), transactions=2)
    top = "/Document/BkToCstmrStmt/Stmt[1]"
    assert values[f"{top}/TxsSummry/TtlNtries/NbOfNtries"] == "2"
    total = sum(Decimal(values[f"{top}/Ntry[{n}]/Amt"]) for n in (1, 2))
    assert Decimal(values[f"{top}/TxsSummry/TtlCdtNtries/Sum"]) == total
    assert values[f"{top}/TxsSummry/TtlDbtNtries/NbOfNtries"] == "0"


def test_transactions_that_cannot_be_are_refused() -> None:
    with pytest.raises(UsageError, match="no element that is one transaction"):
        minimal(tree("admi.004.001.02"), Random(1), transactions=2)
    with pytest.raises(UsageError, match="takes 1 or more of /Document/FIToFICstmrCdtTrf/CdtTrfTxInf"):
        minimal(tree("pacs.008.001.08"), Random(1), transactions=0)


def mod97(text: str) -> int:
    return int("".join(str(int(character, 36)) for character in text)) % 97


def test_identifiers_have_right_check_digits_and_dates_follow_the_given_one() -> None:
    values = full(tree("pacs.008.001.08"), Random(5), date(2026, 11, 23))
    found = {tag: [v for p, v in values.items() if p.endswith(f"/{tag}")] for tag in ("IBAN", "LEI", "UETR", "Ref")}
    assert all(found.values())
    assert {mod97(value[4:] + value[:4]) for value in found["IBAN"]} == {1}
    assert {mod97(value) for value in found["LEI"]} == {1}
    references = [value for value in found["Ref"] if value.startswith("RF")]
    assert references
    assert {mod97(value[4:] + value[:4]) for value in references} == {1}
    assert re.fullmatch(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", found["UETR"][0])
    top = "/Document/FIToFICstmrCdtTrf"
    assert values[f"{top}/GrpHdr/CreDtTm"].startswith("2026-11-23T")
    assert values[f"{top}/CdtTrfTxInf[1]/IntrBkSttlmDt"] == "2026-11-23"
    assert {v for p, v in values.items() if p.endswith("/@Ccy")} == {"EUR"}


def test_check_digits_of_known_identifiers() -> None:
    assert check_digits_97("ABNA0417164300NL") == "91"
    assert check_digits_97("529900T8BM49AURSDO") == "55"
    assert check_digits_97("539007547034RF") == "18"
    for seed in range(50):
        made = isin("US", Random(seed))
        digits = [int(d) for c in made for d in str(int(c, 36))][::-1]
        doubled = [d if place % 2 == 0 else sum(divmod(2 * d, 10)) for place, d in enumerate(digits)]
        assert sum(doubled) % 10 == 0
        assert re.fullmatch("US[0-9A-Z]{9}[0-9]", made)


def test_parties_and_banks_keep_together() -> None:
    values = full(tree("pacs.008.001.08"), Random(5))
    top = "/Document/FIToFICstmrCdtTrf/CdtTrfTxInf[1]"
    bank = values[f"{top}/DbtrAgt/FinInstnId/BICFI"]
    assert values["/Document/FIToFICstmrCdtTrf/GrpHdr/InstgAgt/FinInstnId/BICFI"] == bank
    assert values[f"{top}/DbtrAcct/Id/IBAN"][:2] == bank[4:6]
    assert values[f"{top}/DbtrAgt/FinInstnId/PstlAdr/Ctry"] == bank[4:6]
    assert values[f"{top}/CdtrAgt/FinInstnId/BICFI"] != bank
    assert values[f"{top}/Cdtr/Nm"] != values[f"{top}/Dbtr/Nm"]


TEXT = SimpleType("Text", "string", length_min=1, length_max=9)


def small(*members: Element | Wildcard | Group, kind: str = "sequence", **types: ComplexType) -> SchemaTree:
    held = ComplexType("Root", Group(kind, members))
    return SchemaTree("t", "urn:t", Element("R", "Root"), {"Root": held, "Text": TEXT, **types})


def test_a_type_that_holds_itself_ends() -> None:
    of = small(Element("R", "Root", 0), Element("A", "Text"))
    assert len(full(of, Random(1))) <= 50
    assert list(minimal(of, Random(1))) == ["/R/A"]


def test_what_holds_a_foreign_element() -> None:
    anything = small(Wildcard("##any", "lax"))
    assert list(minimal(anything, Random(1))) == ["/R/{urn:example:sample}Sample"]
    signature = ComplexType("Sgn", Group("sequence", (Wildcard("urn:sig", "lax"),)))
    of = small(Element("A", "Text"), Element("Sgntr", "Sgn", 0), Sgn=signature)
    assert list(full(of, Random(1))) == ["/R/A"]
    assert "/R/Sgntr/{urn:sig}Sample" in random_message(of, Random(1), 1.0)


def test_an_element_is_not_left_empty() -> None:
    party = ComplexType("Party", Group("sequence", (Element("LEI", "Text", 0), Element("Nm", "Text", 0))))
    assert list(minimal(small(Element("Dbtr", "Party"), Party=party), Random(1))) == ["/R/Dbtr/Nm"]


def test_optional_attributes_are_left_out_of_the_least() -> None:
    value = ComplexType("V", value=TEXT, attributes=(Attribute("a", TEXT, False), Attribute("b", TEXT, True)))
    of = small(Element("E", "V"), V=value)
    assert list(minimal(of, Random(1))) == ["/R/E", "/R/E/@b"]
    assert list(full(of, Random(1))) == ["/R/E", "/R/E/@a", "/R/E/@b"]
