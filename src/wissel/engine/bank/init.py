"""A new bank directory: files that explain themselves, and a small made-up world that works at once.

All banks in it are invented. Their BICs begin with ZZ and have a 0 in place eight, which says test and training; their
IBANs are right by length and check digits, with bank codes that no country gives out as far as we know. The folder
appears whole or not at all.
"""

import json
import os
import shutil
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from tempfile import mkdtemp

from wissel.core.configuration import ConfigurationError
from wissel.core.errors import UsageError
from wissel.core.identifiers.bic import check_bic
from wissel.core.identifiers.checksum import check_digits_97
from wissel.core.identifiers.iban import iban_formats
from wissel.core.identifiers.structure import kinds
from wissel.engine.bank.demo import WORLD, template, write_world
from wissel.engine.bank.files import ACCOUNTS, DIRECTORY, MAIN, ROUTES, load_bank
from wissel.engine.bank.identity import NAME_LENGTH_MAX
from wissel.engine.bank.section import explained

DEFAULT_BIC = "ZZWIDE20"
DEFAULT_NAME = "Wissel Example Bank"
FILES = (MAIN, ROUTES, ACCOUNTS, DIRECTORY)
FOLDERS = ("calendars", "done", "failed", "in", "out", "shunt", "trust", "work")
PRIVATE_FOLDER = "keys"
"""Only its owner may look into it."""
_ACCOUNTS = 6
_BANK_LETTERS = "ZZWI"


def init_bank(
    folder: Path, bic: str = DEFAULT_BIC, name: str = DEFAULT_NAME, demo: datetime | None = None
) -> tuple[Path, ...]:
    """Write a bank directory and return its files and folders. Raises UsageError where the folder holds anything, or
    where BIC or name are wrong; then nothing is written.

    ``demo`` adds a clearing house that wants signatures, test keys that are valid from that moment on, and what others
    hand over, see :mod:`wissel.engine.bank.demo`.
    """
    values = _values(bic, name)
    try:
        _require_free(folder)
    except OSError as error:
        raise _impossible(folder, error) from None
    target = Path(os.path.realpath(folder))
    beside = target if target.is_dir() else target.parent
    try:
        staging = Path(mkdtemp(prefix=".wissel-init.", suffix=".tmp", dir=beside))
    except OSError as error:
        raise _impossible(folder, error) from None
    try:
        made = staging / "bank"
        _write(made, values, demo)
        _sync(made)
        if beside is target:
            _move_into(target, made)
        else:
            move(made, target)
        _sync_entry(beside)
    except OSError as error:
        raise _impossible(folder, error) from None
    finally:
        shutil.rmtree(staging, ignore_errors=True)
    world = (WORLD,) if demo is not None else ()
    return tuple(folder / one for one in (*FILES, *sorted((*FOLDERS, PRIVATE_FOLDER, *world))))


def move(source: Path, target: Path) -> None:
    """Rename a file or folder. Raises OSError."""
    os.replace(source, target)


def _impossible(folder: Path, error: OSError) -> UsageError:
    return UsageError(f"'{folder}' cannot be made: {error.strerror or error}")


def _move_into(target: Path, made: Path) -> None:
    """Fill a folder that is there already, which may be the one the caller stands in: what makes it a bank directory
    comes last, and where something fails all that came goes again."""
    names = sorted((one.name for one in made.iterdir()), key=lambda name: (name == MAIN, name))
    moved: list[Path] = []
    try:
        for name in names:
            move(made / name, target / name)
            moved.append(target / name)
    except OSError:
        for path in reversed(moved):
            move(path, made / path.name)
        raise


def _require_free(folder: Path) -> None:
    if folder.is_dir():
        if any(folder.iterdir()):
            raise UsageError(f"'{folder}' is not empty; name a new folder")
    elif folder.exists() or folder.is_symlink():
        raise UsageError(f"'{folder}' is no folder")
    elif not Path(os.path.realpath(folder)).parent.is_dir():
        raise UsageError(f"'{folder}' cannot be made: the folder above it does not exist")


