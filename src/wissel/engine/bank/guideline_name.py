"""The name of a guideline in a bank directory: a bundled one, or a file of the bank's own."""

from pathlib import Path

from wissel.core.errors import WisselError
from wissel.engine.bank.section import meant, quoted


def guideline_fault(name: str, folder: Path) -> str | None:
    """Why a name is no guideline; None where it is. A name that ends in ``.toml`` is a path from the bank directory."""
    from wissel.validation.guideline import load
    from wissel.validation.names import AUTO, SCHEMA, names

    if not name.endswith(".toml"):
        known = [AUTO, SCHEMA, *names()]
        return None if name in known else f"there is no guideline {quoted(name)}{meant(name, known)}"
    try:
        load(str(folder / name))
    except WisselError as error:
        return str(error)
    return None
