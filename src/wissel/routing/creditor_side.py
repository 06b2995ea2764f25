"""The criteria about the creditor's side: its agent, the way there, its account; and the debtor's account."""

from datetime import date
from typing import NamedTuple

from wissel.core.identifiers.bic import check_bic
from wissel.routing.agent import Agent, same_institution
from wissel.routing.bank import Bank
from wissel.routing.correspondents import NoWay, Way, cover_way, serial_way
from wissel.routing.criteria import COVER, Answer, kind_of, no, yes
from wissel.routing.entitlement import account_standing, is_this_bank
from wissel.routing.network import Network, TransferKind
from wissel.routing.order import Order
from wissel.routing.participants import Reach
from wissel.routing.payment_types import payment_types


class There(NamedTuple):
    """How the creditor's side is reached."""

    answers: tuple[Answer, Answer]
    """``correspondent`` and ``creditor-agent``."""
    reach: Reach | None
    way: Way | None


def there(
    network: Network,
    bank: Bank,
    target: Agent | None,
    iban: str,
    sender: Agent | None,
    code: str,
    on: date,
    kind: TransferKind,
) -> There:
    """Can the creditor's agent be reached on the day, and by correspondents where the network needs them?"""
    if network.kind == "correspondent":
        return _by_correspondents(network, bank, target, sender, code, on, kind)
    none_needed = yes("correspondent", f"{network.name} needs no correspondent")
    if network.kind == "book":
        return There((none_needed, _inside(bank, target, iban)), None, None)
    if target is not None and is_this_bank(target, bank):
        said = f"{target} is this bank itself"
        return There((none_needed, no("creditor-agent", "CREDITOR-AGENT-IS-THIS-BANK", said)), None, None)
    if target is None and not iban:
        said = "the payment names neither a creditor agent nor an IBAN"
        return There((none_needed, no("creditor-agent", "CREDITOR-AGENT-NOT-NAMED", said)), None, None)
    reach = bank.directory.reach(network.name, target or Agent(), on, iban or None)
    return There((none_needed, _reached(network, bank, target, iban, sender, reach)), reach, None)


def _reached(
    network: Network, bank: Bank, target: Agent | None, iban: str, sender: Agent | None, reach: Reach
) -> Answer:
    if reach.participant is None:
        name = target.bic or target.member_id or target.lei if target is not None else iban
        known = bool(name) and bool(bank.directory.find(name or "").participants)
        code = "CREDITOR-AGENT-UNREACHABLE" if known else "CREDITOR-AGENT-UNKNOWN"
        return no("creditor-agent", code, reach.why)
    if bank.identity.is_bic(reach.participant.bic):
        return no("creditor-agent", "CREDITOR-AGENT-IS-THIS-BANK", f"{reach.participant.bic} is this bank itself")
    if sender is not None and same_institution(Agent(bic=reach.participant.bic), sender):
        said = f"{reach.participant.bic} is the bank that sent the payment"
        return no("creditor-agent", "CORRESPONDENT-LOOP", said)
    return yes("creditor-agent", reach.why)


def _inside(bank: Bank, target: Agent | None, iban: str) -> Answer:
    if target is not None and is_this_bank(target, bank):
        return yes("creditor-agent", f"{target} is this bank")
    if target is None and iban in bank.accounts:
        return yes("creditor-agent", "the creditor account is kept here")
    said = f"{target} is another bank" if target is not None else "the payment names no agent that is this bank"
    return no("creditor-agent", "CREDITOR-AGENT-IS-ANOTHER", said)


def _by_correspondents(
    network: Network,
    bank: Bank,
    target: Agent | None,
    sender: Agent | None,
    code: str,
    on: date,
    kind: TransferKind,
) -> There:
    if target is None or not target.identified:
        way: Way | NoWay = NoWay("CREDITOR-AGENT-NOT-NAMED", "the payment names no creditor agent")
    elif is_this_bank(target, bank):
        way = NoWay("CREDITOR-AGENT-IS-THIS-BANK", f"{target} is this bank itself")
    elif network.settlement_method == COVER:
        way = cover_way(bank, code, target, sender)
    else:
        way = serial_way(bank, code, target, sender, whatever_method=kind == "interbank")
    found = way if isinstance(way, Way) else None
    answer = yes("correspondent", way.why) if isinstance(way, Way) else no("correspondent", way.code, way.why)
    return There((answer, _named(network, bank, target, on)), None, found)


def _named(network: Network, bank: Bank, target: Agent | None, on: date) -> Answer:
    """Over correspondents any bank can be named; what the directory says of it counts all the same."""
    if target is None or not target.identified:
        return no("creditor-agent", "CREDITOR-AGENT-NOT-NAMED", "the payment names no creditor agent")
    if target.bic and check_bic(target.bic) is not None:
        return no("creditor-agent", "CREDITOR-AGENT-UNKNOWN", f"{target.bic} is no BIC")
    name = target.bic or target.member_id or target.lei or ""
    if any(row.network == network.name for row in bank.directory.find(name).participants):
        reach = bank.directory.reach(network.name, target, on)
        if reach.participant is None:
            return no("creditor-agent", "CREDITOR-AGENT-UNREACHABLE", reach.why)
        return yes("creditor-agent", reach.why)
    return yes("creditor-agent", f"{target} is named, and {network.name} asks for no entry in the directory")


def creditor_account(network: Network, bank: Bank, order: Order) -> Answer:
    """Is the account that is paid named as the network wants it; inside the institution, may it be credited?"""
    named = order.creditor_account
    if network.kind == "book":
        return _credited(bank, order)
    if _wants_iban(network, order) and (named is None or not named.iban):
        said = f"{network.name} wants the creditor's IBAN, and the payment names {named or 'no account'}"
        return no("creditor-account", "REQUIRED-FIELD-MISSING", said)
    if network.kind in ("clearing", "instant") and kind_of(order) == "customer" and named is None:
        return no("creditor-account", "REQUIRED-FIELD-MISSING", f"{network.name} wants the creditor's account")
    return yes("creditor-account", "the creditor's account is named" if named else "no account has to be named")


def _wants_iban(network: Network, order: Order) -> bool:
    return kind_of(order) == "customer" and network.guideline in payment_types().iban_guidelines


def _credited(bank: Bank, order: Order) -> Answer:
    named = order.creditor_account
    account = bank.accounts.get(named.identifier or "") if named is not None else None
    if account is None:
        said = f"the creditor account {named} is not kept here" if named else "the payment names no creditor account"
        return no("creditor-account", "ACCOUNT-UNKNOWN", said)
    standing = account_standing(account)
    if standing is not None:
        return no("creditor-account", standing.code, standing.message[0].lower() + standing.message[1:-1])
    if account.currency != order.currency:
        said = f"the creditor account {account.id} is kept in {account.currency}, not {order.currency}"
        return no("creditor-account", "ACCOUNT-CURRENCY-DIFFERS", said)
    return yes("creditor-account", f"the creditor account {account.id} is kept here and open")


def debtor_account(network: Network, order: Order) -> Answer:
    """Is the account that pays named as the network wants it?"""
    named = order.debtor_account
    if _wants_iban(network, order) and (named is None or not named.iban):
        said = f"{network.name} wants the debtor's IBAN, and the payment names {named or 'no account'}"
        return no("debtor-account", "REQUIRED-FIELD-MISSING", said)
    return yes("debtor-account", "the debtor's account is named" if named else "no account has to be named")
