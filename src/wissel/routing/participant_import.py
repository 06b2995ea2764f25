"""Somebody else's list of participants (CSV, JSON or XML) as rows of a directory, by a map of its columns.

The map is a TOML file::

    rows = "Participants/Participant"   # XML: the repeated element; JSON: the list (data.participants)
    delimiter = ";"                     # CSV; also encoding, header = false (columns are then 1, 2, ...)
    date_format = "%d.%m.%Y"
    [columns]                           # column of the directory -> where it stands: name of a column, path
    bic = "BIC"
    name = ["Name short", "Name"]       # the first that is not empty
    [constants]
    network = "sepa-sct"
    [values.access]                     # what a value means here
    "D" = "direct"
    [only]                              # rows to take, by the values of a column of the list
    "Status" = ["active"]

``iban_prefix`` under ``[columns]`` fills country and bank code at once from the beginning of an IBAN without its check
digits (``DE50070010``).
"""

import csv
import io
import json
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from wissel.core.configuration import CSV_BYTES_MAX, ConfigurationError, Fault, TomlFile, read_toml
from wissel.routing.participants import COLUMNS, wrong_rows
from wissel.xml.records import read_records

ROWS_MAX = 5_000_000
_JSON_BYTES_MAX = 200_000_000
_PREFIX = "iban_prefix"
_KEYS = ("rows", "format", "delimiter", "encoding", "header", "date_format", "columns", "constants", "values", "only")
_ENCODINGS = ("utf-8", "iso-8859-1", "windows-1252", "utf-16")
_DATE = re.compile(r"(?:%[Ymdy]|[ ./-])+", re.ASCII)
_FORMATS = {".csv": "csv", ".txt": "csv", ".tsv": "csv", ".json": "json", ".xml": "xml"}


@dataclass(frozen=True, slots=True)
class ColumnMap:
    """A checked map of columns."""

    rows: str
    format: str
    delimiter: str
    encoding: str
    header: bool
    date_format: str | None
    columns: Mapping[str, tuple[str, ...]]
    constants: Mapping[str, str]
    values: Mapping[str, Mapping[str, str]]
    only: Mapping[str, frozenset[str]]


@dataclass(frozen=True, slots=True)
class Imported:
    """The rows of a directory, and what was wrong with others."""

    rows: list[list[str]]
    """In the order of the columns of a directory; the right ones."""
    faults: list[Fault]
    """The line, or for JSON and XML the number of the record, and the reason."""
    passed_over: int
    """Rows that ``only`` does not take."""


def read_map(path: Path) -> ColumnMap:
    """A map of columns. Raises ConfigurationError with a line for each fault."""
    file = read_toml(path)
    faults = list(_map_faults(file))
    if faults:
        raise ConfigurationError(faults)
    values = file.values
    columns = {name: (place,) if isinstance(place, str) else tuple(place) for name, place in values["columns"].items()}
    return ColumnMap(
        rows=values.get("rows", ""),
        format=values.get("format", ""),
        delimiter=values.get("delimiter", ","),
        encoding=values.get("encoding", "utf-8"),
        header=values.get("header", True),
        date_format=values.get("date_format"),
        columns=columns,
        constants=values.get("constants", {}),
        values=values.get("values", {}),
        only={name: frozenset([one] if isinstance(one, str) else one) for name, one in values.get("only", {}).items()},
    )


