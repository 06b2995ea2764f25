"""Statements and reports against themselves: balances and summaries.

What ISO defines here is mostly practice and recalled, so all of it warns. Amounts are counted in the smallest detail
that is needed and forgotten entry by entry; one statement is one group of blocks.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from wissel.core.finding import Severity
from wissel.core.money import exact_sum, sound_amount
from wissel.validation.rule import Flaw, Rule, block_rule, running_rule
from wissel.validation.rules.statement_values import BOOKED, REPORTS, SOURCE, ZERO, number_of, signed_by, status_of
from wissel.validation.scope import Scope
from wissel.validation.siblings import families
from wissel.xml.blocks.block import Block

_OPENING = ("OPBD", "PRCD")
_CLOSING = "CLBD"
_PAGES = ("StmtPgntn", "RptPgntn", "NtfctnPgntn", "GrpHdr/MsgPgntn")


def _side(amount: Decimal) -> str:
    return "DBIT" if amount < 0 else "CRDT"


def _is_page(block: Block) -> bool:
    """Whether the entries stand on several pages, so that this one does not have them all."""
    one: Block | None = block
    while one is not None:
        for path in _PAGES:
            if one.has(path) and not (
                one.text(f"{path}/PgNb") == "1" and one.text(f"{path}/LastPgInd") in ("true", "1")
            ):
                return True
        one = one.parent
    return False


@dataclass(slots=True)
class _Entries:
    """The entries of one statement so far: numbers and sums by side, and what is booked by currency."""

    counts: dict[str, int] = field(default_factory=lambda: {"CRDT": 0, "DBIT": 0})
    sums: dict[str, Decimal] = field(default_factory=lambda: {"CRDT": ZERO, "DBIT": ZERO})
    booked: dict[str, Decimal] = field(default_factory=dict)
    exact: bool = True

    def add(self, entry: Block) -> None:
        amount, side = sound_amount(entry.text("Amt") or ""), entry.text("CdtDbtInd") or ""
        if amount is None or side not in self.sums:
            self.exact = False
            return
        self.counts[side] += 1
        self.sums[side] = exact_sum(self.sums[side], amount)
        if status_of(entry) == BOOKED:
            currency = entry.text("Amt/@Ccy") or ""
            self.booked[currency] = exact_sum(self.booked.get(currency, ZERO), signed_by(amount, side))


@dataclass(slots=True)
class _Statements:
    """Collects the entries of each statement and has it judged when it is complete."""

    stated: str
    """What the entries are compared with: ``Bal`` or ``TxsSummry``, which stands before them."""
    judge: Callable[[Block, _Entries], Iterator[Flaw]]
    entries: _Entries = field(default_factory=_Entries)

    def look(self, block: Block) -> Iterable[Flaw]:
        if block.kind == "transaction":
            if block.parent is not None and self.stated in block.parent.shape.present:
                self.entries.add(block)
            return ()
        entries, self.entries = self.entries, _Entries()
        return () if not entries.exact or _is_page(block) else self.judge(block, entries)


@dataclass(frozen=True, slots=True)
class _Balance:
    number: int
    code: str
    amount: Decimal
    currency: str


def _balances(block: Block) -> list[_Balance]:
    """The balances of a statement in their order."""
    found = []
    beside = ("Amt/@Ccy", "CdtDbtInd", "Tp/CdOrPrtry/Cd", "Tp/Cd")
    for number, currency, side, code, old_code in families(block.shape, "Bal/Amt", *beside):
        amount = sound_amount(block.texts[number])
        kind = code if code >= 0 else old_code
        if amount is not None and currency >= 0 and side >= 0 and kind >= 0:
            signed = signed_by(amount, block.texts[side].strip())
            found.append(_Balance(number, block.texts[kind].strip(), signed, block.texts[currency].strip()))
    return found


def _opening_and_closing(block: Block) -> Iterator[tuple[_Balance, _Balance]]:
    """Opening and closing booked balance, of each currency that has one of each."""
    found = _balances(block)
    for currency in dict.fromkeys(one.currency for one in found):
        own = [one for one in found if one.currency == currency]
        opening = next((kind for code in _OPENING if (kind := [one for one in own if one.code == code])), [])
        closing = [one for one in own if one.code == _CLOSING]
        if len(opening) == len(closing) == 1:
            yield opening[0], closing[0]


def _balance_flaws(block: Block, entries: _Entries) -> Iterator[Flaw]:
    pairs = list(_opening_and_closing(block))
    if not entries.booked or set(entries.booked) - {closing.currency for _, closing in pairs}:
        return
    for opening, closing in pairs:
        moved = entries.booked.get(closing.currency, ZERO)
        expected = exact_sum(opening.amount, moved)
        if expected != closing.amount:
            message = (
                f"The opening balance {opening.amount} and the booked entries {moved:+} make {expected}; "
                f"the closing balance says {closing.amount} {closing.currency}."
            )
            yield Flaw(message, closing.number, value=str(closing.amount), allowed=str(expected))


@running_rule(
    "STATEMENT-BALANCE-DIFFERS",
    ("transaction", "group"),
    source=SOURCE,
    families=("camt.053",),
    reason="AM09",
    severity=Severity.WARNING,
    confidence="medium",
)
def statement_balance(scope: Scope) -> _Statements:
    """The closing booked balance is the opening one and all booked entries, for each currency.

    An entry is missing, doubled or changed otherwise. Statements in several pages, and those that list no entry or
    not both balances, are left alone.
    """
    return _Statements("Bal", _balance_flaws)


def _stated_counts(block: Block, entries: _Entries) -> Iterator[Flaw]:
    credits, debits = entries.counts["CRDT"], entries.counts["DBIT"]
    for tag, held in (("TtlNtries", credits + debits), ("TtlCdtNtries", credits), ("TtlDbtNtries", debits)):
        number = block.shape.first.get(f"TxsSummry/{tag}/NbOfNtries")
        if number is not None and (stated := number_of(block.texts[number])) is not None and stated != held:
            message = f"NbOfNtries of {tag} says {stated}, there are {held:,}."
            yield Flaw(message, number, value=str(stated), allowed=str(held))


@running_rule(
    "ENTRY-COUNT-DIFFERS",
    ("transaction", "group"),
    source=SOURCE,
    families=REPORTS,
    reason="AM18",
    severity=Severity.WARNING,
    confidence="medium",
)
def entry_count(scope: Scope) -> _Statements:
    """The summary states as many entries as there are: in all, credits, and debits.

    A reader that trusts the summary would miss that an entry was lost.
    """
    return _Statements("TxsSummry", _stated_counts)


def _stated_sums(block: Block, entries: _Entries) -> Iterator[Flaw]:
    credits, debits = entries.sums["CRDT"], entries.sums["DBIT"]
    net = exact_sum(credits, -debits)
    sums = {
        "TtlNtries/Sum": exact_sum(credits, debits),
        "TtlCdtNtries/Sum": credits,
        "TtlDbtNtries/Sum": debits,
        "TtlNtries/TtlNetNtryAmt": abs(net),
        "TtlNtries/TtlNetNtry/Amt": abs(net),
    }
    for path, held in sums.items():
        number = block.shape.first.get(f"TxsSummry/{path}")
        if number is not None and (stated := number_of(block.texts[number])) is not None and abs(stated) != held:
            message = f"{path.replace('/', ', ')} says {stated}, the entries add up to {held}."
            yield Flaw(message, number, value=str(stated), allowed=str(held))
    for path in ("TtlNtries/CdtDbtInd", "TtlNtries/TtlNetNtry/CdtDbtInd"):
        side = block.text(f"TxsSummry/{path}")
        if side is not None and net and side != _side(net):
            number = block.shape.first[f"TxsSummry/{path}"]
            message = f"The summary calls the net of all entries {side}, it is {net:+}."
            yield Flaw(message, number, value=side, allowed=_side(net))


@running_rule(
    "ENTRY-SUM-DIFFERS",
    ("transaction", "group"),
    source=SOURCE,
    families=REPORTS,
    reason="AM10",
    severity=Severity.WARNING,
    confidence="medium",
)
def entry_sum(scope: Scope) -> _Statements:
    """The summary states the sums of the entries: in all, credits, debits, and the net of both with its side.

    A reader that trusts the summary would miss that an entry was lost or changed.
    """
    return _Statements("TxsSummry", _stated_sums)


@block_rule(
    "STATEMENT-BALANCE-REPEATED",
    ("group",),
    source="practice of banks, secondary source",
    families=("camt.053",),
    needs=("Bal",),
    reason="CH16",
    severity=Severity.WARNING,
    confidence="medium",
)
def one_balance(block: Block, scope: Scope) -> Iterator[Flaw]:
    """A statement has one opening and one closing booked balance in a currency.

    With two of them nobody knows which one holds. Statements in several pages are left alone.
    """
    if _is_page(block):
        return
    seen: set[tuple[str, str]] = set()
    for balance in _balances(block):
        mark = (balance.code, balance.currency)
        if mark in seen and balance.code in (*_OPENING, _CLOSING):
            yield Flaw(f"A second balance {balance.code} in {balance.currency}.", balance.number, value=balance.code)
        seen.add(mark)


RULES: tuple[Rule, ...] = (
    statement_balance,
    entry_count,
    entry_sum,
    one_balance,
)
