"""Statements: several currencies, several accounts, and what is left alone."""

from tests.cases import base, found_in, patched
from wissel.validation.case import Patch

STATEMENT = "camt.053.001.08"


def codes(*patches: Patch) -> list[str]:
    return [one.code for one in found_in(patched(base(STATEMENT), patches), "iso")]


def test_both_numbers_are_told() -> None:
    (found,) = found_in(patched(base(STATEMENT), [Patch("set", "Stmt/Bal[2]/Amt", "33139.13")]), "iso")
    assert (found.value, found.allowed, found.reason) == ("33139.13", "33139.31", "AM09")
    assert "20418.16" in found.message
    assert "+12721.15" in found.message


def test_an_overdraft_counts_below_zero() -> None:
    patches = [
        Patch("set", "Stmt/Bal[1]/CdtDbtInd", "DBIT"),
        Patch("set", "Stmt/Bal[2]/CdtDbtInd", "DBIT"),
        Patch("set", "Stmt/Bal[2]/Amt", "7697.01"),
    ]
    assert codes(*patches) == []
    assert codes(*patches[:2]) == ["STATEMENT-BALANCE-DIFFERS"]


def test_pending_entries_do_not_move_the_balance() -> None:
    pending = [Patch("set", "Stmt/Ntry[2]/Sts/Cd", "PDNG"), Patch("set", "Stmt/Bal[2]/Amt", "33168.56")]
    assert codes(*pending) == ["ENTRY-NOT-BOOKED"]
    assert sorted(codes(pending[0])) == ["ENTRY-NOT-BOOKED", "STATEMENT-BALANCE-DIFFERS"]


def test_a_statement_without_entries_or_without_one_balance_is_left_alone() -> None:
    assert codes(Patch("remove", "Stmt/Ntry[2]"), Patch("remove", "Stmt/Ntry[1]")) == []
    assert codes(Patch("remove", "Stmt/Bal[1]"), Patch("set", "Stmt/Bal/Amt", "1")) == []


def test_a_second_statement_is_reckoned_for_itself() -> None:
    again = [Patch("copy", "Stmt"), Patch("set", "Stmt[2]/Bal[2]/Amt", "1.00")]
    found = found_in(patched(base(STATEMENT), again), "iso")
    assert [(one.code, one.path) for one in found] == [
        ("STATEMENT-BALANCE-DIFFERS", "/Document/BkToCstmrStmt/Stmt[2]/Bal[2]/Amt")
    ]


def test_a_previous_closing_balance_opens_a_statement() -> None:
    previous = Patch("set", "Stmt/Bal[1]/Tp/CdOrPrtry/Cd", "PRCD")
    assert codes(previous) == []
    assert codes(previous, Patch("set", "Stmt/Bal[1]/Amt", "20418.61")) == ["STATEMENT-BALANCE-DIFFERS"]


def test_first_versions_have_the_state_of_an_entry_directly() -> None:
    document = patched(base("camt.053.001.02"), [])
    assert not found_in(document, "iso")
    broken = patched(document, [Patch("set", "Stmt/Ntry/Amt", "1.11")])
    assert "STATEMENT-BALANCE-DIFFERS" in [one.code for one in found_in(broken, "iso")]


def test_details_with_charges_or_in_another_currency_are_left_alone() -> None:
    other = Patch("attribute", "Stmt/Ntry/NtryDtls/TxDtls/Amt/@Ccy", "USD")
    assert codes(other, Patch("set", "Stmt/Ntry/NtryDtls/TxDtls/Amt", "13999.99")) == []
