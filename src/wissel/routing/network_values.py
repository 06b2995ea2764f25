"""The values of a network's table: which keys there are, what each may hold, and the network that they make."""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import time
from decimal import Decimal, InvalidOperation
from types import MappingProxyType
from typing import Any, cast, get_args
from zoneinfo import available_timezones

from wissel.catalog.naming import family_of, is_definition
from wissel.core.identifiers.currency import check_currency
from wissel.routing.network import Answers, Codes, DayTime, Fact, Kind, Network, OnDay

_TIME = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])(?::([0-5][0-9]))?(?: (calendar|business) day before)?", re.ASCII)
_TIME_WORDS = '"17:00", "17:00:30", "21:00 calendar day before" or "21:30 business day before"'
_NAME = re.compile(r"[a-z0-9][a-z0-9.-]*", re.ASCII)
_CODE = re.compile(r"[A-Za-z0-9 ./_-]{1,35}", re.ASCII)
_SYSTEM = re.compile(r"[A-Z0-9]{1,35}", re.ASCII)
_FAMILY = re.compile(r"[a-z]{4}\.[0-9]{3}", re.ASCII)
_SERVICE_OF = re.compile(r"[a-z]{4}\.[0-9]{3}( [A-Z]{2,10})?", re.ASCII)
_BEARERS = ("DEBT", "CRED", "SHAR", "SLEV")
_METHODS = ("CLRG", "COVE", "INDA", "INGA")
_CODE_KINDS = ("service_levels", "local_instruments", "category_purposes")
_SECONDS_MAX = 86_400
_TRANSACTIONS_MAX = 10_000_000

Check = Callable[[Any], str | None]
"""Says what a value has to be; None for one that is right."""


def _text(value: Any) -> str | None:
    return None if isinstance(value, str) and value.isprintable() else "a text"


def _truth(value: Any) -> str | None:
    return None if isinstance(value, bool) else "true or false"


def _like(pattern: re.Pattern[str], words: str) -> Check:
    # an empty text takes away what the base says
    return lambda value: None if isinstance(value, str) and (not value or pattern.fullmatch(value)) else words


def _one_of(*words: str) -> Check:
    return lambda value: None if value in words else f"one of {', '.join(words)}"


def _list(check: Check) -> Check:
    def checked(value: Any) -> str | None:
        if not isinstance(value, list):
            return f"a list, each part {check(None)}"
        wrong = next((words for one in value if (words := check(one) if one != "" else check(None))), None)
        return f"a list, each part {wrong}" if wrong else None

    return checked


def _table(keys: Check, check: Check) -> Check:
    def checked(value: Any) -> str | None:
        if not isinstance(value, Mapping):
            return "a table"
        for key, one in value.items():
            if words := keys(key):
                return f"a table whose keys are each {words}; '{key}' is none"
            if words := check(one):
                return f"a table; '{key}' has to be {words}"
        return None

    return checked


def _number(value: Any, smallest: int, largest: int) -> str | None:
    right = isinstance(value, int) and not isinstance(value, bool) and smallest <= value <= largest
    return None if right else f"a whole number from {smallest:,} to {largest:,}"


def _amount(value: Any) -> str | None:
    if value == "":
        return None
    try:
        amount = Decimal(value) if isinstance(value, str) else None
    except InvalidOperation:
        amount = None
    right = amount is not None and amount.is_finite() and 0 < amount < 10**15
    return None if right else 'an amount above zero in quotes, such as "999999999.99"'


def _currency(value: Any) -> str | None:
    right = isinstance(value, str) and check_currency(value) is None
    return None if right else "a currency code"


def _definition(value: Any) -> str | None:
    return None if isinstance(value, str) and is_definition(value) else "a definition, such as pacs.008.001.08"


def _definition_or_none(value: Any) -> str | None:
    return None if value == "" else _definition(value)


def _day_time(value: Any) -> str | None:
    return None if isinstance(value, str) and _TIME.fullmatch(value) else f"a time, such as {_TIME_WORDS}"


