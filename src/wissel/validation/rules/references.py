"""References with check digits. The type and issuer beside a reference tell which kind it is."""

import re
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache

from wissel.core.finding import Severity
from wissel.core.identifiers.belgian import check_belgian_reference
from wissel.core.identifiers.creditor_identifier import check_creditor_identifier
from wissel.core.identifiers.creditor_reference import check_creditor_reference
from wissel.core.identifiers.flaw import Flaw as Found
from wissel.core.identifiers.swiss import check_qr_reference, is_qr_iban
from wissel.validation.rule import Flaw, Rule, Tests, block_rule
from wissel.validation.scope import Scope
from wissel.validation.siblings import Family, ending, families
from wissel.xml.blocks.block import Block
from wissel.xml.blocks.shape import Shape

_BLOCKS = ("message", "group", "transaction")
_NEEDS = ("**/CdtrRefInf/Tp/CdOrPrtry/Cd", "**/CdtrRefInf/CdtrRefTp/Cd")
_NEEDS_OTHER = ("**/CdtrRefInf/Tp/CdOrPrtry/Prtry", "**/CdtrRefInf/CdtrRefTp/Prtry")
_FORMS = (
    ("CdtrRefInf/Ref", "Tp/CdOrPrtry/Cd", "Tp/CdOrPrtry/Prtry", "Tp/Issr"),
    ("CdtrRefInf/CdtrRef", "CdtrRefTp/Cd", "CdtrRefTp/Prtry", "CdtrRefTp/Issr"),
)
"""Where a reference, its code, its other type and its issuer stand: today, and in the first versions."""
_ACCOUNT = "CdtrAcct/Id/IBAN"
_TO_CREDITOR = ("pain.001", "pain.013", "pacs.008")


@lru_cache(maxsize=8192)
def _forms(shape: Shape) -> tuple[Family, ...]:
    """Each reference with its code, its other type and its issuer."""
    return tuple(family for form in _FORMS for family in families(shape, *form))


def _text(block: Block, number: int) -> str:
    return block.texts[number].strip() if number >= 0 else ""


def _placed(flaw: Found | None, number: int, text: str, severity: Severity | None = None) -> Iterator[Flaw]:
    if flaw is not None:
        yield Flaw(flaw.message, number, value=text, allowed=flaw.allowed, hint=flaw.hint, severity=severity)


@block_rule("CREDITOR-REFERENCE-INVALID", _BLOCKS, source="ISO 11649, secondary source", needs=_NEEDS, reason="RR09")
def creditor_reference(block: Block, scope: Scope) -> Iterator[Flaw]:
    """A creditor reference of ISO 11649 is RF, two check digits that fit, and up to 21 letters or digits.

    It is one where the type is SCOR and either the issuer is ISO or the text begins with RF and two digits. The
    creditor books by it without a clerk; with a slip of typing the money stays unmatched.
    """
    for number, code, _, issuer in _forms(block.shape):
        if _text(block, code) == "SCOR":
            text = _text(block, number)
            if (text[:2] == "RF" and text[2:4].isdigit()) or _text(block, issuer) == "ISO":
                yield from _placed(check_creditor_reference(text), number, text)


def _qr_references(block: Block) -> list[int]:
    return [number for number, _, other, _ in _forms(block.shape) if _text(block, other) == "QRR"]


@block_rule(
    "QR-REFERENCE-INVALID",
    _BLOCKS,
    source="SIX, Swiss Payment Standards; check digit from a secondary source",
    needs=_NEEDS_OTHER,
    reason="RR09",
)
def qr_reference(block: Block, scope: Scope) -> Iterator[Flaw]:
    """A QR reference (type QRR) has 27 digits, the last one a check digit.

    Swiss banks refuse a payment with a wrong one.
    """
    for number in _qr_references(block):
        text = _text(block, number)
        yield from _placed(check_qr_reference(text), number, text)


_QR_COUNTRIES = ("CH", "LI")


def _not_swiss(block: Block, _scope: Scope) -> Tests:
    return ((block.shape.first[_ACCOUNT], lambda iban: iban[:2] not in _QR_COUNTRIES),)