def _values(bic: str, name: str) -> Mapping[str, str]:
    if (flaw := check_bic(bic)) is not None:
        raise UsageError(f"'{bic}' is no BIC: {explained(flaw)}")
    if not name.strip() or name != name.strip() or not name.isprintable() or len(name) > NAME_LENGTH_MAX:
        raise UsageError(f"a name is a text of at most {NAME_LENGTH_MAX} characters that can be printed")
    country = bic[4:6]
    numbers = {f"ACCOUNT_{one}": example_account(country, one) for one in range(1, _ACCOUNTS + 1)}
    return {
        "NAME": json.dumps(name, ensure_ascii=False),  # the escapes of JSON are those of TOML
        "BIC": bic,
        "COUNTRY": country,
        "LEI": example_lei(),
        "ACCOUNTS": country if numbers["ACCOUNT_1"].startswith(country) else "10000000",
        "IBAN_FR": example_account("FR", 1, "99991"),
        "IBAN_NL": example_account("NL", 1, "ZZDU"),
        "IBAN_NL_2": example_account("NL", 2, "ZZDU"),
        "IBAN_NL_WRONG": _slipped(example_account("NL", 17, "ZZDU")),
        "IBAN_AT": example_account("AT", 1, "99992"),
        **numbers,
    }


def example_lei() -> str:
    """An LEI with right check digits and a prefix that no issuer has."""
    body = "ZZZZ00WISSELEXAMPL"
    return body + check_digits_97(body)


def example_account(country: str, number: int, bank: str | None = None) -> str:
    """An account number of a country: an IBAN where it has those, with a bank code of nines and Zs unless one is
    given; else ten digits."""
    form = iban_formats().get(country)
    if form is None or form.standing != "registered":
        return f"{1_000_000_000 + number}"
    places = list(kinds(form.structure)[4:])
    first, end = (form.bank[0] - 4, form.bank[1] - 4) if form.bank else (0, 0)
    letters = iter(bank or "")
    text = ["Z" if kind == "a" else "0" for kind in places]
    for place in range(first, end):
        fill = _BANK_LETTERS[(place - first) % 4] if places[place] == "a" else "9"
        text[place] = next(letters, fill)
    free = [place for place in range(len(places) - 1, -1, -1) if not first <= place < end and places[place] != "a"]
    for place, digit in zip(free, reversed(str(number)), strict=False):
        text[place] = digit
    body = "".join(text)
    return country + check_digits_97(body + country) + body


def _slipped(iban: str) -> str:
    """The same with its last two digits swapped, as happens in typing."""
    return iban[:-2] + iban[-1] + iban[-2]


def _write(folder: Path, values: Mapping[str, str], demo: datetime | None) -> None:
    folder.mkdir()
    for name in FILES:
        text = template(name, values)
        if demo is not None and name == MAIN:
            text += template(f"demo/{MAIN}", values)
        (folder / name).write_text(text, encoding="utf-8", newline="\n")
    for name in FOLDERS:
        (folder / name).mkdir()
    (folder / PRIVATE_FOLDER).mkdir(mode=0o700)
    if demo is not None:
        write_world(folder, values, demo)
    try:
        channels = load_bank(folder).channels
    except ConfigurationError as error:
        reasons = "; ".join(dict.fromkeys(fault.reason for fault in error.faults))
        raise UsageError(f"with this BIC the made-up world does not hold together: {reasons}") from None
    for channel in channels:
        (folder / "in" / channel).mkdir()


def _sync(folder: Path) -> None:
    for path in (*folder.rglob("*"), folder):
        _sync_entry(path)


def _sync_entry(path: Path) -> None:
    entry = os.open(path, os.O_RDONLY)
    try:
        os.fsync(entry)
    finally:
        os.close(entry)
