"""Bank transaction codes of entries: by case, side and market, all of them from the table of usual codes."""

import tomllib
from datetime import UTC, date, datetime
from importlib import resources
from typing import Any

import pytest

from wissel.catalog.bank_transaction_codes import is_allowed, usages
from wissel.catalog.definitions import default_catalog
from wissel.core.errors import UsageError
from wissel.ledger.details import detail_fields, detail_names, detail_places
from wissel.ledger.entry_codes import cases, code_for, code_of, is_case, market_of, markets, original_code
from wissel.ledger.posting import Detail, Entry
from wissel.routing.network_data import bundled_networks

DATA: dict[str, Any] = tomllib.loads(
    resources.files("wissel.ledger").joinpath("data/entry_codes.toml").read_text("utf-8")
)
DAY = date(2026, 11, 23)


def entry(case: str, amount: int, reversal: bool = False, **values: str) -> Entry:
    at = datetime(2026, 11, 23, tzinfo=UTC)
    details = (Detail(amount, values),) if values else ()
    return Entry("A", "EUR", 1, amount, amount, DAY, DAY, "R", case, reversal, at, details)


def rows() -> list[tuple[str, str, str]]:
    found = [(f"code.{case}", side, text) for case, row in DATA["code"].items() for side, text in row.items()]
    return found + [
        (f"return.{market}.{case}", side, text)
        for market, table in DATA["return"].items()
        for case, row in table.items()
        for side, text in row.items()
    ]


@pytest.mark.parametrize(("name", "side", "text"), rows())
def test_each_row_is_a_usual_code_on_its_side(name: str, side: str, text: str) -> None:
    domain, family, subfamily, *marks = text.split()
    assert is_allowed(domain, family, subfamily)
    assert marks in ([], ["reversal"])
    wanted = {"credit": "CRDT", "debit": "DBIT"}[side]
    usual = [one for one in usages() if (one.domain, one.family, one.subfamily) == (domain, family, subfamily)]
    # a balance between the accounts of a pool goes either way
    sides = {
        one.side for one in usual if one.official and (not name.startswith("return") or one.reversal == bool(marks))
    }
    assert sides & {wanted, ""} or name == "code.pooling"


def test_each_case_has_both_sides_and_each_network_a_case() -> None:
    assert all(set(row) == {"credit", "debit"} for row in DATA["code"].values())
    assert set(DATA["alias"].values()) <= set(DATA["code"])
    assert [name for name in bundled_networks() if not is_case(name)] == []
    assert "sct" in cases()
    assert is_case("sct-return")
    assert not is_case("sctt")


@pytest.mark.parametrize(
    ("one", "market", "expected"),
    [
        (entry("sct", -1), "DE", "ICDT ESCT"),
        (entry("sct", 1), "DE", "RCDT ESCT"),
        (entry("sepa-sct-inst", -1), "CH", "IRCT ESCT"),
        (entry("sct-return", 1), "DE", "RCDT RRTN"),
        (entry("sct", 1, return_reason="AC04"), "DE", "RCDT RRTN"),
        (entry("sct-return", 1), "CH", "ICDT RRTN reversal"),
        (entry("sct-return", -1), "CH", "RCDT RRTN reversal"),
        (entry("sct-inst-return", -1), "AT", "IRCT RRTN"),
        (entry("sdd-core-return", 1), "AT", "IDDT UPDD"),
        (entry("sdd-core-return", 1), "DE", "RDDT UPDD reversal"),
        (entry("sct-return", 1), "FR", "RCDT RRTN"),
        (entry("book-return", 1), "DE", "MCOP OTHR"),
        (entry("sct", 1, reversal=True), "DE", "ICDT ESCT reversal"),
        (entry("cbpr-plus", -1), "DE", "ICDT XBCT"),
    ],
)
def test_the_code_of_an_entry(one: Entry, market: str, expected: str) -> None:
    found = code_of(one, market)
    assert f"{found.family} {found.subfamily}{' reversal' if found.reversal else ''}" == expected


def test_an_own_code_is_taken_as_it_is() -> None:
    from dataclasses import replace

    found = code_of(replace(entry("sct", 1), code=("FORX", "SPOT", "OTHR")), "DE")
    assert (found.domain, found.family, found.subfamily, found.reversal) == ("FORX", "SPOT", "OTHR", False)


def test_what_a_return_brings_back_and_which_market_holds() -> None:
    back = original_code("sct-return", credited=True)
    assert back is not None
    assert (back.family, back.subfamily) == ("ICDT", "ESCT")
    assert original_code("other-return", credited=True) is None
    assert markets() == ("DE", "AT", "CH")
    assert [market_of(None, one) for one in ("CH56…", "AT61…", "FR76…", "T2-EUR")] == ["CH", "AT", "DE", "DE"]
    assert market_of("CH", "DE85…") == "CH"
    with pytest.raises(UsageError, match="there is no bank transaction code for the case 'x'; known are sct, "):
        code_for("x", True, False, "DE")


def test_each_detail_has_a_place_in_the_version_that_is_written_by_default() -> None:
    for family, top in (("camt.053", "BkToCstmrStmt/Stmt"), ("camt.052", "BkToCstmrAcctRpt/Rpt")):
        for version in ("02", "08", "14"):
            places = detail_places(default_catalog().tree(f"{family}.001.{version}"), f"{top}/Ntry/NtryDtls/TxDtls")
            missing = [name for name, placed in places.items() if placed is None]
            assert missing == (["uetr"] if version == "02" else [])
    assert len(detail_names()) == len(detail_fields()) + 3
