"""Agents of a payment that is passed on: who instructed us becomes a previous agent, whom we instruct the next one.

Source: ISO 20022 pacs.008 and pacs.009 (version of 2018 and later), PreviousInstructingAgent1Guideline (the first is
the agent closest to the debtor agent) and the rules that the second stands only with the first and the third with the
second. So the first free place is taken, and agents keep the order in which the payment travelled. Versions before
pacs.008.001.07 have one place. That the debtor agent, too, is written there once it has instructed us, and that a next
agent named as intermediary leaves the intermediaries, is our decision: no agent of the chain is named in two roles that
are still to come.
"""

from dataclasses import replace
from itertools import pairwise

from wissel.core.codes import finding
from wissel.core.finding import Finding
from wissel.mapping.placement import Values
from wissel.mapping.relay_draft import Draft
from wissel.mapping.relay_leg import Leg
from wissel.mapping.version_elements import member
from wissel.xml.xsd.schema_tree import SchemaTree, Type

PREVIOUS = ("PrvsInstgAgt1", "PrvsInstgAgt2", "PrvsInstgAgt3")
PREVIOUS_OLD = ("PrvsInstgAgt",)
INTERMEDIARIES = ("IntrmyAgt1", "IntrmyAgt2", "IntrmyAgt3")


def same_agent(one: Values, other: Values) -> bool:
    """Whether two agents are the same by BIC (of the head office, where one names no branch) or member id."""
    for name in ("FinInstnId/BICFI", "FinInstnId/BIC"):
        ours, theirs = dict(one).get(name, "").strip(), dict(other).get(name, "").strip()
        if ours and theirs:
            return ours.ljust(11, "X") == theirs.ljust(11, "X")
    ours, theirs = (dict(agent).get("FinInstnId/ClrSysMmbId/MmbId", "").strip() for agent in (one, other))
    return bool(ours) and ours == theirs


def own_spelling(values: Values, tree: SchemaTree) -> Values:
    """Values with the name that the definition has for a BIC: versions before 2013 say BIC, not BICFI."""
    if any(member(of, "BICFI") is not None for of in tree.types.values()):
        return values
    return tuple((path.replace("FinInstnId/BICFI", "FinInstnId/BIC"), text) for path, text in values)


def spelled(leg: Leg, tree: SchemaTree) -> Leg:
    """The leg with its agents as the definition spells them."""
    placement = leg.placement
    return replace(
        leg,
        placement=replace(
            placement,
            instructing=own_spelling(placement.instructing, tree),
            instructed=own_spelling(placement.instructed, tree),
            settlement=own_spelling(placement.settlement, tree),
            intermediaries=tuple(own_spelling(agent, tree) for agent in placement.intermediaries),
        ),
    )


def remember_instructing(draft: Draft, of: Type, above: str, agent: Values, path: str) -> Finding | None:
    """Write the agent that instructed us into the first free place for previous agents, below ``above`` (empty for the
    transaction itself). A finding where all are taken."""
    names = [name for name in (*PREVIOUS, *PREVIOUS_OLD) if member(of, name) is not None]
    for name in names:
        if not draft.has(f"{above}{name}"):
            draft.add(f"{above}{name}", agent)
            return None
    message = (
        f"The payment has passed through {len(names)} agents before the one that sent it to us; the message has no "
        "place for one more."
    )
    return finding("RELAY-TOO-MANY-AGENTS", message, path=path, allowed=f"at most {len(names)} previous agents")


def pass_intermediaries(draft: Draft, above: str, leg: Leg, path: str) -> Finding | None:
    """Take us and the next agent out of the intermediaries where they are the first of them, the others moving up; and
    put those before them that the route has between the next agent and them. A finding where there are too many."""
    first = f"{above}{INTERMEDIARIES[0]}"
    passed = ((leg.sender, "The payment has reached this intermediary: us."),
              (leg.receiver, "The intermediary is the agent that is now instructed."))  # fmt: skip
    for agent, why in passed:
        if draft.has(first) and same_agent(draft.below(first), agent):
            draft.replace(first, (), why)
            draft.replace(f"{first}Acct", (), why)
            for nearer, farther in pairwise(INTERMEDIARIES):
                _move(draft, f"{above}{farther}", f"{above}{nearer}")
    more = leg.placement.intermediaries
    named = sum(1 for name in INTERMEDIARIES if draft.has(f"{above}{name}"))
    if not more:
        return None
    if named + len(more) > len(INTERMEDIARIES):
        message = (
            f"The way to the next intermediary of the payment leads through {len(more)} more agents; with the {named} "
            f"that it names already there are more than the {len(INTERMEDIARIES)} that a message has places for."
        )
        return finding("RELAY-TOO-MANY-AGENTS", message, path=path, allowed=f"at most {len(INTERMEDIARIES)}")
    for number in reversed(range(named)):
        _move(draft, f"{above}{INTERMEDIARIES[number]}", f"{above}{INTERMEDIARIES[number + len(more)]}")
    for name, agent in zip(INTERMEDIARIES, more, strict=False):
        for part, text in agent:
            draft.set(f"{above}{name}/{part}", text, "The route leads through this agent.")
    return None


def _move(draft: Draft, element: str, to: str) -> None:
    draft.move(element, to)
    draft.move(f"{element}Acct", f"{to}Acct")
