"""``schemas/index.toml``: the list of the bundled schemas, by which a damaged or missing one is noticed.

One row per message definition: the message's name and the SHA-256 of the schema's canonical form, which is
that of the file as it stands (:mod:`wissel.xml.xsd.normal_form`).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from wissel.catalog.naming import version_order
from wissel.core.errors import InstallationError
from wissel.xml.xsd.normal_form import canonical_sha256
from wissel.xml.xsd.schema_tree import read_schema

INDEX = "index.toml"

_HEAD = """\
# The bundled schemas: definition, message name, SHA-256 of the canonical form (the file as it stands).
# Made from the files beside it by `python -m tests.generated --write`; `wissel schemas verify` checks them.

"""


@dataclass(frozen=True, slots=True)
class IndexRow:
    """What the index says of one definition."""

    name: str
    """The message's English name: ``FIToFICustomerCreditTransferV08``."""
    sha256: str
    """Of the schema's canonical form, in hex."""


def index_toml(schema_folder: Path) -> str:
    """The text of ``index.toml`` for the XSDs in the area folders of ``schema_folder``."""
    rows: dict[str, IndexRow] = {}
    for path in schema_folder.glob("*/*.xsd"):
        data = path.read_bytes()
        rows[path.stem] = IndexRow(read_schema(data).message_name, canonical_sha256(data))
    return _HEAD + "".join(_lines(rows))


def _lines(rows: dict[str, IndexRow]) -> Iterable[str]:
    for definition in sorted(rows, key=version_order):
        row = rows[definition]
        yield f'"{definition}" = {{ name = "{row.name}", sha256 = "{row.sha256}" }}\n'


def read_index(schema_folder: Path) -> dict[str, IndexRow]:
    """The index of a folder by definition. Raises InstallationError where it is missing or damaged."""
    import tomllib

    path = schema_folder / INDEX
    try:
        rows = tomllib.loads(path.read_text("utf-8"))
        return {definition: IndexRow(row["name"], row["sha256"]) for definition, row in rows.items()}
    except OSError as error:
        raise InstallationError(f"{path} cannot be read: {error.strerror}") from None
    except (ValueError, TypeError, KeyError) as error:
        raise InstallationError(f"{path} is damaged: {error}") from None
