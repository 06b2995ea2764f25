"""Files of the checkout that are built from others: which, from what, and whether they are fresh."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class Generated:
    """A file and the function that builds its text."""

    path: str
    """Below the checkout, with ``/``."""
    build: Callable[[], str]


def index_of_schemas() -> str:
    """``schemas/index.toml`` from the XSDs beside it."""
    from wissel.catalog.index import index_toml

    return index_toml(ROOT / "schemas")


def readme() -> str:
    """``README.md`` with the outputs of its examples as they are today."""
    from tests.readme import readme

    return readme()


def rules_page() -> str:
    """The table of all rules, from the rules themselves."""
    from wissel.validation.rules_page import rules_page

    return rules_page()


def compiled_rows() -> str:
    """The data files of validation as they are read fastest."""
    from wissel.validation.rows import compiled_json

    return compiled_json()


def examples() -> str:
    """What breaks and what keeps each rule, from the cases."""
    from tests.examples import examples_toml

    return examples_toml()


GENERATED = (
    Generated("schemas/index.toml", index_of_schemas),
    Generated("src/wissel/validation/RULES.md", rules_page),
    Generated("src/wissel/validation/compiled.json", compiled_rows),
    Generated("src/wissel/validation/examples.toml", examples),
    Generated("README.md", readme),
)


def stale(files: tuple[Generated, ...] = GENERATED, root: Path = ROOT) -> list[Generated]:
    """The files whose text is not what their function builds, missing ones included."""
    return [file for file in files if text_of(root / file.path) != file.build()]


def write(files: tuple[Generated, ...], root: Path = ROOT) -> None:
    """Write each file anew, UTF-8, lines ended by a line feed."""
    for file in files:
        (root / file.path).write_text(file.build(), encoding="utf-8", newline="\n")


def text_of(path: Path) -> str | None:
    """The file's text, byte for byte; None where there is none."""
    return path.read_bytes().decode("utf-8") if path.is_file() else None
