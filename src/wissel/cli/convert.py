"""``wissel convert``: turn messages into others, and say what was lost on the way."""

import os
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from wissel.cli import console
from wissel.core.errors import UsageError, WisselError

if TYPE_CHECKING:
    from wissel.engine.conversion.convert import Converted
    from wissel.engine.conversion.run import Record, Result, Wish
    from wissel.xml.sources.source import Source

_EXIT_CONVERTED, _EXIT_REFUSED, _EXIT_USAGE = 0, 1, 2
_SUFFIXES = (".xml", ".gz", ".bz2", ".xz")


@dataclass(frozen=True, slots=True)
class _Call:
    """Where things go."""

    paths: tuple[str, ...]
    output: str | None
    loss: str | None

    @property
    def into_folder(self) -> bool:
        """Whether the results go into a folder whatever their number."""
        return self.output is not None and (self.output.endswith("/") or os.path.isdir(self.output))


@click.command(
    epilog=console.examples(
        ("wissel convert payments.xml --to pain.001.001.09 -o new.xml", "An order in a newer version."),
        ("wissel convert payments.xml --to pain.001.001.09 --loss lost.jsonl -o new.xml", "And what was lost."),
        ("wissel convert payments.xml --to pacs.008.001.08 --bank bank -o out/", "To each network what it wants."),
        ("wissel convert payments.xml --to pacs.008.001.08 -o out/", "Without routing: defaults, each recorded."),
    )
)
@click.argument("paths", nargs=-1, required=True, type=click.Path(), metavar="FILE...")
@click.option("--to", "definition", required=True, metavar="DEFINITION", help="Such as pacs.008.001.08.")
@click.option("--bank", "folder", type=click.Path(), metavar="DIR", help="The bank directory that decides the way.")
@click.option(
    "--at",
    "moment",
    metavar="TIME",
    help="The moment to convert for, in UTC where it names no zone; default: now. Fixes every identifier.",
)
@click.option("-o", "--output", type=click.Path(), metavar="OUT", help="A file; a folder if it ends in / or is one.")
@click.option("--loss", type=click.Path(), metavar="FILE", help="Record each loss here: JSON lines, or .csv.")
@click.option("--settlement", metavar="METHOD", help="Without --bank: CLRG (default), INDA or INGA.")
@click.option("--guideline", metavar="NAME", help="Without --bank: check the results by it. Default: iso.")
@click.option("--partial", is_flag=True, help="Convert the rest where some transactions cannot be converted.")
def convert(
    paths: tuple[str, ...],
    definition: str,
    folder: str | None,
    moment: str | None,
    output: str | None,
    loss: str | None,
    settlement: str | None,
    guideline: str | None,
    partial: bool,
) -> int:
    """Convert messages: an order (pain.001 from version 03) into payments between banks (pacs.008 from version 08),
    any message into another version of itself, or with --bank a payment between banks (pacs.008, pacs.009) into that
    of the next leg.

    Inputs must be valid; results are checked against their schema and guideline before they are written. What is not
    carried over as it was is counted on standard error and recorded with --loss. The same input, options and --at give
    the same bytes.

    With --bank, routing decides network, next agent, settlement and day for each payment. Without, the settlement
    method is CLRG or --settlement, the debtor agent instructs the creditor agent, and the day asked for is kept.

    One result is a file, several are a folder: give -o OUT/.

    \b
    Exit codes: 0 converted, 1 refused and nothing written (with --partial:
    some transactions left out and listed), 2 the call was wrong, 3 the bank
    directory or the installation is wrong.
    """
    wish = _wish(definition, folder, moment, settlement, guideline, partial)
    call = _Call(paths, output, loss)
    _require_targets(call)
    return _run(call, wish)


