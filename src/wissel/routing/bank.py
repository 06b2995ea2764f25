"""A bank's configuration as values: who it is, whose accounts it keeps, whom it reaches and how.

``engine/bank/files.py`` reads a bank directory into one :class:`Bank`, already proved: what one part names, the other
part has. The shape, with the file each part comes from::

    Bank
      identity        Identity(name, bic, bics, lei, member_ids)                     wissel.toml    [bank]
      networks        {name: Network}, those in use, in the order of preference      wissel.toml    [networks] use
                      and those changed or added                                     wissel.toml    [network.NAME]
      memberships     {network: Membership(network, via, account, member_id)}        wissel.toml    [membership.NAME]
      calendars       {name: Calendar} of the networks in use                        calendars/NAME.csv adds days
      directory       Directory of participants                                      directory.csv
      accounts        {id: Account}                                                  accounts.csv
      channels        {name: Channel}                                                wissel.toml    [channel.NAME]
      correspondents  (Correspondent, ...), one for each bank and currency           wissel.toml    [[correspondent]]
      instructions    (SettlementInstruction, ...), first match wins                 wissel.toml    [[settlement]]
      routes          (RouteRule, ...), first match wins                             routes.toml    [[route]]
      settings        Settings(zone, id_window_days, database, market, duplicates,    wissel.toml    [settings]
                               jobs)                                                         [duplicates]
      incoming        Incoming(recall, cover, return_report, suspense)               wissel.toml    [incoming]
      digest          SHA-256 of all of it, for the journal

Amounts of accounts are whole minor units of the account's currency; limits of routes are decimals in the currency of
the payment. A *pattern* is a text that has to be equal, or the beginning of one followed by ``*``; ``*`` alone is any.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from wissel.routing.calendar import Calendar
    from wissel.routing.network import Network
    from wissel.routing.participants import Directory


@dataclass(frozen=True, slots=True)
class Identity:
    """How others name this bank."""

    name: str
    bic: str
    """Its head office, of eight or eleven characters; stands in InstgAgt and the header's Fr."""
    bics: frozenset[str] = frozenset()
    """Further BICs that are this bank, its branches; a BIC of eight stands for all its branches."""
    lei: str | None = None
    member_ids: Mapping[str, str] = field(default_factory=dict)
    """Clearing system (``DEBLZ``, ``USABA``) -> this bank's identifier in it."""

    def is_bic(self, bic: str) -> bool:
        """Whether a BIC names this bank: one of its own, or another branch of an own BIC of eight (or XXX)."""
        return any(bic == own or (bic[:8] == own[:8] and own[8:] in ("", "XXX")) for own in (self.bic, *self.bics))

    def is_member(self, system: str, member_id: str) -> bool:
        """Whether an identifier in a clearing system is this bank's."""
        return self.member_ids.get(system) == member_id


class AccountKind(StrEnum):
    """What an account is for."""

    CUSTOMER = "customer"
    NOSTRO = "nostro"
    """Ours with another bank, or with a settlement system."""
    VOSTRO = "vostro"
    """Another bank's with us."""
    INTERNAL = "internal"
    """The bank's own: suspense, charges, transit."""
    POSITION = "position"
    """One for each currency, through which exchanges are booked."""


class AccountStatus(StrEnum):
    """Whether an account may be debited and credited."""

    OPEN = "open"
    CLOSED = "closed"
    BLOCKED = "blocked"


@dataclass(frozen=True, slots=True)
class Account:
    """One account of the books."""

    id: str
    """Its IBAN in electronic form, or another identifier as it stands in ``Othr/Id``."""
    name: str
    owner: str
    """Name of the account's owner."""
    currency: str
    kind: AccountKind = AccountKind.CUSTOMER
    status: AccountStatus = AccountStatus.OPEN
    limit: int = 0
    """By how many minor units it may be overdrawn, zero or more."""
    opening: int = 0
    """Its balance before the first booking, in minor units, negative where we are owed."""
    bank: str | None = None
    """BIC of the other bank: where a nostro is kept, or whose vostro it is."""
    statements: tuple[str, ...] = ()
    """Definitions of the statements and notifications its owner wants (``camt.053.001.08``)."""
    is_iban: bool = True


