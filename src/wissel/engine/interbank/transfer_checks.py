"""What can be said of one payment between banks before anything is booked: whose it is, which account it credits, and
whether its money is here already."""

from datetime import date

from wissel.engine.interbank.moving import minor_units_of
from wissel.engine.interbank.peer import CLEARED, COVERED, CREDITED, DEBITED
from wissel.routing.bank import Account, AccountKind, AccountStatus, Bank
from wissel.routing.decision import Rejection
from wissel.routing.entitlement import account_between, account_standing, is_this_bank, rejected
from wissel.routing.network import Network
from wissel.routing.order import Order

BETWEEN_BANKS = "pacs.009"
_CREDITED = (AccountKind.CUSTOMER, AccountKind.VOSTRO)
"""Accounts that another bank may pay to."""


def is_for_us(order: Order, bank: Bank) -> bool:
    """Whether the payment ends here: the creditor's account is kept with us, or we are the creditor."""
    agent = order.creditor_agent
    if agent is not None and agent.identified:
        return is_this_bank(agent, bank)
    creditor = order.creditor_institution
    if creditor is not None and creditor.identified and (is_this_bank(creditor, bank) or _vostro(order, bank)):
        return True
    account = order.creditor_account
    return account is not None and (account.identifier or "") in bank.accounts


def is_own(order: Order, bank: Bank) -> bool:
    """Whether a payment between banks is for this bank itself."""
    creditor = order.creditor_institution
    return order.family == BETWEEN_BANKS and creditor is not None and is_this_bank(creditor, bank)


def account_to_credit(order: Order, bank: Bank) -> Account | Rejection:
    """The account of a payment that ends here, or why it cannot be credited."""
    named = order.creditor_account
    account = bank.accounts.get(named.identifier or "") if named is not None else None
    if account is None and named is None and order.family == BETWEEN_BANKS:
        account = _vostro(order, bank)
    if account is None or account.kind not in _CREDITED:
        said = f"The creditor account {named} is not kept here." if named else "The payment names no creditor account."
        return rejected("ACCOUNT-UNKNOWN", said)
    standing = account_standing(account)
    if standing is not None:
        return standing
    if account.currency != order.currency:
        said = f"The account {account.id} is kept in {account.currency}, the payment is in {order.currency}."
        return rejected("ACCOUNT-CURRENCY-DIFFERS", said)
    return account


def may_be_credited(account: Account | None) -> bool:
    """Whether an account that was found earlier still takes money."""
    return account is not None and account.status is AccountStatus.OPEN


def _vostro(order: Order, bank: Bank) -> Account | None:
    creditor = order.creditor_institution
    if creditor is None:
        return None
    return account_between(creditor, AccountKind.VOSTRO, order, bank)


def amount_of(order: Order) -> int | Rejection:
    """The amount in minor units, or why it cannot be booked."""
    money = order.instructed
    if money is None:
        return rejected("AMOUNT-NOT-BOOKABLE", "The payment names no amount.")
    if not money.amount:
        return rejected("AMOUNT-IS-ZERO", "The amount is zero.")
    amount = minor_units_of(money)
    if amount is None:
        said = f"{money.amount} {money.currency} is no whole number of smallest units, or more than can be booked."
        return rejected("AMOUNT-NOT-BOOKABLE", said)
    return amount


def is_settled(network: Network | None, order: Order, day: date) -> bool:
    """Whether the money is here already, so that a payment that is not taken has to be returned; else it is rejected.

    INGA says so itself, INDA and COVE leave it to us. A clearing system delivers after settlement unless it waits for
    answers (the instant ones do), or the day of settlement is still to come. Source: ISO 20022, SettlementMethod1Code;
    that a network which counts silence as settlement delivers settled payments is our reading.
    """
    method = order.settlement_method or CLEARED
    if method in (CREDITED, DEBITED, COVERED) or network is None:
        return method == CREDITED
    if network.currencies and order.currency not in network.currencies:
        return False
    if network.answers == "none":
        return True
    due = order.requested_date is None or order.requested_date <= day
    return network.kind != "instant" and network.silence_settles == "at-settlement" and due
