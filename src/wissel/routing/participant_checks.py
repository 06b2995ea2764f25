"""What has to hold for every row of a directory.

Each column is checked by its different values, which are far fewer than its rows; only where a value is wrong are the
rows that have it looked for.
"""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, MutableMapping, Sequence
from datetime import date
from functools import cache

from wissel.core.identifiers.bic import check_bic
from wissel.core.identifiers.checksum import IMPOSSIBLE_97, remainder_97
from wissel.core.identifiers.clearing import check_clearing_member, clearing_systems
from wissel.core.identifiers.country import accepted_countries
from wissel.core.identifiers.flaw import Flaw
from wissel.core.identifiers.iban import iban_formats
from wissel.core.identifiers.lei import check_lei
from wissel.core.identifiers.structure import in_words, kinds, matcher

_NAME_CHARACTERS_MAX = 140
_MEMBER_CHARACTERS_MAX = 35
_SHOWN = 40
_LEI = re.compile(r"(?:[A-Z0-9]{18}[0-9]{2})", re.ASCII).fullmatch
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII).fullmatch
_KINDS = {"n": "[0-9]", "a": "[A-Z]", "c": "[A-Z0-9]", "z": "0"}

Wrong = Iterator[tuple[int, str]]
"""Number of a row from 0, and what is wrong with it."""


def checked(
    columns: Sequence[Sequence[str]],
    heads: Sequence[str],
    lines: Sequence[int],
    networks: Collection[str],
    dates: MutableMapping[str, date],
) -> Wrong:
    """Everything that is wrong, in no order.

    ``heads`` are the BICs with eight characters for a head office; ``dates`` gets every date that is right, by its
    text.
    """
    network, bic, member, system, lei, country, bank, name, access, via, services, start, end = columns
    yield from _each(network, lambda text: _network(text, networks))
    yield from _each(bic, lambda text: _said(check_bic(text)) if text else None, _bic_screen())
    yield from _each(lei, lambda text: _said(check_lei(text)) if text else None, _lei_screen)
    yield from _each_pair(system, member, _member, _member_screen)
    yield from _each_pair(country, bank, _bank, _bank_screen)
    yield from _each(name, _name, _name_screen)
    yield from _each(services, lambda text: None if text.isprintable() else "its services have unprintable characters")
    yield from _each(start, lambda text: _date("valid_from", text, dates))
    yield from _each(end, lambda text: _date("valid_to", text, dates))
    yield from _each_pair(start, end, lambda one, other: _span(dates.get(one), dates.get(other)))
    yield from _each_pair(access, via, _access, _access_screen)
    yield from _nobody(bic, member, lei, bank)
    yield from _via(network, heads, member, access, via)
    yield from _repeated([network, heads, *columns[2:7]], lines, start, end, dates)


def _each(
    column: Sequence[str], check: Callable[[str], str | None], screen: Callable[[str], object] | None = None
) -> Wrong:
    """``screen`` answers truly only for what is right, and fast; what it does not pass is asked of ``check``."""
    values: Iterable[str] = set(column)
    if screen is not None:
        values = [value for value in values if not screen(value)]
    wrong = {value: reason for value in values if (reason := check(value))}
    if wrong:
        for number, value in enumerate(column):
            if value in wrong:
                yield number, wrong[value]


def _each_pair(
    first: Sequence[str],
    second: Sequence[str],
    check: Callable[[str, str], str | None],
    screen: Callable[[str], Callable[[str], object]] | None = None,
) -> Wrong:
    """As :func:`_each` for two columns that belong together; ``screen`` gives the one for a first value."""
    groups: dict[str, set[str]] = {one: set() for one in set(first)}
    for one, other in zip(first, second, strict=True):
        groups[one].add(other)
    wrong = {}
    for one, others in groups.items():
        right = screen(one) if screen is not None else _nothing
        for other in [other for other in others if not right(other)]:
            if reason := check(one, other):
                wrong[one, other] = reason
    if wrong:
        for number, pair in enumerate(zip(first, second, strict=True)):
            if pair in wrong:
                yield number, wrong[pair]


@cache
def _bic_screen() -> Callable[[str], object]:
    # by first letter: 250 alternatives are tried one after the other
    seconds: dict[str, str] = {}
    for code in sorted(accepted_countries()):
        seconds[code[0]] = seconds.get(code[0], "") + code[1]
    countries = "|".join(f"{first}[{found}]" for first, found in seconds.items())
    return re.compile(f"(?:[A-Z0-9]{{4}}(?:{countries})[A-Z0-9]{{2}}(?:[A-Z0-9]{{3}})?)?", re.ASCII).fullmatch


def _lei_screen(text: str) -> bool:
    return bool(_LEI(text)) and remainder_97(text) == 1 and text[18:] not in IMPOSSIBLE_97


def _member_screen(system: str) -> Callable[[str], object]:
    form = clearing_systems().get(system)
    return matcher(form.structure) if form and not form.check else _nothing


@cache
def _bank_screen(country: str) -> Callable[[str], object]:
    """What an IBAN of the country has from the bank code on, or the beginning of it."""
    form = iban_formats().get(country)
    if form is None or form.bank is None:
        return _nothing
    pattern = ""
    for kind in reversed(kinds(form.structure)[form.bank[0] + 1 :]):
        pattern = f"(?:{_KINDS[kind]}{pattern})?"
    return re.compile(_KINDS[kinds(form.structure)[form.bank[0]]] + pattern, re.ASCII).fullmatch


