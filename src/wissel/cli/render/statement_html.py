"""A statement as one page for a person: to read, to print, nothing loaded from anywhere."""

import base64
import hashlib
from collections.abc import Callable, Iterator
from datetime import date, datetime
from importlib import resources
from typing import IO

from wissel.cli.render.markup import safe
from wissel.engine.statements.draft import Draft
from wissel.engine.statements.files import Writing
from wissel.ledger.entry_form import amount_text
from wissel.ledger.posting import BOOKED, Detail, Entry
from wissel.ledger.statement import BalanceLine, Heading, Kind, Page, Pages, balances

_TITLES = {
    Kind.STATEMENT: "Statement of account",
    Kind.REPORT: "Account report",
    Kind.NOTIFICATION: "Notification of entries",
}
_BALANCES = {
    "OPBD": "Opening balance",
    "PRCD": "Closing balance of the day before",
    "OPAV": "Opening balance, available",
    "ITBD": "Balance now",
    "ITAV": "Balance now, available",
    "CLBD": "Closing balance",
    "CLAV": "Closing balance, available",
    "FWAV": "Available from",
}
_STATES = {"PDNG": "pending", "INFO": "for information"}
_DETAILS_SHOWN = 200
"""Transactions of one batch that the page lists."""
_MINUS, _CHUNK_BYTES = "−", 1024**2


def html_writing(draft: Draft, definition: str) -> Writing:
    """A draft as a page."""
    view = _View(draft.heading)

    def page(heading: Heading, pages: Pages, one: Page, spool: IO[bytes], sink: Callable[[bytes], object]) -> None:
        for text in _head(heading, definition):
            sink(text.encode())
        for text in _before(heading, pages, one):
            sink(text.encode())
        spool.seek(one.begin)
        while data := spool.read(_CHUNK_BYTES):
            sink(data)
        for text in _after(heading, pages):
            sink(text.encode())

    return Writing(view.row, page, ".html", None)


def _money(amount: int, decimals: int) -> str:
    """With groups of three, and a minus sign where it is below zero."""
    whole, point, part = amount_text(amount, decimals).partition(".")
    return f"{_MINUS if amount < 0 else ''}{int(whole):,}{point}{part}"


def _cell(amount: int, decimals: int) -> str:
    side = " debit" if amount < 0 else ""
    return f'<td class="number{side}">{_money(amount, decimals)}</td>'


class _View:
    """Writes entries as rows, with the balance after each."""

    __slots__ = ("_balance", "_decimals", "_with_balance")

    def __init__(self, heading: Heading) -> None:
        self._balance = heading.opening
        self._decimals = heading.holder.decimals
        self._with_balance = heading.kind is not Kind.NOTIFICATION

    def row(self, entry: Entry) -> bytes:
        """One entry."""
        if entry.status == BOOKED:
            self._balance += entry.amount
        after = _cell(self._balance, self._decimals) if self._with_balance else ""
        about = "".join(self._about(entry))
        return (
            f'<tr><td class="date">{entry.booking_date}</td><td class="date">{entry.value_date}</td>'
            f"<td>{about}</td>{_cell(entry.amount, self._decimals)}{after}</tr>\n"
        ).encode()

    def _about(self, entry: Entry) -> Iterator[str]:
        if len(entry.details) == 1:
            yield from _transaction(entry, entry.details[0])
        elif entry.details:
            yield f'<div class="who">{len(entry.details):,} transactions</div>'
            yield "<ul>"
            for detail in entry.details[:_DETAILS_SHOWN]:
                yield f"<li><span>{' '.join(_transaction(entry, detail, 'span'))}</span>"
                yield f'<span class="number">{_money(detail.amount, self._decimals)}</span></li>'
            if (more := len(entry.details) - _DETAILS_SHOWN) > 0:
                yield f"<li>and {more:,} more</li>"
            yield "</ul>"
        else:
            yield f'<div class="who">{safe(_words(entry.case))}</div>'
        if entry.information:
            yield f"<div>{safe(entry.information)}</div>"
        state = [_STATES[entry.status]] if entry.status in _STATES else []
        state += ["reversal"] if entry.reversal else []
        said = " · ".join([*state, f"Booking {safe(entry.reference)}"])
        yield f'<div class="small">{said}</div>'


def _words(case: str) -> str:
    return case.replace("-", " ").capitalize()


