"""What a mapping has to be told of one transaction: where it goes, how it is settled and what the network wants of it.

Filled in by ``engine/`` from a decision of the routing, or by :mod:`wissel.mapping.default_placement` from the message
alone. The mapping chooses nothing itself.
"""

from collections.abc import Mapping
from dataclasses import dataclass

Values = tuple[tuple[str, str], ...]
"""Values by path below an element: ``(("FinInstnId/BICFI", "ABCDDE33"),)``."""


@dataclass(frozen=True, slots=True)
class Fixed:
    """A value that the network lays down for an element of each transaction."""

    element: str
    """Below the transaction, such as ``PmtTpInf/SvcLvl``: what counts as having a value already."""
    values: Values
    """By path below the transaction."""
    replaces: bool
    """True: it stands in place of what the original says; False: only where the original says nothing."""
    why: str


@dataclass(frozen=True, slots=True)
class HeaderPlan:
    """The business application header that the network wants."""

    definition: str
    """Such as ``head.001.001.02``."""
    services: Mapping[str, str]
    """AppHdr/BizSvc by family, and by family and variant (``pacs.009 COV``)."""
    sender: Values
    """FIId of Fr."""
    receiver: Values


@dataclass(frozen=True, slots=True)
class Cover:
    """The cover of a payment with settlement method COVE, as a pacs.009."""

    definition: str
    method: str
    """How the cover itself settles: ``INDA`` or ``INGA``."""
    account: Values = ()
    """SttlmAcct of the cover: our account with the bank that it is sent to."""
    receiver: Values = ()
    """The bank that the cover is sent to (InstdAgt)."""
    sender: Values = ()
    """We (InstgAgt and Dbtr)."""
    creditor: Values = ()
    """The bank that is paid (Cdtr): the one the customer's payment is sent to."""
    creditor_agent: Values = ()
    """The bank that keeps its account (CdtrAgt); empty where the receiver does."""
    intermediaries: tuple[Values, ...] = ()
    header: HeaderPlan | None = None
    guideline: str = "iso"


@dataclass(frozen=True, slots=True)
class Placement:
    """Where one transaction goes and how it is settled."""

    definition: str
    """Of the result: ``pacs.008.001.08``."""
    date: str
    """IntrBkSttlmDt, ``2026-11-23``."""
    method: str = "CLRG"
    """SttlmMtd."""
    instructing: Values = ()
    instructed: Values = ()
    """Empty where the message goes to a clearing system as such."""
    settlement: Values = (("SttlmMtd", "CLRG"),)
    """SttlmInf: method, account, clearing system, reimbursement agents."""
    intermediaries: tuple[Values, ...] = ()
    """Agents between the next one and the creditor agent, first the nearer."""
    creditor_agent: Values = ()
    """Taken where the original names none."""
    charge_bearers: tuple[str, ...] = ()
    """Those the network carries, the default first; none for any, with SHAR as default."""
    fixed: tuple[Fixed, ...] = ()
    refused: tuple[tuple[str, str], ...] = ()
    """Elements of a transaction that are not passed on, and why."""
    guideline: str = "iso"
    """By which the result is checked, and by which it is laid out."""
    network: str | None = None
    transactions_max: int | None = None
    header: HeaderPlan | None = None
    envelope: str | None = None
    cover: Cover | None = None
    defaulted: tuple[tuple[str, str], ...] = ()
    """Elements of the group header that were chosen without routing, and why: ``("SttlmInf/SttlmMtd", "...")``."""


def below(element: str, values: Values) -> Values:
    """The values, by path below what holds the element."""
    return tuple((f"{element}/{path}", text) for path, text in values)


def agent_values(
    bic: str | None = None,
    clearing_system: str | None = None,
    member_id: str | None = None,
    lei: str | None = None,
    name: str | None = None,
) -> Values:
    """An agent, by whatever identifies it, as values below its element. An agent with a BIC or member id needs no
    name, and a name alone would need an address: it is given only where nothing else is."""
    found: list[tuple[str, str]] = []
    if bic:
        found.append(("FinInstnId/BICFI", bic))
    if member_id and not (bic and not clearing_system):
        if clearing_system:
            found.append(("FinInstnId/ClrSysMmbId/ClrSysId/Cd", clearing_system))
        found.append(("FinInstnId/ClrSysMmbId/MmbId", member_id))
    if lei:
        found.append(("FinInstnId/LEI", lei))
    if name and not found:
        found.append(("FinInstnId/Nm", name))
    return tuple(found)


def account_values(identifier: str, is_iban: bool) -> Values:
    """An account as values below its element."""
    return (("Id/IBAN", identifier),) if is_iban else (("Id/Othr/Id", identifier),)
