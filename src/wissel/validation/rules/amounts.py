"""Amounts against their currency, and payments of nothing. That amounts are not negative is the schema's business."""

from collections.abc import Iterable, Iterator
from functools import lru_cache

from wissel.core.finding import Severity
from wissel.core.identifiers.currency import check_decimals, check_payable, minor_units
from wissel.validation.rule import Flaw, Rule, Tests, block_rule
from wissel.validation.scope import Scope
from wissel.validation.siblings import amounts
from wissel.xml.blocks.block import Block
from wissel.xml.blocks.shape import Shape

_PAYMENTS = ("pain.001", "pain.008", "pain.013", "pacs.003", "pacs.008", "pacs.009", "pacs.010")
_PAID = ("IntrBkSttlmAmt", "InstdAmt", "Amt/InstdAmt", "Amt/EqvtAmt/Amt")
"""Below a transaction: what is paid."""
_NOT_ZERO = frozenset("123456789")
_DECIMALS = 2
"""Those of nearly all currencies."""
_PRICE = "And13DecimalAmount"
"""Types of prices, which have more decimals than money."""


def _few_decimals(text: str) -> bool:
    return len(text.partition(".")[2]) <= _DECIMALS


def _has_cents(currency: str) -> bool:
    return (minor_units(currency) or 0) >= _DECIMALS


def _usual(block: Block, _scope: Scope) -> Tests:
    """At most two decimals, in a currency that has two or more."""
    pairs = amounts(block.shape)
    return tuple(each for amount, currency in pairs for each in ((amount, _few_decimals), (currency, _has_cents)))


@block_rule(
    "AMOUNT-DECIMALS",
    ("message", "group", "transaction"),
    source="ISO 20022 data type rule CurrencyAmount; ISO 4217, secondary source",
    needs=("**/@Ccy",),
    reason="CH20",
    screen=_usual,
)
def decimals(block: Block, scope: Scope) -> Iterable[Flaw]:
    """An amount has no more decimals than its currency: none for yen, two for euro, three for Bahraini dinar.

    There is no smaller coin to pay the rest with. Zeros beyond the last decimal leave the value right and are warned
    of; prices of goods may have more.
    """
    texts = block.texts
    for number, currency in amounts(block.shape):
        text = texts[number]
        dot = text.find(".")
        if dot >= 0 and len(text) - dot - 1 > (minor_units(texts[currency]) or 0):
            return _decimal_flaws(block, scope)
    return ()


def _decimal_flaws(block: Block, scope: Scope) -> Iterator[Flaw]:
    for number, currency in amounts(block.shape):
        text = block.texts[number].strip()
        flaw = check_decimals(text, block.texts[currency].strip())
        if flaw is None or _is_price(block, scope, block.shape.plain[number]):
            continue
        severity = Severity.WARNING if flaw.reason == "trailing-zeros" else None
        yield Flaw(flaw.message, number, value=text, allowed=flaw.allowed, hint=flaw.hint, severity=severity)


def _is_price(block: Block, scope: Scope, plain: str) -> bool:
    return _PRICE in (scope.type_name(block, plain) or "")


@lru_cache(maxsize=8192)
def _paid(shape: Shape) -> tuple[tuple[int, int], ...]:
    """The amounts that are paid, with their currencies."""
    return tuple(pair for pair in amounts(shape) if shape.plain[pair[0]] in _PAID)


def _above_zero(text: str) -> bool:
    return text[:1] in _NOT_ZERO or bool(text.strip("+0. \t\r\n"))


def _no_metal(currency: str) -> bool:
    return currency[:1] != "X"


@block_rule(
    "AMOUNT-ZERO",
    ("transaction",),
    source="practice of banks; external status reason AM01, secondary source",
    families=_PAYMENTS,
    needs=_PAID,
    reason="AM01",
    screen=lambda block, _: tuple((amount, _above_zero) for amount, _ in _paid(block.shape)),
)
def zero(block: Block, scope: Scope) -> Iterable[Flaw]:
    """A payment is of more than zero.

    Banks refuse a payment of nothing. Charges and statements may well say zero.
    """
    texts = block.texts
    for number, _ in _paid(block.shape):
        if texts[number][:1] not in _NOT_ZERO and not texts[number].strip("+0. \t\r\n"):
            return (Flaw("The amount is zero.", number, value=texts[number].strip(), allowed="more than zero"),)
    return ()


@block_rule(
    "CURRENCY-NOT-PAYABLE",
    ("transaction",),
    source="ISO 4217; CBPR+ usage guidelines, secondary source",
    families=_PAYMENTS,
    needs=_PAID,
    reason="AM11",
    screen=lambda block, _: tuple((currency, _no_metal) for _, currency in _paid(block.shape)),
)
def payable(block: Block, scope: Scope) -> Iterable[Flaw]:
    """A payment is in a currency: not in a metal (XAU), not in the codes for tests (XTS) and for none (XXX).

    Such codes are current in ISO 4217, but there is no account to settle them on.
    """
    texts = block.texts
    for _, number in _paid(block.shape):
        if texts[number][:1] == "X":
            flaw = check_payable(texts[number].strip())
            if flaw is not None:
                return (Flaw(flaw.message, number, value=texts[number].strip(), allowed=flaw.allowed, hint=flaw.hint),)
    return ()


RULES: tuple[Rule, ...] = (decimals, zero, payable)
