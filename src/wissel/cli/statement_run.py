"""Statements of ``wissel statement`` on their way to file, folder or standard output."""

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from wissel.cli import console
from wissel.cli.delivery import deliver, is_replaceable
from wissel.cli.output import require_target
from wissel.core.errors import UsageError, WisselError

if TYPE_CHECKING:
    from datetime import date, datetime

    from wissel.cli.progress import Meter
    from wissel.core.finding import Finding
    from wissel.engine.database import Engine
    from wissel.engine.statements.draft import Draft, StatementWish
    from wissel.engine.statements.files import Made, Writing
    from wissel.routing.bank import Account, Bank

_VERSION = "001.08"
"""Written where neither --type nor the account names another."""
_METERED_ENTRIES = 500


@dataclass(frozen=True, slots=True)
class Run:
    """One call."""

    wish: "StatementWish"
    definition: str | None
    form: str
    guideline: str
    page_entries: int
    output: str | None
    names: dict[str, str] = field(default_factory=dict)
    """Names that were given in the folder, and for which account."""

    @property
    def folder(self) -> Path | None:
        """Where results go by name; None for a file or standard output."""
        if self.output in (None, "-"):
            return None
        assert self.output is not None
        return Path(self.output) if self.output.endswith("/") or os.path.isdir(self.output) else None

    def path(self, account: str, definition: str, last: "date", at: "datetime") -> Path | None:
        """Where the first page of an account's statement goes; None for standard output."""
        if self.folder is None:
            return Path(self.output) if self.output not in (None, "-") else None
        safe = "".join(one if one.isascii() and (one.isalnum() or one in "-_") else "_" for one in account)
        if safe != account:
            safe += f"-{sha256(account.encode()).hexdigest()[:6]}"
        day = f"{at.astimezone(UTC):%Y%m%dT%H%M%S}"
        if self.wish.kind == "camt.053" or self.wish.first is not None or self.wish.last is not None:
            day = f"{last:%Y%m%d}" if self.wish.first is None else f"{self.wish.first:%Y%m%d}-{last:%Y%m%d}"
        side = {"CRDT": ".credit", "DBIT": ".debit"}.get(self.wish.side or "", "")
        name = f"{safe}.{definition}{side}.{day}.{self.form}"
        if self.names.setdefault(name, account) != account:
            raise UsageError(f"two accounts would be written to {name}")
        return self.folder / name

    def definition_for(self, account: "Account | None") -> str:
        """What an account's statement is written in."""
        if self.definition is not None:
            return self.definition
        wanted = [one for one in account.statements if one.startswith(self.wish.kind)] if account is not None else []
        return wanted[0] if wanted else f"{self.wish.kind}.{_VERSION}"


def from_ledger(run: Run, bank: "Bank", accounts: Sequence[str], all_accounts: bool) -> int:
    """Statements from a bank's ledger; how many were refused is returned."""
    from wissel.engine.statements.of_ledger import open_ledger

    chosen = _chosen(run, bank, accounts, all_accounts)
    _prepare(run, several=len(chosen) > 1, inputs=())
    engine = open_ledger(bank)
    refused = 0
    try:
        with _metered() as meter:
            for account in chosen:
                refused += _of_account(run, engine, bank, account, meter)
    finally:
        engine.dispose()
    return refused


def _of_account(run: Run, engine: "Engine", bank: "Bank", account: "Account", meter: "Meter | None") -> bool:
    """The statement of one account; whether it was refused. Where another process made the next one meanwhile, once
    more after it."""
    from wissel.core.finding import Finding
    from wissel.engine.statements.of_ledger import ledger_draft
    from wissel.ledger.books import LedgerError

    definition = run.definition_for(account)
    path = run.path(account.id, definition, _last(run, bank), run.wish.at)
    for is_last_try in (False, True):
        if run.wish.number is None and _kept(run, path):
            break
        draft = ledger_draft(engine, bank, account, run.wish)
        if run.wish.number is not None and not isinstance(draft, Finding):
            path = run.path(account.id, definition, draft.heading.last, draft.heading.created)
            if _kept(run, path):
                break
        try:
            return _one(run, account.id, definition, draft, path, meter)
        except LedgerError:
            if is_last_try:
                raise
    return False


