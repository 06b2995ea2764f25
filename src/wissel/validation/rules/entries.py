"""Entries of statements and reports against their account, their period and the transactions listed below them.

What ISO defines here is mostly practice and recalled, so all of it warns.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from wissel.core.finding import Severity
from wissel.core.money import exact_sum, sound_amount
from wissel.validation.rule import Flaw, Rule, block_rule, running_rule
from wissel.validation.rules.dates import day_of
from wissel.validation.rules.statement_values import BOOKED, REPORTS, SOURCE, ZERO, number_of, signed_by, status_of
from wissel.validation.scope import Scope
from wissel.validation.siblings import families, occurrences
from wissel.xml.blocks.block import Block
from wissel.xml.blocks.shape import Shape

_FROM = ("FrToDt/FrDtTm", "FrToDt/FrDt")
_TO = ("FrToDt/ToDtTm", "FrToDt/ToDt")
_BOOKING = ("BookgDt/Dt", "BookgDt/DtTm")


@block_rule(
    "ENTRY-CURRENCY-DIFFERS",
    ("transaction",),
    source=SOURCE,
    families=REPORTS,
    needs=("Amt",),
    reason="AM11",
    severity=Severity.WARNING,
    confidence="medium",
)
def entry_currency(block: Block, scope: Scope) -> Iterable[Flaw]:
    """An entry is in the currency of its account.

    The amount in another currency stands in the details; the entry moves the account.
    """
    account = block.parent.text("Acct/Ccy") if block.parent is not None else None
    number = block.shape.first.get("Amt/@Ccy")
    if account is None or number is None or block.texts[number].strip() == account:
        return ()
    own = block.texts[number].strip()
    return (Flaw(f"The entry is in {own}, the account in {account}.", number, value=own, allowed=account),)


@block_rule(
    "ENTRY-NOT-BOOKED",
    ("transaction",),
    source="practice of banks",
    families=("camt.053",),
    needs=("Sts",),
    reason="CH16",
    severity=Severity.WARNING,
    confidence="medium",
)
def entry_booked(block: Block, scope: Scope) -> Iterable[Flaw]:
    """A statement has no pending entries.

    What is pending belongs in a report of the day (camt.052); a statement is what was booked.
    """
    if status_of(block) != "PDNG":
        return ()
    number = next(block.shape.first[path] for path in ("Sts/Cd", "Sts/Prtry", "Sts") if path in block.shape.first)
    return (Flaw("The entry is pending (PDNG).", number, value="PDNG", allowed=BOOKED),)


def _details(block: Block) -> Iterator[tuple[int, str, Decimal | None]]:
    """Amount, currency and signed value of each transaction below an entry."""
    entry_side = block.text("CdtDbtInd") or ""
    for number, currency, side in families(block.shape, "TxDtls/Amt", "Amt/@Ccy", "CdtDbtInd"):
        amount = sound_amount(block.texts[number])
        direction = block.texts[side].strip() if side >= 0 else entry_side
        signed = signed_by(amount, direction) if amount is not None else None
        yield number, block.texts[currency].strip() if currency >= 0 else "", signed


@lru_cache(maxsize=8192)
def _has_charges(shape: Shape) -> bool:
    return any("Chrgs" in path.split("/") for path in shape.present)


@block_rule(
    "ENTRY-DETAILS-DIFFER",
    ("transaction",),
    source=SOURCE,
    families=REPORTS,
    needs=("NtryDtls/TxDtls/Amt",),
    reason="AM09",
    severity=Severity.WARNING,
    confidence="medium",
)
def entry_details(block: Block, scope: Scope) -> Iterator[Flaw]:
    """The transactions below an entry add up to its amount.

    A transaction is missing or changed otherwise, and the books of the receiver would not close. Entries with charges,
    and those whose details are in another currency or without amounts, are left alone.
    """
    number = block.shape.first.get("Amt")
    amount = sound_amount(block.texts[number]) if number is not None else None
    if number is None or amount is None or _has_charges(block.shape):
        return
    currency = block.text("Amt/@Ccy")
    total = ZERO
    listed = 0
    for _, own, signed in _details(block):
        if own != currency or signed is None:
            return
        total = exact_sum(total, signed)
        listed += 1
    if listed == len(occurrences(block.shape, "TxDtls")) and abs(total) != amount:
        message = f"The entry is of {amount} {currency}, its {listed:,} transactions make {abs(total)}."
        yield Flaw(message, number, value=str(amount), allowed=str(abs(total)))


@block_rule(
    "BATCH-COUNT-DIFFERS",
    ("transaction",),
    source=SOURCE,
    families=REPORTS,
    needs=("NtryDtls/Btch/NbOfTxs",),
    reason="AM18",
    severity=Severity.WARNING,
    confidence="medium",
)
def batch_count(block: Block, scope: Scope) -> Iterator[Flaw]:
    """A batch states as many transactions as are listed with it.

    Where the bank lists none of them there is nothing to compare.
    """
    listed = occurrences(block.shape, "TxDtls")
    for number, _ in families(block.shape, "Btch/NbOfTxs", "TtlAmt"):
        around = block.shape.paths[number].rpartition("/Btch/")[0]
        held = sum(path.startswith(f"{around}/") for path in listed)
        stated = block.texts[number].strip()
        if held and stated.isascii() and stated.isdigit() and int(stated) != held:
            message = f"The batch states {int(stated):,} transactions, {held:,} are listed."
            yield Flaw(message, number, value=stated, allowed=str(held))


@block_rule(
    "BATCH-TOTAL-DIFFERS",
    ("transaction",),
    source=SOURCE,
    families=REPORTS,
    needs=("NtryDtls/Btch/TtlAmt",),
    reason="AM10",
    severity=Severity.WARNING,
    confidence="medium",
)
def batch_total(block: Block, scope: Scope) -> Iterator[Flaw]:
    """The total of a batch is the sum of the transactions that are listed with it.

    Left alone where not all of them have an amount in the currency of the total.
    """
    listed = occurrences(block.shape, "TxDtls")
    details = list(_details(block))
    for number, currency in families(block.shape, "Btch/TtlAmt", "TtlAmt/@Ccy"):
        around = f"{block.shape.paths[number].rpartition('/Btch/')[0]}/"
        own = [one for one in details if block.shape.paths[one[0]].startswith(around)]
        amounts = [signed for _, unit, signed in own if signed is not None and unit == block.texts[currency].strip()]
        stated = number_of(block.texts[number])
        held = sum(path.startswith(around) for path in listed)
        if stated is None or not held or len(amounts) != held:
            continue
        total = ZERO
        for amount in amounts:
            total = exact_sum(total, amount)
        total = abs(total)
        if stated != total:
            message = f"The batch states {stated}, its {held:,} transactions make {total}."
            yield Flaw(message, number, value=str(stated), allowed=str(total))


@dataclass(slots=True)
class _Period:
    """Reports the first entry of a statement that lies outside its period."""

    told: int = 0
    """The statement that has been told of."""

    def look(self, block: Block) -> Iterable[Flaw]:
        statement = block.parent
        if statement is None or statement.number == self.told:
            return ()
        first, last = statement.first(*_FROM), statement.first(*_TO)
        path = next((path for path in _BOOKING if path in block.shape.first), None)
        if first is None or last is None or path is None:
            return ()
        days = day_of(first), day_of(block.text(path) or ""), day_of(last)
        if None in days or days[0] <= days[1] <= days[2]:  # type: ignore[operator]
            return ()
        self.told = statement.number
        message = f"The booking date {days[1]} lies outside the period of the statement, {days[0]} to {days[2]}."
        hint = "other entries of this statement are not looked at for it"
        return (
            Flaw(message, block.shape.first[path], value=str(days[1]), allowed=f"{days[0]} to {days[2]}", hint=hint),
        )


@running_rule(
    "ENTRY-OUTSIDE-PERIOD",
    ("transaction",),
    source="practice of banks",
    families=("camt.053",),
    reason="DT01",
    severity=Severity.WARNING,
    confidence="medium",
)
def entry_period(scope: Scope) -> _Period:
    """The booking dates of a statement lie in its period.

    An entry of another day belongs to another statement, and would be booked twice.
    """
    return _Period()


RULES: tuple[Rule, ...] = (
    entry_currency,
    entry_booked,
    entry_details,
    batch_count,
    batch_total,
    entry_period,
)
