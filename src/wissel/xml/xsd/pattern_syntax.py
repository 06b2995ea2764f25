"""XSD regular expressions (XML Schema part 2, appendix F), parsed into a small tree.

They differ from Python's: ``^`` and ``$`` are plain characters, ``.`` excludes both line ends,
``[a-z-[aeiou]]`` subtracts, ``\\i`` and ``\\c`` are XML name characters, and all are anchored at both ends.
"""

import re
from dataclasses import dataclass
from functools import cache

from wissel.xml.xsd import character_sets as sets
from wissel.xml.xsd.character_sets import Ranges
from wissel.xml.xsd.schema_tree import UnsupportedSchema

REPEATS_MAX = 10_000
"""No quantifier above this: a value that long is bounded by its length facet, not by its pattern."""

DEPTH_MAX = 50
"""Brackets inside brackets."""


@dataclass(frozen=True, slots=True)
class Characters:
    """One character out of a set."""

    ranges: Ranges


@dataclass(frozen=True, slots=True)
class Sequence:
    """Parts one after the other; none is the empty text."""

    parts: tuple["Expression", ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several expressions."""

    options: tuple["Expression", ...]


@dataclass(frozen=True, slots=True)
class Repeat:
    """An expression ``low`` to ``high`` times (None = without end)."""

    item: "Expression"
    low: int
    high: int | None


Expression = Characters | Sequence | Choice | Repeat


@cache
def parse_pattern(pattern: str) -> Expression:
    """Parse an XSD regular expression. Raises UnsupportedSchema where it is wrong or has an unknown class."""
    parser = _Parser(pattern)
    expression = parser.choice()
    if parser.here:
        raise parser.wrong(f"stray {parser.here!r}")
    return expression


_SINGLE = {"n": "\n", "r": "\r", "t": "\t"}


class _Parser:
    """A recursive descent over one pattern; ``at`` is the next character."""

    def __init__(self, pattern: str) -> None:
        self.pattern = pattern
        self.at = 0
        self.depth = 0

    @property
    def here(self) -> str:
        return self.pattern[self.at : self.at + 1]

    def wrong(self, why: str) -> UnsupportedSchema:
        place = f"at character {self.at + 1}"
        return UnsupportedSchema(f"the pattern {self.pattern!r} cannot be read: {why} {place}")

    def take(self, text: str) -> bool:
        if self.pattern.startswith(text, self.at):
            self.at += len(text)
            return True
        return False

    def choice(self) -> Expression:
        self.depth += 1
        if self.depth > DEPTH_MAX:
            raise self.wrong("brackets nest too deep")
        options = [self.sequence()]
        while self.take("|"):
            options.append(self.sequence())
        self.depth -= 1
        return options[0] if len(options) == 1 else Choice(tuple(options))

    def sequence(self) -> Expression:
        parts = []
        while self.here not in ("", "|", ")"):
            parts.append(self.quantified(self.atom()))
        return parts[0] if len(parts) == 1 else Sequence(tuple(parts))

    def quantified(self, item: Expression) -> Expression:
        for sign, (low, high) in {"?": (0, 1), "*": (0, None), "+": (1, None)}.items():
            if self.take(sign):
                return Repeat(item, low, high)
        if self.here != "{":
            return item
        found = re.compile(r"\{([0-9]+)(,([0-9]*))?\}").match(self.pattern, self.at)
        if found is None:
            raise self.wrong("a quantifier is not {n}, {n,} or {n,m}")
        least = int(found[1])
        most = least if found[2] is None else int(found[3]) if found[3] else None
        if max(least, most or 0) > REPEATS_MAX or (most is not None and most < least):
            raise self.wrong("a quantifier is out of bounds")
        self.at = found.end()
        return item if least == most == 1 else Repeat(item, least, most)

    def atom(self) -> Expression:
        if self.take("("):
            inside = self.choice()
            if not self.take(")"):
                raise self.wrong("a bracket is not closed")
            return inside
        if self.take("["):
            return Characters(self.character_class())
        if self.take("."):
            return Characters(sets.complement(sets.LINE_ENDS))
        if self.take("\\"):
            return Characters(self.escape())
        if self.here in tuple("?*+{}]"):
            raise self.wrong(f"stray {self.here!r}")
        return Characters(self.one())

    def one(self) -> Ranges:
        point = ord(self.here)
        self.at += 1
        return ((point, point),)

    def escape(self) -> Ranges:
        letter = self.here
        if letter == "":
            raise self.wrong("nothing after the backslash")
        if letter in "pP":
            return self.category()
        self.at += 1
        if letter in _SINGLE or not letter.isalnum():
            point = ord(_SINGLE.get(letter, letter))
            return ((point, point),)
        known = _named(letter.lower())
        if known is None:
            raise self.wrong(f"unknown escape \\{letter}")
        return known if letter.islower() else sets.complement(known)

    def category(self) -> Ranges:
        found = re.compile(r"([pP])\{([A-Za-z0-9-]+)\}").match(self.pattern, self.at)
        ranges = sets.category(found[2]) if found else None
        if found is None or ranges is None:
            raise self.wrong("unknown category of characters")
        self.at = found.end()
        return ranges if found[1] == "p" else sets.complement(ranges)

    def character_class(self) -> Ranges:
        """The inside of ``[...]``; the opening bracket is behind us."""
        negated = self.take("^")
        found: list[Ranges] = []
        without: Ranges | None = None
        while not self.take("]"):
            if self.here == "":
                raise self.wrong("a character class is not closed")
            if found and self.take("-["):
                without = self.character_class()
                if self.here != "]":
                    raise self.wrong("something follows a subtraction")
            else:
                found.append(self.class_part())
        if not found:
            raise self.wrong("a character class is empty")
        ranges = sets.union(*found)
        ranges = sets.complement(ranges) if negated else ranges
        return ranges if without is None else sets.difference(ranges, without)

    def class_part(self) -> Ranges:
        first = self.class_character()
        single = len(first) == 1 and first[0][0] == first[0][1]
        upto = self.pattern[self.at : self.at + 2]
        if not single or len(upto) < 2 or upto[0] != "-" or upto[1] in "[]":
            return first
        self.at += 1
        last = self.class_character()
        if len(last) != 1 or last[0][0] != last[0][1] or last[0][0] < first[0][0]:
            raise self.wrong("a range of characters runs backwards")
        return ((first[0][0], last[0][0]),)

    def class_character(self) -> Ranges:
        if self.here == "[":
            raise self.wrong("stray '['")
        return self.escape() if self.take("\\") else self.one()


def _named(letter: str) -> Ranges | None:
    match letter:
        case "d":
            return sets.category("Nd")
        case "w":
            return sets.word()
        case "s":
            return sets.SPACE
        case "i":
            return sets.NAME_START
        case "c":
            return sets.union(sets.NAME_START, sets.NAME_MORE)
    return None
