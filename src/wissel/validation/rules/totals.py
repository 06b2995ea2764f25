"""Counts and sums that a message states of itself, against what it holds. Exact decimal arithmetic throughout."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from functools import lru_cache

from wissel.core.finding import Severity
from wissel.core.money import exact_sum, sound_amount
from wissel.validation.rule import Flaw, Rule, block_rule, running_rule
from wissel.validation.scope import Scope
from wissel.xml.blocks.block import Block

_COUNTED = ("pain.001", "pain.008", "pacs.003", "pacs.004", "pacs.007", "pacs.008", "pacs.009", "pacs.010")
_AMOUNTS = {
    "pain.001": ("Amt/InstdAmt", "Amt/EqvtAmt/Amt"),
    "pain.008": ("InstdAmt",),
    "pacs.003": ("IntrBkSttlmAmt",),
    "pacs.004": ("RtrdIntrBkSttlmAmt",),
    "pacs.007": ("RvsdIntrBkSttlmAmt",),
    "pacs.008": ("IntrBkSttlmAmt",),
    "pacs.009": ("IntrBkSttlmAmt",),
    "pacs.010": ("IntrBkSttlmAmt",),
    "camt.057": ("Amt",),
}
_UNSURE = ("pacs.004", "pacs.007")
"""Messages that could state the sum of original amounts as well: what differs is warned of."""
_WHOLE_GROUP = ("GrpHdr/GrpRtr", "GrpHdr/GrpRvsl")
"""Set to true, all transactions of the original message are meant, and none need be listed."""
_TOTALS = {
    "pacs.003": "GrpHdr/TtlIntrBkSttlmAmt",
    "pacs.004": "GrpHdr/TtlRtrdIntrBkSttlmAmt",
    "pacs.007": "GrpHdr/TtlRvsdIntrBkSttlmAmt",
    "pacs.008": "GrpHdr/TtlIntrBkSttlmAmt",
    "pacs.009": "GrpHdr/TtlIntrBkSttlmAmt",
    "pacs.010": "TtlIntrBkSttlmAmt",
}


def _stands_for_all(message: Block) -> bool:
    return any(message.text(path) in ("true", "1") for path in _WHOLE_GROUP)


@dataclass(slots=True)
class _Count:
    """NbOfTxs of messages and groups, against the transactions counted while reading."""

    def look(self, block: Block) -> Iterator[Flaw]:
        path = "GrpHdr/NbOfTxs" if block.kind == "message" else "NbOfTxs"
        number = block.shape.first.get(path)
        if number is None or _stands_for_all(block):
            return
        stated = block.texts[number].strip()
        if stated.isascii() and stated.isdigit() and int(stated) != block.children:
            where = "message" if block.kind == "message" else "group"
            message = f"NbOfTxs says {int(stated):,}, the {where} holds {block.children:,} transactions."
            yield Flaw(message, number, value=stated, allowed=str(block.children))


@running_rule(
    "NUMBER-OF-TRANSACTIONS-DIFFERS",
    ("group", "message"),
    source="ISO 20022 definition of NbOfTxs",
    families=_COUNTED,
    reason="AM18",
)
def number_of_transactions(scope: Scope) -> _Count:
    """NbOfTxs equals the number of transactions in the message, and in each group that states it.

    A file that was cut, doubled or put together from others betrays itself here; banks reject the whole message.
    """
    return _Count()


_sound_amount = lru_cache(maxsize=64)(sound_amount)
"""Several rules ask for the same amount one after the other."""


@dataclass(slots=True)
class _Sum:
    """Amounts so far, whatever their currency, in the whole message and in the group that is open."""

    paths: tuple[str, ...]
    severity: Severity | None = None
    total: Decimal = Decimal(0)
    group: Decimal = Decimal(0)
    exact: bool = field(default=True)

    def look(self, block: Block) -> Iterable[Flaw]:
        if block.kind != "transaction":
            return self.flaws(block)
        first = block.shape.first
        for path in self.paths:
            number = first.get(path)
            if number is not None:
                amount = _sound_amount(block.texts[number])
                if amount is None:
                    self.exact = False
                else:
                    self.group = exact_sum(self.group, amount)
                return ()
        return ()

    def flaws(self, block: Block) -> Iterator[Flaw]:
        found = self.total = exact_sum(self.total, self.group)
        if block.kind == "group":
            found = self.group
        self.group = Decimal(0)
        number = block.shape.first.get("GrpHdr/CtrlSum" if block.kind == "message" else "CtrlSum")
        if number is None or not self.exact or _stands_for_all(block):
            return
        stated = block.texts[number].strip()
        difference = _difference(stated, found)
        if difference:
            message = f"CtrlSum says {stated}, the amounts add up to {found} (difference {difference})."
            yield Flaw(message, number, value=stated, allowed=str(found), severity=self.severity)


def _difference(stated: str, found: Decimal) -> Decimal | None:
    """What a number is more than another; None where it is no number."""
    try:
        return exact_sum(Decimal(stated), -found)
    except InvalidOperation:
        return None


@running_rule(
    "CONTROL-SUM-DIFFERS",
    ("transaction", "group", "message"),
    source="ISO 20022 definition of CtrlSum",
    families=tuple(family for family in _COUNTED if family != "pacs.010"),
    reason="AM10",
)
def control_sum(scope: Scope) -> _Sum:
    """CtrlSum equals the sum of all amounts in the message, and in each group that states it, whatever the currency.

    It guards against a payment lost or changed on the way; banks reject the whole message. Returns and reversals,
    whose definition does not say which of their amounts is meant, are warned of.
    """
    return _Sum(_AMOUNTS[scope.family], Severity.WARNING if scope.family in _UNSURE else None)


@dataclass(slots=True)
class _Total:
    """A total with a currency, against the amounts in that currency. Other currencies are another rule's business."""

    total_path: str
    """Below the block that states it."""
    at: str
    """The kind of that block."""
    paths: tuple[str, ...]
    severity: Severity | None = None
    sums: dict[str, Decimal] = field(default_factory=dict)
    exact: bool = field(default=True)

    def look(self, block: Block) -> Iterable[Flaw]:
        if block.kind == "transaction":
            first = block.shape.first
            for path in self.paths:
                number = first.get(path)
                if number is not None:
                    self.add(block, number, first.get(f"{path}/@Ccy"))
            return ()
        return self.flaws(block) if block.kind == self.at else ()

    def add(self, block: Block, number: int, currency_number: int | None) -> None:
        currency = block.texts[currency_number].strip() if currency_number is not None else ""
        amount = _sound_amount(block.texts[number])
        if amount is None:
            self.exact = False
        else:
            self.sums[currency] = exact_sum(self.sums.get(currency, Decimal(0)), amount)

    def flaws(self, block: Block) -> Iterator[Flaw]:
        sums, self.sums = self.sums, {}
        exact, self.exact = self.exact, True
        number = block.shape.first.get(self.total_path)
        if number is None or not exact or not block.children or _stands_for_all(block):
            return
        currency = block.text(f"{self.total_path}/@Ccy") or ""
        if set(sums) - {currency}:
            return
        stated = block.texts[number].strip()
        found = sums.get(currency, Decimal(0))
        difference = _difference(stated, found)
        if difference:
            tag = self.total_path.rpartition("/")[2]
            message = f"{tag} says {currency} {stated}, the amounts add up to {found} (difference {difference})."
            yield Flaw(message, number, value=stated, allowed=str(found), severity=self.severity)


