"""The way of a payment through correspondents, by the settlement instructions of the bank.

Serial: the message goes bank by bank, each hop over the account between the two. Cover: the message goes to the
creditor's bank at once, the money over the correspondents (pacs.009 COV).
"""

from dataclasses import dataclass
from typing import NamedTuple

from wissel.routing.agent import Agent, same_institution
from wissel.routing.bank import Bank, Correspondent, Method, SettlementInstruction
from wissel.routing.decision import Hop
from wissel.routing.entitlement import is_this_bank

INTERMEDIARIES_MAX = 3
"""IntrmyAgt1 to IntrmyAgt3."""
OTHER_METHOD = "CORRESPONDENT-METHOD-DIFFERS"


@dataclass(frozen=True, slots=True)
class Way:
    """A way that was found."""

    next_agent: Agent
    """Where the message goes."""
    method: str
    """``INDA``: the next agent keeps our account; ``INGA``: we keep theirs; ``COVE``."""
    account: str | None
    """The account between us and the next agent; of COVE our account with the first bank of the cover."""
    why: str
    """A sentence without its full stop."""
    intermediaries: tuple[Hop, ...] = ()
    """After the next agent and before the target."""
    cover: tuple[Hop, ...] = ()
    """Of COVE: the banks that the cover passes, the one that keeps our account first."""
    instructed_reimbursement_agent: Agent | None = None


class NoWay(NamedTuple):
    """Why there is none: the code of the finding, and a sentence without its full stop."""

    code: str
    why: str


# made once: they are the answers for most payments that need no correspondent
_NONE = NoWay(
    "CORRESPONDENT-MISSING",
    "there is no settlement instruction for the currency and the creditor agent, and no account with it",
)
_NO_INSTRUCTION = NoWay(
    "CORRESPONDENT-MISSING", "there is no settlement instruction for the currency and the creditor agent"
)
_SAYS_COVER = NoWay(OTHER_METHOD, "the settlement instruction for the currency and the creditor agent says cover")
_SAYS_SERIAL = NoWay(OTHER_METHOD, "the settlement instruction for the currency and the creditor agent says serial")
FIXED = (_NONE, _NO_INSTRUCTION, _SAYS_COVER, _SAYS_SERIAL)
"""The answers that name no agent."""


def serial_way(
    bank: Bank, currency: str, target: Agent, sender: Agent | None = None, whatever_method: bool = False
) -> Way | NoWay:
    """Bank by bank to ``target``. ``sender`` is who sent us the payment: it never goes back there. An instruction that
    says cover is no serial way, unless ``whatever_method``: between banks there is no message to send ahead."""
    instruction = bank.instruction(currency, target.bic or "")
    if instruction is not None and instruction.method is Method.COVER and not whatever_method:
        return _SAYS_COVER
    direct = bank.correspondent(target.bic, currency) if target.bic else None
    if instruction is None and direct is None:
        return _NONE
    first = instruction.correspondent if instruction is not None else (direct.bic if direct else "")
    reached = _reached(bank, currency, first)
    if isinstance(reached, NoWay):
        return reached
    agents = [_agent(one) for one in reached]
    if instruction is not None and instruction.intermediary:
        agents.append(Agent(bic=instruction.intermediary))
    agents = _up_to(agents, target)
    fault = _fault(bank, agents, target, sender) or _too_long(agents)
    if fault is not None:
        return fault
    method, account = _over(reached[0])
    by = "the settlement instruction" if instruction is not None else "the account with it"
    through = ", ".join(str(one) for one in agents)
    return Way(
        next_agent=agents[0],
        method=method,
        account=account,
        why=f"{currency} to {target} goes through {through} by {by} ({method})",
        intermediaries=tuple(Hop(one, None) for one in agents[1:] if not same_institution(one, target)),
    )


