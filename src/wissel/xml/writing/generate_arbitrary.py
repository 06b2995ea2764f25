"""Any value that a type allows, from a seeded generator, for tests and where no plausible one is known."""

import base64
from calendar import monthrange
from functools import cache
from random import Random

from wissel.xml.xsd.character_sets import Ranges
from wissel.xml.xsd.pattern_syntax import Characters, Choice, Expression, Repeat, Sequence, parse_pattern
from wissel.xml.xsd.schema_tree import SimpleType, UnsupportedSchema
from wissel.xml.xsd.values import check_value

_TEXT = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 .,-/&<>\"'()éüßñ€中한𝄞"
_PRINTABLE = tuple(range(0x30, 0x3A)) + tuple(range(0x41, 0x5B)) + tuple(range(0x61, 0x7B))
_ATTEMPTS_MAX = 200
_REPEATS_MAX = 12
_ZONES = ("", "", "Z", "+01:00", "-05:30", "+14:00")


def arbitrary(of: SimpleType, rng: Random) -> str:
    """A value of the type, at random over what its facets allow.

    Raises UnsupportedSchema where its pattern and its other facets cannot be met together.
    """
    if of.enumeration:
        return rng.choice(of.enumeration)
    for _ in range(_ATTEMPTS_MAX):
        value = _attempt(of, rng)
        if check_value(value, of) is None:
            return value
    raise UnsupportedSchema(f"no value was found for the type {of.name}")


def from_pattern(pattern: str, rng: Random) -> str:
    """A text that matches an XSD pattern, letters and digits where it leaves the choice."""
    return _draw(parse_pattern(pattern), rng)


def _attempt(of: SimpleType, rng: Random) -> str:
    match of.base:
        case "decimal":
            return _decimal(of, rng)
        case "boolean":
            return rng.choice(("true", "false", "1", "0"))
        case "base64Binary":
            low, high = of.length or of.length_min or 0, of.length or of.length_max or 60
            return base64.b64encode(rng.randbytes(rng.randint(low, min(high, low + 60)))).decode()
        case "string" | "normalizedString" | "token":
            return from_pattern(of.patterns[-1], rng) if of.patterns else _text(of, rng)
    return _temporal(of, rng)


def _draw(expression: Expression, rng: Random) -> str:
    match expression:
        case Characters(ranges):
            return rng.choice(_common(ranges))
        case Sequence(parts):
            return "".join(_draw(part, rng) for part in parts)
        case Choice(options):
            return _draw(rng.choice(options), rng)
        case Repeat(item, low, high):
            times = rng.randint(low, low + _REPEATS_MAX if high is None else high)
            return "".join(_draw(item, rng) for _ in range(times))


@cache
def _common(ranges: Ranges) -> str:
    """The letters and digits in a set of characters, else its first character."""
    points = [p for p in _PRINTABLE if any(first <= p <= last for first, last in ranges)]
    return "".join(map(chr, points or [ranges[0][0]]))


def _text(of: SimpleType, rng: Random) -> str:
    low = of.length if of.length is not None else of.length_min or 0
    high = of.length if of.length is not None else of.length_max
    # mostly short, now and then as long as allowed: the edges are where validators differ
    top = low + 20 if high is None else high if rng.random() < 0.1 else min(high, low + 20)
    return "".join(rng.choice(_TEXT) for _ in range(rng.randint(low, min(top, low + 400))))


def _decimal(of: SimpleType, rng: Random) -> str:
    total = of.total_digits or 18
    fraction = rng.randint(0, min(of.fraction_digits if of.fraction_digits is not None else 4, total))
    whole = rng.randint(0 if fraction else 1, total - fraction) if total > fraction else 0
    digits = "".join(rng.choice("0123456789") for _ in range(whole)) or "0"
    decimals = "".join(rng.choice("0123456789") for _ in range(fraction))
    sign = "-" if of.value_min is None and rng.random() < 0.2 else ""
    return f"{sign}{digits}.{decimals}" if decimals else f"{sign}{digits}"


def _temporal(of: SimpleType, rng: Random) -> str:
    year, month = rng.randint(1970, 2099), rng.randint(1, 12)
    day = rng.randint(1, monthrange(year, month)[1])
    fraction = rng.choice(("", "", ".5", ".123", ".000001"))
    time = f"{rng.randint(0, 23):02d}:{rng.randint(0, 59):02d}:{rng.randint(0, 59):02d}{fraction}"
    zone = rng.choice(_ZONES)
    match of.base:
        case "date":
            return f"{year}-{month:02d}-{day:02d}{zone}"
        case "dateTime":
            return f"{year}-{month:02d}-{day:02d}T{time}{zone}"
        case "time":
            return f"{time}{zone}"
        case "gYear":
            return f"{year}{zone}"
        case "gYearMonth":
            return f"{year}-{month:02d}{zone}"
    raise UnsupportedSchema(f"no value can be made for the base type xs:{of.base}")
