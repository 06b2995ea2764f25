"""Files of bookings, row by row: CSV as a stream, JSON as a whole. What a row means, ``bookings.py`` says.

A CSV file has a row of names, then one row for each entry, or for each transaction of an entry. Cells are separated by
commas or semicolons; lines that begin with ``#`` are left out. JSON has the same names::

    {"accounts": [{"account": "DE…", "currency": "EUR", "opening": "100.00", "closing": "90.00",
                   "first": "2026-11-23", "last": "2026-11-23",
                   "entries": [{"booking_date": "2026-11-23", "amount": "-10.00", "case": "sct",
                                "details": [{"amount": "-10.00", "end_to_end_id": "E-1"}]}]}]}
"""

import csv
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import IO, Any

from wissel.ledger.details import detail_names

JSON_BYTES_MAX = 64_000_000
CSV_BYTES_MAX = 4 * 1024**3
ROWS_MAX = 10_000_000
LINE_CHARACTERS_MAX = 200_000
"""More than a row of all columns has, so that no line fills the memory."""
ACCOUNT_COLUMNS = ("account", "currency", "name", "owner", "servicer")
ENTRY_COLUMNS = (
    "kind",
    "booking_date",
    "value_date",
    "amount",
    "side",
    "case",
    "reference",
    "status",
    "reversal",
    "code",
    "information",
    "batch",
)
REQUIRED = ("account", "currency", "amount", "booking_date")
_AS_TEXT: Mapping[str, Any] = {"parse_float": str, "parse_int": str, "parse_constant": str}
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_JSON_ACCOUNT = frozenset({*ACCOUNT_COLUMNS, "opening", "closing", "first", "last", "entries"})
_JSON_ENTRY = frozenset(ENTRY_COLUMNS) - {"kind", "batch"} | {"details", "currency"}


class BookingsFault(Exception):
    """A file of bookings cannot be read; the text says why."""

    def __init__(self, reason: str, line: int | None = None, path: str | None = None) -> None:
        self.reason = reason
        self.line = line
        self.path = path
        super().__init__(reason)


@dataclass(frozen=True, slots=True)
class Row:
    """One row: where it stands, and the cells that are not empty."""

    line: int | None
    path: str | None
    """In JSON: ``accounts[1].entries[2]``."""
    cells: Mapping[str, str]
    total: str | None = None
    """In JSON: the amount of the entry, where its transactions have amounts of their own."""


def booking_columns() -> tuple[str, ...]:
    """All names that a column may have, in a sensible order."""
    return (*ACCOUNT_COLUMNS, *ENTRY_COLUMNS, *sorted(detail_names()))


