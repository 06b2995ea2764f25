"""What ``wissel statement --columns`` prints: the columns of a file of bookings."""

from collections.abc import Iterator

_SAID = {
    "account": "IBAN, or another identifier; rows of one account stand together (needed)",
    "currency": "of the account (needed)",
    "name": "of the account",
    "owner": "its owner",
    "servicer": "BIC of the bank",
    "kind": "entry (default), opening or closing: a balance, and the first or last day",
    "booking_date": "2026-11-23 (needed)",
    "value_date": "default: the booking date",
    "amount": "1000.50, or -1000.50 for a debit (needed)",
    "side": "CRDT or DBIT, for amounts without sign",
    "case": "what happened: {cases}; with -return what came back. Default: other",
    "reference": "the entry's own, the same in statement, report and notification",
    "status": "BOOK (default), PDNG or INFO",
    "reversal": "true where the entry takes back an earlier one",
    "code": "bank transaction code, where it does not follow from the case: PMNT/RCDT/ESCT",
    "information": "a sentence for the owner",
    "batch": "rows beside each other with the same value are one entry of several transactions",
}


def columns() -> Iterator[str]:
    """The lines."""
    from wissel.ledger.booking_rows import ACCOUNT_COLUMNS, ENTRY_COLUMNS
    from wissel.ledger.details import detail_fields
    from wissel.ledger.entry_codes import cases

    yield "of the account and the entry"
    for name in (*ACCOUNT_COLUMNS, *ENTRY_COLUMNS):
        yield f"  {name:24}  {_SAID[name].format(cases=', '.join(cases()))}"
    yield "of the transaction"
    for name, field in detail_fields().items():
        yield f"  {name:24}  {field.title}"
        if field.currency is not None:
            yield f"  {field.currency:24}  its currency, where it is not that of the account"
