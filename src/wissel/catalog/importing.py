"""Taking in official schemas that a user downloaded: as new base schemas, or as overlays beside the base.

A base schema is never replaced. What contradicts the bundled types, as a network's restricted schema or the
export of a usage guideline does, is kept beside it under the name of an overlay.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from pathlib import Path

from wissel.catalog.definitions import OVERLAYS, Catalog, schema_path
from wissel.catalog.naming import OVERLAY_NAME_CHARACTERS_MAX, definition_of, is_national, is_overlay_name
from wissel.catalog.store import write_whole
from wissel.core.errors import UsageError
from wissel.xml.xsd.normal_form import NormalSchema, accept
from wissel.xml.xsd.schema_tree import UnsupportedSchema
from wissel.xml.xsd.type_shape import Shape, shapes

_RESTRICTED = re.compile(r".*__[0-9]+")
"""Names of types that guideline tools derive from those of the standard: ``GroupHeader93__1``."""
_PER_MESSAGE = ("Document", "element Document", "element AppHdr")
"""Names that mean another thing in each message."""
TYPES_NAMED_MAX = 3


class Fate(StrEnum):
    """What became of a schema that was handed in."""

    IMPORTED = "imported"
    OVERLAY = "overlay"
    KNOWN = "unchanged"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Outcome:
    """One schema's fate."""

    file: str
    """Name as given; members of an archive after ``!``."""
    fate: Fate
    definition: str | None
    """None where the file could not be read that far."""
    text: str
    """Why, or where it went, in a few plain words."""


def import_schema(data: bytes, file: str, catalog: Catalog, overlay: str | None = None) -> Outcome:
    """Bring one XSD into normal form and keep it in the user's folder, as a base schema or as an overlay.

    With ``overlay`` everything that differs from its base schema, or has none, is kept under that name.
    Raises UsageError for a name that no overlay may have, InstallationError where the folder cannot be
    written.
    """
    user = _user_folder(catalog, overlay)
    definition = None
    try:
        schema = accept(data)
        definition = definition_of(schema.namespace)
        if definition is None:
            raise UnsupportedSchema(f"its namespace {_short(schema.namespace)} names no ISO 20022 message definition")
        return _keep(schema, file, definition, catalog, user, overlay)
    except UnsupportedSchema as error:
        return Outcome(file, Fate.REFUSED, definition, str(error))


def _user_folder(catalog: Catalog, overlay: str | None) -> Path:
    if overlay is not None and not is_overlay_name(overlay):
        raise UsageError(
            f"{_short(overlay)} cannot name an overlay: use at most {OVERLAY_NAME_CHARACTERS_MAX} lower-case "
            "letters, digits, '.' and '-', beginning with a letter or digit (not 'bundled' or 'imported')"
        )
    if catalog.user is None:
        raise UsageError("there is no folder of the user to import into")
    return catalog.user


def _short(text: str) -> str:
    return repr(text if len(text) <= 80 else text[:80] + "…")


def _keep(
    schema: NormalSchema, file: str, definition: str, catalog: Catalog, user: Path, overlay: str | None
) -> Outcome:
    base = catalog.find(definition)
    given = shapes(schema.data)
    if base is not None:
        contrary = _unlike(shapes(base.read()), given)
        if not contrary:
            return Outcome(file, Fate.KNOWN, definition, f"already {base.origin}")
        why = f"differs from the {base.origin} schema in {_named(contrary)}"
    else:
        # a definition of a country's own has types of its own: nothing is beside it that it could contradict
        contrary = [] if is_national(definition) else _contradictions(catalog.bundled, given)
        if not contrary and overlay is None:
            write_whole(schema_path(user, definition), schema.data)
            return Outcome(file, Fate.IMPORTED, definition, schema.tree.message_name)
        why = f"contradicts the bundled schemas in {_named(contrary)}" if contrary else "has no base schema here yet"
    if overlay is None:
        raise UnsupportedSchema(f"it {why}; give it a name with --as NAME to keep it beside the standard")
    path = schema_path(user / OVERLAYS / overlay, definition)
    before = path.read_bytes() if path.is_file() else None
    if before == schema.data:
        return Outcome(file, Fate.KNOWN, definition, f"already kept as {overlay}")
    write_whole(path, schema.data)
    again = " in place of an earlier one" if before is not None else ""
    return Outcome(file, Fate.OVERLAY, definition, f"kept as {overlay}{again}; it {why}")


def _unlike(base: Mapping[str, Shape], given: Mapping[str, Shape]) -> list[str]:
    """Names of the types in which two schemas of one definition differ, either way."""
    return sorted(name for name in base.keys() | given.keys() if base.get(name) != given.get(name))


def _contradictions(bundled: Path, given: Mapping[str, Shape]) -> list[str]:
    """Names of types that mean something that no bundled schema means by them, or that a guideline
    derived."""
    known = _bundled_shapes(bundled)
    return sorted(
        name
        for name, shape in given.items()
        if name not in _PER_MESSAGE and (_RESTRICTED.fullmatch(name) or (name in known and shape not in known[name]))
    )


@lru_cache(maxsize=2)
def _bundled_shapes(bundled: Path) -> dict[str, frozenset[Shape]]:
    """Every shape that a type name has in the bundled schemas (nearly always one)."""
    found: dict[str, set[Shape]] = {}
    for definition in Catalog(bundled).definitions():
        for name, shape in shapes(schema_path(bundled, definition).read_bytes()).items():
            found.setdefault(name, set()).add(shape)
    return {name: frozenset(several) for name, several in found.items()}


def _named(types: list[str]) -> str:
    count = f"{len(types)} type{'s' if len(types) != 1 else ''}"
    shown = ", ".join(types[:TYPES_NAMED_MAX])
    return f"{count} ({shown}{', …' if len(types) > TYPES_NAMED_MAX else ''})"
