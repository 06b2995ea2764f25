"""One digest for all that a bank directory says, so that a journal can tell by which configuration it decided.

Comments, blank lines, the order of keys and the way lines end do not count; whatever is read does.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from wissel.core.configuration import CSV_BYTES_MAX, read_text


def digest_of(tables: Mapping[str, Mapping[str, Any]], files: Iterable[tuple[str, Path]]) -> str:
    """SHA-256 over parsed TOML files by name, and over others by name and path (both as lines).
    Raises ConfigurationError where one cannot be read."""
    whole = hashlib.sha256()
    for name in sorted(tables):
        text = json.dumps(tables[name], sort_keys=True, default=str, separators=(",", ":"))
        _add(whole, name, text.encode("utf-8", "surrogatepass"))
    for name, path in sorted(files):
        _add(whole, name, _lines(path))
    return whole.hexdigest()


def _add(whole: "hashlib._Hash", name: str, content: bytes) -> None:
    # the length keeps two files apart however they end
    whole.update(f"{name}\0{len(content)}\0".encode())
    whole.update(content)


def _lines(path: Path) -> bytes:
    kept = (line.rstrip() for line in read_text(path, CSV_BYTES_MAX).splitlines() if not line.startswith("#"))
    return "\n".join(line for line in kept if line).encode()
