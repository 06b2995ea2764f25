"""Which networks are candidates for a payment, in which order, and in which role.

The bank's routes name them, first match wins; without a match all networks in use are candidates in the bank's order
of preference, and the codes of the payment choose among them. Then come the networks that may stand in.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from wissel.routing import criteria
from wissel.routing.bank import Bank, RouteRule, matches
from wissel.routing.decision import Criterion
from wissel.routing.network import Network, Selection, selection
from wissel.routing.order import Order

FORCED, DEFAULT = "forced", "default"


@dataclass(frozen=True, slots=True)
class Named:
    """One candidate and what follows from the type of the payment alone."""

    network: Network
    before: tuple[Criterion, ...]
    """The criteria before ``amount``."""
    fallback: bool
    """Stands in for a network that was asked for."""
    asked: bool
    """Named by a route or asked for by a code."""


def rule_for(order: Order, routes: Sequence[RouteRule]) -> RouteRule | None:
    """The first route that matches an order; None where none does."""
    return next((rule for rule in routes if _matches(order, rule)), None)


def _matches(order: Order, rule: RouteRule) -> bool:
    amount, agent, account = order.amount, order.creditor_agent or order.creditor_institution, order.debtor_account
    return (
        (not rule.currencies or order.currency in rule.currencies)
        and (not rule.channels or order.channel in rule.channels)
        and (not rule.definitions or order.definition in rule.definitions or order.family in rule.definitions)
        and (not rule.service_levels or not rule.service_levels.isdisjoint(order.service_levels))
        and (not rule.local_instruments or order.local_instrument in rule.local_instruments)
        and (not rule.category_purposes or order.category_purpose in rule.category_purposes)
        and (not rule.purposes or order.purpose in rule.purposes)
        and (not rule.priorities or order.priority in rule.priorities)
        and (not rule.charge_bearers or order.charge_bearer in rule.charge_bearers)
        and (rule.amount_min is None or (amount is not None and amount >= rule.amount_min))
        and (rule.amount_max is None or (amount is not None and amount <= rule.amount_max))
        and (not rule.countries or (agent is not None and agent.country in rule.countries))
        and (not rule.banks or (agent is not None and matches(agent.bic or "", rule.banks)))
        and (not rule.accounts or (account is not None and matches(account.identifier or "", rule.accounts)))
    )


def candidates(order: Order, bank: Bank, rule: RouteRule | None) -> tuple[Named, ...]:
    """The candidates for an order, best first. What it reads of the order: currency, codes of its type, clearing
    channel, charge bearer, definition."""
    names = _first(bank, rule)
    forced = rule is not None and rule.forced
    asked = [name for name in names if _asked(bank.networks[name], order, rule)]
    stand_ins: list[str] = []
    if asked and not forced:
        asked = _with_siblings(asked, bank, names)
        stand_ins = [name for name in _closure(asked, bank) if name not in asked]
        names = [name for name in names if name not in stand_ins]
    others = [name for name in names if asked and name not in asked and bank.networks[name].kind != "book"]
    ordered = [*(name for name in names if name not in others), *stand_ins, *others]
    return tuple(
        Named(
            network=bank.networks[name],
            before=_before(bank.networks[name], order, bank, rule, asked, name in stand_ins),
            fallback=name in stand_ins,
            asked=name in asked,
        )
        for name in ordered
    )


def _first(bank: Bank, rule: RouteRule | None) -> list[str]:
    """Those that the route names, a transfer inside the institution before all but where it is forced."""
    if rule is None:
        return list(bank.networks)
    named = [name for name in rule.networks if name in bank.networks]
    if rule.forced:
        return named
    return [*(name for name, network in bank.networks.items() if network.kind == "book" and name not in named), *named]


def _asked(network: Network, order: Order, rule: RouteRule | None) -> bool:
    if network.kind == "book":
        return False
    if network.currencies and order.currency not in network.currencies:
        return False
    if rule is not None and network.name in rule.networks:
        return True
    return _selection(network, order).asked


def _with_siblings(names: Sequence[str], bank: Bank, among: Sequence[str]) -> list[str]:
    """Who asks for correspondents asks for all ways through them: serial or cover is for the settlement instruction."""
    if not any(bank.networks[name].kind == "correspondent" for name in names):
        return list(names)
    return [name for name in among if name in names or bank.networks[name].kind == "correspondent"]


def _closure(names: Iterable[str], bank: Bank) -> list[str]:
    """The networks in use that may stand in, and those that may stand in for them."""
    found: list[str] = []
    waiting = list(names)
    while waiting:
        network = bank.networks[waiting.pop(0)]
        for name in network.fallbacks:
            if name not in bank.networks or name in found:
                continue
            kin = [name]
            if bank.networks[name].kind == "correspondent":
                kin += [one for one, other in bank.networks.items() if other.kind == "correspondent" and one != name]
            fresh = [one for one in kin if one not in found]
            found += fresh
            waiting += fresh
    return found


def _selection(network: Network, order: Order, stands_in: bool = False) -> Selection:
    return selection(network, order.service_levels, order.local_instrument, order.category_purpose, stands_in)


def _before(
    network: Network, order: Order, bank: Bank, rule: RouteRule | None, asked: Sequence[str], stands_in: bool
) -> tuple[Criterion, ...]:
    return (
        criteria.message(network, criteria.sent_family(order)),
        criteria.currency(network, order.currency),
        _payment_type(network, order, bank, rule, asked if stands_in else ()),
        criteria.clearing_channel(network, order.clearing_channel),
        criteria.speed(network, order),
        _fallback(network, asked, stands_in),
        criteria.charge_bearer(network, order.charge_bearer),
        criteria.membership(network, bank),
    )


def _payment_type(
    network: Network, order: Order, bank: Bank, rule: RouteRule | None, stands_in_for: Sequence[str]
) -> Criterion:
    if stands_in_for:
        # what the payment itself asked for may be slower; what only a route prefers changes nothing for others
        by_code = any(_selection(bank.networks[name], order).asked for name in stands_in_for)
        chosen = _selection(network, order, by_code or not _refused(network, order))
        return criteria.payment_type(chosen.ok, chosen.why)
    chosen = _selection(network, order)
    if rule is not None and network.name in rule.networks:
        if rule.forced:
            return criteria.payment_type(True, f"the route {rule.name} leaves no other choice than {network.name}")
        if not chosen.ok and not _refused(network, order):
            return criteria.payment_type(True, f"the route {rule.name} names {network.name}")
    return criteria.payment_type(chosen.ok, chosen.why)


def _refused(network: Network, order: Order) -> bool:
    refuses = network.refuses
    return (
        not refuses.service_levels.isdisjoint(order.service_levels)
        or order.local_instrument in refuses.local_instruments
        or order.category_purpose in refuses.category_purposes
    )


def _fallback(network: Network, asked: Sequence[str], stands_in: bool) -> Criterion:
    if not asked or network.name in asked or network.kind == "book":
        return criteria.fallback(True, f"{network.name} stands in for no other network")
    instead = ", ".join(asked)
    if stands_in:
        return criteria.fallback(True, f"{network.name} may stand in for {instead}")
    return criteria.fallback(False, f"{instead} was asked for, and {network.name} may not stand in")
