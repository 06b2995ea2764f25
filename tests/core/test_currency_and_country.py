"""Currency codes, minor units, country codes."""

import pytest

from wissel.core.identifiers import country, currency
from wissel.core.identifiers.country import check_country
from wissel.core.identifiers.currency import check_currency, check_decimals, check_payable, minor_units


@pytest.mark.parametrize(
    ("text", "reason", "message", "hint"),
    [
        (
            "DEM",
            "historic",
            "DEM (Deutsche Mark) is no longer a currency: it was withdrawn in 2002-03.",
            "today’s code is EUR",
        ),
        ("HRK", "historic", "HRK (Kuna) is no longer a currency: it was withdrawn in 2023-01.", "today’s code is EUR"),
        (
            "BGN",
            "historic",
            "BGN (Bulgarian Lev) is no longer a currency: it was withdrawn in 2026-01.",
            "today’s code is EUR",
        ),
        ("BGJ", "historic", "BGJ (Lev A/52) is no longer a currency: it was withdrawn 1989 to 1990.", None),
        ("EUE", "unknown", "“EUE” is not a currency code.", "did you mean EUR?"),
        ("UDS", "unknown", "“UDS” is not a currency code.", "did you mean USD?"),
        ("QQQ", "unknown", "“QQQ” is not a currency code.", None),
        ("RMB", "unknown", "RMB (Renminbi) is in use here and there, but not a code of ISO 4217.", "the code is CNY"),
        (
            "eur",
            "lower-case",
            "A currency code is written in capitals; this one has small letters.",
            "write it in capitals: EUR",
        ),
        ("Euro", "length", "A currency code has 3 letters, this one has 4 characters.", "the code of Euro is EUR"),
        (
            "US Dollar",
            "length",
            "A currency code has 3 letters, this one has 9 characters.",
            "the code of US Dollar is USD",
        ),
        ("€", "character", "A currency code has letters A to Z and digits only; character 1 is “€” (U+20AC).", None),
        ("", "empty", "A currency code is missing: the element has no value.", None),
    ],
)
def test_wrong_currencies(text: str, reason: str, message: str, hint: str | None) -> None:
    flaw = check_currency(text)
    assert flaw is not None
    assert (flaw.reason, flaw.message, flaw.hint) == (reason, message, hint)


def test_historic_currencies_where_they_are_allowed() -> None:
    assert check_currency("DEM", historic_allowed=True) is None
    assert check_currency("EUE", historic_allowed=True) is not None
    assert check_currency("RMB", historic_allowed=True) is not None


def test_right_currencies_and_their_kinds() -> None:
    kinds = {"EUR": "money", "CHW": "fund", "XAU": "metal", "XDR": "unit", "XTS": "testing", "XXX": "none"}
    for code, kind in kinds.items():
        assert check_currency(code) is None
        assert currency.currency_kind(code) == kind
    assert currency.currency_kind("DEM") == "historic"
    assert currency.currency_kind("EUE") is None


def test_what_no_payment_can_be_made_in() -> None:
    refused = {code for code in currency.active_currencies() if check_payable(code)}
    assert refused == {"XAG", "XAU", "XPD", "XPT", "XTS", "XXX"}
    flaw = check_payable("XTS")
    assert flaw is not None
    assert flaw.message == "XTS is reserved for tests: no payment can be made in it."
    assert check_payable("EUE") is None  # that is for check_currency to say


@pytest.mark.parametrize(
    ("code", "units"), [("EUR", 2), ("JPY", 0), ("BHD", 3), ("CLF", 4), ("XAU", None), ("DEM", None), ("EUE", None)]
)
def test_minor_units(code: str, units: int | None) -> None:
    assert minor_units(code) == units


@pytest.mark.parametrize(
    ("amount", "code", "reason", "message", "hint"),
    [
        ("1.50", "JPY", "minor-units", "JPY has no minor units; the amount “1.50” has 2 decimals.", None),
        ("1.2345", "BHD", "minor-units", "BHD has 3 decimals; the amount “1.2345” has 4 decimals.", None),
        ("1.234", "EUR", "minor-units", "EUR has 2 decimals; the amount “1.234” has 3 decimals.", None),
        (
            "1.00",
            "JPY",
            "trailing-zeros",
            "JPY has no minor units; the amount “1.00” has 2 decimals.",
            "the value is right; write it as 1",
        ),
        (
            "1.230",
            "EUR",
            "trailing-zeros",
            "EUR has 2 decimals; the amount “1.230” has 3 decimals.",
            "the value is right; write it as 1.23",
        ),
    ],
)
def test_too_many_decimals(amount: str, code: str, reason: str, message: str, hint: str | None) -> None:
    flaw = check_decimals(amount, code)
    assert flaw is not None
    assert (flaw.reason, flaw.message, flaw.hint) == (reason, message, hint)


@pytest.mark.parametrize(
    ("amount", "code"),
    [
        ("1", "JPY"),
        ("1.", "JPY"),
        ("1.23", "EUR"),
        ("1.234", "BHD"),
        ("1.2345", "UYW"),
        ("1.23456", "XAU"),
        ("1.234", "EUE"),
    ],
)
def test_decimals_that_fit(amount: str, code: str) -> None:
    assert check_decimals(amount, code) is None


@pytest.mark.parametrize("text", ["DE", "GB", "XK", "TW"])
def test_right_countries(text: str) -> None:
    assert check_country(text) is None


@pytest.mark.parametrize(
    ("text", "reason", "message", "hint"),
    [
        (
            "UK",
            "reserved",
            "UK (the United Kingdom) is reserved in ISO 3166, and not a country code.",
            "the ISO code is GB",
        ),
        ("EU", "reserved", "EU (the European Union) is reserved in ISO 3166, and not a country code.", None),
        (
            "EL",
            "elsewhere",
            "EL (Greece, as the European Union writes it) is not a code of ISO 3166.",
            "the ISO code is GR",
        ),
        ("ZR", "withdrawn", "ZR (Zaire) is no longer a country code.", "today’s code is CD"),
        ("CS", "withdrawn", "CS (Serbia and Montenegro) is no longer a country code.", None),
        ("QZ", "user-assigned", "QZ is free for private use: it names no country.", None),
        ("JJ", "unknown", "“JJ” is not a country code.", None),
        (
            "de",
            "lower-case",
            "A country code is written in capitals; this one has small letters.",
            "write it in capitals: DE",
        ),
        ("DEU", "length", "A country code has 2 characters, this one has 3.", "the code of Germany is DE"),
        (
            "Netherlands",
            "length",
            "A country code has 2 characters, this one has 11.",
            "the code of the Netherlands is NL",
        ),
        (
            "United States",
            "length",
            "A country code has 2 characters, this one has 13.",
            "the code of the United States is US",
        ),
        ("D E", "separator", "A country code is written without separators; character 2 is a space.", "write it as DE"),
        ("", "empty", "A country code is missing: the element has no value.", None),
    ],
)
def test_wrong_countries(text: str, reason: str, message: str, hint: str | None) -> None:
    flaw = check_country(text)
    assert flaw is not None
    assert (flaw.reason, flaw.message, flaw.hint) == (reason, message, hint)


def test_sepa() -> None:
    assert {"DE", "CH", "GB", "AL", "MD", "ME", "MK", "RS", "GP", "GI", "VA"} <= country.sepa_countries()
    assert not {"US", "TR", "NC", "PF", "WF", "TF", "XK"} & country.sepa_countries()
