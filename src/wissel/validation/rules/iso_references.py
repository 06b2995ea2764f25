"""What answers and returns refer to: the original group at one level, the kind of the original, what was cancelled."""

from collections.abc import Iterator
from dataclasses import dataclass

from wissel.core.finding import Severity
from wissel.validation.rule import Flaw, Rule, running_rule
from wissel.validation.scope import Scope
from wissel.xml.blocks.block import Block

_ORIGINAL = "OrgnlGrpInf"
_ANSWERS = {"pacs.002": "OrgnlGrpInfAndSts", "pacs.028": _ORIGINAL}
"""Messages whose original groups are blocks, any number of them."""


@dataclass(slots=True)
class _Groups:
    """The original groups so far. They stand before the transactions."""

    group: str | None
    """The block of an original group; None where it is part of the message block."""
    repeated: bool
    """True to look for transactions that repeat the group, False for those that lack it."""
    count: int = 0

    def look(self, block: Block) -> Iterator[Flaw]:
        if block.kind != "transaction":
            self.count += block.below == self.group
            return
        count = self.count
        if self.group is None and block.parent is not None:
            count = int(block.parent.has(_ORIGINAL))
        there = block.has(_ORIGINAL)
        if self.repeated and there and count == 1:
            message = "The message names its one original group, and this transaction names one again."
            yield Flaw(message, path=_ORIGINAL, allowed="no OrgnlGrpInf here")
        if not self.repeated and not there and count != 1:
            which = "The message names no original group" if count == 0 else f"The message names {count:,} groups"
            yield Flaw(
                f"{which}, and this transaction does not say to which it belongs.", allowed=f"{_ORIGINAL} present"
            )


@running_rule(
    "ORIGINAL-GROUP-AT-TWO-LEVELS",
    ("group", "transaction"),
    source="ISO 20022 pacs message definitions, rules OriginalGroupInformationRule and "
    "OriginalGroupInformationSinglePresenceRule",
    families=("pacs.002", "pacs.004", "pacs.007", "pacs.028"),
    reason="CH17",
)
def repeated_group(scope: Scope) -> _Groups:
    """The original message is named once: for the whole message or for each transaction, not for both.

    With two answers the receiver cannot know in which message to look for the transaction.
    """
    return _Groups(_ANSWERS.get(scope.family), True)


@running_rule(
    "ORIGINAL-GROUP-MISSING",
    ("group", "transaction"),
    source="ISO 20022 pacs.002 and pacs.028 message definitions, rules OriginalGroupInformationAbsenceRule and "
    "OriginalGroupInformationMultiplePresenceRule",
    families=tuple(_ANSWERS),
    reason="CH21",
)
def missing_group(scope: Scope) -> _Groups:
    """Where the message names no original group, or several, each transaction names its own.

    References are unique only within a message; without its name the transaction cannot be found.
    """
    return _Groups(_ANSWERS[scope.family], False)


@dataclass(slots=True)
class _DirectDebits:
    """Whether a direct debit was among the originals so far."""

    seen: bool = False

    def look(self, block: Block) -> Iterator[Flaw]:
        self.seen = self.seen or (block.text(f"{_ORIGINAL}/OrgnlMsgNmId") or "").startswith("pacs.003")
        if block.kind != "message" or not self.seen:
            return
        number = block.shape.first.get("GrpHdr/SttlmInf/SttlmMtd")
        if number is not None and block.texts[number].strip() == "COVE":
            message = "Direct debits (pacs.003) are sent back, and the settlement method is cover."
            yield Flaw(message, number, value="COVE", allowed="INDA, INGA or CLRG")


@running_rule(
    "COVER-FOR-DIRECT-DEBITS",
    ("transaction", "message"),
    source="ISO 20022 pacs.004 and pacs.007 message definitions, rule NoCoverSettlementMethodRule",
    families=("pacs.004", "pacs.007"),
    reason="CH16",
)
def no_cover(scope: Scope) -> _DirectDebits:
    """Direct debits are not returned or reversed by cover.

    The money of a direct debit is settled by the bank that collects; there is no chain of banks to pass it back.
    """
    return _DirectDebits()


@dataclass(slots=True)
class _Details:
    """Whether details of a cancellation were among the blocks so far."""

    seen: bool = False

    def look(self, block: Block) -> Iterator[Flaw]:
        if block.kind != "message":
            self.seen = self.seen or block.below == "CxlDtls"
            return
        number = block.shape.first.get("Sts/Conf")
        if number is None or self.seen:
            return
        status = block.texts[number].strip()
        if status in ("PECR", "RJCR"):
            yield Flaw("Which cancellations were not carried out is not told.", number, value=status)


@running_rule(
    "CANCELLATION-DETAILS-MISSING",
    ("group", "message"),
    source="ISO 20022 camt.029 message definition, rule PartialOrRejectedCancellationRule (repository of April 2018)",
    families=("camt.029",),
    reason="CH21",
    severity=Severity.WARNING,
)
def cancellation_details(scope: Scope) -> _Details | None:
    """Where a cancellation was rejected or carried out in part, its details are given.

    They say which payments stay and why; without them the sender has to ask again.
    """
    return _Details() if scope.version >= 3 else None


RULES: tuple[Rule, ...] = (repeated_group, missing_group, no_cover, cancellation_details)