def _map_faults(file: TomlFile) -> Iterator[Fault]:
    values = file.values
    for key in values:
        if key not in _KEYS:
            yield file.fault(f"a map has no '{key}'; it has {', '.join(_KEYS)}", key)
    for key, right, words in (
        ("rows", isinstance(values.get("rows", ""), str), "a path, such as Participants/Participant"),
        ("format", values.get("format", "csv") in ("csv", "json", "xml"), "csv, json or xml"),
        ("delimiter", _is_delimiter(values.get("delimiter", ",")), "one character, such as ';' or a tab"),
        ("encoding", values.get("encoding", "utf-8") in _ENCODINGS, f"one of {', '.join(_ENCODINGS)}"),
        ("header", isinstance(values.get("header", True), bool), "true or false"),
        ("date_format", _is_date_format(values.get("date_format", "%Y")), "made of %Y, %m, %d and . / -"),
    ):
        if not right:
            yield file.fault(f"'{key}' has to be {words}", key)
    if not isinstance(values.get("columns"), Mapping) or not values["columns"]:
        yield file.fault("it needs a table [columns]", "columns")
    else:
        for name, place in values["columns"].items():
            if name not in (*COLUMNS, _PREFIX):
                yield file.fault(f"a directory has no column '{name}'; it has {', '.join(COLUMNS)}", "columns", name)
            elif not _are_texts(place):
                yield file.fault(f"'{name}' has to be the name of a column, or a list of them", "columns", name)
    for table in ("constants", "values", "only"):
        yield from _table_faults(file, table)


def _table_faults(file: TomlFile, table: str) -> Iterator[Fault]:
    given = file.values.get(table, {})
    if not isinstance(given, Mapping):
        yield file.fault(f"'{table}' has to be a table", table)
        return
    for name, value in given.items():
        if table != "only" and name not in (*COLUMNS, _PREFIX):
            yield file.fault(f"a directory has no column '{name}'; it has {', '.join(COLUMNS)}", table, name)
        elif table == "constants" and not isinstance(value, str):
            yield file.fault(f"'{name}' has to be a text", table, name)
        elif table == "only" and not _are_texts(value):
            yield file.fault(f"'{name}' has to be a text, or a list of them", table, name)
        elif table == "values" and not (
            isinstance(value, Mapping) and all(isinstance(one, str) for one in value.values())
        ):
            yield file.fault(f"'{name}' has to be a table of texts", table, name)


def _is_delimiter(value: Any) -> bool:
    return isinstance(value, str) and len(value) == 1 and value not in '"\r\n'


def _is_date_format(value: Any) -> bool:
    return isinstance(value, str) and _DATE.fullmatch(value) is not None


def _are_texts(value: Any) -> bool:
    return isinstance(value, str) or (isinstance(value, list) and all(isinstance(one, str) for one in value))


def import_rows(path: Path, by: ColumnMap, networks: Collection[str]) -> Imported:
    """The rows of a list as rows of a directory, all of them checked as those of a directory are.

    Raises ConfigurationError where the list as a whole cannot be read, or lacks a column that the map names.
    """
    rows: list[list[str]] = []
    places: list[int] = []
    passed_over = 0
    kind = by.format or _FORMATS.get(path.suffix.lower(), "csv")
    for place, record in _records(path, by, kind):
        if any(record.get(name, "").strip() not in allowed for name, allowed in by.only.items()):
            passed_over += 1
            continue
        if len(rows) >= ROWS_MAX:
            raise ConfigurationError([Fault(str(path), None, f"it has more than {ROWS_MAX:,} rows")])
        rows.append(_row(record, by))
        places.append(place)
    faults: list[Fault] = []
    # without a wrong row, others may lose the one through whom they are reached
    while found := wrong_rows(rows, places, networks):
        faults += [_fault(path, kind, places[number], reason) for number, reason in found]
        wrong = {number for number, _ in found}
        rows = [row for number, row in enumerate(rows) if number not in wrong]
        places = [place for number, place in enumerate(places) if number not in wrong]
    return Imported(rows, faults, passed_over)


def _fault(path: Path, kind: str, place: int, reason: str) -> Fault:
    return Fault(str(path), place, reason) if kind == "csv" else Fault(str(path), None, f"record {place}: {reason}")


def _row(record: Mapping[str, str], by: ColumnMap) -> list[str]:
    values = dict(by.constants)
    for name, places in by.columns.items():
        text = next((found for place in places if (found := record.get(place, "").strip())), "")
        text = by.values.get(name, {}).get(text, text)
        if text and by.date_format and name.startswith("valid_"):
            text = _date(text, by.date_format)
        if text or name not in values:
            values[name] = text
    if prefix := values.pop(_PREFIX, ""):
        values["iban_country"], values["iban_bank_code"] = prefix[:2], prefix[2:]
    return [values.get(name, "") for name in COLUMNS]