def _zone(value: Any) -> str | None:
    right = isinstance(value, str) and value in available_timezones()
    return None if right else "a zone of the IANA time zone database, such as Europe/Berlin"


def _silence(value: Any) -> str | None:
    words = ("never", "at-settlement")
    right = value in words or (isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 7)
    return None if right else 'never, at-settlement, or a number of seconds in quotes, such as "20"'


_NAMED = _like(_NAME, "a name in lower case")
_CODES = _table(_one_of(*_CODE_KINDS), _list(_like(_CODE, "a code")))
ATTRIBUTES: Mapping[str, Check] = MappingProxyType(
    {
        "title": _text,
        "kind": _one_of(*get_args(Kind)),
        "currencies": _list(_currency),
        "selects": _CODES,
        "takes_unmarked": _truth,
        "refuses": _CODES,
        "amount_min": _amount,
        "amount_max": _amount,
        "clearing_system": _like(_SYSTEM, "the code of a clearing system"),
        "clearing_system_proprietary": _truth,
        "member_system": _like(_SYSTEM, "the code of a clearing system, such as USABA"),
        "definitions": _list(_definition),
        "guideline": _text,
        "business_services": _table(_like(_SERVICE_OF, "a message, such as pacs.009 or 'pacs.009 COV'"), _text),
        "header": _definition_or_none,
        "envelope": _text,
        "signature_profile": _NAMED,
        "settlement_method": _one_of("", *_METHODS),
        "service_level": _like(_CODE, "a code"),
        "local_instrument": _like(_CODE, "a code"),
        "products": _table(_like(_FAMILY, "a message, such as pacs.008"), _like(_CODE, "a code")),
        "charge_bearers": _list(_one_of(*_BEARERS)),
        "calendar": _NAMED,
        "calendars": _table(_currency, _NAMED),
        "zone": _zone,
        "opens": _day_time,
        "cut_offs": _table(_one_of("customer", "interbank"), _day_time),
        "cycles": _list(_day_time),
        "buffer_seconds": lambda value: _number(value, 0, _SECONDS_MAX),
        "transactions_max": lambda value: _number(value, 1, _TRANSACTIONS_MAX),
        "amount_total_max": _amount,
        "answers": _one_of(*get_args(Answers)),
        "silence_settles": _silence,
        "fallbacks": _list(_NAMED),
    }
)
"""Key -> what its value may be."""
REQUIRED = ("title", "kind", "guideline", "calendar", "zone", "answers", "silence_settles", "source", "confidence")
_ABOUT: Mapping[str, Check] = MappingProxyType(
    {
        "base": _NAMED,
        "source": _text,
        "confidence": _one_of("high", "medium", "low", "given"),
        "facts": _table(_one_of(*ATTRIBUTES), _table(_one_of("source", "confidence"), _text)),
    }
)


def flaws(values: Mapping[str, Any]) -> Iterator[tuple[tuple[str, ...], str]]:
    """What is wrong with the values of one table, each with the key it stands at."""
    for key, value in values.items():
        check = ATTRIBUTES.get(key) or _ABOUT.get(key)
        if check is None:
            yield (key,), f"a network has no '{key}'; it has {', '.join([*ATTRIBUTES, *_ABOUT])}"
        elif words := check(value):
            yield (key,), f"'{key}' has to be {words}"
        elif key == "facts" and any(set(row) != {"source", "confidence"} for row in value.values()):
            yield (key,), "each fact has a source and a confidence"


