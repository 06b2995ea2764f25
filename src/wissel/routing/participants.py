"""The directory of participants: who can be reached over which network, directly or through whom, and from when."""

from datetime import date
from pathlib import Path
from typing import NamedTuple


class Participant(NamedTuple):
    """One row of a directory. Texts are empty where nothing is given."""

    network: str
    bic: str
    member_id: str
    clearing_system: str
    """The system of the member id (``USABA``)."""
    lei: str
    iban_country: str
    iban_bank_code: str
    """Where the IBANs of the country name the bank: all of it, or what it begins with."""
    name: str
    access: str
    """``direct`` or ``indirect``."""
    via: str
    """The BIC or member id of the direct participant through whom an indirect one is reached."""
    services: tuple[str, ...]
    valid_from: date | None
    valid_to: date | None
    """The last day."""
    line: int
    """In its file."""


class Agent(NamedTuple):
    """What a payment says of an agent or of an account there; empty texts for what it does not say."""

    bic: str = ""
    member_id: str = ""
    clearing_system: str = ""
    lei: str = ""
    iban: str = ""


class Reach(NamedTuple):
    """Whether an agent can be reached over a network on a day."""

    participant: Participant | None
    """None: not reachable."""
    via: Participant | None
    """The direct participant to send to; the participant itself where it is one."""
    why: str
    """By what it was found, or why it cannot be reached; a sentence without full stop."""


class Directory(NamedTuple):
    """A directory in memory; made by :func:`load`."""

    def find(self, text: str) -> list[Participant]:
        """Rows of a BIC (8 or 11), member id, LEI or IBAN, on all networks and at all times."""
        raise NotImplementedError

    def reach(self, network: str, agent: Agent, on: date) -> Reach:
        """The participant that stands for an agent on a network and day."""
        raise NotImplementedError


def load(path: Path) -> Directory:
    """Read a directory. Raises ConfigurationError with a line for each fault."""
    raise NotImplementedError
