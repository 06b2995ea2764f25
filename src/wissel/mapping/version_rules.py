"""Rows of ``data/version_steps.toml``: what a version step changes beyond names and beyond what schemas tell."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

Tags = tuple[str, ...]
"""Tags below a holder."""


@dataclass(frozen=True, slots=True)
class Move:
    """A value at ``old`` in older versions stands at ``new`` in newer ones, below the same holder."""

    old: Tags
    new: Tags
    types: frozenset[str]
    proof: tuple[str, str]
    each_first: bool
    """Whether the first step repeats with each value, or else the last one."""
    down_only: bool = False
    set: Mapping[Tags, str] = field(default_factory=dict)
    """Values that only the newer version has, below the step that repeats."""


@dataclass(frozen=True, slots=True)
class Wrap:
    """What held the type ``old`` holds the choice ``new`` in newer versions; ``by`` is its option with the old
    content."""

    old: str
    new: str
    by: str
    proof: tuple[str, str]


@dataclass(frozen=True, slots=True)
class Listing:
    """Elements ``tag`` that repeated are records ``record`` inside one ``tag`` in newer versions."""

    tag: str
    record: str
    heads: frozenset[str]
    """Children of ``tag`` that stand before the records, once."""
    types: frozenset[str]
    proof: tuple[str, str]


@dataclass(frozen=True, slots=True)
class Default:
    """A value that the target must have and the original lacks."""

    type: str
    path: Tags
    text: str | None
    origin: Tags
    """Where else the original says it, from the holder; ``..`` is the element around. Begins with an empty step where
    it is said below the message's own element; empty where ``text`` is given."""
    why: str
    proof: tuple[str, str]


@dataclass(frozen=True, slots=True)
class Rules:
    """All rows."""

    moves: tuple[Move, ...]
    wraps: tuple[Wrap, ...]
    listings: tuple[Listing, ...]
    defaults: tuple[Default, ...]
    cuts: frozenset[tuple[str, str]]
    """Holder and element whose text may be cut."""
    texts: Mapping[tuple[str, str], str]
    """By holder and element of a code: the element beside it that takes a code of no list."""
    spares: frozenset[tuple[str, str]]
    """Holder and element that may be left out where it does not fit."""


@cache
def version_rules() -> Rules:
    """The bundled rows, read once."""
    with (Path(__file__).parent / "data" / "version_steps.toml").open("rb") as file:
        rows = tomllib.load(file)
    return Rules(
        moves=tuple(_move(row) for row in rows["move"]),
        wraps=tuple(Wrap(row["old"], row["new"], row["by"], _proof(row)) for row in rows["wrap"]),
        listings=tuple(
            Listing(row["old"], row["new"], frozenset(row["heads"]), frozenset(row["types"]), _proof(row))
            for row in rows["list"]
        ),
        defaults=tuple(_default(row) for row in rows["default"]),
        cuts=_pairs(rows["cut"]),
        texts={(holder, row["code"]): row["text"] for row in rows["text"] for holder in row["types"]},
        spares=_pairs(rows["spare"]),
    )


def steps(path: str) -> Tags:
    """The tags of a path of a row."""
    return tuple(path.split("/"))


def _proof(row: dict[str, Any]) -> tuple[str, str]:
    return (row["proof"][0], row["proof"][1])


def _move(row: dict[str, Any]) -> Move:
    old, new = steps(row["old"]), steps(row["new"])
    first = row.get("each", "first" if old[0] == new[0] else "last") == "first"
    fixed = {steps(path): text for path, text in row.get("set", {}).items()}
    return Move(old, new, frozenset(row["types"]), _proof(row), first, row.get("only") == "down", fixed)


def _default(row: dict[str, Any]) -> Default:
    origin = steps(row["from"]) if "from" in row else ()
    return Default(row["type"], steps(row["path"]), row.get("text"), origin, row["why"], _proof(row))


def _pairs(rows: list[dict[str, Any]]) -> frozenset[tuple[str, str]]:
    return frozenset((holder, tag) for row in rows for holder in row["types"] for tag in row["elements"])
