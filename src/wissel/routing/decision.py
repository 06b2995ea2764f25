"""A decision: which network, which next agent, which settlement; and why none of the others.

Everything that was asked is kept: each candidate with each criterion and its result, the chosen one included.
"""

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from wissel.routing.agent import Agent


class Criterion(NamedTuple):
    """One question asked of one candidate, and its answer."""

    criterion: str
    """Such as ``currency`` or ``creditor-agent``; the names are those of ``criteria.CRITERIA``."""
    ok: bool
    why: str
    """With the values that decided it; a sentence without its full stop."""
    code: str | None = None
    """Code of the finding that a rejection for this would be; None where it is met or never the reason."""


class Candidate(NamedTuple):
    """One network and all that was asked of it."""

    network: str
    ok: bool
    """True where every criterion is."""
    criteria: tuple[Criterion, ...]

    @property
    def failed(self) -> tuple[str, ...]:
        """Names of the criteria that are not met, in order."""
        return tuple(one.criterion for one in self.criteria if not one.ok)


@dataclass(frozen=True, slots=True)
class Hop:
    """One agent that the money or the message passes on its way, and the account it goes over."""

    agent: Agent
    account: str | None
    """The account that the agent before it has with this one; None where it is not known or there is none."""


@dataclass(frozen=True, slots=True)
class Settlement:
    """How, when and over which account a transaction is settled (SttlmInf and IntrBkSttlmDt)."""

    method: str
    """``CLRG``, ``INDA``, ``INGA``, ``COVE``; ``BOOK`` for a transfer inside the institution, which no message
    leaves."""
    date: date
    account: str | None = None
    """The account between the two that settle: our nostro (INDA, COVE) or their account with us (INGA)."""
    clearing_system: str | None = None
    """Code of the clearing system (ExternalCashClearingSystem1Code); None without one."""
    instructing_reimbursement_agent: Agent | None = None
    """Where the cover comes from: the bank that keeps our account."""
    instructed_reimbursement_agent: Agent | None = None
    """Where the cover goes to: the bank that keeps the account of the agent that the message goes to."""


@dataclass(frozen=True, slots=True)
class Rejection:
    """Why a transaction is not carried out."""

    reason: str
    """ISO external status reason code: ``AC04``."""
    code: str
    """Code of the finding: ``ACCOUNT-CLOSED``."""
    message: str
    """A plain sentence with the values."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What is done with one transaction. Where it is rejected, all but the candidates is None or empty."""

    transaction: int
    """Its number in the message, from 1."""
    network: str | None
    next_agent: Agent | None
    """The agent that the message goes to next; None for a clearing system that is addressed as such, and for a
    transfer inside the institution."""
    settlement: Settlement | None
    definition: str | None
    """The message that the network wants; None for a transfer inside the institution."""
    candidates: tuple[Candidate, ...]
    """Every candidate in the order of preference."""
    rejection: Rejection | None = None
    intermediaries: tuple[Hop, ...] = ()
    """Agents after the next one and before the creditor agent, by the settlement instructions."""
    cover: tuple[Hop, ...] = ()
    """Of COVE: the way of the cover, from our correspondent to the correspondent of the creditor agent."""
    account: str | None = None
    """The account with us that is debited; None where it is not one of ours."""
    amount: int | None = None
    """What is taken from it, in minor units of its currency; None where nothing is."""
    rule: str | None = None
    """What named the candidates: the name of a route, ``forced`` or ``default``."""
    fallback: bool = False
    """True where the network stands in for one that was asked for first."""
