"""How the transactions of an order are booked.

* A transaction that is sent: the debtor's account is debited, and the account over which its network settles credited
  (that of the membership; our nostro; their vostro where they are paid by credit, INGA), at once, with the day of
  settlement as value date. The customer is told ACSP.
* A transfer inside the bank: the debtor's account is debited and the creditor's credited. The customer is told ACSC.
* One that waits for its day, or for a person, is not booked.
* Each transaction is an entry of its own on the debtor's account; where the customer asks for one entry (BtchBookg),
  all transactions of a payment (PmtInf) that have value on the same day over the same network are one entry. On an
  account of settlement the transactions that are booked together are one entry for each day and network.
* What comes back later (a rejection or a return) is booked the other way round, by its own posting.

Transactions of one payment are booked together, some hundreds at a time. A posting's key names the message and the
first of its transactions; the same message gives the same postings.
"""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import NamedTuple
from zoneinfo import ZoneInfo

from wissel.engine.context import Context
from wissel.engine.orders.rows import TOGETHER, Debit, Row
from wissel.ledger.books import add_account, post
from wissel.ledger.posting import DETAILS_MAX, Detail, Leg, PostingSet

DETAILED_MAX = 1_000
"""Transactions of one entry that a statement shows with all that is known of them; of those beyond it shows the
reference and the amount, so that an entry of a hundred thousand stays within memory."""
_REFERENCE = "end_to_end_id"
_Sum = tuple[str, str, str, str]
"""Account, currency, value date and case of what is summed up."""


class Booked(NamedTuple):
    """A posting that was made."""

    last: int
    """Position of the last transaction in it; they are in order."""
    key: str


def book(context: Context, base: str, rows: Iterable[Row]) -> Iterator[Booked]:
    """Book the transactions that have something to be booked, and give the postings in their order. Raises LedgerError
    for what the books refuse: a fault of ours."""
    at = context.at
    day = at.astimezone(ZoneInfo(context.bank.settings.zone)).date()
    for together in _together(row for row in rows if row.debit is not None):
        for account, currency in {(one.credited, one.currency) for one in together.debits if _is_made(one.credited)}:
            add_account(context.connection, account, currency)
        posting = PostingSet(f"{base}:{together.first}", at, day, tuple(_legs(together.debits)))
        post(context.connection, posting)
        yield Booked(together.last, posting.key)


def settlement_account(account: str | None, network: str, currency: str) -> str:
    """The account over which a network settles; one of its own where the bank names none."""
    return account if account is not None else f"settlement:{network}:{currency}"


def _is_made(account: str) -> bool:
    return account.startswith("settlement:")


class _Together:
    """Transactions of one payment that are booked together."""

    __slots__ = ("debits", "first", "kind", "last")

    def __init__(self, row: Row, debit: Debit) -> None:
        self.kind = (row.payment, debit.batch)
        self.first = self.last = row.position
        self.debits = [debit]

    def takes(self, row: Row, debit: Debit) -> bool:
        """Whether a transaction belongs to it; then it is in it."""
        count = len(self.debits)
        if (row.payment, debit.batch) != self.kind or count >= (DETAILS_MAX if debit.batch else TOGETHER):
            return False
        self.debits.append(debit if count < DETAILED_MAX else debit._replace(details=_shortened(debit)))
        self.last = row.position
        return True


def _shortened(debit: Debit) -> tuple[tuple[str, str], ...]:
    return tuple(one for one in debit.details if one[0] == _REFERENCE)


def _together(rows: Iterator[Row]) -> Iterator[_Together]:
    """Transactions of one payment and kind of booking, some at a time; all of them where they are one entry."""
    here: _Together | None = None
    for row in rows:
        if row.debit is None or (here is not None and here.takes(row, row.debit)):
            continue
        if here is not None:
            yield here
        here = _Together(row, row.debit)
    if here is not None:
        yield here


def _legs(debits: list[Debit]) -> Iterator[Leg]:
    batches: dict[_Sum, list[Debit]] = {}
    sums: dict[_Sum, int] = {}
    for one in debits:
        if one.batch:
            batches.setdefault((one.account, one.currency, one.value_date, one.case), []).append(one)
        else:
            yield _leg(one, one.account, -one.amount)
        if one.inside:
            yield _leg(one, one.credited, one.amount)
        else:
            to = (one.credited, one.currency, one.value_date, one.case)
            sums[to] = sums.get(to, 0) + one.amount
    for (account, currency, value_date, case), some in batches.items():
        details = tuple(Detail(-one.amount, dict(one.details)) for one in some)
        amount = -sum(one.amount for one in some)
        yield Leg(account, currency, amount, date.fromisoformat(value_date), case, details=details)
    single = debits[0] if len(debits) == 1 else None
    for (account, currency, value_date, case), amount in sums.items():
        if single is not None:
            yield _leg(single, account, amount)
        else:
            yield Leg(account, currency, amount, date.fromisoformat(value_date), case)


def _leg(one: Debit, account: str, amount: int) -> Leg:
    details = (Detail(amount, dict(one.details)),)
    return Leg(account, one.currency, amount, date.fromisoformat(one.value_date), one.case, details=details)
