"""What banks settle for an order: the amount instructed, or its equivalent by the rate that the customer agreed on."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal, InvalidOperation

from wissel.core.codes import finding
from wissel.core.finding import Finding
from wissel.core.identifiers.currency import minor_units
from wissel.core.money import DIGITS_MAX, parse_amount
from wissel.xml.blocks.block import Block

_INSTRUCTED, _EQUIVALENT = "Amt/InstdAmt", "Amt/EqvtAmt/Amt"
_ROUNDED = Context(prec=60, rounding=ROUND_HALF_UP)


@dataclass(frozen=True, slots=True)
class Settled:
    """The settlement amount of a transaction and how it came about."""

    text: str
    amount: Decimal
    currency: str
    instructed: tuple[str, str] | None = None
    """Amount and currency that the customer gave, where another is settled."""
    rate: str | None = None


def settled(block: Block) -> Settled | Finding:
    """The settlement amount of a pain.001 transaction; a finding where it cannot be known.

    ``InstdAmt`` is settled as it stands. ``EqvtAmt`` is converted by ``XchgRateInf/XchgRate`` where ``UnitCcy`` says
    which of the two currencies the rate is the price of (one unit of UnitCcy is so many of the other), and rounded half
    up to the minor units of the currency. Source: ISO 20022, ExchangeRate.
    """
    for path in (_INSTRUCTED, _EQUIVALENT):
        text, currency = block.text(path), block.text(f"{path}/@Ccy")
        amount = parse_amount(text) if text is not None else None
        if text is None or amount is None or currency is None:
            continue
        wanted = block.text("Amt/EqvtAmt/CcyOfTrf") if path == _EQUIVALENT else None
        if wanted is None or wanted == currency:
            return Settled(text, amount, currency)
        return _converted(block, text, amount, currency, wanted)
    return _refused(block, "The transaction has no amount that can be read.")


def _converted(block: Block, text: str, amount: Decimal, currency: str, wanted: str) -> Settled | Finding:
    given, unit = block.text("XchgRateInf/XchgRate"), block.text("XchgRateInf/UnitCcy")
    units = minor_units(wanted)
    if given is None or unit not in (currency, wanted):
        return _refused(
            block,
            f"{currency} {text} is to be paid in {wanted}, and the order names no rate and unit currency to convert "
            "it by.",
        )
    try:
        rate = Decimal(given)
        exact = _ROUNDED.multiply(amount, rate) if unit == currency else _ROUNDED.divide(amount, rate)
        found = _ROUNDED.quantize(exact, Decimal(1).scaleb(-(units if units is not None else 2)))
    except (InvalidOperation, ArithmeticError):
        return _refused(block, f"{currency} {text} cannot be converted to {wanted} by the rate {given}.")
    if not found or len(found.as_tuple().digits) > DIGITS_MAX:
        return _refused(block, f"{currency} {text} by the rate {given} gives {found} {wanted}, which is no amount.")
    return Settled(f"{found:f}", found, wanted, (text, currency), given)


def _refused(block: Block, why: str) -> Finding:
    number = block.shape.first.get(_EQUIVALENT, block.shape.first.get(_INSTRUCTED))
    place = None if number is None else block.place(number)
    path = block.shape.paths[number] if number is not None else "Amt"
    return finding(
        "AMOUNT-NOT-CONVERTIBLE",
        why,
        path=f"{block.path}/{path}",
        transaction=block.number,
        line=place.line if place else None,
        column=place.column if place else None,
        value=None if number is None else block.texts[number],
    )
