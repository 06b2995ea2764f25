"""How the chosen network settles: method, account, clearing system, reimbursement agents, and who is next.

CLRG where a clearing system settles; INDA where the next agent debits the account it keeps for us, INGA where we have
credited the account we keep for it; COVE where the money comes by a cover; BOOK where no message leaves.
"""

from datetime import date
from typing import NamedTuple

from wissel.routing.agent import Agent
from wissel.routing.bank import Bank
from wissel.routing.creditor_side import There
from wissel.routing.decision import Hop, Settlement
from wissel.routing.network import Network
from wissel.routing.order import Order
from wissel.routing.participants import Participant

CLEARED, BOOKED = "CLRG", "BOOK"
_DEBITED = "INDA"


class Settled(NamedTuple):
    """What follows from the choice of a network."""

    next_agent: Agent | None
    settlement: Settlement
    intermediaries: tuple[Hop, ...] = ()
    cover: tuple[Hop, ...] = ()


def settle(network: Network, bank: Bank, order: Order, on: date, there: There) -> Settled:
    """The settlement of an order over a network that said yes to everything."""
    if network.kind == "book":
        account = order.creditor_account.identifier if order.creditor_account is not None else None
        return Settled(None, Settlement(BOOKED, on, account))
    if there.way is not None:
        way = there.way
        first = way.cover[0].agent if way.cover else None
        settlement = Settlement(
            method=way.method,
            date=on,
            account=way.account,
            instructing_reimbursement_agent=first,
            instructed_reimbursement_agent=way.instructed_reimbursement_agent,
        )
        return Settled(way.next_agent, settlement, way.intermediaries, way.cover)
    member = bank.memberships[network.name]
    if member.via is not None:
        return Settled(Agent(bic=member.via), Settlement(_DEBITED, on, member.account))
    method = network.settlement_method or CLEARED
    settlement = Settlement(method, on, member.account, network.clearing_system)
    return Settled(_receiver(network, there), settlement)


def _receiver(network: Network, there: There) -> Agent | None:
    """The participant that the payment is sent to: the creditor's agent, or the one through which it is reached."""
    reach = there.reach
    one: Participant | None = (reach.via or reach.participant) if reach is not None else None
    if one is None:
        return None
    system = one.clearing_system or (network.member_system if one.member_id else None)
    return Agent(
        bic=one.bic or None,
        clearing_system=system or None,
        member_id=one.member_id or None,
        lei=one.lei or None,
        name=one.name or None,
        country=one.bic[4:6] if one.bic else None,
    )
