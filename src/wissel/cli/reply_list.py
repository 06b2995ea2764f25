"""``wissel reply --list``: which answers to a message are possible, and why others are not."""

import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING, TextIO

from wissel.cli import console

if TYPE_CHECKING:
    from wissel.cli.render.layout import Layout
    from wissel.xml.sources.source import Source

_EXIT_LISTED, _EXIT_USAGE = 0, 2


def list_answers(sources: "Iterable[Source]") -> int:
    """Print the answers to each message. The exit code is returned."""
    from wissel.cli.output import opened
    from wissel.cli.render.layout import Layout
    from wissel.message.business_message import read_messages

    layout, count = Layout(console.color(sys.stdout), console.width(sys.stdout)), 0
    with opened(None) as out:
        for source in sources:
            out.write(("\n" if count else "") + layout.style(console.visible(source.name), bold=True) + "\n")
            count += 1
            reading = read_messages(source)
            if reading.refused is not None or not reading.messages:
                _write_rows(out, layout, [("admi.002.001.01", "yes", "it cannot be read; a receipt says so")])
            for message in reading.messages:
                out.write(console.visible(message.definition or "a document of no known definition") + "\n")
                _write_rows(out, layout, _rows(message.definition))
    if not count:
        console.complain("there is nothing to answer")
    return _EXIT_LISTED if count else _EXIT_USAGE


def _rows(definition: str | None) -> list[tuple[str, str, str]]:
    """Answer, whether it is possible, and why."""
    from wissel.catalog.definitions import default_catalog
    from wissel.reply.answers import RECEIPT, answers_to, versions

    catalog = default_catalog()
    rows = []
    if definition is None or catalog.find(definition) is None:
        reports = (one for one in answers_to(definition or "") if one.family in ("pain.002", "pacs.002"))
        report = next((one for one in reports if one.needs == ("id",)), None)
        if report is not None:
            why = "no schema of it is known, so it can only be rejected; needs its identifier"
            rows.append((report.family, "yes", why))
        rows.append((f"{RECEIPT}.001.01", "yes", "no schema of it is known; a receipt says that it was not processed"))
        return rows
    for answer in answers_to(definition):
        known = versions(answer, catalog) if answer.written else ()
        name = f"{answer.family} ({known[0][-2:]} to {known[-1][-2:]})" if known else answer.family
        needs = f"; needs {answer.needed}" if answer.needs else ""
        rows.append((name, "yes" if answer.written else "no", f"{answer.why}{needs}"))
    rows.append((RECEIPT, "no", "it can be read; a receipt is for what cannot be"))
    return rows


def _write_rows(out: TextIO, layout: "Layout", rows: list[tuple[str, str, str]]) -> None:
    wide = max(len(name) for name, _, _ in rows)
    for name, possible, why in rows:
        mark = layout.style(f"{possible:<3}", "green" if possible == "yes" else "yellow")
        out.write(f"  {name:<{wide}}  {mark}  {console.visible(why)}\n")
