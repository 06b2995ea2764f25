"""The bank on the other side of a message: who it is, over which network and account it settles, and whether it may
speak about a payment."""

from wissel.core.codes import finding
from wissel.core.finding import Finding
from wissel.core.identifiers.bic import check_bic
from wissel.engine.booking import settlement_account
from wissel.engine.context import Context, Received
from wissel.engine.stored import Stored
from wissel.routing.agent import Agent, same_institution
from wissel.routing.bank import AccountKind, Bank
from wissel.routing.entitlement import account_between
from wissel.routing.network import Network
from wissel.routing.order import Order
from wissel.xml.blocks.block import Block

CLEARED, CREDITED, DEBITED, COVERED = "CLRG", "INGA", "INDA", "COVE"
"""How banks settle (SettlementMethod1Code)."""
_CORRESPONDENT = "correspondent"
_SENDERS = ("InstgAgt", "GrpHdr/InstgAgt", "Assgnmt/Assgnr/Agt")
_KEPT_FOR = {DEBITED: AccountKind.VOSTRO, CREDITED: AccountKind.NOSTRO}


def agent_at(block: Block, element: str) -> Agent | None:
    """The agent in an element of a block; None where nothing there identifies one."""
    start = f"{element}/FinInstnId"
    bic = block.first(f"{start}/BICFI", f"{start}/BIC")
    system = block.first(f"{start}/ClrSysMmbId/ClrSysId/Cd", f"{start}/ClrSysMmbId/ClrSysId/Prtry")
    member, lei = block.text(f"{start}/ClrSysMmbId/MmbId"), block.text(f"{start}/LEI")
    if bic is None and member is None and lei is None:
        return None
    return Agent(bic, system, member, lei, None, bic[4:6] if bic else None)


def sender_of(context: Context, received: Received, block: Block) -> Agent | None:
    """Who sent a message, by the transaction ``block``, else what stands around it, the header, or the channel.

    Between two banks the sender is who the header or the channel says, whatever the message says inside: else a bank
    could speak in the name of another one. In a network with a clearing house that house is believed.
    """
    named = _instructing(block)
    behind = behind_of(context, received)
    network = context.bank.networks.get(context.channel.network or "")
    if behind is None or (network is not None and network.kind != _CORRESPONDENT):
        return named or behind
    return named if named is not None and same_institution(named, behind) else behind


def behind_of(context: Context, received: Received) -> Agent | None:
    """Who stands behind a message by its header, else by its channel."""
    header = received.message.header()
    if header is not None and (found := agent_at(header, "Fr/FIId")) is not None:
        return found
    named = context.channel.sender
    return Agent(bic=named) if named is not None and check_bic(named) is None else None


def _instructing(block: Block) -> Agent | None:
    here: Block | None = block
    while here is not None:
        for element in _SENDERS:
            if (found := agent_at(here, element)) is not None:
                return found
        here = here.parent
    return None


def network_of(context: Context, order: Order) -> Network | None:
    """The network that a payment came over: that of the channel, else the one whose clearing system it names."""
    networks = context.bank.networks
    if context.channel.network is not None:
        return networks.get(context.channel.network)
    for one in networks.values():
        if order.settlement_method in (None, CLEARED):
            fits = one.clearing_system is not None and one.clearing_system == order.clearing_system
        else:
            fits = one.kind == _CORRESPONDENT
        if fits and (not one.currencies or order.currency in one.currencies):
            return one
    return None


def settles_over(bank: Bank, network: Network | None, order: Order, sender: Agent | None) -> str | None:
    """The account over which a payment that came in was settled: of the sender with us (INDA), ours with the sender
    (INGA), that of our membership; None where there is none, or where the money comes by a cover."""
    kind = _KEPT_FOR.get(order.settlement_method or CLEARED)
    if kind is not None:
        found = account_between(order.instructing_agent or sender, kind, order, bank)
        return found.id if found is not None else None
    if order.settlement_method == COVERED or network is None:
        return None
    membership = bank.memberships.get(network.name)
    if membership is None:
        return None
    account = bank.accounts.get(membership.account or "")
    named = membership.account if account is None or account.currency == order.currency else None
    return settlement_account(named, network.name, order.currency)


def may_speak(context: Context, known: Stored, party: str, sender: Agent | None) -> Finding | None:
    """The finding for a message about a payment that was not exchanged with who sent it.

    In a network with a clearing house that house may say anything about the network's payments; between
    correspondents only the bank itself that the payment was exchanged with.
    """
    networks, channel = context.bank.networks, context.channel
    network = networks.get(known.network or party)
    name = network.name if network is not None else party
    spoken = networks.get(channel.network) if channel.network is not None else None
    bilateral = network is None or network.kind == _CORRESPONDENT
    if spoken is not None and spoken is not network and not (bilateral and spoken.kind == _CORRESPONDENT):
        said = f"The payment was exchanged over {name}, and the channel {channel.name} speaks for {spoken.name}."
        return finding("ANSWER-NOT-OF-SENDER", said, value=channel.name)
    if spoken is not None and not bilateral:
        return None
    if known.peer is None or (sender is None and not bilateral):
        return None
    if sender is not None and same_institution(sender, _peer(known.peer)):
        return None
    said = f"The payment was exchanged with {known.peer}, and the message comes from {sender or channel.name}."
    return finding("ANSWER-NOT-OF-SENDER", said, value=str(sender or channel.name), allowed=known.peer)


def peer_of(agent: Agent | None) -> str | None:
    """How the journal names a bank: its BIC, else its identifier in a clearing system with the code of that."""
    if agent is None:
        return None
    return agent.bic or (f"{agent.clearing_system or ''}/{agent.member_id}" if agent.member_id else None)


def agent_of(peer: str | None) -> Agent | None:
    """The agent that the journal names."""
    return None if peer is None else _peer(peer)


def _peer(peer: str) -> Agent:
    system, slash, member = peer.partition("/")
    return Agent(clearing_system=system or None, member_id=member) if slash else Agent(bic=peer, country=peer[4:6])
