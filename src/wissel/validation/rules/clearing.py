"""Member ids of national clearing systems: the system that stands beside an id tells how it looks."""

from collections.abc import Iterator

from wissel.core.finding import Severity
from wissel.core.identifiers.clearing import check_clearing_member
from wissel.validation.rule import Flaw, Rule, block_rule
from wissel.validation.scope import Scope
from wissel.validation.siblings import families
from wissel.xml.blocks.block import Block

_EVERYWHERE = ("header", "message", "group", "transaction")
_US = "USABA"
_REASONS = {"DbtrAgt": "RC03", "CdtrAgt": "RC04", "IntrmyAgt": "RC11"}
"""ISO status reasons by the agent that an id is of."""


def _flaws(block: Block, american: bool) -> Iterator[Flaw]:
    for number, system_number in families(block.shape, "MmbId", "ClrSysId/Cd"):
        if system_number < 0:
            continue
        system = block.texts[system_number].strip()
        if (system == _US) is not american:
            continue
        text = block.texts[number].strip()
        flaw = check_clearing_member(system, text)
        if flaw is not None:
            tags = (tag.rstrip("123") for tag in block.shape.plain[number].split("/"))
            reason = next((_REASONS[tag] for tag in tags if tag in _REASONS), None)
            yield Flaw(flaw.message, number, value=text, allowed=flaw.allowed, hint=flaw.hint, reason=reason)


@block_rule(
    "ROUTING-NUMBER-INVALID",
    _EVERYWHERE,
    source="American Bankers Association, secondary source",
    needs=("**/MmbId",),
    reason="RC10",
)
def routing_number(block: Block, scope: Scope) -> Iterator[Flaw]:
    """An American routing number (USABA) has nine digits, the last one a check digit.

    Fedwire, CHIPS and FedNow find the bank by it; a wrong one is refused at once.
    """
    return _flaws(block, True)


@block_rule(
    "CLEARING-MEMBER-ID-INVALID",
    _EVERYWHERE,
    source="formats once published with the ISO external code sets, secondary sources",
    needs=("**/MmbId",),
    reason="RC10",
    severity=Severity.WARNING,
    confidence="medium",
)
def member_id(block: Block, scope: Scope) -> Iterator[Flaw]:
    """A member id looks as its clearing system has them: six digits in Britain, eight in Germany.

    The lengths are known from older lists and may have changed, so that this warns only.
    """
    return _flaws(block, False)


RULES: tuple[Rule, ...] = (routing_number, member_id)
