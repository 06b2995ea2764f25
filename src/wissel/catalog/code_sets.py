"""External code sets: the codes that ISO 20022 keeps outside its schemas, by the name of the XSD type.

One file for each set, ``codes/<set>.csv``, read when it is asked for. A newer edition that ``wissel codes import``
took stands in the user's folder and is used in place of the bundled one. Which types have no set, and why, is data
in ``code_sets.toml``.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, lru_cache
from pathlib import Path
from types import MappingProxyType

from wissel.catalog.tables import Table, parse_table
from wissel.core.errors import InstallationError
from wissel.core.settings import user_code_folder

BUNDLED, IMPORTED = "bundled", "imported"
NAME_CHARACTERS_MAX = 80
CODE_CHARACTERS_MAX = 35
"""Of a code; the schemas allow 35 for local instruments, 4 for nearly all others."""
NEAREST_MAX = 3

_FOLDER = Path(__file__).parent / "codes"
_NAME = re.compile(r"[A-Z][A-Za-z0-9]*Code")
_SHORT = re.compile(r"(?:External)?(.+?)[0-9]*(?:Code)?", re.IGNORECASE)
_ALIKE = str.maketrans("oli", "011")
"""Letters that are written for digits."""
_COLUMNS = ("code", "name", "status", "edition")


class Status(StrEnum):
    """Whether a code may be used."""

    ACTIVE = "active"
    REMOVED = "removed"
    """It was in an edition before, and is not in the one that was imported."""
    OLDER = "older"
    """Not in the edition of the set; an older source has it."""


@dataclass(frozen=True, slots=True)
class Code:
    """One code of a set."""

    code: str
    name: str
    """ISO's short name, such as ``SalaryPayment``; empty where no source has it."""
    status: Status
    edition: str
    """The edition that says so."""


@dataclass(frozen=True, slots=True)
class CodeSet:
    """One set: its codes, and where they come from."""

    name: str
    """Of the XSD type: ``ExternalPurpose1Code``."""
    edition: str
    """``2Q2026``."""
    source: str
    confidence: str
    """``high``, ``medium`` or ``low``."""
    origin: str
    """``bundled`` or ``imported``."""
    codes: Mapping[str, Code]
    """All codes in order, those included that may no longer be used."""

    def active(self) -> tuple[str, ...]:
        """The codes that may be used."""
        return tuple(code.code for code in self.codes.values() if code.status is Status.ACTIVE)


def is_set_name(text: str) -> bool:
    """Whether ``text`` may name a set, and so a file: ASCII letters and digits that end in ``Code``."""
    return len(text) <= NAME_CHARACTERS_MAX and _NAME.fullmatch(text) is not None


def set_path(folder: Path, name: str) -> Path:
    """Where a set lies in a folder of sets."""
    return folder / f"{name}.csv"


def code_set_names() -> tuple[str, ...]:
    """The names of all sets, bundled and imported, in order."""
    names = set(_bundled_names())
    if (folder := user_code_folder()).is_dir():
        names.update(path.stem for path in folder.glob("*Code.csv") if is_set_name(path.stem))
    return tuple(sorted(names))


@cache
def _bundled_names() -> tuple[str, ...]:
    return tuple(path.stem for path in _FOLDER.glob("*Code.csv"))


def code_set(name: str) -> CodeSet | None:
    """The set of that name, the user's edition before the bundled one; None where there is none.

    Any text may be asked for. Raises InstallationError where the set's file is damaged.
    """
    if not is_set_name(name):
        return None
    for folder, origin in ((user_code_folder(), IMPORTED), (_FOLDER, BUNDLED)):
        path = set_path(folder, name)
        try:
            state = path.stat()
        except OSError:
            continue
        return _read(path, origin, state.st_mtime_ns, state.st_size)
    return None


@lru_cache(maxsize=512)
def _read(path: Path, origin: str, changed_ns: int, size_bytes: int) -> CodeSet:
    try:
        return _set_of(path.stem, origin, parse_table(path.read_text("utf-8")))
    except (OSError, ValueError, KeyError) as error:
        again = "import it again or remove it" if origin == IMPORTED else "install wissel again"
        raise InstallationError(f"the code set {path} cannot be used ({error}); {again}") from None


