"""The status of a group against the statuses of its payments and transactions, in pacs.002, pain.002 and pain.014."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from wissel.core.finding import Severity
from wissel.validation.rule import Flaw, Rule, running_rule
from wissel.validation.scope import Scope
from wissel.xml.blocks.block import Block

_SOURCE = "ISO 20022 pacs.002, pain.002 and pain.014 message definitions, rule"
_FAMILIES = ("pacs.002", "pain.002", "pain.014")
_GROUP = "OrgnlGrpInfAndSts"
_PAYMENT = "OrgnlPmtInfAndSts"
_ACCEPTED = frozenset({"ACTC", "ACCP", "ACSP", "ACSC", "ACWC"})
_REQUESTS_SINCE = 12
"""The version of pain.014 in which the rules about its payments were seen."""

Wrong = Callable[[str, str, str], str | None]
"""Status of the group, tag and status below it: which statuses are allowed there; None where all is right."""


@dataclass(slots=True)
class _Statuses:
    """The groups so far, by the message they are about, and a rule about what stands below them."""

    family: str
    version: int
    wrong: Wrong
    groups: list[tuple[str | None, str | None]] = field(default_factory=list)

    def look(self, block: Block) -> Iterator[Flaw]:
        if block.below == _GROUP:
            self.groups.append((block.text("OrgnlMsgId"), block.text("GrpSts")))
            return
        tag = "TxSts" if block.kind == "transaction" else "PmtInfSts"
        number = block.shape.first.get(tag)
        if number is None or (self.family == "pain.002" and tag == "TxSts"):
            return
        group = self.status_of_group(block)
        if group is None:
            return
        status = block.texts[number].strip()
        allowed = self.wrong(group, tag if self.family == "pain.014" else "", status)
        if allowed is not None:
            message = f"The group has the status {group}, this {self.word(tag)} {status}."
            yield Flaw(message, number, value=status, allowed=allowed, severity=self.severity(tag))

    def status_of_group(self, block: Block) -> str | None:
        """The status of the group that a block belongs to; None where it has none or cannot be told."""
        if self.family == "pain.014":
            message = block
            while message.parent is not None:
                message = message.parent
            return message.text(f"{_GROUP}/GrpSts")
        if len(self.groups) == 1:
            return self.groups[0][1]
        about = block.text("OrgnlGrpInf/OrgnlMsgId")
        return next((status for name, status in self.groups if name == about), None) if about else None

    def severity(self, tag: str) -> Severity | None:
        """Less than an error for pain.014, where most is assumed."""
        if self.family != "pain.014" or (tag == "PmtInfSts" and self.version >= _REQUESTS_SINCE):
            return None
        return Severity.WARNING

    @staticmethod
    def word(tag: str) -> str:
        """What a status is about."""
        return "transaction" if tag == "TxSts" else "payment"


def _start(scope: Scope, wrong: Wrong) -> _Statuses:
    return _Statuses(scope.family, scope.version, wrong)


def _accepted(group: str, tag: str, status: str) -> str | None:
    accepted = group in _ACCEPTED or (tag == "TxSts" and group == "ACCR")
    return "a status other than RJCT" if accepted and status == "RJCT" else None


def _pending(group: str, tag: str, status: str) -> str | None:
    return "a status other than RJCT" if group == "PDNG" and status == "RJCT" else None


def _rejected(group: str, tag: str, status: str) -> str | None:
    if group != "RJCT" or status == "RJCT":
        return None
    return "RJCT" if tag != "TxSts" or status in _ACCEPTED or status == "PDNG" else None


def _received(group: str, tag: str, status: str) -> str | None:
    return "no status" if group == "RCVD" else None


@running_rule(
    "ACCEPTED-GROUP-WITH-REJECTION",
    ("transaction", "group"),
    source=f"{_SOURCE} GroupStatusAcceptedRule",
    families=_FAMILIES,
    reason="CH16",
)
def accepted(scope: Scope) -> _Statuses:
    """In a group that is accepted nothing is rejected.

    With some rejected the group is accepted in part (PART). The sender relies on the status of the whole, and would
    take rejected payments for paid. In pain.014 it is an error only where the rule was seen.
    """
    return _start(scope, _accepted)


@running_rule(
    "PENDING-GROUP-WITH-REJECTION",
    ("transaction", "group"),
    source=f"{_SOURCE} GroupStatusPendingRule",
    families=_FAMILIES,
    reason="CH16",
)
def pending(scope: Scope) -> _Statuses:
    """In a group that is pending nothing is rejected.

    With some rejected the group is accepted in part (PART). The sender relies on the status of the whole, and would
    wait for payments that are rejected already. In pain.014 it is an error only where the rule was seen.
    """
    return _start(scope, _pending)


@running_rule(
    "REJECTED-GROUP-WITH-OTHER-STATUS",
    ("transaction", "group"),
    source=f"{_SOURCE} GroupStatusRejectedRule",
    families=_FAMILIES,
    reason="CH16",
)
def rejected(scope: Scope) -> _Statuses:
    """In a group that is rejected each status below it is a rejection.

    Another status contradicts the whole: the sender cannot know whether to send the payment again, and may pay twice.
    In pain.014 it is an error only where the rule was seen.
    """
    return _start(scope, _rejected)


@running_rule(
    "RECEIVED-GROUP-WITH-STATUS",
    ("transaction", "group"),
    source=f"{_SOURCE} GroupStatusReceivedRule",
    families=_FAMILIES,
    reason="CH17",
)
def received(scope: Scope) -> _Statuses:
    """In a group that is only received nothing has a status yet.

    Received means that nothing has been checked; then there is nothing to say of what is in it. In pain.014 it is an
    error only where the rule was seen.
    """
    return _start(scope, _received)


RULES: tuple[Rule, ...] = (accepted, pending, rejected, received)
