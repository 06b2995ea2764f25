"""Postal addresses of a message: whose they are, which form they have, and what is wrong with that form.

An address is *structured* (town and country in their elements, no AdrLine), *hybrid* (town and country in their
elements, and at most two AdrLine of at most 70 characters that repeat nothing), *unstructured* (AdrLine without town
or without country), *faulty* (meant as structured or hybrid, but not that) or *none*.
Source: EPC153-22, PMPG and HVPS+ guidance on hybrid addresses.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from wissel.validation.address_data import countries_named, plain_words
from wissel.xml.blocks.block import Block
from wissel.xml.blocks.shape import SHAPES_MAX, Shape

LINES_MAX = 2
"""AdrLine beside town and country."""
LINE_CHARACTERS_MAX = 70
ELEMENTS = (
    "CareOf", "Dept", "SubDept", "StrtNm", "BldgNb", "BldgNm", "Flr", "UnitNb", "PstBx", "Room", "PstCd", "TwnNm",
    "TwnLctnNm", "DstrctNm", "CtrySubDvsn", "Ctry",
)  # fmt: skip
"""The elements of an address that say one thing each, in the order of the schema; AdrLine follows."""
_POST_CODE_CHARACTERS_MIN = 4
"""A shorter post code may as well be a house number."""
_HOLDERS = ("PstlAdr", "Adr")
_INNER = frozenset({"FinInstnId", "BrnchId", "Pty", "Agt", "NmAndAdr", "CmbndId", *_HOLDERS})
"""Elements between a role and its address that say nothing of the role."""
_INDEX = re.compile(r"\[\d+\]$")
_SMALL_WORDS = frozenset({
    "a", "am", "an", "aan", "auf", "d", "da", "das", "de", "del", "della", "den", "der", "des", "di", "do", "du", "la",
    "le", "les", "of", "the", "to", "van", "von",
})  # fmt: skip
"""After one of these, a town at the end of a line is part of a street's name: 5 Rue de Paris."""


class Form(StrEnum):
    """The form of an address."""

    STRUCTURED = "structured"
    HYBRID = "hybrid"
    UNSTRUCTURED = "unstructured"
    FAULTY = "faulty"
    NONE = "none"