@block_rule(
    "QR-IBAN-WITHOUT-REFERENCE",
    ("transaction",),
    source="SIX, Swiss Payment Standards, secondary source",
    families=_TO_CREDITOR,
    needs=(_ACCOUNT,),
    reason="RR09",
    severity=Severity.WARNING,
    confidence="medium",
    screen=_not_swiss,
)
def qr_iban(block: Block, scope: Scope) -> Iterable[Flaw]:
    """A payment to a QR-IBAN carries a QR reference.

    Accounts of that kind (institution 30000 to 31999) take no other payments.
    """
    number = block.shape.first[_ACCOUNT]
    text = block.texts[number].strip()
    if text[:2] not in _QR_COUNTRIES or not is_qr_iban(text) or _qr_references(block):
        return ()
    message = "The account is a QR-IBAN, and the payment carries no QR reference (type QRR)."
    return (Flaw(message, number, value=text, hint="use the QR reference of the bill, or the creditor's other IBAN"),)


@block_rule(
    "QR-REFERENCE-WITHOUT-QR-IBAN",
    ("transaction",),
    source="SIX, Swiss Payment Standards, secondary source",
    families=_TO_CREDITOR,
    needs=_NEEDS_OTHER,
    reason="RR09",
    severity=Severity.WARNING,
    confidence="medium",
)
def qr_reference_alone(block: Block, scope: Scope) -> Iterator[Flaw]:
    """A QR reference goes with a QR-IBAN only.

    An ordinary account takes a creditor reference (RF) or none.
    """
    account = block.text(_ACCOUNT)
    if account is None or is_qr_iban(account):
        return
    for number in _qr_references(block):
        message = f"The reference is a QR reference, and the account {account} is no QR-IBAN."
        yield Flaw(message, number, value=_text(block, number))


@cache
def _printed() -> re.Pattern[str]:
    return re.compile(r"(\+\+\+|\*\*\*)([0-9]{3})/([0-9]{4})/([0-9]{5})\1")


@lru_cache(maxsize=8192)
def _with_remittance(shape: Shape) -> tuple[int, ...]:
    """Issuers of references, and the texts that may hold a Belgian message as on paper."""
    issuers = (issuer for _, _, _, issuer in _forms(shape) if issuer >= 0)
    return (*issuers, *(number for number, _, _, _ in _forms(shape)), *ending(shape, "Ustrd"))


def _not_belgian(text: str) -> bool:
    return "BBA" not in text and "+++" not in text and "***" not in text


@block_rule(
    "BELGIAN-REFERENCE-INVALID",
    _BLOCKS,
    source="Febelfin, secondary source",
    needs=("**/CdtrRefInf", "**/Ustrd"),
    reason="RR09",
    screen=lambda block, _: tuple((number, _not_belgian) for number in _with_remittance(block.shape)),
)
def belgian_reference(block: Block, scope: Scope) -> Iterable[Flaw]:
    """A Belgian structured message (issuer BBA) has twelve digits, the last two of them check digits.

    The creditor books by it. Where it is written as on paper (+++123/4567/89002+++) wrong check digits are warned of.
    """
    texts = block.texts
    for number in _with_remittance(block.shape):
        if not _not_belgian(texts[number]):
            return _belgian_flaws(block)
    return ()


def _belgian_flaws(block: Block) -> Iterator[Flaw]:
    structured = {number for number, _, _, issuer in _forms(block.shape) if _text(block, issuer) == "BBA"}
    for number in sorted(structured):
        yield from _placed(check_belgian_reference(_text(block, number)), number, _text(block, number))
    for number in _with_remittance(block.shape):
        found = _printed().search(block.texts[number]) if number not in structured else None
        if found is not None:
            flaw = check_belgian_reference("".join(found.group(2, 3, 4)))
            yield from _placed(flaw, number, found.group(0), Severity.WARNING)


@block_rule(
    "CREDITOR-IDENTIFIER-INVALID",
    _BLOCKS,
    source="EPC creditor identifier overview (EPC262-08), secondary source",
    needs=("**/SchmeNm/Prtry",),
    reason="CH11",
)
def creditor_identifier(block: Block, scope: Scope) -> Iterator[Flaw]:
    """A SEPA creditor identifier (scheme SEPA) has a country, check digits that fit, a business code and a number.

    The debtor's bank finds the mandate by it; a wrong one is refused or paid back.
    """
    for number, scheme in families(block.shape, "Othr/Id", "SchmeNm/Prtry"):
        if scheme >= 0 and block.texts[scheme].strip() == "SEPA":
            text = block.texts[number].strip()
            yield from _placed(check_creditor_identifier(text), number, text)


RULES: tuple[Rule, ...] = (
    creditor_reference,
    qr_reference,
    qr_iban,
    qr_reference_alone,
    belgian_reference,
    creditor_identifier,
)