def _wish(
    definition: str,
    folder: str | None,
    moment: str | None,
    settlement: str | None,
    guideline: str | None,
    partial: bool,
) -> "Wish":
    """What was asked for. Raises UsageError and, for the bank directory, ConfigurationError."""
    from wissel.catalog.definitions import default_catalog
    from wissel.cli.verify import parsed_moment
    from wissel.core.clock import system_clock
    from wissel.engine.conversion.run import Wish
    from wissel.mapping.default_placement import METHODS

    catalog = default_catalog()
    if catalog.find(definition) is None:
        raise UsageError(catalog.unknown(definition))
    if folder is not None and (settlement is not None or guideline is not None):
        raise UsageError("with --bank, the networks decide: leave out --settlement and --guideline")
    if settlement == "COVE":
        raise UsageError("COVE needs the reimbursement agents, which only a bank directory knows: give --bank DIR")
    if settlement is not None and settlement not in METHODS:
        raise UsageError(f"there is no settlement method '{console.visible(settlement)}'; known are "
                         f"{', '.join(METHODS)}")  # fmt: skip
    if guideline is not None:
        from wissel.validation.names import names

        if guideline not in (known := ("schema", *names())):
            raise UsageError(f"there is no guideline '{console.visible(guideline)}'; known are {', '.join(known)}")
    bank = None
    if folder is not None:
        from wissel.engine.bank.files import load_bank

        bank = load_bank(Path(folder))
    at = parsed_moment(moment) if moment else system_clock()
    return Wish(definition, at.replace(microsecond=0), bank, settlement, guideline or "iso", partial=partial)


def _require_targets(call: _Call) -> None:
    """Raises UsageError where results or losses cannot be written, or would overwrite an input."""
    from wissel.cli.output import require_target

    if call.loss == "-":
        raise UsageError("--loss takes the name of a file")
    if call.loss is not None:
        require_target(call.loss, call.paths)
    if call.output is None or call.output == "-":
        return
    if call.into_folder:
        above = os.path.dirname(call.output.rstrip("/")) or "."
        if os.path.isfile(call.output.rstrip("/")):
            raise UsageError(f"'{console.visible(call.output.rstrip('/'))}' is a file, not a folder")
        if not os.path.isdir(above):
            raise UsageError(f"cannot write '{console.visible(call.output)}': its folder does not exist")
    else:
        require_target(call.output, call.paths)


def _run(call: _Call, wish: "Wish") -> int:
    from wissel.catalog.definitions import default_catalog
    from wissel.engine.conversion.convert import convert as convert_file
    from wissel.engine.conversion.convert import funds_of

    catalog = default_catalog()
    done: list[Converted] = []
    with ExitStack() as stack:
        staging = stack.enter_context(_staging(call))
        record, losses = _record(call, staging, stack)
        names: set[str] = set()
        funds = funds_of(wish)
        try:
            for source in _sources(call.paths):
                name = _free(_stem(source.name), names)
                done.append(convert_file(source, wish, catalog, staging, name, record, funds))
            losses()
        except OSError as error:  # of what is set aside on the way: losses, transactions that wait
            raise WisselError(f"cannot write beside {call.output or 'the output'}: {error.strerror}") from None
        if not done:
            console.complain("there is nothing to convert: no XML was found")
            return _EXIT_USAGE
        results = [result for one in done for result in one.results]
        refused = any(one.refused for one in done)
        to_stdout = call.output in (None, "-")
        _tell(
            [report for one in done for report in one.reports], sys.stderr if to_stdout and not refused else sys.stdout
        )
        if refused:
            return _EXIT_REFUSED
        _deliver(call, staging, results)
    _summarize(done)
    return _EXIT_REFUSED if any(one.left_out for one in done) else _EXIT_CONVERTED


def _sources(paths: Sequence[str]) -> "Iterator[Source]":
    from wissel.xml.sources.source import Source, expand

    for one in expand(paths, stdin=sys.stdin.buffer):
        if isinstance(one, Source):
            yield one


def _stem(name: str) -> str:
    """The beginning of the names of an input's results."""
    stem = os.path.basename(name.rstrip("/"))
    while any(stem.lower().endswith(suffix) for suffix in _SUFFIXES):
        stem = stem[: stem.rindex(".")]
    kept = "".join(character if character.isalnum() or character in "._-" else "_" for character in stem)
    return kept.strip("._-")[:100] or "message"


