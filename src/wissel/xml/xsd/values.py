"""Check the value of an element or attribute against its type, and say in plain words what is wrong with it.

Source: W3C XML Schema Part 2, as libxml2 applies it. One difference between validators is known and said in the hint:
libxml2 refuses white space around dates and times, others collapse it first.
"""

import re
from calendar import monthrange
from dataclasses import dataclass
from decimal import Decimal
from difflib import get_close_matches

from wissel.xml.xsd.describe import describe_value
from wissel.xml.xsd.patterns import matches
from wissel.xml.xsd.schema_tree import SimpleType

_SPACE = " \t\r\n"
_DECIMAL = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)", re.ASCII)
_ZONE = r"(?P<zone>Z|[+-](?:(?:0\d|1[0-3]):[0-5]\d|14:00))?"
_ENDS_WITH_ZONE = re.compile(r"(?:Z|[+-]\d\d:\d\d)[ \t\r\n]*\Z", re.ASCII)
_YEAR = r"-?(?P<year>[1-9]\d{4,}|\d{4})"
_TIME = r"(?:(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?|24:00:00(?:\.0+)?)"
_LOOSE_ZONE = r"(?:Z|[+-]\d\d:?\d\d)?"
_MONTH = r"-(?P<month>0[1-9]|1[0-2])"
_DAY = r"-(?P<day>0[1-9]|[12]\d|3[01])"
_TEMPORAL = {
    "date": re.compile(_YEAR + _MONTH + _DAY + _ZONE, re.ASCII),
    "dateTime": re.compile(_YEAR + _MONTH + _DAY + "T" + _TIME + _ZONE, re.ASCII),
    "time": re.compile(_TIME + _ZONE, re.ASCII),
    "gYear": re.compile(_YEAR + _ZONE, re.ASCII),
    "gYearMonth": re.compile(_YEAR + _MONTH + _ZONE, re.ASCII),
}
_BASE64 = re.compile(r"(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?")
_NOT_BASE64 = re.compile(r"[^A-Za-z0-9+/=]")
_BASE64_LAST = {"==": "AQgw", "=": "AEIMQUYcgkosw048"}
_DIGITS_MAX = 10_000


@dataclass(frozen=True, slots=True)
class ValueFault:
    """What is wrong with a value: finding code, plain sentence, what is allowed, hint."""

    code: str
    message: str
    allowed: str
    hint: str | None = None


def check_value(value: str, of: SimpleType) -> ValueFault | None:
    """The fault of a value, the most telling one where several apply; None where the value is right.

    Raises UnsupportedSchema where the type has a pattern or primitive that is not understood.
    """
    check = _CHECKS.get(of.base, _check_text)
    return check(value, of)


def _allowed(of: SimpleType) -> str:
    return describe_value(of)


def _check_text(value: str, of: SimpleType) -> ValueFault | None:
    if of.enumeration and value not in of.enumeration:
        return _not_in_list(value, of)
    if not value and (of.length_min or of.length or (of.patterns and not all(matches(p, "") for p in of.patterns))):
        return ValueFault(
            "VALUE-EMPTY", "The element has no value.", _allowed(of), "leave optional elements out instead"
        )
    if (fault := _check_length(len(value), of, "character")) is not None:
        return fault
    return _check_patterns(value, of)


def _not_in_list(value: str, of: SimpleType) -> ValueFault:
    if not value:
        return ValueFault("VALUE-EMPTY", "The element has no value; one of the listed codes is needed.", _allowed(of))
    hint = None
    stripped = value.strip(_SPACE)
    if stripped in of.enumeration:
        hint = f"remove the white space around {stripped}"
    elif stripped.upper() in of.enumeration:
        hint = f"write it in capitals: {stripped.upper()}"
    elif near := get_close_matches(stripped.upper()[:70], of.enumeration, 1, 0.6):
        hint = f"did you mean {near[0]}?"
    return ValueFault(
        "VALUE-NOT-IN-LIST", f"{_quoted(value)} is not one of the codes allowed here.", _allowed(of), hint
    )


def _check_length(length: int, of: SimpleType, unit: str) -> ValueFault | None:
    high = of.length if of.length is not None else of.length_max
    low = of.length if of.length is not None else of.length_min
    if high is not None and length > high:
        over = f"The value has {length:,} {unit}s, {length - high:,} more than the {high:,} allowed."
        return ValueFault("VALUE-TOO-LONG", over, _allowed(of))
    if low is not None and length < low:
        under = f"The value has {length:,} {unit}{'' if length == 1 else 's'}; at least {low:,} are needed."
        return ValueFault("VALUE-TOO-SHORT", under, _allowed(of))
    return None


