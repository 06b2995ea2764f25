"""What the codes of a payment's type ask of any network. Data in ``payment_types.toml``."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

from wissel.routing.order import Order


@dataclass(frozen=True, slots=True)
class PaymentTypes:
    """The table as values."""

    instant_service_levels: frozenset[str]
    instant_local_instruments: frozenset[str]
    same_day_service_levels: frozenset[str]
    clearing_channels: Mapping[str, frozenset[str]]
    """Code -> kinds of networks."""
    iban_guidelines: frozenset[str]
    """Guidelines under which the accounts of both sides are IBANs."""
    same_charge_bearers: frozenset[str]
    """Charge bearers that may stand for one another."""


@cache
def payment_types() -> PaymentTypes:
    """The bundled table."""
    with resources.files("wissel.routing").joinpath("payment_types.toml").open("rb") as file:
        table = tomllib.load(file)
    channels = {code: frozenset(kinds) for code, kinds in table["clearing_channel"].items() if isinstance(kinds, list)}
    return PaymentTypes(
        instant_service_levels=frozenset(table["instant_only"]["service_levels"]),
        instant_local_instruments=frozenset(table["instant_only"]["local_instruments"]),
        same_day_service_levels=frozenset(table["same_day"]["service_levels"]),
        clearing_channels=channels,
        iban_guidelines=frozenset(table["iban"]["guidelines"]),
        same_charge_bearers=frozenset(table["charge_bearer"]["same"]),
    )


def instant_only(order: Order) -> str | None:
    """What makes a payment instant or nothing, in words; None where it may be slower."""
    types = payment_types()
    if order.local_instrument in types.instant_local_instruments:
        return f"local instrument {order.local_instrument}"
    level = next((one for one in order.service_levels if one in types.instant_service_levels), None)
    return f"service level {level}" if level else None


def same_day_only(order: Order) -> str | None:
    """The service level that wants the money there on the day asked for; None where a later day will do."""
    levels = payment_types().same_day_service_levels
    return next((one for one in order.service_levels if one in levels), None)