def _free(stem: str, names: set[str]) -> str:
    number, name = 1, stem
    while name in names:
        number += 1
        name = f"{stem}-{number}"
    names.add(name)
    return name


@contextmanager
def _staging(call: _Call) -> Iterator[Path]:
    """A hidden folder beside the place where results will stand, or in it, gone in the end."""
    from wissel.cli.delivery import in_order, is_replaceable

    above = None
    if call.output is not None and call.output != "-" and (call.into_folder or is_replaceable(call.output)):
        inside = os.path.isdir(call.output)
        above = call.output if inside else os.path.dirname(call.output.rstrip("/")) or "."
    try:
        folder = tempfile.mkdtemp(prefix=".wissel-", dir=above)
    except OSError as error:
        raise WisselError(f"cannot write beside {call.output}: {error.strerror or error}") from None
    try:
        with in_order():
            yield Path(folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _record(call: _Call, staging: Path, stack: ExitStack) -> "tuple[Record, Callable[[], object]]":
    if call.loss is None:
        return (lambda *_: None), lambda: None
    from wissel.cli.render.losses import loss_writer

    stream = stack.enter_context((staging / "losses").open("w", encoding="utf-8", newline="\n"))
    return loss_writer(stream, call.loss.lower().endswith(".csv")), stream.close


def _tell(reports: "Sequence[object]", out: object) -> None:
    """Findings, as ``wissel validate`` prints them."""
    if not reports:
        return
    from typing import TextIO, cast

    from wissel.cli.render.tally import Tally
    from wissel.cli.render.text import Look, write_text
    from wissel.validation.report import Report

    stream = cast(TextIO, out)
    tally = Tally()
    look = Look(console.color(stream), console.width(stream), console.quiet())
    write_text(tally.counted(cast("list[Report]", reports)), stream, tally, look)


def _deliver(call: _Call, staging: Path, results: "list[Result]") -> None:
    """Put results and losses in their places. Raises UsageError where several results have no folder to go to, or would
    overwrite something."""
    from wissel.cli.delivery import deliver, require_no_other

    output = call.output
    if len(results) > 1 and not call.into_folder and (output in (None, "-") or os.path.exists(output or "")):
        raise UsageError(f"there are {len(results):,} results: name a folder for them with -o OUT/")
    many = call.into_folder or len(results) > 1
    paths = [one.path for one in results]
    targets = [os.path.join(output or "", one.name) for one in paths] if many else [output]
    if many:
        require_no_other(paths, output or "")
    if call.loss is not None and os.path.realpath(call.loss) in [os.path.realpath(one or "-") for one in targets]:
        raise UsageError(f"'{console.visible(call.loss)}' is the place of a result; name another file for the losses")
    try:
        if many:
            os.makedirs(output or "", exist_ok=True)
        for path, target in zip(paths, targets, strict=True):
            deliver(path, target)
        if call.loss is not None:
            deliver(staging / "losses", call.loss)
    except BrokenPipeError:
        raise
    except OSError as error:
        raise WisselError(f"cannot write {output or call.loss or 'the output'}: {error.strerror or error}") from None


def _summarize(done: "list[Converted]") -> None:
    if console.quiet():
        return
    for one in done:
        losses: Counter[str] = Counter()
        for category, count in one.losses.items():
            losses[category.value.lower()] += count
        said = [f"{count:,} {word}" for word, count in sorted(losses.items())]
        messages = f"{len(one.results):,} {'message' if len(one.results) == 1 else 'messages'}"
        transactions = (
            f"{one.converted:,} {'transaction' if one.converted == 1 else 'transactions'} as " if one.converted else ""
        )
        left = f" · {one.left_out:,} left out" if one.left_out else ""
        console.complain(f"{one.file}: {transactions}{messages}{left} · {', '.join(said) or 'nothing lost'}")
