"""Codes that ISO 20022 keeps in lists outside its schemas: the type of a value names its list."""

from collections.abc import Iterator
from functools import cache, lru_cache

from wissel.catalog.bank_transaction_codes import (
    bank_transaction_codes,
    domains,
    families_of,
    is_allowed,
    subfamilies_of,
)
from wissel.catalog.code_sets import CodeSet, Status, code_set, code_set_of_type, nearest
from wissel.core.finding import Severity
from wissel.validation.rule import Flaw, Rule, RuleFacts, ValueCheck, ValueRule, block_rule
from wissel.validation.scope import Scope
from wissel.validation.siblings import families
from wissel.xml.blocks.block import Block

_TYPES = ("External",)
_REASONS = {
    "ExternalPurpose1Code": "FF07",
    "ExternalCategoryPurpose1Code": "FF06",
    "ExternalServiceLevel1Code": "FF04",
    "ExternalLocalInstrument1Code": "FF05",
    "ExternalDocumentType1Code": "RR07",
    "ExternalCreditorReferenceType1Code": "RR09",
    "ExternalClearingSystemIdentification1Code": "RC01",
    "ExternalStatusReason1Code": "CH16",
    "ExternalReturnReason1Code": "CH16",
    "ExternalReversalReason1Code": "CH16",
    "ExternalCancellationReason1Code": "CH16",
    "ExternalPaymentCancellationRejection1Code": "CH16",
    "ExternalPaymentTransactionStatus1Code": "CH16",
    "ExternalPaymentGroupStatus1Code": "CH16",
    "ExternalBalanceType1Code": "CH16",
    "ExternalBalanceSubType1Code": "CH16",
    "ExternalEntryStatus1Code": "CH16",
    "ExternalCashAccountType1Code": "CH16",
    "ExternalAccountIdentification1Code": "CH16",
    "ExternalOrganisationIdentification1Code": "CH16",
    "ExternalPersonIdentification1Code": "CH16",
    "ExternalCashClearingSystem1Code": "CH16",
    "ExternalProxyAccountType1Code": "CH16",
    "ExternalMandateReason1Code": "CH16",
    "ExternalChargeType1Code": "CH16",
    "ExternalCreditorAgentInstruction1Code": "CH16",
    "ExternalVerificationReason1Code": "CH16",
}
"""The sets of payments: an unknown code is an error, with this reason. In other sets it is warned of."""


_READ_ONLY = ("camt.052", "camt.053", "camt.054", "camt.086")
"""Messages that nobody can send back: what a bank reports has to be read, so that its own codes are warned of.

Real statements carry some (INST as a kind of account, ISCT among the transaction codes).
"""


def _unknown(text: str, known: CodeSet, refused: bool) -> Flaw | None:
    if text in known.codes:
        return None
    near = nearest(known.name, text)
    return Flaw(
        f"{text} is not a code of {known.name} (edition {known.edition}).",
        allowed=f"a code of {known.name}; wissel codes {known.name} lists them",
        hint=f"did you mean {' or '.join(near)}?" if near else None,
        reason=_REASONS.get(known.name),
        severity=None if refused else Severity.WARNING,
    )


def _removed(text: str, known: CodeSet) -> Flaw | None:
    code = known.codes.get(text)
    if code is None or code.status is Status.ACTIVE:
        return None
    return Flaw(
        f"{text} is no longer in {known.name} (edition {known.edition}); {code.edition} still had it.",
        allowed=f"a code of edition {known.edition}",
    )


@lru_cache(maxsize=1024)
def _checks(name: str, origin: str, edition: str, read_only: bool) -> tuple[ValueCheck, ValueCheck] | None:
    """The two checks for a set, the same ones as long as its edition is."""
    known = code_set(name)
    if known is None:
        return None
    refused = not read_only and name in _REASONS and known.confidence == "high"
    return lambda text: _unknown(text, known, refused), lambda text: _removed(text, known)


def _checks_of(type_name: str, family: str) -> tuple[ValueCheck, ValueCheck] | None:
    name = code_set_of_type(type_name)
    known = code_set(name) if name else None
    return _checks(known.name, known.origin, known.edition, family in _READ_ONLY) if known else None


def _unknown_by_type(type_name: str, family: str) -> ValueCheck | None:
    checks = _checks_of(type_name, family)
    return checks[0] if checks else None


def _removed_by_type(type_name: str, family: str) -> ValueCheck | None:
    checks = _checks_of(type_name, family)
    return checks[1] if checks else None


def _nothing(text: str) -> None:
    """What is right of a value whose type has no set."""


external_code_unknown = ValueRule(
    RuleFacts(
        code="EXTERNAL-CODE-UNKNOWN",
        title="A code is one of its external code set.",
        why="The schema only limits its length; what it means stands in a list that ISO 20022 publishes each quarter. "
        "Banks refuse codes that they do not find there. Sets that payments do not turn on, and codes in what a bank "
        "reports, are warned of.",
        severity=Severity.ERROR,
        source="ISO 20022 external code sets, secondary source",
        reason="CH16",
    ),
    _TYPES,
    _nothing,
    by_type=_unknown_by_type,
)

external_code_removed = ValueRule(
    RuleFacts(
        code="EXTERNAL-CODE-REMOVED",
        title="A code is in the current edition of its external code set.",
        why="It was in an earlier edition and is read for now; receivers that keep to the current one refuse it.",
        severity=Severity.WARNING,
        source="ISO 20022 external code sets, secondary source",
        confidence="medium",
        reason="CH16",
    ),
    _TYPES,
    _nothing,
    by_type=_removed_by_type,
)


@block_rule(
    "BANK-TRANSACTION-CODE-NOT-LISTED",
    ("group", "transaction"),
    source="ISO 20022 bank transaction codes, edition of October 2023, secondary source",
    needs=("**/Domn/Fmly/SubFmlyCd",),
    reason="CH16",
    severity=Severity.WARNING,
    confidence="medium",
)
def bank_transaction_code(block: Block, scope: Scope) -> Iterator[Flaw]:
    """Domain, family and sub-family of a bank transaction code go together.

    Readers book by the three of them; each may be right while ISO does not list them together.
    """
    for numbers in families(block.shape, "Domn/Cd", "Fmly/Cd", "Fmly/SubFmlyCd"):
        if -1 in numbers:
            continue
        domain, family, subfamily = (block.texts[number].strip() for number in numbers)
        if is_allowed(domain, family, subfamily):
            continue
        if domain not in domains():
            continue
        if family in families_of(domain):
            if subfamily in _subfamilies():
                message = f"ISO does not list {subfamily} in the family {family} of {domain}."
                allowed = ", ".join(subfamilies_of(domain, family))
                yield Flaw(message, numbers[2], value=subfamily, allowed=allowed)
        elif family in _families():
            message = f"ISO does not list the family {family} in the domain {domain}."
            yield Flaw(message, numbers[1], value=family, allowed=", ".join(families_of(domain)))


@cache
def _families() -> frozenset[str]:
    return frozenset(family for _, family, _ in bank_transaction_codes())


@cache
def _subfamilies() -> frozenset[str]:
    return frozenset(subfamily for _, _, subfamily in bank_transaction_codes())


RULES: tuple[Rule, ...] = (external_code_unknown, external_code_removed, bank_transaction_code)
