"""Check a user's own guideline: every error with its line and reason, where :func:`load` stops at the first."""

import os
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from typing import Any

from wissel.catalog.definitions import Catalog
from wissel.core.errors import WisselError
from wissel.core.finding import Severity
from wissel.validation.constraint import Constraint, constraints_of
from wissel.validation.guideline import (
    COVERAGES,
    KEYS,
    Guideline,
    constraint_rows,
    guideline_text,
    load,
    parent_of,
)
from wissel.validation.rules import all_rules

_TEXTS = ("title", "edition", "source", "coverage", "parent", "note", "character_set", "reason_codes", "calendar")
_LISTS = ("definitions", "definitions_uncertain", "enable", "lift", "constraint_files")
_DATES = ("effective_from", "effective_to")
_WEIGHTS = tuple(severity.value for severity in Severity)
_HEADER = "head.001.001.02"


@dataclass(frozen=True, slots=True)
class Mistake:
    """An error in a guideline's file."""

    line: int | None
    """Where it stands, from 1; None where that is not known."""
    reason: str


def mistakes(path: str, catalog: Catalog) -> tuple[Mistake, ...]:
    """All errors in a guideline's file, in order of their lines. Raises UsageError where it cannot be read."""
    text = guideline_text(path)
    try:
        row = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"\(at line (\d+)", str(error))
        line = int(found[1]) if found else len(text.splitlines())
        return (Mistake(line, f"this is not readable TOML: {str(error).partition(' (at')[0]}"),)
    all_found = list(_all(row, text, path, catalog))
    if not all_found:
        try:
            load(path)
        except WisselError as error:
            all_found.append(Mistake(None, str(error)))
    return tuple(sorted(all_found, key=lambda one: (one.line is None, one.line or 0)))


def _all(row: Mapping[str, Any], text: str, path: str, catalog: Catalog) -> Iterator[Mistake]:
    yield from _keys(row, text)
    if row.get("coverage") not in COVERAGES and ("coverage" in row or "parent" not in row):
        said = f"coverage is {row['coverage']!r}" if "coverage" in row else "coverage is not stated"
        yield Mistake(_key_line(text, "coverage"), f"{said}; it is one of {', '.join(COVERAGES)}")
    try:
        parent = parent_of(row, path, (os.path.realpath(path),))
    except (WisselError, TypeError) as error:
        yield Mistake(_key_line(text, "parent"), str(error))
        parent = None
    yield from _definitions(row, text, catalog)
    codes: set[str] = set()
    for code, rows in _constraints(row).items():
        codes.add(code)
        yield from _rows(code, rows, text, catalog)
    yield from _codes(row, text, parent, codes)


def _keys(row: Mapping[str, Any], text: str) -> Iterator[Mistake]:
    for key, value in row.items():
        line = _key_line(text, key)
        if key not in KEYS:
            yield Mistake(line, f"there is no key {key!r}{_meant(key, KEYS)}")
        elif key in _TEXTS and not isinstance(value, str):
            yield Mistake(line, f"{key} is a text in quotes")
        elif key in _LISTS and not (isinstance(value, list) and all(isinstance(one, str) for one in value)):
            yield Mistake(line, f'{key} is a list of texts: ["...", "..."]')
        elif key in _DATES and type(value) is not date:
            yield Mistake(line, f"{key} is a day, without quotes: 2026-11-15")
        elif key == "severity" and not isinstance(value, Mapping):
            yield Mistake(line, 'severity is a table: [severity] and below it CODE = "warning"')
        elif key == "constraint" and not isinstance(value, Mapping):
            yield Mistake(line, "a constraint has a code: [constraint.CODE]")


def _definitions(row: Mapping[str, Any], text: str, catalog: Catalog) -> Iterator[Mistake]:
    given = row.get("definitions", ())
    for definition in given if isinstance(given, list) else ():
        if isinstance(definition, str) and catalog.find(definition) is None:
            meant = _meant(definition, catalog.definitions())
            yield Mistake(_line(text, f'"{definition}"'), f"there is no definition {definition}{meant}")


def _constraints(row: Mapping[str, Any]) -> Mapping[str, Any]:
    given = row.get("constraint", {})
    return given if isinstance(given, Mapping) else {}


