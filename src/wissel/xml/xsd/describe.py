"""What a type allows, in plain words: for reports, ``wissel explain`` and ``wissel diff``."""

import tomllib
from functools import cache
from pathlib import Path

from wissel.xml.xsd.pattern_syntax import Characters, Expression, Repeat, Sequence, parse_pattern
from wissel.xml.xsd.schema_tree import ComplexType, SimpleType, Type, UnsupportedSchema, Wildcard, elements

CODES_MAX = 30
"""Codes and elements listed before a description says how many more there are."""

_BASES = {
    "boolean": "true or false (also 1 or 0)",
    "date": "date such as 2026-11-23",
    "dateTime": "date and time such as 2026-11-23T10:15:00+01:00",
    "time": "time such as 10:15:00+01:00",
    "gYear": "year such as 2026",
    "gYearMonth": "year and month such as 2026-11",
    "gMonth": "month such as --11",
    "gMonthDay": "month and day such as --11-23",
    "gDay": "day of the month such as ---23",
}

_CODE_LISTS = {
    "CountryCode": "an ISO 3166 country code such as NL",
    "CurrencyCode": "an ISO 4217 currency code such as EUR",
    "LanguageCode": "an ISO 639 language code such as en",
}

_CLASSES = {
    "[A-Z]": "capital letter",
    "[a-z]": "small letter",
    "[0-9]": "digit",
    "[A-Za-z]": "letter",
    "[A-Z0-9]": "capital letter or digit",
    "[a-z0-9]": "small letter or digit",
    "[a-zA-Z0-9]": "letter or digit",
    "[0-9a-fA-F]": "hexadecimal digit",
    "[0-9A-F]": "hexadecimal digit (capitals)",
    "[0-9a-f]": "hexadecimal digit (small letters)",
}


def describe(of: Type, codes_max: int = CODES_MAX, brief: bool = False) -> str:
    """What a type allows, in plain words: ``1 to 35 characters``, ``one of: CRDT, DBIT`` ...

    ``codes_max`` is how many codes or child elements are listed before the rest is only counted. ``brief``
    leaves out examples and patterns of well-known identifiers, and what an attribute holds.
    """
    if isinstance(of, SimpleType):
        return describe_value(of, codes_max, brief)
    if of.value is not None:
        words = describe_value(of.value, codes_max, brief)
        for attribute in of.attributes:
            need = "with" if attribute.required else "may have"
            words += f"; {need} attribute {attribute.name}"
            words += "" if brief else f": {describe_value(attribute.type, codes_max)}"
        return words
    return _describe_content(of, codes_max)


def describe_value(of: SimpleType, codes_max: int = CODES_MAX, brief: bool = False) -> str:
    """What a value type allows, in plain words; the options are those of :func:`describe`."""
    if of.enumeration:
        return f"one of: {_listed(of.enumeration, codes_max)}"
    if of.base == "decimal":
        words = _describe_number(of)
    elif of.base == "base64Binary":
        words = f"base64 data{_prefixed(' of ', _length(of, 'byte'))}"
    elif of.base in _BASES:
        words = _BASES[of.base]
    else:
        words = _length(of, "character") or ("" if of.patterns else "text")
    forms = [describe_pattern(pattern, brief) for pattern in of.patterns]
    if forms:
        words = words.partition(" such as ")[0]
    if words and any(form.startswith(words.removesuffix("characters")) for form in forms):
        words = ""  # "1 to 4 characters, 1 to 4 letters or digits" says it twice
    parts = [words, *forms, *(codes for end, codes in _CODE_LISTS.items() if of.name.endswith(end))]
    if of.name.startswith("External"):
        parts.append(f"from ISO's external code list {of.name}")
    return ", ".join(part for part in parts if part)


def example(of: SimpleType) -> str | None:
    """A value of a well-known identifier such as an IBAN; None where the type is not one."""
    known = _known_patterns().get(of.patterns[0]) if of.patterns else None
    return known[1] if known else None


