"""Tables of facts kept as CSV: lines that begin with ``#`` say what they are, then a row of names, then the rows."""

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from wissel.core.errors import InstallationError

DATA = Path(__file__).parent / "data"


@dataclass(frozen=True, slots=True)
class Table:
    """A table as it was read, all values text."""

    about: dict[str, str]
    """What the head says as ``# word: text``, by the word in front of the colon."""
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    """Each as long as ``columns``."""


def parse_table(text: str) -> Table:
    """Read a table. Raises ValueError, in plain words, for a text that is none."""
    about: dict[str, str] = {}
    lines = text.splitlines()
    first = next((number for number, line in enumerate(lines) if not line.startswith("#")), len(lines))
    for line in lines[:first]:
        word, colon, said = line[1:].partition(":")
        if colon:
            about[word.strip()] = said.strip()
    try:
        found = [tuple(row) for row in csv.reader(lines[first:], strict=True) if row]
    except csv.Error as error:
        raise ValueError(f"it is no table: {error}") from None
    if not found:
        raise ValueError("it has no rows")
    width = len(found[0])
    for number, row in enumerate(found, 1):
        if len(row) != width:
            raise ValueError(f"row {number} has {len(row)} values, not {width}")
    return Table(about, found[0], tuple(found[1:]))


@cache
def data_table(name: str) -> Table:
    """The table ``data/<name>.csv`` of this package. Raises InstallationError where it is missing or damaged."""
    path = DATA / f"{name}.csv"
    try:
        return parse_table(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise InstallationError(f"{path} cannot be used: {error}; install wissel again") from None
