"""What the SEPA schemes ask for beyond single conditions on elements."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache

from wissel.core.finding import Severity
from wissel.validation.rule import Flaw, Rule, Test, Tests, block_rule, running_rule
from wissel.validation.rules.block_values import EEA_COUNTRIES, amount, day_of
from wissel.validation.scope import Scope
from wissel.xml.blocks.block import Block
from wissel.xml.blocks.shape import Shape

_TRANSFERS = ("pain.001", "pacs.008")
_DEBITS = ("pain.008", "pacs.003")
_PARTIES = ("Dbtr", "Cdtr", "UltmtDbtr", "UltmtCdtr")
_TERRITORIES = ("AX", "BL", "GF", "GP", "GI", "MF", "MQ", "PM", "RE", "YT")
_BEYOND_EEA = ("AL", "AD", "CH", "GB", "GG", "IM", "JE", "MC", "MD", "ME", "MK", "RS", "SM", "VA")
SEPA_COUNTRIES = frozenset((*EEA_COUNTRIES, *_TERRITORIES, *_BEYOND_EEA))
"""Countries whose accounts the schemes reach, and territories that have IBAN countries of their own."""
OUTSIDE_EEA = frozenset((*_BEYOND_EEA, "PM"))
COLLECTION_AHEAD_DAYS_MAX = 14
STRUCTURED_CHARACTERS_MAX = 140


@lru_cache(maxsize=4096)
def _crowded(shape: Shape) -> tuple[tuple[str, str], ...]:
    """Paths of identifications that have too much, and what is too much."""
    found: list[tuple[str, str]] = []
    for party in _PARTIES:
        for kind in ("OrgId", "PrvtId"):
            others = {path for path in shape.paths if path.startswith(f"{party}/Id/{kind}/Othr")}
            second = next((path for path in sorted(others) if path.startswith(f"{party}/Id/{kind}/Othr[2]")), None)
            if second is not None:
                found.append((f"{party}/Id/{kind}/Othr[2]", "a second other identification"))
        if f"{party}/Id/PrvtId/DtAndPlcOfBirth" in shape.present and f"{party}/Id/PrvtId/Othr" in shape.present:
            found.append((f"{party}/Id/PrvtId/Othr", "another identification beside date and place of birth"))
    return tuple(found)


@block_rule(
    "PARTY-IDENTIFICATION-REPEATED",
    ("group", "transaction"),
    source="EPC implementation guidelines, identification of parties (secondary source)",
    families=_TRANSFERS,
    needs=tuple(f"{party}/Id" for party in _PARTIES),
    reason="BE16",
    optional=True,
    screen=lambda block, _: None if _crowded(block.shape) else (),
)
def party_identification(block: Block, _scope: Scope) -> Iterator[Flaw]:
    """A party has one identification.

    Of an organisation that is a BIC, an LEI and one other at most, of a person its birth or one other. The scheme
    carries no more, and does not say which of several would be kept.
    """
    for path, what in _crowded(block.shape):
        yield Flaw(f"Here is {what}; the scheme carries one.", path=path, allowed="one identification")


@lru_cache(maxsize=4096)
def structured_places(shape: Shape) -> tuple[int, ...]:
    """Where the values of structured remittance information stand; attributes are left out."""
    return tuple(n for n, path in enumerate(shape.plain) if path.startswith("RmtInf/Strd/") and "@" not in path)


@block_rule(
    "STRUCTURED-REMITTANCE-ABOVE-140",
    ("transaction",),
    source="EPC implementation guidelines, structured remittance information (secondary source)",
    families=_TRANSFERS,
    needs=("RmtInf/Strd",),
    reason="RR07",
    severity=Severity.WARNING,
    confidence="medium",
    optional=True,
)
def structured_remittance(block: Block, _scope: Scope) -> Iterator[Flaw]:
    """Structured remittance information has at most 140 characters, tags not counted.

    What is longer is cut or dropped, unless both banks take part in the option of extended remittance information.
    """
    size = sum([len(block.texts[number].strip()) for number in structured_places(block.shape)])
    if size > STRUCTURED_CHARACTERS_MAX:
        yield Flaw(
            f"The structured remittance information has {size:,} characters.",
            path="RmtInf/Strd",
            allowed=f"at most {STRUCTURED_CHARACTERS_MAX} characters",
        )


@block_rule(
    "RETURNED-AMOUNT-DIFFERS",
    ("transaction",),
    source="EPC interbank implementation guidelines, returned amount; recalled, not looked up",
    families=("pacs.004",),
    needs=("RtrdIntrBkSttlmAmt",),
    reason="AM09",
    severity=Severity.WARNING,
    confidence="medium",
    optional=True,
)
def returned_amount(block: Block, _scope: Scope) -> Iterator[Flaw]:
    """A return gives back the original amount, unless charges are told.

    Only the positive answer to a recall may keep a fee, which then stands in ChrgsInf.
    """
    returned, original = amount(block, "RtrdIntrBkSttlmAmt"), amount(block, "OrgnlIntrBkSttlmAmt")
    if returned is None or original is None or returned == original or block.has("ChrgsInf"):
        return
    number = block.shape.first["RtrdIntrBkSttlmAmt"]
    message = f"The returned amount {returned} is not the original amount {original}."
    yield Flaw(message, number, value=str(returned), allowed=str(original))


_ACCOUNTS = ("DbtrAcct/Id/IBAN", "CdtrAcct/Id/IBAN")


def _in_sepa(iban: str) -> bool:
    return iban[:2] in SEPA_COUNTRIES


def _in_eea(iban: str) -> bool:
    return iban[:2] not in OUTSIDE_EEA


def _at(paths: tuple[str, ...], test: Test, block: Block) -> Tests:
    first = block.shape.first
    return tuple((first[path], test) for path in paths if path in first)


def _payees_account(scope: Scope) -> str:
    return "CdtrAcct/Id/IBAN" if scope.family in _TRANSFERS else "DbtrAcct/Id/IBAN"


@block_rule(
    "IBAN-OUTSIDE-SEPA",
    ("group", "transaction"),
    source="EPC list of countries in the SEPA scheme scope (secondary source); recalled, not looked up",
    families=(*_TRANSFERS, *_DEBITS),
    needs=_ACCOUNTS,
    reason="AG01",
    severity=Severity.WARNING,
    confidence="medium",
    optional=True,
    screen=lambda block, _: _at(_ACCOUNTS, _in_sepa, block),
)
def iban_country(block: Block, _scope: Scope) -> Iterator[Flaw]:
    """The accounts of payer and payee are in countries that the scheme reaches.

    The list grows from time to time: this is a warning.
    """
    for path in _ACCOUNTS:
        text = block.text(path)
        if text is not None and text[:2] not in SEPA_COUNTRIES:
            message = f"The account is in {text[:2]}, which is not in the list of SEPA countries."
            yield Flaw(message, block.shape.first[path], value=text)


@block_rule(
    "PAYER-ADDRESS-MISSING",
    ("transaction",),
    source="banks' guides to SEPA payments with countries outside the EEA (secondary source)",
    families=(*_TRANSFERS, *_DEBITS),
    needs=_ACCOUNTS,
    reason="BE07",
    severity=Severity.WARNING,
    confidence="medium",
    optional=True,
    screen=lambda block, scope: _at((_payees_account(scope),), _in_eea, block),
)
def payer_address(block: Block, scope: Scope) -> Iterator[Flaw]:
    """The address of the payer is given where the account is outside the EEA.

    Rules on information about the payer are stricter there: the payee's account for a transfer, the debtor's for a
    direct debit.
    """
    account = block.text(_payees_account(scope))
    if account is None or account[:2] not in OUTSIDE_EEA:
        return
    around = block.parent if scope.family == "pain.001" else None
    if block.has("Dbtr/PstlAdr") or (around is not None and around.has("Dbtr/PstlAdr")):
        return
    message = f"The account is in {account[:2]}, outside the EEA, and the debtor has no address."
    yield Flaw(message, path="Dbtr/PstlAdr" if block.has("Dbtr") else None, value=account)


def _collection(block: Block) -> date | None:
    around = block.parent
    return day_of(block.text("ReqdColltnDt") or (around.text("ReqdColltnDt") if around is not None else None))


@block_rule(
    "MANDATE-SIGNED-AFTER-COLLECTION",
    ("transaction",),
    source="EPC SDD implementation guidelines, date of signature (secondary source)",
    families=_DEBITS,
    needs=("DrctDbtTx/MndtRltdInf/DtOfSgntr",),
    reason="MD02",
    confidence="medium",
    optional=True,
)
def signed_after_collection(block: Block, _scope: Scope) -> Iterator[Flaw]:
    """A mandate is signed no later than the day of collection.

    Nobody may collect on a mandate that is not yet given.
    """
    path = "DrctDbtTx/MndtRltdInf/DtOfSgntr"
    signed, collected = day_of(block.text(path)), _collection(block)
    if signed is not None and collected is not None and signed > collected:
        message = f"The mandate is signed on {signed}, after the collection on {collected}."
        yield Flaw(message, block.shape.first[path], value=str(signed), allowed=f"{collected} or before")


@block_rule(
    "COLLECTION-DATE-TOO-FAR-AHEAD",
    ("group", "transaction"),
    source="EPC SDD rulebooks, submission of collections; recalled, not looked up",
    families=_DEBITS,
    needs=("ReqdColltnDt",),
    reason="CH03",
    severity=Severity.WARNING,
    confidence="medium",
    optional=True,
)
def collection_too_far_ahead(block: Block, scope: Scope) -> Iterator[Flaw]:
    """A collection is at most 14 calendar days ahead.

    Debtors' banks do not take collections earlier; a creditor's bank may keep them until then.
    """
    day = day_of(block.text("ReqdColltnDt"))
    last = scope.as_of + timedelta(days=COLLECTION_AHEAD_DAYS_MAX)
    if day is not None and day > last:
        message = f"The collection on {day} is {(day - scope.as_of).days} days ahead of {scope.as_of}."
        yield Flaw(message, block.shape.first["ReqdColltnDt"], value=str(day), allowed=f"{last} or before")


MANDATES_MAX = 1_000_000
"""Mandates remembered for one message; those beyond are not compared."""


@dataclass(slots=True)
class _Mandates:
    """Mandates so far, and which of them were for one collection only."""

    once: dict[str, bool] = field(default_factory=dict)

    def look(self, block: Block) -> Iterator[Flaw]:
        path = "DrctDbtTx/MndtRltdInf/MndtId"
        mandate = block.text(path)
        if mandate is None:
            return
        around = block.parent
        sequence = block.text("PmtTpInf/SeqTp") or (around.text("PmtTpInf/SeqTp") if around is not None else None)
        one_off = sequence == "OOFF"
        before = self.once.get(mandate)
        if before is not None and (before or one_off):
            message = f"The mandate {mandate} is for one collection (OOFF), and stands here once more."
            yield Flaw(message, block.shape.first[path], value=mandate)
        if before is None and len(self.once) < MANDATES_MAX:
            self.once[mandate] = one_off
        elif one_off and before is not None:
            self.once[mandate] = True


@running_rule(
    "ONE-OFF-MANDATE-REPEATED",
    ("transaction",),
    source="EPC SDD implementation guidelines, sequence type (secondary source)",
    families=_DEBITS,
    reason="MD01",
    confidence="medium",
    optional=True,
)
def one_off_mandates(_scope: Scope) -> _Mandates:
    """A mandate for one collection (OOFF) is used once.

    With the one collection it is spent; a second one has no mandate.
    """
    return _Mandates()


RULES: tuple[Rule, ...] = (
    party_identification,
    structured_remittance,
    returned_amount,
    iban_country,
    payer_address,
    signed_after_collection,
    collection_too_far_ahead,
    one_off_mandates,
)
