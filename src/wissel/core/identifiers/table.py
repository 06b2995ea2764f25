"""The registries as tables: csv files with a header of comments that name source, edition and confidence."""

from functools import cache
from pathlib import Path

from wissel.core.errors import InstallationError

FOLDER = "data"


@cache
def _lines(name: str) -> tuple[str, ...]:
    place = Path(__file__).resolve().parents[1] / FOLDER / f"{name}.csv"
    try:
        return tuple(place.read_text("utf-8").splitlines())
    except OSError as error:
        raise InstallationError(f"The data table {name}.csv cannot be read: {error.strerror}.") from error


def rows(name: str) -> list[dict[str, str]]:
    """The rows of one table, each by column name. Raises InstallationError where the file is missing."""
    from csv import DictReader  # only where a table is read: most runs read one or two

    return list(DictReader(line for line in _lines(name) if not line.startswith("#")))


@cache
def note(name: str, key: str) -> str:
    """What a table's header says under ``key``: ``source``, ``edition`` ...; empty where it says nothing."""
    found: list[str] = []
    for line in _lines(name):
        if line.startswith(f"# {key}: "):
            found.append(line.removeprefix(f"# {key}: "))
        elif found and line.startswith("#   "):
            found.append(line.removeprefix("#   "))
        elif found:
            break
    return " ".join(found)
