"""``wissel sniff``: say what files hold, one row each, without validating them."""

import sys
from collections.abc import Iterable, Iterator
from itertools import chain, islice
from typing import TYPE_CHECKING, Any, TextIO

import click

from wissel.cli import console

if TYPE_CHECKING:
    from wissel.cli.render.layout import Layout
    from wissel.message.inventory import InventoryRow
    from wissel.xml.sources.source import Skipped, Source

FORMATS = ("text", "json", "jsonl", "csv")
FORMAT = 1
"""Version of the JSON; grows only when a field changes its meaning."""
ROWS_TOGETHER = 500
"""So many rows are set in columns together; a longer list begins anew, so that it need not be held in memory."""
_TABLE_COLUMNS_MIN = 110
"""A terminal needs so many columns for a table with names of files in it."""
_EXIT_CLEAN, _EXIT_FINDINGS, _EXIT_USAGE = 0, 1, 2

Rows = Iterator[tuple[str, "InventoryRow"]]


@click.command(
    epilog=console.examples(
        ("wissel sniff inbox/", "One row for each file in a folder and below."),
        ("wissel sniff night.zip --format csv > night.csv", "The members of an archive, for a spreadsheet."),
        ("wissel sniff inbox/ --format jsonl | grep pacs.004", "One JSON object a line."),
    )
)
@click.argument("paths", nargs=-1, required=True, type=click.Path(), metavar="PATH...")
@click.option("--format", "form", type=click.Choice(FORMATS), default="text", show_default=True)
@click.option(
    "--include",
    multiple=True,
    metavar="GLOB",
    help="In folders and archives, take only files whose name matches; may be given more than once.",
)
def sniff(paths: tuple[str, ...], form: str, include: tuple[str, ...]) -> int:
    """Say what files hold, one row each: which messages, how many, how large.

    Nothing is validated: a file is what it says it is, and transactions are counted by their tags. It is about as
    fast as reading the files.

    \b
    Exit codes: 0 every file is recognised, 1 one is not, 2 the call was wrong
    or there was nothing to look at.
    """
    from wissel.cli.output import opened
    from wissel.core.limits import Limits
    from wissel.xml.sources.source import expand

    tally = _Tally()
    items = expand(paths, include=include, limits=Limits(), stdin=sys.stdin.buffer)
    rows = tally.counted(items)
    first = next(rows, None)
    if first is None:
        where = ", ".join(f"'{path}'" for path in paths[:3])
        console.complain(f"there is nothing to look at in {where}: no file was found that is XML or an archive")
        return _EXIT_USAGE
    with opened(None) as out:
        _WRITERS[form](chain([first], rows), tally, out)
    return _EXIT_FINDINGS if tally.unknown else _EXIT_CLEAN


class _Tally:
    """Looks at sources one by one and counts what it saw."""

    def __init__(self) -> None:
        self.files = 0
        self.unknown = 0
        self.skipped = 0
        self.messages = 0
        self.transactions = 0
        self.bytes = 0

    def counted(self, items: "Iterable[Source | Skipped]") -> Rows:
        """A row for each source; what is skipped is only counted."""
        from wissel.message.inventory import take_inventory
        from wissel.xml.sources.source import Source

        for item in items:
            if not isinstance(item, Source):
                self.skipped += 1
                continue
            row = take_inventory(item, item.limits)
            self.files += 1
            self.unknown += not row.recognized
            self.messages += row.messages
            self.transactions += row.transactions
            self.bytes += row.size_bytes or 0
            yield item.name, row

    def as_dict(self) -> dict[str, int]:
        """The counts by name."""
        return {
            "files": self.files,
            "not_recognised": self.unknown,
            "skipped": self.skipped,
            "messages": self.messages,
            "transactions": self.transactions,
            "bytes": self.bytes,
        }


def _as_dict(name: str, row: "InventoryRow") -> dict[str, Any]:
    """A row in the names and order of the JSON; what is absent is null."""
    return {
        "file": name,
        "kind": row.kind,
        "definitions": dict(row.definitions),
        "headers": list(row.headers),
        "envelopes": list(row.envelopes),
        "messages": row.messages,
        "transactions": row.transactions,
        "root": row.root,
        "encoding": row.encoding,
        "bytes": row.size_bytes,
        "code": row.refused.code if row.refused is not None else None,
        "note": row.refused.message if row.refused is not None else None,
    }


def _write_json(rows: Rows, tally: _Tally, out: TextIO) -> None:
    import json

    out.write(f'{{"format": {FORMAT}, "files": [')
    separator = "\n"
    for name, row in rows:
        out.write(separator + json.dumps(_as_dict(name, row), ensure_ascii=False))
        separator = ",\n"
    out.write(f'\n], "summary": {json.dumps(tally.as_dict())}}}\n')