def booking_rows(path: Path) -> Iterator[Row]:
    """The rows of a file; JSON where its name ends so. Raises BookingsFault for one that cannot be read."""
    try:
        if path.suffix.lower() == ".json":
            yield from _json_rows(path)
            return
        with path.open("r", encoding="utf-8-sig", newline="") as file:
            yield from _csv_rows(file)
    except OSError as error:
        raise BookingsFault(f"it cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise BookingsFault("it is not UTF-8 text") from None


def _csv_rows(file: IO[str]) -> Iterator[Row]:
    lines = _Lines(_counted(file))
    reader, names, before = None, [], 0
    for line in lines:
        before += 1
        lines.begins = True
        if line.strip():
            semicolons = line.count(";") > line.count(",")
            reader = csv.reader(lines, delimiter=";" if semicolons else ",", strict=True)
            names = [cell.strip() for cell in next(csv.reader([line], delimiter=";" if semicolons else ","))]
            break
    if reader is None:
        raise BookingsFault("it has no rows; the first one names the columns")
    _require_names(names, before)
    width = len(names)
    at = before
    lines.begins = True
    try:
        for cells in reader:
            lines.begins = True
            line_number, at = at + 1, before + reader.line_num
            if not cells:
                continue
            if len(cells) != width:
                raise BookingsFault(
                    f"this row has {len(cells):,} cells, and the first row {width:,} names", line_number
                )
            stripped = map(str.strip, cells)
            yield Row(line_number, None, {n: cell for n, cell in zip(names, stripped, strict=True) if cell})
            if line_number > ROWS_MAX:
                raise BookingsFault(f"it has more than {ROWS_MAX:,} rows", line_number)
    except csv.Error as error:
        raise BookingsFault(f"this is no row of a CSV file: {error}", at + 1) from None


def _counted(file: IO[str]) -> Iterator[str]:
    held = 0
    for number in count(1):
        line = file.readline(LINE_CHARACTERS_MAX + 1)
        if not line:
            return
        if len(line) > LINE_CHARACTERS_MAX:
            raise BookingsFault(f"this line is longer than {LINE_CHARACTERS_MAX:,} characters", number)
        held += len(line)
        if held > CSV_BYTES_MAX:
            raise BookingsFault(f"it is larger than {CSV_BYTES_MAX:,} bytes")
        if _NOT_XML.search(line):
            raise BookingsFault("this line holds a character that no message can carry", number)
        yield line


class _Lines:
    """The lines, comments emptied so that they still count. Inside a quoted cell nothing is a comment."""

    __slots__ = ("begins", "lines")

    def __init__(self, lines: Iterator[str]) -> None:
        self.lines = lines
        self.begins = True
        """Whether the next line begins a row; who takes rows says so."""

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = next(self.lines)
        if self.begins and line.startswith("#"):
            return "\n"
        self.begins = False
        return line


def _require_names(names: list[str], line: int) -> None:
    known = booking_columns()
    for name in names:
        if name not in known:
            raise BookingsFault(f"there is no column '{name}'{_meant(name, known)}", line)
        if names.count(name) > 1:
            raise BookingsFault(f"the column {name} stands twice", line)
    for name in REQUIRED:
        if name not in names:
            raise BookingsFault(f"the column {name} is missing", line)


def _meant(name: str, known: tuple[str, ...]) -> str:
    from difflib import get_close_matches  # only for a faulty file

    near = get_close_matches(name[:100].casefold(), known, 1)
    return f"; did you mean '{near[0]}'?" if near else f"; known are {', '.join(known)}"


def _json_rows(path: Path) -> Iterator[Row]:
    with path.open("rb") as file:
        data = file.read(JSON_BYTES_MAX + 1)
    if len(data) > JSON_BYTES_MAX:
        raise BookingsFault(f"it is larger than {JSON_BYTES_MAX:,} bytes; write it as CSV, which is read as a stream")
    try:
        values = json.loads(data.decode("utf-8-sig"), object_pairs_hook=_once, **_AS_TEXT)
    except json.JSONDecodeError as error:
        raise BookingsFault(f"this is no JSON: {error.msg}", error.lineno) from None
    except RecursionError:
        raise BookingsFault("it is nested too deeply") from None
    top = _object(values, "", frozenset({"accounts"}))
    for number, account in enumerate(_list(top.get("accounts"), "accounts"), 1):
        yield from _json_account(account, f"accounts[{number}]")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object of JSON. Raises BookingsFault where a name stands twice in it: which one was meant, nobody knows."""
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise BookingsFault(f"the name '{twice}' stands twice in one object")
    return found


def _json_account(value: object, path: str) -> Iterator[Row]:
    account = _object(value, path, _JSON_ACCOUNT)
    common = {name: _text(account[name], f"{path}.{name}") for name in ACCOUNT_COLUMNS if name in account}
    for kind, day in (("opening", "first"), ("closing", "last")):
        row = {"kind": kind} if kind in account or day in account else {}
        row |= {"amount": _text(account[kind], f"{path}.{kind}")} if kind in account else {}
        row |= {"booking_date": _text(account[day], f"{path}.{day}")} if day in account else {}
        if kind == "opening":
            yield Row(None, path, {**common, "kind": "account"})
            opening = row
        else:
            closing = row
    if opening:
        yield Row(None, f"{path}.opening", {**common, **opening})
    for number, entry in enumerate(_list(account.get("entries", []), f"{path}.entries"), 1):
        yield from _json_entry(entry, common, f"{path}.entries[{number}]", number)
    if closing:
        yield Row(None, f"{path}.closing", {**common, **closing})


def _json_entry(value: object, common: dict[str, str], path: str, number: int) -> Iterator[Row]:
    entry = _object(value, path, _JSON_ENTRY | detail_names())
    own = {name: _text(one, f"{path}.{name}") for name, one in entry.items() if name != "details"}
    details = _list(entry.get("details", []), f"{path}.details")
    if len(details) < 2:
        merged = dict(own)
        for detail in details:
            found = _object(detail, f"{path}.details[1]", detail_names() | {"amount"})
            merged |= {name: _text(one, f"{path}.details[1].{name}") for name, one in found.items()}
        total = own.get("amount") if merged.get("amount") != own.get("amount") else None
        yield Row(None, path, {**common, **_filled(merged), "kind": "entry"}, total)
        return
    for index, detail in enumerate(details, 1):
        at = f"{path}.details[{index}]"
        found = _object(detail, at, detail_names() | {"amount"})
        texts = {name: _text(one, f"{at}.{name}") for name, one in found.items()}
        entry_values = {name: text for name, text in own.items() if name != "amount" and name in _JSON_ENTRY}
        yield Row(
            None,
            at,
            {**common, **_filled({**entry_values, **texts}), "kind": "entry", "batch": str(number)},
            own.get("amount"),
        )


def _filled(values: Mapping[str, str]) -> dict[str, str]:
    return {name: text for name, text in values.items() if text}


def _object(value: object, path: str, known: frozenset[str]) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise BookingsFault("here an object is expected", path=path or None)
    for name in value:
        if name not in known:
            raise BookingsFault(f"there is no name '{name}'{_meant(name, tuple(sorted(known)))}", path=path or None)
    return value


def _list(value: object, path: str) -> list[Any]:
    if not isinstance(value, list):
        raise BookingsFault("here a list is expected", path=path)
    return value


def _text(value: object, path: str) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str) and not _NOT_XML.search(value):
        return value.strip()
    if isinstance(value, str):
        raise BookingsFault("here stands a character that no message can carry", path=path)
    raise BookingsFault("here a text or a number is expected", path=path)