def _transaction(entry: Entry, detail: Detail, tag: str = "div") -> Iterator[str]:
    values = detail.values
    own = "debtor" if detail.amount > 0 else "creditor"
    if entry.case.endswith("-return") or "return_reason" in values:
        own = "creditor" if own == "debtor" else "debtor"
    name, account = values.get(f"{own}_name"), values.get(f"{own}_account")
    who = name or account or _words(entry.case)
    yield f'<{tag} class="who">{safe(who)}</{tag}>'
    if name and account and tag == "div":
        yield f'<div class="small">{safe(account)}</div>'
    for key in ("remittance", "creditor_reference", "transaction_information"):
        if text := values.get(key):
            yield f"<{tag}>{safe(text)}</{tag}>"
    if tag == "div":
        if text := values.get("end_to_end_id"):
            yield f'<div class="small">Reference {safe(text)}</div>'
        if text := values.get("instructed_amount"):
            currency = values.get("instructed_currency", "")
            yield f'<div class="small">Ordered as {safe(text)} {safe(currency)}</div>'
        if text := values.get("exchange_rate"):
            yield f'<div class="small">Exchange rate {safe(text)}</div>'
        if text := values.get("return_reason"):
            yield f'<div class="small">Returned, reason {safe(text)}</div>'


def _head(heading: Heading, definition: str) -> Iterator[str]:
    holder = heading.holder
    style = resources.files("wissel.cli.render").joinpath("statement.css").read_text("utf-8")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    title = _TITLES[heading.kind]
    days = f"{heading.first}" if heading.first == heading.last else f"{heading.first} to {heading.last}"
    number = "" if heading.number is None else f"<p>Number {heading.number:,}</p>"
    yield (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f"<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'sha256-{digest}'\">\n"
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{title} {safe(holder.account)} {days}</title>\n<style>{style}</style>\n</head>\n<body>\n<main>\n"
        f'<header><div><h1>{title}</h1><p class="soft">{safe(holder.owner or holder.name)}</p></div>'
        f'<div class="days"><p>{days}</p>{number}</div></header>\n<dl>'
    )
    rows = (
        ("Account", holder.account),
        ("Name", holder.name),
        ("Currency", holder.currency),
        ("Bank", holder.servicer),
    )
    for label, text in rows:
        if text:
            yield f"<dt>{label}</dt><dd>{safe(text)}</dd>"
    yield "</dl>\n"


def _before(heading: Heading, pages: Pages, page: Page) -> Iterator[str]:
    lines = list(balances(heading, pages, page))
    if lines:
        yield '<h2>Balances</h2>\n<table class="balances"><thead><tr><th>Balance</th><th>Date</th>'
        yield f'<th class="number">{safe(heading.holder.currency)}</th></tr></thead>\n<tbody>\n'
        for line in lines:
            yield _balance(line, heading.holder.decimals)
        yield "</tbody></table>\n"
    yield "<h2>Entries</h2>\n"
    if not pages.sums.count:
        yield "<p>No entries.</p>\n"
    else:
        after = "" if heading.kind is Kind.NOTIFICATION else '<th class="number">Balance</th>'
        yield '<div class="scroll"><table><thead><tr><th>Booked</th><th>Value</th><th>What</th>'
        yield f'<th class="number">Amount</th>{after}</tr></thead>\n<tbody>\n'


def _balance(line: BalanceLine, decimals: int) -> str:
    name = "Balance of the report before" if line.code == "ITBD" and line.interim else _BALANCES[line.code]
    return f'<tr><td>{name}</td><td class="date">{_day(line.on)}</td>{_cell(line.amount, decimals)}</tr>\n'


def _day(on: date | datetime) -> str:
    return f"{on:%Y-%m-%d %H:%M} {on:%Z}".strip() if isinstance(on, datetime) else on.isoformat()


def _after(heading: Heading, pages: Pages) -> Iterator[str]:
    decimals = heading.holder.decimals
    if pages.sums.count:
        blank = "" if heading.kind is Kind.NOTIFICATION else "<td></td>"
        for label, count, total in (
            ("Credits", pages.sums.credits, pages.sums.credited),
            ("Debits", pages.sums.debits, -pages.sums.debited),
        ):
            yield f'<tr class="sum"><td colspan="3">{label}: {count:,}</td>{_cell(total, decimals)}{blank}</tr>\n'
        yield "</tbody></table></div>\n"
    made = f"{heading.created:%Y-%m-%d %H:%M:%S %Z}"
    yield f"<footer><p>{safe(heading.identification)} · made {made}</p></footer>\n</main>\n</body>\n</html>\n"
