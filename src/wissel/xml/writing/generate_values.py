"""Plausible values for generated messages: invented parties and banks, check digits, dates around one date.

What stands at which place is data (``sample_values.toml``); here it is looked up, filled in and made to fit.
"""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from importlib import resources
from random import Random
from typing import Any

from wissel.xml.writing import generate_identifiers as identifiers
from wissel.xml.writing.generate_arbitrary import arbitrary, from_pattern
from wissel.xml.xsd.schema_tree import SimpleType
from wissel.xml.xsd.values import check_value

_BANK_ROLES = {
    "DbtrAgt": 0, "InstgAgt": 0, "Fr": 0, "FwdgAgt": 0, "Dbtr": 0, "Assgnr": 0,
    "CdtrAgt": 1, "InstdAgt": 1, "To": 1, "Cdtr": 1, "Assgne": 1,
}  # fmt: skip
_PARTY_ROLES = {"InitgPty": 0, "Dbtr": 0, "UltmtDbtr": 0, "Cdtr": 1, "UltmtCdtr": 1, "Ownr": 0}
_SHORT = ("INFO", "1", "01", "001", "0001", "00001")
_COLLECTIONS = ("pain.008", "pacs.003", "pacs.010")
_PERSON_FIELDS = {
    "Nm": "name",
    "StrtNm": "street",
    "BldgNb": "building",
    "PstCd": "post_code",
    "TwnNm": "town",
    "Ctry": "country",
    "CtryOfRes": "country",
    "CtryOfBirth": "country",
    "RegnCtry": "country",
}


@dataclass(frozen=True, slots=True)
class Scene:
    """What all values of one message have in common; ``draws`` remembers what was drawn for a place."""

    rng: Random
    as_of: date
    definition: str
    currency: str = "EUR"
    first: int = 0
    """Where the lists of banks and parties begin."""
    draws: dict[str, str] = field(default_factory=dict)


@cache
def data() -> dict[str, Any]:
    """The content of ``sample_values.toml``."""
    with resources.files("wissel.xml.writing").joinpath("sample_values.toml").open("rb") as file:
        return tomllib.load(file)


def plausible(path: str, tags: tuple[str, ...], of: SimpleType, scene: Scene) -> str:
    """A value for the element or attribute at ``path`` (indexed) with ``tags`` from the root to it.

    Falls back to any value that the type allows, so it always fits the type.
    """
    for candidate in _candidates(path, tags, of, scene):
        if candidate and check_value(candidate, of) is None:
            return candidate
    return arbitrary(of, scene.rng)


def _candidates(path: str, tags: tuple[str, ...], of: SimpleType, scene: Scene) -> Iterator[str]:
    """Values to try, best first; drawn only as far as they are asked for."""
    match of.base:
        case "date" | "dateTime" | "time" | "gYear" | "gYearMonth":
            yield from _moments(tags, of.base, scene)
        case "decimal":
            yield from _numbers(path, tags, of, scene)
        case "boolean":
            yield "true" if tags[-1] in data()["true"] else "false"
        case "base64Binary":
            yield "c2FtcGxl"
        case _:
            codes = data()["code"]
            yield from (codes.get(tags[-1], ""), codes.get(of.name, ""))
            if of.enumeration:
                yield of.enumeration[0]
            yield _identifier(tags, of, scene)
            yield from _texts(tags, of, scene)


def _identifier(tags: tuple[str, ...], of: SimpleType, scene: Scene) -> str:
    name = of.name
    if "CurrencyCode" in name or name == "CurrencyCode":
        return scene.currency
    if name.startswith("IBAN"):
        return identifiers.iban(str(_bank(tags, scene)["iban"]), scene.rng)
    if "BIC" in name or name.startswith("BEI"):
        return str(_bank(tags, scene)["bic"])
    if name.startswith("LEI"):
        return identifiers.lei(scene.rng)
    if name.startswith("UUIDv4"):
        return identifiers.uetr(scene.rng)
    if name.startswith("ISIN"):
        return identifiers.isin(str(_bank(tags, scene)["country"]), scene.rng)
    if name == "UTIIdentifier":
        return identifiers.lei(scene.rng) + identifiers.filled("TRADE####", scene.rng)
    if name == "CountryCode":
        return str(_person(tags, scene)[_PERSON_FIELDS.get(tags[-1], "country")])
    return ""


