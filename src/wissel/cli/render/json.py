"""JSON reports: one object for all files, or one object a line. Written as the files come; none is kept."""

import json
from collections.abc import Iterable
from typing import TextIO

from wissel.cli.render.tally import Tally
from wissel.validation.report import FORMAT, Report, report_as_dict


def dumped(value: object) -> str:
    """``value`` as JSON on one line. Characters stand for themselves, but for controls and line separators."""
    text = json.dumps(value, ensure_ascii=False, separators=(", ", ": "))
    return text if text.isprintable() else "".join(c if c.isprintable() else _escaped(c) for c in text)


def _escaped(character: str) -> str:
    return json.dumps(character)[1:-1]


def write_json(reports: Iterable[Report], out: TextIO, tally: Tally) -> None:
    """``{"format":1, "files":[...], "summary":{...}}``, a line for each file; ``tally`` is read last."""
    out.write(f'{{"format": {FORMAT}, "files": [')
    between = "\n"
    for report in reports:
        out.write(between + dumped(report_as_dict(report)))
        between = ",\n"
    out.write(f'\n], "summary": {dumped(tally.as_dict())}}}\n')


def write_jsonl(reports: Iterable[Report], out: TextIO, tally: Tally) -> None:
    """One object a line for each file, and nothing else."""
    for report in reports:
        out.write(dumped(report_as_dict(report)) + "\n")
        out.flush()  # whoever reads a line at a time gets each file as soon as it is checked
