"""The rules that need thought, by subject. A rule exists exactly where its module's ``RULES`` names it."""

from functools import cache

from wissel.validation.rule import Rule
from wissel.validation.rules import (
    amounts,
    clearing,
    currency,
    dates,
    duplicates,
    entries,
    external_codes,
    header,
    identifiers,
    iso_groups,
    iso_parties,
    iso_references,
    iso_status,
    references,
    statements,
    totals,
)

GENERAL_RULES: tuple[Rule, ...] = (
    *amounts.RULES,
    *clearing.RULES,
    *currency.RULES,
    *dates.RULES,
    *duplicates.RULES,
    *entries.RULES,
    *external_codes.RULES,
    *header.RULES,
    *identifiers.RULES,
    *iso_groups.RULES,
    *iso_parties.RULES,
    *iso_references.RULES,
    *iso_status.RULES,
    *references.RULES,
    *statements.RULES,
    *totals.RULES,
)
"""The rules of the modules that hold for all messages; a few of them are optional."""


@cache
def all_rules() -> tuple[Rule, ...]:
    """Those, and the rules of schemes, which all are optional: loaded only where a guideline asks for them."""
    from wissel.validation.rules import (
        addresses,
        character_sets,
        scheme_cbpr,
        scheme_cbpr_reports,
        scheme_networks,
        scheme_reasons,
        scheme_sepa,
    )

    return (
        *GENERAL_RULES,
        *addresses.RULES,
        *character_sets.RULES,
        *scheme_cbpr.RULES,
        *scheme_cbpr_reports.RULES,
        *scheme_networks.RULES,
        *scheme_reasons.RULES,
        *scheme_sepa.RULES,
    )
