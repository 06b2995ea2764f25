"""From a decision of the routing to the placement that the mapping is told."""

from dataclasses import replace

from wissel.mapping.placement import Cover, Fixed, HeaderPlan, Placement, Values, account_values, agent_values, below
from wissel.routing.agent import Agent, same_institution
from wissel.routing.bank import Bank
from wissel.routing.decision import Decision, Settlement
from wissel.routing.entitlement import is_this_bank
from wissel.routing.network import Network
from wissel.routing.order import Order

COVER = "COVE"
_CLEARED = "CLRG"
_ORDER = "pain.001"
_REACHED = "The intermediary is the agent that is now instructed, or this bank."


class Placer:
    """Makes the placements of one bank; the same object for decisions that say the same."""

    __slots__ = ("_known", "bank")

    def __init__(self, bank: Bank) -> None:
        self.bank = bank
        self._known: dict[tuple[object, ...], Placement] = {}

    @property
    def known(self) -> int:
        """How many placements it remembers."""
        return len(self._known)

    def place(self, order: Order, decision: Decision) -> Placement | None:
        """The placement of an order; None where no message leaves the bank."""
        if decision.network is None or decision.settlement is None or decision.definition is None:
            return None
        creditor_agent = self._creditor_agent(order, decision)
        reached = self._is_reached(order, decision)
        key = (
            decision.network, decision.next_agent, decision.settlement, decision.definition, decision.intermediaries,
            decision.cover, decision.fallback, creditor_agent, reached,
        )  # fmt: skip
        placement = self._known.get(key)
        if placement is None:
            network = self.bank.networks[decision.network]
            placement = self._known[key] = self._made(network, decision, decision.settlement, creditor_agent)
            if reached:
                refused = (*placement.refused, *((element, _REACHED) for element in ("IntrmyAgt1", "IntrmyAgt1Acct")))
                placement = self._known[key] = replace(placement, refused=refused)
        return placement

    def _is_reached(self, order: Order, decision: Decision) -> bool:
        """Whether the first intermediary that an order names is the next agent, or this bank."""
        first = order.intermediary_agents[0] if order.intermediary_agents else None
        if first is None or order.family != _ORDER:
            return False
        following = decision.next_agent
        return is_this_bank(first, self.bank) or (following is not None and same_institution(first, following))

    def _made(self, network: Network, decision: Decision, settlement: Settlement, creditor_agent: Values) -> Placement:
        sender = own_agent(self.bank, network)
        receiver = () if decision.next_agent is None else values_of(decision.next_agent)
        header = None
        if network.header is not None:
            header = HeaderPlan(network.header, network.business_services, sender, receiver)
        family = (decision.definition or "")[:8]
        return Placement(
            definition=decision.definition or "",
            date=settlement.date.isoformat(),
            method=settlement.method,
            instructing=sender,
            instructed=receiver,
            settlement=settlement_values(self.bank, network, settlement),
            intermediaries=tuple(values_of(hop.agent) for hop in decision.intermediaries),
            creditor_agent=creditor_agent,
            charge_bearers=network.charge_bearers,
            fixed=_fixed(network, family),
            refused=_refused(network, decision),
            guideline=network.guideline,
            network=network.name,
            transactions_max=network.transactions_max,
            header=header,
            envelope=network.envelope,
            cover=self._cover(network, decision, settlement, sender, receiver),
        )

    def _cover(
        self, network: Network, decision: Decision, settlement: Settlement, sender: Values, receiver: Values
    ) -> Cover | None:
        definition = network.definitions.get("pacs.009")
        if settlement.method != COVER or not decision.cover or definition is None:
            return None
        hops = [values_of(hop.agent) for hop in decision.cover]
        header = None
        if network.header is not None:
            header = HeaderPlan(network.header, network.business_services, sender, hops[0])
        return Cover(
            definition=definition,
            method="INDA",
            account=self._account(settlement.account),
            receiver=hops[0],
            sender=sender,
            creditor=receiver,
            creditor_agent=hops[-1] if len(hops) > 1 else (),
            intermediaries=tuple(hops[1:-1]),
            header=header,
            guideline=network.guideline,
        )

    def _account(self, identifier: str | None) -> Values:
        return () if identifier is None else account_of(self.bank, identifier)

    def _creditor_agent(self, order: Order, decision: Decision) -> Values:
        """The creditor agent by the directory, where the order names none: the account says which bank it is."""
        account = order.creditor_account
        if order.creditor_agent is not None or account is None or account.iban is None or decision.settlement is None:
            return ()
        network = decision.network or ""
        found = self.bank.directory.reach(network, Agent(), decision.settlement.date, account.iban).participant
        if found is None:
            return ()
        return agent_values(found.bic or None, found.clearing_system or None, found.member_id or None)


