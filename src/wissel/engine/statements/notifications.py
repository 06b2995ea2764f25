"""Tell the owners of accounts what was credited to them by a file (camt.054), where they want to know at once."""

import re
from collections.abc import Iterator
from datetime import timedelta

from wissel.core.finding import Finding
from wissel.engine.conclusion import Made
from wissel.engine.context import Context
from wissel.engine.memory import Memory
from wissel.engine.statements.draft import StatementWish
from wissel.engine.statements.files import made, xml_writing
from wissel.engine.statements.of_ledger import ledger_draft
from wissel.ledger.books import credited
from wissel.ledger.statement import Kind
from wissel.routing.bank import Account

_CREDITS = "CRDT"
_PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


def notified(context: Context, postings: tuple[str, ...]) -> Iterator[Made | Finding]:
    """A notification for each account that postings have credited and whose owner wants one; findings in place of one
    that cannot be written. Raises OSError."""
    if not postings:
        return
    wanted = (context.memory or Memory(context.bank)).notified
    if not wanted:
        return
    for number in sorted(credited(context.connection, postings) & wanted.keys()):
        yield from _notification(context, context.bank.accounts[number], wanted[number])


def _notification(context: Context, account: Account, definition: str) -> Iterator[Made | Finding]:
    # several files may come at one moment; each has its own notification, and they stand in the order of the records
    at = context.at + timedelta(microseconds=context.record.number)
    wish = StatementWish(Kind.NOTIFICATION, at, side=_CREDITS)
    draft = ledger_draft(context.connection, context.bank, account, wish)
    if isinstance(draft, Finding):
        yield draft
        return
    to = folder_name(account.id)
    folder = context.folder / f"notified-{to}"
    folder.mkdir()
    done = made(draft, xml_writing(draft, definition, context.catalog), folder, context.catalog)
    if done.refused:
        yield from done.findings
        return
    for number, path in enumerate(done.files, 1):
        yield Made(to, f"{context.record.number}-{number}-{definition}.xml", path, f"{definition}, credits")


def folder_name(account: str) -> str:
    """The folder below ``out/`` for an account's owner: the account's identifier, in hex where it is no plain name."""
    return account if _PLAIN.fullmatch(account) else f"account-{account.encode().hex()}"
