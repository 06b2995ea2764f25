"""Whether the bundled schemas are those that were delivered: each there, each unchanged, nothing else."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from wissel.catalog.definitions import schema_path
from wissel.catalog.index import INDEX, read_index
from wissel.xml.xsd.normal_form import canonical_sha256
from wissel.xml.xsd.schema_tree import UnsupportedSchema

_BESIDE = (INDEX, "NOTICE")


@dataclass(frozen=True, slots=True)
class BundleState:
    """The result of looking through the bundle."""

    schemas: int
    """How many the index lists."""
    faults: tuple[str, ...]
    """One plain sentence each, in the order of the index, then what is too much; none when all is well."""


def check_bundle(folder: Path) -> BundleState:
    """Compare the files of a schema folder with its index. Raises InstallationError where that is
    unreadable."""
    index = read_index(folder)
    faults: list[str] = []
    expected = {folder / name for name in _BESIDE}
    for definition, row in index.items():
        path = schema_path(folder, definition)
        expected.add(path)
        if fault := _fault(path, row.sha256):
            faults.append(f"{definition} {fault}")
    extra = (path for path in sorted(folder.rglob("*")) if path not in expected and not path.is_dir())
    faults.extend(f"{path.relative_to(folder)} does not belong to the bundle" for path in extra)
    return BundleState(len(index), tuple(faults))


def _fault(path: Path, sha256: str) -> str | None:
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return "is missing"
    except OSError as error:
        return f"cannot be read: {error.strerror}"
    if hashlib.sha256(data).hexdigest() == sha256:
        return None
    try:
        # other line ends or white space, as a checkout may bring, do no harm
        return None if canonical_sha256(data) == sha256 else "has been changed: its canonical form is another"
    except UnsupportedSchema as error:
        return f"is damaged: {error}"
