"""Proposals for addresses: out of their own lines, nothing invented."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.validation.address_samples import address
from wissel.core.identifiers.country import accepted_countries, countries
from wissel.validation.address_data import address_data, country_named, plain_words
from wissel.validation.address_proposal import propose
from wissel.validation.addresses import Address, Form, form_of, repeats


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
