"""An order: the values of one transaction that a decision needs, from whatever message names them.

Where each family and version keeps a value is data (``catalog/fields.toml``). Which values a block has follows from its
shape, so that is worked out once per shape.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache

from wissel.catalog.fields import fields
from wissel.catalog.naming import family_of
from wissel.core.identifiers.bic import bic_country
from wissel.core.money import Money, parse_money
from wissel.routing.agent import Agent
from wissel.xml.blocks.block import Block
from wissel.xml.blocks.shape import Shape

FAMILIES = ("pain.001", "pacs.008", "pacs.009")
"""Families whose transactions can be routed."""

_BETWEEN_BANKS = "pacs.009"
"""The family in which debtor and creditor are institutions."""
_INTERMEDIARIES = 3


@dataclass(frozen=True, slots=True)
class OrderAccount:
    """An account as a message names it."""

    iban: str | None = None
    other: str | None = None
    """An identifier that is no IBAN."""
    currency: str | None = None

    def __str__(self) -> str:
        return self.iban or self.other or "an account that nothing identifies"

    @property
    def identifier(self) -> str | None:
        """The IBAN, else the other identifier."""
        return self.iban or self.other


@dataclass(frozen=True, slots=True)
class Order:
    """One transaction as routing sees it. What the message does not name is None or empty."""

    transaction: int
    """Its number in the message, from 1."""
    definition: str
    currency: str
    """What the creditor side is paid in."""
    amount: Decimal | None
    """In that currency; None where the message names the amount in another one (EqvtAmt). A rate in the message
    (XchgRateInf) changes nothing: it is the word of who pays, and nothing here can say whether it was agreed on."""
    instructed: Money | None
    """The amount as named; differs from ``amount`` only where an exchange is asked for."""
    service_levels: tuple[str, ...] = ()
    local_instrument: str | None = None
    category_purpose: str | None = None
    purpose: str | None = None
    priority: str | None = None
    """``HIGH``, ``NORM``; in interbank messages the settlement priority ``URGT`` too."""
    clearing_channel: str | None = None
    """Of an interbank message: the kind of network it insists on (ClearingChannel2Code)."""
    requested_date: date | None = None
    requested_at: datetime | None = None
    """Where the message names a time as well; without a zone where it names none."""
    debtor_name: str | None = None
    """Its name, else what identifies it."""
    debtor_account: OrderAccount | None = None
    debtor_agent: Agent | None = None
    creditor_name: str | None = None
    creditor_account: OrderAccount | None = None
    creditor_agent: Agent | None = None
    intermediary_agents: tuple[Agent, ...] = ()
    creditor_institution: Agent | None = None
    """Of a pacs.009: the institution that is paid."""
    instructing_agent: Agent | None = None
    instructed_agent: Agent | None = None
    settlement_method: str | None = None
    """Of an interbank message: how its sender settled."""
    clearing_system: str | None = None
    """Of an interbank message: the code of the system it was settled in."""
    settlement_account: str | None = None
    charge_bearer: str | None = None
    end_to_end_id: str | None = None
    instruction_id: str | None = None
    uetr: str | None = None
    channel: str | None = None
    """Who handed the message over; no value of the message."""

    @property
    def family(self) -> str:
        """Such as ``pacs.008``."""
        return self.definition[:8]  # as family_of has it for every definition; this is asked for each transaction


def order_of(block: Block, definition: str, channel: str | None = None) -> Order:
    """The order that a transaction block of a pain.001, pacs.008 or pacs.009 is. Raises ValueError for a definition of
    another family. For many blocks of one message, :class:`OrderReader` is quicker."""
    return OrderReader(definition, channel).order(block)


_TEXTS = {
    "local_instrument": "local_instrument",
    "category_purpose": "category_purpose",
    "purpose": "purpose",
    "priority": "instruction_priority",
    "clearing_channel": "clearing_channel",
    "settlement_method": "settlement_method",
    "clearing_system": "clearing_system",
    "settlement_account": "settlement_account",
    "charge_bearer": "charge_bearer",
    "end_to_end_id": "end_to_end_id",
    "instruction_id": "instruction_id",
    "uetr": "uetr",
    "debtor_name": "debtor",
    "creditor_name": "creditor",
}
"""Value of an order -> named field."""
_AGENTS = ("debtor_agent", "creditor_agent", "instructing_agent", "instructed_agent")
_INTERMEDIARY_AGENTS = tuple(f"intermediary_agent_{number}" for number in range(1, _INTERMEDIARIES + 1))
_ACCOUNTS = ("debtor_account", "creditor_account")
_AMOUNTS = ("settlement_amount", "instructed_amount")
_DATES = ("settlement_date", "requested_execution_date")

# below an agent's element, by the version that has it; the element itself is the row of the named field
_AGENT_PATHS = {
    "bic": ("FinInstnId/BICFI", "FinInstnId/BIC", "FinInstnId/CmbndId/BIC"),
    "clearing_system": ("FinInstnId/ClrSysMmbId/ClrSysId/Cd", "FinInstnId/ClrSysMmbId/ClrSysId/Prtry"),
    "member_id": ("FinInstnId/ClrSysMmbId/MmbId",),
    "lei": ("FinInstnId/LEI",),
    "name": ("FinInstnId/Nm", "FinInstnId/CmbndId/Nm"),
    "country": ("FinInstnId/PstlAdr/Ctry", "FinInstnId/CmbndId/PstlAdr/Ctry"),
}
_ACCOUNT_PATHS = {
    "iban": ("Id/IBAN",),
    "other": ("Id/Othr/Id", "Id/BBAN", "Id/UPIC", "Id/PrtryAcct/Id"),
    "currency": ("Ccy",),
}
_TRANSFER_CURRENCY = "Amt/EqvtAmt/CcyOfTrf"

_Texts = tuple[str, ...] | list[str]
_Make = Callable[[_Texts, tuple[int, ...]], object]
_Plan = tuple[tuple[str, _Make, tuple[int, ...]], ...]
"""Name of a value, what makes it, and which texts of the block it is made of; -1 for one that is not there."""


class OrderReader:
    """Reads the transactions of one message as orders; remembers where blocks of a shape have what."""

    __slots__ = ("_family", "_outer", "_plans", "channel", "definition")

    def __init__(self, definition: str, channel: str | None = None) -> None:
        """Raises ValueError for a definition that holds no credit transfers."""
        self._family = family_of(definition)
        if self._family not in FAMILIES:
            raise ValueError(f"a {definition} holds no credit transfers")
        self.definition = definition
        self.channel = channel
        self._plans: dict[tuple[str, Shape], _Plan] = {}
        self._outer: tuple[Block, Shape, dict[str, object]] | None = None

    def order(self, block: Block) -> Order:
        """The order that a transaction block is."""
        values = self._around(block.parent) | self._values(block)
        instructed = values.pop("instructed", None)
        currency = values.pop("transfer_currency", None)
        amount = None
        if isinstance(instructed, Money):
            currency = currency or instructed.currency
            amount = instructed.amount if instructed.currency == currency else None
        levels = values.pop("service_levels", ())
        between = tuple(values.pop(name) for name in _INTERMEDIARY_AGENTS if name in values)
        return Order(
            transaction=block.number,
            definition=self.definition,
            currency=currency or "",  # type: ignore[arg-type]
            amount=amount,
            instructed=instructed,  # type: ignore[arg-type]
            service_levels=levels,  # type: ignore[arg-type]
            intermediary_agents=between,  # type: ignore[arg-type]
            channel=self.channel,
            **values,  # type: ignore[arg-type]  # each name is a value of the order, made with its type
        )

    def _around(self, block: Block | None) -> dict[str, object]:
        """What the blocks around a transaction say, the inner one before the outer."""
        if block is None:
            return {}
        if self._outer is not None and self._outer[0] is block and self._outer[1] is block.shape:
            return self._outer[2]
        above = self._around(block.parent)
        values = above | self._values(block)
        if block.parent is None or block.kind == "group":
            self._outer = (block, block.shape, values)
        return values

    def _values(self, block: Block) -> dict[str, object]:
        plan = self._plans.get((block.kind, block.shape))
        if plan is None:
            plan = self._plans[block.kind, block.shape] = _plan(block.shape, block.kind, self._family)
        texts = block.texts
        return {name: made for name, make, numbers in plan if (made := make(texts, numbers)) is not None}


@lru_cache(maxsize=1_024)
def _plan(shape: Shape, kind: str, family: str) -> _Plan:
    """What a block of a shape has, and where."""
    first = shape.first
    rows: list[tuple[str, _Make, tuple[int, ...]]] = []

    def elements(name: str) -> tuple[str, ...]:
        return fields()[name].elements.get((family, kind), ())

    def place(name: str) -> int | None:
        paths = fields()[name].paths.get((family, kind), ())
        return next((first[path] for path in paths if path in first), None)

    def parts(name: str, ends: Mapping[str, tuple[str, ...]]) -> tuple[int, ...] | None:
        for element in elements(name):
            below = [(f"{element}/{end}" for end in ends[part]) for part in ends]
            numbers = tuple(next((first[path] for path in paths if path in first), -1) for paths in below)
            if any(number >= 0 for number in numbers):
                return numbers
        return None

    for name, field in _TEXTS.items():
        if (number := place(field)) is not None:
            rows.append((name, _text, (number,)))
    agents, accounts = (*_AGENTS, *_INTERMEDIARY_AGENTS), _ACCOUNTS
    rows += [(name, _agent, found) for name in agents if (found := parts(name, _AGENT_PATHS)) is not None]
    rows += [(name, _account, found) for name in accounts if (found := parts(name, _ACCOUNT_PATHS)) is not None]
    if family == _BETWEEN_BANKS and (found := parts("creditor", _AGENT_PATHS)) is not None:
        rows.append(("creditor_institution", _agent, found))
    for path in (path for name in _AMOUNTS for path in elements(name)):
        if path in first and f"{path}/@Ccy" in first:
            rows.append(("instructed", _money, (first[path], first[f"{path}/@Ccy"])))
            break
    if kind == "transaction" and _TRANSFER_CURRENCY in first:
        rows.append(("transfer_currency", _text, (first[_TRANSFER_CURRENCY],)))
    levels = [number for path in elements("service_level") for number in shape.places.get(path, ())]
    if levels:
        rows.append(("service_levels", _texts, tuple(sorted(levels))))
    if (number := next((n for name in _DATES if (n := place(name)) is not None), None)) is not None:
        rows += [("requested_date", _date, (number,)), ("requested_at", _moment, (number,))]
    return tuple(rows)


def _text(texts: _Texts, numbers: tuple[int, ...]) -> str | None:
    return texts[numbers[0]].strip() or None


def _texts(texts: _Texts, numbers: tuple[int, ...]) -> tuple[str, ...] | None:
    return tuple(text for number in numbers if (text := texts[number].strip())) or None


def _each(texts: _Texts, numbers: tuple[int, ...]) -> list[str | None]:
    return [(texts[number].strip() or None) if number >= 0 else None for number in numbers]


def _agent(texts: _Texts, numbers: tuple[int, ...]) -> Agent | None:
    bic, system, member, lei, name, country = _each(texts, numbers)
    if not (bic or member or lei or name):
        return None
    return Agent(bic, system, member, lei, name, country or (bic_country(bic) if bic else None))


def _account(texts: _Texts, numbers: tuple[int, ...]) -> OrderAccount | None:
    iban, other, currency = _each(texts, numbers)
    return OrderAccount(iban, other, currency) if iban or other else None


def _money(texts: _Texts, numbers: tuple[int, ...]) -> Money | None:
    return parse_money(texts[numbers[0]], texts[numbers[1]].strip())


def _date(texts: _Texts, numbers: tuple[int, ...]) -> date | None:
    try:
        return date.fromisoformat(texts[numbers[0]].strip()[:10])  # what follows is a time or the zone of the day
    except ValueError:
        return None


def _moment(texts: _Texts, numbers: tuple[int, ...]) -> datetime | None:
    text = texts[numbers[0]].strip()
    try:
        return datetime.fromisoformat(text) if "T" in text else None
    except ValueError:
        return None
