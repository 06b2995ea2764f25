"""Reason codes that a scheme does not use. Data in ``catalog/data/reason_codes.csv``; a guideline names its scheme."""

from collections.abc import Callable, Iterator, Mapping
from difflib import get_close_matches
from functools import cache

from wissel.catalog.reason_codes import reason_codes
from wissel.core.errors import InstallationError
from wissel.core.finding import Severity
from wissel.validation.rule import BlockRule, Flaw, Rule, RuleFacts, described
from wissel.validation.scope import Scope
from wissel.xml.blocks.block import Block

_SHOWN_MAX = 40
"""Codes listed in a finding."""


def schemes() -> tuple[str, ...]:
    """Those whose reason codes are known."""
    return tuple(dict.fromkeys(row.scheme for row in reason_codes()))


@cache
def _allowed(scheme: str) -> Mapping[str, Mapping[str, frozenset[str]]]:
    """Family -> path below the last element of a transaction's path -> codes. Statuses of messages are left out."""
    found: dict[str, dict[str, set[str]]] = {}
    for row in reason_codes():
        if row.scheme == scheme and row.code_set is not None:
            for family in row.messages:
                found.setdefault(family, {}).setdefault(row.element, set()).add(row.code)
    return {family: {path: frozenset(codes) for path, codes in paths.items()} for family, paths in found.items()}


def _check(scheme: str) -> Callable[[Block, Scope], Iterator[Flaw]]:
    def check(block: Block, scope: Scope) -> Iterator[Flaw]:
        allowed = _allowed(scheme)
        own = block.below.rpartition("/")[2] + "/"
        for element, codes in allowed.get(scope.family, {}).items():
            _, found, path = element.partition(own)
            for number in block.shape.places.get(path, ()) if found else ():
                text = block.texts[number].strip()
                if text not in codes:
                    yield _flaw(number, text, codes)

    return check


def _flaw(number: int, text: str, codes: frozenset[str]) -> Flaw:
    near = get_close_matches(text, sorted(codes), 1)
    return Flaw(
        f"The scheme does not use the reason {text} here.",
        number,
        value=text,
        allowed=", ".join(sorted(codes)[:_SHOWN_MAX]) + (", ..." if len(codes) > _SHOWN_MAX else ""),
        hint=f"the nearest is {near[0]}" if near else None,
    )


def reason_not_of_scheme() -> None:
    """The reason of a rejection, return, reversal or cancellation is one that the scheme uses.

    Of the several hundred ISO reason codes a scheme takes a few dozen; a code outside its list is refused by many
    participants, or read as no reason at all. Lists change with each rulebook, so this is a warning.
    """


def _rule(scheme: str, families: tuple[str, ...]) -> BlockRule:
    title, why = described(reason_not_of_scheme)
    facts = RuleFacts(
        code="REASON-NOT-OF-SCHEME",
        title=title,
        why=why,
        severity=Severity.WARNING,
        source="the scheme's implementation guidelines and rulebook on reason codes (secondary source)",
        confidence="medium",
        reason="CH16",
        families=families,
        optional=True,
    )
    return BlockRule(facts, ("transaction",), _check(scheme))


@cache
def reasons_rule(scheme: str) -> BlockRule:
    """The rule for a scheme's reason codes. Raises InstallationError for a scheme that is not known."""
    if scheme not in schemes():
        raise InstallationError(f"no reason codes are known of {scheme!r}, but of {', '.join(schemes())}")
    return _rule(scheme, tuple(_allowed(scheme)))


_ANSWERS = ("pacs.002", "pacs.004", "pain.002", "camt.029", "camt.056")

RULES: tuple[Rule, ...] = (_rule("sepa-sct", _ANSWERS),)
"""The rule as a guideline gets it that enables it by its code alone; the data are read when it first runs."""