def contradictions(values: Mapping[str, Any]) -> Iterator[tuple[tuple[str, ...], str]]:
    """What is wrong with a network as a whole, each with the key it is best told at."""
    smallest, largest = _decimal(values, "amount_min"), _decimal(values, "amount_max")
    if smallest is not None and largest is not None and smallest > largest:
        yield ("amount_max",), f"no amount is from {smallest} to {largest}"
    if (smallest is not None or largest is not None) and len(values.get("currencies", ())) != 1:
        yield ("amount_max",), "limits of the amount need just one currency"
    for kind in _CODE_KINDS:
        both = set(_codes(values, "selects", kind)) & set(_codes(values, "refuses", kind))
        if both:
            yield ("refuses",), f"it both asks for and refuses {', '.join(sorted(both))}"
    families = [family_of(one) for one in values.get("definitions", ())]
    if twice := {family for family in families if families.count(family) > 1}:
        yield ("definitions",), f"each message has one definition; {', '.join(sorted(twice))} has several"
    if values.get("clearing_system_proprietary") and not values.get("clearing_system"):
        yield ("clearing_system_proprietary",), "there is no clearing system"
    cut_offs = {key: day_time(value) for key, value in values.get("cut_offs", {}).items()}
    if any(one.on != "same" for one in cut_offs.values()):
        yield ("cut_offs",), "a cut-off is a time of the business day itself"
    cycles = [day_time(one) for one in values.get("cycles", ())]
    if cycles != sorted(cycles, key=lambda one: (one.on == "same", one.at)):
        yield ("cycles",), "cycles stand in the order of the day, those of the day before first"


def _codes(values: Mapping[str, Any], which: str, kind: str) -> list[str]:
    return list(values.get(which, {}).get(kind, ()))


def _decimal(values: Mapping[str, Any], key: str) -> Decimal | None:
    text = values.get(key)
    return Decimal(text) if text else None


def day_time(text: str) -> DayTime:
    """A time as a table gives it, already checked."""
    hour, minute, second, before = cast(re.Match[str], _TIME.fullmatch(text)).groups()
    on = cast(OnDay, f"{before}-before" if before else "same")
    return DayTime(time(int(hour), int(minute), int(second or 0)), on)


def build(name: str, values: Mapping[str, Any], facts: Mapping[str, tuple[str, str]]) -> Network:
    """The network that checked values make; what they do not say is the widest: any currency, no limit."""

    def text(key: str) -> str | None:
        return values.get(key) or None

    def codes(key: str) -> Codes:
        return Codes(*(frozenset(_codes(values, key, kind)) for kind in _CODE_KINDS))

    def table(key: str) -> Mapping[str, str]:
        return MappingProxyType(dict(values.get(key, {})))

    return Network(
        name=name,
        title=values["title"],
        kind=values["kind"],
        currencies=frozenset(values.get("currencies", ())),
        selects=codes("selects"),
        takes_unmarked=values.get("takes_unmarked", True),
        refuses=codes("refuses"),
        amount_min=_decimal(values, "amount_min"),
        amount_max=_decimal(values, "amount_max"),
        clearing_system=text("clearing_system"),
        clearing_system_proprietary=values.get("clearing_system_proprietary", False),
        member_system=text("member_system"),
        definitions=MappingProxyType({family_of(one): one for one in values.get("definitions", ())}),
        guideline=values["guideline"],
        business_services=table("business_services"),
        header=text("header"),
        envelope=text("envelope"),
        signature_profile=text("signature_profile"),
        settlement_method=text("settlement_method"),
        service_level=text("service_level"),
        local_instrument=text("local_instrument"),
        products=table("products"),
        charge_bearers=tuple(values.get("charge_bearers", ())),
        calendar=values["calendar"],
        calendars=table("calendars"),
        zone=values["zone"],
        opens=day_time(values.get("opens", "00:00")),
        cut_offs=MappingProxyType({key: day_time(one) for key, one in values.get("cut_offs", {}).items()}),
        cycles=tuple(map(day_time, values.get("cycles", ()))),
        buffer_seconds=values.get("buffer_seconds", 0),
        transactions_max=values.get("transactions_max", 1),
        amount_total_max=_decimal(values, "amount_total_max"),
        answers=values["answers"],
        silence_settles=values["silence_settles"],
        fallbacks=tuple(one for one in values.get("fallbacks", ()) if one != name),
        source=values["source"],
        confidence=values["confidence"],
        facts=MappingProxyType({key: Fact(*fact) for key, fact in facts.items()}),
    )
