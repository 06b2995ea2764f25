"""Elements that have another name in another version of a message; the data is ``renames.toml``."""

import re
import tomllib
from collections.abc import Collection
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_NUMBERS = re.compile(r"[0-9]+")


@dataclass(frozen=True, slots=True)
class Rename:
    """An element called ``old`` in one version of a message and ``new`` in the next."""

    old: str
    new: str
    types: frozenset[str]
    """Names, without their numbers, of the types that hold the element."""
    proof: tuple[str, str]
    """Two consecutive definitions that show it."""


@cache
def renames() -> tuple[Rename, ...]:
    """All known renames, in the order of the data file."""
    with Path(__file__).with_name("renames.toml").open("rb") as file:
        rows = tomllib.load(file)["rename"]
    return tuple(Rename(r["old"], r["new"], frozenset(r["types"]), (r["proof"][0], r["proof"][1])) for r in rows)


def stem(type_name: str) -> str:
    """A type's name without its numbers: ``PartyIdentification`` of ``PartyIdentification135``."""
    return _NUMBERS.sub("", type_name)


def later_name(tag: str, holder: str, later_holder: str, known: Collection[str]) -> str | None:
    """What the element ``tag`` of the type ``holder`` is called in ``later_holder``, one of ``known``.

    None where no rename leads there. Renames in several steps are followed.
    """
    for rename in renames():
        if rename.old != tag or stem(holder) not in rename.types:
            continue
        if rename.new in known and stem(later_holder) in rename.types:
            return rename.new
        if further := later_name(rename.new, holder, later_holder, known):
            return further
    return None


@cache
def other_names(tag: str) -> tuple[str, ...]:
    """What an element ``tag`` is called in other versions, newer names first; none where it has only one name."""
    newer = [rename.new for rename in renames() if rename.old == tag]
    older = [rename.old for rename in renames() if rename.new == tag]
    return tuple(dict.fromkeys(newer + older))
