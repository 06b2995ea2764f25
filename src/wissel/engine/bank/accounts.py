"""``accounts.csv`` of a bank directory: one account a row."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TypeVar

from wissel.catalog.definitions import default_catalog
from wissel.core.configuration import ConfigurationError, Fault, read_rows
from wissel.core.identifiers.bic import check_bic
from wissel.core.identifiers.currency import minor_units
from wissel.core.identifiers.flaw import Flaw
from wissel.core.identifiers.iban import UNCERTAIN, check_iban
from wissel.core.identifiers.writing import without_separators
from wissel.core.money import Money, in_minor_units, parse_decimal
from wissel.engine.bank.section import FAULTS_MAX, check_payable_currency, explained, meant, quoted
from wissel.routing.bank import Account, AccountKind, AccountStatus

COLUMNS = ("id", "name", "owner", "currency", "kind", "status", "limit", "opening", "bank", "statements")
_REQUIRED = ("id", "name", "currency")
ACCOUNTS_MAX = 5_000_000
_ID_LENGTH_MAX = 34
"""As ``Othr/Id`` of an account (Max34Text)."""
_NAME_LENGTH_MAX = 140
_LIKE_IBAN = re.compile(r"[A-Za-z]{2}[0-9]{2}[A-Za-z0-9]{8,30}")
_KINDS = {one.value: one for one in AccountKind}
_STATUSES = {one.value: one for one in AccountStatus}
_T = TypeVar("_T")
_STATEMENTS = ("camt.052", "camt.053", "camt.054")


@dataclass(frozen=True, slots=True)
class Accounts:
    """What was read of the file. Other files are checked against it even where some rows are faulty."""

    rows: Mapping[str, Account | None]
    """By id, in the order of the file; None where the row is faulty."""
    complete: bool
    """False where the file could not be read to its end: an account that is not here may well be there."""

    def missing(self, name: str) -> bool:
        """Whether the file certainly has no account of that id."""
        return self.complete and name not in self.rows

    def get(self, name: str | None) -> Account | None:
        """The account, where its row is right."""
        return self.rows.get(name) if name else None

    def usable(self) -> dict[str, Account]:
        """Those whose rows are right."""
        return {name: one for name, one in self.rows.items() if one is not None}


def read_accounts(path: Path, faults: list[Fault]) -> Accounts:
    """The accounts; what is wrong is added to ``faults``."""
    found: dict[str, Account | None] = {}
    try:
        complete = _read(path, found, faults)
    except ConfigurationError as error:
        faults.extend(error.faults)
        complete = False
    return Accounts(found, complete)


def _read(path: Path, found: dict[str, Account | None], faults: list[Fault]) -> bool:
    lines: dict[str, int] = {}
    rows = read_rows(path)
    line, header = next(rows, (1, []))
    names = _header(str(path), line, header, faults)
    if names is None:
        return False
    for line, cells in rows:
        if len(faults) >= FAULTS_MAX or len(found) >= ACCOUNTS_MAX:
            faults.append(Fault(str(path), line, f"read up to here: {len(found):,} accounts, {len(faults):,} faults"))
            return False
        if len(cells) != len(names):
            reason = f"this row has {len(cells):,} cells, and the first row {len(names):,}"
            faults.append(Fault(str(path), line, reason))
            found.update({cells[names.index("id")].strip(): None} if len(cells) > names.index("id") else {})
            continue
        row = _Row(dict(zip(names, (cell.strip() for cell in cells), strict=True)), [])
        account = row.account()
        identifier = row.cells["id"]
        if identifier in lines:
            row.reasons.append(f"the account {quoted(identifier)} stands twice, first in line {lines[identifier]:,}")
        else:
            found[identifier], lines[identifier] = account, line
        faults.extend(Fault(str(path), line, reason) for reason in row.reasons)
    return True


def _header(name: str, line: int, cells: list[str], faults: list[Fault]) -> list[str] | None:
    names = [cell.strip() for cell in cells]
    reasons = [f"there is no column {quoted(one)}{meant(one, COLUMNS)}" for one in names if one not in COLUMNS]
    reasons += [f"the column {one} stands twice" for one in COLUMNS if names.count(one) > 1]
    reasons += [f"the column {one} is missing" for one in _REQUIRED if one not in names]
    faults.extend(Fault(name, line, reason) for reason in reasons[:FAULTS_MAX])
    return None if reasons else names


@dataclass(frozen=True, slots=True)
class _Row:
    """One row while it is read."""

    cells: Mapping[str, str]
    reasons: list[str]
    """What is wrong with it."""

    def account(self) -> Account | None:
        """The account; None where something is wrong, and then ``reasons`` says what."""
        identifier, is_iban = self._identifier()
        currency = self._required("currency")
        if currency and (flaw := _currency_flaw(currency)):
            self.reasons.append(f"currency: {explained(flaw)}")
            currency = ""
        kind = self._word("kind", _KINDS, AccountKind.CUSTOMER)
        name = self._name("name", required=True)
        account = Account(
            id=identifier,
            name=name,
            owner=self._name("owner") or name,
            currency=currency,
            kind=kind,
            status=self._word("status", _STATUSES, AccountStatus.OPEN),
            limit=self._amount("limit", currency),
            opening=self._amount("opening", currency),
            bank=self._bank(kind),
            statements=self._statements(),
            is_iban=is_iban,
        )
        return None if self.reasons else account

    def _required(self, column: str) -> str:
        if not self.cells[column]:
            self.reasons.append(f"{column} is empty")
        return self.cells[column]

    def _identifier(self) -> tuple[str, bool]:
        text = self._required("id")
        if len(text) > _ID_LENGTH_MAX or not text.isprintable():
            self.reasons.append(f"id {quoted(text)} is no text of at most {_ID_LENGTH_MAX} characters")
        elif _LIKE_IBAN.fullmatch(text) or (" " in text and _LIKE_IBAN.fullmatch(without_separators(text))):
            flaw = check_iban(text)
            if flaw is None or flaw.reason in UNCERTAIN:
                return text, True
            if flaw.reason != "country":  # of a country without IBANs: a number of another kind
                self.reasons.append(f"id {quoted(text)} looks like an IBAN and is none: {explained(flaw)}")
        return text, False

    def _name(self, column: str, required: bool = False) -> str:
        text = self._required(column) if required else self.cells.get(column, "")
        if len(text) > _NAME_LENGTH_MAX or not text.isprintable():
            self.reasons.append(f"{column} {quoted(text)} is no text of at most {_NAME_LENGTH_MAX} characters")
        return text

    def _word(self, column: str, words: Mapping[str, _T], default: _T) -> _T:
        text = self.cells.get(column, "")
        if text and text not in words:
            self.reasons.append(f"{column} is {quoted(text)}; it is one of {', '.join(words)}")
        return words.get(text, default)

    def _amount(self, column: str, currency: str) -> int:
        text = self.cells.get(column, "")
        if not text or not currency:
            return 0
        amount = parse_decimal(text)
        if amount is None:
            self.reasons.append(f"{column} is {quoted(text)}; an amount is written 1000.50")
        elif column == "limit" and amount < 0:
            self.reasons.append(f"limit is {text}; it says by how much the account may be overdrawn, zero or more")
        elif (units := in_minor_units(Money(amount, currency))) is None:
            self.reasons.append(f"{column} is {text}, and {currency} has {minor_units(currency) or 0} decimals")
        else:
            return units
        return 0

    def _bank(self, kind: AccountKind) -> str | None:
        text = self.cells.get("bank", "")
        if kind in (AccountKind.NOSTRO, AccountKind.VOSTRO):
            if not text:
                self.reasons.append(f"bank is empty; a {kind.value} account names the BIC of the other bank")
            elif flaw := check_bic(text):
                self.reasons.append(f"bank {quoted(text)} is wrong: {explained(flaw)}")
        elif text:
            self.reasons.append(f"bank stands only with nostro and vostro accounts, and kind is {kind.value}")
        return text or None

    def _statements(self) -> tuple[str, ...]:
        words = self.cells.get("statements", "").split()
        for word in words:
            if not _is_statement(word):
                self.reasons.append(f"statements: {quoted(word)} is no definition of {', '.join(_STATEMENTS)}")
        return tuple(words)


@lru_cache(maxsize=64)
def _currency_flaw(code: str) -> Flaw | None:
    return check_payable_currency(code)


@lru_cache(maxsize=64)
def _is_statement(word: str) -> bool:
    return word[:8] in _STATEMENTS and default_catalog().find(word) is not None
