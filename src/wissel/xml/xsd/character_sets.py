"""Sets of characters as ranges of code points: what a character class of an XSD pattern stands for."""

import unicodedata
from functools import cache
from itertools import pairwise

Ranges = tuple[tuple[int, int], ...]
"""Code points from first to last, both included, ascending and apart from each other."""

LAST = 0x10FFFF

NAME_START: Ranges = (
    (0x3A, 0x3A), (0x41, 0x5A), (0x5F, 0x5F), (0x61, 0x7A), (0xC0, 0xD6), (0xD8, 0xF6), (0xF8, 0x2FF),
    (0x370, 0x37D), (0x37F, 0x1FFF), (0x200C, 0x200D), (0x2070, 0x218F), (0x2C00, 0x2FEF), (0x3001, 0xD7FF),
    (0xF900, 0xFDCF), (0xFDF0, 0xFFFD), (0x10000, 0xEFFFF),
)  # fmt: skip
"""Characters that may begin an XML name (XML 1.0, fifth edition, production 4): ``\\i``."""

NAME_MORE: Ranges = ((0x2D, 0x2E), (0x30, 0x39), (0xB7, 0xB7), (0x300, 0x36F), (0x203F, 0x2040))
"""Characters that a name may hold besides those that may begin it (production 4a)."""

SPACE: Ranges = ((0x09, 0x0A), (0x0D, 0x0D), (0x20, 0x20))
LINE_ENDS: Ranges = ((0x0A, 0x0A), (0x0D, 0x0D))


def union(*sets: Ranges) -> Ranges:
    """All characters of the sets together."""
    merged: list[tuple[int, int]] = []
    for first, last in sorted(pair for each in sets for pair in each):
        if merged and first <= merged[-1][1] + 1:
            merged[-1] = (merged[-1][0], max(last, merged[-1][1]))
        else:
            merged.append((first, last))
    return tuple(merged)


def complement(ranges: Ranges) -> Ranges:
    """Every character that is not in ``ranges``."""
    edges = [(-1, -1), *union(ranges), (LAST + 1, LAST + 1)]
    return tuple((left[1] + 1, right[0] - 1) for left, right in pairwise(edges) if left[1] + 1 < right[0])


def difference(ranges: Ranges, without: Ranges) -> Ranges:
    """The characters of ``ranges`` that are not in ``without``."""
    return complement(union(complement(ranges), without))


def holds(ranges: Ranges, character: str) -> bool:
    """True where ``character`` is in the set."""
    point = ord(character)
    return any(first <= point <= last for first, last in ranges)


@cache
def _points_by_category() -> dict[str, Ranges]:
    """The code points of each Unicode general category (``Nd``, ``Lu`` ...), surrogates left out."""
    found: dict[str, list[tuple[int, int]]] = {}
    begin, name = 0, unicodedata.category("\0")
    for point in range(1, LAST + 2):
        category = unicodedata.category(chr(point)) if point <= LAST else ""
        if category != name:
            found.setdefault(name, []).append((begin, point - 1))
            begin, name = point, category
    return {name: tuple(ranges) for name, ranges in found.items() if name != "Cs"}


@cache
def category(name: str) -> Ranges | None:
    """The characters of a Unicode category (``Nd``) or group of categories (``L``); None where unknown."""
    parts = [ranges for full, ranges in _points_by_category().items() if full.startswith(name)]
    return union(*parts) if name and parts else None


@cache
def word() -> Ranges:
    """``\\w``: everything but punctuation, separators and other (XML Schema part 2, appendix F)."""
    return difference(((0, LAST),), union(*(ranges for letter in "PZC" if (ranges := category(letter)) is not None)))
