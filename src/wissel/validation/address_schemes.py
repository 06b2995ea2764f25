"""What each scheme says of an address on a day: data in ``addresses.toml``."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache

from wissel.core.finding import Severity
from wissel.validation.address_data import address_data
from wissel.validation.addresses import Address, Fault, Makeup, faults


class Standing(StrEnum):
    """What a scheme says of an address on a day, from best to worst."""

    ACCEPTED = "accepted"
    EXPECTED = "expected"
    """Accepted now; said to be refused from a day on, but that is not well founded, or sources differ."""
    LATER = "later"
    """Accepted now, refused from a day on."""
    DOUBTFUL = "doubtful"
    """Against the scheme's word, but that word is not well founded, or sources differ."""
    REFUSED = "refused"


_RANK = {standing: rank for rank, standing in enumerate(Standing)}


@dataclass(frozen=True, slots=True)
class Ruling:
    """That a scheme refuses some faults in a span of time."""

    codes: frozenset[str]
    makeups: frozenset[Makeup]
    """Of which addresses; none for any."""
    since: date | None
    until: date | None
    """The last day."""
    weight: Severity
    """``error`` where it is well founded, else ``warning``."""
    source: str
    confidence: str
    conflict: str
    """What speaks against the day, in a sentence; may be empty."""

    def is_about(self, fault: Fault, address: Address) -> bool:
        """Whether it speaks of this fault of this address."""
        return fault.code in self.codes and (not self.makeups or address.makeup in self.makeups)


@dataclass(frozen=True, slots=True)
class Scheme:
    """A scheme and its rulings."""

    name: str
    title: str
    guidelines: tuple[str, ...]
    families: tuple[str, ...]
    """Its messages; none for any but those of ``except_families``."""
    except_families: tuple[str, ...]
    currencies: tuple[str, ...]
    """Of its payments; none for any."""
    lines_only_max: int | None
    lines_only_characters_max: int | None
    rulings: tuple[Ruling, ...]

    def is_for(self, family: str) -> bool:
        """Whether it judges addresses in messages of a family."""
        return family not in self.except_families and (not self.families or family in self.families)


@dataclass(frozen=True, slots=True)
class Opinion:
    """What a scheme says of one fault of an address."""

    fault: Fault
    standing: Standing
    since: date | None
    """The day from which it refuses the fault; None where none is known."""
    ruling: Ruling | None


@cache
def schemes() -> tuple[Scheme, ...]:
    """All schemes, in the order of the data file."""
    return tuple(
        Scheme(
            name=row["name"],
            title=row["title"],
            guidelines=tuple(row["guidelines"]),
            families=tuple(row.get("families", ())),
            except_families=tuple(row.get("except_families", ())),
            currencies=tuple(row.get("currencies", ())),
            lines_only_max=row.get("lines_only_max"),
            lines_only_characters_max=row.get("lines_only_characters_max"),
            rulings=tuple(
                Ruling(
                    codes=frozenset(one["codes"]),
                    makeups=frozenset(Makeup(word) for word in one.get("makeup", ())),
                    since=one.get("from"),
                    until=one.get("until"),
                    weight=Severity(one["weight"]),
                    source=one["source"],
                    confidence=one["confidence"],
                    conflict=one.get("conflict", ""),
                )
                for one in row["ruling"]
            ),
        )
        for row in address_data()["scheme"]
    )


@cache
def schemes_by_name() -> Mapping[str, Scheme]:
    """All schemes by their names."""
    return {scheme.name: scheme for scheme in schemes()}


@cache
def scheme_of(guidelines: tuple[str, ...]) -> Scheme | None:
    """The scheme of a guideline and those it inherits from, the nearest first; None where none is known."""
    return next((scheme for name in guidelines for scheme in schemes() if name in scheme.guidelines), None)


def opinions(scheme: Scheme | None, address: Address, day: date) -> tuple[Opinion, ...]:
    """What a scheme says of each fault of an address on a day: what it accepts for good is left out.

    Without a scheme every fault is refused: whoever asks then wants the structured or hybrid form.
    """
    if scheme is None:
        return tuple(Opinion(fault, Standing.REFUSED, None, None) for fault in faults(address))
    found = faults(address, scheme.lines_only_max, scheme.lines_only_characters_max)
    judged = (_opinion(scheme, fault, address, day) for fault in found)
    return tuple(opinion for opinion in judged if opinion is not None)


def standing(given: Sequence[Opinion]) -> Standing:
    """The worst of what is said of an address's faults."""
    return max((opinion.standing for opinion in given), key=_RANK.__getitem__, default=Standing.ACCEPTED)


def _opinion(scheme: Scheme, fault: Fault, address: Address, day: date) -> Opinion | None:
    about = [ruling for ruling in scheme.rulings if ruling.is_about(fault, address)]
    now = [r for r in about if (r.since is None or r.since <= day) and (r.until is None or day <= r.until)]
    if now:
        ruling = next((r for r in now if r.weight is Severity.ERROR), now[0])
        weight = Standing.REFUSED if ruling.weight is Severity.ERROR else Standing.DOUBTFUL
        return Opinion(fault, weight, ruling.since, ruling)
    later = [r for r in about if r.since is not None and r.since > day]
    if not later:
        return None
    ruling = min(later, key=lambda r: r.since or day)
    weight = Standing.LATER if ruling.weight is Severity.ERROR else Standing.EXPECTED
    return Opinion(fault, weight, ruling.since, ruling)