def _rows(code: str, rows: Any, text: str, catalog: Catalog) -> Iterator[Mistake]:
    if re.fullmatch(r"[A-Z][A-Z0-9]*(-[A-Z0-9]+)+", code) is None:
        yield Mistake(_row_line(text, code, 0), f"{code!r} is no code: words in capitals, joined by hyphens")
    several = rows if isinstance(rows, list) else [rows]
    for number, row in enumerate(several):
        line = _row_line(text, code, number)
        if not isinstance(row, Mapping):
            yield Mistake(line, f"{code} is no table: write [constraint.{code}]")
            return
        if lacking := [key for key in ("title", "source", "at") if key not in row and (key == "at" or not number)]:
            yield Mistake(line, f"{code} lacks {' and '.join(lacking)}")
            continue
        try:
            made = constraints_of(code, [several[0] | {"at": {}}, row] if number else row)
        except (WisselError, TypeError, KeyError, ValueError) as error:
            yield Mistake(line, str(error))
            continue
        for said in dict.fromkeys(said for one in made for said in _paths(one, catalog)):
            yield Mistake(line, said)


def _paths(constraint: Constraint, catalog: Catalog) -> Iterator[str]:
    """What is wrong with the paths of a constraint: each has to exist in some version of the message."""
    if constraint.family == "*":
        return
    definitions = catalog.versions(constraint.family)
    if not definitions:
        yield f"there is no message {constraint.family}"
        return
    trees = [catalog.tree(_HEADER)] if constraint.context == "AppHdr" else [catalog.tree(d) for d in definitions]
    for path in constraint.paths():
        plain = path.partition("@")[0].rstrip("/")
        for tree in trees:
            above = "/AppHdr" if constraint.context == "AppHdr" else f"/{tree.root.tag}/{tree.message_element.tag}"
            try:
                tree.find(f"{above}/{plain}".rstrip("/"))
                break
            except KeyError:
                continue
        else:
            yield f"no version of {constraint.family} has {plain}"


def _codes(row: Mapping[str, Any], text: str, parent: Guideline | None, own: set[str]) -> Iterator[Mistake]:
    optional = {rule.facts.code for rule in all_rules()}
    for code in _texts(row.get("enable")):
        if code not in optional:
            yield Mistake(_line(text, f'"{code}"'), f"there is no rule {code} to enable{_meant(code, optional)}")
    if parent is None and "parent" in row:
        return
    files = {code for file in _texts(row.get("constraint_files")) for code in _file_codes(file)}
    enabled = set(_texts(row.get("enable")))
    known = own | files | enabled | {facts.code for facts in parent.facts()} if parent else own | files | optional
    weights = row.get("severity", {})
    for code in (*_texts(row.get("lift")), *(weights if isinstance(weights, Mapping) else ())):
        if code not in known:
            line = _line(text, f'"{code}"') or _key_line(text, code)
            yield Mistake(line, f"neither this guideline nor its parent has a rule {code}{_meant(code, known)}")
    for code, weight in weights.items() if isinstance(weights, Mapping) else ():
        if weight not in _WEIGHTS:
            yield Mistake(_key_line(text, code), f"the weight of {code} is {weight!r}; it is {', '.join(_WEIGHTS)}")


def _file_codes(file: str) -> tuple[str, ...]:
    try:
        return tuple(constraint_rows(file))
    except WisselError:
        return ()


def _texts(value: Any) -> tuple[str, ...]:
    return tuple(one for one in value if isinstance(one, str)) if isinstance(value, list) else ()


def _meant(word: str, known: Any) -> str:
    near = get_close_matches(word, sorted(known), 1)
    return f"; did you mean {near[0]}?" if near else ""


def _key_line(text: str, key: str) -> int | None:
    pattern = re.compile(rf"\s*\[?\[?\s*[\"']?{re.escape(key)}[\"']?\s*(=|\.|\])")
    return next((number for number, line in enumerate(text.split("\n"), 1) if pattern.match(line)), None)


def _line(text: str, wanted: str) -> int | None:
    return next((number for number, line in enumerate(text.split("\n"), 1) if wanted in line), None)


def _row_line(text: str, code: str, number: int) -> int | None:
    pattern = re.compile(rf"\s*\[\[?\s*constraint\s*\.\s*[\"']?{re.escape(code)}[\"']?\s*\]")
    found = [line for line, one in enumerate(text.split("\n"), 1) if pattern.match(one)]
    return found[number] if number < len(found) else None
