"""Counts and sums that a message states of itself, against what it holds. Decimal arithmetic throughout."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation

from wissel.validation.rule import Flaw, Rule, running_rule
from wissel.validation.scope import Scope
from wissel.xml.block import Block

_PAYMENTS = ("pain.001", "pain.008", "pacs.003", "pacs.008", "pacs.009")
_AMOUNTS = {
    "pain.001": ("Amt/InstdAmt", "Amt/EqvtAmt/Amt"),
    "pain.008": ("InstdAmt",),
    "pacs.003": ("IntrBkSttlmAmt",),
    "pacs.008": ("IntrBkSttlmAmt",),
    "pacs.009": ("IntrBkSttlmAmt",),
}


@dataclass(slots=True)
class _Count:
    """Transactions so far, in the whole message and in the group that is open."""

    family: str

    def look(self, block: Block) -> Iterator[Flaw]:
        path = "GrpHdr/NbOfTxs" if block.kind == "message" else "NbOfTxs"
        number = block.shape.first.get(path)
        if number is None:
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
    families=_PAYMENTS,
    reason="AM18",
)
def number_of_transactions(scope: Scope) -> _Count:
    """NbOfTxs equals the number of transactions in the message, and in each group that states it.

    A file that was cut, doubled or put together from others betrays itself here; banks reject the whole message.
    """
    return _Count(scope.family)


@dataclass(slots=True)
class _Sum:
    """Amounts so far, whatever their currency: that is how the control sum is defined."""

    paths: tuple[str, ...]
    total: Decimal = Decimal(0)
    group: Decimal = Decimal(0)
    exact: bool = field(default=True)

    def look(self, block: Block) -> Iterator[Flaw]:
        if block.kind == "transaction":
            for path in self.paths:
                number = block.shape.first.get(path)
                if number is not None:
                    try:
                        amount = Decimal(block.texts[number])
                    except InvalidOperation:
                        self.exact = False
                    else:
                        self.total += amount
                        self.group += amount
                    return
            return
        found = self.total if block.kind == "message" else self.group
        number = block.shape.first.get("GrpHdr/CtrlSum" if block.kind == "message" else "CtrlSum")
        if block.kind == "group":
            self.group = Decimal(0)
        if number is None or not self.exact:
            return
        stated = block.texts[number].strip()
        try:
            differs = Decimal(stated) != found
        except InvalidOperation:
            return
        if differs:
            message = f"CtrlSum says {stated}, the amounts add up to {found} (difference {Decimal(stated) - found})."
            yield Flaw(message, number, value=stated, allowed=str(found))


@running_rule(
    "CONTROL-SUM-DIFFERS",
    ("transaction", "group", "message"),
    source="ISO 20022 definition of CtrlSum",
    families=_PAYMENTS,
    reason="AM10",
)
def control_sum(scope: Scope) -> _Sum:
    """CtrlSum equals the sum of all amounts in the message, and in each group that states it, whatever the currency.

    It guards against a payment lost or changed on the way; banks reject the whole message.
    """
    return _Sum(_AMOUNTS[scope.family])


RULES: tuple[Rule, ...] = (number_of_transactions, control_sum)
