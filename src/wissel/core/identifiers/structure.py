"""Structures as the registries write them: ``4!a6!n`` is four capitals, then six digits.

n = digits, a = capitals, c = capitals or digits, z = the digit zero; ``3-5!n`` = three to five; ``|`` = or.
"""

import re
from collections.abc import Callable
from functools import cache
from itertools import groupby

_CLASSES = {"n": "[0-9]", "a": "[A-Z]", "c": "[A-Z0-9]", "z": "0"}
_NAMES = {
    "n": ("digit", "digits"),
    "a": ("capital", "capitals"),
    "c": ("capital or digit", "capitals or digits"),
    "z": ("zero", "zeros"),
}
_DIGITS = {"O": "0", "Q": "0", "D": "0", "I": "1", "L": "1", "Z": "2", "S": "5", "G": "6", "B": "8"}
_CAPITALS = {"0": "O", "1": "I", "2": "Z", "5": "S", "6": "G", "8": "B"}


def _parts(structure: str) -> list[tuple[str, str]]:
    """(count, kind) of each part."""
    return re.findall(r"([0-9]+(?:-[0-9]+)?)!([nacz])", structure)


@cache
def matcher(structure: str) -> Callable[[str], object]:
    """A function that answers truly where a whole text has the structure; compiled once for each structure."""
    ways = (
        "".join(f"{_CLASSES[kind]}{{{count.replace('-', ',')}}}" for count, kind in _parts(way))
        for way in structure.split("|")
    )
    return re.compile("|".join(ways), re.ASCII).fullmatch


@cache
def kinds(structure: str) -> str:
    """The kind of each character of a structure without choice or range: ``2!a1!n`` is ``aan``."""
    return "".join(kind * int(count) for count, kind in _parts(structure))


@cache
def in_words(structure: str) -> str:
    """The structure in words: ``4!a6!n8!n`` is "4 capitals, 14 digits"."""
    return " or ".join(_way_in_words(way) for way in structure.split("|"))


def _way_in_words(way: str) -> str:
    parts = _parts(way)
    if any("-" in count for count, _ in parts):
        return ", ".join(f"{count.replace('-', ' to ')} {_NAMES[kind][1]}" for count, kind in parts)
    runs = ((kind, len(list(run))) for kind, run in groupby(kinds(way)))
    return ", ".join(f"{count} {_NAMES[kind][count != 1]}" for kind, count in runs)


def misfits(text: str, expected: str) -> list[int]:
    """Places (from 0) of the characters that are not of the kind expected there."""
    return [place for place, (letter, kind) in enumerate(zip(text, expected, strict=False)) if not _is(letter, kind)]


def _is(letter: str, kind: str) -> bool:
    if kind == "z":
        return letter == "0"
    digit = "0" <= letter <= "9"
    return digit if kind == "n" else (not digit or kind == "c") and (digit or "A" <= letter <= "Z")


def misfit_message(text: str, expected: str, noun: str) -> str:
    """A sentence on the first character that does not fit."""
    place = misfits(text, expected)[0]
    return f"Character {place + 1} of {noun} is a {_NAMES[expected[place]][0]}; here it is “{text[place]}”."


def look_alike_hint(text: str, expected: str, fits: Callable[[str], bool]) -> str | None:
    """A hint where letters stand for the digits they look like, or the other way round, and that is all."""
    mended = list(text)
    for place in misfits(text, expected):
        better = (_CAPITALS if expected[place] == "a" else _DIGITS).get(text[place])
        if better is None:
            return None
        mended[place] = better
    after = "".join(mended)
    if after == text or not fits(after):
        return None
    changes = ", ".join(
        f"the {'digit' if new.isdigit() else 'letter'} {new} for {old} at character {place + 1}"
        for place, (old, new) in enumerate(zip(text, after, strict=True))
        if old != new
    )
    return f"with {changes} it would be right; compare it with the original"
