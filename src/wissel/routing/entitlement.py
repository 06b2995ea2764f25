"""Before routing: may this be sent, from this account, with these funds?

The questions stand in the order in which they are asked; the first no ends the transaction.
"""

from dataclasses import dataclass

from wissel.core.codes import catalogue
from wissel.core.money import in_minor_units
from wissel.routing.agent import Agent, same_institution
from wissel.routing.bank import Account, AccountKind, AccountStatus, Bank
from wissel.routing.decision import Rejection
from wissel.routing.funds import Funds
from wissel.routing.order import Order


@dataclass(frozen=True, slots=True)
class Debit:
    """Which account with us pays for a transaction, and how much; or why it may not."""

    account: str | None = None
    """None where the money does not come from an account here: through a clearing system, or by a cover."""
    amount: int | None = None
    """Minor units of the account's currency."""
    rejection: Rejection | None = None


def rejected(code: str, message: str) -> Rejection:
    """A rejection with the reason that stands behind a finding code."""
    reason = catalogue()[code].reason
    if reason is None:
        raise KeyError(f"{code} has no reason code")  # our own table is wrong: a test keeps this from happening
    return Rejection(reason, code, message)


def is_this_bank(agent: Agent, bank: Bank) -> bool:
    """Whether an agent is this bank: by BIC, else by member id, else by LEI."""
    identity = bank.identity
    if agent.bic:
        return identity.is_bic(agent.bic)
    if agent.member_id:
        if agent.clearing_system:
            return identity.is_member(agent.clearing_system, agent.member_id)
        return agent.member_id in identity.member_ids.values()
    return bool(agent.lei) and agent.lei == identity.lei


def debit_of(order: Order, bank: Bank, funds: Funds) -> Debit:
    """The account that pays for a transaction, after all questions that come before routing."""
    refused = _entitled(order, bank) or _addressed(order, bank)
    if refused is not None:
        return Debit(rejection=refused)
    if _is_own_customer(order, bank):
        return _from_customer(order, bank, funds)
    return _from_bank(order, bank, funds)


def _entitled(order: Order, bank: Bank) -> Rejection | None:
    if order.channel is None:
        return None
    channel = bank.channels.get(order.channel)
    if channel is None or not channel.may_send(order.definition):
        said = f"The channel {order.channel} may not send a {order.definition}."
        return rejected("CHANNEL-MAY-NOT-SEND", said)
    return None


def _addressed(order: Order, bank: Bank) -> Rejection | None:
    """Whether a message between banks is for us, and a customer's order for the bank that keeps the account."""
    agent = order.instructed_agent
    if agent is not None and agent.identified and not is_this_bank(agent, bank) and not _sent_by_us(order, bank):
        return rejected("INSTRUCTED-AGENT-IS-ANOTHER", f"The message instructs {agent}, which is not this bank.")
    agent = order.debtor_agent
    if order.family == "pain.001" and agent is not None and agent.identified and not is_this_bank(agent, bank):
        return rejected("DEBTOR-AGENT-IS-ANOTHER", f"The debtor agent is {agent}, which is not this bank.")
    return None


def _sent_by_us(order: Order, bank: Bank) -> bool:
    return order.instructing_agent is not None and is_this_bank(order.instructing_agent, bank)


def _is_own_customer(order: Order, bank: Bank) -> bool:
    """Whether the debtor's account is with us: a customer's order, or a message between banks that begins here."""
    if order.family == "pain.001":
        return True
    ours = order.debtor_agent is not None and is_this_bank(order.debtor_agent, bank)
    return ours and (order.instructing_agent is None or _sent_by_us(order, bank))


def _from_customer(order: Order, bank: Bank, funds: Funds) -> Debit:
    named = order.debtor_account
    account = bank.accounts.get(named.identifier or "") if named is not None else None
    if account is None:
        said = f"The debtor account {named} is not kept here." if named else "The order names no debtor account."
        return Debit(rejection=rejected("ACCOUNT-UNKNOWN", said))
    channel = bank.channels.get(order.channel) if order.channel is not None else None
    if channel is not None and not channel.may_debit(account.id):
        said = f"The channel {channel.name} may not debit the account {account.id}."
        return Debit(rejection=rejected("CHANNEL-MAY-NOT-DEBIT", said))
    return _debited(account, order, funds)


def _from_bank(order: Order, bank: Bank, funds: Funds) -> Debit:
    """The money of a payment passed on: by how its sender settled with us (INDA, INGA, CLRG, COVE)."""
    sender = order.instructing_agent
    if order.settlement_method == "INDA":
        account = account_between(sender, AccountKind.VOSTRO, order, bank)
        if account is None:
            said = f"{sender or 'The instructing agent'} has no account in {order.currency} here to be debited (INDA)."
            return Debit(rejection=rejected("ACCOUNT-UNKNOWN", said))
        return _debited(account, order, funds)
    if order.settlement_method == "INGA":
        account = account_between(sender, AccountKind.NOSTRO, order, bank)
        if account is None:
            said = f"This bank has no account in {order.currency} with {sender or 'the instructing agent'} (INGA)."
            return Debit(rejection=rejected("ACCOUNT-UNKNOWN", said))
        return Debit(account.id)
    if order.instructed is not None and not order.instructed.amount:
        return Debit(rejection=_zero())
    return Debit()


def account_between(sender: Agent | None, kind: AccountKind, order: Order, bank: Bank) -> Account | None:
    """The account of a kind between us and another bank: the one that the message names, where it is between the two,
    else the first in the currency."""
    if sender is None or not sender.bic:
        return None

    def fits(one: Account) -> bool:
        same = one.bank is not None and same_institution(Agent(bic=one.bank), sender)
        return same and one.kind is kind and one.currency == order.currency

    known = bank.correspondent(sender.bic, order.currency)
    usual = (known.vostro if kind is AccountKind.VOSTRO else known.nostro) if known is not None else None
    for name in (order.settlement_account, usual):
        named = bank.accounts.get(name or "")
        if named is not None and fits(named):
            return named
    return next((one for one in bank.accounts.values() if fits(one)), None)


def _debited(account: Account, order: Order, funds: Funds) -> Debit:
    standing = account_standing(account)
    if standing is not None:
        return Debit(rejection=standing)
    money = order.instructed
    if money is None:
        return Debit(rejection=rejected("AMOUNT-NOT-BOOKABLE", "The order names no amount."))
    if money.currency != account.currency:
        said = f"The account {account.id} is kept in {account.currency}, the amount is in {money.currency}."
        return Debit(rejection=rejected("ACCOUNT-CURRENCY-DIFFERS", said))
    if not money.amount:
        return Debit(rejection=_zero())
    amount = in_minor_units(money)
    if amount is None:
        said = f"{money.amount} {money.currency} is no whole number of the currency's smallest units."
        return Debit(rejection=rejected("AMOUNT-NOT-BOOKABLE", said))
    if amount > funds.available(account.id):
        said = f"The account {account.id} has not {money.amount} {money.currency} left, its limit included."
        return Debit(rejection=rejected("FUNDS-INSUFFICIENT", said))
    return Debit(account.id, amount)


def account_standing(account: Account) -> Rejection | None:
    """Why an account can neither be debited nor credited; None where it is open."""
    if account.status is AccountStatus.CLOSED:
        return rejected("ACCOUNT-CLOSED", f"The account {account.id} is closed.")
    if account.status is AccountStatus.BLOCKED:
        return rejected("ACCOUNT-BLOCKED", f"The account {account.id} is blocked.")
    return None


def _zero() -> Rejection:
    return rejected("AMOUNT-IS-ZERO", "The amount is zero.")