def _last(run: Run, bank: "Bank") -> "date":
    from zoneinfo import ZoneInfo

    return run.wish.last or run.wish.at.astimezone(ZoneInfo(bank.settings.zone)).date()


def _chosen(run: Run, bank: "Bank", accounts: Sequence[str], all_accounts: bool) -> "list[Account]":
    if all_accounts:
        kind = run.wish.kind.value
        found = [one for one in bank.accounts.values() if any(wanted.startswith(kind) for wanted in one.statements)]
        if not found:
            raise UsageError(f"no account of {bank.folder} wants {kind}: see the column statements of accounts.csv")
        return found
    for account in accounts:
        if account not in bank.accounts:
            said = console.did_you_mean(account, bank.accounts)
            raise UsageError(f"accounts.csv has no account '{console.visible(account)}'{said}")
    return [bank.accounts[account] for account in dict.fromkeys(accounts)]


def from_bookings(run: Run, files: Sequence[Path], bank: "Bank | None") -> int:
    """Statements from files of bookings, all of which are checked before the first is written; how many were refused
    is returned."""
    from wissel.engine.statements.draft import Servicer
    from wissel.engine.statements.of_bookings import booking_drafts, booking_survey

    servicer = Servicer(bank.identity.bic, bank.accounts) if bank is not None else Servicer()
    wish = run.wish if bank is None else replace(run.wish, market=run.wish.market or bank.settings.market)
    surveys = [booking_survey(file, wish) for file in files]
    refused = 0
    for file, found in zip(files, surveys, strict=True):
        _tell(str(file), found.findings)
        refused += bool(found.findings)
    if refused:
        sys.stderr.write("nothing was written\n")
        return refused
    _prepare(run, several=sum(len(found.accounts) for found in surveys) > 1, inputs=[str(file) for file in files])
    with _metered() as meter:
        for file, found in zip(files, surveys, strict=True):
            for draft in booking_drafts(file, found, wish, servicer):
                account = draft.heading.holder.account
                known = bank.accounts.get(account) if bank is not None else None
                definition = run.definition_for(known)
                path = run.path(account, definition, draft.heading.last, wish.at)
                if not _kept(run, path):
                    refused += _one(run, str(file), definition, draft, path, meter)
    return refused


def _prepare(run: Run, several: bool, inputs: Sequence[str]) -> None:
    """Make the folder. Raises UsageError where results cannot go where they are to go."""
    if run.folder is None:
        if several or (run.page_entries and run.form == "xml"):
            what = "several statements" if several else "pages"
            raise UsageError(f"{what} go to a folder: -o FOLDER/")
        require_target(run.output, inputs)
        return
    try:
        run.folder.mkdir(exist_ok=True)
    except OSError as error:
        raise UsageError(f"cannot write to '{run.folder}': {error.strerror}") from None


def _kept(run: Run, path: Path | None) -> bool:
    if path is None or run.folder is None or not path.exists():
        return False
    _say(f"kept {path}: it is there already")
    return True


def _one(
    run: Run, name: str, definition: str, draft: "Draft | Finding", path: Path | None, meter: "Meter | None"
) -> bool:
    """Write one statement; whether it was refused."""
    from wissel.catalog.definitions import default_catalog
    from wissel.core.finding import Finding
    from wissel.engine.statements.files import made

    if isinstance(draft, Finding):
        _tell(name, [draft])
        sys.stderr.write(console.visible(f"{name}: nothing was written") + "\n")
        return True
    writing = _counting(_writing(run, draft, definition), meter)
    pages = run.page_entries if run.form == "xml" else 0
    with _staging(path) as folder:
        found = made(draft, writing, folder, default_catalog(), run.guideline, pages)
        if meter is not None:
            meter.files += 1
            meter.bytes, meter.part_bytes = meter.bytes + meter.part_bytes, 0
            meter.hide()
        _tell(name, found.findings)
        if found.refused:
            sys.stderr.write(console.visible(f"{name}: nothing was written") + "\n")
            return True
        _deliver(found, path)
    if found.files and path is not None:
        _say(f"written {path}: {_summary(found, definition)}")
    return False