def describe_pattern(pattern: str, brief: bool = False) -> str:
    """A pattern in plain words; for a well-known one an example and itself follow, unless ``brief``."""
    known = _known_patterns().get(pattern)
    if known is not None:
        return known[0] if brief else f"{known[0]}, such as {known[1]} (pattern {pattern})"
    try:
        words = _pattern_words(parse_pattern(pattern))
    except UnsupportedSchema:
        words = None
    return words or f"text that matches {pattern}"


@cache
def _known_patterns() -> dict[str, tuple[str, str]]:
    with Path(__file__).with_name("known_patterns.toml").open("rb") as file:
        rows = tomllib.load(file)["pattern"]
    return {row["pattern"]: (row["words"], row["example"]) for row in rows}


def _describe_content(of: ComplexType, codes_max: int) -> str:
    if of.content is None or not of.content.members:
        return "nothing"
    names = _listed([element.tag for element in elements(of)], codes_max)
    if not names:
        wildcards = [member for member in of.content.members if isinstance(member, Wildcard)]
        namespace = next((w.namespace for w in wildcards if not w.namespace.startswith("##")), None)
        return f"any element of {namespace}" if namespace else "any element"
    if of.content.kind == "choice":
        return f"one of the elements {names}"
    return f"the elements {names}"


def _listed(names: tuple[str, ...] | list[str], names_max: int) -> str:
    if len(names) <= names_max:
        return ", ".join(names)
    return f"{', '.join(names[:names_max])} and {len(names) - names_max} more"


def _prefixed(prefix: str, words: str) -> str:
    return prefix + words if words else ""


def _counted(low: int, high: int | None, noun: str) -> str:
    """``exactly 3 digits``, ``1 to 15 digits``, ``at least 1 digit`` ..."""
    many = noun if (high or low) == 1 else _plural(noun)
    if low == high:
        return f"{'exactly ' if low > 1 else ''}{low:,} {many}"
    if high is None:
        return f"at least {low:,} {many}" if low else f"any number of {_plural(noun)}"
    return f"{low:,} to {high:,} {many}" if low else f"up to {high:,} {many}"


def _plural(noun: str) -> str:
    """``digits``, ``letters or digits``, ``hexadecimal digits (capitals)``."""
    words, bracket, rest = noun.partition(" (")
    return " or ".join(f"{word}s" for word in words.split(" or ")) + bracket + rest


def _length(of: SimpleType, noun: str) -> str:
    if of.length is not None:
        return _counted(of.length, of.length, noun)
    if of.length_min is None and of.length_max is None:
        return ""
    return _counted(of.length_min or 0, of.length_max, noun)


def _describe_number(of: SimpleType) -> str:
    digits = f" of up to {of.total_digits} digits" if of.total_digits is not None else ""
    if of.fraction_digits == 0:
        words = f"whole number{digits}"
    elif of.fraction_digits is not None:
        words = f"number{digits}, at most {of.fraction_digits} of them after the point"
    else:
        words = f"number{digits}"
    if of.value_min is not None:
        words += f", at least {of.value_min}"
    if of.value_max is not None:
        words += f", at most {of.value_max}"
    return words


@cache
def _class_nouns() -> dict[Expression, str]:
    return {parse_pattern(pattern): noun for pattern, noun in _CLASSES.items()}


def _pattern_words(expression: Expression) -> str | None:
    """Words for a sequence of counted letters and digits; None for anything else."""
    parts = expression.parts if isinstance(expression, Sequence) else (expression,)
    words: list[str] = []
    literal = ""
    for part in parts:
        item, low, high = (part.item, part.low, part.high) if isinstance(part, Repeat) else (part, 1, 1)
        if not isinstance(item, Characters):
            return None
        if noun := _class_nouns().get(item):
            words += [literal, _counted(low, high, noun)] if literal else [_counted(low, high, noun)]
            literal = ""
        elif low == high == 1 and len(item.ranges) == 1 and item.ranges[0][0] == item.ranges[0][1]:
            literal += chr(item.ranges[0][0])
        else:
            return None
    return ", then ".join([*words, literal] if literal else words) or None
