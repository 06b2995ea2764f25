"""The audit of addresses for a person, and what it adds up to."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import chain, islice
from typing import Any, TextIO

from wissel.cli.console import visible
from wissel.cli.render.layout import Layout, wrapped
from wissel.cli.render.table import Column, write_table
from wissel.cli.render.tally import plural
from wissel.validation.address_audit import Audit, PartyRow
from wissel.validation.address_proposal import proposal_in_words
from wissel.validation.address_schemes import Scheme, Standing
from wissel.validation.addresses import Form

ROWS_TOGETHER = 500
"""So many rows are set in columns together, so that a long list need not be held in memory."""
_NAME_CHARACTERS_MAX = 32
_WORDS = {
    Standing.REFUSED: "refused",
    Standing.DOUBTFUL: "said to be refused",
    Standing.LATER: "refused from then on",
    Standing.EXPECTED: "said to be refused from then on",
}
_COLORS = {Standing.REFUSED: "red"}


class Counts:
    """What some rows add up to."""

    def __init__(self) -> None:
        self.files = 0
        self.skipped = 0
        self.unread = 0
        """Files that could not be read to their end."""
        self.empty = 0
        """Files without a message."""
        self.messages = 0
        self.unknown = 0
        self.judged = 0
        """Addresses that a scheme has judged."""
        self.forms: Counter[Form] = Counter()
        self.sayings: Counter[tuple[str, Standing]] = Counter()
        """Addresses by scheme and what it says."""
        self.concerned: Counter[tuple[str, Standing]] = Counter()
        """The same in files."""
        self.since: dict[tuple[str, Standing], date] = {}
        self.conflicts: dict[tuple[str, Standing], set[str]] = {}

    @property
    def refused(self) -> int:
        """How often an address is refused."""
        return sum(count for (_, standing), count in self.sayings.items() if standing is Standing.REFUSED)

    def take(self, row: PartyRow) -> None:
        """Add a row."""
        self.forms[row.form] += 1
        self.judged += bool(row.sayings) and row.form is not Form.NONE
        for one in row.sayings:
            if one.standing is not Standing.ACCEPTED:
                key = (one.scheme, one.standing)
                self.sayings[key] += 1
                self.concerned[key] = 1
                if one.since is not None:
                    self.since[key] = min(one.since, self.since.get(key, one.since))
                if one.conflict:
                    self.conflicts.setdefault(key, set()).add(one.conflict)

    def add(self, other: "Counts") -> None:
        """Add the counts of a file."""
        for name in ("files", "skipped", "unread", "empty", "messages", "unknown", "judged"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.forms.update(other.forms)
        self.sayings.update(other.sayings)
        self.concerned.update(other.concerned)
        for key, day in other.since.items():
            self.since[key] = min(day, self.since.get(key, day))
        for key, conflicts in other.conflicts.items():
            self.conflicts.setdefault(key, set()).update(conflicts)

    def as_dict(self) -> dict[str, Any]:
        """The counts by name."""
        schemes: dict[str, dict[str, Any]] = {}
        for (scheme, standing), count in self.sayings.items():
            since = self.since.get((scheme, standing))
            schemes.setdefault(scheme, {})[standing.value] = {
                "parties": count,
                "files": self.concerned[scheme, standing],
                "since": since.isoformat() if since else None,
                "conflicts": sorted(self.conflicts.get((scheme, standing), ())),
            }
        return {
            "files": self.files,
            "not_read": self.unread,
            "without_message": self.empty,
            "skipped": self.skipped,
            "messages": self.messages,
            "parties": {form.value: self.forms[form] for form in Form},
            "judged": self.judged,
            "schemes": schemes,
        }


class AuditedFile:
    """A file whose rows are still to come; each is counted as it passes."""

    def __init__(self, name: str, audit: Audit, rows: Iterator[PartyRow]) -> None:
        self.name = name
        self.counts = Counts()
        self.note: str | None = None
        """Why it was not looked at to its end; known after its rows."""
        self._audit = audit
        self.rows = self._counted(rows)

    def _counted(self, rows: Iterator[PartyRow]) -> Iterator[PartyRow]:
        for row in rows:
            self.counts.take(row)
            yield row
        audit = self._audit
        self.counts.files, self.counts.messages, self.counts.unknown = 1, audit.messages, audit.unknown
        if audit.refused is not None:
            self.counts.unread = 1
            self.note = f"{audit.refused.code}: {audit.refused.message}"
        elif not audit.messages:
            self.counts.empty = 1
            self.note = "no ISO 20022 message was found"

    def finish(self) -> None:
        """Let the rows pass that nobody has asked for."""
        for _ in self.rows:
            pass


def write_file(file: AuditedFile, out: TextIO, layout: Layout, *, everything: bool, quiet: bool) -> None:
    """The rows of a file under its name, and its counts; nothing for a file that has no row to show."""
    shown = (row for row in file.rows if _is_shown(row, everything, quiet))
    first = next(shown, None)
    if first is None and not file.note:
        return
    out.write(layout.style(visible(file.name), bold=True) + "\n")
    several = False
    rows = chain([first], shown) if first is not None else iter(())
    while together := list(islice(rows, ROWS_TOGETHER)):
        several = several or any(row.message > 1 for row in together)
        write_table(_columns(several), [_cells(row, several) for row in together], out, layout)
    if _forms(file.counts):
        out.write(layout.style(_forms(file.counts), dim=True) + "\n")
    if file.note:
        out.write(layout.style(wrapped(file.note, layout, 0), "yellow") + "\n")
    out.write("\n")


def _is_shown(row: PartyRow, everything: bool, quiet: bool) -> bool:
    if quiet:
        return any(one.standing is not Standing.ACCEPTED for one in row.sayings)
    return everything or row.form is not Form.NONE


def _columns(several: bool) -> list[Column]:
    message = [Column("message", right=True, whole=True)] if several else []
    return [
        *message,
        Column("transaction", right=True, whole=True),
        Column("party"),
        Column("name"),
        Column("address", whole=True),
        Column("what the schemes say"),
    ]


def _cells(row: PartyRow, several: bool) -> list[str]:
    name = row.name if len(row.name) <= _NAME_CHARACTERS_MAX else f"{row.name[: _NAME_CHARACTERS_MAX - 1]}…"
    said = [_said(row)]
    hint = proposal_in_words(row.proposal)
    if hint and any(one.standing is not Standing.ACCEPTED for one in row.sayings):
        said.append(hint)
    return [
        *([f"{row.message:,}"] if several else []),
        f"{row.transaction:,}" if row.transaction is not None else "",
        row.role,
        name,
        row.form.value,
        "\n".join(said),
    ]


def _said(row: PartyRow) -> str:
    if not row.sayings:
        return "no scheme asked judges it"
    parts = []
    for standing, words in _WORDS.items():
        told = [one for one in row.sayings if one.standing is standing]
        later = standing in (Standing.LATER, Standing.EXPECTED)
        names = [f"{one.scheme} {one.since}" if later else one.scheme for one in told]
        if names:
            parts.append(f"{words}: {', '.join(names)}")
    return "; ".join(parts) or "accepted"


def _forms(counts: Counts) -> str:
    parts = [f"{counts.forms[form]:,} {form.value}" for form in Form if counts.forms[form] and form is not Form.NONE]
    if counts.forms[Form.NONE]:
        parts.append(f"{counts.forms[Form.NONE]:,} without address")
    return ", ".join(parts)


def write_summary(counts: Counts, schemes: Sequence[Scheme], day: date, out: TextIO, layout: Layout) -> None:
    """What all files add up to, and for each scheme how much of it would be refused, from when, and why it is not
    sure."""
    parties = sum(counts.forms.values())
    parts = [plural(counts.files, "file"), plural(counts.messages, "message"), plural(parties, "party", "parties")]
    if counts.unread:
        parts.append(f"{counts.unread:,} not readable")
    if counts.empty:
        parts.append(f"{counts.empty:,} without a message")
    if counts.unknown:
        parts.append(f"{plural(counts.unknown, 'message')} of no known definition")
    if counts.skipped:
        parts.append(f"{counts.skipped:,} skipped, neither XML nor an archive")
    out.write(layout.style(" · ".join(parts), bold=True) + "\n")
    if _forms(counts):
        out.write(_forms(counts) + "\n")
    for scheme in schemes:
        for standing in _WORDS:
            if counts.sayings[scheme.name, standing]:
                out.write(_total(counts, scheme, standing, day, layout) + "\n")
    if parties and not counts.sayings and not counts.unread:
        if counts.judged:
            out.write(layout.style(f"none of them is refused on {day} or later, as far as is known", "green") + "\n")
        elif parties > counts.forms[Form.NONE]:
            out.write("no scheme asked judges addresses in these messages\n")


def _total(counts: Counts, scheme: Scheme, standing: Standing, day: date, layout: Layout) -> str:
    key = (scheme.name, standing)
    since = counts.since.get(key)
    what = f"{plural(counts.sayings[key], 'address', 'addresses')} in {plural(counts.concerned[key], 'file')}"
    if standing in (Standing.REFUSED, Standing.DOUBTFUL):
        said = f"{_WORDS[standing]} on {day}: {what}" + (f", the first since {since}" if since else "")
    else:
        said = f"{_WORDS[standing].replace('then', str(since))}: {what}"
    conflicts = sorted(counts.conflicts.get(key, ()))
    note = f" ({'; '.join(conflicts)})" if conflicts else ""
    head = layout.style(f"{scheme.name:15}", _COLORS.get(standing, "yellow"))
    return f"{head} {wrapped(said + note, layout, 16)}"
