"""``wissel show``: a message the way a person reads it, as a tree, or as JSON."""

import sys
from collections.abc import Callable, Iterator
from itertools import zip_longest
from typing import TYPE_CHECKING, Any, TextIO

import click

from wissel.cli import console
from wissel.core.errors import UsageError

if TYPE_CHECKING:
    from wissel.catalog.definitions import Catalog
    from wissel.cli.render.layout import Layout
    from wissel.message.business_message import BusinessMessage, Reading
    from wissel.validation.report import MessageReport, Report
    from wissel.xml.sources.source import Source

_EXIT_CLEAN, _EXIT_FINDINGS, _EXIT_USAGE = 0, 1, 2


@click.command(
    epilog=console.examples(
        ("wissel show payment.xml", "Who pays whom, how much, when."),
        ("wissel show statement.xml --all", "Every entry, not the first 20 only."),
        ("wissel show payment.xml --tree", "Every element with its value and line, faults marked."),
        ("wissel show payment.xml --json", "As data, by the schema."),
        ("wissel show night.zip", "Each message of an archive."),
        ("curl -s URL | wissel show -", "Standard input."),
    )
)
@click.argument("file", type=click.Path(), metavar="FILE")
@click.option("--tree", is_flag=True, help="The elements as a tree, with values, lines, and what is wrong.")
@click.option("--json", "as_json", is_flag=True, help="The message as JSON: lists, texts and exact amounts.")
@click.option("--limit", type=click.IntRange(1), default=None, metavar="N", help="Transactions to show. Default: 20.")
@click.option("--all", "everything", is_flag=True, help="Show every transaction.")
def show(file: str, tree: bool, as_json: bool, limit: int | None, everything: bool) -> int:
    """Show a message the way a person reads it: who pays whom, how much, when; totals, balances, statuses.

    FILE is a file, an archive (then each of its files), or - for standard input. A message that is not valid is shown
    all the same, as far as it can be read, and this is said.

    \b
    Exit codes: 0 all is valid, 1 something is not, 2 the call was wrong or
    there was nothing to show.
    """
    if tree and as_json:
        raise UsageError("--tree and --json exclude one another")
    if everything and limit is not None:
        raise UsageError("--all and --limit exclude one another")
    if (tree or as_json) and (everything or limit is not None):
        raise UsageError("--all and --limit are for the table of transactions; --tree and --json show everything")
    from wissel.cli.output import opened
    from wissel.cli.render.layout import Layout
    from wissel.message.summary import TRANSACTIONS_DEFAULT

    layout = Layout(console.color(sys.stdout), console.width(sys.stdout))
    transactions_max = None if everything else limit or TRANSACTIONS_DEFAULT
    with opened(None) as out:
        if as_json:
            return _show_json(file, out)
        write: Callable[[_File, TextIO, Layout], None] = _write_tree if tree else _writer(transactions_max)
        return _show_text(file, write, out, layout)


class _File:
    """A file with what validation and reading say of it."""

    def __init__(self, source: "Source", catalog: "Catalog") -> None:
        from wissel.core.clock import system_clock, today
        from wissel.validation.report import Verdict
        from wissel.validation.validate import Options, validate

        self.source = source
        self.catalog = catalog
        self.options = Options(as_of=today(system_clock), guideline="schema")
        self.report: Report = validate(source, self.options, catalog)
        self.valid = self.report.verdict is Verdict.VALID

    @property
    def file_headers(self) -> "list[MessageReport]":
        """The reports on business file headers, which hold messages and are none."""
        return [report for report in self.report.messages if (report.definition or "").startswith("head.002")]

    def messages(self) -> "Iterator[tuple[BusinessMessage, MessageReport | None]]":
        """Each message with its report; None where reading and validation see different messages."""
        reports = [report for report in self.report.messages if report not in self.file_headers]
        for message, report in zip_longest(self.reading().messages, reports):
            if message is not None:
                same = report is not None and report.definition == message.definition
                yield message, report if same else None

    def reading(self) -> "Reading":
        """The file's messages as blocks."""
        from wissel.message.business_message import read_messages

        return read_messages(self.source, self.options.limits)

    def errors(self, report: "MessageReport | None") -> int:
        """Errors listed of a message."""
        return sum(finding.severity == "error" for finding in report.findings) if report is not None else 0


def _files(path: str) -> "Iterator[_File]":
    """The files at a path. Raises UsageError for a folder, or where there is nothing."""
    import os

    from wissel.catalog.definitions import default_catalog
    from wissel.core.limits import Limits
    from wissel.xml.sources.source import Source, expand

    if os.path.isdir(path):
        raise UsageError(f"'{path}' is a folder; show takes one file (wissel sniff {path} says what is in it)")
    catalog = default_catalog()
    for item in expand([path], limits=Limits(), stdin=sys.stdin.buffer):
        if isinstance(item, Source):
            yield _File(item, catalog)