def _set_of(name: str, origin: str, table: Table) -> CodeSet:
    if table.columns != _COLUMNS:
        raise ValueError(f"its columns are not {', '.join(_COLUMNS)}")
    edition = table.about["edition"]
    codes = {
        code: Code(code, words, Status(status) if status else Status.ACTIVE, since or edition)
        for code, words, status, since in table.rows
    }
    if len(codes) != len(table.rows):
        raise ValueError("it has a code twice")
    about = table.about
    return CodeSet(name, edition, about["source"], about["confidence"], origin, MappingProxyType(codes))


def set_text(found: CodeSet) -> str:
    """The file of a set."""
    lines = [f"# edition: {found.edition}", f"# source: {found.source}", f"# confidence: {found.confidence}"]
    lines.append(",".join(_COLUMNS))
    for code in sorted(found.codes.values(), key=lambda one: one.code):
        status = "" if code.status is Status.ACTIVE else code.status
        edition = "" if code.edition == found.edition else code.edition
        lines.append(",".join(_quoted(value) for value in (code.code, code.name, status, edition)))
    return "\n".join(lines) + "\n"


def _quoted(value: str) -> str:
    return '"' + value.replace('"', '""') + '"' if any(mark in value for mark in ',"') else value


def code_set_of_type(type_name: str) -> str | None:
    """The set whose codes a value of an XSD type must have; None for a type that has none.

    The sets bear the names of the types. A few types of first versions lack the number in their name.
    """
    if is_set_name(type_name) and (
        set_path(_FOLDER, type_name).is_file() or set_path(user_code_folder(), type_name).is_file()
    ):
        return type_name
    return _facts()["same"].get(type_name)


def types_without_set() -> Mapping[str, str]:
    """The ``External…Code`` types of the schemas for which there is no set, with the reason."""
    return MappingProxyType(_facts()["without"])


@cache
def _facts() -> dict[str, dict[str, str]]:
    import tomllib

    path = Path(__file__).parent / "code_sets.toml"
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise InstallationError(f"{path} cannot be used: {error}; install wissel again") from None


def short_name(name: str) -> str:
    """What people call a set: ``Purpose`` of ``ExternalPurpose1Code``."""
    found = _SHORT.fullmatch(name)
    return found[1] if found else name


def resolve(word: str) -> tuple[str, ...]:
    """The sets that ``word`` names: in full, or short (``Purpose``, ``statusreason``); case does not count.

    An external set goes before a list of the schemas with the same short name. Empty where no set is named;
    several where the word does not say which (``Priority``).
    """
    folded = word.casefold()
    names = code_set_names()
    for spelled in (folded, f"external{folded}code", f"{folded}code"):
        if exact := tuple(name for name in names if name.casefold() == spelled):
            return exact
    short = short_name(folded)
    found = tuple(name for name in names if short_name(name).casefold() == short)
    return tuple(name for name in found if name.startswith("External")) or found


def nearest(name: str, code: str) -> tuple[str, ...]:
    """Codes of a set that may have been meant by ``code``, most likely first, three at most.

    First the code in other case, then letters for digits (``O`` for ``0``) and two letters that changed places, then
    what looks alike. Any text may be asked for; none for an unknown set.
    """
    found = code_set(name)
    if found is None or len(code) > CODE_CHARACTERS_MAX:
        return ()
    from difflib import get_close_matches

    folded = {one.casefold(): one for one in found.active()}
    wanted = "".join(code.casefold().split())
    swapped = (wanted[:at] + wanted[at + 1] + wanted[at] + wanted[at + 2 :] for at in range(len(wanted) - 1))
    alike = (one for one in folded if one.translate(_ALIKE) == wanted.translate(_ALIKE))
    # of what looks alike to difflib, first what has most letters at the same place
    close = get_close_matches(wanted, folded, 3 * NEAREST_MAX)
    close.sort(key=lambda one: -sum(a == b for a, b in zip(one, wanted, strict=False)))
    likely = [wanted, *alike, *swapped, *close]
    return tuple(dict.fromkeys(folded[one] for one in likely if one in folded))[:NEAREST_MAX]