@running_rule(
    "SETTLEMENT-TOTAL-DIFFERS",
    ("transaction", "group", "message"),
    source="ISO 20022 message definition, rules TotalInterbankSettlementAmountAndSumRule and its kin",
    families=tuple(_TOTALS),
    reason="AM10",
)
def settlement_total(scope: Scope) -> _Total:
    """The total of interbank settlement amounts equals their sum, where all have its currency.

    The total is what moves between the banks; a difference would leave their accounts wrong. Amounts in another
    currency than the total's are a fault of their own. In pacs.010 the rule is known of an early version only and
    what differs is warned of.
    """
    path, paths = _TOTALS[scope.family], _AMOUNTS[scope.family]
    if path.startswith("GrpHdr/"):
        return _Total(path, "message", paths)
    return _Total(path, "group", paths, Severity.WARNING)


@running_rule(
    "NOTIFICATION-TOTAL-DIFFERS",
    ("transaction", "group"),
    source="ISO 20022 message definition, rule TotalAmountAndAmount2Rule",
    families=("camt.057",),
    reason="AM10",
    severity=Severity.WARNING,
    confidence="medium",
)
def notification_total(scope: Scope) -> _Total:
    """The total of a notification to receive equals the sum of its items.

    The account servicer plans liquidity by it.
    """
    return _Total("TtlAmt", "group", _AMOUNTS["camt.057"])


@block_rule(
    "STATUS-COUNTS-DIFFER",
    ("group",),
    source="ISO 20022 definitions of NumberOfTransactionsPerStatus and OriginalNumberOfTransactions",
    families=("pain.002", "pacs.002"),
    needs=("NbOfTxsPerSts/DtldNbOfTxs",),
    reason="AM18",
    severity=Severity.WARNING,
    confidence="medium",
)
def status_counts(block: Block, scope: Scope) -> Iterator[Flaw]:
    """The numbers of transactions per status add up to the original number.

    A transaction without a status is one that nobody follows up. Partial reports state fewer on purpose at times.
    """
    original = block.text("OrgnlNbOfTxs")
    counts = block.all_texts("NbOfTxsPerSts/DtldNbOfTxs")
    if original is None or not all(text.isascii() and text.isdigit() for text in (original, *counts)):
        return
    total = sum(map(int, counts))
    if total != int(original):
        message = (
            f"The numbers per status add up to {total:,}, the original message had {int(original):,} transactions."
        )
        yield Flaw(message, block.shape.first["NbOfTxsPerSts/DtldNbOfTxs"], value=str(total), allowed=original)


RULES: tuple[Rule, ...] = (
    number_of_transactions,
    control_sum,
    settlement_total,
    notification_total,
    status_counts,
)