def _writing(run: Run, draft: "Draft", definition: str) -> "Writing":
    from wissel.catalog.definitions import default_catalog
    from wissel.engine.statements.files import xml_writing

    if run.form == "xml":
        return xml_writing(draft, definition, default_catalog())
    from wissel.cli.render.statement_html import html_writing

    return html_writing(draft, definition)


def _counting(writing: "Writing", meter: "Meter | None") -> "Writing":
    if meter is None:
        return writing
    plain, shown, count = writing.entry, meter, 0

    def entry(one: object) -> bytes:
        nonlocal count
        data = plain(one)  # type: ignore[arg-type]
        shown.part_bytes += len(data)
        count += 1
        if count % _METERED_ENTRIES == 0:
            shown.refresh()
        return data

    return replace(writing, entry=entry)


@contextmanager
def _metered() -> "Iterator[Meter | None]":
    """The progress bar, where a person watches."""
    if not console.is_terminal(sys.stderr) or console.quiet():
        yield None
        return
    from wissel.cli.progress import Meter

    meter = Meter(sys.stderr, None)
    try:
        yield meter
    finally:
        meter.hide()


@contextmanager
def _staging(path: Path | None) -> Iterator[Path]:
    """A hidden folder beside the place of the result, gone in the end."""
    beside = None if path is None or not is_replaceable(path) else path.parent
    try:
        with TemporaryDirectory(prefix=".wissel-", dir=beside, ignore_cleanup_errors=True) as folder:
            yield Path(folder)
    except OSError as error:
        if isinstance(error, BrokenPipeError):
            raise
        raise WisselError(f"cannot write {path or 'a temporary file'}: {error.strerror}") from None


def _deliver(found: "Made", path: Path | None) -> None:
    """Put the pages in their places, the first one last: where it stands, all of them do."""
    if path is None:
        for file in found.files:
            deliver(file, None)
        return
    for number, file in reversed(list(enumerate(found.files, 1))):
        name = path.name if number == 1 else f"{path.stem}.page-{number:05}{path.suffix}"
        deliver(file, str(path.with_name(name)))


def _summary(found: "Made", definition: str) -> str:
    from wissel.ledger.entry_form import signed_text

    heading, pages = found.heading, found.pages
    assert pages is not None
    holder = heading.holder
    said = [definition if heading.number is None else f"{definition} number {heading.number:,}"]
    said.append(f"{heading.last}" if heading.first == heading.last else f"{heading.first} to {heading.last}")
    said.append("1 entry" if pages.sums.count == 1 else f"{pages.sums.count:,} entries")
    if heading.kind != "camt.054":
        opening, closing = (signed_text(one, holder.decimals) for one in (heading.opening, pages.closing))
        said.append(f"{opening} to {closing} {holder.currency}")
    if len(found.files) > 1:
        said.append(f"{len(found.files):,} pages")
    return ", ".join(said)


def _tell(name: str, findings: "Sequence[Finding]") -> None:
    """What was found, on standard error."""
    for one in findings:
        if console.quiet() and one.severity.value != "error":
            continue
        line = f":{one.line}" if one.line is not None and one.stage.value == "ledger" else ""
        where = f" at {one.path}" if one.path else ""
        lines = [f"{name}{line}: {one.severity} {one.code}: {one.message}{where}"]
        lines += [f"  allowed: {one.allowed}"] if one.allowed else []
        lines += [f"  hint: {one.hint}"] if one.hint else []
        for text in lines:
            sys.stderr.write(console.visible(text) + "\n")


def _say(text: str) -> None:
    if not console.quiet():
        sys.stdout.write(console.visible(text) + "\n")
