"""Make the database ready for a bank: the tables, its accounts, and what they stood at before the first booking."""

from datetime import UTC, date, datetime
from pathlib import Path

from wissel.core.errors import InstallationError
from wissel.engine.belonging import claim_journal
from wissel.engine.database import CACHE_KIB, Connection, Engine, open_database, sqlite_url, transaction
from wissel.journal.journal import open_journal
from wissel.journal.mark import is_open
from wissel.ledger.books import LedgerError, accounts, add_account, open_books, post
from wissel.ledger.posting import Leg, PostingSet
from wissel.routing.bank import Account, Bank

DATABASE = "wissel.db"
BEFORE_ALL = date(1970, 1, 1)
"""Opening balances are booked on this day, which no statement covers: they are what every account begins with."""
_SQLITE = "sqlite:///"


def database_of(bank: Bank, *, read_only: bool = False, cache_kib: int = CACHE_KIB) -> Engine:
    """The database of a bank. Raises InstallationError where it cannot be opened."""
    path = database_file(bank)
    url = sqlite_url(path) if path is not None else bank.settings.database or ""
    return open_database(url, read_only=read_only, cache_kib=cache_kib)


def database_file(bank: Bank) -> Path | None:
    """The file of an SQLite database; None for a database on a server. A relative path is one in the bank directory."""
    url = bank.settings.database
    if url is None:
        return bank.folder / DATABASE
    return bank.folder / url.removeprefix(_SQLITE) if url.startswith(_SQLITE) else None


def make_ready(database: Engine, bank: Bank) -> None:
    """Make what is not there yet: tables, accounts, opening balances. Raises InstallationError, also where the database
    is another bank directory's, and LedgerError for an account whose currency or opening balance is no longer what was
    booked."""
    with transaction(database) as connection:
        open_journal(connection)
        if not _is_inside(bank):
            claim_journal(connection, bank.folder)
        open_books(connection)
        known = accounts(connection)
        for account in bank.accounts.values():
            if known.get(account.id) != account.currency:
                add_account(connection, account.id, account.currency)
            if account.opening:
                _open(connection, account)


def _is_inside(bank: Bank) -> bool:
    """Whether the database is a file of the bank directory, which goes wherever that goes."""
    path = database_file(bank)
    return path is not None and path.resolve().is_relative_to(bank.folder.resolve())


def require_journal(database: Engine, bank: Bank) -> None:
    """Raise InstallationError where nothing was ever worked on with the database, or it cannot be used."""
    path = database_file(bank)
    if path is None:
        with transaction(database) as connection:
            there = is_open(connection)
    else:
        there = path.is_file()
    if not there:
        raise InstallationError(f"{bank.folder} has no database yet; wissel process --bank {bank.folder} makes it")


def contra_account(currency: str) -> str:
    """The account that opening balances of a currency are booked against. It stands at zero where the accounts of a
    bank are complete."""
    return f"opening:{currency}"


def _open(connection: Connection, account: Account) -> None:
    contra = contra_account(account.currency)
    add_account(connection, contra, account.currency)
    legs = tuple(
        Leg(number, account.currency, amount, BEFORE_ALL, "opening")
        for number, amount in ((account.id, account.opening), (contra, -account.opening))
    )
    at = datetime.combine(BEFORE_ALL, datetime.min.time(), UTC)
    try:
        post(connection, PostingSet(f"opening:{account.id}", at, BEFORE_ALL, legs))
    except LedgerError as error:
        if "other content" not in str(error):
            raise
        raise InstallationError(
            f"accounts.csv: the opening balance of {account.id} was booked and is another one now; an opening balance "
            "cannot be changed"
        ) from None