class Makeup(StrEnum):
    """What an address is made of."""

    LINES = "lines"
    """AdrLine and nothing else."""
    MIXED = "mixed"
    """AdrLine and other elements."""
    ELEMENTS = "elements"
    """No AdrLine."""
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Address:
    """One postal address of a block."""

    path: str
    """Indexed, below the block: ``CdtrAgt/FinInstnId/PstlAdr``."""
    lines: tuple[str, ...]
    """AdrLine, white space around it removed; empty ones left out."""
    elements: tuple[tuple[str, str], ...]
    """The other elements that say something, in the order of the schema."""
    numbers: tuple[int, ...] = ()
    """Which values of the block the lines are."""
    first: int | None = None
    """Which value of the block is the first of the address."""

    def get(self, tag: str) -> str:
        """The text of an element; empty where it has none."""
        return next((text for name, text in self.elements if name == tag), "")

    @property
    def makeup(self) -> Makeup:
        """What it is made of."""
        if self.lines:
            return Makeup.MIXED if self.elements else Makeup.LINES
        return Makeup.ELEMENTS if self.elements else Makeup.NOTHING


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong with the form of an address."""

    code: str
    message: str
    line: int | None = None
    """Which AdrLine it is about, from 0; None for the address as a whole."""
    allowed: str | None = None


def role_of(path: str) -> str:
    """Whose the address (or party) at a path is: ``CdtrAgt`` for ``CdtrAgt/FinInstnId/PstlAdr``."""
    steps = path.split("/")
    while len(steps) > 1 and _INDEX.sub("", steps[-1]) in _INNER:
        steps.pop()
    return _INDEX.sub("", steps[-1])


@lru_cache(maxsize=SHAPES_MAX)
def _places(shape: Shape) -> tuple[tuple[str, tuple[tuple[str, int], ...]], ...]:
    """The addresses of a shape: the path of each, and tag and number of its values."""
    found: dict[str, list[tuple[str, int]]] = {}
    for number, path in enumerate(shape.paths):
        above, _, tag = path.rpartition("/")
        tag = _INDEX.sub("", tag)
        holder = _INDEX.sub("", above.rpartition("/")[2])
        if holder in _HOLDERS and (tag in ELEMENTS or tag == "AdrLine"):
            found.setdefault(above, []).append((tag, number))
        elif tag == "PstlAdr":
            found.setdefault(path, [])
    return tuple((path, tuple(values)) for path, values in found.items())


@lru_cache(maxsize=SHAPES_MAX)
def decisive(shape: Shape) -> tuple[int, ...] | None:
    """Where every address of a shape has town and country and no AdrLine: which values have to say something for all
    to be structured; None for other shapes."""
    numbers: list[int] = []
    for _, values in _places(shape):
        tags = dict(values)
        if "AdrLine" in tags or "TwnNm" not in tags or "Ctry" not in tags:
            return None
        numbers += [tags["TwnNm"], tags["Ctry"]]
    return tuple(numbers)


def all_structured(block: Block) -> bool:
    """Whether each address of a block is structured: decided without looking closer where the shape tells."""
    numbers = decisive(block.shape)
    return numbers is not None and all(block.texts[number].strip() for number in numbers)


def addresses(block: Block) -> Iterator[Address]:
    """The postal addresses of a block, in the order of the message."""
    for path, values in _places(block.shape):
        texts = [(tag, number, block.texts[number].strip()) for tag, number in values]
        lines = [(text, number) for tag, number, text in texts if tag == "AdrLine" and text]
        yield Address(
            path=path,
            lines=tuple(text for text, _ in lines),
            elements=tuple((tag, text) for tag, _, text in texts if tag != "AdrLine" and text),
            numbers=tuple(number for _, number in lines),
            first=values[0][1] if values else None,
        )


def faults(address: Address, lines_max: int | None = None, characters_max: int | None = None) -> tuple[Fault, ...]:
    """What is wrong with the form of an address, whoever judges it.

    ``lines_max`` and ``characters_max`` limit addresses of AdrLine only, where a scheme does.
    """
    if not address.lines and not address.elements:
        return ()
    return (*_missing(address), *_limits(address, lines_max, characters_max), *_repetitions(address))


def form_of(address: Address) -> Form:
    """The form of an address."""
    if address.makeup is Makeup.NOTHING:
        return Form.NONE
    placed = bool(address.get("TwnNm") and address.get("Ctry"))
    if address.lines and not placed:
        return Form.UNSTRUCTURED
    if faults(address):
        return Form.FAULTY
    return Form.HYBRID if address.lines else Form.STRUCTURED


def _missing(address: Address) -> Iterator[Fault]:
    if address.makeup is Makeup.LINES:
        count = len(address.lines)
        said = (
            f"The address has {count} AdrLine and neither TwnNm nor Ctry."
            if count > 1
            else ("The address is one AdrLine, with neither TwnNm nor Ctry.")
        )
        yield Fault("ADDRESS-UNSTRUCTURED", said, 0, "TwnNm and Ctry, and at most 2 AdrLine")
        return
    for tag, code, noun in (("TwnNm", "ADDRESS-TOWN-MISSING", "town"), ("Ctry", "ADDRESS-COUNTRY-MISSING", "country")):
        if not address.get(tag):
            beside = "AdrLine" if address.lines else address.elements[0][0]
            yield Fault(code, f"The address has {beside}, but no {noun} in {tag}.", None, f"{tag} present")


def _limits(address: Address, lines_max: int | None, characters_max: int | None) -> Iterator[Fault]:
    only = address.makeup is Makeup.LINES
    most, longest = (lines_max, characters_max) if only else (LINES_MAX, LINE_CHARACTERS_MAX)
    beside = "without other elements" if only else "beside other elements"
    if most is not None and len(address.lines) > most:
        said = f"The address has {len(address.lines)} AdrLine, {most} may stand {beside}."
        yield Fault("ADDRESS-LINE-TOO-MANY", said, most, f"at most {most} AdrLine")
    for number, line in enumerate(address.lines):
        if len(line) > (longest or LINE_CHARACTERS_MAX):
            said = f"The AdrLine has {len(line)} characters, {longest or LINE_CHARACTERS_MAX} are allowed {beside}."
            allowed = f"at most {longest or LINE_CHARACTERS_MAX} characters"
            yield Fault("ADDRESS-LINE-TOO-LONG", said, number, allowed)


def _repetitions(address: Address) -> Iterator[Fault]:
    if not address.lines or not address.get("TwnNm") or not address.get("Ctry"):
        return  # then the form itself is wrong, and what is said twice is no matter yet
    said = [(tag, address.get(tag)) for tag in ("TwnNm", "PstCd", "Ctry") if address.get(tag)]
    for number, line in enumerate(address.lines):
        again = [f"{tag} {text}" for tag, text in said if repeats(tag, text, line)]
        if again:
            message = f"The AdrLine says again what stands in {' and '.join(again)}."
            yield Fault("ADDRESS-LINE-REPEATS", message, number, "each part of the address once")


def repeats(tag: str, text: str, line: str) -> bool:
    """Whether a line says again what an element says.

    A town counts where it ends the line or stands before a comma, but not in a street's name (5 Rue de Paris); a
    country where its code or name does, or its code stands before a number (CH-8000).
    """
    wanted = plain_words(text)
    if not wanted:
        return False
    for part in line.split(","):
        words = plain_words(part)
        if tag == "PstCd":
            if len("".join(wanted)) >= _POST_CODE_CHARACTERS_MIN and _within("".join(wanted), words):
                return True
        elif tag == "Ctry":
            if words[-1:] == wanted or (words[:1] == wanted and words[1:2] and words[1].isdigit()):
                return True
            if text in countries_named(part) and not _is_town_behind_code(words):
                return True
        elif words[-len(wanted) :] == wanted and (words[: -len(wanted)] or ("",))[-1] not in _SMALL_WORDS:
            return True
    return False


def _is_town_behind_code(words: tuple[str, ...]) -> bool:
    """Whether a name stands behind a post code: then it is the town of that name, as in 1234 Luxembourg."""
    return len(words) > 1 and words[-2].isdigit()


def _within(wanted: str, words: tuple[str, ...]) -> bool:
    """Whether some words that follow each other make up ``wanted``: 1012 AB and 1012AB are one post code."""
    return any(
        "".join(words[start:end]) == wanted
        for start in range(len(words))
        for end in range(start + 1, min(start + 3, len(words)) + 1)
    )
