"""Matching values against XSD regular expressions: by Python's ``re`` where that is safe, else step by step.

``re`` tries alternatives one after the other, so a pattern with repeats inside repeats (usage guidelines have
such: ``(X(X*(/X)?)*)``) can take it years for 35 characters. :func:`matches` is safe for any pattern.
"""

import re
from functools import cache

from wissel.xml.xsd import character_sets as sets
from wissel.xml.xsd.character_sets import Ranges
from wissel.xml.xsd.pattern_syntax import Characters, Choice, Expression, Repeat, Sequence, parse_pattern


@cache
def compile_pattern(pattern: str) -> re.Pattern[str]:
    """The Python regular expression that matches the same values; anchored, so ``match`` is a full match.

    Raises UnsupportedSchema where the pattern is wrong or uses an unknown class of characters.
    Prefer :func:`matches` for values and patterns from outside.
    """
    return re.compile(rf"\A(?:{_python(parse_pattern(pattern))})\Z")


def matches(pattern: str, value: str) -> bool:
    """True where the whole ``value`` matches the XSD ``pattern``; time grows with the length, never worse.

    Raises UnsupportedSchema where the pattern is wrong or uses an unknown class of characters.
    """
    if _is_safe(pattern):
        return compile_pattern(pattern).match(value) is not None
    return len(value) in _ends(parse_pattern(pattern), value, frozenset((0,)))


@cache
def _is_safe(pattern: str) -> bool:
    """True where no repeat of open length stands inside another repeat."""
    return _safe(parse_pattern(pattern), False)


def _safe(expression: Expression, repeated: bool) -> bool:
    match expression:
        case Characters():
            return True
        case Sequence(parts):
            return all(_safe(part, repeated) for part in parts)
        case Choice(options):
            return not repeated and all(_safe(option, repeated) for option in options)
        case Repeat(item, low, high):
            if repeated and low != high:
                return False
            return _safe(item, repeated or high is None or high > 1)


def _ends(expression: Expression, value: str, starts: frozenset[int]) -> frozenset[int]:
    """Where a match may end that begins at one of ``starts``."""
    match expression:
        case Characters(ranges):
            return frozenset(at + 1 for at in starts if at < len(value) and sets.holds(ranges, value[at]))
        case Sequence(parts):
            for part in parts:
                starts = _ends(part, value, starts)
            return starts
        case Choice(options):
            return frozenset().union(*(_ends(option, value, starts) for option in options))
        case Repeat(item, low, high):
            return _repeated_ends(item, low, high, value, starts)


def _repeated_ends(item: Expression, low: int, high: int | None, value: str, starts: frozenset[int]) -> frozenset[int]:
    for _ in range(low):
        further = _ends(item, value, starts)
        if further == starts:
            break
        starts = further
    found = starts
    rounds = len(value) if high is None else min(high - low, len(value))
    for _ in range(rounds):
        starts = _ends(item, value, starts) - found
        if not starts:
            break
        found |= starts
    return found


def _python(expression: Expression) -> str:
    match expression:
        case Characters(ranges):
            return _python_class(ranges)
        case Sequence(parts):
            return "".join(f"(?:{_python(p)})" if isinstance(p, Choice) else _python(p) for p in parts)
        case Choice(options):
            return "|".join(_python(option) for option in options)
        case Repeat(item, low, high):
            body = _python(item) if isinstance(item, Characters) else f"(?:{_python(item)})"
            return f"{body}{{{low},{'' if high is None else high}}}"


def _python_class(ranges: Ranges) -> str:
    if not ranges:
        return "(?!)"
    if len(ranges) == 1 and ranges[0][0] == ranges[0][1]:
        return re.escape(chr(ranges[0][0]))
    body = "".join(
        _class_character(first) if first == last else f"{_class_character(first)}-{_class_character(last)}"
        for first, last in ranges
    )
    return f"[{body}]"


def _class_character(point: int) -> str:
    character = chr(point)
    if character.isascii() and not character.isalnum():
        return f"\\x{point:02x}"
    return character if point < 0xD800 else f"\\U{point:08x}"
