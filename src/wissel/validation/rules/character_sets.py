"""Characters that a network does not carry. Data in ``character_sets.toml``: a guideline names its set there."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from types import MappingProxyType
from typing import Any

from wissel.core.errors import InstallationError
from wissel.core.finding import Severity
from wissel.validation.rows import rows_of
from wissel.validation.rule import BlockRule, Flaw, Rule, RuleFacts, described
from wissel.validation.scope import Scope
from wissel.xml.blocks.block import Block
from wissel.xml.blocks.shape import Shape

_KINDS = ("header", "message", "group", "transaction")
_LETTERS_END = 0x2000
"""Code points looked at for letters of a script: those of Europe lie below."""


@dataclass(frozen=True, slots=True, eq=False)
class CharacterSet:
    """Characters that may stand in text."""

    name: str
    title: str
    outside: re.Pattern[str]
    """Finds a character that does not belong to it."""

    def has(self, text: str) -> bool:
        """Whether all characters of a text belong to it."""
        return self.outside.search(text) is None


@dataclass(frozen=True, slots=True)
class Usage:
    """Which sets a network uses for which elements."""

    common: CharacterSet
    wider: CharacterSet
    """For what stands below ``wider_below``."""
    wider_below: frozenset[str]
    tolerated: CharacterSet | None
    """What many take although the common set does not have it; said in the finding."""


@cache
def _data() -> Mapping[str, Any]:
    return rows_of("character_sets.toml")


@cache
def character_set(name: str) -> CharacterSet:
    """A set by name. Raises InstallationError for one that is not known."""
    rows = _data()["sets"]
    if name not in rows:
        raise InstallationError(f"there is no character set {name!r}; known are {', '.join(rows)}")
    characters = "".join(sorted(_characters(name)))
    return CharacterSet(name, rows[name]["title"], re.compile(f"[^{re.escape(characters)}]"))


def _characters(name: str) -> set[str]:
    row = _data()["sets"][name]
    found = set(row.get("characters", ""))
    if "also" in row:
        found |= _characters(row["also"])
    scripts = tuple(row.get("letters", ()))
    if scripts:
        letters = (chr(point) for point in range(0x80, _LETTERS_END) if chr(point).isalpha())
        found |= {letter for letter in letters if unicodedata.name(letter, "").startswith(scripts)}
    return found


def usages() -> tuple[str, ...]:
    """What a guideline may name as its character set."""
    return tuple(_data()["usages"])


@cache
def usage(name: str) -> Usage:
    """How a network uses its sets. Raises InstallationError for one that is not known."""
    if name not in usages():
        raise InstallationError(f"there is no character set {name!r}; known are {', '.join(usages())}")
    row = _data()["usages"][name]
    common = character_set(row["set"])
    return Usage(
        common,
        character_set(row["wider"]) if "wider" in row else common,
        frozenset(row.get("wider_below", ())),
        character_set(row["tolerated"]) if "tolerated" in row else None,
    )


@cache
def _replacements() -> Mapping[str, tuple[str, ...]]:
    found = {character: tuple(instead) for character, instead in _data()["replacements"].items()}
    for words in _data()["scripts"].values():
        pairs = words.split()
        for letter, latin in zip(pairs[::2], pairs[1::2], strict=True):
            found[letter] = (latin,)
            found.setdefault(letter.upper(), (latin.capitalize(),))
    return MappingProxyType(found)


@lru_cache(maxsize=4096)
def replacement(character: str, allowed: CharacterSet) -> str | None:
    """What may stand instead of a character, in characters that are allowed; None where nothing fits."""
    for instead in _replacements().get(character, ()):
        if allowed.has(instead):
            return instead
    bare = "".join(c for c in unicodedata.normalize("NFKD", character) if not unicodedata.combining(c))
    if bare and bare != character and allowed.has(bare):
        return bare
    deeper = "".join(next(iter(_replacements().get(c, ())), c) for c in bare)
    return deeper if deeper and deeper != character and allowed.has(deeper) else None


def replaced(text: str, allowed: CharacterSet) -> str | None:
    """A text with allowed characters only; None where some character has no replacement."""
    wrong = set(allowed.outside.findall(text))
    if None in [replacement(character, allowed) for character in wrong]:
        return None
    return allowed.outside.sub(lambda found: replacement(found.group(), allowed) or "", text)


_BETWEEN = "\0"
"""Stands between values that are looked at together: a character that XML does not have."""


@cache
def _outside_common(name: str) -> re.Pattern[str]:
    """Finds a character in values that are joined which is not of the common set."""
    characters = "".join(sorted(_characters(_data()["usages"][name]["set"])))
    return re.compile(f"[^{re.escape(characters)}{_BETWEEN}]")


@lru_cache(maxsize=4096)
def _has_wider(name: str, shape: Shape) -> frozenset[int]:
    """The values of a block of that shape that may have characters of the wider set."""
    below = usage(name).wider_below
    return frozenset(number for number, path in enumerate(shape.plain) if below & set(path.split("/")))


def _wrong(name: str, block: Block) -> list[int]:
    """The values of a block with characters that their set does not have."""
    joined = _BETWEEN.join(block.texts)
    search = _outside_common(name).search
    found = search(joined)
    if found is None:
        return []
    if joined.count(_BETWEEN) != len(block.texts) - 1:
        numbers = [number for number, text in enumerate(block.texts) if search(text) is not None]
    else:
        numbers, number, end = [], 0, 0
        while found is not None:
            number += joined.count(_BETWEEN, end, found.start())
            numbers.append(number)
            end = joined.find(_BETWEEN, found.end())
            found = search(joined, end) if end >= 0 else None
    used, wider, texts = usage(name), _has_wider(name, block.shape), block.texts
    wrong = []
    for number in numbers:
        text = texts[number].strip()
        if number in wider:
            if not used.wider.has(text):
                wrong.append(number)
        elif text == texts[number] or not used.common.has(text):
            wrong.append(number)
    return wrong


def _check(name: str) -> Callable[[Block, Scope], Iterable[Flaw]]:
    def check(block: Block, _scope: Scope) -> Iterable[Flaw]:
        wrong = _wrong(name, block)
        return _flaws(name, block, wrong) if wrong else ()

    return check


def _flaws(name: str, block: Block, wrong: list[int]) -> Iterator[Flaw]:
    used, wider = usage(name), _has_wider(name, block.shape)
    for number in wrong:
        yield _flaw(number, block.texts[number].strip(), used.wider if number in wider else used.common, used.tolerated)


def _count(name: str) -> Callable[[Block, Scope], int]:
    return lambda block, _scope: len(_wrong(name, block))


def _flaw(number: int, text: str, allowed: CharacterSet, tolerated: CharacterSet | None) -> Flaw:
    message, hint = _told(text, allowed, tolerated)
    return Flaw(message, number, value=text, allowed=allowed.title, hint=hint)


@lru_cache(maxsize=4096)
def _told(text: str, allowed: CharacterSet, tolerated: CharacterSet | None) -> tuple[str, str | None]:
    """Sentence and hint for a text; in a large file the same names and streets come again and again."""
    wrong = list(allowed.outside.finditer(text))
    first = wrong[0].group()
    name = unicodedata.name(first, "a control character")
    shown = f'"{first}" ' if first.isprintable() else ""
    others = len({match.group() for match in wrong} - {first})
    more = f" ({others} more in this text)" if others else ""
    which = f"The character {shown}(U+{ord(first):04X}, {name}) at position {wrong[0].start() + 1}"
    message = f"{which} is not in {allowed.title}{more}."
    if tolerated is not None and tolerated.has(text):
        message += " Many banks take it, others replace it."
    instead = replacement(first, allowed)
    whole = replaced(text, allowed)
    hint = None if instead is None else f'write "{instead}"'
    if whole is not None and len(whole) <= 140:
        hint = f'write "{whole}"'
    return message, hint


def characters_not_allowed() -> None:
    """Text has only characters that the network carries.

    XML can carry any character, the systems behind a network cannot: what they do not know they refuse, drop or
    replace, and a name or reference arrives that is not the one that was sent.
    """


def _rule(name: str, severity: Severity, source: str, confidence: str) -> BlockRule:
    title, why = described(characters_not_allowed)
    facts = RuleFacts(
        code="CHARACTER-NOT-ALLOWED",
        title=title,
        why=why,
        severity=severity,
        source=source,
        confidence=confidence,
        reason="RR10",
        optional=True,
    )
    return BlockRule(facts, _KINDS, _check(name), count=_count(name))


@cache
def characters_rule(name: str) -> BlockRule:
    """The rule for a network's character set. Raises InstallationError for one that is not known."""
    usage(name)
    row = _data()["usages"][name]
    return _rule(name, Severity(row["severity"]), row["source"], row["confidence"])


RULES: tuple[Rule, ...] = (_rule("swift-x", Severity.WARNING, "Swift FIN, character set X", "high"),)
"""The rule as a guideline gets it that enables it by its code alone; the data are read when it first runs."""
