"""Rows of bookings as entries, and what can be wrong with them."""

import re
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time

from wissel.catalog.bank_transaction_codes import is_allowed
from wissel.core.codes import finding
from wissel.core.finding import Finding
from wissel.core.identifiers.currency import check_currency, check_payable, minor_units
from wissel.core.money import parse_decimal
from wissel.ledger.booking_rows import Row
from wissel.ledger.details import detail_fields, detail_names
from wissel.ledger.entry_codes import cases, is_case
from wissel.ledger.entry_form import signed_text
from wissel.ledger.posting import AMOUNT_MAX, BOOKED, INFORMATION, PENDING, Detail, Entry, reference_of

FAULTS_MAX = 100
_DAY = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")
_REFERENCE_MAX, _INFORMATION_MAX, _ACCOUNT_MAX = 35, 500, 34
_OF_ENTRY = ("currency", "booking_date", "value_date", "case", "status", "reversal", "code", "reference")
"""What the rows of one batch have in common."""


@dataclass(frozen=True, slots=True)
class Faults:
    """What is wrong so far."""

    findings: list[Finding] = field(default_factory=list)

    @property
    def full(self) -> bool:
        """Whether so much is wrong that reading on tells nobody anything."""
        return len(self.findings) >= FAULTS_MAX

    def add(self, found: Finding) -> None:
        """One more."""
        self.findings.append(found)

    def say(self, code: str, said: str, row: Row, value: str | None = None, allowed: str | None = None) -> None:
        """One more, at a row."""
        self.add(finding(code, said, line=row.line, path=row.path, value=value, allowed=allowed))

    def wrong(self, row: Row, column: str, why: str) -> None:
        """A cell is wrong."""
        text = row.cells.get(column, "")
        said = f"{column} is '{text}'; {why}." if text else f"{column} is empty; {why}."
        self.say("BOOKING-VALUE-WRONG", said, row, text or None)

    def account(self, row: Row) -> tuple[str, int] | None:
        """Currency and decimals of the account that begins with a row; None where its head is wrong."""
        account, currency = row.cells.get("account", ""), row.cells.get("currency", "")
        if not account or len(account) > _ACCOUNT_MAX or not account.isprintable():
            self.wrong(row, "account", f"it is an IBAN or another identifier of up to {_ACCOUNT_MAX} characters")
            return None
        decimals = minor_units(currency)
        if (flaw := check_currency(currency) or check_payable(currency)) or decimals is None:
            self.wrong(row, "currency", flaw.message.rstrip(".") if flaw else "it has no minor units")
            return None
        return currency, decimals

    def other_currency(self, row: Row, currency: str) -> bool:
        """Whether a row is in another currency than its account."""
        own = row.cells.get("currency", "")
        if own == currency:
            return False
        said = f"The row is in {own or 'no currency'}, and its account is kept in {currency}."
        self.say("BOOKING-CURRENCY-DIFFERS", said, row, own or None, currency)
        return True


def parsed_date(row: Row, column: str, faults: Faults) -> date | None:
    """The day in a cell."""
    text = row.cells.get(column, "")
    try:
        if _DAY.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError:
        pass
    faults.wrong(row, column, "a date is written 2026-11-23")
    return None


def parsed_amount(row: Row, currency: str, decimals: int, faults: Faults) -> int | None:
    """The amount of a row in minor units: with a sign, or with a side of its own."""
    text, side = row.cells.get("amount", ""), row.cells.get("side")
    amount = parse_decimal(text)
    if amount is None:
        faults.wrong(row, "amount", "an amount is written 1000.50, or -1000.50 for a debit")
        return None
    scaled = amount.scaleb(decimals)
    if scaled != scaled.to_integral_value():
        faults.wrong(row, "amount", f"{currency} has {decimals} decimals")
        return None
    if side is not None and (side not in ("CRDT", "DBIT") or text.startswith(("-", "+"))):
        faults.wrong(row, "side", "it is CRDT or DBIT, and then the amount has no sign")
        return None
    if abs(scaled) >= AMOUNT_MAX:
        faults.wrong(row, "amount", "it is too large")
        return None
    return -int(scaled) if side == "DBIT" else int(scaled)


