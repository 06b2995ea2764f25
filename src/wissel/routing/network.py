"""Networks: what each takes, when, how it settles and how it answers. Data: ``networks/*.toml``.

Which guideline, signature profile and definitions a network uses stands here by name; whoever joins routing with
validation and signature looks the names up.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time
from decimal import Decimal
from typing import Literal

from wissel.catalog.naming import family_of

Kind = Literal["book", "clearing", "rtgs", "instant", "correspondent"]
Answers = Literal["all", "negative", "none"]
OnDay = Literal["same", "calendar-before", "business-before"]
TransferKind = Literal["customer", "interbank"]
"""Whether a payment is a customer's (pacs.008) or between banks for themselves (pacs.009)."""


@dataclass(frozen=True, slots=True)
class DayTime:
    """A time of a business day, in the network's own zone."""

    at: time
    on: OnDay = "same"
    """On the business day itself, on the calendar day before it, or on the business day before it."""


@dataclass(frozen=True, slots=True)
class Codes:
    """Codes of a payment's type (PmtTpInf); a proprietary local instrument stands among the others."""

    service_levels: frozenset[str] = frozenset()
    local_instruments: frozenset[str] = frozenset()
    category_purposes: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Fact:
    """Where a fact of a network comes from."""

    source: str
    confidence: str
    """``high``, ``medium``, ``low``; ``given`` for what a bank's own configuration says."""


@dataclass(frozen=True, slots=True)
class Network:
    """A way for a payment to leave the institution, or to stay inside it."""

    name: str
    title: str
    kind: Kind
    currencies: frozenset[str]
    """Empty for any."""
    selects: Codes
    """A payment that bears one of these asks for this network."""
    takes_unmarked: bool
    """Whether it also takes a payment that bears none of the codes in ``selects``."""
    refuses: Codes
    """A payment that bears one of these does not go here, unless it comes as a fallback from a network it asked for."""
    amount_min: Decimal | None
    amount_max: Decimal | None
    """Both included, in the one currency of the network."""
    clearing_system: str | None
    """What ClrSys says."""
    clearing_system_proprietary: bool
    """ClrSys/Prtry in place of ClrSys/Cd."""
    member_system: str | None
    """The clearing system (``USABA``) in whose member ids the network knows its participants; None: by BIC."""
    definitions: Mapping[str, str]
    """Family (``pacs.008``) -> definition (``pacs.008.001.08``)."""
    guideline: str
    business_services: Mapping[str, str]
    """Family, or family and variant (``pacs.009 COV``) -> AppHdr/BizSvc; empty where none is known or wanted."""
    header: str | None
    """The definition of the header (``head.001.001.02``); None: sent without one."""
    envelope: str | None
    """The root element that holds AppHdr and Document; None: it is not laid down."""
    signature_profile: str | None
    """None: messages are not signed, or how is not known."""
    settlement_method: str | None
    """``CLRG`` or ``COVE``; None: ``INDA`` or ``INGA`` by the instruction of the correspondent, or none at all."""
    service_level: str | None
    """The service level that its messages bear; None: the one of the payment."""
    local_instrument: str | None
    """The local instrument code that its messages bear; None: the one of the payment."""
    products: Mapping[str, str]
    """Family -> proprietary local instrument that the network wants (Fedwire: ``CTRC``)."""
    charge_bearers: tuple[str, ...]
    """Those the network carries, the default first; empty for any."""
    calendar: str
    calendars: Mapping[str, str]
    """Currency -> calendar where the day depends on it; ``calendar`` for all others."""
    zone: str
    """A name of the IANA time zone database."""
    opens: DayTime
    """When a business day begins to take payments."""
    cut_offs: Mapping[str, DayTime]
    """``customer`` and ``interbank``; one that is missing takes payments until the day ends."""
    cycles: tuple[DayTime, ...]
    """When files are taken for settlement, in order; none: at any moment between opening and cut-off."""
    buffer_seconds: int
    """How much earlier than cut-offs and cycles a bank closes."""
    transactions_max: int
    """Transactions in one message."""
    amount_total_max: Decimal | None
    """Total of one message."""
    answers: Answers
    """Which answers it sends: to every payment, to refused ones, none."""
    silence_settles: str
    """When a payment without an answer counts as settled: ``never``, ``at-settlement``, or seconds after sending."""
    fallbacks: tuple[str, ...]
    """Networks that may be tried in its place, in order, where the payment allows it."""
    source: str
    confidence: str
    facts: Mapping[str, Fact]
    """Attribute -> where it comes from, for those that ``source`` and ``confidence`` do not cover."""


@dataclass(frozen=True, slots=True)
class Selection:
    """Whether the codes of a payment lead to a network."""

    ok: bool
    asked: bool
    """The payment bears a code that asks for this network."""
    why: str
    """A sentence without its full stop."""


def selection(
    network: Network,
    service_levels: tuple[str, ...] = (),
    local_instrument: str | None = None,
    category_purpose: str | None = None,
    fallback: bool = False,
) -> Selection:
    """Whether a network takes a payment with these codes; ``fallback`` where it stands in for one asked for."""
    borne = [("service level", code, "service_levels") for code in service_levels]
    borne += [("local instrument", local_instrument, "local_instruments")] if local_instrument else []
    borne += [("category purpose", category_purpose, "category_purposes")] if category_purpose else []
    if not fallback:
        for what, code, kind in borne:
            if code in getattr(network.refuses, kind):
                return Selection(False, False, f"{network.name} does not take the {what} {code}")
    for what, code, kind in borne:
        if code in getattr(network.selects, kind):
            return Selection(True, True, f"the {what} {code} asks for {network.name}")
    if fallback:
        return Selection(True, False, f"{network.name} stands in for the network that was asked for")
    if network.takes_unmarked:
        return Selection(True, False, f"{network.name} takes payments that ask for no network")
    return Selection(False, False, f"no code of the payment asks for {network.name}")


def calendar_name(network: Network, currency: str) -> str:
    """The name of the calendar that a payment in a currency goes by."""
    return network.calendars.get(currency, network.calendar)


def business_service(network: Network, definition: str, variant: str = "") -> str | None:
    """AppHdr/BizSvc for a message, the variant (``COV``) before the plain family; None where the network has none."""
    family = family_of(definition)
    plain = network.business_services.get(family)
    return network.business_services.get(f"{family} {variant}", plain) if variant else plain


def fact(network: Network, attribute: str) -> Fact:
    """Where an attribute of a network comes from."""
    return network.facts.get(attribute) or Fact(network.source, network.confidence)