def values_of(agent: Agent) -> Values:
    """An agent as values below its element: what identifies it, its name only where nothing does."""
    if agent.bic:
        return agent_values(bic=agent.bic)
    if agent.member_id:
        return agent_values(clearing_system=agent.clearing_system, member_id=agent.member_id)
    return agent_values(lei=agent.lei, name=agent.name)


def own_agent(bank: Bank, network: Network) -> Values:
    """This bank, as the network knows it."""
    membership = bank.memberships.get(network.name)
    if network.member_system is not None:
        member = membership.member_id if membership is not None else None
        member = member or bank.identity.member_ids.get(network.member_system)
        if member:
            return agent_values(clearing_system=network.member_system, member_id=member)
    return agent_values(bic=bank.identity.bic)


def account_of(bank: Bank, identifier: str) -> Values:
    """One of the bank's accounts as values below its element."""
    known = bank.accounts.get(identifier)
    return account_values(identifier, known.is_iban if known is not None else False)


def settlement_values(bank: Bank, network: Network, settlement: Settlement) -> Values:
    """SttlmInf of a message: with CLRG the clearing system, with INDA and INGA the account, with COVE the agents
    through which the receiver is reimbursed. Source: ISO 20022, SettlementInstruction."""
    found: list[tuple[str, str]] = [("SttlmMtd", settlement.method)]
    if settlement.method == _CLEARED:
        if settlement.clearing_system is not None:
            kind = "Prtry" if network.clearing_system_proprietary else "Cd"
            found.append((f"ClrSys/{kind}", settlement.clearing_system))
    elif settlement.method == COVER:
        for element, agent in (
            ("InstgRmbrsmntAgt", settlement.instructing_reimbursement_agent),
            ("InstdRmbrsmntAgt", settlement.instructed_reimbursement_agent),
        ):
            if agent is not None:
                found += below(element, values_of(agent))
    elif settlement.account is not None:
        found += below("SttlmAcct", account_of(bank, settlement.account))
    return tuple(found)


def _fixed(network: Network, family: str) -> tuple[Fixed, ...]:
    found: list[Fixed] = []
    if network.service_level is not None:
        why = f"Messages of {network.name} bear this service level."
        found.append(Fixed("PmtTpInf/SvcLvl", (("PmtTpInf/SvcLvl/Cd", network.service_level),), True, why))
    if (product := network.products.get(family)) is not None:
        why = f"Messages of {network.name} bear the code of the product."
        found.append(Fixed("PmtTpInf/LclInstrm", (("PmtTpInf/LclInstrm/Prtry", product),), True, why))
    elif network.local_instrument is not None:
        why = f"Messages of {network.name} bear this local instrument."
        found.append(Fixed("PmtTpInf/LclInstrm", (("PmtTpInf/LclInstrm/Cd", network.local_instrument),), True, why))
    return tuple(found)


def _refused(network: Network, decision: Decision) -> tuple[tuple[str, str], ...]:
    """Elements that asked for another network than the one that stands in for it."""
    if not decision.fallback or network.local_instrument is not None:
        return ()
    return (("PmtTpInf/LclInstrm", f"It asks for another network; {network.name} stands in for it."),)
