"""Answers of ``wissel reply`` on their way to file, folder or standard output."""

import os
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from wissel.cli import console
from wissel.cli.delivery import deliver, is_replaceable
from wissel.cli.output import require_target, staging
from wissel.core.errors import UsageError, WisselError

if TYPE_CHECKING:
    from wissel.catalog.definitions import Catalog
    from wissel.engine.answering.request import Answered, Received, Request
    from wissel.validation.report import Report
    from wissel.xml.sources.source import Source

_SEVERAL = "there are several messages; their answers go to a folder: -o FOLDER/"
_TOLD_MAX = 3
"""Findings of one code that are told."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where answers go."""

    output: str | None
    several: bool
    """True where more than one answer may come of the call."""
    beside: tuple[str, ...] = ()
    """Files that are read for the answers: none of them is written over, or taken for one."""
    names: dict[str, str] = field(default_factory=dict)
    """Names that were given in the folder, and for which input."""

    @property
    def folder(self) -> Path | None:
        """The folder; None for a file or standard output."""
        if self.output is None or self.output == "-":
            return None
        return Path(self.output) if self.output.endswith("/") or os.path.isdir(self.output) else None

    def path(self, source: str, number: int, definition: str) -> Path | None:
        """Where the answer to a message of an input goes; None for standard output. Raises UsageError where two
        inputs would have one name."""
        if self.folder is None:
            return Path(self.output) if self.output not in (None, "-") else None
        inside = "-".join(part for part in source.split("!")[-1].replace("\\", "/").split("/")[-1:] if part)
        stem = inside.removesuffix(".xml").strip("<>") or "message"
        name = f"{stem}.{number}.{definition}.xml" if number > 1 else f"{stem}.{definition}.xml"
        if self.names.setdefault(name, f"{source}#{number}") != f"{source}#{number}":
            raise UsageError(f"two inputs would be answered in {name}: answer them into folders of their own")
        return self.folder / name


def answer_all(
    sources: "Iterable[Source]", requests: "Sequence[Request]", target: Target, inputs: Sequence[str]
) -> tuple[int, int]:
    """Answer every message. How many answers were written (or kept) and how many refused is returned."""
    from wissel.catalog.definitions import default_catalog
    from wissel.cli.progress import Meter, WatchedSource, total_bytes
    from wissel.engine.answering.file import judged

    _prepare(target, inputs)
    catalog, written, refused = default_catalog(), 0, 0
    on_terminal = console.is_terminal(sys.stderr) and not console.quiet()
    meter = Meter(sys.stderr, total_bytes(inputs)) if on_terminal else None
    taken = sources if target.folder is not None else list(islice(sources, 2))
    if isinstance(taken, list) and len(taken) > 1:
        raise UsageError(_SEVERAL)
    for source in taken:
        watched = source if meter is None else WatchedSource(source, meter)
        report = judged(watched, requests[0], catalog)  # type: ignore[arg-type]
        if meter is not None:
            meter.finished(report)
            meter.hide()
        jobs = list(_jobs(source, report, requests))
        if target.folder is None and len(jobs) > 1:
            raise UsageError(_SEVERAL)
        for one, request in jobs:
            done = _answer(source, report, one, request, target, catalog)
            written += done
            refused += not done
    return written, refused


def _prepare(target: Target, inputs: Sequence[str]) -> None:
    """Make the folder. Raises UsageError where answers cannot go to the target."""
    folder = target.folder
    if folder is None:
        if target.several and target.output is not None and target.output != "-":
            raise UsageError("several answers go to a folder: -o FOLDER/")
        require_target(target.output, [path for path in (*inputs, *target.beside) if path != "-"])
        return
    try:
        folder.mkdir(exist_ok=True)
    except OSError as error:
        raise UsageError(f"cannot write to '{folder}': {error.strerror}") from None


def _jobs(
    source: "Source", report: "Report", requests: "Sequence[Request]"
) -> "Iterator[tuple[Received | None, Request]]":
    """Each message of an input with each answer that is asked for; receipts are for the input as a whole."""
    from wissel.engine.answering.file import received

    receipts = [request for request in requests if request.definition.startswith("admi.002")]
    others = [request for request in requests if not request.definition.startswith("admi.002")]
    yield from ((None, request) for request in receipts)
    messages = list(received(source, report)) if others else []
    if others and not messages:
        yield from ((None, request) for request in others)
    yield from ((one, request) for one in messages for request in others)


