"""The decision table as values: banks, orders and cases from ``decisions/*.toml``."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from wissel.core.identifiers.iban import check_iban
from wissel.core.money import Money
from wissel.engine.bank.files import load_bank
from wissel.routing.agent import Agent
from wissel.routing.bank import Bank, Membership, RouteRule
from wissel.routing.order import Order, OrderAccount

FOLDER = Path(__file__).with_name("decisions")
NOON = "2026-11-23T11:00:00Z"
"""A Monday on which every bundled network but the Americans' evening is open."""
_SETS = (
    "channels",
    "definitions",
    "currencies",
    "service_levels",
    "local_instruments",
    "category_purposes",
    "purposes",
    "priorities",
    "charge_bearers",
    "countries",
)


@dataclass(frozen=True, slots=True)
class Case:
    """One row: an order at a moment with a bank, and what has to come of it."""

    name: str
    order: Order
    bank: str
    at: datetime
    expected: Mapping[str, Any]


@cache
def bank_of(variant: str = "") -> Bank:
    """The bank of the table; ``variant`` names a table of ``variants.toml`` that changes it."""
    bank = load_bank(FOLDER / "bank")
    if not variant:
        return bank
    changes = _toml("variants.toml")[variant]
    if "use" in changes:
        bank = replace(bank, networks={name: bank.networks[name] for name in changes["use"]})
    members = {name: Membership(name, **values) for name, values in changes.get("membership", {}).items()}
    kept = {name: one for name, one in bank.memberships.items() if name not in changes.get("no_membership", ())}
    return replace(bank, memberships=kept | members, routes=tuple(_route(row) for row in changes.get("route", ())))


def _route(row: Mapping[str, Any]) -> RouteRule:
    values: dict[str, Any] = dict(row)
    for name in _SETS:
        values[name] = frozenset(values.get(name, ()))
    for name in ("amount_min", "amount_max"):
        values[name] = Decimal(values[name]) if name in values else None
    for name in ("networks", "banks", "accounts"):
        values[name] = tuple(values.get(name, ()))
    return RouteRule(**values)


@cache
def _toml(name: str) -> dict[str, Any]:
    return tomllib.loads((FOLDER / name).read_text("utf-8"))


def cases(file: str) -> Iterator[Case]:
    """The cases of a file."""
    for row in _toml(file)["case"]:
        given = dict(row)
        order = order_from(_toml("orders.toml")[given.pop("order")] | given.pop("with", {}))
        at = datetime.fromisoformat(given.pop("at", NOON))
        yield Case(given.pop("name"), order, given.pop("bank", ""), at, given)


def order_from(values: Mapping[str, Any]) -> Order:
    """An order from its short names."""
    money = _money(values.get("instructed", f"{values['amount']} {values['currency']}"))
    same = money.currency == values["currency"]
    return Order(
        transaction=values.get("transaction", 1),
        definition=values["definition"],
        currency=values["currency"],
        amount=money.amount if same else None,
        instructed=money,
        service_levels=tuple(values.get("levels", ())),
        local_instrument=values.get("instrument"),
        category_purpose=values.get("category"),
        priority=values.get("priority"),
        clearing_channel=values.get("channel_code"),
        requested_date=_day(values.get("requested")),
        debtor_account=_account(values.get("debtor")),
        debtor_agent=_agent(values.get("debtor_agent")),
        creditor_account=_account(values.get("account")),
        creditor_agent=_agent(values.get("creditor")),
        creditor_institution=_agent(values.get("institution")),
        intermediary_agents=tuple(Agent(bic=one) for one in values.get("between", ())),
        instructing_agent=_agent(values.get("sender")),
        instructed_agent=_agent(values.get("receiver")),
        settlement_method=values.get("method"),
        charge_bearer=values.get("bearer"),
        channel=values.get("channel"),
    )


def _money(text: str) -> Money:
    amount, currency = text.split()
    return Money(Decimal(amount), currency)


def _day(value: object) -> date | None:
    return value if isinstance(value, date) else None


def _account(text: str | None) -> OrderAccount | None:
    if not text:
        return None
    return OrderAccount(iban=text) if check_iban(text) is None else OrderAccount(other=text)


def _agent(text: str | None) -> Agent | None:
    if not text:
        return None
    system, _, member = text.partition(" ")
    return Agent(clearing_system=system, member_id=member) if member else Agent(bic=text, country=text[4:6])
