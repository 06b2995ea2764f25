"""Which statements a request is met with: copies of those that were made, else excerpts of the books.

Nothing that is asked for takes a number in the row of statements, but what has come since the last report (camt.052
with CHNG): that row is made of such.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from wissel.core.codes import finding
from wissel.core.finding import Finding, Severity
from wissel.engine.database import Connection
from wissel.engine.statements.draft import StatementWish
from wissel.engine.statements.request import ALL, CHANGES, ReportingRequest
from wissel.ledger.issued import issued_for, issued_within, last_issued
from wissel.ledger.statement import Kind
from wissel.routing.bank import Account

REPORTS_MAX = 100
"""Statements that are given for one request."""
BOOKED, OPENED_BY_PREVIOUS = "BOOK", "PRCD"
_CREDITS = "CRDT"
_BALANCES = {
    Kind.STATEMENT: ("OPBD", "PRCD", "CLBD", "OPAV", "CLAV", "FWAV"),
    Kind.REPORT: ("OPBD", "ITBD", "OPAV", "ITAV", "FWAV"),
    Kind.NOTIFICATION: (),
}


@dataclass(frozen=True, slots=True)
class Asking:
    """A request for one account, and when it came."""

    connection: Connection
    account: Account
    request: ReportingRequest
    kind: Kind
    at: datetime
    """Aware."""
    today: date
    """Of the bank's own day."""

    @property
    def series(self) -> str:
        """Of which numbered row copies are given."""
        side = self.request.side
        return f"{self.kind.value} {side}" if self.kind is Kind.NOTIFICATION and side else self.kind.value


def wishes(asking: Asking) -> Iterator[StatementWish | Finding]:
    """What to give, in order; findings for what cannot be given, and warnings where it is given otherwise."""
    request = asking.request
    if request.status not in (None, BOOKED):
        yield not_met(request, f"entries of status {request.status} are not kept; only booked ones are")
        return
    if request.numbers is not None:
        found = _numbered(asking)
    elif asking.kind is Kind.STATEMENT:
        found = _of_days(asking)
    elif asking.kind is Kind.REPORT:
        found = _of_today(asking)
    else:
        found = _of_entries(asking)
    yield from _otherwise(asking)
    yield from found


def not_met(request: ReportingRequest, why: str) -> Finding:
    """That a request cannot be met."""
    return finding("REQUEST-NOT-MET", f"Request {request.position:,}: {why}.", path=request.path)


def otherwise(request: ReportingRequest, how: str) -> Finding:
    """That a request is met otherwise than it asks."""
    return finding("REQUEST-MET-OTHERWISE", f"Request {request.position:,}: {how}.", path=request.path)


def is_refusal(found: object) -> bool:
    """Whether it is a finding that says that something cannot be given."""
    return isinstance(found, Finding) and found.severity is Severity.ERROR


def _wish(asking: Asking, **more: object) -> StatementWish:
    side = asking.request.side if asking.kind is Kind.NOTIFICATION else None
    return replace(StatementWish(asking.kind, asking.at, side=side), **more)  # type: ignore[arg-type]


def _numbered(asking: Asking) -> Iterator[StatementWish | Finding]:
    request, numbers = asking.request, asking.request.numbers
    if request.numbers_unreadable:
        yield not_met(request, f"{request.numbers_unreadable[0]!r} is no number of a statement")
        return
    assert numbers is not None
    series, side = asking.series, asking.request.side
    newest = last_issued(asking.connection, asking.account.id, series)
    if newest is None and asking.kind is Kind.NOTIFICATION and side is None:
        series, side = f"{series} {_CREDITS}", _CREDITS  # those that are sent without being asked for
        newest = last_issued(asking.connection, asking.account.id, series)
    top = newest.number if newest is not None else 0
    for number in numbers.single:
        if not 1 <= number <= top:
            yield not_met(request, f"there is no {asking.kind.value} number {number:,}")
    days = request.first or date.min, request.last or date.max
    kept = [one for one in issued_within(asking.connection, asking.account.id, series, *days) if numbers.takes(one)]
    if not kept and not numbers.single:
        yield not_met(request, f"there is no {asking.kind.value} of these numbers and days")
    if len(kept) > REPORTS_MAX:
        yield otherwise(request, f"only the first {REPORTS_MAX:,} of {len(kept):,} are given; ask again for the others")
    for number in kept[:REPORTS_MAX]:
        yield replace(_wish(asking, number=number), side=side if asking.kind is Kind.NOTIFICATION else None)


def _of_days(asking: Asking) -> Iterator[StatementWish | Finding]:
    """A statement of days that are over."""
    request, yesterday = asking.request, asking.today - timedelta(days=1)
    if request.first is None:
        newest = last_issued(asking.connection, asking.account.id, asking.kind.value)
        yield (
            _wish(asking, number=newest.number)
            if newest is not None
            else not_met(request, "it names no days, and no statement was made yet")
        )
        return
    first, last = request.first, request.last or yesterday
    known = issued_for(asking.connection, asking.account.id, asking.kind.value, first, last)
    if known is not None:
        yield _wish(asking, number=known.number)
    elif request.last is not None and last < first:
        yield _wrong_days(request, f"they end ({last}) before they begin ({first})")
    elif first > yesterday:
        yield not_met(request, f"{first} is not over; camt.052 tells what has been booked so far")
    else:
        if last > yesterday:
            yield otherwise(request, f"{last} is not over; the statement ends with {yesterday}")
        code = OPENED_BY_PREVIOUS if OPENED_BY_PREVIOUS in request.balances else "OPBD"
        yield _wish(asking, first=first, last=min(last, yesterday), excerpt=True, opening_code=code)


def _of_today(asking: Asking) -> Iterator[StatementWish | Finding]:
    """A report of the day until now."""
    request, today = asking.request, asking.today
    if request.kind == CHANGES:
        yield _wish(asking)
        return
    first, last = request.first or today, request.last or today
    if last < first or first > today:
        yield _wrong_days(request, f"{first} to {last}, and today is {today}")
    elif last < today:
        yield not_met(request, f"{last} is over; camt.053 tells what was booked until then")
    else:
        yield _wish(asking, first=first, last=today, excerpt=True)


def _of_entries(asking: Asking) -> Iterator[StatementWish | Finding]:
    request, today = asking.request, asking.today
    first, last = request.first or today, min(request.last or today, today)
    if last < first:
        yield _wrong_days(request, f"{first} to {last}, and today is {today}")
    else:
        yield _wish(asking, first=first, last=last, excerpt=True)


def _wrong_days(request: ReportingRequest, why: str) -> Finding:
    said = f"Request {request.position:,}: these days cannot be told: {why}."
    return finding("REQUEST-PERIOD-WRONG", said, path=request.path)


def _otherwise(asking: Asking) -> Iterator[Finding]:
    """Warnings: in what the answer is not what was asked for."""
    request, kind = asking.request, asking.kind
    if not request.whole_days and request.numbers is None:
        yield otherwise(request, "whole days are told, not hours of them")
    if request.kind not in (ALL, CHANGES) or (request.kind == CHANGES and kind is not Kind.REPORT):
        yield otherwise(request, f"all entries are told, not only those that {request.kind} would choose")
    if request.side is not None and kind is not Kind.NOTIFICATION:
        yield otherwise(request, "credits and debits are told, since balances follow from both")
    if request.with_limits:
        yield otherwise(request, "entries of every amount are told")
    missing = [code for code in request.balances if code not in _BALANCES[kind]]
    if missing:
        yield otherwise(request, f"a {kind.value} has no balance {', '.join(missing)} here")
