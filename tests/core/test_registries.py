"""Every table equals the registry that a well-kept library ships; what differs is listed here with its reason."""

import contextlib
import re
from collections.abc import Iterator
from itertools import product
from string import ascii_uppercase

import iso4217
import iso_4217
import pycountry
import pytest
from schwifty import registry as schwifty_registry
from schwifty.domain import Component, IBANSpec
from schwifty.exceptions import InvalidCountryCode
from stdnum import numdb

from wissel.core.identifiers import table
from wissel.core.identifiers.clearing import clearing_systems
from wissel.core.identifiers.country import countries
from wissel.core.identifiers.currency import active_currencies, currencies
from wissel.core.identifiers.iban import iban_formats
from wissel.core.identifiers.structure import kinds

TABLES = ("iban_registry", "currencies", "countries", "clearing_member_formats")
BRAZIL = {"BR"}  # stdnum 8!n5!n10!n1!a1!c, schwifty 8!c5!n10!n1!c1!c: ours takes the wider one


def structures_of_stdnum() -> Iterator[tuple[str, str]]:
    database = numdb.get("iban")
    for code in map("".join, product(ascii_uppercase, repeat=2)):
        found = database.info(code + "0" * 30)[0][1]
        if found:
            yield code, found["bban"]


def test_the_registered_ibans_are_those_of_stdnum() -> None:
    ours = {
        c: form.structure.removeprefix("2!a2!n") for c, form in iban_formats().items() if form.standing == "registered"
    }
    theirs = dict(structures_of_stdnum())
    assert ours.keys() == theirs.keys()
    assert {code for code, structure in ours.items() if structure != theirs[code]} == BRAZIL


def specs_of_schwifty() -> dict[str, IBANSpec]:
    found = {}
    for code in map("".join, product(ascii_uppercase, repeat=2)):
        with contextlib.suppress(InvalidCountryCode):
            found[code] = schwifty_registry.get_iban_spec(code)
    return found


def test_all_ibans_are_those_of_schwifty() -> None:
    theirs = specs_of_schwifty()
    assert set(iban_formats()) == set(theirs)
    for code, form in iban_formats().items():
        assert kinds(form.structure) == kinds("2!a2!n" + theirs[code].bban_spec), code
        assert form.length == theirs[code].iban_length == sum(map(int, re.findall(r"\d+", form.structure)))
        assert (form.standing == "unregistered") == theirs[code].aspirational


def test_where_the_bank_stands_is_as_in_schwifty() -> None:
    for code, spec in specs_of_schwifty().items():
        form = iban_formats()[code]
        for part, ours in ((Component.BANK_CODE, form.bank), (Component.BRANCH_CODE, form.branch)):
            theirs = spec.positions[part]
            # schwifty counts from the fifth character on
            assert ours == ((theirs.start + 4, theirs.end + 4) if theirs.end > theirs.start else None), (code, part)


def test_territories_are_under_a_registered_country() -> None:
    for form in iban_formats().values():
        assert (form.standing == "included") == bool(form.under)
        if form.under:
            parent = iban_formats()[form.under]
            assert parent.standing == "registered"
            assert parent.structure == form.structure


def test_the_active_currencies_are_those_of_both_libraries() -> None:
    ours = active_currencies()
    assert ours == {row.alpha_3 for row in pycountry.currencies} == {row.code for row in iso4217.Currency}
    for row in iso4217.Currency:
        mine = currencies()[row.code]
        assert mine.minor_units == row.exponent, row.code
        assert int(mine.numeric) == row.number, row.code
        assert mine.name == " ".join(row.currency_name.split()), row.code


def test_funds_and_historic_currencies_are_those_of_iso_4217() -> None:
    library = {row.name: row for row in iso_4217.Currency}
    funds = {code for code, row in library.items() if row.is_fund} & active_currencies()
    assert {code for code, row in currencies().items() if row.kind == "fund"} == funds
    gone = {code: row for code, row in library.items() if not row.entities}
    historic = {code: row for code, row in currencies().items() if row.kind == "historic"}
    # what still has no country is current all the same: metals, units, tests
    assert set(historic) == {code for code in gone if code not in active_currencies()}
    for code, row in historic.items():
        # the library puts the end of a span first
        spans = [sorted(re.findall(r"\d+", str(place.time))) for place in gone[code].withdrew_entities]
        assert sorted(re.findall(r"\d+", row.withdrawn)) in spans, code
        assert int(row.withdrawn[:4]) == max(place.time.end.year for place in gone[code].withdrew_entities), code


def test_what_is_written_today_is_current() -> None:
    for row in currencies().values():
        assert not row.instead or row.instead in active_currencies(), row.code
        assert row.kind != "informal" or row.instead, row.code
    for country in countries().values():
        assert not country.instead or countries()[country.instead].standing == "official", country.code


def test_the_countries_are_those_of_pycountry() -> None:
    ours = {code: row for code, row in countries().items() if row.standing == "official"}
    assert set(ours) == {row.alpha_2 for row in pycountry.countries}
    for row in pycountry.countries:
        assert (ours[row.alpha_2].alpha_3, ours[row.alpha_2].name) == (row.alpha_3, row.name)


def test_the_withdrawn_countries_are_those_of_pycountry() -> None:
    withdrawn = {code for code, row in countries().items() if row.standing == "withdrawn"}
    # given again to another country (AI, BQ, BY, GE, SK), or reserved since (FX, SU)
    again = {"AI", "BQ", "BY", "GE", "SK", "FX", "SU"}
    assert withdrawn == {row.alpha_2 for row in pycountry.historic_countries} - again


def test_user_assigned_codes_are_the_ranges_of_the_standard() -> None:
    ranges = {"AA", "ZZ", *(f"Q{letter}" for letter in "MNOPQRSTUVWXYZ"), *(f"X{letter}" for letter in ascii_uppercase)}
    assert {code for code, row in countries().items() if row.standing == "user-assigned"} == ranges


def test_sepa_differs_from_schwifty_as_reviewed() -> None:
    known = set(iban_formats())
    ours = {code for code, row in countries().items() if row.sepa} & known
    theirs = {code for code, spec in specs_of_schwifty().items() if spec.in_sepa_zone}
    assert ours - theirs == {"AL", "MD", "ME", "MK", "RS"}  # joined in 2024 and 2025
    assert theirs - ours == {"NC", "PF", "TF", "WF"}  # French territories outside the schemes


@pytest.mark.parametrize("name", TABLES)
def test_a_table_says_where_it_is_from(name: str) -> None:
    assert len(table.note(name, "source")) > 20
    assert table.note(name, "edition")
    assert {row["confidence"] for row in table.rows(name)} <= {"high", "medium", "low"}
    codes = [next(iter(row.values())) for row in table.rows(name)]
    assert len(codes) == len(set(codes))


def test_a_note_may_run_over_two_lines() -> None:
    assert table.note("currencies", "source").endswith("0.8.260101)")
    assert table.note("currencies", "nothing") == ""


def test_clearing_systems_are_in_known_countries() -> None:
    assert all(countries()[form.country].standing == "official" for form in clearing_systems().values())
