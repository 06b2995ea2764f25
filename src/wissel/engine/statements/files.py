"""A draft as files: written into a folder that nobody else sees, checked, and only then to be handed over."""

import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from wissel.catalog.definitions import Catalog
from wissel.core.codes import finding
from wissel.core.finding import Finding, Severity
from wissel.engine.statements.draft import Draft
from wissel.ledger.entry_form import entry_form, signed_text
from wissel.ledger.posting import Entry
from wissel.ledger.statement import Heading, Kind, Page, Pages, spooled
from wissel.ledger.statement_writer import below, fill_page, message_identifier, write_page
from wissel.mapping.header import header_values, write_message
from wissel.mapping.placement import HeaderPlan
from wissel.validation.validate import Options, validate
from wissel.xml.sources.source import Source

PagesWriter = Callable[[Heading, Pages, Page, IO[bytes], Callable[[bytes], object]], None]
_WORTH_SAYING = (Severity.ERROR, Severity.WARNING)


@dataclass(frozen=True, slots=True)
class Writing:
    """How a statement is written: one entry into the spool, then a page around its entries."""

    entry: Callable[[Entry], bytes]
    page: PagesWriter
    suffix: str
    """Of the files' names: ``.xml``."""
    definition: str | None
    """What the pages are validated against; None for pages that are no messages."""
    said: Callable[[], tuple[Finding, ...]] = tuple
    """What there is to say once all entries are written."""


@dataclass(frozen=True, slots=True)
class Made:
    """What came of a draft."""

    heading: Heading
    files: tuple[Path, ...]
    """One for each page, in order; none where it is refused, or where there is nothing to tell."""
    pages: Pages | None
    findings: tuple[Finding, ...]

    @property
    def refused(self) -> bool:
        """Whether an error is among the findings; nothing may then be handed over."""
        return any(one.severity is Severity.ERROR for one in self.findings)


@dataclass(frozen=True, slots=True)
class Around:
    """The header that a network wants before a statement."""

    plan: HeaderPlan
    envelope: str | None


def xml_writing(draft: Draft, definition: str, catalog: Catalog, around: Around | None = None) -> Writing:
    """A draft as messages of a definition."""
    tree, holder = catalog.tree(definition), draft.heading.holder
    form = entry_form(tree, below(draft.heading.kind), holder.currency, holder.decimals, draft.market)

    def page(heading: Heading, pages: Pages, one: Page, spool: IO[bytes], sink: Callable[[bytes], object]) -> None:
        if around is None:
            write_page(heading, pages, one, tree, spool, sink)
            return
        created = (heading.sending.at if heading.sending is not None else heading.created).replace(microsecond=0)
        values = header_values(around.plan, definition, message_identifier(heading, one), created.isoformat())
        header = (catalog.tree(around.plan.definition), values)
        write_message(
            sink, tree, header, around.envelope, lambda writer: fill_page(heading, pages, one, tree, spool, writer)
        )

    def unplaced() -> tuple[Finding, ...]:
        return tuple(
            finding("DETAIL-WITHOUT-PLACE", f"{definition} has no place for {name} ({_times(count)}).")
            for name, count in sorted(form.unplaced.items())
        )

    return Writing(form, page, ".xml", definition, unplaced)


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count:,} times"


def made(
    draft: Draft, writing: Writing, folder: Path, catalog: Catalog, guideline: str = "iso", page_entries: int = 0
) -> Made:
    """Write a draft into a folder, check it, and have it remembered. Where it is refused, no file is left. Raises
    OSError where files cannot be written."""
    heading = draft.heading
    if any(one.severity is Severity.ERROR for one in draft.findings):
        return Made(heading, (), None, draft.findings)
    with tempfile.TemporaryFile(dir=folder) as spool:
        pages = spooled(heading, draft.entries, writing.entry, spool, page_entries)
        findings = [*draft.findings, *writing.said(), *_about(draft, pages)]
        if heading.kind is Kind.NOTIFICATION and not pages.sums.count:
            return Made(heading, (), pages, tuple(findings))
        files: list[Path] = []
        if not _wrong(findings):
            for one in pages.pages:
                path = folder / f"page-{one.number:05}{writing.suffix}"
                files.append(path)
                with path.open("xb") as file:
                    writing.page(heading, pages, one, spool, file.write)
                if writing.definition is not None:
                    findings += _invalid(path, heading, catalog, guideline)
    if not _wrong(findings):
        findings += draft.keep(pages)
    if _wrong(findings):
        for path in files:
            path.unlink()
        files = []
    return Made(heading, tuple(files), pages, tuple(findings))


def _wrong(findings: Sequence[Finding]) -> bool:
    return any(one.severity is Severity.ERROR for one in findings)


def _about(draft: Draft, pages: Pages) -> Iterator[Finding]:
    holder = draft.heading.holder
    if draft.closing is not None and draft.closing != pages.closing:
        made_of, expected = (signed_text(one, holder.decimals) for one in (pages.closing, draft.closing))
        said = (
            f"Account {holder.account}: opening balance and entries make {made_of}, and the books stand at {expected}."
        )
        yield finding("STATEMENT-NOT-BALANCED", said, value=made_of, allowed=expected)
    if not pages.sums.count:
        days = str(draft.heading.last)
        if draft.heading.first != draft.heading.last:
            days = f"{draft.heading.first} to {days}"
        yield finding("STATEMENT-WITHOUT-ENTRIES", f"Account {holder.account} has no entries ({days}).")


def _invalid(path: Path, heading: Heading, catalog: Catalog, guideline: str) -> list[Finding]:
    """What our own validation says against what was written; warnings too, but not that our BIC is one for tests."""
    day = (heading.sending.at if heading.sending is not None else heading.created).date()
    report = validate(Source.from_path(path), Options(day, guideline), catalog)
    found = [one for one in report.all_findings if one.severity in _WORTH_SAYING]
    if not report.valid and not any(one.severity is Severity.ERROR for one in found):
        raise AssertionError(f"what was written is {report.verdict} without a finding that says why")
    return [one for one in found if one.code != "BIC-TEST" or one.value != heading.holder.servicer]
