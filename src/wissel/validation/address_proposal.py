"""Propose the structured form of an address out of its own lines, without inventing anything.

Every text of a proposal stands in the address as it is, or is the ISO code of a country that it names. What cannot be
read with safety is not proposed; then it is said what is missing.
"""

import re
from dataclasses import dataclass

from wissel.core.identifiers.country import accepted_countries
from wissel.validation.address_data import PostCode, country_named, plain_words, post_codes
from wissel.validation.addresses import ELEMENTS, LINES_MAX, Address, Makeup, faults, repeats

_TOWN = r"[^\W\d_](?:[^\W\d_]|[ .'’()/-])*"
"""Letters, and what stands between them in names of towns; no digit."""
_TOWN_CHARACTERS_MAX = 35
_TOWN_WORDS_MAX = 4
_SAID_ONCE = ("PstCd", "TwnNm", "Ctry")
_STREET = re.compile(
    r"\b(street|road|lane|avenue|ave|boulevard|blvd|drive|way|square|rue|chaussee|chaussée|quai|place|platz|allee|allée|"
    r"via|viale|piazza|calle|plaza|paseo|rua|avenida|postfach|box|str|floor|suite|haus|house)\b"
    r"|(stra(ss|ß)e|straat|gasse|weg|laan|plein|gracht|gatan|vej|tie|katu)\b",
    re.IGNORECASE,
)
"""Words of streets and buildings: a line with one is no town."""
_LINE_PARTS = re.compile(r"\s*,\s*|\s+[-–]\s+")


@dataclass(frozen=True, slots=True)
class Proposal:
    """An address as it could be written, or what stands in the way."""

    elements: tuple[tuple[str, str], ...]
    """The elements of the new form, those that were there included, in the order of the schema."""
    lines: tuple[str, ...]
    """AdrLine that remain."""
    added: tuple[tuple[str, str], ...]
    """The elements that are new."""
    missing: str
    """Why there is no proposal, in a sentence; empty where there is one."""


@dataclass(frozen=True, slots=True)
class _Reading:
    """What has been read from the lines so far."""

    elements: dict[str, str]
    lines: list[str]


def propose(address: Address) -> Proposal | None:
    """The structured or hybrid form of an address; None where it has that form, or has no address at all."""
    if address.makeup is Makeup.NOTHING or not faults(address):
        return None
    reading = _Reading(dict(address.elements), list(address.lines))
    if not address.lines:
        return _without(address, "there is no AdrLine to read town or country from")
    country = _country(reading)
    if country is None and "Ctry" not in reading.elements:
        return _without(address, "no line ends in the name or code of a country")
    if country == "":
        return _without(address, "the lines name another country than Ctry")
    _place(reading)
    if "TwnNm" not in reading.elements:
        return _without(address, f"no line is surely a post code and town of {reading.elements['Ctry']}")
    _drop_repetitions(reading)
    if len(reading.lines) > LINES_MAX:
        return _without(address, f"{len(reading.lines)} lines would remain, at most {LINES_MAX} may")
    elements = tuple((tag, reading.elements[tag]) for tag in ELEMENTS if tag in reading.elements)
    made = Address(address.path, tuple(reading.lines), elements)
    left = faults(made)
    if left:
        return _without(address, left[0].message.rstrip(".").replace("The AdrLine says", "a line says", 1))
    if list(address.lines) == reading.lines and elements == address.elements:
        return _without(address, "the lines do not tell")
    known = dict(address.elements)
    added = tuple((tag, text) for tag, text in elements if tag not in known)
    return Proposal(elements, tuple(reading.lines), added, "")


def proposal_in_words(proposal: Proposal | None) -> str | None:
    """A proposal as a hint; None where there is nothing to say."""
    if proposal is None:
        return None
    if proposal.missing:
        return f"the address has to be completed by hand: {proposal.missing}"
    parts = [f"{tag} {text}" for tag, text in proposal.elements]
    parts += [f"AdrLine {text}" for text in proposal.lines]
    return f"proposal from its own lines: {'; '.join(parts)}"


def _without(address: Address, why: str) -> Proposal:
    return Proposal(address.elements, address.lines, (), why)


def _country(reading: _Reading) -> str | None:
    """Read the country from the end of the last line and take it out: its code; None where no line names one; empty
    where the lines name another than Ctry."""
    if not reading.lines:
        return None
    given = reading.elements.get("Ctry")
    found, rest = _country_at_end(reading.lines[-1], reading.lines[-2] if len(reading.lines) > 1 else "")
    if found is None:
        return None
    if given is not None and found != given:
        return ""
    reading.elements["Ctry"] = found
    reading.lines[-1:] = [rest] if rest else []
    return found


