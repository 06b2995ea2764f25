"""The rules that need thought, by subject. A rule exists exactly where its module's ``RULES`` names it."""

from wissel.validation.rule import Rule
from wissel.validation.rules import (
    addresses,
    amounts,
    character_sets,
    clearing,
    currency,
    dates,
    duplicates,
    external_codes,
    header,
    identifiers,
    references,
    scheme_reasons,
    scheme_sepa,
    totals,
)

ALL_RULES: tuple[Rule, ...] = (
    *addresses.RULES,
    *amounts.RULES,
    *character_sets.RULES,
    *clearing.RULES,
    *currency.RULES,
    *dates.RULES,
    *duplicates.RULES,
    *external_codes.RULES,
    *header.RULES,
    *identifiers.RULES,
    *references.RULES,
    *scheme_reasons.RULES,
    *scheme_sepa.RULES,
    *totals.RULES,
)
