"""What has to hold for every row of a directory.

Each column is checked by its different values, which are far fewer than its rows; only where a value is wrong are the
rows that have it looked for.
"""

from collections.abc import Callable, Collection, Iterator, MutableMapping, Sequence
from datetime import date
from typing import TypeVar

from wissel.core.identifiers.bic import check_bic
from wissel.core.identifiers.clearing import check_clearing_member
from wissel.core.identifiers.flaw import Flaw
from wissel.core.identifiers.iban import IbanFormat, iban_formats
from wissel.core.identifiers.lei import check_lei
from wissel.core.identifiers.structure import kinds, misfits

_NAME_CHARACTERS_MAX = 140
_MEMBER_CHARACTERS_MAX = 35
_SHOWN = 40
_Value = TypeVar("_Value")

Rows = Sequence[Sequence[str]]
Wrong = Iterator[tuple[int, str]]
"""Number of a row from 0, and what is wrong with it."""


def checked(rows: Rows, lines: Sequence[int], networks: Collection[str], dates: MutableMapping[str, date]) -> Wrong:
    """Everything that is wrong, in no order. ``dates`` gets every date that is right, by its text."""
    if not rows:
        return
    columns = list(zip(*rows, strict=True))
    network, bic, member, system, lei, country, bank, name, access, via, services, start, end = columns
    yield from _each(network, lambda text: _network(text, networks))
    yield from _each(bic, lambda text: _said(check_bic(text)) if text else None)
    yield from _each(lei, lambda text: _said(check_lei(text)) if text else None)
    yield from _each(list(zip(system, member, strict=True)), _member)
    yield from _each(list(zip(country, bank, strict=True)), _bank)
    yield from _each(name, _name)
    yield from _each(services, lambda text: None if text.isprintable() else "its services have unprintable characters")
    yield from _each(start, lambda text: _date("valid_from", text, dates))
    yield from _each(end, lambda text: _date("valid_to", text, dates))
    yield from _each(list(zip(start, end, strict=True)), lambda pair: _span(pair, dates))
    yield from _each([(one, bool(other)) for one, other in zip(access, via, strict=True)], _access)
    for number, texts in enumerate(zip(bic, member, lei, bank, strict=True)):
        if not any(texts):
            yield number, "nothing identifies it: give a BIC, member id, LEI or IBAN bank code"
    yield from _via(rows, columns)
    yield from _repeated(rows, lines, dates)


def _each(column: Sequence[_Value], check: Callable[[_Value], str | None]) -> Wrong:
    wrong = {value: reason for value in set(column) if (reason := check(value))}
    if wrong:
        for number, value in enumerate(column):
            if value in wrong:
                yield number, wrong[value]


def _said(flaw: Flaw | None) -> str | None:
    return flaw.message.rstrip(".") if flaw else None


def _network(text: str, networks: Collection[str]) -> str | None:
    if text in networks:
        return None
    return f"there is no network '{text[:_SHOWN]}'; known are {', '.join(sorted(networks))}"


def _member(pair: tuple[str, str]) -> str | None:
    system, member = pair
    if not member:
        return "it has a clearing system and no member id" if system else None
    if not system:
        return f"the member id {member[:_SHOWN]} needs a clearing system, such as USABA"
    if not (system.isascii() and system.isalnum() and system.isupper() and len(system) <= 5):
        return f"'{system[:_SHOWN]}' is no code of a clearing system, such as USABA"
    if not (member.isascii() and member.isalnum() and len(member) <= _MEMBER_CHARACTERS_MAX):
        return f"a member id has letters and digits, at most {_MEMBER_CHARACTERS_MAX}; '{member[:_SHOWN]}' is none"
    return _said(check_clearing_member(system, member))


def _bank(pair: tuple[str, str]) -> str | None:
    country, code = pair
    if not country and not code:
        return None
    form = iban_formats().get(country)
    if not code:
        return "it has a country of IBANs and no bank code"
    if form is None or form.bank is None:
        return f"where the IBANs of '{country[:_SHOWN]}' name the bank is not known"
    return None if _fits(form, code, form.bank[0]) else _misfit(form, code, form.bank)


