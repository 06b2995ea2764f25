"""The journal for a person and as JSON: its proof, and its latest records."""

import json
from collections.abc import Sequence
from typing import Any, TextIO

from wissel.cli.console import visible
from wissel.cli.render.files_text import FORMAT, shortened, what
from wissel.cli.render.json import dumped
from wissel.cli.render.layout import Layout
from wissel.cli.render.table import Column, write_table
from wissel.cli.render.tally import plural
from wissel.journal.listing import Listed
from wissel.journal.proof import Proof
from wissel.ledger.proof import BooksProof

_COLUMNS = (
    Column("record", right=True, whole=True),
    Column("received", whole=True),
    Column("channel", whole=True),
    Column("file", whole=True),
    Column("verdict", whole=True),
    Column("what happened"),
    Column("written", right=True),
)


def write_proof(proof: Proof, missing: str | None, books: BooksProof, out: TextIO, layout: Layout) -> None:
    """One line where the journal is sound, else one for each fault before it."""
    for fault in (*proof.faults, *books.faults):
        out.write(layout.style(visible(f"fault: {fault}"), "red") + "\n")
    if missing is not None:
        out.write(layout.style(visible(f"fault: no entry has the hash {missing}"), "red") + "\n")
    sound = not proof.faults and not books.faults and missing is None
    counted = f"{plural(proof.entries, 'entry', 'entries')}, {plural(proof.records, 'record')}"
    verdict = "sound" if sound else "NOT SOUND"
    out.write(layout.style(f"{verdict}: {counted}", "green" if sound else "red", bold=True) + "\n")
    booked = f"{plural(books.postings, 'posting')}, {plural(books.entries, 'leg')}"
    out.write(f"books: {booked}, {plural(books.statements, 'statement')}\n")
    out.write(f"tip {proof.tip or 'none yet'}\n")


def proof_as_dict(proof: Proof, missing: str | None, books: BooksProof) -> dict[str, Any]:
    """The proof as values of JSON."""
    faults = [*proof.faults, *books.faults, *([f"no entry has the hash {missing}"] if missing is not None else [])]
    return {
        "format": FORMAT,
        "sound": not faults,
        "entries": proof.entries,
        "records": proof.records,
        "postings": books.postings,
        "legs": books.entries,
        "statements": books.statements,
        "tip": proof.tip or None,
        "faults": faults,
    }


def write_records(rows: Sequence[Listed], out: TextIO, layout: Layout) -> None:
    """A table of records."""
    if not rows:
        out.write("the journal is empty\n")
        return
    write_table(_COLUMNS, [_row(row) for row in rows], out, layout)


def _row(row: Listed) -> list[str]:
    receipt = row.record.receipt
    verdict, said = ("open", "") if row.verdict is None else (row.verdict.value, what(json.loads(row.report)))
    moment = f"{receipt.received_at:%Y-%m-%d %H:%M:%S}"
    number = str(row.record.number)
    return [number, moment, receipt.channel, shortened(receipt.file), verdict, said, f"{row.outputs:,}"]


def write_records_json(rows: Sequence[Listed], out: TextIO) -> None:
    """One object; each record stands on a line of its own."""
    out.write(f'{{"format": {FORMAT}, "records": [')
    out.write(",".join("\n" + dumped(_as_dict(row)) for row in rows))
    out.write("\n]}\n")


def _as_dict(row: Listed) -> dict[str, Any]:
    receipt = row.record.receipt
    return {
        "record": row.record.number,
        "received": receipt.received_at.isoformat(),
        "channel": receipt.channel,
        "file": receipt.file,
        "sha256": receipt.digest,
        "bytes": receipt.size_bytes,
        "verdict": row.verdict.value if row.verdict is not None else None,
        "counts": json.loads(row.report).get("counts", {}) if row.report else {},
        "written": row.outputs,
    }
