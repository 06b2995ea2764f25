"""Statements from bookings of other systems."""

from collections.abc import Iterator
from datetime import date
from hashlib import file_digest
from itertools import zip_longest
from pathlib import Path

from wissel.core.codes import finding
from wissel.core.errors import UsageError
from wissel.core.finding import Finding, Severity
from wissel.engine.statements.draft import (
    Draft,
    Servicer,
    StatementWish,
    is_account_iban,
    nothing_to_keep,
)
from wissel.ledger.bookings import CHANGED, Booked, Survey, entries_by_account, survey
from wissel.ledger.entry_codes import market_of
from wissel.ledger.posting import Entry
from wissel.ledger.statement import Heading, Holder, Kind


def booking_survey(path: Path, wish: StatementWish) -> Survey:
    """Check a file of bookings for what is asked for. Raises UsageError where it cannot be opened."""
    wish.check()
    if path.exists() and not path.is_file() and not path.is_dir():
        raise UsageError(f"'{path}' is no file: bookings are gone over twice, so a pipe or device cannot hold them")
    try:
        found = survey(path)
    except OSError as error:
        raise UsageError(f"'{path}' cannot be read: {error.strerror}") from None
    if found.findings:
        return found
    faults = [fault for booked in found.accounts for fault in _faults(booked, wish)]
    return Survey(found.accounts, tuple(faults))


def _faults(booked: Booked, wish: StatementWish) -> Iterator[Finding]:
    where = {"line": booked.line, "path": booked.path}
    first, last = _days(booked, wish)
    if wish.kind is not Kind.NOTIFICATION and booked.opening is None:
        said = f"Account {booked.account} has no opening balance."
        yield finding("BOOKINGS-WITHOUT-OPENING", said, **where)  # type: ignore[arg-type]
    if first is None or last is None:
        said = f"Account {booked.account} names no day: no entry, no opening balance, and no --from."
        yield finding("BOOKINGS-WITHOUT-OPENING", said, **where)  # type: ignore[arg-type]
    elif booked.count and not first <= (booked.earliest or first) <= (booked.latest or last) <= last:
        said = (
            f"Account {booked.account} has entries booked from {booked.earliest} to {booked.latest}, and its days are "
        )
        yield finding("BOOKING-OUT-OF-PLACE", f"{said}{first} to {last}.", **where)  # type: ignore[arg-type]
    elif last < first:
        said = f"The days of account {booked.account} end ({last}) before they begin ({first})."
        yield finding("BOOKING-OUT-OF-PLACE", said, **where)  # type: ignore[arg-type]
    if wish.kind is Kind.STATEMENT and (row := booked.unbooked) is not None:
        said = f"An entry of account {booked.account} is {row.cells['status']}."
        yield finding("STATEMENT-ENTRY-NOT-BOOKED", said, line=row.line, path=row.path, value=row.cells["status"])


def _days(booked: Booked, wish: StatementWish) -> tuple[date | None, date | None]:
    first = wish.first or booked.first or booked.earliest
    return first, wish.last or booked.last or booked.latest or first


def booking_drafts(path: Path, found: Survey, wish: StatementWish, servicer: Servicer) -> Iterator[Draft]:
    """A statement for each account of a file that :func:`booking_survey` found to be right; the entries of one are read
    before the next is asked for. Raises UsageError where the file is another one by now."""
    if any(one.severity is Severity.ERROR for one in found.findings):
        raise ValueError("the bookings are wrong")
    with path.open("rb") as file:
        digest = file_digest(file, "sha256").hexdigest()
    for booked, again in zip_longest(found.accounts, entries_by_account(path)):
        if booked is None or again is None or again[0] != booked.account:
            raise UsageError(CHANGED)
        yield _draft(booked, again[1], digest, wish, servicer)


def _draft(booked: Booked, entries: Iterator[Entry], digest: str, wish: StatementWish, servicer: Servicer) -> Draft:
    first, last = _days(booked, wish)
    assert first is not None
    assert last is not None
    opening = booked.opening or 0
    heading = Heading(
        kind=wish.kind,
        holder=_holder(booked, servicer),
        first=first,
        last=last,
        created=wish.at,
        opening=opening,
        number=wish.number,
        origin=f"{digest} {wish.at.isoformat()} {wish.side or ''}",
        opening_code="OPBD" if wish.kind is Kind.REPORT else wish.opening_code,
        until_now=False,
    )
    return Draft(
        heading=heading,
        market=market_of(wish.market, booked.account),
        entries=filter(wish.takes, entries),
        closing=opening + booked.booked if wish.side is None else None,
        keep=nothing_to_keep,
    )


def _holder(booked: Booked, servicer: Servicer) -> Holder:
    known = (servicer.accounts or {}).get(booked.account)
    return Holder(
        account=booked.account,
        is_iban=is_account_iban(booked.account),
        currency=booked.currency,
        decimals=booked.decimals,
        name=booked.name or (known.name if known is not None else ""),
        owner=booked.owner or (known.owner if known is not None else ""),
        servicer=booked.servicer or servicer.bic,
    )
