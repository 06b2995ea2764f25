"""Messages about a whole group, and how their transactions are grouped: flags and counts against what is listed."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from wissel.core.finding import Severity
from wissel.validation.rule import Flaw, Rule, block_rule, running_rule
from wissel.validation.scope import Scope
from wissel.xml.blocks.block import Block

_SOURCE = "ISO 20022 message definitions, rules"


class _Flag(NamedTuple):
    """A flag that says that a whole group is meant."""

    path: str
    """Below the block that it stands in."""
    inner: str
    """The groups inside that block, of which it speaks; empty for its transactions."""
    severity: Severity | None = None
    """None where the requirement is confirmed."""


_FLAGS: dict[str, dict[str, _Flag]] = {
    "pacs.004": {"": _Flag("GrpHdr/GrpRtr", "")},
    "pacs.007": {"": _Flag("GrpHdr/GrpRvsl", "")},
    "pain.007": {
        "": _Flag("GrpHdr/GrpRvsl", "OrgnlPmtInfAndRvsl"),
        "OrgnlPmtInfAndRvsl": _Flag("PmtInfRvsl", "", Severity.WARNING),
    },
    "camt.055": {
        "Undrlyg": _Flag("OrgnlGrpInfAndCxl/GrpCxl", "Undrlyg/OrgnlPmtInfAndCxl", Severity.WARNING),
        "Undrlyg/OrgnlPmtInfAndCxl": _Flag("PmtInfCxl", "", Severity.WARNING),
    },
    "camt.056": {"Undrlyg": _Flag("OrgnlGrpInfAndCxl/GrpCxl", "", Severity.WARNING)},
}
"""By family and block (as its path below the message, empty for the message)."""
_TRUE = ("true", "1")
_FALSE = ("false", "0")


@dataclass(slots=True)
class _Listed:
    """Groups and transactions so far, judged where a block with a flag ends."""

    flags: dict[str, _Flag]
    judge: Callable[[_Flag, str, int], str | None]
    """Says what is wrong with a flag's text and the number of what is listed."""
    groups: dict[str, int] = field(default_factory=dict)

    def look(self, block: Block) -> Iterator[Flaw]:
        below = "" if block.kind == "message" else block.below
        self.groups[below] = self.groups.get(below, 0) + 1
        flag = self.flags.get(below)
        if flag is None:
            return
        listed = self.groups.pop(flag.inner, 0) if flag.inner else 0
        number = block.shape.first.get(flag.path)
        if number is None:
            return
        text = block.texts[number].strip()
        wrong = self.judge(flag, text, listed or block.children)
        if wrong is not None:
            yield Flaw(wrong, number, value=text, severity=flag.severity)


def _too_many(flag: _Flag, text: str, listed: int) -> str | None:
    if text not in _TRUE or not listed:
        return None
    return f"{_tag(flag.path)} says that the whole group is meant, and {listed:,} of it are listed."


def _none(flag: _Flag, text: str, listed: int) -> str | None:
    if text not in _FALSE or listed:
        return None
    return f"{_tag(flag.path)} says that single ones are meant, and none is listed."


def _tag(path: str) -> str:
    return path.rpartition("/")[2]


@running_rule(
    "WHOLE-GROUP-WITH-TRANSACTIONS",
    ("group", "message"),
    source=f"{_SOURCE} GroupReturnAndTransactionInformationNotPresentRule and its kin",
    families=tuple(_FLAGS),
    reason="CH17",
)
def whole_group(scope: Scope) -> _Listed:
    """Where a whole group is returned, reversed or cancelled, no single transactions are listed.

    The flag means all transactions of the original message. With some of them listed the receiver cannot know whether
    the rest is meant too. For groups inside a message, and for cancellations, the rule is only assumed and warns.
    """
    return _Listed(_FLAGS[scope.family], _too_many)


@running_rule(
    "SINGLE-TRANSACTIONS-MISSING",
    ("group", "message"),
    source=f"{_SOURCE} GroupReturnAndTransactionInformationPresentRule and its kin",
    families=tuple(_FLAGS),
    reason="CH21",
)
def single_transactions(scope: Scope) -> _Listed:
    """Where only single transactions are returned, reversed or cancelled, they are listed.

    The flag says that the group as a whole is not meant; without a transaction the message says nothing. For groups
    inside a message, and for cancellations, the rule is only assumed and warns.
    """
    return _Listed(_FLAGS[scope.family], _none)


