"""Which message definitions there are, and where their schemas lie.

Two folders of one layout, ``<area>/<definition>.xsd``: the bundled one, and the user's with what
``wissel schemas import`` took. The bundled one is asked first, so nothing imported replaces it. Below
``overlays/<name>/`` the user's folder keeps schemas that narrow a base schema.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from wissel.catalog.naming import (
    area_of,
    family_of,
    is_definition,
    is_overlay_name,
    version_order,
)
from wissel.core.errors import InstallationError, UsageError
from wissel.core.settings import user_schema_folder
from wissel.xml.xsd.schema_tree import SchemaTree, read_schema

BUNDLED, IMPORTED = "bundled", "imported"
OVERLAYS = "overlays"


@dataclass(frozen=True, slots=True)
class SchemaFile:
    """One XSD on disk, in normal form."""

    definition: str
    path: Path
    origin: str
    """``bundled``, ``imported``, or the name of the overlay."""

    def read(self) -> bytes:
        """The file's bytes. Raises InstallationError where it cannot be read."""
        try:
            return self.path.read_bytes()
        except OSError as error:
            raise InstallationError(f"the schema {self.path} cannot be read: {error.strerror}") from None

    def tree(self) -> SchemaTree:
        """Its types as values, read once per state of the file. Raises InstallationError as :meth:`read`
        does."""
        try:
            state = self.path.stat()
        except OSError as error:
            raise InstallationError(f"the schema {self.path} cannot be read: {error.strerror}") from None
        return _tree(self, state.st_mtime_ns, state.st_size)


@lru_cache(maxsize=128)
def _tree(file: SchemaFile, changed_ns: int, size_bytes: int) -> SchemaTree:
    return read_schema(file.read())


@dataclass(frozen=True, slots=True)
class Catalog:
    """The schemas of a bundled and of a user's folder. Holds two paths only: cheap to copy into other
    processes."""

    bundled: Path
    user: Path | None = None
    """Need not exist; None for no user folder."""

    def find(self, definition: str) -> SchemaFile | None:
        """The base schema of a definition, the bundled one before an imported one; None where there is none.

        Any text may be asked for, also one that a stranger's message brought.
        """
        if not is_definition(definition):
            return None
        for folder, origin in ((self.bundled, BUNDLED), (self.user, IMPORTED)):
            if folder is not None and (path := schema_path(folder, definition)).is_file():
                return SchemaFile(definition, path, origin)
        return None

    def overlays(self, definition: str) -> tuple[SchemaFile, ...]:
        """The overlays kept for a definition, in the order of their names."""
        if not is_definition(definition):
            return ()
        files = (
            SchemaFile(definition, schema_path(folder, definition), folder.name) for folder in self._overlay_folders()
        )
        return tuple(file for file in files if file.path.is_file())

    def definitions(self) -> tuple[str, ...]:
        """All definitions that have a base schema, in order."""
        folders = [self.bundled] if self.user is None else [self.bundled, self.user]
        return _in_order(path.stem for folder in folders for path in folder.glob("[a-z]*/*.xsd"))

    def overlaid(self) -> tuple[str, ...]:
        """All definitions that have an overlay, in order."""
        return _in_order(path.stem for folder in self._overlay_folders() for path in folder.glob("[a-z]*/*.xsd"))

    def versions(self, family: str) -> tuple[str, ...]:
        """The definitions of a family such as ``pacs.008``, oldest version first; none for an unknown
        family."""
        return tuple(name for name in self.definitions() if family_of(name) == family)

    def known_versions(self, definition: str) -> tuple[str, ...]:
        """What there is in place of an unknown definition: all of its family."""
        return self.versions(family_of(definition))

    def tree(self, definition: str) -> SchemaTree:
        """The definition's types as values, cached. Raises UsageError for an unknown one, naming its
        family."""
        file = self.find(definition)
        if file is None:
            raise UsageError(self.unknown(definition))
        return file.tree()

    def unknown(self, definition: str) -> str:
        """The sentence that says a definition is not known, and which are."""
        known = self.known_versions(definition)
        if known:
            return f"there is no schema for {definition!r}; known are {', '.join(known)}"
        return f"there is no schema for {definition!r}; `wissel schemas list` shows all that are known"

    def _overlay_folders(self) -> list[Path]:
        if self.user is None or not (above := self.user / OVERLAYS).is_dir():
            return []
        return sorted(folder for folder in above.iterdir() if is_overlay_name(folder.name))


def _in_order(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted({name for name in names if is_definition(name)}, key=version_order))


def schema_path(folder: Path, definition: str) -> Path:
    """Where a definition's schema lies below a folder of schemas."""
    return folder / area_of(definition) / f"{definition}.xsd"


def bundled_folder() -> Path:
    """The folder of the bundled schemas: in the installed package, else at the top of the checkout.

    Raises InstallationError where neither is there.
    """
    return _bundled_beside(__file__)


@cache
def _bundled_beside(module: str) -> Path:
    package = Path(module).resolve().parents[1]
    for folder in (package / "schemas", package.parents[1] / "schemas"):
        if (folder / "index.toml").is_file():
            return folder
    raise InstallationError(f"the bundled schemas are missing beside {package}; install wissel again")


def default_catalog() -> Catalog:
    """The bundled schemas and those in the user's folder."""
    return Catalog(bundled_folder(), user_schema_folder())
