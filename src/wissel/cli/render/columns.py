"""Which columns the table of a message's transactions has, and what stands in them."""

from collections.abc import Callable, Mapping, Sequence

from wissel.catalog.code_names import code_name
from wissel.cli.render.table import Column
from wissel.message.summary import Amount, Transaction

_LINE_CHARACTERS_MAX = 140
_NOT_PROVIDED = "NOTPROVIDED"
_ENTRIES = ("camt.052", "camt.053", "camt.054")
_BOOKED = "BOOK"

Values = Mapping[str, str]
Cell = Callable[[Transaction, Values], str]
"""The text of a cell, from a transaction and the values that are its own."""


def amount_text(amount: Amount) -> str:
    """``EUR 1,234.50``, or the text as given and what is wrong with it."""
    if amount.money is not None:
        return f"{amount.money.currency} {amount.money.amount:,f}"
    shown = amount.text if len(amount.text) <= 40 else amount.text[:40] + "…"
    if not amount.currency:
        return f"“{shown}” (no currency)"
    return f"“{shown}” {amount.currency[:10]} (no amount)"


def table(transactions: Sequence[Transaction], around: Values, family: str) -> tuple[list[Column], list[list[str]]]:
    """Columns and rows. What group or message say for all of them (``around``) is not said again for each."""
    chosen = _ENTRY_COLUMNS if family in _ENTRIES else _COLUMNS
    columns, cells = [], []
    for column, cell in chosen:
        texts = [cell(one, _own(one, around)) for one in transactions]
        if any(texts):
            columns.append(column)
            cells.append([_cut(text) for text in texts])
    return columns, [list(row) for row in zip(*cells, strict=True)]


def _own(transaction: Transaction, around: Values) -> Values:
    return {name: text for name, text in transaction.values.items() if around.get(name) != text}


def _cut(text: str) -> str:
    lines = text.split("\n")
    return "\n".join(line if len(line) <= _LINE_CHARACTERS_MAX else line[:_LINE_CHARACTERS_MAX] + "…" for line in lines)


def _lines(texts: Sequence[str | None]) -> str:
    """The texts that are there, each once, one a line; line breaks inside them become spaces."""
    return "\n".join(dict.fromkeys(" ".join(text.split()) for text in texts if text and text != _NOT_PROVIDED))


def _number(one: Transaction, own: Values) -> str:
    return str(one.number)


def _amount(one: Transaction, own: Values) -> str:
    return amount_text(one.amount) if one.amount is not None else ""


def _party(role: str) -> Cell:
    def cell(one: Transaction, own: Values) -> str:
        agent = own.get(f"{role}_agent")
        named = own.get(role)
        at = f"at {agent}" if agent and agent != named else None
        return _lines([named, own.get(f"{role}_account"), at])

    return cell


def _counterparty(one: Transaction, own: Values) -> str:
    roles = {"CRDT": "debtor", "DBIT": "creditor"}
    role = roles.get(one.values.get("credit_debit", ""), "creditor")
    first = f"(first of {one.details:,} payments)" if one.details > 1 else None
    text = _party(role)(one, own)
    return _lines([*text.split("\n"), first])


def _direction(one: Transaction, own: Values) -> str:
    code = own.get("credit_debit", "")
    way = code_name("direction", code) or code
    return f"{way}, reversal" if own.get("reversal") in ("true", "1") else way


def _of(*names: str) -> Cell:
    return lambda one, own: _lines([own.get(name) for name in names])


def _first(*names: str) -> Cell:
    return lambda one, own: next((own[name] for name in names if name in own), "")


def _status(one: Transaction, own: Values) -> str:
    code = own.get("status", "")
    return _lines([code, code_name("status", code)])


def _entry_status(one: Transaction, own: Values) -> str:
    """The status of an entry, unless it is simply booked."""
    return "" if own.get("status") == _BOOKED else _status(one, own)


def _reference(one: Transaction, own: Values) -> str:
    names = ("end_to_end_id", "original_end_to_end_id", "original_transaction_id", "remittance")
    found = _lines([own.get(name) for name in names])
    return found or _first("entry_reference", "transaction_id", "original_instruction_id", "instruction_id", "uetr")(
        one, own
    )


_COLUMNS: tuple[tuple[Column, Cell], ...] = (
    (Column("#", right=True, whole=True), _number),
    (Column("status"), _status),
    (Column("amount", right=True, whole=True), _amount),
    (Column("payer"), _party("debtor")),
    (Column("payee"), _party("creditor")),
    (Column("original payer"), _party("original_debtor")),
    (Column("original payee"), _party("original_creditor")),
    (
        Column("when", whole=True),
        _first("settlement_date", "requested_execution_date", "requested_collection_date"),
    ),
    (Column("reason"), _of("reason", "reason_text")),
    (Column("reference"), _reference),
)
_ENTRY_COLUMNS: tuple[tuple[Column, Cell], ...] = (
    (Column("#", right=True, whole=True), _number),
    (Column("booked", whole=True), _first("booking_date", "value_date")),
    (Column("amount", right=True, whole=True), _amount),
    (Column("direction"), _direction),
    (Column("status"), _entry_status),
    (Column("counterparty"), _counterparty),
    (Column("reason"), _of("reason")),
    (Column("reference"), _reference),
)
