"""The criteria about the accounts of both sides."""

from typing import NamedTuple

from wissel.routing.bank import Bank
from wissel.routing.criteria import no, yes
from wissel.routing.decision import Criterion
from wissel.routing.entitlement import account_standing
from wissel.routing.network import Network, TransferKind
from wissel.routing.order import Order
from wissel.routing.payment_types import payment_types

# made once: most payments have the same answer
_CREDITOR_NAMED = yes("creditor-account", "the creditor account is named")
_CREDITOR_NOT_NEEDED = yes("creditor-account", "no creditor account has to be named")
_DEBTOR_NAMED = yes("debtor-account", "the debtor account is named")
_DEBTOR_NOT_NEEDED = yes("debtor-account", "no debtor account has to be named")
_KEPT = yes("creditor-account", "the creditor account is kept here and open")
_NOT_KEPT = no("creditor-account", "ACCOUNT-UNKNOWN", "the creditor account is not kept here")
_NONE_TO_CREDIT = no("creditor-account", "ACCOUNT-UNKNOWN", "the payment names no creditor account")


class Accounts(NamedTuple):
    """Which kinds of account a payment names."""

    creditor: bool
    creditor_iban: bool
    debtor: bool
    debtor_iban: bool


def accounts_of(order: Order) -> Accounts:
    """Which kinds of account an order names."""
    creditor, debtor = order.creditor_account, order.debtor_account
    return Accounts(
        creditor is not None,
        creditor is not None and creditor.iban is not None,
        debtor is not None,
        debtor is not None and debtor.iban is not None,
    )


def creditor_account(network: Network, accounts: Accounts, kind: TransferKind) -> Criterion:
    """Is the account that is paid named as the network wants it? Of a transfer inside the institution :func:`credited`
    says it."""
    if _wants_iban(network, kind) and not accounts.creditor_iban:
        said = f"{network.name} wants the creditor's IBAN, and the payment names none"
        return no("creditor-account", "REQUIRED-FIELD-MISSING", said)
    if network.kind in ("clearing", "instant") and kind == "customer" and not accounts.creditor:
        return no("creditor-account", "REQUIRED-FIELD-MISSING", f"{network.name} wants the creditor's account")
    return _CREDITOR_NAMED if accounts.creditor else _CREDITOR_NOT_NEEDED


def debtor_account(network: Network, accounts: Accounts, kind: TransferKind) -> Criterion:
    """Is the account that pays named as the network wants it?"""
    if _wants_iban(network, kind) and not accounts.debtor_iban:
        said = f"{network.name} wants the debtor's IBAN, and the payment names none"
        return no("debtor-account", "REQUIRED-FIELD-MISSING", said)
    return _DEBTOR_NAMED if accounts.debtor else _DEBTOR_NOT_NEEDED


def _wants_iban(network: Network, kind: TransferKind) -> bool:
    return kind == "customer" and network.guideline in payment_types().iban_guidelines


def credited(bank: Bank, order: Order) -> Criterion:
    """May the account that is paid be credited here?"""
    named = order.creditor_account
    if named is None:
        return _NONE_TO_CREDIT
    account = bank.accounts.get(named.identifier or "")
    if account is None:
        return _NOT_KEPT
    standing = account_standing(account)
    if standing is not None:
        return no("creditor-account", standing.code, f"the creditor account {account.id} is {account.status}")
    if account.currency != order.currency:
        said = f"the creditor account {account.id} is kept in {account.currency}, not {order.currency}"
        return no("creditor-account", "ACCOUNT-CURRENCY-DIFFERS", said)
    return _KEPT