@dataclass(frozen=True, slots=True)
class Channel:
    """A way by which files come in: who may send what, and debit which accounts. ``in/NAME/`` is its folder."""

    name: str
    title: str = ""
    sender: str | None = None
    """Identifier or BIC of who stands behind it, where that is one party."""
    network: str | None = None
    """The network whose messages come in here, where it is one."""
    profiles: frozenset[str] = frozenset()
    """Signature profiles of which one has to be kept; none where unsigned messages are taken."""
    definitions: tuple[str, ...] = ()
    """Definitions (``pain.001.001.09``) and families (``pain.001``) it may send."""
    accounts: tuple[str, ...] = ()
    """Patterns of the accounts it may debit."""
    guideline: str = "auto"
    """The usage guideline its messages are judged by; ``auto`` chooses it from the message."""

    def may_send(self, definition: str) -> bool:
        """Whether it may send messages of a definition."""
        return definition in self.definitions or definition.rsplit(".", 2)[0] in self.definitions

    def may_debit(self, account: str) -> bool:
        """Whether it may debit an account."""
        return matches(account, self.accounts)


@dataclass(frozen=True, slots=True)
class Membership:
    """How this bank takes part in a network."""

    network: str
    via: str | None = None
    """BIC of the direct participant that settles for us; None where we are one ourselves."""
    account: str | None = None
    """The account through which the network's payments settle: of kind nostro, or internal."""
    member_id: str | None = None
    """Our identifier there, where it is not the BIC."""


@dataclass(frozen=True, slots=True)
class Correspondent:
    """Another bank through which payments of one currency pass."""

    bic: str
    name: str
    currency: str
    nostro: str | None = None
    """Our account with them."""
    vostro: str | None = None
    """Their account with us."""
    via: str | None = None
    """BIC of the correspondent through which it is reached, where we hold no account with it."""


class Method(StrEnum):
    """How a payment goes through correspondents."""

    SERIAL = "serial"
    COVER = "cover"


@dataclass(frozen=True, slots=True)
class SettlementInstruction:
    """A standing settlement instruction: the way of one currency to some banks."""

    currency: str
    method: Method
    correspondent: str
    """BIC of the bank that is instructed (serial), or pays the cover from our account (cover)."""
    intermediary: str | None = None
    """BIC of a bank between the correspondent and the creditor's agent (``IntrmyAgt1``)."""
    reimbursement: str | None = None
    """With cover: BIC of the bank where the receiver gets the money (``InstdRmbrsmntAgt``), where it is another."""
    banks: tuple[str, ...] = ("*",)
    """Patterns of the BICs of the creditor agents for which it holds."""
    countries: frozenset[str] = frozenset()
    """Countries of the creditor agents for which it holds; none: all."""


@dataclass(frozen=True, slots=True)
class RouteRule:
    """One row of routes.toml: for which payments, and which networks in which order. Empty conditions match all."""

    name: str
    networks: tuple[str, ...]
    """Candidates, best first."""
    forced: bool = False
    """Only these, whatever the payment asks: taken or refused, without the fallbacks of a network."""
    channels: frozenset[str] = frozenset()
    definitions: frozenset[str] = frozenset()
    """Definitions and families of the message received."""
    currencies: frozenset[str] = frozenset()
    service_levels: frozenset[str] = frozenset()
    local_instruments: frozenset[str] = frozenset()
    category_purposes: frozenset[str] = frozenset()
    purposes: frozenset[str] = frozenset()
    priorities: frozenset[str] = frozenset()
    charge_bearers: frozenset[str] = frozenset()
    amount_min: Decimal | None = None
    """Inclusive, in the payment's currency."""
    amount_max: Decimal | None = None
    """Inclusive."""
    banks: tuple[str, ...] = ()
    """Patterns of the creditor agent's BIC."""
    countries: frozenset[str] = frozenset()
    """Countries of the creditor agent."""
    accounts: tuple[str, ...] = ()
    """Patterns of the debtor account."""


