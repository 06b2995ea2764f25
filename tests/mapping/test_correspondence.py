"""Which place in one message is the place in another, and whether a value fits there."""

from decimal import Decimal

import pytest

from wissel.catalog.definitions import default_catalog
from wissel.catalog.renames import stem
from wissel.mapping.correspondence import Move, NoPlace, Place, moves, pair
from wissel.mapping.fitting import always_fits, fit
from wissel.mapping.table import table
from wissel.xml.xsd.schema_tree import ComplexType, SchemaTree, SimpleType, elements

ORDER, PAYMENT = "CstmrCdtTrfInitn/PmtInf/CdtTrfTxInf", "FIToFICstmrCdtTrf/CdtTrfTxInf"


def place(path: str, source: str = "pain.001.001.03", target: str = "pacs.008.001.08") -> Place | NoPlace:
    catalog = default_catalog()
    return pair(catalog.tree(source), ORDER, catalog.tree(target), PAYMENT).place(path)


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("PmtId/EndToEndId", "PmtId/EndToEndId"),
        ("CdtrAgt/FinInstnId/BIC", "CdtrAgt/FinInstnId/BICFI"),
        ("Cdtr/Id/OrgId/BICOrBEI", "Cdtr/Id/OrgId/AnyBIC"),
        ("Tax/AdmstnZn", "Tax/AdmstnZone"),
        ("RgltryRptg[2]/Dtls[3]/Inf[4]", "RgltryRptg[2]/Dtls[3]/Inf[4]"),
        ("Cdtr/PstlAdr/AdrTp", "Cdtr/PstlAdr/AdrTp/Cd"),
        ("RltdRmtInf[2]/RmtLctnMtd", "RltdRmtInf[2]/RmtLctnDtls/Mtd"),
        ("RltdRmtInf/RmtLctnPstlAdr/Adr/AdrLine[2]", "RltdRmtInf/RmtLctnDtls/PstlAdr/Adr/AdrLine[2]"),
        ("RmtInf/Strd[2]/RfrdDocAmt/TaxAmt", "RmtInf/Strd[2]/RfrdDocAmt/TaxAmt/Amt"),
        ("RmtInf/Strd[2]/RfrdDocAmt/TaxAmt/@Ccy", "RmtInf/Strd[2]/RfrdDocAmt/TaxAmt/Amt/@Ccy"),
        ("Cdtr/PstlAdr", "Cdtr/PstlAdr"),
    ],
)
def test_a_value_finds_its_place(source: str, target: str) -> None:
    found = place(source)
    assert isinstance(found, Place)
    assert found.path == target


@pytest.mark.parametrize(
    ("source", "path"),
    [("RltdRmtInf/RmtLctnDtls[2]/Mtd", "RltdRmtInf"), ("Cdtr/PstlAdr/AdrTp/Cd", "Cdtr/PstlAdr/AdrTp")],
)
def test_moves_lead_back_too_as_far_as_the_older_type_goes(source: str, path: str) -> None:
    catalog = default_catalog()
    found = pair(catalog.tree("pacs.008.001.08"), PAYMENT, catalog.tree("pain.001.001.03"), ORDER).place(source)
    if "[2]" in source:
        assert isinstance(found, NoPlace)
        assert found.too_many
        assert found.why == "pain.001.001.03 has RmtLctnMtd at most 1 times there"
    else:
        assert isinstance(found, Place)
        assert found.path == path


@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("Cdtr/CtctDtls/Othr", "pacs.008.001.08 has no place for it"),
        ("Cdtr/Nonsense", "pain.001.001.03 itself does not say what Nonsense is"),
        ("Cdtr/Nm/@Lang", "pacs.008.001.08 has no attribute Lang there"),
    ],
)
def test_a_value_without_a_place_is_told_why(path: str, why: str) -> None:
    assert place(path) == NoPlace(why)


