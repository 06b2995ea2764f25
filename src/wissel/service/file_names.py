"""Names of files where files meet: none is ever put over another, and every report is found from its file."""

import hashlib
import os
from collections.abc import Iterator, Set
from pathlib import Path

from wissel.core.errors import InstallationError

REPORT = ".report.json"
_COLLISIONS_MAX = 100_000


def text_name(name: str) -> str:
    """A file's name as the journal and reports can hold it: itself, or its bytes in hex where it is not UTF-8."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return f"hex:{os.fsencode(name).hex()}"
    return name


def free_target(folder: Path, name: str, report: bytes, taken: Set[Path]) -> Path:
    """A name that nothing has yet, nor is about to have: the file's own, else with ``~2`` before the extension. A
    report that is already there with the very same content was written for this file before a crash."""
    for tried in _numbered(name):
        target = folder / tried
        beside = report_path(target)
        if os.path.lexists(target) or target in taken or beside in taken:
            continue
        if not os.path.lexists(beside) or beside.read_bytes() == report:
            return target
    raise _too_many(folder, name)


def free_name(folder: Path, name: str) -> str:
    """The name, with ``~2`` before the extension where a folder has it already. Raises InstallationError."""
    free = next((tried for tried in _numbered(name) if not os.path.lexists(folder / tried)), None)
    if free is None:
        raise _too_many(folder, name)
    return free


def _numbered(name: str) -> Iterator[str]:
    stem, dot, extension = name.partition(".") if not name.startswith(".") else (name, "", "")
    yield name
    for number in range(2, _COLLISIONS_MAX):
        yield f"{_cut(stem, number, dot + extension)}~{number}{dot}{extension}"


def _too_many(folder: Path, name: str) -> InstallationError:
    return InstallationError(f"{folder} has {_COLLISIONS_MAX:,} files of the name {name}; move old ones away")


def report_path(target: Path) -> Path:
    """The report's path: the file's name with an ending, shortened where a file system would refuse it."""
    name = os.fsencode(target.name)
    if len(name) + len(REPORT) > 255:
        name = name[: 255 - len(REPORT) - 17] + b"~" + hashlib.sha256(name).hexdigest()[:16].encode()
    return target.with_name(os.fsdecode(name) + REPORT)


def is_report(path: Path) -> bool:
    """Whether a file in ``done``, ``failed`` or ``shunt`` is a report; a file may be called like one, and then has one
    of its own."""
    return path.name.endswith(REPORT) and not report_path(path).exists()


def _cut(stem: str, number: int, rest: str) -> str:
    """The stem as far as it fits beside the rest of a name of 255 bytes."""
    left = 255 - len(os.fsencode(rest)) - len(str(number)) - 1
    return os.fsdecode(os.fsencode(stem)[:left])
