"""Configuration files of a user: TOML and CSV, read with limits, and every error in them with its line and reason."""

import csv
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from io import StringIO
from pathlib import Path
from typing import Any

from wissel.core.errors import WisselError

TOML_BYTES_MAX = 4_000_000
CSV_BYTES_MAX = 1_000_000_000
_HEAD = re.compile(r"\s*\[{1,2}([^\[\]]+)\]{1,2}")
_KEY = re.compile(r"""\s*("[^"]*"|'[^']*'|[A-Za-z0-9_-]+)\s*[=.]""")


@dataclass(frozen=True, slots=True)
class Fault:
    """One error in a configuration file."""

    file: str
    line: int | None
    """From 1; None where it belongs to the file as a whole."""
    reason: str
    """What is wrong and what is allowed, a plain sentence without a full stop at its end."""

    def __str__(self) -> str:
        return f"{self.file}: {self.reason}" if self.line is None else f"{self.file}:{self.line}: {self.reason}"


class ConfigurationError(WisselError):
    """A configuration file is wrong; its text has one line for each fault, as ``file:line: reason``."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(sorted(faults, key=lambda one: (one.file, one.line or 0)))
        super().__init__("\n".join(str(fault) for fault in self.faults))


@dataclass(frozen=True, slots=True)
class TomlFile:
    """A TOML file as values, and where each of them stands."""

    name: str
    text: str
    values: Mapping[str, Any]

    def line(self, *keys: str | int) -> int | None:
        """The line of a key: ``("network", "t2", "currency")``; a number counts the tables of a list from 0. Where
        the key itself is not found, the line of the table that should hold it."""
        return _line(self.text, keys)

    def fault(self, reason: str, *keys: str | int) -> Fault:
        """A fault at a key, as :meth:`line` finds it."""
        return Fault(self.name, self.line(*keys) if keys else None, reason)


def read_toml(path: Path) -> TomlFile:
    """Read a TOML file. Raises ConfigurationError, with the line, where it cannot be read or is no TOML."""
    text = read_text(path, TOML_BYTES_MAX)
    try:
        return TomlFile(str(path), text, tomllib.loads(text))
    except (ValueError, RecursionError) as error:  # a number of thousands of digits, lists thousands deep, no TOML
        found = re.search(r"\(at line (\d+)", str(error))
        line = int(found[1]) if found else len(text.splitlines())
        said = str(error).partition(" (at")[0] if isinstance(error, tomllib.TOMLDecodeError) else "it is out of bounds"
        raise ConfigurationError([Fault(str(path), line, f"this is not readable TOML: {said}")]) from None


def read_text(path: Path, bytes_max: int) -> str:
    """A configuration file's text, a byte order mark removed. Raises ConfigurationError."""
    try:
        with path.open("rb") as file:
            data = file.read(bytes_max + 1)
    except OSError as error:
        raise ConfigurationError([Fault(str(path), None, f"it cannot be read: {error.strerror}")]) from None
    if len(data) > bytes_max:
        raise ConfigurationError([Fault(str(path), None, f"it is larger than {bytes_max:,} bytes")])
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise ConfigurationError([Fault(str(path), line, "it is not UTF-8 text")]) from None


def read_rows(path: Path) -> Iterator[tuple[int, list[str]]]:
    """The rows of a CSV file with the line each begins at; lines that begin with ``#`` and empty ones are left out.
    The first is the row of names. Raises ConfigurationError."""
    text = read_text(path, CSV_BYTES_MAX)
    # str.splitlines would also end a line at a form feed or U+2028 inside a value
    lines: Iterable[str] = StringIO(text, newline="")
    if "#" in text:
        lines = ("\n" if line.startswith("#") else line for line in lines)
    reader = csv.reader(lines, strict=True)
    before = 0
    try:
        for row in reader:
            if row:
                yield before + 1, row
            before = reader.line_num
    except csv.Error as error:
        raise ConfigurationError([Fault(str(path), before + 1, f"this is no row of a CSV file: {error}")]) from None


def read_table(path: Path) -> tuple[list[list[str]], Sequence[int]]:
    """All rows of a CSV file and the line each begins at, as :func:`read_rows` gives them, in a third of the time where
    each line is a row. Raises ConfigurationError."""
    text = read_text(path, CSV_BYTES_MAX)
    start = before = 0
    while text.startswith("#", start):
        start = text.find("\n", start) + 1 or len(text)
        before += 1
    if "\n#" not in text[start:] and "\r#" not in text[start:]:
        reader = csv.reader(StringIO(text[start:], newline=""), strict=True)
        with suppress(csv.Error):  # told with its line below
            rows = list(reader)
            if reader.line_num == len(rows) and all(rows):
                return rows, range(before + 1, before + 1 + len(rows))
    found = list(read_rows(path))
    return [row for _, row in found], [line for line, _ in found]


def _line(text: str, keys: tuple[str | int, ...]) -> int | None:
    places = _places(text)
    while keys:
        if keys in places:
            return places[keys]
        keys = keys[:-1]
    return None


@lru_cache(maxsize=8)
def _places(text: str) -> Mapping[tuple[str | int, ...], int]:
    """Where each key and table stands: a walk over headers and keys, enough for files as people write them; it never
    decides what a value is."""
    places: dict[tuple[str | int, ...], int] = {}
    implied: dict[tuple[str | int, ...], int] = {}
    at: tuple[str | int, ...] = ()
    seen: dict[tuple[str, ...], int] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if found := _HEAD.match(line):
            names = tuple(part.strip().strip("\"'") for part in _parts(found[1]))
            if line.lstrip().startswith("[["):
                seen[names] = seen.get(names, -1) + 1
            at = _numbered(names, seen)
            places.setdefault(at, number)
            for depth in range(1, len(at)):
                implied.setdefault(at[:depth], number)  # [a.b] makes a table "a" as well
        elif found := _KEY.match(line):
            places.setdefault((*at, found[1].strip("\"'")), number)
    return implied | places


def _numbered(names: tuple[str, ...], seen: Mapping[tuple[str, ...], int]) -> tuple[str | int, ...]:
    """The way to a table, with the number of the table of each list on it."""
    way: list[str | int] = []
    for depth, name in enumerate(names, 1):
        way.append(name)
        if names[:depth] in seen:
            way.append(seen[names[:depth]])
    return tuple(way)


def _parts(header: str) -> list[str]:
    return re.findall(r""""[^"]*"|'[^']*'|[^."']+""", header.strip())