@pytest.mark.parametrize("move", moves(), ids=lambda move: f"{move.type} {'/'.join(move.one)}")
def test_every_move_is_met_by_its_proof(move: Move) -> None:
    def has(tree: SchemaTree, path: tuple[str, ...]) -> bool:
        holders = [of for of in tree.types.values() if isinstance(of, ComplexType) and stem(of.name) == move.type]
        return any(_reaches(tree, holder, path) for holder in holders)

    older, newer = (default_catalog().tree(definition) for definition in move.proof)
    assert has(older, move.one)
    assert has(newer, move.other)


def _reaches(tree: SchemaTree, of: ComplexType, path: tuple[str, ...]) -> bool:
    found: object = of
    for tag in path:
        if not isinstance(found, ComplexType):
            return False
        child = next((element for element in elements(found) if element.tag == tag), None)
        if child is None:
            return False
        found = tree.type_of(child)
    return True


def text(length_max: int | None = None, **facets: object) -> SimpleType:
    return SimpleType("Text", "string", length_max=length_max, **facets)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("source", "target", "fits"),
    [
        (text(35), text(35), True),
        (text(35), text(70), True),
        (text(70), text(35), False),
        (text(70), text(), True),
        (text(), text(35), False),
        (text(35), text(35, patterns=("[0-9]+",)), False),
        (text(35, patterns=("[0-9]+",)), text(35), True),
        (text(4, enumeration=("A", "B")), text(4, enumeration=("A", "B", "C")), True),
        (text(4, enumeration=("A", "B")), text(4, enumeration=("A",)), False),
        (text(4, enumeration=("ABCD",)), text(4), True),
        (text(4), text(4, enumeration=("A",)), False),
        (SimpleType("Date", "date"), SimpleType("Year", "gYear"), False),
        (SimpleType("A", "decimal", total_digits=18), SimpleType("B", "decimal", total_digits=18), True),
        (SimpleType("A", "decimal", value_min=Decimal(0)), SimpleType("B", "decimal", value_min=Decimal(1)), False),
    ],
)
def test_whether_every_value_of_one_type_is_one_of_another(source: SimpleType, target: SimpleType, fits: bool) -> None:
    assert always_fits(source, target) is fits


def test_a_value_is_cut_only_where_it_may_be() -> None:
    assert fit("abcdef", text(6), may_be_cut=False).text == "abcdef"
    assert fit("abcdef", text(4), may_be_cut=True).text == "abcd"
    assert fit("abc def", text(4), may_be_cut=True).text == "abc"
    refused = fit("abcdef", text(4), may_be_cut=False)
    assert refused.text is None
    assert refused.why == "The value has 6 characters, 2 more than the 4 allowed."


def test_a_date_keeps_its_year_where_the_year_alone_is_taken() -> None:
    year = SimpleType("ISOYear", "gYear")
    assert (fit("2026-05-01", year, False).text, fit("2026", year, False).text) == ("2026", "2026")
    assert fit("next year", year, False).text is None


def test_rows_cover_every_element_of_an_order_in_every_version() -> None:
    """An element that a row forgets would be dropped, though with a record."""
    rows = table("customer_transfer")
    for version in range(3, 14):
        tree = default_catalog().tree(f"pain.001.001.{version:02d}")
        for level, base in (("message", "GrpHdr"), ("group", "PmtInf"), ("transaction", "PmtInf/CdtTrfTxInf")):
            for element in elements(tree.find(f"CstmrCdtTrfInitn/{base}").type):
                path = f"GrpHdr/{element.tag}" if level == "message" else element.tag
                if path in ("CdtTrfTxInf", "PmtId"):
                    continue
                assert any(row.level == level and row.source == path for row in rows), (version, level, path)


def test_rows_lead_to_elements_of_a_payment() -> None:
    tree = default_catalog().tree("pacs.008.001.14")
    for row in table("customer_transfer"):
        if row.target is not None:
            assert tree.find(f"{PAYMENT}/{row.target}").element.tag == row.source.rpartition("/")[2]
    cover = default_catalog().tree("pacs.009.001.13")
    for row in table("cover"):
        if row.target is not None:
            assert cover.find(f"FICdtTrf/CdtTrfTxInf/{row.target}").element.tag == row.source.rpartition("/")[2]
