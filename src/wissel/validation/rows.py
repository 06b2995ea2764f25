"""The data files of validation as plain values, from a compiled form that is read many times faster than TOML.

``compiled.json`` is generated and holds the rows of each file with the digest of its text. A file that was changed
since is read itself, so that what is compiled is never believed against it.
"""

import hashlib
import json
import tomllib
from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from wissel.core.errors import InstallationError

FOLDER = Path(__file__).parent
COMPILED = "compiled.json"
_DATE = "a date"
"""The one key of what stands for a date, which JSON does not have."""


def rows_of(name: str) -> Mapping[str, Any]:
    """The rows of a file by its path below this folder: ``constraints/iso-pacs.toml``. Raises InstallationError where
    it cannot be read."""
    try:
        text = (FOLDER / name).read_bytes()
        compiled = _compiled().get(name)
        if compiled is not None and compiled["digest"] == _digest(text):
            found: Mapping[str, Any] = json.loads(compiled["rows"], object_hook=_dated)
            return found
        return tomllib.loads(text.decode("utf-8"))
    except (OSError, ValueError) as error:
        raise InstallationError(f"the data file {name} cannot be read: {error}") from None


def compiled_json() -> str:
    """The compiled form of all data files that are read while messages are checked, one a line. Raises
    InstallationError for a value that it cannot hold."""
    files = [*FOLDER.glob("constraints/*.toml"), *FOLDER.glob("guidelines/*.toml")]
    files += [FOLDER / f"{name}.toml" for name in ("addresses", "character_sets", "choose")]
    lines = []
    for name, file in sorted((file.relative_to(FOLDER).as_posix(), file) for file in files):
        rows = tomllib.loads(file.read_text(encoding="utf-8"))
        try:
            written = json.dumps(rows, default=_written, ensure_ascii=False)
        except TypeError as error:
            raise InstallationError(f"the data file {name} cannot be compiled: {error}") from None
        entry = json.dumps({"digest": _digest(file.read_bytes()), "rows": written}, ensure_ascii=False)
        lines.append(f"{json.dumps(name)}: {entry}")
    return "{\n" + ",\n".join(lines) + "\n}\n"


@cache
def _compiled() -> Mapping[str, Mapping[str, str]]:
    try:
        found: Mapping[str, Mapping[str, str]] = json.loads((FOLDER / COMPILED).read_text(encoding="utf-8"))
    except OSError:
        return {}  # what is not compiled is read from its own file
    return found


def _digest(text: bytes) -> str:
    return hashlib.sha256(text).hexdigest()


def _written(value: object) -> object:
    if type(value) is not date:
        raise TypeError(f"{value!r} has no form in JSON")
    return {_DATE: value.isoformat()}


def _dated(row: dict[str, Any]) -> Any:
    return date.fromisoformat(row[_DATE]) if len(row) == 1 and _DATE in row else row