def _country_at_end(line: str, before: str) -> tuple[str | None, str]:
    """The country that a line ends in, and the line without it; the prefix of a post code counts too (CH-8000)."""
    whole = country_named(line) or _coded(line, before)
    if whole and not _is_region(line):
        return whole, ""
    parts = list(_LINE_PARTS.finditer(line))
    if parts:
        tail, rest = line[parts[-1].end() :], line[: parts[-1].start()]
        named = country_named(tail)
        if named and not _is_region(tail):
            return named, rest
    prefixed = re.match(r"([A-Z]{2})[-/ ]\s*(?=\d)", line)
    if prefixed and prefixed[1] in post_codes():
        row = post_codes()[prefixed[1]]
        rest = line[prefixed.end() :]
        if row.before and _place_in(rest, row, prefixed[1]):
            return prefixed[1], rest
    return _country_behind_town(line)


def _country_behind_town(line: str) -> tuple[str | None, str]:
    """A country, by name or code, that follows its post code and town in one line: 32547 Frankfurt Germany."""
    words = list(re.finditer(r"\S+", line))
    for start in range(1, len(words)):
        tail = line[words[start].start() :]
        code = country_named(tail) or tail
        if code in post_codes():
            rest = line[: words[start].start()].rstrip()
            if _place_in(rest, post_codes()[code], code):
                return code, rest
    return None, line


def _coded(line: str, before: str) -> str | None:
    """The country whose code is the whole line. Where a state of a federation has the same letters, the line before
    has to be a post code and town of the country."""
    if line not in accepted_countries():
        return None
    row = post_codes().get(line)
    sure = line not in _STATES or (row is not None and _place_in(before, row, line) is not None)
    return line if sure else None


_STATES = frozenset({
    "AL", "AK", "AZ", "AR", "CA", "CO", "CT", "DE", "FL", "GA", "HI", "ID", "IL", "IN", "IA", "KS", "KY", "LA", "ME",
    "MD", "MA", "MI", "MN", "MS", "MO", "MT", "NE", "NV", "NH", "NJ", "NM", "NY", "NC", "ND", "OH", "OK", "OR", "PA",
    "RI", "SC", "SD", "TN", "TX", "UT", "VT", "VA", "WA", "WV", "WI", "WY", "DC", "PR", "AB", "BC", "MB", "NB", "NL",
    "NS", "NT", "NU", "ON", "PE", "QC", "SK", "YT", "SA",
})  # fmt: skip
"""States and provinces whose letters may stand where a country's code does."""


def _is_region(tail: str) -> bool:
    """Whether a country's name is that of a state too: Atlanta, Georgia."""
    return plain_words(tail) == ("georgia",)


def _place(reading: _Reading) -> None:
    """Read post code and town from the last line and take it out, where it is nothing but that."""
    country = reading.elements.get("Ctry", "")
    row = post_codes().get(country)
    if row is None or not reading.lines:
        return
    found = _place_in(reading.lines[-1], row, country)
    if found is None:
        return
    if any(plain_words(reading.elements.get(tag, text)) != plain_words(text) for tag, text in found.items()):
        return  # it says something else than the elements do: both stay
    reading.lines.pop()
    for tag, text in found.items():
        reading.elements.setdefault(tag, text)


def _place_in(line: str, row: PostCode, country: str) -> dict[str, str] | None:
    """Post code, town and region of a line that is nothing but these; None for any other line."""
    text = line.strip().rstrip(",").rstrip()
    letters = f"{country}|{row.letters}" if row.letters else country
    before = rf"(?:(?:{letters})[-/ ]\s*)?(?P<PstCd>{row.code})\s*[ ,]\s*(?P<TwnNm>{_TOWN})"
    region = rf"(?:(?P<CtrySubDvsn>{row.region})\s+)?" if row.region else ""
    after = rf"(?P<TwnNm>{_TOWN}?)\s*[ ,]\s*{region}(?P<PstCd>{row.code})"
    shapes = ([before] if row.before else []) + ([after] if not row.before or row.also_after else [])
    for shape in shapes:
        found = re.fullmatch(shape, text)
        if found and _is_town(found["TwnNm"]):
            return {tag: said for tag, said in found.groupdict().items() if said}
    return None


def _is_town(text: str) -> bool:
    return (
        len(text) <= _TOWN_CHARACTERS_MAX
        and len(text.split()) <= _TOWN_WORDS_MAX
        and len(text) > 1
        and not _STREET.search(text)
    )


def _drop_repetitions(reading: _Reading) -> None:
    """Take out lines, and what follows a last comma, that say nothing but what the elements say."""
    kept = (_without_repetition(line, reading.elements) for line in reading.lines)
    reading.lines[:] = [line for line in kept if line]


def _without_repetition(line: str, elements: dict[str, str]) -> str:
    said = {word for tag in _SAID_ONCE for word in plain_words(elements.get(tag, ""))}
    while line:
        commas = list(_LINE_PARTS.finditer(line))
        part = line[commas[-1].end() :] if commas else line
        again = any(repeats(tag, elements[tag], part) for tag in _SAID_ONCE if tag in elements)
        if not again or not (set(plain_words(part)) <= said or country_named(part) == elements.get("Ctry")):
            break
        line = line[: commas[-1].start()] if commas else ""
    return line
