"""Postal addresses: their form, what schemes say on a day, and proposals that invent nothing."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.cases import base, patched
from wissel.catalog.definitions import default_catalog
from wissel.core.finding import Finding, Severity
from wissel.core.identifiers.country import accepted_countries, countries
from wissel.core.limits import Limits
from wissel.validation.address_audit import Audit, PartyRow
from wissel.validation.address_data import address_data, country_named, plain_words, post_codes
from wissel.validation.address_proposal import propose
from wissel.validation.address_schemes import Scheme, Standing, opinions, scheme_of, schemes, standing
from wissel.validation.addresses import (
    ELEMENTS,
    Address,
    Form,
    Makeup,
    addresses,
    all_structured,
    faults,
    form_of,
    repeats,
    role_of,
)
from wissel.validation.case import Patch
from wissel.validation.guideline import load, names
from wissel.validation.rules.addresses import RULES
from wissel.validation.validate import Options, validate
from wissel.xml.block import Block
from wissel.xml.lexer import Mark
from wissel.xml.source import Source

SEPA_DAY = date(2026, 11, 15)
TODAY = date(2026, 11, 23)


def address(*lines: str, **elements: str) -> Address:
    return Address("Dbtr/PstlAdr", lines, tuple((tag, elements[tag]) for tag in ELEMENTS if tag in elements))


def scheme(name: str) -> Scheme:
    return next(one for one in schemes() if one.name == name)


def block_of(**texts: str) -> Block:
    block = Block("transaction", "CdtTrfTxInf", 1, None)
    mark: list[Mark] = []
    block.fill(tuple(path.replace("__", "/") for path in texts), list(texts.values()), mark)
    return block


# --- form and faults ---


@pytest.mark.parametrize(
    ("made", "form", "codes"),
    [
        (address(), Form.NONE, []),
        (address(TwnNm="Bern", Ctry="CH"), Form.STRUCTURED, []),
        (address(StrtNm="Marktgasse", TwnNm="Bern", Ctry="CH"), Form.STRUCTURED, []),
        (address(Ctry="CH"), Form.FAULTY, ["ADDRESS-TOWN-MISSING"]),
        (address(TwnNm="Bern"), Form.FAULTY, ["ADDRESS-COUNTRY-MISSING"]),
        (address(StrtNm="Marktgasse"), Form.FAULTY, ["ADDRESS-TOWN-MISSING", "ADDRESS-COUNTRY-MISSING"]),
        (address("Marktgasse 28", TwnNm="Bern", Ctry="CH"), Form.HYBRID, []),
        (address("Marktgasse 28", "Gate 4", TwnNm="Bern", Ctry="CH"), Form.HYBRID, []),
        (address("a", "b", "c", TwnNm="Bern", Ctry="CH"), Form.FAULTY, ["ADDRESS-LINE-TOO-MANY"]),
        (address("x" * 70, TwnNm="Bern", Ctry="CH"), Form.HYBRID, []),
        (address("x" * 71, TwnNm="Bern", Ctry="CH"), Form.FAULTY, ["ADDRESS-LINE-TOO-LONG"]),
        (address("3000 Bern", TwnNm="Bern", Ctry="CH"), Form.FAULTY, ["ADDRESS-LINE-REPEATS"]),
        (address("Marktgasse 28", "3000 Bern"), Form.UNSTRUCTURED, ["ADDRESS-UNSTRUCTURED"]),
        (address("a", "b", "c", "d", "e", "f", "g"), Form.UNSTRUCTURED, ["ADDRESS-UNSTRUCTURED"]),
        (address("Marktgasse 28", "3000 Bern", Ctry="CH"), Form.UNSTRUCTURED, ["ADDRESS-TOWN-MISSING"]),
        (address("Marktgasse 28", TwnNm="Bern"), Form.UNSTRUCTURED, ["ADDRESS-COUNTRY-MISSING"]),
        (address("x", PstCd="3000"), Form.UNSTRUCTURED, ["ADDRESS-TOWN-MISSING", "ADDRESS-COUNTRY-MISSING"]),
    ],
)
def test_form_and_faults(made: Address, form: Form, codes: list[str]) -> None:
    assert form_of(made) is form
    assert [fault.code for fault in faults(made)] == codes


@pytest.mark.parametrize(
    ("tag", "text", "line", "again"),
    [
        ("TwnNm", "Bern", "3000 Bern", True),
        ("TwnNm", "Bern", "BERN", True),
        ("TwnNm", "Bern", "Marktgasse 28, Bern", True),
        ("TwnNm", "Bern", "Bern, Marktgasse 28", True),
        ("TwnNm", "Bern", "Bernstrasse 3", False),
        ("TwnNm", "Zürich", "8000 ZURICH", True),
        ("TwnNm", "Paris", "5 Rue de Paris", False),
        ("TwnNm", "Paris", "Rue de Paris 5", False),
        ("TwnNm", "Paris", "75001 Paris", True),
        ("TwnNm", "New York", "100 York Avenue", False),
        ("TwnNm", "New York", "Suite 4, New York", True),
        ("PstCd", "1017 BZ", "1017BZ Amsterdam", True),
        ("PstCd", "3000", "Bern 3000", True),
        ("PstCd", "3000", "Box 30001", False),
        ("PstCd", "28", "Marktgasse 28", False),
        ("Ctry", "CH", "CH-3000 Bern", True),
        ("Ctry", "CH", "Bern CH", True),
        ("Ctry", "CH", "Schweiz", True),
        ("Ctry", "CH", "3000 Bern, Switzerland", True),
        ("Ctry", "DE", "12 Rue de la Gare", False),
        ("Ctry", "LU", "L-1234 Luxembourg", False),  # behind a post code it is the town of that name
        ("Ctry", "LU", "1234 Luxembourg", False),
    ],
)
def test_what_counts_as_said_again(tag: str, text: str, line: str, again: bool) -> None:
    assert repeats(tag, text, line) is again


def test_addresses_of_a_block_whoever_they_belong_to() -> None:
    found = list(
        addresses(
            block_of(
                Dbtr__Nm="A",
                Dbtr__PstlAdr__AdrTp__Cd="BIZZ",
                Dbtr__PstlAdr__TwnNm=" Bern ",
                Dbtr__PstlAdr__AdrLine="Marktgasse 28",
                CdtrAgt__FinInstnId__PstlAdr="",
                Cdtr__PstlAdr__AdrLine=" ",
                RmtInf__Strd__Invcr__PstlAdr__Ctry="CH",
                RltdRmtInf__RmtLctnMtd__PstlAdr__Nm="B",
                RltdRmtInf__RmtLctnMtd__PstlAdr__Adr__Ctry="NL",
            )
        )
    )
    told = [(one.path, one.lines, one.elements, one.makeup) for one in found]
    assert told == [
        ("Dbtr/PstlAdr", ("Marktgasse 28",), (("TwnNm", "Bern"),), Makeup.MIXED),
        ("CdtrAgt/FinInstnId/PstlAdr", (), (), Makeup.NOTHING),
        ("Cdtr/PstlAdr", (), (), Makeup.NOTHING),
        ("RmtInf/Strd/Invcr/PstlAdr", (), (("Ctry", "CH"),), Makeup.ELEMENTS),
        ("RltdRmtInf/RmtLctnMtd/PstlAdr/Adr", (), (("Ctry", "NL"),), Makeup.ELEMENTS),
    ]
    assert [role_of(one.path) for one in found] == ["Dbtr", "CdtrAgt", "Cdtr", "Invcr", "RmtLctnMtd"]


@pytest.mark.parametrize(
    ("texts", "structured"),
    [
        ({"Dbtr__Nm": "A"}, True),
        ({"Dbtr__PstlAdr__TwnNm": "Bern", "Dbtr__PstlAdr__Ctry": "CH"}, True),
        ({"Dbtr__PstlAdr__TwnNm": " ", "Dbtr__PstlAdr__Ctry": "CH"}, False),
        ({"Dbtr__PstlAdr__TwnNm": "Bern", "Dbtr__PstlAdr__Ctry": "CH", "Dbtr__PstlAdr__AdrLine": "x"}, False),
        ({"Dbtr__PstlAdr__TwnNm": "Bern", "Dbtr__PstlAdr__Ctry": "CH", "Cdtr__PstlAdr__Ctry": "CH"}, False),
    ],
)
def test_what_the_shape_tells_agrees_with_the_form(texts: dict[str, str], structured: bool) -> None:
    block = block_of(**texts)
    assert all_structured(block) is structured
    assert all(form_of(one) is Form.STRUCTURED for one in addresses(block)) is structured


@pytest.mark.parametrize(
    ("path", "role"),
    [
        ("RtrChain/Dbtr/Pty/PstlAdr", "Dbtr"),
        ("RtrChain/Dbtr/Agt/FinInstnId/PstlAdr", "Dbtr"),
        ("CdtrAgt/BrnchId/PstlAdr", "CdtrAgt"),
        ("RmtInf/Strd[2]/Invcee/PstlAdr", "Invcee"),
        ("PrvsInstgAgt1/FinInstnId/PstlAdr", "PrvsInstgAgt1"),
        ("RltdRmtInf[3]/RmtLctnMtd[2]/PstlAdr/Adr", "RmtLctnMtd"),
    ],
)
def test_roles(path: str, role: str) -> None:
    assert role_of(path) == role


# --- schemes ---


@pytest.mark.parametrize(
    ("name", "made", "day", "expected", "since"),
    [
        ("sepa", address("a"), SEPA_DAY - timedelta(1), Standing.LATER, SEPA_DAY),
        ("sepa", address("a"), SEPA_DAY, Standing.REFUSED, SEPA_DAY),
        ("sepa", address("a", Ctry="DE"), SEPA_DAY - timedelta(1), Standing.LATER, SEPA_DAY),
        ("sepa", address("a", "b", "c"), date(2025, 1, 1), Standing.DOUBTFUL, None),
        ("sepa", address("a", TwnNm="Bern", Ctry="CH"), SEPA_DAY, Standing.ACCEPTED, None),
        ("sepa", address("Bern", TwnNm="Bern", Ctry="CH"), SEPA_DAY, Standing.DOUBTFUL, date(2025, 10, 5)),
        ("cbpr-plus-2025", address("a"), date(2026, 11, 13), Standing.EXPECTED, date(2026, 11, 14)),
        ("cbpr-plus-2025", address("a"), date(2026, 11, 14), Standing.DOUBTFUL, date(2026, 11, 14)),
        ("cbpr-plus-2025", address("x" * 36), date(2026, 11, 13), Standing.REFUSED, date(2025, 11, 22)),
        ("cbpr-plus-2025", address("x" * 35), date(2026, 11, 13), Standing.EXPECTED, date(2026, 11, 14)),
        ("cbpr-plus-2025", address("a", Ctry="CH"), date(2025, 11, 22), Standing.REFUSED, date(2025, 11, 22)),
        ("cbpr-plus-2025", address(Ctry="CH"), TODAY, Standing.REFUSED, date(2025, 11, 22)),
        ("cbpr-plus-2026", address("a"), date(2026, 11, 13), Standing.LATER, date(2026, 11, 14)),
        ("cbpr-plus-2026", address("a"), date(2026, 11, 14), Standing.REFUSED, date(2026, 11, 14)),
        ("fedwire", address("a"), date(2026, 11, 15), Standing.LATER, date(2026, 11, 16)),
        ("fedwire", address("a"), date(2026, 11, 16), Standing.REFUSED, date(2026, 11, 16)),
        ("chaps", address("a"), TODAY, Standing.DOUBTFUL, date(2026, 11, 14)),
        ("t2", address("a"), date(2026, 11, 13), Standing.EXPECTED, date(2026, 11, 14)),
        ("swiss-sps", address("a"), date(2026, 11, 14), Standing.REFUSED, date(2026, 11, 14)),
    ],
)
def test_what_a_scheme_says_on_a_day(
    name: str, made: Address, day: date, expected: Standing, since: date | None
) -> None:
    said = opinions(scheme(name), made, day)
    assert standing(said) is expected
    told = {one.since for one in said if one.standing is expected}
    assert (min((d for d in told if d), default=None)) == since


def test_the_nearest_guideline_decides_the_scheme() -> None:
    chosen = [scheme_of(load(name).chain) for name in names()]
    assert {name: one.name if one else None for name, one in zip(names(), chosen, strict=True)} == {
        **dict.fromkeys(("iso", "fednow", "rtp")),
        **dict.fromkeys(("sepa-sct", "sepa-sct-inst", "sepa-sdd-core", "sepa-sdd-b2b"), "sepa"),
        **{name: name for name in ("cbpr-plus-2025", "cbpr-plus-2026", "chaps", "fedwire", "swiss-sps", "t2")},
    }
    assert scheme_of(("mine", "cbpr-plus-2026", "cbpr-plus-2025", "iso")) == scheme("cbpr-plus-2026")


def test_each_guideline_of_a_scheme_applies_the_rules_and_no_other_does() -> None:
    codes = {rule.facts.code for rule in RULES}
    for name in names():
        guideline = load(name)
        applied = {facts.code for facts in guideline.facts()} & codes
        assert applied == (codes if scheme_of(guideline.chain) is not None else set()), name


def test_the_data_is_sound() -> None:
    told = {code for one in schemes() for ruling in one.rulings for code in ruling.codes}
    assert told == {rule.facts.code for rule in RULES}
    for one in schemes():
        assert not (one.families and one.except_families)
        for ruling in one.rulings:
            assert ruling.source
            assert ruling.confidence in ("high", "medium", "low")
            assert ruling.weight is not Severity.ERROR or ruling.confidence == "high", "what is not sure warns"
            assert "ADDRESS-LINE-REPEATS" not in ruling.codes or ruling.weight is Severity.WARNING
    assert set(address_data()) == {"scheme", "post_codes", "country_names"}
    assert set(post_codes()) | set(address_data()["country_names"]) <= accepted_countries()


def test_statements_are_not_judged() -> None:
    assert [one.name for one in schemes() if one.is_for("camt.053")] == []
    assert all(one.is_for("pacs.008") for one in schemes())


# --- proposals ---


@pytest.mark.parametrize(
    ("made", "elements", "lines"),
    [
        (address("Marktgasse 28", "CH/9400 Rorschach"), "PstCd 9400|TwnNm Rorschach|Ctry CH", ["Marktgasse 28"]),
        (address("Marktgasse 28", "9400 Rorschach", Ctry="CH"), "PstCd 9400|TwnNm Rorschach|Ctry CH", ["Marktgasse 28"]),
        (address("Hauptstr. 3", "10115 Berlin", "DE"), "PstCd 10115|TwnNm Berlin|Ctry DE", ["Hauptstr. 3"]),
        (address("Hauptstr. 3", "D-10115 Berlin", Ctry="DE"), "PstCd 10115|TwnNm Berlin|Ctry DE", ["Hauptstr. 3"]),
        (address("Rue 1", "75001 Paris FR"), "PstCd 75001|TwnNm Paris|Ctry FR", ["Rue 1"]),
        (address("32547 Frankfurt Germany"), "PstCd 32547|TwnNm Frankfurt|Ctry DE", []),
        (address("Frankfurt am Main 60311", Ctry="DE"), "PstCd 60311|TwnNm Frankfurt am Main|Ctry DE", []),
        (address("Herengracht 418", "1017 BZ  Amsterdam", Ctry="NL"), "PstCd 1017 BZ|TwnNm Amsterdam|Ctry NL", ["Herengracht 418"]),
        (address("115 rue de Sèvres", "75006 Paris", "France"), "PstCd 75006|TwnNm Paris|Ctry FR", ["115 rue de Sèvres"]),
        (address("25 Gresham Street", "London EC2V 7HN", "UK"), "PstCd EC2V 7HN|TwnNm London|Ctry GB", ["25 Gresham Street"]),
        (address("123 MAIN STREET", "ANYTOWN, TX 12345", "USA"), "PstCd 12345|TwnNm ANYTOWN|CtrySubDvsn TX|Ctry US", ["123 MAIN STREET"]),
        (address("1 King St", "Sydney NSW 2000", "Australia"), "PstCd 2000|TwnNm Sydney|CtrySubDvsn NSW|Ctry AU", ["1 King St"]),
        (address("Calle 5", "28013 Madrid, España"), "PstCd 28013|TwnNm Madrid|Ctry ES", ["Calle 5"]),
        (address("Box 1", "SE-111 22 Stockholm"), "PstCd 111 22|TwnNm Stockholm|Ctry SE", ["Box 1"]),
        (address("ul. Prosta 1", "00-838 Warszawa", "Polska"), "PstCd 00-838|TwnNm Warszawa|Ctry PL", ["ul. Prosta 1"]),
        (address("Place 1", "L-1234 Luxembourg", Ctry="LU"), "PstCd 1234|TwnNm Luxembourg|Ctry LU", ["Place 1"]),
        (address("Marktgasse 28", "3000 Bern", TwnNm="Bern", Ctry="CH"), "PstCd 3000|TwnNm Bern|Ctry CH", ["Marktgasse 28"]),
        (address("Marktgasse 28, Bern", TwnNm="Bern", Ctry="CH"), "TwnNm Bern|Ctry CH", ["Marktgasse 28"]),
    ],
)  # fmt: skip
def test_what_is_proposed(made: Address, elements: str, lines: list[str]) -> None:
    found = propose(made)
    assert found is not None
    assert found.missing == ""
    assert "|".join(f"{tag} {text}" for tag, text in found.elements) == elements
    assert list(found.lines) == lines


@pytest.mark.parametrize(
    ("made", "missing"),
    [
        (address("Marktgasse 28", "9400 Rorschach"), "no line ends in the name or code of a country"),
        (address("123 MAIN STREET", "ANYTOWN, TX 12345"), "no line ends in the name or code of a country"),
        (address("1 Peachtree St", "Atlanta, Georgia"), "no line ends in the name or code of a country"),
        (address("1 Main St", "Springfield", "CA"), "no line ends in the name or code of a country"),
        (address("1 Main St", "Hauptstr. 3", "Berlin", "DE"), "no line ends in the name or code of a country"),
        (address("Hauptstr. 3", "Berlin", "Germany"), "no line is surely a post code and town of DE"),
        (address("1 Queens Road", "Hong Kong"), "no line is surely a post code and town of HK"),
        (address("1180 Chaussée de Waterloo", Ctry="BE"), "no line is surely a post code and town of BE"),
        (address("Postfach 3000", Ctry="CH"), "no line is surely a post code and town of CH"),
        (address("1211 Genève 3", Ctry="CH"), "no line is surely a post code and town of CH"),
        (address("Marktgasse 28", "3000 Bern", "Germany", Ctry="CH"), "the lines name another country than Ctry"),
        (address("a", "b", "c", "3000 Bern", Ctry="CH"), "3 lines would remain, at most 2 may"),
        (address("Bahnhof Bern", "3000 Bern", Ctry="CH"), "a line says again what stands in TwnNm Bern"),
        (address(Ctry="CH"), "there is no AdrLine to read town or country from"),
    ],
)
def test_what_is_not_proposed_and_why(made: Address, missing: str) -> None:
    found = propose(made)
    assert found is not None
    assert (found.missing, found.added) == (missing, ())


def test_what_is_right_needs_no_proposal() -> None:
    assert propose(address()) is None
    assert propose(address(TwnNm="Bern", Ctry="CH")) is None
    assert propose(address("Marktgasse 28", TwnNm="Bern", Ctry="CH")) is None


STREETS = st.sampled_from(["Hauptstr. 3", "5 Rue de Paris", "Box 12", "Bahnhof Bern", "Gate 4, Bern", "Paris"])
PLACES = st.sampled_from(
    [
        ("10115 Berlin", "Germany", "DE"), ("D-10115 Berlin", "DE", "DE"), ("CH-3000 Bern", "Schweiz", "CH"),
        ("3000 Bern", "CH", "CH"), ("75001 Paris", "France", "FR"), ("Paris 75001", "FR", "FR"),
        ("1017BZ Amsterdam", "Nederland", "NL"), ("Anytown, NY 10001", "USA", "US"), ("Atlanta, GA 30301", "US", "US"),
        ("London EC2V 7HN", "United Kingdom", "GB"), ("L-1234 Luxembourg", "Luxembourg", "LU"),
        ("Singapore 123456", "Singapore", "SG"), ("1211 Genève 3", "Suisse", "CH"), ("Berlin", "Germany", "DE"),
        ("Bern", "Georgia", "GE"),
    ]
)  # fmt: skip
WORDS = st.one_of(STREETS, PLACES.map(lambda place: place[0]), PLACES.map(lambda place: place[1]), st.just(","))
TEXTS = st.one_of(st.lists(WORDS, min_size=1, max_size=3).map(" ".join), st.text(min_size=1, max_size=40))


@st.composite
def written(draw: st.DrawFn) -> Address:
    """An address: mostly as people write them, with the country named in many ways or twice, or wrongly."""
    place, country, code = draw(PLACES)
    streets = draw(st.lists(STREETS, max_size=2))
    lines = draw(
        st.sampled_from([[place], [place, country], [f"{place}, {country}"], [f"{place} {country}"], [place, "Spain"]])
    )
    if draw(st.integers(0, 4)) == 0:
        lines = draw(st.lists(TEXTS.map(str.strip).filter(bool), max_size=4))
    elements = {
        "Ctry": draw(st.sampled_from(["", "", code, code, "BR"])),
        "TwnNm": draw(st.sampled_from(["", "", "Bern"])),
    }
    return address(*streets, *lines, **{tag: text for tag, text in elements.items() if text})


@settings(max_examples=400, deadline=None)
@given(made=written())
def test_a_proposal_invents_nothing_and_is_accepted(made: Address) -> None:
    lines = list(made.lines)
    found = propose(made)
    if found is None or found.missing:
        return
    known = dict(made.elements)
    for tag, text in found.elements:
        if tag in known:
            assert text == known[tag]
        elif tag == "Ctry":
            assert text in accepted_countries()
            assert names_country(text, lines)
        else:
            assert any(text in line for line in lines)
    for line in found.lines:
        assert any(line in given_line for given_line in lines)
    result = Address(made.path, found.lines, found.elements)
    assert form_of(result) in (Form.STRUCTURED, Form.HYBRID)
    assert not any(repeats("TwnNm", result.get("TwnNm"), line) for line in result.lines)
    assert propose(result) is None


def names_country(code: str, lines: list[str]) -> bool:
    """Whether the last line has the code or a name of a country, by its words."""
    words = plain_words(" ".join(lines))
    row = countries()[code]
    called = [row.name, row.in_words, code, *address_data()["country_names"].get(code, ())]
    return any(set(plain_words(name)) <= set(words) for name in called)


def test_names_of_countries() -> None:
    found = {name: country_named(name) for name in ("Österreich", "SCHWEIZ", "the Netherlands", "Georgia", "Bern")}
    assert found == {"Österreich": "AT", "SCHWEIZ": "CH", "the Netherlands": "NL", "Georgia": "GE", "Bern": None}


# --- rules ---


def found_in(patches: list[Patch], guideline: str, day: date) -> list[Finding]:
    document = patched(base("pain.001.001.09"), patches)
    report = validate(Source.from_bytes(document), Options(day, guideline), default_catalog())
    return [one for one in report.all_findings if one.code.startswith("ADDRESS-")]


def replaced(path: str, xml: str) -> list[Patch]:
    return [Patch("remove", f"{path}/PstlAdr"), Patch("add", path, f"<PstlAdr>{xml}</PstlAdr>", after="Nm")]


LINES = "<AdrLine>Legmeerdijk 313</AdrLine><AdrLine>1431 GB Aalsmeer</AdrLine><AdrLine>Nederland</AdrLine>"


def test_a_finding_tells_whose_address_since_when_and_how_to_mend_it() -> None:
    (one,) = found_in(replaced("PmtInf/CdtTrfTxInf[2]/Cdtr", LINES), "sepa-sct", TODAY)
    assert one.code == "ADDRESS-UNSTRUCTURED"
    assert one.severity is Severity.ERROR
    assert one.message == (
        "Cdtr: The address has 3 AdrLine and neither TwnNm nor Ctry. SEPA refuses this since 2026-11-15 (older pages say "
        "22 November 2026)."
    )
    assert one.path == "/Document/CstmrCdtTrfInitn/PmtInf[1]/CdtTrfTxInf[2]/Cdtr/PstlAdr/AdrLine"
    assert (one.transaction, one.value, one.reason) == (2, "Legmeerdijk 313", "BE04")
    assert one.hint == ("proposal from its own lines: PstCd 1431 GB; TwnNm Aalsmeer; Ctry NL; AdrLine Legmeerdijk 313")
    assert one.source == "EPC153-22 v2.1 (by settlement date between banks)"


def test_before_its_day_a_fault_warns_and_names_the_day() -> None:
    (one,) = found_in(replaced("PmtInf/Dbtr", "<AdrLine>Industriestrasse 17</AdrLine>"), "sepa-sct", date(2026, 11, 14))
    assert (one.severity, one.reason, one.transaction) == (Severity.WARNING, "BE07", None)
    assert "From 2026-11-15 on SEPA refuses this" in one.message


def test_where_sources_differ_it_only_warns() -> None:
    patches = replaced("PmtInf/Dbtr", "<AdrLine>Industriestrasse 17</AdrLine>")
    found = {name: found_in(patches, name, TODAY) for name in ("cbpr-plus-2025", "cbpr-plus-2026")}
    assert {name: [one.severity for one in some] for name, some in found.items()} == {
        "cbpr-plus-2025": [Severity.WARNING],
        "cbpr-plus-2026": [Severity.ERROR],
    }
    assert "secondary sources say that Swift put SR2026 off" in found["cbpr-plus-2025"][0].message


def test_the_finding_of_a_missing_town_stands_at_the_address_with_its_line() -> None:
    patches = [Patch("remove", "PmtInf/Dbtr/PstlAdr/TwnNm")]
    (one,) = found_in(patches, "sepa-sct", TODAY)
    document = patched(base("pain.001.001.09"), patches).decode().splitlines()
    assert one.path == "/Document/CstmrCdtTrfInitn/PmtInf[1]/Dbtr/PstlAdr"
    assert one.line is not None
    assert "<StrtNm>Industriestrasse</StrtNm>" in document[one.line - 1]


def test_iso_says_nothing_of_addresses() -> None:
    assert found_in(replaced("PmtInf/Dbtr", LINES), "iso", TODAY) == []


# --- audit ---


def rows_of(document: bytes, day: date = TODAY) -> list[PartyRow]:
    return list(Audit(schemes(), day, default_catalog()).rows(Source.from_bytes(document), Limits()))


def test_the_audit_has_a_row_for_each_party_with_or_without_an_address() -> None:
    found = rows_of(base("pacs.008.001.08"))
    assert [(row.transaction, row.role, row.form.value) for row in found] == [
        (1, "Dbtr", "structured"),
        (1, "DbtrAgt", "structured"),
        (1, "CdtrAgt", "structured"),
        (1, "Cdtr", "structured"),
        (None, "InstgAgt", "none"),
        (None, "InstdAgt", "none"),
    ]
    assert found[0].name == "Schraubenwerk Lindner GmbH"
    assert found[4].name == "RHEUDEFF"


def test_a_scheme_is_asked_of_its_currency_only() -> None:
    document = base("pacs.008.001.08")
    asked = {row.role: [one.scheme for one in row.sayings] for row in rows_of(document)}
    assert asked["Cdtr"] == ["sepa", "cbpr-plus-2025", "cbpr-plus-2026", "t2", "swiss-sps"]
    dollars = document.replace(b'Ccy="EUR"', b'Ccy="USD"')
    asked = {row.role: [one.scheme for one in row.sayings] for row in rows_of(dollars)}
    assert asked["Cdtr"] == ["cbpr-plus-2025", "cbpr-plus-2026", "fedwire", "chips", "swiss-sps"]
    assert asked["InstgAgt"] == asked["Cdtr"]


def test_statements_are_listed_but_nobody_judges_them() -> None:
    found = rows_of(base("camt.053.001.08"))
    assert len(found) == 3
    assert {row.sayings for row in found} == {()}


def test_a_message_of_an_unknown_definition_shows_its_addresses() -> None:
    audit = Audit(schemes(), TODAY, default_catalog())
    text = base("pain.001.001.03").replace(b"pain.001.001.03", b"pain.001.001.99")
    found = list(audit.rows(Source.from_bytes(text), Limits()))
    assert [(row.role, row.form.value) for row in found] == [("Dbtr", "unstructured")]
    assert (audit.messages, audit.unknown, audit.refused) == (1, 1, None)
