"""``routes.toml`` of a bank directory: for which payments which networks, and no row that can never be used."""

from collections.abc import Collection, Mapping, Sequence

from wissel.catalog.naming import family_of
from wissel.core.identifiers.country import check_country
from wissel.core.identifiers.flaw import Flaw
from wissel.core.identifiers.iban import UNCERTAIN, check_iban
from wissel.engine.bank.channels import check_definition
from wissel.engine.bank.conditions import contradiction, route_covers
from wissel.engine.bank.networks import Networks
from wissel.engine.bank.section import (
    Check,
    Section,
    check_bic_pattern,
    check_pattern,
    check_payable_currency,
    meant,
    quoted,
)
from wissel.routing.bank import Channel, RouteRule
from wissel.routing.network import Network
from wissel.routing.order import FAMILIES

RESERVED = ("default", "forced")
"""Names that a decision uses for itself."""
_PRIORITIES = ("HIGH", "NORM", "URGT")
_BEARERS = ("CRED", "DEBT", "SHAR", "SLEV")
_CODE_LENGTH_MAX = 35
"""Of a proprietary code (Max35Text); external codes have up to four characters."""
_AMOUNTS = ("amount_min", "amount_max")
_CIRCUMSTANCES = ("name", "networks", "forced", *_AMOUNTS)


def _one_of(*words: str) -> Check:
    return lambda text: None if text in words else Flaw("unknown", f"It is one of {', '.join(words)}.")


def _code(text: str) -> Flaw | None:
    if len(text) > _CODE_LENGTH_MAX:
        return Flaw("length", f"A code has at most {_CODE_LENGTH_MAX} characters.")
    return None


def _account(text: str) -> Flaw | None:
    if text[:2].isalpha() and text[2:4].isdigit() and text.isalnum() and (flaw := check_iban(text)):
        return None if flaw.reason in (*UNCERTAIN, "country") else flaw
    return check_pattern(text)


_LISTS: Mapping[str, Check] = {
    "channels": _code,
    "definitions": check_definition,
    "currencies": check_payable_currency,
    "service_levels": _code,
    "local_instruments": _code,
    "category_purposes": _code,
    "purposes": _code,
    "priorities": _one_of(*_PRIORITIES),
    "charge_bearers": _one_of(*_BEARERS),
    "banks": check_bic_pattern,
    "countries": check_country,
    "accounts": _account,
}
_ORDERED = ("banks", "accounts")


def read_routes(
    top: Section, networks: Networks, channels: Mapping[str, Channel], abroad: Collection[str]
) -> tuple[RouteRule, ...]:
    """All routes in the order of the file. ``abroad`` are the currencies that have a correspondent."""
    top.only(("route",))
    read: list[tuple[Section, RouteRule]] = []
    for section in top.rows("route"):
        before = len(section.faults)
        route = _route(section)
        _check_names(section, route, read)
        _check_networks(section, route, networks, abroad)
        _check_channels(section, route, channels)
        _check_possible(section, route)
        if len(section.faults) == before:
            for earlier_section, earlier in read:
                if route_covers(earlier, route):
                    line = earlier_section.line()
                    reason = f"it can never match: {earlier.name!r} in line {line} comes first and takes all of it"
                    section.fault(reason)
                    break
            read.append((section, route))
    return tuple(route for _, route in read)


def _route(section: Section) -> RouteRule:
    section.only((*_CIRCUMSTANCES, *_LISTS))
    lists = {key: section.texts(key, check) for key, check in _LISTS.items()}
    return RouteRule(
        name=section.text("name", required=True) or "",
        networks=section.texts("networks", required=True),
        forced=section.flag("forced"),
        amount_min=section.amount("amount_min"),
        amount_max=section.amount("amount_max"),
        banks=lists["banks"],
        accounts=lists["accounts"],
        **{key: frozenset(value) for key, value in lists.items() if key not in _ORDERED},
    )


def _check_names(section: Section, route: RouteRule, read: Sequence[tuple[Section, RouteRule]]) -> None:
    if route.name in RESERVED:
        section.fault(f"name: {route.name!r} is a name that decisions use for themselves", "name")
    for earlier_section, earlier in read:
        if route.name == earlier.name:
            section.fault(f"name: {quoted(route.name)} stands twice, first in line {earlier_section.line()}", "name")


def _check_networks(section: Section, route: RouteRule, networks: Networks, abroad: Collection[str]) -> None:
    for name in route.networks:
        if name not in networks.named:
            section.fault(f"networks: {quoted(name)} is not in use{meant(name, networks.named)}", "networks")
    known = [networks.in_use[name] for name in route.networks if name in networks.in_use]
    if len(known) < len(route.networks) or not known:
        return
    for currency in sorted(route.currencies):
        if not any(_takes(one, currency, abroad) for one in known):
            section.fault(f"currencies: none of {', '.join(route.networks)} takes {currency}", "currencies")
    for one in known:
        if route.currencies and one.currencies and not route.currencies & one.currencies:
            taken = ", ".join(sorted(one.currencies))
            section.fault(f"networks: {one.name} takes {taken}, and this route is for other currencies", "networks")
    least, most = route.amount_min, route.amount_max
    if least is not None and all(one.amount_max is not None and one.amount_max < least for one in known):
        section.fault(f"it can never match: no network of it takes {least} or more", "amount_min")
    if most is not None and all(one.amount_min is not None and one.amount_min > most for one in known):
        section.fault(f"it can never match: no network of it takes {most} or less", "amount_max")
    if not route.forced:
        _check_refused(section, route, known)


def _takes(network: Network, currency: str, abroad: Collection[str]) -> bool:
    """Whether a network takes a currency; over correspondents, whether there is one for it."""
    if network.kind == "correspondent" and currency not in abroad:
        return False
    return not network.currencies or currency in network.currencies


def _check_refused(section: Section, route: RouteRule, networks: Sequence[Network]) -> None:
    for key in ("service_levels", "local_instruments", "category_purposes"):
        codes = getattr(route, key)
        if codes and all(codes <= getattr(one.refuses, key) for one in networks):
            said = ", ".join(sorted(codes))
            section.fault(f"it can never match: {', '.join(route.networks)} refuse{_s(networks)} {said}", key)


def _s(networks: Sequence[Network]) -> str:
    return "s" if len(networks) == 1 else ""


def _check_channels(section: Section, route: RouteRule, channels: Mapping[str, Channel]) -> None:
    unknown = sorted(route.channels - channels.keys())
    for name in unknown:
        section.fault(f"channels: there is no channel {quoted(name)}{meant(name, channels)}", "channels")
    if unknown or not route.definitions:
        return
    for definition in sorted(route.definitions):
        family = family_of(definition) if definition.count(".") > 1 else definition
        if family not in FAMILIES:
            section.fault(f"definitions: {definition} is not routed; only {', '.join(FAMILIES)} are", "definitions")
        elif route.channels and not any(_may_send(channels[name], definition) for name in route.channels):
            section.fault(
                f"definitions: no channel of this route may send {definition}, so it can never match", "definitions"
            )


def _may_send(channel: Channel, definition: str) -> bool:
    """Whether a channel may send messages of a definition, or some of a family."""
    return channel.may_send(definition) or any(one.startswith(f"{definition}.") for one in channel.definitions)


def _check_possible(section: Section, route: RouteRule) -> None:
    if route.amount_min is not None and route.amount_max is not None and route.amount_min > route.amount_max:
        section.fault(f"it can never match: no amount is from {route.amount_min} to {route.amount_max}", "amount_max")
    if reason := contradiction(route.banks, route.countries):
        section.fault(f"it can never match: {reason}", "countries")
