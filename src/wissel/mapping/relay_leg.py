"""What a relay has to be told: the next leg, and for answers the messages that came before."""

from dataclasses import dataclass
from typing import Protocol

from wissel.mapping.placement import Placement, Values


@dataclass(frozen=True, slots=True)
class Charge:
    """What we charge for passing a payment on: a row of ChrgsInf. It changes no amount of the payment."""

    amount: str
    currency: str


@dataclass(frozen=True, slots=True)
class Reference:
    """How one leg of a payment is referred to."""

    message_id: str | None = None
    """GrpHdr/MsgId of its message."""
    message_name: str | None = None
    """The definition of that message."""
    created: str | None = None
    """GrpHdr/CreDtTm of that message."""
    instruction_id: str | None = None
    transaction_id: str | None = None
    uetr: str | None = None


class Links(Protocol):
    """The store of what was sent for what was received."""

    def previous(self, sent: Reference) -> Reference | None:
        """The leg that was received, for the leg that we sent; None where none is known. A reference without
        transaction asks for the message as a whole."""


@dataclass(frozen=True, slots=True)
class Leg:
    """The next leg."""

    placement: Placement
    """Agents, settlement, day and header. ``definition`` must be that of the message: a relay changes no version."""
    charge: Charge | None = None
    links: Links | None = None
    """Needed for pacs.002 and pacs.004, which refer to the leg they answer."""

    @property
    def sender(self) -> Values:
        """We: the new InstgAgt."""
        return self.placement.instructing

    @property
    def receiver(self) -> Values:
        """The new InstdAgt."""
        return self.placement.instructed