def _show_text(path: str, write: "Callable[[_File, TextIO, Layout], None]", out: TextIO, layout: "Layout") -> int:
    count, valid = 0, True
    for file in _files(path):
        if count:
            out.write("\n")
        count += 1
        valid = valid and file.valid
        out.write(layout.style(console.visible(file.source.name), bold=True) + "\n")
        write(file, out, layout)
    return _code(path, count, valid)


def _code(path: str, count: int, valid: bool) -> int:
    if not count:
        console.complain(f"there is nothing to show in '{path}'")
        return _EXIT_USAGE
    return _EXIT_CLEAN if valid else _EXIT_FINDINGS


def _show_json(path: str, out: TextIO) -> int:
    from wissel.cli.render.message_json import message_as_dict, write_files

    seen: list[bool] = []

    def each() -> Iterator[dict[str, Any]]:
        for file in _files(path):
            seen.append(file.valid)
            messages = [
                message_as_dict(message, report, file.errors(report), file.catalog)
                for message, report in file.messages()
            ]
            notes = [finding.message for finding in file.report.findings]
            yield {
                "file": file.source.name,
                "verdict": file.report.verdict.value,
                "notes": notes,
                "messages": messages,
            }

    write_files(each(), out)
    return _code(path, len(seen), all(seen))


def _write_tree(file: _File, out: TextIO, layout: "Layout") -> None:
    from wissel.cli.render.outline_text import write_outline
    from wissel.xml.blocks.outline import outline

    write_outline(outline(file.source), file.report, out, layout)


def _writer(transactions_max: int | None) -> "Callable[[_File, TextIO, Layout], None]":
    def write(file: _File, out: TextIO, layout: "Layout") -> None:
        from wissel.cli.render.summary_text import write_summary
        from wissel.message.summary import summarize

        messages = list(file.messages())
        for number, (message, report) in enumerate(messages, 1):
            if number > 1:
                out.write("\n")
            if len(messages) > 1:
                out.write(layout.style(f"message {number:,} of {len(messages):,}", bold=True) + "\n")
            out.write(_what(message, file.catalog) + "\n")
            out.write(_standing(report, file, layout) + "\n")
            write_summary(summarize(message, transactions_max), out, layout)
        for report in file.file_headers:
            out.write(f"\nbusiness file header {report.definition}: {_standing(report, file, layout)}\n")
        for finding in file.report.findings:
            out.write(layout.style(console.visible(f"{finding.code}: {finding.message}"), "yellow") + "\n")
            if finding.hint:
                out.write(console.visible(f"  hint: {finding.hint}") + "\n")

    return write


def _what(message: "BusinessMessage", catalog: "Catalog") -> str:
    """What a message is: its definition and name, its header, its envelope."""
    parts = [message.definition or "a document of no known definition"]
    if message.definition is None and message.header_definition is not None:
        parts = ["a header without a document that is known"]
    if message.definition is not None and catalog.find(message.definition) is not None:
        parts[0] += f" {catalog.tree(message.definition).message_name}"
    if message.header_definition is not None:
        parts.append(f"header {message.header_definition}")
    if message.envelope:
        parts.append(f"in {'/'.join(message.envelope)}")
    return console.visible(", ".join(parts))


def _standing(report: "MessageReport | None", file: _File, layout: "Layout") -> str:
    """Whether the message is valid, in one line."""
    import shlex

    from wissel.cli.render.tally import plural
    from wissel.validation.report import Verdict

    again = console.visible(f"run wissel validate {shlex.quote(file.source.name.partition('!')[0])}")
    if report is None:
        return layout.style(f"not checked by itself; {again}", "yellow")
    if report.verdict is Verdict.VALID:
        return layout.style("valid against its schema", "green")
    if report.verdict is Verdict.INVALID:
        errors = file.errors(report)
        more = "or more " if errors >= file.options.limits.findings_max else ""
        said = f"this message is not valid against its schema: {plural(errors, f'{more}error')}; {again}"
        return layout.style(said, "red", bold=True)
    if report.verdict is Verdict.UNSUPPORTED:
        said = report.findings[-1].message if report.findings else "no schema is known for it."
        return layout.style(console.visible(f"not checked: {said}"), "yellow")
    why = next((finding.message for finding in report.findings if finding.severity == "error"), "It cannot be read.")
    return layout.style(console.visible(f"not readable: {why} ({again})"), "red", bold=True)
