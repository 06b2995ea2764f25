"""Exchange of one currency into another: through a position account of each, so that every currency balances by itself.

One account is debited in one currency, another credited in the other. Rates are exact decimals; the result is rounded
once, to a whole minor unit, in the way that is named. Where an account for remainders is named, the position gives the
exact result rounded up, and what the customer does not get of it goes there.
"""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, ROUND_UP, Context, Decimal, localcontext

from wissel.core.errors import UsageError
from wissel.core.identifiers.currency import minor_units
from wissel.ledger.posting import AMOUNT_MAX, Detail, Leg, PostingSet

ROUNDINGS = {
    "half-up": ROUND_HALF_UP,
    "half-even": ROUND_HALF_EVEN,
    "down": ROUND_DOWN,
    "up": ROUND_UP,
}
"""Names of the ways to round to a whole minor unit. None of them is a rule of a scheme: the bank chooses."""
RATE_DIGITS_MAX = 11
"""Of a rate in a message (BaseOneRate)."""
_EXACT = Context(prec=120)


@dataclass(frozen=True, slots=True)
class Side:
    """An account, and the position account of its currency."""

    account: str
    currency: str
    position: str


@dataclass(frozen=True, slots=True)
class Exchange:
    """What is exchanged: how much is sold, at which rate, and how the result is rounded."""

    sold: Side
    """Debited."""
    bought: Side
    """Credited."""
    amount: int
    """In minor units of the sold currency, more than zero."""
    rate: Decimal
    """Units of the bought currency for one unit of the sold one."""
    rounding: str = "half-up"
    remainder: str | None = None
    """Account of the bought currency for what rounding keeps from the customer; None: it stays in the position."""


@dataclass(frozen=True, slots=True)
class Exchanged:
    """What comes of it."""

    bought: int
    """In minor units of the bought currency."""
    exact: Decimal
    """The result of the rate before rounding, in minor units."""
    remainder: Decimal
    """What the customer gets less than the exact result; below zero where it is more. In minor units."""


def exchanged(exchange: Exchange) -> Exchanged:
    """The amount bought. Raises UsageError for a rate, an amount or a rounding that cannot be, or where nothing would
    be left after rounding."""
    if exchange.rounding not in ROUNDINGS:
        raise UsageError(f"there is no rounding '{exchange.rounding}'; known are {', '.join(ROUNDINGS)}")
    if not exchange.rate.is_finite() or exchange.rate <= 0 or not 0 < exchange.amount < AMOUNT_MAX:
        raise UsageError("an exchange has a rate and an amount above zero")
    if len(f"{exchange.rate:f}".replace(".", "").lstrip("0")) > RATE_DIGITS_MAX:
        raise UsageError(f"the rate {exchange.rate:f} has more than {RATE_DIGITS_MAX} digits, which no message carries")
    decimals = [minor_units(side.currency) for side in (exchange.sold, exchange.bought)]
    if decimals[0] is None or decimals[1] is None or exchange.sold.currency == exchange.bought.currency:
        raise UsageError(f"{exchange.sold.currency} cannot be exchanged into {exchange.bought.currency}")
    with localcontext(_EXACT):
        exact = Decimal(exchange.amount) * exchange.rate * Decimal(10) ** (decimals[1] - decimals[0])
        whole = exact.quantize(Decimal(1), rounding=ROUNDINGS[exchange.rounding])
        if not 0 < whole < AMOUNT_MAX:
            raise UsageError(f"{exchange.amount} minor units at {exchange.rate} make {whole}, which cannot be booked")
        return Exchanged(int(whole), exact, exact - whole)


def exchange_posting(
    key: str, at: datetime, booking_date: date, value_date: date, exchange: Exchange, case: str = "exchange"
) -> PostingSet:
    """The posting of an exchange: two legs of each currency, and one more where a remainder has its account. Raises
    UsageError as :func:`exchanged` does."""
    result = exchanged(exchange)
    sold, bought = exchange.sold, exchange.bought
    values = {
        "exchange_rate": f"{exchange.rate:f}",
        "exchange_source_currency": sold.currency,
        "exchange_target_currency": bought.currency,
        "exchange_unit_currency": sold.currency,
    }

    def leg(account: str, currency: str, amount: int, detailed: bool = False) -> Leg:
        own = sold if currency == bought.currency else bought
        other = exchange.amount if own is sold else result.bought
        shown = {**values, "counter_value": _amount(other, own.currency), "counter_currency": own.currency}
        details = (Detail(amount, shown),) if detailed else ()
        return Leg(account, currency, amount, value_date, case, details=details)

    given = int(result.exact.to_integral_value(ROUND_UP)) if exchange.remainder is not None else result.bought
    kept = max(0, given - result.bought)
    legs = [
        leg(sold.account, sold.currency, -exchange.amount, detailed=True),
        leg(sold.position, sold.currency, exchange.amount),
        leg(bought.position, bought.currency, -result.bought - kept),
        leg(bought.account, bought.currency, result.bought, detailed=True),
    ]
    if exchange.remainder is not None and kept:
        legs.append(leg(exchange.remainder, bought.currency, kept))
    return PostingSet(key, at, booking_date, tuple(legs))


def _amount(units: int, currency: str) -> str:
    decimals = minor_units(currency) or 0
    return f"{Decimal(units).scaleb(-decimals):f}"
