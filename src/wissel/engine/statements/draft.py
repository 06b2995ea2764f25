"""What a statement is to say, before it is written: from the ledger of a bank, or from bookings of other systems."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from wissel.core.errors import UsageError
from wissel.core.finding import Finding
from wissel.core.identifiers.currency import minor_units
from wissel.ledger.details import is_iban
from wissel.ledger.posting import Entry
from wissel.ledger.statement import Heading, Holder, Kind, Pages
from wissel.routing.bank import Account, Bank

OPENINGS = ("OPBD", "PRCD")
SIDES = ("CRDT", "DBIT")


@dataclass(frozen=True, slots=True)
class StatementWish:
    """What is asked for."""

    kind: Kind
    at: datetime
    """The moment at which it is made: the source of every time and identifier in it. Aware."""
    first: date | None = None
    last: date | None = None
    side: str | None = None
    """Of notifications: only credits (CRDT) or debits (DBIT)."""
    market: str | None = None
    """Whose bank transaction codes; None: that of the bank, else of the account's IBAN, else DE."""
    opening_code: str = "OPBD"
    """Whether a statement opens with OPBD, or with the closing balance of the day before (PRCD)."""
    number: int | None = None
    """For bookings: the statement's number. From the ledger: the number of one that was made, to be made again."""
    excerpt: bool = False
    """From the ledger: the days as they stand in the books, without a number, whatever was made before."""
    message: str | None = None
    """What the identifier of its message begins with, where somebody has asked for it."""

    def check(self) -> None:
        """Raises UsageError for what does not go together."""
        if self.first is not None and self.last is not None and self.last < self.first:
            raise UsageError(f"the days end ({self.last}) before they begin ({self.first})")
        if self.side is not None and self.kind is not Kind.NOTIFICATION:
            raise UsageError("only notifications (camt.054) can tell credits or debits alone")
        if self.opening_code not in OPENINGS:
            raise UsageError(f"a statement opens with {' or '.join(OPENINGS)}, not with {self.opening_code}")

    def takes(self, entry: Entry) -> bool:
        """Whether an entry is on the side that is asked for."""
        return self.side is None or (entry.amount > 0) == (self.side == SIDES[0])


@dataclass(frozen=True, slots=True)
class Draft:
    """One statement, its entries still to be read."""

    heading: Heading
    market: str
    entries: Iterator[Entry]
    """Read once."""
    closing: int | None
    """What the statement has to end with, from another source than the entries; None where there is none."""
    keep: Callable[[Pages], tuple[Finding, ...]]
    """Called when all of it is written and right, and before it is handed over: remembers that it was made. What
    speaks against it is returned, and then it is not handed over."""
    findings: tuple[Finding, ...] = ()
    """Worth saying; an error among them refuses it."""


@dataclass(frozen=True, slots=True)
class Servicer:
    """What a bank adds to bookings: its BIC, and the accounts that it knows."""

    bic: str = ""
    accounts: Mapping[str, Account] | None = None


def holder_of(bank: Bank, account: Account) -> Holder:
    """An account of a bank as its statements name it."""
    return Holder(
        account=account.id,
        is_iban=account.is_iban,
        currency=account.currency,
        decimals=minor_units(account.currency) or 0,
        name=account.name,
        owner=account.owner,
        servicer=bank.identity.bic,
    )


def is_account_iban(account: str) -> bool:
    """Whether an account is named by an IBAN."""
    return is_iban(account)


def nothing_to_keep(_pages: Pages) -> tuple[Finding, ...]:
    """For what is not numbered."""
    return ()
