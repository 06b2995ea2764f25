"""What became of the files of a bank directory, for a person: no payment data, only names, identifiers and counts."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any, TextIO

from wissel.cli.console import in_line
from wissel.cli.render.json import dumped
from wissel.cli.render.layout import Layout
from wissel.cli.render.table import Column, write_table
from wissel.cli.render.tally import plural
from wissel.journal.values import Verdict
from wissel.service.filedrop import WHERE, Finished

FORMAT = 1
ROWS_MAX = 100
"""Files shown one by one; of more, only those that were not accepted."""
_NAME_MAX = 60
_ORDER = ("sent", "booked", "waiting", "held", "rejected", "returned", "refused", "unreadable", "repeated", "filed")
_COLUMNS = (
    Column("file", whole=True),
    Column("channel", whole=True),
    Column("ended in", whole=True),
    Column("what happened"),
    Column("files written"),
)


class FileTally:
    """What the files of one run add up to."""

    def __init__(self) -> None:
        self.verdicts: Counter[Verdict] = Counter()
        self.counts: Counter[str] = Counter()
        self.outputs = 0
        self.rows: list[list[str]] = []
        self.others = 0
        """Files that were accepted and have no row."""

    @property
    def files(self) -> int:
        """Files of every verdict."""
        return self.verdicts.total()

    @property
    def clean(self) -> bool:
        """Whether every file was accepted."""
        return self.verdicts[Verdict.ACCEPTED] == self.files

    def add(self, done: Finished) -> dict[str, Any]:
        """Count one file, and keep its row where there is room; its report as values."""
        report: dict[str, Any] = json.loads(done.report)
        self.verdicts[done.verdict] += 1
        self.counts.update(report.get("counts", {}))
        self.outputs += len(done.outputs)
        if done.verdict is Verdict.ACCEPTED and self.files > ROWS_MAX:
            self.others += 1
        elif len(self.rows) < 2 * ROWS_MAX:
            receipt = done.record.receipt
            row = [shortened(receipt.file), receipt.channel, WHERE[done.verdict], what(report), addressees(report)]
            self.rows.append(row)
        return report


def shortened(name: str) -> str:
    """A file's name as far as a column has room for it, on one line."""
    name = in_line(name)
    return name if len(name) <= _NAME_MAX else f"{name[: _NAME_MAX - 1]}…"


def what(report: Mapping[str, Any]) -> str:
    """What happened to a file: its counts, and why where it was not accepted."""
    counts: Mapping[str, int] = report.get("counts", {})
    names = [name for name in _ORDER if counts.get(name)] + sorted(set(counts) - set(_ORDER))
    said = ", ".join(f"{counts[name]:,} {name.replace('_', ' ')}" for name in names)
    why = _why(report)
    return f"{said}: {why}" if said and why else said or why or "nothing"


def _why(report: Mapping[str, Any]) -> str:
    if "fault" in report:
        return str(report["fault"])
    codes = [one["code"] for one in report.get("findings", ())]
    if report.get("verdict") != Verdict.ACCEPTED and not codes:
        checked = report.get("validation", ())
        found = [one for file in checked for one in file["findings"]]
        found += [one for file in checked for message in file["messages"] for one in message["findings"]]
        codes = [one["code"] for one in found if one["severity"] == "error"]
    named = list(dict.fromkeys(codes))
    return ", ".join(named[:3]) + (f" and {len(named) - 3} more" if len(named) > 3 else "")


def addressees(report: Mapping[str, Any]) -> str:
    """To whom files were written, and how many: ``sepa-sct 2, default 1``."""
    counted = Counter(one["to"] for one in report.get("outputs", ()))
    return ", ".join(f"{name} {count:,}" for name, count in counted.items())


def line_of(done: Finished) -> str:
    """One file in one line of a log."""
    report = json.loads(done.report)
    receipt = done.record.receipt
    written = addressees(report)
    parts = [f"{done.verdict.value} {receipt.channel}/{receipt.file}", f"record {done.record.number}", what(report)]
    if written:
        parts.append(f"written to {written}")
    if done.target.name != receipt.file and not receipt.file.startswith("hex:"):
        parts.append(f"kept as {done.target.name}")
    return in_line(" · ".join(parts))


def write_files_text(files: Iterable[Finished], out: TextIO, tally: FileTally, layout: Layout, quiet: bool) -> None:
    """A table of the files, and a line that sums them up; with ``quiet`` only of those that were not accepted."""
    for done in files:
        tally.add(done)
    rows = [row for row in tally.rows if not quiet or row[2] != WHERE[Verdict.ACCEPTED]]
    if rows:
        write_table(_COLUMNS, rows, out, layout)
        left = tally.files - tally.others - len(tally.rows)
        if tally.others or left:
            out.write(layout.style(f"and {plural(tally.others + left, 'more file')}\n", dim=True))
        out.write("\n")
    out.write(layout.style(summary(tally), "green" if tally.clean else "red", bold=True) + "\n")


def summary(tally: FileTally) -> str:
    """The run in one line."""
    if not tally.files:
        return "nothing to do: no file waits"
    ends = ", ".join(f"{tally.verdicts[one]:,} in {WHERE[one]}/" for one in Verdict if tally.verdicts[one])
    counted = what({"counts": tally.counts, "verdict": Verdict.ACCEPTED})
    return f"{plural(tally.files, 'file')}: {ends} · {counted} · {plural(tally.outputs, 'file')} written"


def write_files_json(files: Iterable[Finished], out: TextIO, tally: FileTally) -> None:
    """One object; each file stands on a line of its own."""
    out.write(f'{{"format": {FORMAT}, "files": [')
    between = "\n"
    for done in files:
        out.write(between + dumped(file_as_dict(done, tally.add(done))))
        between = ",\n"
    said = {
        "files": {one.value: tally.verdicts[one] for one in Verdict},
        "counts": dict(sorted(tally.counts.items())),
        "written": tally.outputs,
    }
    out.write(f'\n], "summary": {dumped(said)}}}\n')


def file_as_dict(done: Finished, report: Mapping[str, Any]) -> dict[str, Any]:
    """What became of one file, as values of JSON; all there is to say stands in the report beside the file."""
    receipt = done.record.receipt
    return {
        "file": receipt.file,
        "channel": receipt.channel,
        "record": done.record.number,
        "sha256": receipt.digest,
        "verdict": done.verdict.value,
        "kept": f"{WHERE[done.verdict]}/{done.target.name}",
        "messages": sum(len(one["messages"]) for one in report.get("validation", ())),
        "counts": report.get("counts", {}),
        "codes": list(dict.fromkeys(one["code"] for one in report.get("findings", ()))),
        "fault": report.get("fault"),
        "written": [{"to": one["to"], "file": one["file"], "about": one["about"]} for one in report.get("outputs", ())],
    }
