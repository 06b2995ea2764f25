"""Files in which external code sets are published: JSON schema, XSD and CSV, read into plain values.

All three come from outside: names of sets and codes are matched in full before they are used, and everything is
counted against a limit.
"""

import csv
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import PurePath

from wissel.catalog.code_sets import CODE_CHARACTERS_MAX, NAME_CHARACTERS_MAX, is_set_name
from wissel.core.errors import UsageError

FILE_BYTES_MAX = 64 * 1024**2
"""ISO's file of all sets has about 2 MB."""
SETS_MAX = 2_000
CODES_MAX = 20_000
"""Codes of one set."""
WORDS_CHARACTERS_MAX = 200
"""Characters of a code's name; a longer one is cut."""

_EDITION = re.compile(r"(?<![0-9])([1-4])Q(20[0-9]{2})(?![0-9])", re.IGNORECASE)
_CODE = re.compile(rf"[A-Za-z0-9][!-~]{{0,{CODE_CHARACTERS_MAX - 1}}}")
_GONE = re.compile(r"obsolete|removed|deleted", re.IGNORECASE)
_COLUMNS = {
    "set": ("codeset", "codesetname", "set"),
    "code": ("codevalue", "code", "value"),
    "name": ("codename", "name"),
    "status": ("status", "codestatus"),
}


@dataclass(frozen=True, slots=True)
class PublishedCode:
    """One row of a published file."""

    set_name: str
    code: str
    name: str = ""
    removed: bool = False


def published_codes(data: bytes, file: str) -> dict[str, dict[str, PublishedCode]]:
    """The codes of a published file by set and code, in order. ``file`` is its name; the format is seen from the data.

    Raises UsageError, in one sentence that names the file, for anything else than a list of external codes.
    """
    if len(data) > FILE_BYTES_MAX:
        raise UsageError(f"{file} has {len(data):,} bytes; a list of codes may have {FILE_BYTES_MAX:,}")
    try:
        return _by_set(_rows(data, file))
    except ValueError as error:
        raise UsageError(f"{file} cannot be taken as a list of external codes: {error}") from None


def edition_in(text: str) -> str | None:
    """The quarterly edition that a text names, such as ``3Q2026``; None where it names none, or several."""
    found = {f"{quarter}Q{year}" for quarter, year in _EDITION.findall(text)}
    return found.pop() if len(found) == 1 else None


def edition_order(edition: str) -> tuple[int, int] | None:
    """Year and quarter of an edition, to compare by; None for one that is not quarterly."""
    found = _EDITION.fullmatch(edition)
    return (int(found[2]), int(found[1])) if found else None


def _rows(data: bytes, file: str) -> Iterator[PublishedCode]:
    start = data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
    if data[:2] in (b"PK", b"\xd0\xcf"):
        raise ValueError("it is an archive or a spreadsheet; unpack it, or take the JSON or XSD file")
    if start == b"<" or data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return _xsd_rows(data)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ValueError("it is not UTF-8") from None
    return _json_rows(text) if start in (b"{", b"[") else _csv_rows(text, PurePath(file).stem)


def _xsd_rows(data: bytes) -> Iterator[PublishedCode]:
    from wissel.xml.xsd.code_lists import code_lists
    from wissel.xml.xsd.schema_tree import UnsupportedSchema

    try:
        found = code_lists(data)
    except UnsupportedSchema as error:
        raise ValueError(str(error)) from None
    for name, codes in found.items():
        if name.startswith("External"):
            for code, words in codes:
                yield PublishedCode(name, code, words)


def _json_rows(text: str) -> Iterator[PublishedCode]:
    import json

    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        raise ValueError("it is not JSON that can be read") from None
    types = value.get("definitions", value.get("$defs")) if isinstance(value, dict) else None
    if not isinstance(types, dict):
        raise ValueError("it is no JSON schema with definitions")
    for name, kind in types.items():
        codes = kind.get("enum") if isinstance(kind, dict) else None
        if not name.startswith("External") or codes is None:
            continue
        if not isinstance(codes, list) or not all(isinstance(code, str) for code in codes):
            raise ValueError(f"the enum of {name[:NAME_CHARACTERS_MAX]!r} is no list of texts")
        for code in codes:
            yield PublishedCode(name, code)


def _csv_rows(text: str, stem: str) -> Iterator[PublishedCode]:
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    head = lines[0] if lines else ""
    rows = csv.reader(lines, delimiter=max(",;\t", key=head.count), strict=True)
    try:
        names = ["".join(letter for letter in name.casefold() if letter.isalnum()) for name in next(rows, [])]
        at = {
            column: next((names.index(name) for name in known if name in names), None)
            for column, known in _COLUMNS.items()
        }
        if at["code"] is None:
            raise ValueError("it has no column 'Code Value'")
        if at["set"] is None and not is_set_name(stem):
            raise ValueError("it has no column 'Code Set', and its name is not that of a set")
        for row in rows:
            value = {column: row[place].strip() for column, place in at.items() if place is not None}
            gone = _GONE.search(value.get("status", "")) is not None
            yield PublishedCode(value.get("set", stem), value["code"], value.get("name", ""), gone)
    except csv.Error as error:
        raise ValueError(f"it is no table: {error}") from None
    except IndexError:
        raise ValueError(f"row {rows.line_num} is shorter than the first") from None


def _by_set(rows: Iterable[PublishedCode]) -> dict[str, dict[str, PublishedCode]]:
    found: dict[str, dict[str, PublishedCode]] = {}
    for row in rows:
        if not row.set_name.startswith("External") or not is_set_name(row.set_name):
            raise ValueError(f"{row.set_name[:NAME_CHARACTERS_MAX]!r} is no name of an external code set")
        if _CODE.fullmatch(row.code) is None:
            raise ValueError(f"{row.code[: 2 * CODE_CHARACTERS_MAX]!r} in {row.set_name} is no code")
        words = "".join(letter if letter.isprintable() else " " for letter in row.name)
        words = " ".join(words[: 2 * WORDS_CHARACTERS_MAX].split())[:WORDS_CHARACTERS_MAX]
        codes = found.setdefault(row.set_name, {})
        if row.code in codes and codes[row.code].removed == row.removed:
            raise ValueError(f"{row.code} stands twice in {row.set_name}")
        if row.code not in codes or codes[row.code].removed:  # removed once, then registered again
            codes[row.code] = PublishedCode(row.set_name, row.code, words, row.removed)
        if len(found) > SETS_MAX or len(codes) > CODES_MAX:
            raise ValueError(f"it has more than {SETS_MAX:,} sets or {CODES_MAX:,} codes in one")
    if not found:
        raise ValueError("no set named External…Code with codes is in it")
    return found
