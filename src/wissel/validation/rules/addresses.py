"""Postal addresses: structured or hybrid, as the schemes ask for from November 2026 on.

Which fault weighs how much from which day on is data per scheme (``addresses.toml``); the scheme is that of the
guideline. Before its day a fault is a warning that names the day; from then on an error where the day is well founded.
A guideline of no known scheme that enables these rules asks for the structured or hybrid form without a day.
"""

from collections.abc import Iterable
from datetime import date
from functools import lru_cache

from wissel.core.finding import Severity
from wissel.validation.address_proposal import proposal_in_words, propose
from wissel.validation.address_schemes import Opinion, Scheme, Standing, opinions, scheme_of
from wissel.validation.addresses import Address, addresses, all_structured, decisive, role_of
from wissel.validation.rule import Flaw, Rule, Tests, block_rule
from wissel.validation.scope import Scope
from wissel.xml.blocks.block import Block

_KINDS = ("transaction", "group", "message")
_NEEDS = ("**/PstlAdr", "**/Adr")
_SOURCE = "EPC153-22 and the schemes' own documents, by scheme in addresses.toml"
_REASONS = {
    "Dbtr": "BE07", "UltmtDbtr": "BE07", "OrgnlDbtr": "BE07",
    "Cdtr": "BE04", "UltmtCdtr": "BE04",
}  # fmt: skip
"""ISO reason codes by role; of the others the generic one."""
_WEAK = " (that is not well founded)"


@lru_cache(maxsize=4)
def _judged(block: Block, guidelines: tuple[str, ...], day: date) -> tuple[tuple[Address, Opinion], ...]:
    """What is said of the addresses of a block: worked out once, for the first of the rules that asks."""
    if all_structured(block):
        return ()
    scheme = scheme_of(guidelines)
    return tuple((one, opinion) for one in addresses(block) for opinion in opinions(scheme, one, day))


def _flaws(code: str, block: Block, scope: Scope) -> Iterable[Flaw]:
    judged = _judged(block, scope.guidelines, scope.as_of)
    scheme = scheme_of(scope.guidelines) if judged else None
    if scheme is not None and not scheme.is_for(scope.family):
        return ()
    return [_flaw(opinion, address, scheme) for address, opinion in judged if opinion.fault.code == code]


def _flaw(opinion: Opinion, address: Address, scheme: Scheme | None) -> Flaw:
    fault, ruling = opinion.fault, opinion.ruling
    role = role_of(address.path)
    said = f"{role}: {fault.message}"
    if scheme is not None:
        said += f" {scheme_in_words(opinion, scheme)}"
    at_line = fault.line is not None
    return Flaw(
        message=said,
        number=address.numbers[fault.line] if fault.line is not None else address.first,
        path=None if at_line else address.path,
        value=address.lines[fault.line] if fault.line is not None else None,
        allowed=fault.allowed,
        hint=proposal_in_words(propose(address)),
        reason=_REASONS.get(role, "CH16"),
        severity=Severity.ERROR if opinion.standing is Standing.REFUSED else Severity.WARNING,
        source=ruling.source if ruling is not None else None,
    )


def _structured(block: Block, _scope: Scope) -> Tests | None:
    """Where the shape tells which addresses are structured, their towns and countries are not empty."""
    numbers = decisive(block.shape)
    return None if numbers is None else tuple((number, bool) for number in numbers)


def scheme_in_words(opinion: Opinion, scheme: Scheme) -> str:
    """What a scheme says of a fault, in a sentence."""
    ruling = opinion.ruling
    conflict = f" ({ruling.conflict})" if ruling is not None and ruling.conflict else ""
    if opinion.standing is Standing.LATER:
        return f"From {opinion.since} on {scheme.title} refuses this{conflict}."
    if opinion.standing is Standing.EXPECTED:
        return f"From {opinion.since} on {scheme.title} is said to refuse this{conflict or _WEAK}."
    since = f" since {opinion.since}" if opinion.since else ""
    if opinion.standing is Standing.REFUSED:
        return f"{scheme.title} refuses this{since}{conflict}."
    return f"{scheme.title} is said to refuse this{since}{conflict or _WEAK}."


@block_rule(
    "ADDRESS-UNSTRUCTURED", _KINDS, needs=_NEEDS, source=_SOURCE, reason="CH16", optional=True, screen=_structured
)
def unstructured(block: Block, scope: Scope) -> Iterable[Flaw]:
    """A postal address is not made of AdrLine alone: town and country stand in TwnNm and Ctry.

    What stands in free lines cannot be screened or routed by machine; the schemes end it in November 2026. The rest
    of the address may stay in two AdrLine (hybrid form).
    """
    return _flaws("ADDRESS-UNSTRUCTURED", block, scope)


@block_rule(
    "ADDRESS-TOWN-MISSING", _KINDS, needs=_NEEDS, source=_SOURCE, reason="CH16", optional=True, screen=_structured
)
def town_missing(block: Block, scope: Scope) -> Iterable[Flaw]:
    """A postal address names its town in TwnNm.

    Town and country are the least that a structured or hybrid address has.
    """
    return _flaws("ADDRESS-TOWN-MISSING", block, scope)


@block_rule(
    "ADDRESS-COUNTRY-MISSING", _KINDS, needs=_NEEDS, source=_SOURCE, reason="CH16", optional=True, screen=_structured
)
def country_missing(block: Block, scope: Scope) -> Iterable[Flaw]:
    """A postal address names its country in Ctry, by its code.

    Town and country are the least that a structured or hybrid address has.
    """
    return _flaws("ADDRESS-COUNTRY-MISSING", block, scope)


@block_rule(
    "ADDRESS-LINE-TOO-MANY", _KINDS, needs=_NEEDS, source=_SOURCE, reason="CH16", optional=True, screen=_structured
)
def lines_too_many(block: Block, scope: Scope) -> Iterable[Flaw]:
    """At most two AdrLine stand beside town and country; some schemes limit addresses of AdrLine alone too.

    The schema allows seven lines; who reads the hybrid form expects two.
    """
    return _flaws("ADDRESS-LINE-TOO-MANY", block, scope)


@block_rule(
    "ADDRESS-LINE-TOO-LONG", _KINDS, needs=_NEEDS, source=_SOURCE, reason="CH16", optional=True, screen=_structured
)
def line_too_long(block: Block, scope: Scope) -> Iterable[Flaw]:
    """An AdrLine keeps the length that the scheme allows: 70 characters, in some schemes 35 without other elements.

    A longer line is cut by systems that still pass the address on in the older form.
    """
    return _flaws("ADDRESS-LINE-TOO-LONG", block, scope)


@block_rule(
    "ADDRESS-LINE-REPEATS",
    _KINDS,
    needs=_NEEDS,
    source=_SOURCE,
    reason="CH16",
    severity=Severity.WARNING,
    optional=True,
    screen=_structured,
)
def line_repeats(block: Block, scope: Scope) -> Iterable[Flaw]:
    """No AdrLine says again the town, post code or country that stands in its own element.

    Each part of an address is said once. Whether a text repeats another is judged by its words, so this only warns.
    """
    return _flaws("ADDRESS-LINE-REPEATS", block, scope)


RULES: tuple[Rule, ...] = (
    unstructured,
    town_missing,
    country_missing,
    lines_too_many,
    line_too_long,
    line_repeats,
)
