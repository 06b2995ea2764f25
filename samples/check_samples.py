"""Check every sample and compare with what its path promises; see README.md beside this file.

    python samples/check_samples.py [FOLDER]

Exit codes: 0 every promise was kept, 1 one was broken or there are no samples. ``make samples`` runs it.
"""

import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from pathlib import Path

from wissel import Finding, Report, Verdict, WisselError
from wissel.service.batch import BatchError, validate_all
from wissel.validation.report import worst
from wissel.validation.validate import Options
from wissel.xml.sources.source import Skipped, expand

SAMPLES = Path(__file__).resolve().parent
FOLDERS = {
    "valid": Verdict.VALID,
    "envelope": Verdict.VALID,
    "invalid": Verdict.INVALID,
    "unsupported": Verdict.UNSUPPORTED,
    "unreadable": Verdict.UNREADABLE,
}
"""What each folder promises, in the order in which they are shown."""
WIDTH = 100
AS_OF = date(2026, 11, 23)
"""The day of the samples' story, by which dated rules judge them."""

_CODE = r"[A-Z]+(?:-[A-Z]+)+"
_CODES = re.compile(rf"({_CODE}(?:\+{_CODE})*)\.")
_DEFINITION = re.compile(r"(?<![a-z0-9])[a-z]{4}\.\d{3}\.\d{3}\.\d{2}(?!\d)")
_ENDINGS = re.compile(r"(?:\.(?:xml|gz|zip|tar))+$")


