"""Bank transaction codes: which domain, family and sub-family may stand together, and which are usual for what.

Data in ``data/bank_transaction_codes.csv`` and ``data/bank_transaction_code_usage.csv``. ISO publishes this list apart
from the quarterly code sets; the names of the codes are those of the sets ``ExternalBankTransaction…1Code``.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from wissel.catalog.tables import data_table


@dataclass(frozen=True, slots=True)
class BankTransactionCode:
    """One combination of ISO's list."""

    domain: str
    family: str
    subfamily: str
    generic: bool
    """The sub-family may stand in every family of its kind."""
    other: bool
    """Family or sub-family says no more than "other" or "not available"."""
    edition: str
    """Of the list: ``7.0``."""
    confidence: str


@dataclass(frozen=True, slots=True)
class Usage:
    """A combination that is usual for a kind of entry."""

    case: str
    """``sct``, ``sdd-core``, ``charges`` ..."""
    label: str
    side: str
    """``CRDT``, ``DBIT``, or empty for either."""
    reversal: bool
    """``RvslInd`` is true."""
    domain: str
    family: str
    subfamily: str
    official: bool
    """False for a combination that files carry and ISO's list does not have: to be read, never written."""
    markets: tuple[str, ...]
    """Countries, or ``EU`` and ``NORDIC``; none for everywhere."""
    confidence: str
    source: str


@cache
def bank_transaction_codes() -> Mapping[tuple[str, str, str], BankTransactionCode]:
    """All combinations by domain, family and sub-family. Raises InstallationError where the table is damaged."""
    return MappingProxyType(
        {
            (domain, family, subfamily): BankTransactionCode(
                domain, family, subfamily, generic == "y", other == "y", edition, confidence
            )
            for domain, family, subfamily, generic, other, edition, confidence in data_table(
                "bank_transaction_codes"
            ).rows
        }
    )


def is_allowed(domain: str, family: str, subfamily: str) -> bool:
    """Whether ISO's list has the combination."""
    return (domain, family, subfamily) in bank_transaction_codes()


def domains() -> tuple[str, ...]:
    """All domains, in order."""
    return tuple(_families())


def families_of(domain: str) -> tuple[str, ...]:
    """The families of a domain, in order; none for an unknown one."""
    return tuple(_families().get(domain, ()))


def subfamilies_of(domain: str, family: str) -> tuple[str, ...]:
    """The sub-families that may stand with domain and family, in order; none where these do not go together."""
    return tuple(_families().get(domain, {}).get(family, ()))


@cache
def _families() -> dict[str, dict[str, list[str]]]:
    found: dict[str, dict[str, list[str]]] = {}
    for domain, family, subfamily in sorted(bank_transaction_codes()):
        found.setdefault(domain, {}).setdefault(family, []).append(subfamily)
    return found


@cache
def usages() -> tuple[Usage, ...]:
    """What is usual for which kind of entry, in the order of the table. The same combination can mean opposite things
    in two countries: look at the side first."""
    return tuple(
        Usage(case, label, side, reversal == "y", domain, family, sub, official == "y", tuple(market.split()), *rest)
        for case, label, side, reversal, domain, family, sub, official, market, *rest in data_table(
            "bank_transaction_code_usage"
        ).rows
    )
