"""Statements from a bank's ledger: which entries the next one holds, and its number.

Statements of days (camt.053) go on with the day after the last one; reports and notifications with what came since the
last one. Asked for exactly what was made before, or for its number, the same is made again: same number, same time,
same bytes. Days that lie otherwise give an excerpt, which has no number.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from wissel.core.codes import finding
from wissel.core.errors import UsageError
from wissel.core.finding import Finding
from wissel.engine.database import Connection, Engine, transaction
from wissel.engine.opening import database_of, make_ready
from wissel.engine.statements.draft import Draft, StatementWish, holder_of, nothing_to_keep
from wissel.ledger.books import balance
from wissel.ledger.entry_codes import market_of
from wissel.ledger.issued import (
    Cut,
    Issued,
    ahead,
    cut_before,
    entries_between,
    first_after,
    is_sound,
    issued_at,
    issued_for,
    issued_number,
    last_issued,
    moved,
    record,
    standing,
)
from wissel.ledger.posting import Entry
from wissel.ledger.statement import Heading, Kind, Pages, Sending
from wissel.routing.bank import Account, Bank

_CACHE_KIB = 8_000
"""Entries are read in their order, so little of the database is needed twice."""
Books = Engine | Connection
"""A database, or a connection to it in the transaction of the caller."""


def open_ledger(bank: Bank) -> Engine:
    """The bank's database with its tables, accounts and opening balances. Raises InstallationError where it cannot be
    used."""
    engine = database_of(bank, cache_kib=_CACHE_KIB)
    make_ready(engine, bank)
    return engine


def reading(books: Books) -> AbstractContextManager[Connection]:
    """A connection to the books: the one that is there, or one in a transaction of its own."""
    return nullcontext(books) if isinstance(books, Connection) else transaction(books)


@dataclass(frozen=True, slots=True)
class _Plan:
    """Which entries a statement holds, and as what it is remembered."""

    issued: Issued
    """Its closing balance and digest are known later, unless it is repeated."""
    before: Cut
    repeated: bool = False
    numbered: bool = True
    opening_code: str = "OPBD"
    since: Issued | None = None
    """The report that it goes on from within a day."""


def ledger_draft(books: Books, bank: Bank, account: Account, wish: StatementWish) -> Draft | Finding:
    """The statement of one account that is asked for; a finding where it cannot be made. Raises UsageError for days
    that make no sense. Handed a connection, all of it happens in its transaction."""
    wish.check()
    zone = ZoneInfo(bank.settings.zone)
    today = wish.at.astimezone(zone).date()
    if (wish.last or today) > today or (wish.first or today) > today:
        raise UsageError(f"the days end after {today}, the day on which the statement is made")
    if wish.kind is Kind.REPORT and (wish.first or wish.last) and not wish.excerpt:
        raise UsageError("a report (camt.052) holds what came since the last one: leave out --from and --to")
    with reading(books) as connection:
        plan = _planned(connection, account, wish, today)
        if isinstance(plan, Finding):
            return plan
        issued = plan.issued
        if not is_sound(connection, account.id, issued.before if issued.number > 1 else 0, issued.until):
            said = f"The entries of {account.id} up to number {issued.until} do not make the balance that they say."
            return finding("LEDGER-NOT-SOUND", said)
        _, change = moved(connection, account.id, plan.before, issued.cut)
        lies_ahead = ahead(connection, account.id, plan.before, issued.first)
    closing = issued.opening + change
    heading = Heading(
        kind=wish.kind,
        holder=holder_of(bank, account),
        first=issued.first,
        last=issued.last,
        created=issued.at,
        opening=issued.opening,
        number=issued.number if plan.numbered else None,
        origin=f"{bank.identity.bic} {issued.kind}" + ("" if plan.numbered else f" {issued.until}"),
        opening_code=plan.opening_code,
        opening_at=plan.since.at if plan.since is not None else None,
        ahead=lies_ahead,
        zone=zone,
        until_now=wish.kind is Kind.REPORT or plan.since is not None,
        sending=None if wish.message is None else Sending(wish.message, wish.at, plan.repeated),
    )
    finished = replace(issued, closing=closing)
    return Draft(
        heading=heading,
        market=market_of(wish.market or bank.settings.market, account.id),
        entries=_entries(books, account.id, plan.before, issued.cut, wish),
        closing=closing if wish.side is None else None,
        keep=_keeper(books, account, finished, plan) if plan.numbered else nothing_to_keep,
        findings=() if plan.numbered else (_not_numbered(wish, issued),),
    )


def _planned(connection: Connection, account: Account, wish: StatementWish, today: date) -> _Plan | Finding:
    kind = wish.kind.value if wish.side is None else f"{wish.kind.value} {wish.side}"
    if wish.number is not None and issued_number(connection, account.id, kind, wish.number) is None:
        raise UsageError(f"account {account.id} has no {kind} number {wish.number}")
    head = balance(connection, account.id).sequence
    empty = Issued(account.id, kind, 1, today, today, head, head, 0, 0, wish.at, "")
    newest = last_issued(connection, account.id, kind)
    if wish.excerpt:
        days = replace(empty, first=wish.first or wish.last or today, last=wish.last or today)
        return _excerpt(connection, account, days, wish.opening_code)
    if wish.kind is Kind.STATEMENT:
        return _of_days(connection, account, wish, empty, newest)
    if wish.first is not None or wish.last is not None:
        first, last = wish.first or wish.last or today, wish.last or today
        return _excerpt(connection, account, replace(empty, first=first, last=last), "OPBD")
    return _since(connection, account, wish, empty, newest)


def _of_days(
    connection: Connection, account: Account, wish: StatementWish, empty: Issued, newest: Issued | None
) -> _Plan:
    last, code = wish.last or empty.last, wish.opening_code
    known = (
        issued_for(connection, account.id, empty.kind, wish.first, last)
        if wish.number is None
        else issued_number(connection, account.id, empty.kind, wish.number)
    )
    if known is not None:
        return _Plan(known, cut_before(connection, known), repeated=True, opening_code=code)
    if newest is None:
        fresh = replace(empty, first=wish.first or last, last=last)
        before = Cut(fresh.first - timedelta(days=1), fresh.before)
        opening = standing(connection, account.id, before)
        return _Plan(replace(fresh, opening=opening), before, opening_code=code)
    following = newest.last + timedelta(days=1)
    if last < following or wish.first not in (None, following):
        return _excerpt(connection, account, replace(empty, first=wish.first or last, last=last), code)
    fresh = replace(
        empty,
        number=newest.number + 1,
        first=following,
        last=last,
        before=newest.until,
        opening=newest.closing,
    )
    return _Plan(fresh, newest.cut, opening_code=code)


def _excerpt(connection: Connection, account: Account, empty: Issued, code: str) -> _Plan:
    before = Cut(empty.first - timedelta(days=1), empty.until)
    opening = standing(connection, account.id, before)
    return _Plan(replace(empty, opening=opening), before, numbered=False, opening_code=code)


def _since(
    connection: Connection, account: Account, wish: StatementWish, empty: Issued, newest: Issued | None
) -> _Plan | Finding:
    today = empty.last
    yesterday = Cut(today - timedelta(days=1), empty.until)
    known = (
        issued_at(connection, account.id, empty.kind, wish.at)
        if wish.number is None
        else issued_number(connection, account.id, empty.kind, wish.number)
    )
    if known is not None:
        yesterday = Cut(known.first - timedelta(days=1), known.until)
        newest = issued_number(connection, known.account, known.kind, known.number - 1)
    elif newest is not None and (newest.at > wish.at or newest.last > today):
        said = f"The last one was made at {newest.at.isoformat()}, after {wish.at.isoformat()}."
        return finding("STATEMENT-OUT-OF-ORDER", said, value=wish.at.isoformat())
    if newest is None:
        opening = standing(connection, account.id, yesterday)
        issued = known if known is not None else replace(empty, opening=opening)
        return _Plan(issued, yesterday, repeated=known is not None)
    issued = known or replace(empty, number=newest.number + 1, before=newest.until, opening=newest.closing)
    starts_day = newest.last < issued.last and not moved(connection, account.id, newest.cut, yesterday)[0]
    code, since = ("OPBD", None) if starts_day else ("ITBD", newest)
    return _Plan(issued, newest.cut, repeated=known is not None, opening_code=code, since=since)


def _entries(books: Books, account: str, before: Cut, until: Cut, wish: StatementWish) -> Iterator[Entry]:
    """The entries, each few thousand of them read in a transaction of its own: nothing changes what is there."""
    with reading(books) as connection:
        begin = first_after(connection, account, before)
    while True:
        with reading(books) as connection:
            found = entries_between(connection, account, before, until, begin)
        if not found:
            return
        yield from filter(wish.takes, found)
        begin = found[-1].sequence + 1


def _keeper(books: Books, account: Account, issued: Issued, plan: _Plan) -> Callable[[Pages], tuple[Finding, ...]]:
    def keep(pages: Pages) -> tuple[Finding, ...]:
        if plan.repeated:
            if pages.digest == plan.issued.digest:
                return ()
            said = f"Statement {issued.number} of {issued.account} has other entries than when it was made."
            return (finding("STATEMENT-CHANGED", said),)
        with reading(books) as connection:
            record(connection, replace(issued, digest=pages.digest))
        return ()

    return keep


def _not_numbered(wish: StatementWish, issued: Issued) -> Finding:
    days = f"{issued.first} to {issued.last}"
    said = f"An excerpt, {days}: it does not follow the last {wish.kind.value} and has no number."
    return finding("STATEMENT-NOT-NUMBERED", said)