def entry_of_rows(
    group: list[Row], account: str, currency: str, decimals: int, number: int, faults: Faults
) -> Entry | None:
    """The entry that rows of one batch, or one row alone, are; None where something is wrong, and then it is said."""
    head, before = group[0], len(faults.findings)
    cells = head.cells
    booking_date = parsed_date(head, "booking_date", faults)
    value_date = parsed_date(head, "value_date", faults) if "value_date" in cells else booking_date
    case = cells.get("case", "other")
    if not is_case(case):
        said = f"There is no case '{case}'."
        faults.say("BOOKING-CASE-UNKNOWN", said, head, case, ", ".join(cases()))
    status, reversal, code = _status(head, faults), _reversal(head, faults), _code(head, faults)
    reference = cells.get("reference") or reference_of(f"bookings {account} {booking_date}", number)
    if len(reference) > _REFERENCE_MAX:
        faults.wrong(head, "reference", f"it has at most {_REFERENCE_MAX} characters")
    if len(cells.get("information", "")) > _INFORMATION_MAX:
        faults.wrong(head, "information", f"it has at most {_INFORMATION_MAX} characters")
    details, total = [], 0
    for row in group:
        _require_common(head, row, faults)
        amount = None if faults.other_currency(row, currency) else parsed_amount(row, currency, decimals, faults)
        total += amount or 0
        details.append(Detail(amount or 0, _details(row, faults)))
    _require_total(head, total, currency, decimals, faults)
    if total == 0 and len(faults.findings) == before:
        faults.wrong(head, "amount", "an entry moves something")
    if len(faults.findings) > before or booking_date is None or value_date is None:
        return None
    return Entry(
        account=account,
        currency=currency,
        sequence=number,
        amount=total,
        balance=0,
        booking_date=booking_date,
        value_date=value_date,
        reference=reference,
        case=case,
        reversal=reversal,
        at=datetime.combine(booking_date, time(), UTC),
        details=tuple(details) if len(details) > 1 or details[0].values else (),
        information=cells.get("information", ""),
        status=status,
        code=code,
    )


def _require_total(head: Row, total: int, currency: str, decimals: int, faults: Faults) -> None:
    """Where an entry says its amount beside those of its transactions, they make it."""
    if head.total is None:
        return
    whole = replace(head, cells={**head.cells, "amount": head.total})
    expected = parsed_amount(whole, currency, decimals, faults)
    if expected is not None and expected != total:
        said = signed_text(total, decimals)
        faults.wrong(whole, "amount", f"its transactions make {said}")


def _require_common(head: Row, row: Row, faults: Faults) -> None:
    if row is head:
        return
    for name in _OF_ENTRY:
        if row.cells.get(name, head.cells.get(name)) != head.cells.get(name):
            said = f"{name} is '{row.cells[name]}', and the batch began with '{head.cells.get(name, '')}'."
            faults.say("BOOKING-VALUE-WRONG", said, row, row.cells[name])


def _status(row: Row, faults: Faults) -> str:
    status = row.cells.get("status", BOOKED)
    if status not in (BOOKED, PENDING, INFORMATION):
        faults.wrong(row, "status", f"it is {BOOKED}, {PENDING} or {INFORMATION}")
    return status


def _reversal(row: Row, faults: Faults) -> bool:
    text = row.cells.get("reversal", "false")
    if text not in ("true", "false"):
        faults.wrong(row, "reversal", "it is true or false")
    return text == "true"


def _code(row: Row, faults: Faults) -> tuple[str, str, str] | None:
    text = row.cells.get("code")
    if text is None:
        return None
    parts = text.split("/")
    if len(parts) != 3 or not is_allowed(parts[0], parts[1], parts[2]):
        faults.wrong(row, "code", "it is domain/family/sub-family as ISO 20022 combines them, such as PMNT/RCDT/ESCT")
        return None
    return parts[0], parts[1], parts[2]


def _details(row: Row, faults: Faults) -> dict[str, str]:
    found = {}
    fields = detail_fields()
    for name, text in row.cells.items():
        if name not in detail_names():
            continue
        found[name] = text
        limit = fields[name].characters_max if name in fields else 3
        if len(text) > limit:
            faults.wrong(row, name, f"it has at most {limit} characters")
    return found
