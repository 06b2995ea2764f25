"""Statements as values: what one is about, how it adds up, its pages and balances."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from enum import StrEnum
from hashlib import sha256
from typing import IO

from wissel.ledger.posting import BOOKED, Entry

FORWARD_DATES_MAX = 60
"""Value dates ahead for which a forward available balance is given, the nearest ones."""
_BUFFER_BYTES = 1024**2


class Kind(StrEnum):
    """What is written."""

    STATEMENT = "camt.053"
    """Booked entries of days that are over, with opening and closing balance."""
    REPORT = "camt.052"
    """What has come since the last report of the day."""
    NOTIFICATION = "camt.054"
    """Entries alone, without balances."""


@dataclass(frozen=True, slots=True)
class Holder:
    """The account as a statement names it."""

    account: str
    is_iban: bool
    currency: str
    decimals: int
    name: str = ""
    owner: str = ""
    servicer: str = ""
    """BIC of the bank."""


@dataclass(frozen=True, slots=True)
class Sending:
    """A message that is sent because somebody asked for it."""

    message: str
    """What its identifier begins with: 29 characters at most."""
    at: datetime
    """Aware."""
    duplicate: bool
    """The statement was made before and is sent once more (CpyDplctInd DUPL)."""


@dataclass(frozen=True, slots=True)
class Heading:
    """What a statement is about, and where it begins."""

    kind: Kind
    holder: Holder
    first: date
    last: date
    created: datetime
    """Aware."""
    opening: int
    """In minor units, below zero where it is a debit balance."""
    number: int | None = None
    """ElctrncSeqNb, and LglSeqNb of a statement; None for one that is not numbered."""
    origin: str = ""
    """What its identifiers are made from, beside account, kind, days and number."""
    opening_code: str = "OPBD"
    """OPBD, PRCD, or ITBD for a report that goes on from an earlier one."""
    opening_at: datetime | None = None
    """The moment of the opening balance and of what comes after it, where it is not the beginning of the first day."""
    ahead: Mapping[date, int] | None = None
    """Of earlier entries, the sums by value date of those that lie after ``first``; None where that is not known."""
    zone: tzinfo = UTC
    """Of the account's days."""
    until_now: bool = False
    """It ends at the moment at which it is made, not with the last day."""
    sending: "Sending | None" = None
    """How this message differs from the one that the statement was first sent in; None for that one."""

    @property
    def identification(self) -> str:
        """Stmt/Id: 29 characters at most, the same for the same statement."""
        number = "X" if self.number is None else f"{self.number:05}"
        what = [self.kind, self.holder.account, self.first, self.last, number, self.origin]
        mark = sha256("\n".join(map(str, what)).encode()).hexdigest()[:8].upper()
        return f"{self.kind[-3:]}-{self.last:%Y%m%d}-{number}-{mark}"


@dataclass(slots=True)
class Sums:
    """What entries come to; one for each page and one for all. Filled while they are read."""

    credits: int = 0
    debits: int = 0
    credited: int = 0
    debited: int = 0
    """Sum of all debits, above zero."""
    booked: int = 0
    """What the booked ones change the balance by."""

    @property
    def count(self) -> int:
        """All entries."""
        return self.credits + self.debits

    @property
    def net(self) -> int:
        """Credits less debits."""
        return self.credited - self.debited

    def add(self, entry: Entry) -> None:
        """Count one more."""
        if entry.amount > 0:
            self.credits += 1
            self.credited += entry.amount
        else:
            self.debits += 1
            self.debited -= entry.amount
        if entry.status == BOOKED:
            self.booked += entry.amount


@dataclass(frozen=True, slots=True)
class Page:
    """A part of a statement: its sums, its balances on both sides, and where its entries lie in the spool."""

    number: int
    is_last: bool
    opening: int
    closing: int
    sums: Sums
    begin: int
    end: int


@dataclass(frozen=True, slots=True)
class Pages:
    """All entries of a statement, written and added up."""

    pages: tuple[Page, ...]
    sums: Sums
    ahead: Mapping[date, int]
    """Sums of booked entries by value date, of those after ``last``."""
    digest: str
    """SHA-256 over all that the entries say, in any version."""
    last_sequence: int

    @property
    def closing(self) -> int:
        """The balance after the last entry."""
        return self.pages[-1].closing