def _check_patterns(value: str, of: SimpleType) -> ValueFault | None:
    for pattern in of.patterns:
        if not matches(pattern, value):
            return ValueFault("VALUE-PATTERN", _pattern_message(value), _allowed(of), _pattern_hint(value, pattern))
    return None


def _pattern_message(value: str) -> str:
    return f"{_quoted(value)} does not have the form that is prescribed here."


def _pattern_hint(value: str, pattern: str) -> str | None:
    candidates = {
        "remove the white space around it": value.strip(_SPACE),
        "remove the spaces in it": "".join(value.split()),
        "write it in capitals": value.upper(),
        "write it in small letters": value.lower(),
        "write it in capitals and without spaces": "".join(value.split()).upper(),
    }
    for hint, candidate in candidates.items():
        if candidate != value and matches(pattern, candidate):
            return f"{hint}: {candidate}"
    return None


def _check_decimal(value: str, of: SimpleType) -> ValueFault | None:
    text = value.strip(_SPACE)
    if not text:
        return ValueFault("VALUE-EMPTY", "The element has no value; a number is needed.", _allowed(of))
    if not _DECIMAL.fullmatch(text):
        return ValueFault("VALUE-NOT-A-NUMBER", f"{_quoted(value)} is not a number.", _allowed(of), _number_hint(text))
    if len(text) > _DIGITS_MAX:
        return ValueFault("VALUE-DIGITS", f"The number has {len(text):,} characters.", _allowed(of))
    if of.patterns and (fault := _check_patterns(text, of)) is not None:
        return fault
    return _check_digits(text, of)


def _number_hint(text: str) -> str | None:
    plain = text.replace(" ", "").replace("\u00a0", "").replace("'", "")
    if re.fullmatch(r"[^\d+.,-]*[+-]?\d+(\.\d+)?[^\d.,]*", plain):
        return (
            f"write the number alone: {re.sub(r'[^0-9.+-]', '', plain)}" if not re.search(r"\d[eE]\d", plain) else None
        )
    if "," in plain and "." in plain:
        last = max(plain.rfind(","), plain.rfind("."))
        plain = re.sub(r"[.,]", "", plain[:last]) + "." + plain[last + 1 :]
    plain = plain.replace(",", ".")
    if _DECIMAL.fullmatch(plain):
        return f"write it with a point before the decimals and no separators: {plain}"
    return None


def _check_digits(text: str, of: SimpleType) -> ValueFault | None:
    whole, _, fraction = text.lstrip("+-").partition(".")
    whole, fraction = whole.lstrip("0"), fraction.rstrip("0")
    if of.fraction_digits is not None and len(fraction) > of.fraction_digits:
        allowed = f"at most {of.fraction_digits} are allowed"
        message = f"{_quoted(text)} has {len(fraction)} digits after the point; {allowed}."
        return ValueFault("VALUE-DIGITS", message, _allowed(of))
    total = len(whole) + len(fraction)
    if of.total_digits is not None and total > of.total_digits:
        message = f"{_quoted(text)} has {total} digits; at most {of.total_digits} are allowed."
        return ValueFault("VALUE-DIGITS", message, _allowed(of))
    number = Decimal(text)
    if of.value_min is not None and number < of.value_min:
        hint = "an amount has no sign; the direction stands in CdtDbtInd or follows from the message"
        message = f"{_quoted(text)} is less than {of.value_min}."
        return ValueFault("VALUE-RANGE", message, _allowed(of), hint if number < 0 else None)
    if of.value_max is not None and number > of.value_max:
        return ValueFault("VALUE-RANGE", f"{_quoted(text)} is more than {of.value_max}.", _allowed(of))
    if of.enumeration and number not in {Decimal(code) for code in of.enumeration}:
        return _not_in_list(text, of)
    return None


def _check_boolean(value: str, of: SimpleType) -> ValueFault | None:
    text = value.strip(_SPACE)
    if text in ("true", "false", "1", "0"):
        return None
    if not text:
        return ValueFault("VALUE-EMPTY", "The element has no value; true or false is needed.", _allowed(of))
    hint = f"write it in small letters: {text.lower()}" if text.lower() in ("true", "false") else None
    return ValueFault("VALUE-BOOLEAN", f"{_quoted(value)} is neither true nor false.", _allowed(of), hint)


_EXAMPLES = {
    "date": "2026-11-23",
    "dateTime": "2026-11-23T14:30:00+01:00",
    "time": "14:30:00",
    "gYear": "2026",
}