class OnDuplicate(StrEnum):
    """What is done with an order's transaction that came before in another message."""

    HOLD = "hold"
    """It waits for a person."""
    REJECT = "reject"
    OFF = "off"
    """Nobody asks."""


@dataclass(frozen=True, slots=True)
class Duplicates:
    """By what a business duplicate is known: another message brings the same payment once more. No standard lays this
    down; the defaults are wissel's own choice."""

    fields: tuple[str, ...] = ("debtor_account", "creditor_account", "amount", "currency", "end_to_end_id")
    """All of them have to be the same."""
    window_days: int = 10
    action: OnDuplicate = OnDuplicate.HOLD


@dataclass(frozen=True, slots=True)
class Settings:
    """What holds for the bank as a whole."""

    zone: str = "UTC"
    """The zone of its own business day (IANA name)."""
    id_window_days: int = 400
    """For how many days an identifier of a sender may not return."""
    database: str | None = None
    """URL of the database of journal and ledger; None: the SQLite file ``wissel.db`` in the bank directory."""
    market: str | None = None
    """Country whose usage of bank transaction codes its statements follow; None: that of the account's IBAN."""
    duplicates: Duplicates = Duplicates()
    jobs: int | None = None
    """In how many processes files are read; None: one for each processor."""


class Recall(StrEnum):
    """What is answered to the recall of a payment that has been credited."""

    PENDING = "pending"
    """It waits for a person."""
    REJECT = "reject"
    RETURN_IF_FUNDS = "return-if-funds"
    """The payment is sent back where the account still holds it; else it waits for a person."""


@dataclass(frozen=True, slots=True)
class Incoming:
    """How messages of other banks are dealt with where that is the bank's own choice."""

    recall: Recall = Recall.PENDING
    wait_for_cover: bool = True
    """Whether a payment with settlement by cover (COVE) is credited only when the cover has come."""
    return_report: bool = False
    """Whether the customer gets a status report when an order's payment comes back, beside the booking."""
    suspense: Mapping[str, str] = field(default_factory=dict)
    """Currency -> account for money whose owner is not known."""
    request_receipt: bool = True
    """Whether a request for a report of which nothing can be given is answered by a receipt (admi.002)."""


@dataclass(frozen=True, slots=True, eq=False)
class Bank:
    """A whole bank directory."""

    folder: Path
    identity: Identity
    networks: "Mapping[str, Network]"
    memberships: Mapping[str, Membership]
    calendars: "Mapping[str, Calendar]"
    directory: "Directory"
    accounts: Mapping[str, Account]
    channels: Mapping[str, Channel]
    correspondents: tuple[Correspondent, ...]
    instructions: tuple[SettlementInstruction, ...]
    routes: tuple[RouteRule, ...]
    settings: Settings
    digest: str
    """SHA-256 over the normalised content of every file, 64 hexadecimal digits."""
    incoming: Incoming = Incoming()

    def correspondent(self, bic: str, currency: str) -> Correspondent | None:
        """The correspondent of that BIC (its first eight characters) for a currency."""
        for one in self.correspondents:
            if one.currency == currency and one.bic[:8] == bic[:8]:
                return one
        return None

    def instruction(self, currency: str, creditor_agent: str) -> SettlementInstruction | None:
        """The first settlement instruction of a currency that holds for a creditor agent's BIC (empty: unknown)."""
        for one in self.instructions:
            if one.currency != currency or not matches(creditor_agent, one.banks):
                continue
            if not one.countries or creditor_agent[4:6] in one.countries:
                return one
        return None


def matches(text: str, patterns: Iterable[str]) -> bool:
    """Whether a text matches one of some patterns: it is equal, or begins with what stands before ``*``."""
    return any(text.startswith(one[:-1]) if one.endswith("*") else text == one for one in patterns)
