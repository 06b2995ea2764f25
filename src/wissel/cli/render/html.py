"""One self-contained page that a colleague can open: no network, and it works without its few lines of script.

Everything from a file is escaped, and a Content-Security-Policy allows nothing but this page's own style and script.
The summary stands on top and is known last, so the table of files and the files themselves are spooled.
"""

import base64
import hashlib
from collections.abc import Iterable, Iterator
from importlib import resources
from typing import IO, TYPE_CHECKING, TextIO

from wissel.cli.render.html_tree import message_tree
from wissel.cli.render.markup import fault, fault_number, pill, safe
from wissel.cli.render.spool import pour, spool
from wissel.cli.render.tally import Tally, plural
from wissel.cli.render.tree import ROWS_KEPT, Rows, Trees
from wissel.cli.render.words import what_checked, what_message
from wissel.core.codes import catalogue
from wissel.core.finding import Severity
from wissel.validation.report import MessageReport, Report, Verdict
from wissel.xml.blocks.outline import outline

if TYPE_CHECKING:
    from wissel.xml.sources.source import Source

FILES_LISTED_MAX = 5_000
"""Valid files that the page lists; the others are counted."""
_PAGE_ROWS = 40_000
"""Tree rows of the whole page; later files get their faults without a tree."""
_PAGE_ROWS_VALID = 10_000
"""Beyond this, valid files get no tree."""
_ROWS_KEPT_VALID = 150
_MESSAGES_LISTED_MAX = 200
_NO_TREE_CODES = frozenset({"DOCTYPE-REFUSED", "PROGRAM-FAULT"})

Pair = tuple[Report, "Source | None"]


def write_html(pairs: Iterable[Pair], out: TextIO, tally: Tally) -> None:
    """The page. Each report comes with its source, opened again for its tree (None: no tree)."""
    state = _Page()
    with spool() as table, spool() as body:
        for report, source in pairs:
            state.files += 1
            if report.valid:
                state.valid += 1
                if state.valid > FILES_LISTED_MAX:
                    continue
            state.engine, state.as_of = report.engine, report.as_of
            table.write(_table_row(report, state.files))
            for text in _file(report, source, state):
                body.write(text)
        _head(out, tally)
        out.write("<main>\n")
        _sums(out, tally)
        _codes(out, tally)
        _table(out, table)
        out.write(
            '<form id="filter" hidden><input type="search" placeholder="Filter files: name, code, tag, value" '
            'aria-label="Filter files"><output class="soft"></output></form>\n'
        )
        pour(body, out)
        if state.valid > FILES_LISTED_MAX:
            more = plural(state.valid - FILES_LISTED_MAX, "more valid file")
            out.write(f'<p class="soft">{more}: counted above, not listed here.</p>\n')
        out.write("</main>\n")
        _foot(out, state)


class _Page:
    """What is counted while the page is written."""

    def __init__(self) -> None:
        self.files = 0
        self.valid = 0
        self.rows = 0
        self.engine = ""
        self.as_of = ""


def _asset(name: str) -> str:
    return resources.files("wissel.cli.render").joinpath(name).read_text("utf-8").replace("\r\n", "\n")


