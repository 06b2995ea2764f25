"""The rules that need thought, by subject. A rule exists exactly where its module's ``RULES`` names it."""

from wissel.validation.rule import Rule
from wissel.validation.rules import (
    addresses,
    character_sets,
    dates,
    duplicates,
    header,
    scheme_reasons,
    scheme_sepa,
    totals,
)

ALL_RULES: tuple[Rule, ...] = (
    *addresses.RULES,
    *character_sets.RULES,
    *dates.RULES,
    *duplicates.RULES,
    *header.RULES,
    *scheme_reasons.RULES,
    *scheme_sepa.RULES,
    *totals.RULES,
)
