"""The questions asked of each candidate network, in this order, each answered whatever the others say. Those about the
creditor's side stand in ``creditor_side.py``.

What a question depends on is an argument of its function, so that answers can be kept and used again.
"""

from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple
from zoneinfo import ZoneInfo

from wissel.routing.bank import Bank
from wissel.routing.business_day import settlement_day
from wissel.routing.decision import Criterion
from wissel.routing.network import Network, TransferKind, calendar_name
from wissel.routing.order import Order
from wissel.routing.payment_types import instant_only, payment_types

CRITERIA = (
    "message",
    "currency",
    "payment-type",
    "clearing-channel",
    "speed",
    "fallback",
    "charge-bearer",
    "membership",
    "amount",
    "settlement-day",
    "correspondent",
    "creditor-agent",
    "creditor-account",
    "debtor-account",
)
"""Names of all criteria, in the order in which they are asked and shown."""

COVER = "COVE"
"""The settlement method by which the money comes apart from the message."""


def yes(name: str, why: str) -> Criterion:
    """A criterion that is met."""
    return Criterion(name, True, why)


def no(name: str, code: str | None, why: str) -> Criterion:
    """A criterion that is not met, and the code of the finding."""
    return Criterion(name, False, why, code)


def sent_family(order: Order) -> str:
    """The family of the message that carries an order on: a customer's order becomes a pacs.008."""
    return "pacs.008" if order.family == "pain.001" else order.family


def kind_of(order: Order) -> TransferKind:
    """Whether a customer pays or a bank for itself."""
    return "interbank" if order.family == "pacs.009" else "customer"


# --- by the network and the type of the payment ---


def message(network: Network, family: str) -> Criterion:
    """Does the network carry such a message?"""
    if network.kind == "book":
        return yes("message", "a transfer inside the institution needs no message")
    definition = network.definitions.get(family)
    if definition is None:
        return no("message", "NETWORK-MESSAGE-NOT-CARRIED", f"{network.name} carries no {family}")
    if network.settlement_method == COVER and family != "pacs.008":
        said = f"a {family} is a cover or pays a bank itself, and is not covered again"
        return no("message", "NETWORK-MESSAGE-NOT-CARRIED", said)
    return yes("message", f"{network.name} carries {definition}")


def currency(network: Network, code: str) -> Criterion:
    """Does the network take the currency?"""
    if not network.currencies:
        return yes("currency", f"{network.name} takes any currency")
    if code in network.currencies:
        return yes("currency", f"{network.name} takes {code}")
    taken = ", ".join(sorted(network.currencies))
    return no("currency", "NETWORK-CURRENCY-NOT-TAKEN", f"{network.name} takes {taken}, not {code}")


def payment_type(ok: bool, why: str) -> Criterion:
    """Do the codes of the payment, or the bank's routes, lead to the network?"""
    return yes("payment-type", why) if ok else no("payment-type", "PAYMENT-TYPE-NOT-TAKEN", why)


def clearing_channel(network: Network, channel: str | None) -> Criterion:
    """Does the network suit the clearing channel that the message insists on?"""
    if channel is None:
        return yes("clearing-channel", "the payment insists on no clearing channel")
    kinds = payment_types().clearing_channels.get(channel, frozenset())
    said = f"the payment insists on the clearing channel {channel}"
    if network.kind in kinds:
        return yes("clearing-channel", f"{said}, and {network.name} is one")
    return no("clearing-channel", "CLEARING-CHANNEL-NOT-AVAILABLE", f"{said}, and {network.name} is none")


def speed(network: Network, order: Order) -> Criterion:
    """Is the network instant, where the payment is instant or nothing?"""
    code = instant_only(order)
    if code is None:
        return yes("speed", "the payment may take longer than an instant")
    if network.kind in ("instant", "book"):
        return yes("speed", f"the payment is instant or nothing ({code}), and {network.name} is instant")
    said = f"the payment is instant or nothing ({code}), and {network.name} is not instant"
    return no("speed", "INSTANT-NOT-AVAILABLE", said)


def fallback(ok: bool, why: str) -> Criterion:
    """May the network stand in for the ones that were asked for?"""
    return Criterion("fallback", ok, why)  # never the reason of a refusal: that is given by what was asked for


def charge_bearer(network: Network, bearer: str | None) -> Criterion:
    """Does the network carry who bears the charges?"""
    carried = network.charge_bearers
    if bearer is None or not carried:
        said = "the payment does not say who bears the charges" if bearer is None else f"{network.name} carries any"
        return yes("charge-bearer", said)
    if bearer in carried:
        return yes("charge-bearer", f"{network.name} carries {bearer}")
    same = payment_types().same_charge_bearers
    stand_in = next((one for one in carried if one in same), None)
    if bearer in same and stand_in:
        return yes("charge-bearer", f"{network.name} carries {stand_in}, which stands for {bearer}")
    said = f"{network.name} carries {', '.join(carried)}, not {bearer}"
    return no("charge-bearer", "NETWORK-BEARER-NOT-CARRIED", said)


def membership(network: Network, bank: Bank) -> Criterion:
    """Does this bank take part in the network, itself or through another?"""
    if network.kind in ("book", "correspondent"):
        return yes("membership", f"{network.name} needs no membership")
    member = bank.memberships.get(network.name)
    if member is None:
        return no("membership", "NETWORK-MEMBERSHIP-MISSING", f"this bank takes no part in {network.name}")
    how = f"through {member.via}" if member.via else "directly"
    return yes("membership", f"this bank takes part in {network.name} {how}")


# --- by the amount ---


def amount_of_any(network: Network, code: str) -> Criterion | None:
    """The answer where it is the same for every amount in a currency; None where it is not."""
    if network.currencies and code not in network.currencies:
        return yes("amount", f"the limits of {network.name} are not in {code}")
    if network.amount_min is None and network.amount_max is None:
        return yes("amount", f"{network.name} has no limits")
    return None


def amount(network: Network, value: Decimal) -> Criterion:
    """Is the amount within the limits of the network?"""
    least, most = network.amount_min, network.amount_max
    if least is not None and value < least:
        return no("amount", "NETWORK-AMOUNT-TOO-LOW", f"{value} is less than the {least} that {network.name} takes")
    if most is not None and value > most:
        return no("amount", "NETWORK-AMOUNT-TOO-HIGH", f"{value} is more than the {most} that {network.name} takes")
    return yes("amount", f"{network.name} takes {value}")


def exchange(order: Order) -> Criterion:
    """The amount is not given in the currency that is paid."""
    given = order.instructed.currency if order.instructed is not None else "no currency"
    said = f"the amount is given in {given} and to be paid in {order.currency}: an exchange, for which no rate is known"
    return no("amount", "AMOUNT-NEEDS-EXCHANGE", said)


# --- by the day ---


class Day(NamedTuple):
    """The day on which a payment would settle."""

    day: date
    answer: Criterion


def day(
    network: Network, bank: Bank, code: str, requested: date | None, at: datetime, kind: TransferKind, same: str | None
) -> Day:
    """On which day would it settle, and is that day soon enough? ``same`` is the service level that wants the day asked
    for and no other."""
    calendar = bank.calendars[calendar_name(network, code)]
    settles, why = settlement_day(network, calendar, requested, at, kind)
    if same is not None:
        today = at.astimezone(ZoneInfo(network.zone)).date()
        wanted = max(requested, today) if requested is not None else min(today, settles)
        if settles > wanted:
            said = f"{why}, and {same} wants it on {wanted}"
            return Day(settles, no("settlement-day", "CUT-OFF-PASSED", said))
    return Day(settles, yes("settlement-day", why))