def _fits(form: IbanFormat, code: str, start: int) -> bool:
    expected = kinds(form.structure)[start : start + len(code)]
    return len(code) <= form.length - start and not misfits(code, expected)


def _misfit(form: IbanFormat, code: str, span: tuple[int, int]) -> str:
    long = span[1] - span[0]
    return f"'{code[:_SHOWN]}' is no bank code of an IBAN of {form.country}, where it has {long} characters"


def _name(text: str) -> str | None:
    if len(text) > _NAME_CHARACTERS_MAX:
        return f"its name has {len(text):,} characters, at most {_NAME_CHARACTERS_MAX} are allowed"
    return None if text.isprintable() else "its name has unprintable characters"


def _date(column: str, text: str, dates: MutableMapping[str, date]) -> str | None:
    if not text:
        return None
    try:
        # Python also reads 20261231 and 2026-W53-4
        dates[text] = date(int(text[:4]), int(text[5:7]), int(text[8:]))
        right = len(text) == 10 and text[4] == text[7] == "-" and text.replace("-", "").isdigit() and text.isascii()
    except ValueError:
        right = False
    if not right:
        dates.pop(text, None)
    return None if right else f"{column} '{text[:_SHOWN]}' is no date; write it as 2026-11-23"


def _span(pair: tuple[str, str], dates: MutableMapping[str, date]) -> str | None:
    start, end = dates.get(pair[0]), dates.get(pair[1])
    if start is not None and end is not None and end < start:
        return f"it is valid to {end}, before it is valid from {start}"
    return None


def _access(pair: tuple[str, bool]) -> str | None:
    access, has_via = pair
    if access not in ("", "direct", "indirect"):
        return f"access is direct or indirect, not '{access[:_SHOWN]}'"
    if access == "indirect" and not has_via:
        return "an indirect participant needs via, the direct one through whom it is reached"
    return "a direct participant has no via" if access != "indirect" and has_via else None


def _via(rows: Rows, columns: Sequence[Sequence[str]]) -> Wrong:
    """Through whom a participant is reached: someone in the directory, of the same network, and direct."""
    network, via = columns[0], columns[9]
    wanted = {pair for pair in zip(network, via, strict=True) if pair[1]}
    if not wanted:
        return
    direct, indirect = set(), set()
    for row in rows:
        into = indirect if row[8] == "indirect" else direct
        for text in (row[1], row[2]):
            into.add((row[0], _short(text)))
    wrong = {}
    for one, text in wanted:
        key = (one, _short(text))
        if key not in direct:
            known = "is itself indirect" if key in indirect else "is not in the directory"
            wrong[one, text] = f"via {text[:_SHOWN]} {known} of {one}"
    if wrong:
        for number, pair in enumerate(zip(network, via, strict=True)):
            if pair in wrong:
                yield number, wrong[pair]


def _short(text: str) -> str:
    return text[:8] if len(text) == 11 and text[8:] == "XXX" else text


def _repeated(rows: Rows, lines: Sequence[int], dates: MutableMapping[str, date]) -> Wrong:
    """Rows that say who somebody is twice for one day."""
    seen: dict[tuple[str, ...], list[int]] = {}
    first: dict[tuple[str, ...], int] = {}
    for number, row in enumerate(rows):
        key = (row[0], _short(row[1]), *row[2:7])
        before = first.setdefault(key, number)
        if before != number:
            seen.setdefault(key, [before]).append(number)
    for numbers in seen.values():
        spans = sorted((dates.get(rows[one][11], date.min), dates.get(rows[one][12], date.max), one) for one in numbers)
        latest = spans[0]
        for span in spans[1:]:
            if span[0] <= latest[1]:
                earlier, later = sorted((latest[2], span[2]))
                yield later, f"it repeats line {lines[earlier]} for the same days"
            latest = max(latest, span, key=lambda one: one[1])
