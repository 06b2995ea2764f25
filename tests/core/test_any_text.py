"""Whatever the text, a check answers: None, or a flaw with a reason and a sentence. It never raises."""

import re
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wissel.core.identifiers.belgian import check_belgian_reference
from wissel.core.identifiers.bic import bic_country, check_bic, has_letter_prefix, is_test_bic
from wissel.core.identifiers.clearing import check_clearing_member, clearing_systems
from wissel.core.identifiers.country import check_country
from wissel.core.identifiers.creditor_identifier import check_creditor_identifier
from wissel.core.identifiers.creditor_reference import check_creditor_reference
from wissel.core.identifiers.currency import check_currency, check_decimals, check_payable, currencies
from wissel.core.identifiers.flaw import Flaw
from wissel.core.identifiers.iban import (
    UNCERTAIN,
    bank_code_of_iban,
    branch_code_of_iban,
    check_iban,
    country_of_iban,
    same_banking_country,
)
from wissel.core.identifiers.lei import check_lei
from wissel.core.identifiers.swiss import check_qr_reference, is_qr_iban
from wissel.core.identifiers.uetr import check_uetr

CHECKS: dict[str, Callable[[str], Flaw | None]] = {
    "iban": check_iban,
    "bic": check_bic,
    "lei": check_lei,
    "uetr": check_uetr,
    "creditor reference": check_creditor_reference,
    "creditor identifier": check_creditor_identifier,
    "qr reference": check_qr_reference,
    "belgian reference": check_belgian_reference,
    "currency": check_currency,
    "payable": check_payable,
    "country": check_country,
}
NEAR = st.text(alphabet="0123456789ABCDEFRFDEGBCHaz -./+*é٣", max_size=40)
BEGUN = st.builds(
    str.__add__,
    st.sampled_from(
        ["DE89", "GB29NWBK", "RF18", "CH9331", "BR18", "AO06", "GP11", "IBAN ", "DEUTDEFF", "+++", "97ed4827-7b6f-4"]
    ),
    NEAR,
)
ANY = st.one_of(st.text(max_size=60), NEAR, BEGUN)


def sound(flaw: Flaw | None) -> bool:
    return flaw is None or (
        re.fullmatch(r"[a-z]+(-[a-z]+)*", flaw.reason) is not None
        and (flaw.message[0].isupper() or flaw.message[0] == "“")
        and flaw.message.endswith(".")
        and (flaw.hint is None or not flaw.hint.endswith("."))
    )


@pytest.mark.parametrize("name", CHECKS)
@given(text=ANY)
def test_any_text(name: str, text: str) -> None:
    flaw = CHECKS[name](text)
    assert sound(flaw)
    # what a hint says to write is right itself
    written = re.fullmatch(r"write it (?:as|in capitals:|in small letters:) (\S+)", (flaw and flaw.hint) or "")
    again = CHECKS[name](written[1]) if written else None
    assert again is None or again.reason in UNCERTAIN


@pytest.mark.parametrize("system", [*sorted(clearing_systems()), "KRBOK"])
@given(text=ANY)
def test_any_member_id(system: str, text: str) -> None:
    assert sound(check_clearing_member(system, text))


@given(text=ANY, code=st.sampled_from([*sorted(currencies()), "", "EUE"]))
def test_any_amount(text: str, code: str) -> None:
    assert sound(check_decimals(text, code))


@given(text=ANY, other=ANY)
def test_helpers(text: str, other: str) -> None:
    for one in (bank_code_of_iban(text), branch_code_of_iban(text), country_of_iban(text), bic_country(text)):
        assert one is None or one in text
    assert isinstance(same_banking_country(text[:2], other[:2]), bool)
    assert {is_qr_iban(text), is_test_bic(text), has_letter_prefix(text)} <= {True, False}


@pytest.mark.parametrize("name", CHECKS)
@pytest.mark.parametrize(
    "text", ["A" * 100_000, "1" * 100_000, "DE" + "9" * 100_000, "RF18" + " 1" * 50_000, "ß" * 1_000]
)
def test_long_text(name: str, text: str) -> None:
    flaw = CHECKS[name](text)
    assert sound(flaw)
    assert name == "payable" or flaw is not None
    assert flaw is None or len(flaw.message) + len(flaw.hint or "") < 1_000