@dataclass(frozen=True, slots=True)
class Promise:
    """What the path of a sample says that will be found."""

    verdict: Verdict
    codes: frozenset[str]
    definitions: frozenset[str]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one sample promised and what was found in it."""

    name: str
    """The path below the folder of samples."""
    promise: Promise
    verdict: Verdict
    codes: frozenset[str]
    definitions: tuple[str, ...]
    """Of headers and documents, in the order of the file."""
    said: str = ""
    """The first finding in words."""

    @property
    def differences(self) -> list[str]:
        """What is not as promised, one sentence each; none where all is."""
        said = []
        if self.verdict is not self.promise.verdict:
            said.append(f"promised {self.promise.verdict}, found {self.verdict}")
        if missing := self.promise.codes - self.codes:
            said.append(f"promised {', '.join(sorted(missing))}, not found")
        if surplus := self.codes - self.promise.codes:
            said.append(f"found {', '.join(sorted(surplus))}, not promised")
        # what cannot be read need not show what it would have been
        known = self.verdict in (Verdict.VALID, Verdict.INVALID)
        if known and (absent := self.promise.definitions - set(self.definitions)):
            said.append(f"named after {', '.join(sorted(absent))}, which is not in it")
        return said


def promise_of(name: str) -> Promise:
    """The promise of a sample, from its path below the folder: ``invalid/VALUE-DATE.pacs.008.001.08-day-first.xml``.

    Raises ValueError for a folder that promises nothing.
    """
    folder, _, file = name.partition("/")
    if folder not in FOLDERS or not file:
        raise ValueError(f"{name}: a sample stands in one of {', '.join(FOLDERS)}")
    codes = _CODES.match(file)
    rest = _ENDINGS.sub("", file[codes.end() :] if codes else file)
    named = frozenset(codes.group(1).split("+")) if codes else frozenset()
    return Promise(FOLDERS[folder], named, frozenset(_DEFINITION.findall(rest)))


def sample_names(folder: Path) -> list[str]:
    """The samples below a folder, in the order in which they are shown; files beside the sub-folders are none."""
    found = [path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()]
    order = {name: place for place, name in enumerate(FOLDERS)}
    samples = [name for name in found if "/" in name and "__pycache__" not in name]
    return sorted(samples, key=lambda name: (order.get(name.split("/")[0], len(order)), name))


def check(folder: Path = SAMPLES) -> Iterator[Outcome]:
    """Validate every sample the way ``wissel validate`` does. An archive is one sample with all that is in it."""
    names = sample_names(folder)
    sources = expand([str(folder / name) for name in names])
    found = validate_all(sources, Options(as_of=AS_OF))
    reports = [report for report in found if not isinstance(report, Skipped)]
    by_file = groupby(reports, key=lambda report: Path(report.file.split("!")[0]).relative_to(folder).as_posix())
    outcomes = {name: _outcome(name, list(group)) for name, group in by_file}
    for name in names:
        yield outcomes.get(name) or _outcome(name, [])


def _outcome(name: str, reports: list[Report]) -> Outcome:
    """The outcome of one sample; without a report it was not read at all."""
    messages = [message for report in reports for message in report.messages]
    findings = [finding for report in reports for finding in report.all_findings]
    seen = [one for message in messages for one in (message.header, message.definition) if one is not None]
    return Outcome(
        name,
        promise_of(name),
        worst([report.verdict for report in reports]) if reports else Verdict.UNREADABLE,
        frozenset(finding.code for finding in findings),
        tuple(dict.fromkeys(seen)),
        _first(findings),
    )


def rows(outcomes: Iterable[Outcome]) -> Iterator[str]:
    """What was found, folder by folder: samples with findings one by one, the others in columns."""
    for folder, group in groupby(outcomes, key=lambda outcome: outcome.name.split("/")[0]):
        samples = list(group)
        quiet = [one for one in samples if not one.codes and not one.differences]
        yield f"\n{folder}/  {_counted(len(samples), 'sample')}, promised to be {FOLDERS[folder]}"
        yield from _columns([f"✓ {_title(outcome).removesuffix('.xml')}" for outcome in quiet])
        for outcome in samples:
            if outcome not in quiet:
                yield from _row(outcome)


def _columns(entries: list[str]) -> Iterator[str]:
    width = max(map(len, entries), default=0) + 2
    count = max(1, WIDTH // width)
    for first in range(0, len(entries), count):
        yield "".join(f"{entry:<{width}}" for entry in entries[first : first + count]).rstrip()


def _row(outcome: Outcome) -> Iterator[str]:
    """The name and what was found, the first finding in words, and what is not as promised."""
    right = " ".join([str(outcome.verdict), *sorted(outcome.codes)])
    left = f"{'✗' if outcome.differences else '✓'} {_title(outcome)}"
    yield f"{left}{right:>{WIDTH - len(left)}}" if len(left) + len(right) < WIDTH else f"{left}  {right}"
    if outcome.said:
        yield _short(f"    {outcome.said}", WIDTH)
    yield from (f"    NOT AS PROMISED: {said}" for said in outcome.differences)


def _title(outcome: Outcome) -> str:
    """The name of the file without folder and codes, which are shown beside it."""
    file = outcome.name.partition("/")[2]
    codes = _CODES.match(file)
    return file[codes.end() :] if codes else file


def _first(findings: list[Finding]) -> str:
    if not findings:
        return ""
    one = findings[0]
    place = f"line {one.line}: " if one.line else ""
    return " ".join(f"{place}{one.message}{f' ({one.hint})' if one.hint else ''}".split())


def _short(text: str, room: int) -> str:
    return text if len(text) <= room else text[: room - 1] + "…"


def summary(outcomes: list[Outcome]) -> str:
    """One sentence on all of them."""
    broken = sum(bool(outcome.differences) for outcome in outcomes)
    definitions = {one for outcome in outcomes for one in outcome.definitions if _DEFINITION.fullmatch(one)}
    codes = {code for outcome in outcomes for code in outcome.codes}
    kept = f"All {_counted(len(outcomes), 'sample')} got the verdict and the codes that their names promise"
    if broken:
        kept = f"{broken:,} of {len(outcomes):,} samples did not get what their names promise"
    return f"{kept} ({_counted(len(definitions), 'definition')}, {_counted(len(codes), 'code')})."


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def main(arguments: list[str]) -> int:
    """Check, show, and say by the exit code whether all promises were kept."""
    folder = Path(arguments[0]).resolve() if arguments else SAMPLES
    try:
        outcomes = list(check(folder))
    except (ValueError, WisselError, BatchError) as error:
        sys.stderr.write(f"check_samples: {error}\n")
        return 1
    last = summary(outcomes) if outcomes else f"There are no samples in {folder}."
    sys.stdout.write("\n".join([*rows(outcomes), "", last, ""]))
    return 0 if outcomes and not any(outcome.differences for outcome in outcomes) else 1


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    raise SystemExit(main(sys.argv[1:]))