def _date(text: str, form: str) -> str:
    try:
        return datetime.strptime(text, form).date().isoformat()  # noqa: DTZ007 - a date has no zone
    except ValueError:
        return text  # the check of the row says that it is none


def _records(path: Path, by: ColumnMap, kind: str) -> Iterator[tuple[int, Mapping[str, str]]]:
    """Line or number, and the values of each record by the names that the map uses."""
    if kind == "csv":
        yield from _csv_records(path, by)
    elif not by.rows:
        raise ConfigurationError([Fault(str(path), None, "the map has to say where the rows of this file stand: rows")])
    elif kind == "xml":
        yield from enumerate(read_records(path, by.rows), 1)
    else:
        yield from enumerate(_json_records(path, by.rows), 1)


def _csv_records(path: Path, by: ColumnMap) -> Iterator[tuple[int, Mapping[str, str]]]:
    text = _text(path, by.encoding, CSV_BYTES_MAX)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=by.delimiter, strict=True)
    names: Sequence[str] = ()
    before = 0
    try:
        for row in reader:
            line, before = before + 1, reader.line_num
            if not names and by.header:
                names = [name.strip() for name in row]
                _require(path, line, by, names)
            elif row:
                yield line, dict(zip(names or [str(number) for number in range(1, len(row) + 1)], row, strict=False))
    except csv.Error as error:
        raise ConfigurationError([Fault(str(path), before + 1, f"this is no row of a CSV file: {error}")]) from None


def _require(path: Path, line: int, by: ColumnMap, names: Sequence[str]) -> None:
    wanted = [place for places in by.columns.values() if not set(places) & set(names) for place in places]
    wanted += [name for name in by.only if name not in names]
    if wanted:
        reason = f"it has no column '{wanted[0]}'; it has {', '.join(names)[:400]}"
        raise ConfigurationError([Fault(str(path), line, reason)])


def _json_records(path: Path, rows: str) -> Iterator[Mapping[str, str]]:
    try:
        value = json.loads(_text(path, "utf-8", _JSON_BYTES_MAX), parse_float=str, parse_int=str, parse_constant=str)
    except json.JSONDecodeError as error:
        reason = f"this is no readable JSON: {error.msg}"
        raise ConfigurationError([Fault(str(path), error.lineno, reason)]) from None
    except RecursionError:
        raise ConfigurationError([Fault(str(path), None, "it is nested too deeply")]) from None
    for step in [] if rows == "." else rows.split("."):
        value = value.get(step) if isinstance(value, dict) else None
    if not isinstance(value, list):
        raise ConfigurationError([Fault(str(path), None, f"there is no list at '{rows}'")])
    for record in value:
        found: dict[str, str] = {}
        _flatten("", record, found)
        yield found


def _flatten(path: str, value: Any, found: dict[str, str]) -> None:
    if isinstance(value, dict):
        for key, one in value.items():
            _flatten(f"{path}.{key}" if path else key, one, found)
    elif isinstance(value, list):
        for number, one in enumerate(value, 1):
            _flatten(path if number == 1 else f"{path}[{number}]", one, found)
    elif isinstance(value, bool):
        found[path] = "true" if value else "false"
    elif value is not None:
        found[path] = value


def _text(path: Path, encoding: str, bytes_max: int) -> str:
    try:
        with path.open("rb") as file:
            data = file.read(bytes_max + 1)
    except OSError as error:
        raise ConfigurationError([Fault(str(path), None, f"it cannot be read: {error.strerror}")]) from None
    if len(data) > bytes_max:
        raise ConfigurationError([Fault(str(path), None, f"it is larger than {bytes_max:,} bytes")])
    try:
        return data.decode("utf-8-sig" if encoding == "utf-8" else encoding)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise ConfigurationError(
            [Fault(str(path), line, f"it is no {encoding} text; the map may name another")]
        ) from None


def write_rows(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """The lines of a directory file."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    for row in (COLUMNS, *rows):
        writer.writerow(row)
        yield out.getvalue()
        out.seek(0)
        out.truncate()
