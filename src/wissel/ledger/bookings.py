"""Bookings of other systems, from which statements are written as from the ledger.

A file is gone over twice: once to check it and to add it up, once to write. Rows of one account stand together. Of a
row with ``kind`` ``opening`` or ``closing`` the amount is that balance and the day the first or last of the statement;
all others are entries. Rows beside each other with the same ``batch`` are one entry of several transactions.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby
from pathlib import Path

from wissel.core.codes import finding
from wissel.core.errors import UsageError
from wissel.core.finding import Finding
from wissel.ledger.booking_entry import Faults, entry_of_rows, parsed_amount, parsed_date
from wissel.ledger.booking_rows import BookingsFault, Row, booking_rows
from wissel.ledger.entry_form import signed_text
from wissel.ledger.posting import BOOKED, DETAILS_MAX, Entry
from wissel.ledger.seen import Seen

ACCOUNTS_MAX = 100_000
CHANGED = "the bookings changed while they were read"
_KINDS = ("entry", "opening", "closing", "account")


@dataclass(slots=True)
class Booked:
    """One account of a file of bookings, as far as it has been read."""

    account: str
    currency: str
    decimals: int
    line: int | None
    path: str | None
    name: str = ""
    owner: str = ""
    servicer: str = ""
    opening: int | None = None
    closing: int | None = None
    first: date | None = None
    """Day of the opening balance."""
    last: date | None = None
    """Day of the closing balance."""
    earliest: date | None = None
    latest: date | None = None
    """Booking days of the entries."""
    count: int = 0
    booked: int = 0
    """What the booked entries change the balance by."""
    unbooked: Row | None = None
    """The first entry that is not booked."""


@dataclass(frozen=True, slots=True)
class Survey:
    """What a file of bookings holds."""

    accounts: tuple[Booked, ...]
    findings: tuple[Finding, ...]
    """What is wrong with it; then nothing may be written from it."""


@dataclass(frozen=True, slots=True)
class _Reading:
    faults: Faults
    accounts: dict[str, Booked] = field(default_factory=dict)
    references: Seen = field(default_factory=Seen)


def survey(path: Path) -> Survey:
    """Check a file of bookings and add it up."""
    reading = _Reading(Faults())
    try:
        for account, rows in groupby(booking_rows(path), lambda row: row.cells.get("account", "")):
            if len(reading.accounts) >= ACCOUNTS_MAX:
                raise BookingsFault(f"it has more than {ACCOUNTS_MAX:,} accounts")
            _account(reading, account, rows)
            if reading.faults.full:
                break
    except BookingsFault as fault:
        said = f"{fault.reason[:1].upper()}{fault.reason[1:]}."
        reading.faults.add(finding("BOOKINGS-UNREADABLE", said, line=fault.line, path=fault.path))
    if not reading.accounts and not reading.faults.findings:
        reading.faults.add(finding("BOOKINGS-UNREADABLE", "It names no account."))
    return Survey(tuple(reading.accounts.values()), tuple(reading.faults.findings))


def _account(reading: _Reading, account: str, rows: Iterator[Row]) -> None:
    first = next(rows)
    faults = reading.faults
    booked = faults.account(first)
    if account in reading.accounts:
        said = f"The rows of account {account} stand apart; they have to follow each other."
        faults.say("BOOKING-OUT-OF-PLACE", said, first)
    if booked is None or account in reading.accounts:
        for _ in rows:
            pass
        return
    found = Booked(account, *booked, line=first.line, path=first.path)
    reading.accounts[account] = found
    for group in grouped(_chained(first, rows)):
        if faults.full:
            return
        _group(reading, found, group)
    _require_balance(faults, found)


def _chained(first: Row, rows: Iterator[Row]) -> Iterator[Row]:
    yield first
    yield from rows


def grouped(rows: Iterable[Row]) -> Iterator[list[Row]]:
    """Rows in groups that are one entry: those beside each other with the same ``batch``, others alone."""
    group: list[Row] = []
    for row in rows:
        batch = row.cells.get("batch")
        if group and batch is not None and group[0].cells.get("batch") == batch and len(group) < DETAILS_MAX:
            group.append(row)
            continue
        if group:
            yield group
        group = [row]
    if group:
        yield group


def _group(reading: _Reading, booked: Booked, group: list[Row]) -> None:
    faults, head = reading.faults, group[0]
    for name in ("name", "owner", "servicer"):
        if (text := head.cells.get(name)) is not None and not getattr(booked, name):
            setattr(booked, name, text)
    if booked.closing is not None:
        faults.say("BOOKING-OUT-OF-PLACE", "A row follows the closing balance of its account.", head)
    kind = head.cells.get("kind", "entry")
    if kind not in _KINDS:
        faults.wrong(head, "kind", f"it is one of {', '.join(_KINDS[:3])}")
    elif kind in ("opening", "closing"):
        _balance_row(faults, booked, head, kind)
    elif kind == "entry":
        entry = entry_of_rows(group, booked.account, booked.currency, booked.decimals, booked.count + 1, faults)
        if entry is not None:
            _count(reading, booked, head, entry)


def _balance_row(faults: Faults, booked: Booked, row: Row, kind: str) -> None:
    if kind == "opening" and (booked.opening is not None or booked.count):
        faults.say("BOOKING-OUT-OF-PLACE", "The opening balance stands once, before the entries of its account.", row)
    if faults.other_currency(row, booked.currency):
        return
    if "booking_date" in row.cells and (day := parsed_date(row, "booking_date", faults)) is not None:
        if kind == "opening":
            booked.first = day
        else:
            booked.last = day
    amount = parsed_amount(row, booked.currency, booked.decimals, faults) if "amount" in row.cells else None
    if kind == "opening":
        booked.opening = amount
    else:
        booked.closing = amount


def _count(reading: _Reading, booked: Booked, row: Row, entry: Entry) -> None:
    booked.count += 1
    if "reference" in row.cells and reading.references.again(entry.reference):
        said = f"The reference {entry.reference} stands twice; each entry has its own."
        reading.faults.say("BOOKING-REFERENCE-REPEATED", said, row, entry.reference)
    day = entry.booking_date
    booked.earliest = day if booked.earliest is None else min(booked.earliest, day)
    booked.latest = day if booked.latest is None else max(booked.latest, day)
    if entry.status == BOOKED:
        booked.booked += entry.amount
    elif booked.unbooked is None:
        booked.unbooked = row


def _require_balance(faults: Faults, booked: Booked) -> None:
    if booked.opening is None or booked.closing is None or faults.findings:
        return
    expected = booked.opening + booked.booked
    if expected != booked.closing:
        opening, moved, made, closing = (
            signed_text(one, booked.decimals) for one in (booked.opening, booked.booked, expected, booked.closing)
        )
        said = (
            f"Account {booked.account}: the opening balance {opening} and the booked entries {moved} make {made}, "
            f"and the closing balance is {closing} {booked.currency}."
        )
        faults.add(finding("STATEMENT-NOT-BALANCED", said, path=booked.path, line=booked.line, value=closing))


def entries_by_account(path: Path) -> Iterator[tuple[str, Iterator[Entry]]]:
    """The entries of a file that :func:`survey` found to be right, account by account; those of one are read before
    the next is asked for. Raises UsageError where the file is another one by now."""
    faults = Faults()
    for account, rows in groupby(booking_rows(path), lambda row: row.cells.get("account", "")):
        yield account, _entries(account, rows, faults)


def _entries(account: str, rows: Iterator[Row], faults: Faults) -> Iterator[Entry]:
    first = next(rows)
    known = faults.account(first)
    if known is None:
        raise UsageError(CHANGED)
    number = 0
    for group in grouped(_chained(first, rows)):
        if group[0].cells.get("kind", "entry") != "entry":
            continue
        number += 1
        entry = entry_of_rows(group, account, *known, number, faults)
        if entry is None:
            raise UsageError(CHANGED)
        yield entry
