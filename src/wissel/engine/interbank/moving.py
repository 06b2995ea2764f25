"""How payments between banks are booked: from one account to another, one posting for each payment.

* A credit transfer for an own customer: debit the account over which it settled, credit the customer, with the day of
  settlement as value date. Where the money comes by a cover that has not come yet, nothing is booked.
* One that is passed on: debit the account over which it came, credit the one over which it goes.
* One that is sent back at once: debit and credit the account over which it came; both entries stand on it.
* A rejection (before settlement) takes the first posting back, with the mark of a reversal. A return (after it) is a
  payment the other way: debit the account over which it comes, credit who paid, with the case of a return.
* Money that nobody can be found for: debit the account over which it came, credit the suspense account.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from wissel.catalog.fields import find
from wissel.core.codes import finding
from wissel.core.finding import Finding
from wissel.core.money import Money, in_minor_units
from wissel.engine.context import Context
from wissel.ledger.posting import AMOUNT_MAX, Detail, Leg, PostingSet
from wissel.routing.order import Order
from wissel.xml.blocks.block import Block

Details = tuple[tuple[str, str], ...]
"""What statements show of a payment, by the names of ``ledger/data/details.toml``."""
RETURNED = "-return"
"""Ends the case of an entry that brings a payment back."""
AHEAD_DAYS_MAX = 7
"""How far ahead the day of settlement of money that is credited may lie without a word: two weekends and a holiday are
not. A choice of this program."""
_FIELDS = {
    "debtor_name": "debtor", "debtor_account": "debtor_account", "debtor_agent": "debtor_agent",
    "creditor_name": "creditor", "creditor_account": "creditor_account", "creditor_agent": "creditor_agent",
    "purpose": "purpose", "remittance": "remittance",
}  # fmt: skip
_REFERENCES = {"end_to_end_id": "EndToEndId", "uetr": "UETR", "transaction_id": "TxId"}


@dataclass(frozen=True, slots=True)
class Move:
    """An amount that goes from one account to another."""

    key: str
    """Of the posting."""
    debited: str
    credited: str
    amount: int
    """Minor units, above zero."""
    currency: str
    value_date: date
    case: str
    details: Details = ()
    reversal: bool = False


def booking_day(context: Context) -> date:
    """The day on which what comes of the file is booked, in the bank's own zone."""
    return context.at.astimezone(ZoneInfo(context.bank.settings.zone)).date()


def minor_units_of(money: Money) -> int | None:
    """An amount as it is booked: None where it is no whole number of minor units, or so much that balances could leave
    what the books hold."""
    amount = in_minor_units(money)
    return amount if amount is not None and amount < AMOUNT_MAX // 10 else None


def far_ahead(context: Context, day: date, block: Block) -> Iterator[Finding]:
    """The finding for money that is credited long before the day on which it is settled."""
    if (day - booking_day(context)).days > AHEAD_DAYS_MAX:
        said = f"Transaction {block.number:,} is credited, and its money is settled on {day} only."
        yield finding("SETTLEMENT-FAR-AHEAD", said, transaction=block.number, path=block.path, value=day.isoformat())


def posting(context: Context, *moves: Move) -> PostingSet:
    """Moves as one posting; its key is that of the first."""
    legs = []
    for one in moves:
        for account, amount in ((one.debited, -one.amount), (one.credited, one.amount)):
            details = _detail(amount, one.details)
            legs.append(Leg(account, one.currency, amount, one.value_date, one.case, one.reversal, details))
    return PostingSet(moves[0].key, context.at, booking_day(context), tuple(legs))


def there_and_back(context: Context, move: Move, day: date, details: Details) -> PostingSet:
    """A payment that came over an account and goes back over it on ``day``, as two entries of that account."""
    coming = Leg(
        move.debited,
        move.currency,
        -move.amount,
        move.value_date,
        move.case,
        details=_detail(-move.amount, move.details),
    )
    going = Leg(
        move.debited, move.currency, move.amount, day, f"{move.case}{RETURNED}", details=_detail(move.amount, details)
    )
    return PostingSet(move.key, context.at, booking_day(context), (coming, going))


def _detail(amount: int, details: Details) -> tuple[Detail, ...]:
    return (Detail(amount, dict(details)),) if details else ()


def details_of(block: Block, definition: str, message_id: str, order: Order) -> Details:
    """What statements show of a payment between banks."""
    found = {"message_id": message_id, "instruction_id": order.instruction_id}
    found |= {name: block.text(f"PmtId/{tag}") for name, tag in _REFERENCES.items()}
    for name, field in _FIELDS.items():
        value = find(field, block, definition)
        found[name] = value.text.strip() if value is not None else None
    return tuple((name, text) for name, text in found.items() if text)


def suspense_account(context: Context, currency: str) -> str:
    """Where money stands that nobody can be found for; an account of the ledger alone where the bank names none."""
    return context.bank.incoming.suspense.get(currency, f"suspense:{currency}")