def _access_screen(access: str) -> Callable[[str], object]:
    return bool if access == "indirect" else _nothing


def _nothing(_text: str) -> bool:
    return False


def _name_screen(text: str) -> bool:
    return len(text) <= _NAME_CHARACTERS_MAX and text.isprintable()


def _nobody(*columns: Sequence[str]) -> Wrong:
    if not any(map(all, columns)):
        for number, texts in enumerate(zip(*columns, strict=True)):
            if not any(texts):
                yield number, "nothing identifies it: give a BIC, member id, LEI or IBAN bank code"


def _said(flaw: Flaw | None) -> str | None:
    return flaw.message.rstrip(".") if flaw else None


def _network(text: str, networks: Collection[str]) -> str | None:
    if text in networks:
        return None
    return f"there is no network '{text[:_SHOWN]}'; known are {', '.join(sorted(networks))}"


def _member(system: str, member: str) -> str | None:
    if not member:
        return "it has a clearing system and no member id" if system else None
    if not system:
        return f"the member id {member[:_SHOWN]} needs a clearing system, such as USABA"
    if not (system.isascii() and system.isalnum() and system.isupper() and len(system) <= 5):
        return f"'{system[:_SHOWN]}' is no code of a clearing system, such as USABA"
    if not (member.isascii() and member.isalnum() and len(member) <= _MEMBER_CHARACTERS_MAX):
        return f"a member id has letters and digits, at most {_MEMBER_CHARACTERS_MAX}; '{member[:_SHOWN]}' is none"
    return _said(check_clearing_member(system, member))


def _bank(country: str, code: str) -> str | None:
    if not country and not code:
        return None
    form = iban_formats().get(country)
    if not code:
        return "it has a country of IBANs and no bank code"
    if form is None or form.bank is None:
        return f"where the IBANs of '{country[:_SHOWN]}' name the bank is not known"
    if _bank_screen(country)(code):
        return None
    first, last = form.bank
    looks = in_words("".join(f"1!{kind}" for kind in kinds(form.structure)[first:last]))
    return f"'{code[:_SHOWN]}' is no bank code of an IBAN of {country}, where it is {looks}"


def _name(text: str) -> str | None:
    if len(text) > _NAME_CHARACTERS_MAX:
        return f"its name has {len(text):,} characters, at most {_NAME_CHARACTERS_MAX} are allowed"
    return None if text.isprintable() else "its name has unprintable characters"


def _date(column: str, text: str, dates: MutableMapping[str, date]) -> str | None:
    if not text:
        return None
    try:
        # Python also reads 20261231 and 2026-W53-4
        day = date.fromisoformat(text) if _DATE(text) else None
    except ValueError:
        day = None
    if day is None:
        return f"{column} '{text[:_SHOWN]}' is no date; write it as 2026-11-23"
    dates[text] = day
    return None


def _span(start: date | None, end: date | None) -> str | None:
    if start is not None and end is not None and end < start:
        return f"it is valid to {end}, before it is valid from {start}"
    return None


def _access(access: str, via: str) -> str | None:
    if access not in ("", "direct", "indirect"):
        return f"access is direct or indirect, not '{access[:_SHOWN]}'"
    if access == "indirect" and not via:
        return "an indirect participant needs via, the direct one through whom it is reached"
    return "a direct participant has no via" if access != "indirect" and via else None


def _via(
    network: Sequence[str], heads: Sequence[str], member: Sequence[str], access: Sequence[str], via: Sequence[str]
) -> Wrong:
    """Through whom a participant is reached: someone in the directory, of the same network, and direct."""
    wanted: dict[str, set[str]] = {one: set() for one in set(network)}
    for one, text in zip(network, via, strict=True):
        wanted[one].add(text)
    lost = {(one, short(text)) for one, texts in wanted.items() for text in texts if text}
    if not lost:
        return
    direct = [number for number, how in enumerate(access) if how != "indirect"]
    for column in (heads, member):
        lost -= {(network[number], column[number]) for number in direct}
    if not lost:
        return
    known = {*zip(network, heads, strict=True), *zip(network, member, strict=True)}
    for number, (one, text) in enumerate(zip(network, via, strict=True)):
        pair = (one, short(text))
        if pair in lost:
            why = "is itself indirect in" if pair in known else "is not in the directory of"
            yield number, f"via {text[:_SHOWN]} {why} {one}"


def short(bic: str) -> str:
    """A BIC, of eight characters where it names the head office; any other text as it is."""
    return bic[:8] if len(bic) == 11 and bic[8:] == "XXX" else bic


def _repeated(
    identity: Sequence[Sequence[str]],
    lines: Sequence[int],
    start: Sequence[str],
    end: Sequence[str],
    dates: MutableMapping[str, date],
) -> Wrong:
    """Rows that say who somebody is twice for one day."""
    if len(set(identity[1])) == len(lines):
        return
    keys = list(zip(*identity, strict=True))
    if len(set(keys)) == len(keys):
        return
    rows: dict[tuple[str, ...], list[int]] = {}
    for number, key in enumerate(keys):
        rows.setdefault(key, []).append(number)
    for numbers in rows.values():
        spans = sorted((dates.get(start[one], date.min), dates.get(end[one], date.max), one) for one in numbers)
        latest = spans[0]
        for span in spans[1:]:
            if span[0] <= latest[1]:
                earlier, later = sorted((latest[2], span[2]))
                yield later, f"it repeats line {lines[earlier]} for the same days"
            latest = max(latest, span, key=lambda one: one[1])