def spooled(
    heading: Heading, entries: Iterable[Entry], form: Callable[[Entry], bytes], spool: IO[bytes], page_entries: int = 0
) -> Pages:
    """Write entries into a spool, in pages of so many (0: one page), and add them up. One page comes of no entries."""
    pages: list[Page] = []
    whole, page = Sums(), Sums()
    ahead: dict[date, int] = {}
    digest = sha256()
    opening, begin, end, sequence = heading.opening, 0, 0, 0
    buffer: list[bytes] = []
    held = 0
    for entry in entries:
        if page_entries and page.count == page_entries:
            pages.append(Page(len(pages) + 1, False, opening, opening + page.booked, page, begin, end))
            opening, begin, page = opening + page.booked, end, Sums()
        data = form(entry)
        buffer.append(data)
        end += len(data)
        held += len(data)
        if held > _BUFFER_BYTES:
            spool.writelines(buffer)
            buffer.clear()
            held = 0
        page.add(entry)
        whole.add(entry)
        sequence = entry.sequence
        if entry.value_date > heading.last and entry.status == BOOKED:
            ahead[entry.value_date] = ahead.get(entry.value_date, 0) + entry.amount
        digest.update(_told(entry).encode("utf-8", "surrogatepass"))
    spool.writelines(buffer)
    pages.append(Page(len(pages) + 1, True, opening, opening + page.booked, page, begin, end))
    return Pages(tuple(pages), whole, ahead, digest.hexdigest(), sequence)


def _told(entry: Entry) -> str:
    details = [(one.amount, sorted(one.values.items())) for one in entry.details]
    told = (entry.reference, entry.amount, entry.case, entry.reversal, entry.information, details)
    return f"{entry.booking_date} {entry.value_date} {told}\n"


@dataclass(frozen=True, slots=True)
class BalanceLine:
    """One balance of a statement."""

    code: str
    interim: bool
    """Sub-type INTM: it joins two pages, or two reports of a day."""
    amount: int
    on: date | datetime


def balances(heading: Heading, pages: Pages, page: Page) -> Iterator[BalanceLine]:
    """The balances of a page, in order; none of a notification."""
    if heading.kind is Kind.NOTIFICATION:
        return
    is_report = heading.kind is Kind.REPORT
    yield _opening(heading, page)
    if page.number == 1 and (earlier := _ahead_of_opening(heading)):
        yield BalanceLine("OPAV", False, heading.opening - earlier, heading.first)
    closing = "ITBD" if is_report else "CLBD"
    moment: date | datetime = heading.created if is_report else heading.last
    yield BalanceLine(closing, not page.is_last, page.closing, moment)
    if not page.is_last:
        return
    later = _ahead_of_closing(heading, pages)
    available = page.closing - sum(later.values())
    yield BalanceLine("ITAV" if is_report else "CLAV", False, available, moment)
    for day in sorted(later)[:FORWARD_DATES_MAX]:
        available += later[day]
        yield BalanceLine("FWAV", False, available, day)


def _opening(heading: Heading, page: Page) -> BalanceLine:
    if page.number > 1:
        if heading.kind is Kind.REPORT:
            return BalanceLine("ITBD", True, page.opening, heading.created)
        return BalanceLine("OPBD", True, page.opening, heading.last)
    if heading.opening_code == "PRCD":
        return BalanceLine("PRCD", False, page.opening, heading.first - timedelta(days=1))
    on = heading.opening_at if heading.opening_at is not None else heading.first
    return BalanceLine(heading.opening_code, heading.opening_code == "ITBD", page.opening, on)


def _ahead_of_opening(heading: Heading) -> int:
    """What of the opening balance is not available on the first day."""
    if heading.opening_code == "ITBD":
        return 0
    return sum(total for day, total in (heading.ahead or {}).items() if day > heading.first)


def _ahead_of_closing(heading: Heading, pages: Pages) -> dict[date, int]:
    """What of the closing balance is not available on the last day, by the day from which on it is."""
    found = {day: total for day, total in (heading.ahead or {}).items() if day > heading.last}
    for day, total in pages.ahead.items():
        found[day] = found.get(day, 0) + total
    return {day: total for day, total in found.items() if total}