def _texts(tags: tuple[str, ...], of: SimpleType, scene: Scene) -> Iterator[str]:
    if tags[-1] in _PERSON_FIELDS:
        yield str(_person(tags, scene)[_PERSON_FIELDS[tags[-1]]])
    if tags[-1] == "AdrLine":
        person = _person(tags, scene)
        yield f"{person['street']} {person['building']}"
    if tags[-2:] == ("CdtrRefInf", "Ref"):
        yield identifiers.creditor_reference(scene.rng)
    if template := _longest(data()["text"], tags):
        yield identifiers.filled(_placed(template, scene), scene.rng)
    if of.name.startswith("External"):
        yield from ("OTHR", "OTH")
    if of.patterns:
        yield from _SHORT
        yield from_pattern(of.patterns[-1], scene.rng)
    if tags[-1].endswith(("Id", "Ref", "Nb", "Idr")):
        tag = next((tag for tag in reversed(tags) if tag != "Id"), "Id")
        yield identifiers.filled(f"{tag.upper()}-######", scene.rng)
        yield identifiers.filled("######", scene.rng)
    yield from ("Sample text", "Sample", "TEXT", "A1", "1")


def _longest(table: dict[str, Any], tags: tuple[str, ...]) -> Any:
    """The row for the longest end of the path that the table has."""
    return next((table[key] for n in (3, 2, 1) if (key := "/".join(tags[-n:])) in table), None)


def _placed(template: str, scene: Scene) -> str:
    if "{" not in template:
        return template
    original = data()["original"].get(scene.definition[:8], "pacs.008.001.08")
    return template.format(
        date=f"{scene.as_of:%Y%m%d}",
        year=scene.as_of.year,
        definition=scene.definition,
        original=original,
    )


def _bank(tags: tuple[str, ...], scene: Scene) -> dict[str, Any]:
    banks: list[dict[str, Any]] = data()["bank"]
    for tag in reversed(tags):
        role = tag.removesuffix("Acct") if tag.endswith("AgtAcct") else tag.replace("Acct", "Agt")
        role = role.removeprefix("Orgnl")
        if role in _BANK_ROLES:
            place = _BANK_ROLES[role]
            # a collection runs from the creditor's bank to the debtor's
            swap = scene.definition[:8] in _COLLECTIONS and role in ("DbtrAgt", "CdtrAgt")
            return banks[(scene.first + (1 - place if swap else place)) % len(banks)]
    named = next((tag for tag in reversed(tags) if tag.endswith(("Agt", "Agt1", "Agt2", "Agt3", "Acct"))), "")
    return banks[(scene.first + 2 + sum(map(ord, named)) % (len(banks) - 2)) % len(banks)]


def _person(tags: tuple[str, ...], scene: Scene) -> dict[str, Any]:
    """The bank or party whose name or address a place holds."""
    if "FinInstnId" in tags or "FIId" in tags or "BrnchId" in tags:
        return _bank(tags, scene)
    parties: list[dict[str, Any]] = data()["party"]
    for tag in reversed(tags):
        role = tag.removeprefix("Orgnl")
        if role in _PARTY_ROLES:
            swap = scene.definition[:8] in _COLLECTIONS and role == "InitgPty"
            return parties[(scene.first + (1 if swap else _PARTY_ROLES[role])) % len(parties)]
    holder = tags[-2] if len(tags) > 1 else ""
    return parties[(scene.first + 2 + sum(map(ord, holder)) % (len(parties) - 2)) % len(parties)]


def _moments(tags: tuple[str, ...], base: str, scene: Scene) -> list[str]:
    offset = _longest(data()["day"], tags) or _longest(data()["day"], tags[:-1]) or 0
    day = scene.as_of + timedelta(days=offset)
    match base:
        case "date":
            return [day.isoformat()]
        case "dateTime":
            return [f"{day.isoformat()}T09:30:00+00:00", f"{day.isoformat()}T09:30:00Z"]
        case "time":
            return ["09:30:00"]
        case "gYear":
            return [str(day.year)]
    return [f"{day:%Y-%m}"]


def _numbers(path: str, tags: tuple[str, ...], of: SimpleType, scene: Scene) -> list[str]:
    if "Amount" not in of.name and not tags[-1].endswith(("Sum", "Amt")):
        rate = "Rate" in of.name
        return ["1" if tags[-1] == "XchgRate" else "2.5" if rate else "1", "1", "0"]
    small = next((data()["small_amount"][tag] for tag in reversed(tags) if tag in data()["small_amount"]), None)
    return [small or transaction_amount(path, scene)]


def transaction_amount(path: str, scene: Scene) -> str:
    """The amount of the payment that a place belongs to: one for all amounts of the same transaction."""
    within = path.rpartition("]")[0]
    for tag in data()["transactions"]:
        before, found, after = path.partition(f"/{tag}[")
        if found:
            within = f"{before}{found}{after.partition(']')[0]}"
            break
    if within not in scene.draws:
        cents = scene.rng.randint(1_000, 2_500_000)
        scene.draws[within] = str(Decimal(cents).scaleb(-2))
    return scene.draws[within]
