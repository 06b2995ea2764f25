"""The criteria about the creditor's agent and the way there."""

from datetime import date
from typing import NamedTuple

from wissel.core.identifiers.bic import check_bic
from wissel.routing.agent import Agent, same_institution
from wissel.routing.bank import Bank
from wissel.routing.correspondents import FIXED, NoWay, Way, cover_way, serial_way
from wissel.routing.criteria import COVER, no, yes
from wissel.routing.decision import Criterion
from wissel.routing.network import Network, TransferKind
from wissel.routing.participants import Reach

# made once: most payments have the same answer
_NOBODY = Agent()
_NONE_NEEDED = yes("correspondent", "the network needs no correspondent")
_THIS_BANK = no("creditor-agent", "CREDITOR-AGENT-IS-THIS-BANK", "the creditor agent is this bank itself")
_OTHER_BANK = no("creditor-agent", "CREDITOR-AGENT-IS-ANOTHER", "the creditor agent is another bank")
_INSIDE = yes("creditor-agent", "the creditor agent is this bank")
_INSIDE_BY_ACCOUNT = yes("creditor-agent", "the creditor account is kept here")
_OUTSIDE = no(
    "creditor-agent", "CREDITOR-AGENT-IS-ANOTHER", "the payment names no agent, and the account is not kept here"
)
_NOT_NAMED = no(
    "creditor-agent", "CREDITOR-AGENT-NOT-NAMED", "the payment names neither a creditor agent nor an IBAN of a bank"
)
_NO_ENTRY_NEEDED = yes(
    "creditor-agent", "the creditor agent is named, and the network asks for no entry in the directory"
)


class Wanted(NamedTuple):
    """The creditor's side as the payment names it."""

    target: Agent | None
    """The agent to be reached, identified by something."""
    ours: bool
    """That agent is this bank."""
    account: str
    """The creditor's account, where it is with that agent; empty without one."""
    iban: str
    """The same, where it is an IBAN."""
    sender: Agent | None
    """Who sent us the payment."""
    own: frozenset[str]
    """The first eight characters of this bank's BICs."""


class There(NamedTuple):
    """How the creditor's side is reached."""

    answers: tuple[Criterion, Criterion]
    """``correspondent`` and ``creditor-agent``."""
    reach: Reach | None = None
    way: Way | None = None
    shared: bool = False
    """One of those made once: the same for every agent that has these answers."""


_BOOK_OTHER = There((_NONE_NEEDED, _OTHER_BANK), shared=True)
_CORRESPONDENT_NONE = {
    way: There((no("correspondent", way.code, way.why), _NO_ENTRY_NEEDED), shared=True) for way in FIXED
}


def there(
    network: Network,
    bank: Bank,
    wanted: Wanted,
    code: str,
    on: date,
    kind: TransferKind,
) -> There:
    """Can the creditor's agent be reached on the day, and by correspondents where the network needs them? ``code`` is
    the currency."""
    target = wanted.target
    if network.kind == "correspondent":
        return _by_correspondents(network, bank, wanted, code, on, kind)
    if network.kind == "book":
        inside = _inside(bank, wanted)
        return _BOOK_OTHER if inside is _OTHER_BANK else There((_NONE_NEEDED, inside))
    if wanted.ours:
        return There((_NONE_NEEDED, _THIS_BANK))
    if target is None and not wanted.iban:
        return There((_NONE_NEEDED, _NOT_NAMED))
    reach = bank.directory.reach(network.name, target or _NOBODY, on, wanted.iban or None)
    return There((_NONE_NEEDED, _reached(bank, wanted, reach)), reach)


def _reached(bank: Bank, wanted: Wanted, reach: Reach) -> Criterion:
    participant, target, sender = reach.participant, wanted.target, wanted.sender
    if reach.contradicted:
        return no("creditor-agent", "CREDITOR-AGENT-CONTRADICTED", reach.why)
    if participant is None:
        name = target.bic or target.member_id or target.lei if target is not None else wanted.iban
        known = bool(name) and bool(bank.directory.find(name or "").participants)
        code = "CREDITOR-AGENT-UNREACHABLE" if known else "CREDITOR-AGENT-UNKNOWN"
        return no("creditor-agent", code, reach.why)
    if participant.bic[:8] in wanted.own and bank.identity.is_bic(participant.bic):
        return _THIS_BANK
    if sender is not None and same_institution(Agent(bic=participant.bic), sender):
        return no("creditor-agent", "CORRESPONDENT-LOOP", f"{participant.bic} is the bank that sent the payment")
    return yes("creditor-agent", reach.why)


def _inside(bank: Bank, wanted: Wanted) -> Criterion:
    if wanted.target is not None:
        return _INSIDE if wanted.ours else _OTHER_BANK
    return _INSIDE_BY_ACCOUNT if wanted.account in bank.accounts else _OUTSIDE


def _by_correspondents(network: Network, bank: Bank, wanted: Wanted, code: str, on: date, kind: TransferKind) -> There:
    target, sender = wanted.target, wanted.sender
    if target is None:
        way: Way | NoWay = NoWay("CREDITOR-AGENT-NOT-NAMED", "the payment names no creditor agent")
    elif wanted.ours:
        way = NoWay("CREDITOR-AGENT-IS-THIS-BANK", f"{target} is this bank itself")
    elif network.settlement_method == COVER:
        way = cover_way(bank, code, target, sender)
    else:
        way = serial_way(bank, code, target, sender, whatever_method=kind == "interbank")
    named = _named(network, bank, target, on)
    if isinstance(way, Way):
        return There((yes("correspondent", way.why), named), way=way)
    if named is _NO_ENTRY_NEEDED and way in _CORRESPONDENT_NONE:
        return _CORRESPONDENT_NONE[way]
    return There((no("correspondent", way.code, way.why), named))


def _named(network: Network, bank: Bank, target: Agent | None, on: date) -> Criterion:
    """Over correspondents any bank can be named; what the directory says of it counts all the same."""
    if target is None:
        return _NOT_NAMED
    if target.bic and check_bic(target.bic) is not None:
        return no("creditor-agent", "CREDITOR-AGENT-UNKNOWN", f"{target.bic} is no BIC")
    name = target.bic or target.member_id or target.lei or ""
    if network.name in bank.directory.networks:
        reach = bank.directory.reach(network.name, target, on)
        if reach.participant is not None:
            return yes("creditor-agent", reach.why)
        if any(row.network == network.name for row in bank.directory.find(name).participants):
            return no("creditor-agent", "CREDITOR-AGENT-UNREACHABLE", reach.why)
    return _NO_ENTRY_NEEDED