def _write_jsonl(rows: Rows, _tally: _Tally, out: TextIO) -> None:
    import json

    for name, row in rows:
        out.write(json.dumps({"format": FORMAT, **_as_dict(name, row)}, ensure_ascii=False) + "\n")


def _write_csv(rows: Rows, _tally: _Tally, out: TextIO) -> None:
    import csv

    writer = None
    for name, row in rows:
        values = _as_dict(name, row)
        values["definitions"] = _definitions(row)
        values["headers"], values["envelopes"] = " ".join(row.headers), " ".join(row.envelopes)
        if writer is None:
            writer = csv.DictWriter(out, list(values), lineterminator="\n")
            writer.writeheader()
        writer.writerow(values)


def _write_text(rows: Rows, tally: _Tally, out: TextIO) -> None:
    from wissel.cli.render.layout import Layout
    from wissel.cli.render.table import Column, write_table
    from wissel.cli.render.tally import plural

    layout = Layout(console.color(sys.stdout), console.width(sys.stdout))
    columns = [
        Column("file"),
        Column("what it is"),
        Column("messages", right=True, whole=True),
        Column("transactions", right=True, whole=True),
        Column("encoding", whole=True),
        Column("size", right=True, whole=True),
    ]
    while together := list(islice(rows, ROWS_TOGETHER)):
        if layout.width is not None and layout.width < _TABLE_COLUMNS_MIN:
            for name, row in together:
                out.write(_narrow(name, row, layout) + "\n")
        else:
            write_table(columns, [_cells(name, row) for name, row in together], out, layout)
    if tally.files > 1 or tally.skipped:
        parts = [
            plural(tally.files, "file"),
            plural(tally.messages, "message"),
            plural(tally.transactions, "transaction"),
            _size(tally.bytes),
        ]
        if tally.unknown:
            parts.append(f"{tally.unknown:,} not recognised")
        if tally.skipped:
            parts.append(f"{tally.skipped:,} skipped, neither XML nor an archive")
        out.write("\n" + layout.style(" · ".join(parts), bold=True) + "\n")


def _narrow(name: str, row: "InventoryRow", layout: "Layout") -> str:
    """A row for a narrow terminal: the name on a line of its own."""
    from wissel.cli.render.layout import wrapped
    from wissel.cli.render.tally import plural

    _, what, _, _, encoding, size = _cells(name, row)
    counts = [plural(row.messages, "message"), plural(row.transactions, "transaction")] if row.messages else []
    facts = " · ".join(part for part in (what, *counts, encoding, size) if part)
    return f"{layout.style(console.visible(name), bold=True)}\n  {wrapped(facts, layout, 2)}"


def _cells(name: str, row: "InventoryRow") -> list[str]:
    what = [_definitions(row) or row.kind]
    if not row.definitions and row.root is not None:
        what[0] += f" <{row.root}>"
    elif row.definitions and not row.recognized:
        what[0] += f", {row.kind}" if row.refused is None else ""
    if row.headers:
        what.append(f"header {', '.join(row.headers)}")
    if row.envelopes:
        more = f" and {len(row.envelopes) - 1} others" if len(row.envelopes) > 1 else ""
        what.append(f"in {row.envelopes[0]}{more}")
    if row.refused is not None:
        what.append(f"{row.refused.code} {row.refused.message}")
    return [
        name,
        ", ".join(what),
        f"{row.messages:,}" if row.messages else "",
        f"{row.transactions:,}" if row.transactions else "",
        row.encoding or "",
        _size(row.size_bytes) if row.size_bytes is not None else "",
    ]


def _definitions(row: "InventoryRow") -> str:
    return ", ".join(f"{name} x {count:,}" if count > 1 else name for name, count in row.definitions)


def _size(size_bytes: int) -> str:
    """``940 kB``, ``1.6 GB``: decimal units, two figures or more."""
    if size_bytes < 1000:
        return f"{size_bytes} B"
    for exponent, unit in ((1, "kB"), (2, "MB"), (3, "GB"), (4, "TB")):
        scaled, of = size_bytes, 1000**exponent
        if scaled < 1000 * of or unit == "TB":
            tenths = (scaled * 10 + of // 2) // of
            return f"{tenths // 10}.{tenths % 10} {unit}" if tenths < 100 else f"{tenths // 10:,} {unit}"
    raise AssertionError(size_bytes)


_WRITERS = {"text": _write_text, "json": _write_json, "jsonl": _write_jsonl, "csv": _write_csv}