def _check_temporal(value: str, of: SimpleType) -> ValueFault | None:
    if not value.strip(_SPACE):
        return ValueFault("VALUE-EMPTY", "The element has no value; a date or time is needed.", _allowed(of))
    # libxml2 collapses white space before it looks at a pattern; else it refuses it, but for
    # a little: before a time, and after a date and time with a zone
    text = value.strip(_SPACE) if of.patterns else value.lstrip(_SPACE) if of.base == "time" else value
    if of.base == "dateTime" and _ENDS_WITH_ZONE.search(text):
        text = text.rstrip(_SPACE)
    found = _TEMPORAL[of.base].fullmatch(text)
    if found is None:
        message = f"{_quoted(value)} is not a valid {_NAMES[of.base]}."
        return ValueFault("VALUE-DATE", message, _allowed(of), _temporal_hint(value, of.base))
    groups = found.groupdict()
    if groups.get("year") and not int(groups["year"]):
        return ValueFault("VALUE-DATE", f"{_quoted(value)}: there is no year 0000.", _allowed(of))
    if groups.get("day"):
        year, month, day = int(groups["year"][-4:]), int(groups["month"]), int(groups["day"])
        last = monthrange(year % 400 + 400, month)[1]
        if day > last:
            message = f"{_quoted(value)} does not exist: month {month} of {groups['year']} has {last} days."
            return ValueFault("VALUE-DATE", message, _allowed(of))
    return _check_patterns(text, of)


_NAMES = {
    "date": "date",
    "dateTime": "date and time",
    "time": "time",
    "gYear": "year",
    "gYearMonth": "year and month",
}


def _temporal_hint(value: str, base: str) -> str | None:
    text = value.strip(_SPACE)
    if text != value and _TEMPORAL[base].fullmatch(text):
        return "remove the white space around it (validators differ: libxml2 and this one refuse it, others do not)"
    if base == "dateTime" and _TEMPORAL["date"].fullmatch(text):
        return f"a time is needed too: {text[:10]}T00:00:00"
    if base == "date" and _TEMPORAL["dateTime"].fullmatch(text):
        return f"give the date alone: {text[:10]}"
    if base == "dateTime" and _TEMPORAL["dateTime"].fullmatch(text.replace(" ", "T", 1)):
        return f"put a T between date and time: {text.replace(' ', 'T', 1)}"
    if base in ("date", "dateTime") and (found := re.match(r"(\d{1,2})[./-](\d{1,2})[./-](\d{4})\b", text)):
        return _reordered(found.group(), *found.groups())
    if base == "dateTime" and (found := re.fullmatch(rf"(.+T\d\d:\d\d)((?::[\d.]+)?)({_LOOSE_ZONE})", text)):
        day_and_minutes, seconds, zone = found.groups()
        zone = re.sub(r"(?<=\d\d)(?=\d\d$)", ":", zone)
        if _TEMPORAL["dateTime"].fullmatch(whole := day_and_minutes + (seconds or ":00") + zone):
            return f"write it with seconds, and the zone with a colon: {whole}"
    if base == "date" and (found := re.fullmatch(r"(\d{4})(\d\d)(\d\d)", text)):
        return f"write it with hyphens: {'-'.join(found.groups())}"
    return None


def _reordered(text: str, first: str, second: str, year: str) -> str:
    if int(first) > 12 >= int(second):
        return f"write year, month, day: {year}-{int(second):02d}-{int(first):02d}"
    if int(second) > 12 >= int(first):
        return f"write year, month, day: {year}-{int(first):02d}-{int(second):02d}"
    doubt = "" if int(first) > 12 else f"; {text} could be read in two ways"
    return f"write year, month, day, as in {_EXAMPLES['date']}{doubt}"


def _check_binary(value: str, of: SimpleType) -> ValueFault | None:
    # libxml2 skips foreign characters, as RFC 2045 has it, though XML Schema does not; the verdict follows libxml2
    if not value and of.length_min:
        return ValueFault("VALUE-EMPTY", "The element has no value; base64 data is needed.", _allowed(of))
    text = _NOT_BASE64.sub("", value)
    padding = text[len(text.rstrip("=")) :]
    if not _BASE64.fullmatch(text) or (padding and text[-len(padding) - 1] not in _BASE64_LAST[padding]):
        return ValueFault("VALUE-BINARY", "The value is not base64.", _allowed(of))
    length = len(text) // 4 * 3 - len(padding)
    return _check_length(length, of, "byte") or _check_patterns(value, of)


_CHECKS = {
    "decimal": _check_decimal,
    "boolean": _check_boolean,
    "base64Binary": _check_binary,
    **dict.fromkeys(_TEMPORAL, _check_temporal),
}


def _quoted(value: str) -> str:
    return f"“{value if len(value) <= 60 else value[:60] + '…'}”"