def _digest(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _head(out: TextIO, tally: Tally) -> None:
    style, script = _asset("page.css"), _asset("page.js")
    policy = (
        f"default-src 'none'; style-src 'sha256-{_digest(style)}'; script-src 'sha256-{_digest(script)}'; "
        "base-uri 'none'; form-action 'none'"
    )
    bad = tally.files - tally.verdicts[Verdict.VALID]
    if not bad:
        title = "The file is valid" if tally.files == 1 else f"All {tally.files:,} files are valid"
    elif tally.files == 1:
        title = f"The file is {next(v.value for v in tally.verdicts)}"
    else:
        title = f"{bad:,} of {tally.files:,} files {'is' if bad == 1 else 'are'} not valid"
    out.write(
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{safe(policy)}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="referrer" content="no-referrer">\n'
        f"<title>{title} · wissel</title>\n<style>{style}</style>\n</head>\n<body>\n"
        f'<header><h1>{title}</h1>\n<p class="soft">ISO 20022 messages, checked by wissel</p></header>\n'
    )


def _sums(out: TextIO, tally: Tally) -> None:
    colors = {
        Verdict.VALID: "good",
        Verdict.INVALID: "bad",
        Verdict.UNSUPPORTED: "warn",
        Verdict.UNREADABLE: "bad",
    }
    cells = [(verdict.value, tally.verdicts[verdict], colors[verdict]) for verdict in Verdict]
    cells = [("files", tally.files, ""), *(cell for cell in cells if cell[1])]
    cells += [("skipped", tally.skipped, "")] if tally.skipped else []
    cells += [("messages", tally.messages, ""), ("transactions", tally.transactions, "")]
    cells += [("errors", tally.severities[Severity.ERROR], "bad" if tally.severities[Severity.ERROR] else "")]
    cells += [("warnings", n, "warn") for n in [tally.severities[Severity.WARNING]] if n]
    out.write('<dl class="sums">\n')
    for name, count, color in cells:
        out.write(f'<div class="{color}"><dt>{name}</dt><dd>{count:,}</dd></div>\n')
    out.write("</dl>\n")


def _codes(out: TextIO, tally: Tally) -> None:
    if not tally.codes:
        return
    out.write(
        '<div class="scroll"><table><thead><tr><th>Code</th><th>What is required</th>'
        '<th class="number">Findings</th></tr></thead><tbody>\n'
    )
    for code, count in tally.codes.most_common():
        out.write(f"<tr><td><code>{safe(code)}</code></td><td>{safe(_required(code))}</td>")
        out.write(f'<td class="number">{count:,}</td></tr>\n')
    out.write("</tbody></table></div>\n")


def _required(code: str) -> str:
    """What a code requires; empty for one of a guideline that is not bundled."""
    if code in catalogue():
        return catalogue()[code].title
    from wissel.validation.known_rules import known_rules

    rule = known_rules().get(code)
    return rule.facts.title if rule is not None else ""


def _table(out: TextIO, rows: IO[str]) -> None:
    out.write(
        '<div class="scroll"><table><thead><tr><th>File</th><th>Verdict</th><th>Messages</th>'
        '<th class="number">Transactions</th><th class="number">Findings</th></tr></thead><tbody>\n'
    )
    pour(rows, out)
    out.write("</tbody></table></div>\n")


def _table_row(report: Report, number: int) -> str:
    definitions: dict[str, int] = {}
    for message in report.messages:
        name = message.definition or "no definition"
        definitions[name] = definitions.get(name, 0) + 1
    shown = [f"{name} × {count:,}" if count > 1 else name for name, count in definitions.items()]
    what = ", ".join(shown[:5]) + (f" and {len(shown) - 5} more" if len(shown) > 5 else "")
    transactions = sum(message.transactions for message in report.messages)
    return (
        f'<tr data-file="file-{number}"><td><a href="#file-{number}"><bdi>{safe(report.file)}</bdi></a></td>'
        f'<td>{pill(report.verdict)}</td><td class="what">{safe(what)}</td>'
        f'<td class="number">{transactions:,}</td><td class="number">{len(report.all_findings):,}</td></tr>\n'
    )


def _file(report: Report, source: "Source | None", page: _Page) -> Iterator[str]:
    number = page.files
    full = page.rows >= (_PAGE_ROWS_VALID if report.valid else _PAGE_ROWS)
    trees = Trees(report, _rows(report, None if full else source), _ROWS_KEPT_VALID if report.valid else ROWS_KEPT)
    page.rows += sum(node.size for roots in trees.roots.values() for node in roots)
    yield f'<section class="file" id="file-{number}">\n<div class="top"><h2><bdi>{safe(report.file)}</bdi></h2>'
    yield f"{pill(report.verdict)}</div>\n"
    digest = (
        f' · SHA-256 <code title="{safe(report.sha256)}">{safe(report.sha256[:16])}…</code>' if report.sha256 else ""
    )
    yield f'<p class="soft">{report.bytes:,} bytes{digest}</p>\n'
    if full:
        yield '<p class="soft">There is no room on this page for its tree.</p>\n'
    index = 0
    for index, finding in enumerate(report.findings, 1):
        yield fault(finding, fault_number(number, index - 1), excerpt=True)
    own = trees.roots.get(0, [])
    if own and (not report.messages or any(node.marked for node in own)):
        yield from message_tree(own, trees, number, title="What the file holds, as far as it can be read")
    for ordinal, message in enumerate(report.messages, 1):
        if ordinal > _MESSAGES_LISTED_MAX and message.verdict is Verdict.VALID:
            index += len(message.findings)
            continue
        yield from _message(report, message, ordinal, index, number, trees)
        index += len(message.findings)
    if len(report.messages) > _MESSAGES_LISTED_MAX:
        yield (
            f'<p class="soft">Of {len(report.messages):,} messages, valid ones beyond the first '
            f"{_MESSAGES_LISTED_MAX} are left out.</p>\n"
        )
    yield "</section>\n"


def _rows(report: Report, source: "Source | None") -> Rows:
    """What there is to see of the file; nothing where it must not be read."""
    refused = any(f.code in _NO_TREE_CODES or f.code.startswith("LIMIT-") for f in report.findings)
    if source is None or refused:
        return lambda skip: ()
    return lambda skip: outline(source, skip)


def _message(
    report: Report, message: MessageReport, ordinal: int, first: int, number: int, trees: Trees
) -> Iterator[str]:
    """One message: what it is, an index of its faults, and its tree. ``first`` numbers its first finding."""
    bad = message.verdict is not Verdict.VALID
    name = f"Message {ordinal:,}: " if len(report.messages) > 1 else ""
    yield f'<details class="message"{" open" if bad else ""}><summary>{name}'
    yield f"<strong>{safe(what_message(message))}</strong>{pill(message.verdict)}</summary>\n"
    yield '<div class="inside">\n'
    yield f'<p class="soft">{safe(what_checked(message))}</p>\n'
    findings = list(enumerate(message.findings, first))
    if findings:
        yield '<ol class="index">\n'
        for index, finding in findings:
            where = f"line {finding.line:,}" if finding.line else ""
            link = f'<a href="#{fault_number(number, index)}">{safe(finding.message)}</a>'
            yield f'<li><span class="at">{where}</span><span>{link}</span></li>\n'
        yield "</ol>\n"
    for index, finding in findings:
        if index not in trees.placed:
            yield fault(finding, fault_number(number, index), excerpt=True)
    yield from message_tree(trees.roots.get(ordinal, []), trees, number)
    yield "</div></details>\n"


def _foot(out: TextIO, page: _Page) -> None:
    said = f"{safe(page.engine)} · judged as of {safe(page.as_of)}" if page.engine else "wissel"
    out.write(f"<footer><p>{said}</p></footer>\n<script>{_asset('page.js')}</script>\n</body>\n</html>\n")
