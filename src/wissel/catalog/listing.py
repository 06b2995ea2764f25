"""The schemas there are, as rows for a person or a program; and copies of them."""

from dataclasses import dataclass
from pathlib import Path

from wissel.catalog.definitions import BUNDLED, OVERLAYS, Catalog, SchemaFile, schema_path
from wissel.catalog.index import read_index
from wissel.catalog.naming import version_order
from wissel.catalog.store import write_whole
from wissel.core.errors import UsageError, WisselError


@dataclass(frozen=True, slots=True)
class Row:
    """One message definition."""

    definition: str
    name: str | None
    """The message's English name; None where there is no base schema or it cannot be read."""
    origin: str | None
    """``bundled`` or ``imported``; None where only overlays are here."""
    overlays: tuple[str, ...]


def rows(catalog: Catalog, chosen: str | None = None) -> tuple[Row, ...]:
    """All definitions, or those of an area, family or single definition (``pacs``, ``pacs.008``,
    ``pacs.008.001.08``).

    Raises UsageError where nothing is of that name.
    """
    index = read_index(catalog.bundled)
    found = []
    for definition in select(catalog, chosen):
        file = catalog.find(definition)
        overlays = tuple(overlay.origin for overlay in catalog.overlays(definition))
        indexed = index.get(definition) if file is not None and file.origin == BUNDLED else None
        name = indexed.name if indexed is not None else _name(file)
        found.append(Row(definition, name, file.origin if file else None, overlays))
    return tuple(found)


def _name(file: SchemaFile | None) -> str | None:
    try:
        return file.tree().message_name if file is not None else None
    except WisselError:
        return None


def select(catalog: Catalog, chosen: str | None) -> tuple[str, ...]:
    """The definitions that ``chosen`` means; all for None. Raises UsageError where there are none."""
    every = sorted({*catalog.definitions(), *catalog.overlaid()}, key=version_order)
    if chosen is None:
        return tuple(every)
    found = tuple(name for name in every if name == chosen or name.startswith(chosen + "."))
    if found:
        return found
    if catalog.known_versions(chosen):
        raise UsageError(catalog.unknown(chosen))
    areas = ", ".join(sorted({name.split(".")[0] for name in every}))
    raise UsageError(f"there is no schema for {chosen!r}; the areas are {areas}")


def export(catalog: Catalog, target: Path, definitions: tuple[str, ...]) -> int:
    """Copy schemas, their overlays and the notice into a folder, and return how many files of schemas were
    written.

    Files that are there already and equal are left alone. Raises UsageError, before anything is written,
    where one is there with other content; InstallationError where the folder cannot be written.
    """
    copies: dict[Path, bytes] = {}
    for definition in definitions:
        if (base := catalog.find(definition)) is not None:
            copies[schema_path(target, definition)] = base.read()
        for overlay in catalog.overlays(definition):
            copies[schema_path(target / OVERLAYS / overlay.origin, definition)] = overlay.read()
    schemas = len(copies)
    notice = catalog.bundled / "NOTICE"
    if notice.is_file():
        copies[target / "NOTICE"] = notice.read_bytes()
    for path, data in copies.items():
        if path.exists() and (not path.is_file() or path.read_bytes() != data):
            raise UsageError(f"{path} is there already with other content; export into an empty folder")
    for path, data in copies.items():
        if not path.exists():
            write_whole(path, data)
    return schemas
