"""One transaction of a payment or return, made ready for the next leg."""

from dataclasses import dataclass

from wissel.core.finding import Finding
from wissel.mapping.identifiers import Identifiers
from wissel.mapping.placement import Values
from wissel.mapping.relay_agents import pass_intermediaries, remember_instructing
from wissel.mapping.relay_draft import Draft
from wissel.mapping.relay_leg import Leg
from wissel.mapping.version_elements import member, resolve
from wissel.xml.blocks.block import Block
from wissel.xml.xsd.schema_tree import SchemaTree, Type

CHAIN = "RtrChain"
"""Where a return names its parties and agents, turned round; its previous agents stand there."""
_REFERENCE = "A reference between two agents; the next leg has its own."
_DAY = "The next leg has its own day of settlement."
_AGENTS = "The agents of the leg before are not those of the next."
_UNNAMED = "The return names no chain of agents in which the one that sent it could be remembered."


@dataclass(frozen=True, slots=True)
class OnTheWay:
    """What all transactions of a message share."""

    tree: SchemaTree
    type: Type
    """Of a transaction."""
    leg: Leg
    instructing: Values
    """Who instructed us, where the transaction does not say so itself."""
    grouped: bool
    """Whether the group header names the agents of the leg."""
    dated: bool
    """Whether the group header has the day of settlement."""


def relayed_transaction(draft: Draft, way: OnTheWay, block: Block, ids: Identifiers) -> list[Finding]:
    """Change a transaction of pacs.008, pacs.009 or pacs.004 for the next leg; findings where that cannot be."""
    own = draft.below("InstgAgt")
    previous = own or way.instructing
    returned = member(way.type, "PmtId") is None
    if not returned:
        draft.set("PmtId/InstrId", ids.instruction(block.number), _REFERENCE)
    if not way.dated:
        draft.set("IntrBkSttlmDt", way.leg.placement.date, _DAY)
    found: Finding | None = None
    above = f"{CHAIN}/" if returned else ""
    if previous and (not returned or draft.has(CHAIN)):
        holder = resolve(way.tree, way.type, (CHAIN,)) if returned else way.type
        found = remember_instructing(draft, holder or way.type, above, previous, block.path)
    elif own:
        draft.drop("InstgAgt", _UNNAMED)
    beyond = pass_intermediaries(draft, above, way.leg, block.path)
    _agents(draft, way, own)
    _charge(draft, way)
    return [one for one in (found, beyond) if one is not None]


def _agents(draft: Draft, way: OnTheWay, own: Values) -> None:
    for path, _ in own:
        del draft.texts[f"InstgAgt/{path}"]  # moved to the previous agents, or said to be lost
    if way.grouped:
        draft.replace("InstdAgt", (), _AGENTS)
        return
    draft.add("InstgAgt", way.leg.sender)
    draft.replace("InstdAgt", way.leg.receiver, _AGENTS)


def _charge(draft: Draft, way: OnTheWay) -> None:
    charge = way.leg.charge
    holder = resolve(way.tree, way.type, ("ChrgsInf",))
    if charge is None or holder is None:
        return
    number = draft.count("ChrgsInf") + 1
    element = "ChrgsInf" if number == 1 else f"ChrgsInf[{number}]"
    name = "Agt" if member(holder, "Agt") is not None else "Pty"
    why = "Our charge for passing the payment on."
    draft.set(f"{element}/Amt", charge.amount, why)
    draft.set(f"{element}/Amt/@Ccy", charge.currency, why)
    for path, text in way.leg.sender:
        draft.set(f"{element}/{name}/{path}", text, why)