@dataclass(slots=True)
class _Numbers:
    """NbOfTxs of what is reversed or cancelled, as far as single transactions are."""

    block: str
    """The block that states the number, as its path below the message; empty for the message."""
    path: str
    flag: str
    inner_flag: str
    """The flag of groups inside, which may stand for transactions that are not listed."""
    severity: Severity | None
    flag_needed: bool
    whole: bool = False

    def look(self, block: Block) -> Iterator[Flaw]:
        if block.text(self.inner_flag) in _TRUE:
            self.whole = True
        if ("" if block.kind == "message" else block.below) != self.block:
            return
        whole, self.whole = self.whole, False
        number = block.shape.first.get(self.path)
        flag = block.text(self.flag)
        if number is None or whole or flag in _TRUE or (flag is None and self.flag_needed):
            return
        stated = block.texts[number].strip()
        if stated.isascii() and stated.isdigit() and int(stated) != block.children:
            message = f"NbOfTxs says {int(stated):,}, {block.children:,} transactions are listed."
            yield Flaw(message, number, value=stated, allowed=str(block.children), severity=self.severity)


@running_rule(
    "NUMBER-OF-REVERSALS-DIFFERS",
    ("group", "message"),
    source="ISO 20022 pain.007 message definition, GroupReversalAndNumberOfTransactionsGuideline (secondary source); "
    "a rule up to version 4",
    families=("pain.007",),
    reason="AM18",
    confidence="medium",
)
def number_of_reversals(scope: Scope) -> _Numbers:
    """Where no whole group is reversed, NbOfTxs equals the number of transactions in the message.

    A message that was cut betrays itself here. Since version 5 this is advice and warns.
    """
    severity = Severity.WARNING if scope.version > 4 else None
    return _Numbers("", "GrpHdr/NbOfTxs", "GrpHdr/GrpRvsl", "PmtInfRvsl", severity, False)


@running_rule(
    "NUMBER-OF-CANCELLATIONS-DIFFERS",
    ("group",),
    source="ISO 20022 camt.055 and camt.056 message definitions, rule GroupCancellationAndNumberOfTransactionsRule "
    "(repository of April 2018)",
    families=("camt.055", "camt.056"),
    reason="AM18",
    severity=Severity.WARNING,
)
def number_of_cancellations(scope: Scope) -> _Numbers:
    """Where a group is not cancelled as a whole, its NbOfTxs equals the number of transactions listed.

    A message that was cut betrays itself here.
    """
    path = "OrgnlGrpInfAndCxl"
    return _Numbers("Undrlyg", f"{path}/NbOfTxs", f"{path}/GrpCxl", "PmtInfCxl", None, True)


@block_rule(
    "GROUPING-CONTRADICTED",
    ("group",),
    source="ISO 20022 pain.001.001.02 and pain.008.001.01 message definitions, rules Grouping1Rule and Grouping2Rule",
    families=("pain.001", "pain.008", "pain.013"),
    reason="CH16",
    confidence="medium",
)
def grouping(block: Block, scope: Scope) -> Iterator[Flaw]:
    """The grouping that the header states is kept: GRPD has one payment, SNGL one transaction in each payment.

    Messages before 2009 say in their header how transactions are grouped, and old programs read them accordingly.
    """
    stated = block.parent.text("GrpHdr/Grpg") if block.parent is not None else None
    if stated == "GRPD" and block.number == 2:
        yield Flaw("The header says that all is grouped in one payment (GRPD); this is the second one.")
    if stated == "SNGL" and block.children != 1:
        yield Flaw(f"The header says one transaction per payment (SNGL); this one has {block.children:,}.")


@dataclass(slots=True)
class _Currencies:
    """The currency of the first item of the notification that is read."""

    notification: int = 0
    first: str | None = None

    def look(self, block: Block) -> Iterator[Flaw]:
        above = block.parent
        if above is None or not above.has("Acct"):
            return
        if above.number != self.notification:
            self.notification, self.first = above.number, None
        number = block.shape.first.get("Amt/@Ccy")
        if number is None:
            return
        currency = block.texts[number].strip()
        self.first = self.first or currency
        if currency != self.first:
            message = f"This item is in {currency}, those before it in {self.first}; they go to one account."
            yield Flaw(message, number, value=currency, allowed=self.first)


@running_rule(
    "NOTIFIED-CURRENCIES-DIFFER",
    ("transaction",),
    source="ISO 20022 camt.057 message definition, rule AccountAndCurrencyRule (repository of April 2018)",
    families=("camt.057",),
    reason="AM11",
    severity=Severity.WARNING,
)
def notified_currencies(scope: Scope) -> _Currencies:
    """Items of a notification for one account are in one currency.

    An account is held in one currency; money in another goes elsewhere or has to be converted.
    """
    return _Currencies()


RULES: tuple[Rule, ...] = (
    whole_group,
    single_transactions,
    number_of_reversals,
    number_of_cancellations,
    grouping,
    notified_currencies,
)