def _answer(
    source: "Source",
    report: "Report",
    one: "Received | None",
    request: "Request",
    target: Target,
    catalog: "Catalog",
) -> bool:
    """One answer; True where it was written, or was there already."""
    path = target.path(source.name, one.number if one is not None else 1, request.definition)
    if path is not None and target.folder is not None and os.path.exists(path):
        if any(os.path.samefile(path, other) for other in target.beside):
            raise UsageError(f"the answer would be {path}, which is read for it; answer into another folder")
        _say(f"kept {path}: it is there already")
        return True
    with _staged(path) as beside:
        found = _found(beside, source, report, one, request, catalog)
        _tell(source.name, found)
        if found.refused:
            _report_only(source, report, found, target)
            return False
        _deliver(beside, path)
    if path is not None:
        counts = ", ".join(f"{count:,} {status}" for status, count in found.counts.items())
        _say(f"written {path}: {found.definition}" + (f", {counts}" if counts else ""))
    return True


def _found(
    beside: Path,
    source: "Source",
    report: "Report",
    one: "Received | None",
    request: "Request",
    catalog: "Catalog",
) -> "Answered":
    from wissel.core.codes import finding
    from wissel.engine.answering.file import answer_into, receipt_into
    from wissel.engine.answering.request import Answered

    if request.definition.startswith("admi.002"):
        return receipt_into(beside, source, report, request, catalog)
    if one is None:
        why = next(iter(report.findings), None)
        said = why.message if why is not None else "It holds no message."
        return Answered(request.definition, (finding("REPLY-ORIGINAL-UNREADABLE", said),))
    return answer_into(beside, one, request, catalog)


@contextmanager
def _staged(path: Path | None) -> Iterator[Path]:
    """Where an answer is written before it is known to be right. Raises WisselError where it cannot be."""
    from tempfile import TemporaryDirectory

    try:
        if path is None or not is_replaceable(path):
            with TemporaryDirectory(prefix="wissel-") as folder:
                yield Path(folder) / "answer.xml"
            return
        beside = Path(staging(str(path)))
        try:
            yield beside
        finally:
            with suppress(OSError):
                beside.unlink()
    except BrokenPipeError:
        raise
    except OSError as error:
        target = path or "standard output, or a temporary file on the way to it"
        raise WisselError(f"cannot write {target}: {error.strerror}") from None


def _deliver(beside: Path, path: Path | None) -> None:
    """Put an answer in its place, whole; or on standard output."""
    deliver(beside, None if path is None else str(path))


def _report_only(source: "Source", report: "Report", found: "Answered", target: Target) -> None:
    """What cannot be answered to anybody leaves a report for the bank itself, where answers go to a folder."""
    from wissel.cli.output import opened
    from wissel.validation.report import report_as_dict

    if target.folder is None or all(one.code != "REPLY-ADDRESSEE-UNKNOWN" for one in found.findings):
        return
    import json

    path = target.folder / f"{Path(source.name).name}.report.json"
    with opened(str(path)) as out:
        out.write(json.dumps(report_as_dict(report), indent=2, ensure_ascii=False) + "\n")
    _say(f"written {path}: a report only")


def _tell(name: str, found: "Answered") -> None:
    """What was found, on standard error: why an answer is refused, or what is worth saying of it."""
    told: Counter[str] = Counter()
    for one in found.findings:
        if console.quiet() and not found.refused:
            continue
        told[one.code] += 1
        if told[one.code] > _TOLD_MAX:
            continue
        where = f" at {one.path}" if one.path else ""
        lines = [f"{name}: {one.severity} {one.code}: {one.message}{where}"]
        lines += [f"  allowed: {one.allowed}"] if one.allowed else []
        lines += [f"  hint: {one.hint}"] if one.hint else []
        for line in lines:
            sys.stderr.write(console.visible(line) + "\n")
    for code, count in told.items():
        if count > _TOLD_MAX:
            sys.stderr.write(console.visible(f"{name}: {code}: {count - _TOLD_MAX:,} more of it") + "\n")
    if found.refused:
        sys.stderr.write(console.visible(f"{name}: no {found.definition} was written") + "\n")


def _say(text: str) -> None:
    if not console.quiet():
        sys.stdout.write(console.visible(text) + "\n")
