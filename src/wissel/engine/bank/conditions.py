"""When one row of a list that is read from the top leaves nothing for a later one, and when a row matches nothing.

A condition that is empty matches all. Patterns as in ``routing/bank.py``.
"""

from collections.abc import Collection
from typing import Protocol

from wissel.routing.bank import RouteRule

_COUNTRY_AT = 4
"""Where the country of a BIC begins."""
_SETS = (
    "channels", "currencies", "service_levels", "local_instruments", "category_purposes", "purposes", "priorities",
    "charge_bearers",
)  # fmt: skip


class OfBanks(Protocol):
    """What holds for some banks."""

    @property
    def banks(self) -> tuple[str, ...]:
        """Patterns of their BICs."""

    @property
    def countries(self) -> frozenset[str]:
        """Their countries."""


def covers(earlier: OfBanks, later: OfBanks) -> bool:
    """Whether the banks of the later row are all among those of the earlier one."""
    return patterns_cover(earlier.banks, later.banks) and _countries_cover(earlier, later)


def _countries_cover(earlier: OfBanks, later: OfBanks) -> bool:
    if not earlier.countries:
        return True
    if later.countries:
        return later.countries <= earlier.countries
    fixed = [one[_COUNTRY_AT : _COUNTRY_AT + 2] for one in later.banks]
    return bool(fixed) and all(one in earlier.countries for one in fixed)


def patterns_cover(earlier: Collection[str], later: Collection[str]) -> bool:
    """Whether each text that matches one of the later patterns matches one of the earlier ones."""
    if not earlier:
        return True
    return bool(later) and all(any(_within(one, wide) for wide in earlier) for one in later)


def _within(narrow: str, wide: str) -> bool:
    if not wide.endswith("*"):
        return narrow == wide
    return narrow.removesuffix("*").startswith(wide[:-1])


def contradiction(banks: Collection[str], countries: Collection[str]) -> str | None:
    """Why no BIC can match both the patterns and the countries; None where one can."""
    if not countries or not banks:
        return None
    for one in banks:
        country = one.removesuffix("*")[_COUNTRY_AT : _COUNTRY_AT + 2]
        if any(code.startswith(country) for code in countries):
            return None
    return f"no BIC that begins as banks asks is of {' or '.join(sorted(countries))}"


def route_covers(earlier: RouteRule, later: RouteRule) -> bool:
    """Whether every payment that matches the later route matches the earlier one."""
    for name in _SETS:
        wide, narrow = getattr(earlier, name), getattr(later, name)
        if wide and not (narrow and narrow <= wide):
            return False
    if earlier.definitions and not (later.definitions and all(_taken(one, earlier) for one in later.definitions)):
        return False
    if not covers(earlier, later) or not patterns_cover(earlier.accounts, later.accounts):
        return False
    low = earlier.amount_min is None or (later.amount_min is not None and later.amount_min >= earlier.amount_min)
    high = earlier.amount_max is None or (later.amount_max is not None and later.amount_max <= earlier.amount_max)
    return low and high


def _taken(definition: str, route: RouteRule) -> bool:
    """Whether a definition, or the family of one, is among those of a route."""
    return definition in route.definitions or definition.rsplit(".", 2)[0] in route.definitions