def cover_way(bank: Bank, currency: str, target: Agent, sender: Agent | None = None) -> Way | NoWay:
    """The message to ``target``, the cover through the correspondents."""
    instruction = bank.instruction(currency, target.bic or "")
    if instruction is None:
        return _NO_INSTRUCTION
    if instruction.method is not Method.COVER:
        return _SAYS_SERIAL
    if not target.bic:
        return NoWay("CORRESPONDENT-MISSING", f"with cover the message goes to {target} itself, which needs its BIC")
    reached = _reached(bank, currency, instruction.correspondent)
    if isinstance(reached, NoWay):
        return reached
    method, account = _over(reached[0])
    if method != "INDA":
        return NoWay("CORRESPONDENT-MISSING", f"this bank has no {currency} account with {reached[0].bic} to pay from")
    agents = [_agent(one) for one in reached] + _further(instruction)
    fault = _fault(bank, agents, target, sender) or _too_long(agents)
    if fault is not None:
        return fault
    reimbursed = Agent(bic=instruction.reimbursement) if instruction.reimbursement else None
    through = ", ".join(str(one) for one in agents)
    return Way(
        next_agent=target,
        method="COVE",
        account=account,
        why=f"{currency} to {target} is announced to it and covered through {through} by the settlement instruction",
        cover=tuple(Hop(one, account if number == 0 else None) for number, one in enumerate(agents)),
        instructed_reimbursement_agent=reimbursed,
    )


def _reached(bank: Bank, currency: str, bic: str) -> list[Correspondent] | NoWay:
    """The correspondents from the first with whom there is an account to the one of that BIC."""
    reached: list[Correspondent] = []
    wanted: str | None = bic
    while wanted is not None:
        one = bank.correspondent(wanted, currency)
        if one is None:
            return NoWay("CORRESPONDENT-MISSING", f"{wanted} is no correspondent for {currency}")
        if one in reached:
            names = " to ".join(step.bic for step in [one, *reached])
            return NoWay("CORRESPONDENT-LOOP", f"the correspondents for {currency} lead in a circle: {names}")
        reached.insert(0, one)
        if one.nostro or one.vostro:
            return reached
        wanted = one.via
    return NoWay("CORRESPONDENT-MISSING", f"there is no account in {currency} with {reached[0].bic}")


def _agent(one: Correspondent) -> Agent:
    return Agent(bic=one.bic, name=one.name or None, country=one.bic[4:6])


def _over(one: Correspondent) -> tuple[str, str | None]:
    """Our account with it before its account with us: what we owe is taken where we have money."""
    return ("INDA", one.nostro) if one.nostro else ("INGA", one.vostro)


def _further(instruction: SettlementInstruction) -> list[Agent]:
    bics = (instruction.intermediary, instruction.reimbursement)
    return [Agent(bic=bic) for bic in bics if bic and bic[:8] != instruction.correspondent[:8]]


def _up_to(agents: list[Agent], target: Agent) -> list[Agent]:
    """The agents as far as ``target``: what comes after it is not needed."""
    for number, one in enumerate(agents):
        if same_institution(one, target):
            return agents[: number + 1]
    return agents


def _fault(bank: Bank, agents: list[Agent], target: Agent, sender: Agent | None) -> NoWay | None:
    for number, one in enumerate(agents):
        if is_this_bank(one, bank):
            return NoWay("CORRESPONDENT-LOOP", f"the way to {target} leads back to this bank")
        if any(same_institution(one, other) for other in agents[:number]):
            return NoWay("CORRESPONDENT-LOOP", f"the way to {target} leads through {one} twice")
        if sender is not None and same_institution(one, sender):
            return NoWay("CORRESPONDENT-LOOP", f"the way to {target} leads back to {one}, which sent the payment")
    return None


def _too_long(agents: list[Agent]) -> NoWay | None:
    if len(agents) - 1 > INTERMEDIARIES_MAX:
        return NoWay("CORRESPONDENT-LOOP", f"the way has more than {INTERMEDIARIES_MAX} agents between")
    return None
